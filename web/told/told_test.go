package told

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/web"
)

func TestPlaceOf(t *testing.T) {
	for cite, want := range map[string]place{
		"https://www.vm.ee/en/x?a=1":                     {"", "https://www.vm.ee/en/x?a=1", "vm.ee"},
		"http://nenka.info/fr":                           {"", "http://nenka.info/fr", "nenka.info"},
		"European Central Bank, https://ecb.europa.eu/a": {"European Central Bank", "https://ecb.europa.eu/a", "ecb.europa.eu"},
		"Joint statement, December 2024":                 {title: "Joint statement, December 2024"},
		"javascript:alert(1)":                            {title: "javascript:alert(1)"},
		"x, https:alert(1)":                              {title: "x, https:alert(1)"},
		"data:text/html,<b>":                             {title: "data:text/html,<b>"},
		"ftp://example.org/":                             {title: "ftp://example.org/"},
		"//example.org/":                                 {title: "//example.org/"},
		"https:///path":                                  {title: "https:///path"},
		"https://bank.example@evil.example/":             {title: "https://bank.example@evil.example/"},
		"HTTPS://Example.org/":                           {"", "https://Example.org/", "Example.org"},
		"":                                               {},
	} {
		if got := placeOf(cite); got != want {
			t.Errorf("placeOf(%q) = %+v, want %+v", cite, got, want)
		}
	}
}

func TestSourceIsSafe(t *testing.T) {
	for _, cite := range []string{"javascript:alert(1)", `https://a.example/"><script>`, "<script>, https://a.example/"} {
		var b strings.Builder
		if err := Source(web.Ukrainian, fact.Source{Cite: cite, File: "<i>", Row: "<b>"}).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "<i>", "<b>", `href="javascript`} {
			if strings.Contains(b.String(), bad) {
				t.Errorf("Source(%q) writes %s in %s", cite, bad, b.String())
			}
		}
		if strings.Contains(b.String(), "<a ") && !strings.Contains(b.String(), `rel="noopener noreferrer external"`) {
			t.Errorf("Source(%q) links without its rel: %s", cite, b.String())
		}
	}
}

func correction(pointer, was, now string) fact.Correction {
	return fact.Correction{Fact: 7, Pointer: pointer, Was: jsontext.Value(was), Now: jsontext.Value(now), Reason: "mistyped"}
}

func TestChanges(t *testing.T) {
	teller := Teller{Lang: web.English, Noun: "x", Name: func(field, value string) string {
		if field == "provider" && value == "EE" {
			return "Estonia"
		}
		return ""
	}}
	for _, tt := range []struct {
		name string
		c    fact.Correction
		want []Change
	}{
		{"a word", correction("/note", `"a"`, `"b"`), []Change{{Was: "a", Now: "b"}}},
		{"absent before", correction("/note", `null`, `"b"`), []Change{{Was: "not stated", Now: "b"}}},
		{"a date", correction("/on", `"2025-07-01"`, `"2025-07"`), []Change{{Was: "1\u00a0July 2025", Now: "July 2025"}}},
		{"a name", correction("/provider", `"EE"`, `"FI"`), []Change{{Was: "Estonia", Now: "FI"}}},
		{"an amount", correction("/amount", `{"currency":"EUR","value":"1000.00"}`, `{"currency":"SEK","value":"1000.00"}`),
			[]Change{{Was: "€1,000.00", Now: "SEK\u00a01,000.00"}}},
		{"one part of many", correction("/said", `{"a":"1","b":{"c":"x","d":"y"}}`, `{"a":"1","b":{"c":"z","d":"y"}}`),
			[]Change{{Was: "x", Now: "z"}}},
		{"a number", correction("/n", `1`, `2`), []Change{{Was: "1", Now: "2"}}},
		{"a list", correction("/l", `["a","b"]`, `[]`), []Change{{Was: "a; b", Now: "not stated"}}},
	} {
		got := teller.Changes(9, tt.c)
		for i := range got {
			if got[i].Fact != 9 || got[i].Field == "" {
				t.Errorf("%s: %+v", tt.name, got[i])
			}
			got[i].Field, got[i].Reason, got[i].Fact = "", "", 0
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestHistoryIsNewestFirst(t *testing.T) {
	facts := []fact.Fact{{Pos: 3, Kind: "a.b"}, {Pos: 8, Kind: "a.c"}}
	got := History(web.English, facts, func(f fact.Fact) (string, bool) { return "said " + f.Kind, f.Kind == "a.b" })
	if len(got) != 2 || got[0].Href != "/record/8" || got[1].Href != "/record/3" || got[1].Text != "Said a.b" {
		t.Errorf("history %+v", got)
	}
	if !strings.Contains(got[0].Text, "a.c") {
		t.Errorf("a fact that nobody describes is %q, want its kind named", got[0].Text)
	}
}

// FuzzChanges: whatever JSON a correction holds, telling it neither fails nor
// is without end.
func FuzzChanges(f *testing.F) {
	f.Add("/said", `{"a":1}`, `{"a":{"currency":"","value":"x"}}`)
	f.Add("", "nul", `[[[{}]]]`)
	f.Fuzz(func(t *testing.T, pointer, was, now string) {
		for _, l := range web.Langs {
			Teller{Lang: l, Noun: "flow"}.Sentence("F-0001", correction(pointer, was, now))
		}
	})
}
