package web

import "net/http"

// Secure reports whether readers come by https: the site says so, as a hub
// behind a balancer must, or the request itself has.
func Secure(r *http.Request) bool {
	s, ok := r.Context().Value(siteKey{}).(*Site)
	return r.TLS != nil || ok && s.Secure
}

// cookieName is what a cookie is called in the browser. With https it bears
// the prefix by which a browser takes it from this host alone, and only by
// https (RFC 6265bis 4.1.3.2).
func cookieName(r *http.Request, name string) string {
	if Secure(r) {
		return "__Host-" + name
	}
	return name
}

// SetCookie gives the reader of r a cookie for age seconds, or takes it away
// when age is negative. No script reads it, and no other site's form sends it.
func SetCookie(w http.ResponseWriter, r *http.Request, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: cookieName(r, name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteLaxMode})
}

// CookieOf is the value of a cookie that SetCookie gave.
func CookieOf(r *http.Request, name string) (value string, ok bool) {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return "", false
	}
	return c.Value, true
}
