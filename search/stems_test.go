package search_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tallinn/search"
)

// sheet reads lines of forms of one word each.
func sheet(t *testing.T, name string) (out [][]string) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, strings.Fields(line))
		}
	}
	return out
}

func finds(typed, said string) bool { return search.Parse(typed).Finds(search.Words(said)) }

// A form is a word as it is typed, and as it is kept.
type form struct {
	typed string
	query search.Query
	words []string
}

// TestForms measures how many forms of a word are found by how many others,
// and how many other words are found beside them. Measured beside it, once, on
// all 918 nouns and adjectives of the catalogue and of the public texts: see
// doc/decisions/0220-search.md.
func TestForms(t *testing.T) {
	var words [][]form
	for _, line := range sheet(t, "testdata/forms.uk.txt") {
		var forms []form
		for _, w := range line {
			forms = append(forms, form{w, search.Parse(w), search.Words(w)})
		}
		words = append(words, forms)
	}
	pairs, found, others, wrong := 0, 0, 0, 0
	for i, forms := range words {
		for _, a := range forms {
			for _, b := range forms {
				if pairs++; a.query.Finds(b.words) {
					found++
				} else {
					t.Logf("%s does not find %s", a.typed, b.typed)
				}
			}
		}
		for j, more := range words {
			if others++; i != j && forms[0].query.Finds(more[0].words) {
				wrong++
				t.Logf("%s finds %s", forms[0].typed, more[0].typed)
			}
		}
	}
	recall := float64(found) / float64(pairs)
	t.Logf("%d words: %.4f of %d pairs of forms find each other; %d of %d pairs of different words do", len(words), recall, pairs, wrong, others)
	if recall < 0.995 || wrong > 3 {
		t.Errorf("recall %.4f, %d wrong", recall, wrong)
	}
}

// TestLetters: what is the same to a reader is the same to a search, and what
// is not is not.
func TestLetters(t *testing.T) {
	for _, tt := range []struct {
		typed, said string
		found       bool
	}{
		{"підстанція", "дві підстанцій", true},
		{"підст", "Підстанція «Північна»", true},
		{"ПІДСТАНЦІЯ", "підстанціями", true},
		{"зв'язок", "зв’язок", true},
		{"звʼязком", "зв’язок", true},
		{"звязок", "зв`язок", true},
		{"об’єкт", "обʼєктів", true},
		{"грунт", "ґрунт", true},
		{"ґрунт", "ґрунту", true},
		{"ґрунт", "грунт", false},
		{"їжа", "іжа", false},
		{"кій", "кии", false},
		{"ії", "її", false},
		{"є", "е", false},
		{"Київ", "у Києві", true},
		{"malmo", "Malmö", true},
		{"Malmö", "malmo", false},
		{"licences", "one licence", true},
		{"licence", "500 licences", true},
		{"policies", "a policy", true},
		{"process", "processes", true},
		{"ministry", "the ministry's servers", true},
		{"boxes", "a box", true},
		{"analysis", "analyses", true},
		{"status", "statu", false},
		{"n-0417", "N-0417 Endpoints", true},
		{"N-0417", "N-04170", false},
		{"N-041", "N-0417", true},
		{"0417", "N-0417", true},
		{"n-0418", "N-0417", false},
		{"135 000 000", "SEK 135,000,000", true},
		{"135000000", "135 000 000,00 SEK", true},
		{"135,000,000", "135000000.00", true},
		{"135 0", "135 000 000", true},
		{"12,5", "12500", true},
		{"12500.50", "€ 12,500.50", true},
		{"12 500,50", "12,500.50", true},
		{"12500.5", "12500.50", true},
		{"Windows 10 500 seats", "Windows 10, 500 seats", true},
		{"2024 500", "у 2024 500 місць", true},
		{"5g", "5G networks", true},
		{"з’єднання", "", false},
		{"a b", "a", false},
	} {
		if got := finds(tt.typed, tt.said); got != tt.found {
			t.Errorf("%q finds %q: %v; words %q", tt.typed, tt.said, got, search.Words(tt.said))
		}
	}
}

// TestCombining: й and ї may be written as a letter and a mark.
func TestCombining(t *testing.T) {
	if !finds("кі\u0438\u0306", "кій") {
		t.Error("a letter and its mark are not the letter")
	}
	if !slices.Equal(search.Words("і\u0308"), []string{"ї"}) {
		t.Errorf("%q", search.Words("і\u0308"))
	}
}

func TestMark(t *testing.T) {
	got := search.Parse("підст n-0417").Mark("N-0417: дві підстанції")
	if want := []string{"", "N-0417", ": дві ", "підстанції", ""}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := search.Parse("x").Mark("nothing"); !slices.Equal(got, []string{"nothing"}) {
		t.Errorf("%q", got)
	}
}

// FuzzParse: nothing that is typed breaks a search, and every word finds
// itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "підстанція", "N-0417", "135 000 0", "1.2.3.4", "’’", "a'", "\xff", "і\u0308", "12,345.67.8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range search.Words(s) {
			if len([]rune(w)) > 50 {
				t.Fatalf("%q is kept of %q", w, s)
			}
		}
		q := search.Parse(s)
		if pieces := q.Mark(s); strings.Join(pieces, "") != s || len(pieces)%2 == 0 {
			t.Fatalf("%q is cut into %q", s, pieces)
		}
		if len(s) < 60 && !q.Empty() && !q.Finds(search.Words(s)) {
			t.Fatalf("%q does not find itself in %q", s, search.Words(s))
		}
	})
}
