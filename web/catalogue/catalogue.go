// Package catalogue holds every text that a reader of the pages sees, once in
// English (en.toml) and once in Ukrainian (uk.toml). A key is written
// "noun.what"; places are {{.name}}; a text that counts has the plural forms
// of its language (English one, other; Ukrainian one, few, many, other) and
// the place {{.n}}.
//
// The texts of faults are an exception: the English ones stand in the code,
// and uk.toml holds the Ukrainian ones under "fault." and the code.
package catalogue

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Languages are those the catalogue has, the first being the fallback.
var Languages = []string{"en", "uk"}

//go:embed en.toml uk.toml
var files embed.FS

// texts is one language: its messages as written, and the library's way to
// fill them. It is read-only once loaded.
type texts struct {
	messages map[string]*i18n.Message
	filler   *i18n.Localizer
}

var loaded = mustLoad()

// mustLoad reads the embedded files. They are part of the program, and a
// broken one is a defect that the first test finds.
func mustLoad() map[string]texts {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	all := make(map[string]texts)
	for _, lang := range Languages {
		file, err := bundle.LoadMessageFileFS(files, lang+".toml")
		if err != nil {
			panic(fmt.Sprintf("catalogue: %s.toml: %v", lang, err))
		}
		byKey := make(map[string]*i18n.Message, len(file.Messages))
		for _, m := range file.Messages {
			byKey[m.ID] = m
		}
		all[lang] = texts{byKey, i18n.NewLocalizer(bundle, lang)}
	}
	return all
}

// Say is the text of key in lang with args in its places. It is false when
// the language or the key is unknown.
func Say(lang, key string, args map[string]any) (string, bool) {
	t := loaded[lang]
	m, ok := t.messages[key]
	if !ok {
		return "", false
	}
	if !strings.Contains(m.Other, "{{") {
		return m.Other, true
	}
	return t.fill(&i18n.LocalizeConfig{MessageID: key, TemplateData: args})
}

// Count is the text of key in lang in the plural form that n takes. The place
// {{.n}} must be among args: the caller writes numbers as its reader does.
func Count(lang, key string, n int, args map[string]any) (string, bool) {
	t := loaded[lang]
	if _, ok := t.messages[key]; !ok {
		return "", false
	}
	return t.fill(&i18n.LocalizeConfig{MessageID: key, TemplateData: args, PluralCount: n})
}

func (t texts) fill(c *i18n.LocalizeConfig) (string, bool) {
	s, err := t.filler.Localize(c)
	return s, err == nil
}

// Raw is the text of key in lang with its places still open.
func Raw(lang, key string) (string, bool) {
	m, ok := loaded[lang].messages[key]
	if !ok {
		return "", false
	}
	return m.Other, true
}

// Keys lists the keys that lang has, sorted.
func Keys(lang string) []string {
	return slices.SortedFunc(maps.Keys(loaded[lang].messages), cmp.Compare[string])
}
