package web

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"tallinn/fault"
	"tallinn/web/catalogue"
)

// A Lang is a language of the pages, as in the lang attribute.
type Lang string

const (
	English   Lang = "en"
	Ukrainian Lang = "uk"
)

// Langs lists the languages in the order of the switch.
var Langs = []Lang{English, Ukrainian}

// Name is the language in its own words.
func (l Lang) Name() string {
	if l == Ukrainian {
		return "Українська"
	}
	return "English"
}

func (l Lang) known() bool { return l == English || l == Ukrainian }

var matcher = language.NewMatcher([]language.Tag{language.English, language.Ukrainian})

// LangOf is the language that r asks for: by ?lang=, else by the cookie that
// an earlier ?lang= left, else by Accept-Language, else English.
func LangOf(r *http.Request) Lang {
	wanted := r.URL.Query().Get("lang")
	if value, ok := CookieOf(r, langCookie); ok && !Lang(wanted).known() {
		wanted = value
	}
	return LangWanted(wanted, r.Header.Get("Accept-Language"))
}

// LangWanted is the language called wanted, else the best of those that an
// Accept-Language header names, else English.
func LangWanted(wanted, accept string) Lang {
	if l := Lang(wanted); l.known() {
		return l
	}
	tag, _ := language.MatchStrings(matcher, accept)
	if base, _ := tag.Base(); base.String() == "uk" {
		return Ukrainian
	}
	return English
}

// T is the text of key in l. args are names and values in turn, for the
// places of the text: T(l, "flow.from", "provider", name). A key that the
// catalogue lacks comes back in ⟦brackets⟧, which webtest refuses in a page.
func T(l Lang, key string, args ...any) string {
	if s, ok := catalogue.Say(string(l), key, args...); ok {
		return s
	}
	return "⟦" + key + "⟧"
}

// Published is our translation into l of wording that was published in
// English, and false when there is none.
func Published(l Lang, wording string) (string, bool) {
	return catalogue.Published(string(l), wording)
}

// Said is wording in l where we have translated it, else as it was published.
func Said(l Lang, wording string) string {
	if ours, ok := Published(l, wording); ok {
		return ours
	}
	return wording
}

// N is the text of key in l in the plural form of n, whose place {{.n}} holds
// n as the reader writes it.
func N(l Lang, key string, n int, args ...any) string {
	if s, ok := catalogue.Count(string(l), key, n, append(args, "n", Number(l, n))...); ok {
		return s
	}
	return "⟦" + key + "⟧"
}

// FaultText says err to a reader of l: what is wrong and what to do, as a
// sentence. The text of an error that is no fault, or an internal one, is
// withheld.
func FaultText(l Lang, err error) string {
	f, ok := fault.Of(err)
	if !ok || f.Kind() == fault.Internal {
		return T(l, "error.internal")
	}
	if l != English {
		if raw, ok := catalogue.Raw(string(l), "fault."+f.Code()); ok {
			return Sentence(fault.Fill(raw, f.Args()))
		}
	}
	return Sentence(f.Error())
}

// Sentence is s with a capital first letter and a full stop. Texts of faults
// are written without either, for a log quotes them inside a line.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if last, _ := utf8.DecodeLastRuneInString(s); strings.ContainsRune(".?!…:", last) {
		return s
	}
	return s + "."
}
