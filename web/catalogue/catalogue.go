// Package catalogue holds every text that a reader of the pages sees, once in
// English and once in Ukrainian, a pair of files a noun (need.en.toml and
// need.uk.toml; what all pages share is in frame). A key is written
// "noun.what"; places are {{.name}}; a text that counts has the plural forms
// of its language (English one, other; Ukrainian one, few, many, other) and
// the place {{.n}}.
//
// The texts of faults are an exception: the English ones stand in the code,
// and the Ukrainian file of the noun has them under "fault." and the code.
package catalogue

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Languages are those the catalogue has, the first being the fallback.
var Languages = []string{"en", "uk"}

//go:embed *.toml
var files embed.FS

// texts is one language: its messages as written, and ready to be filled. It
// is read-only once loaded.
type texts struct {
	tag      language.Tag
	messages map[string]*i18n.Message
	ready    map[string]map[plural.Form]filling
}

var loaded = mustLoad()

// mustLoad reads the embedded files. They are part of the program, and a
// broken one is a defect that the first test finds.
func mustLoad() map[string]texts {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	all := make(map[string]texts)
	for _, lang := range Languages {
		byKey := make(map[string]*i18n.Message)
		for _, name := range namesOf(lang) {
			file, err := bundle.LoadMessageFileFS(files, name)
			if err != nil {
				panic(fmt.Sprintf("catalogue: %s: %v", name, err))
			}
			for _, m := range file.Messages {
				if byKey[m.ID] != nil {
					panic(fmt.Sprintf("catalogue: %s: %s stands in another file too", name, m.ID))
				}
				byKey[m.ID] = m
			}
		}
		all[lang] = texts{language.MustParse(lang), byKey, readied(byKey)}
	}
	return all
}

// namesOf lists the files of lang.
func namesOf(lang string) []string {
	names, err := fs.Glob(files, "*."+lang+".toml")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("catalogue: no files in %s: %v", lang, err))
	}
	return names
}

// Say is the text of key in lang with args in its places: names and values in
// turn. It is false when the language or the key is unknown.
func Say(lang, key string, args ...any) (string, bool) {
	f, ok := loaded[lang].ready[key][plural.Other]
	if !ok {
		return "", false
	}
	return f.with(args), true
}

// Count is the text of key in lang in the plural form that n takes. The place
// {{.n}} must be among args: the caller writes numbers as its reader does.
func Count(lang, key string, n int, args ...any) (string, bool) {
	t := loaded[lang]
	f, ok := t.ready[key][plural.Cardinal.MatchPlural(t.tag, max(n, -n), 0, 0, 0, 0)]
	if !ok {
		return "", false
	}
	return f.with(args), true
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
