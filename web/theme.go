package web

import "net/http"

// A Theme is the reader's choice of light or dark; the zero Theme follows the
// reader's system.
type Theme string

const (
	System Theme = ""
	Light  Theme = "light"
	Dark   Theme = "dark"
)

const (
	langCookie  = "lang"
	themeCookie = "theme"
	themeQuery  = "theme"
	systemTheme = "system" // how ?theme= says System

	choiceAge = 365 * 24 * 60 * 60 // seconds a choice is remembered
)

// ThemeOf is the theme that r asks for by its cookie.
func ThemeOf(r *http.Request) Theme {
	if value, ok := CookieOf(r, themeCookie); ok {
		return themeNamed(value)
	}
	return System
}

func themeNamed(s string) Theme {
	if t := Theme(s); t == Light || t == Dark {
		return t
	}
	return System
}

// choices remembers what a reader chose by a link, without script: ?lang=
// stays in the address, so that a page can be shared in its language; ?theme=
// is the reader's own and is taken out of the address.
func choices(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		reading := r.Method == http.MethodGet || r.Method == http.MethodHead
		if l := Lang(q.Get("lang")); reading && l.known() {
			remember(w, r, langCookie, string(l))
		}
		if !reading || !q.Has(themeQuery) {
			next.ServeHTTP(w, r)
			return
		}
		remember(w, r, themeCookie, string(themeNamed(q.Get(themeQuery))))
		q.Del(themeQuery)
		// The path is rooted and cleaned of a second slash, so that the
		// address stays on this server.
		http.Redirect(w, r, localURL(r.URL.EscapedPath(), q.Encode()), http.StatusSeeOther)
	})
}

func remember(w http.ResponseWriter, r *http.Request, name, value string) {
	age := choiceAge
	if value == "" {
		age = -1
	}
	SetCookie(w, r, name, value, age)
}
