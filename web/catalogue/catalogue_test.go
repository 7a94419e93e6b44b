package catalogue

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// forms of m that are written, by their CLDR names.
func forms(m *i18n.Message) map[string]string {
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

// pluralForms are the forms that a counting text must have, by language.
var pluralForms = map[string][]string{"en": {"one", "other"}, "uk": {"few", "many", "one", "other"}}

// isFault: the English text of a fault stands in the code.
func isFault(key string) bool { return strings.HasPrefix(key, "fault.") }

func TestSameKeys(t *testing.T) {
	for _, key := range Keys("en") {
		if isFault(key) {
			t.Errorf("%s: the English text of a fault stands in the code", key)
		}
		if _, ok := loaded["uk"].messages[key]; !ok {
			t.Errorf("the Ukrainian files have no %q", key)
		}
	}
	for _, key := range Keys("uk") {
		if _, ok := loaded["en"].messages[key]; !ok && !isFault(key) {
			t.Errorf("the English files have no %q", key)
		}
	}
}

func TestPlurals(t *testing.T) {
	for _, lang := range Languages {
		for key, m := range loaded[lang].messages {
			have := slices.Sorted(maps.Keys(forms(m)))
			if len(have) == 1 && have[0] == "other" {
				continue
			}
			if !slices.Equal(have, pluralForms[lang]) {
				t.Errorf("%s: %s has the forms %v, want %v", lang, key, have, pluralForms[lang])
			}
			if other := loaded["en"].messages[key]; other != nil && len(forms(other)) == 1 {
				t.Errorf("%s: %s counts, and does not in English", lang, key)
			}
		}
	}
}

var place = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func places(text string) []string {
	var names []string
	for _, p := range place.FindAllStringSubmatch(text, -1) {
		names = append(names, p[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestPlaces: every form of a text, in both languages, has the same places;
// the Ukrainian of a fault is compared with the code by a test of the house.
func TestPlaces(t *testing.T) {
	for key, en := range loaded["en"].messages {
		want := places(en.Other)
		for _, lang := range Languages {
			m := loaded[lang].messages[key]
			if m == nil {
				continue
			}
			for form, text := range forms(m) {
				if form == "one" && !strings.Contains(text, "{{.n}}") && slices.Contains(want, "n") {
					continue // "one flow" needs no figure
				}
				if got := places(text); !slices.Equal(got, want) {
					t.Errorf("%s: %s (%s) has the places %v, want %v", lang, key, form, got, want)
				}
			}
			if strings.Count(en.Other, "{{") != len(place.FindAllString(en.Other, -1)) {
				t.Errorf("en: %s has a place that is not {{.name}}", key)
			}
		}
	}
}

// TestLetters: no Russian letters, no Latin look-alikes inside a Ukrainian
// word or the reverse, and one apostrophe.
func TestLetters(t *testing.T) {
	for _, key := range Keys("uk") {
		for _, text := range forms(loaded["uk"].messages[key]) {
			for _, wrong := range lettersWrong(text) {
				t.Errorf("uk: %s: %s", key, wrong)
			}
		}
	}
	for sample, want := range map[string]int{"обʼєкт": 1, "об'єкт": 1, "об’єкт": 0, "Cтан": 1, "объект": 1, "эта": 1, "TLP і журнал": 0} {
		if got := len(lettersWrong(sample)); got != want {
			t.Errorf("lettersWrong(%q) finds %d, want %d", sample, got, want)
		}
	}
}

func lettersWrong(text string) (wrong []string) {
	text = place.ReplaceAllString(text, " ")
	if i := strings.IndexAny(text, "ыэёъЫЭЁЪ"); i >= 0 {
		wrong = append(wrong, "Russian letter in "+text)
	}
	if strings.ContainsAny(text, "'ʼ`‘") {
		wrong = append(wrong, "an apostrophe that is not ’ in "+text)
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '’' }) {
		cyrillic := strings.IndexFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) >= 0
		latin := strings.IndexFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) >= 0
		if cyrillic && latin {
			wrong = append(wrong, word+" mixes Latin and Cyrillic")
		}
	}
	return wrong
}

var used = regexp.MustCompile(`\b(?:web\.)?[TN]\([^",()]*(?:\([^()]*\))?,\s*"([a-z][a-zA-Z0-9_.-]*[a-z0-9])"[,)]`)

var comment = regexp.MustCompile(`(?m)^\s*//.*$`)

// TestKeysInUse: every key that the code names in full is in the catalogue.
func TestKeysInUse(t *testing.T) {
	found := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") ||
			!strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".templ") {
			return err
		}
		code, err := os.ReadFile(path)
		for _, m := range used.FindAllSubmatch(comment.ReplaceAll(code, nil), -1) {
			found++
			if _, ok := loaded["en"].messages[string(m[1])]; !ok {
				t.Errorf("%s uses %q, which the catalogue does not have", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 30 {
		t.Errorf("looked at %d uses, error %v", found, err)
	}
}

func TestSayAndCount(t *testing.T) {
	if s, ok := Say("uk", "cite.row", "file", "a.csv", "row", "<b>"); !ok || s != "рядок <b> у a.csv" {
		t.Errorf("Say = %q, %v", s, ok)
	}
	if s, ok := Say("en", "cite.row", "file", "a.csv"); !ok || !strings.Contains(s, "⟦row⟧") {
		t.Errorf("a place that nobody fills: %q, %v", s, ok)
	}
	for _, lang := range append(Languages, "de") {
		if _, ok := Say(lang, "no.such"); ok {
			t.Errorf("%s: an unknown key was found", lang)
		}
		if _, ok := Count(lang, "no.such", 1); ok {
			t.Errorf("%s: an unknown key was counted", lang)
		}
	}
}
