package web

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"pgregory.net/rapid"
)

// TestLocalURL: whatever path was asked for, a link made of it stays here.
func TestLocalURL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		escaped := (&url.URL{Path: rapid.StringMatching(`[/\\.a:@%?#é-]{0,12}`).Draw(t, "path")}).EscapedPath()
		got := localURL(escaped, "lang=uk")
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") ||
			strings.HasPrefix(got, "//") || strings.HasPrefix(got, `/\`) {
			t.Fatalf("localURL(%q) = %q, %v", escaped, got, err)
		}
	})
}

// FuzzLangOf: a header of any bytes gives one of our languages, and soon.
func FuzzLangOf(f *testing.F) {
	for _, header := range []string{"uk-UA,uk;q=0.9", ";;q=", strings.Repeat("x-", 5000), "*", "zh-Hant-TW-u-ca-roc"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Accept-Language"] = []string{header}
		began := time.Now()
		if l := LangOf(r); !l.known() {
			t.Fatalf("LangOf(%q) = %q", header, l)
		}
		if took := time.Since(began); took > time.Second {
			t.Fatalf("%d bytes took %v", len(header), took)
		}
	})
}

// TestMatcherKnowsBothLanguages guards the order of the matcher's languages.
func TestMatcherKnowsBothLanguages(t *testing.T) {
	for _, l := range Langs {
		if tag, _ := language.MatchStrings(matcher, string(l)); tag.String() != string(l) {
			t.Errorf("%s matches %s", l, tag)
		}
	}
}
