package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"tallinn/fault"
)

func TestLangOf(t *testing.T) {
	for _, tt := range []struct {
		query, cookie, accept string
		want                  Lang
	}{
		{"", "", "", English},
		{"", "", "uk-UA,uk;q=0.9,en;q=0.5", Ukrainian},
		{"", "", "et,uk;q=0.3", Ukrainian},
		{"", "", "de", English},
		{"", "", ";;;q=broken", English},
		{"", "uk", "en", Ukrainian},
		{"en", "uk", "uk", English},
		{"xx", "uk", "en", Ukrainian},
		{"uk", "", "en", Ukrainian},
	} {
		r := httptest.NewRequest(http.MethodGet, "/?lang="+tt.query, nil)
		r.Header.Set("Accept-Language", tt.accept)
		if tt.cookie != "" {
			r.AddCookie(&http.Cookie{Name: langCookie, Value: tt.cookie})
		}
		if got := LangOf(r); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestTexts(t *testing.T) {
	if got := T(Ukrainian, "cite.row", "file", "a.csv", "row", "r-1"); got != "рядок r-1 у a.csv" {
		t.Errorf("T = %q", got)
	}
	if got := T(English, "no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("a missing key is %q", got)
	}
	if got := N(English, "no.such.key", 2); got != "⟦no.such.key⟧" {
		t.Errorf("a missing key is %q", got)
	}
}

func TestFaultText(t *testing.T) {
	large := ErrTooLarge.With("limit", 42)
	for _, tt := range []struct {
		err    error
		en, uk string
	}{
		{large, "What was sent is larger than 42 bytes; send less, or in parts.", "Надіслано більше ніж 42 байтів; надішліть менше або частинами."},
		{WithStatus(429, large), "What was sent is larger than 42 bytes; send less, or in parts.", "Надіслано більше ніж 42 байтів; надішліть менше або частинами."},
		{errors.New("open secret.db"), T(English, "error.internal"), T(Ukrainian, "error.internal")},
		{fault.New(fault.Internal, "x.y", "secret"), T(English, "error.internal"), T(Ukrainian, "error.internal")},
		{fault.New(fault.Invalid, "no.translation", "é is wrong: write"), "É is wrong: write.", "É is wrong: write."},
	} {
		if got := FaultText(English, tt.err); got != tt.en {
			t.Errorf("en: %q, want %q", got, tt.en)
		}
		if got := FaultText(Ukrainian, tt.err); got != tt.uk {
			t.Errorf("uk: %q, want %q", got, tt.uk)
		}
	}
}
