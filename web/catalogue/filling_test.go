package catalogue

import (
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// TestFilling: every text comes out as the library of its format has it, in
// every plural form.
func TestFilling(t *testing.T) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range Languages {
		for _, name := range namesOf(lang) {
			if _, err := bundle.LoadMessageFileFS(files, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, lang := range Languages {
		library := i18n.NewLocalizer(bundle, lang)
		for key, m := range loaded[lang].messages {
			var args []any
			data := map[string]any{}
			for i, name := range places(m.Other) {
				var value any = "‹" + name + "›"
				if i%2 == 1 {
					value = i // numbers come too
				}
				args, data[name] = append(args, name, value), value
			}
			if len(forms(m)) == 1 {
				want, err := library.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data})
				if got, ok := Say(lang, key, args...); !ok || err != nil || got != want {
					t.Errorf("%s: %s is %q; want %q, %v", lang, key, got, want, err)
				}
				continue
			}
			for _, n := range []int{0, 1, 2, 4, 5, 10, 11, 12, 14, 15, 20, 21, 22, 25, 100, 101, 102, 111, 112, 121, 1000, -1, -2} {
				want, err := library.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
				if got, ok := Count(lang, key, n, args...); !ok || err != nil || got != want {
					t.Errorf("%s: %s of %d is %q; want %q, %v", lang, key, n, got, want, err)
				}
			}
		}
	}
}
