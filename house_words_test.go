package tallinn_test

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var ukrainianRule = rule{
	name: "Ukrainian is written in Ukrainian letters",
	check: func(t *tree) []string {
		var breaches []string
		for _, f := range t.files {
			for _, said := range ukrainianIn(f) {
				for _, what := range misspelt(said.text) {
					breaches = append(breaches, fmt.Sprintf("%s: %s", f.line(said.line), what))
				}
			}
		}
		return breaches
	},
	sample: "-- web/catalogue/need.uk.toml --\n" +
		"good = \"Об’єкт API-токен, {{.name}}й, €5 млн\"\n" +
		"russian = \"этот\"\n" +
		"mixed = \"Cтан\"\n" + // a Latin C
		"apostrophe = \"об'єкт\"\n" +
		"-- web/catalogue/need.en.toml --\n" +
		"mixed = \"Statе\"\n" + // a Cyrillic е
		"-- aid/a.go --\npackage aid\nconst a, b = \"on %dг\\nтак\", `съезд`\n" +
		"-- demo/parties.csv --\nid,name_uk,note\nEE,Эстонія,ы is not Ukrainian here\n",
	want: []string{
		`need.uk.toml:2: "э" is no Ukrainian letter`,
		`need.uk.toml:3: "Cтан" mixes Latin and Cyrillic`,
		`need.uk.toml:4: "об'єкт" has the apostrophe '`,
		`need.en.toml:1: "Statе" mixes Latin and Cyrillic`,
		`aid/a.go:2: "ъ" is no Ukrainian letter`,
		`demo/parties.csv:2: "Э" is no Ukrainian letter`,
	},
}

// A saying is a text that readers see, and its line.
type saying struct {
	text string
	line int
}

// ukrainianIn lists what f says to readers: the catalogue and pages by line,
// Go by its literals, a table by its columns for Ukrainian.
func ukrainianIn(f file) []saying {
	switch {
	case f.isTest() || f.isGenerated() || strings.Contains(f.name, "testdata/"):
		return nil
	case f.isGo():
		return literalsOf(f)
	case path.Ext(f.name) == ".csv":
		return ukrainianColumns(f)
	case slices.Contains([]string{".toml", ".templ", ".md", ".js", ".html"}, path.Ext(f.name)):
		var list []saying
		for line := range strings.Lines(string(f.data)) {
			list = append(list, saying{line, len(list) + 1})
		}
		return list
	}
	return nil
}

func literalsOf(f file) []saying {
	var list []saying
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			list = append(list, saying{text, f.set.Position(lit.Pos()).Line})
		}
		return true
	})
	return list
}

func ukrainianColumns(f file) []saying {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.data), "\ufeff")))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	head, err := r.Read()
	if err != nil {
		return nil
	}
	var list []saying
	for {
		row, err := r.Read()
		if err != nil {
			return list
		}
		for i, column := range head {
			if i < len(row) && (column == "uk" || strings.HasSuffix(column, "_uk")) {
				line, _ := r.FieldPos(i)
				list = append(list, saying{row[i], line})
			}
		}
	}
}

var (
	russian = regexp.MustCompile(`[ыэёъЫЭЁЪ]`)
	// a verb of fmt, a place, an escape or a tag is no part of a word
	notWords = regexp.MustCompile(`%[-+# 0-9.*]*[a-zA-Z]|\{\{[^}]*\}\}|\\[nt]|&[a-z]+;|</?[a-zA-Z][^>]*>`)
	words    = regexp.MustCompile(`[\p{L}\p{M}'’ʼ‘` + "`" + `´]+`)
	tightly  = regexp.MustCompile(`\p{Cyrillic}(['ʼ‘` + "`" + `´])\p{Cyrillic}`)
)

// misspelt says what is wrong with the letters of text. A list of single
// letters, such as the one in a rule about letters, is no text.
func misspelt(text string) []string {
	var wrong []string
	for _, word := range words.FindAllString(notWords.ReplaceAllString(text, " "), -1) {
		if letter := russian.FindString(word); letter != "" && len([]rune(word)) > 1 {
			wrong = append(wrong, fmt.Sprintf("%q is no Ukrainian letter, in %q", letter, word))
			continue
		}
		if m := tightly.FindStringSubmatch(word); m != nil {
			wrong = append(wrong, fmt.Sprintf("%q has the apostrophe %s; write ’ (U+2019)", word, m[1]))
		}
		if has(word, unicode.Latin) && has(word, unicode.Cyrillic) {
			wrong = append(wrong, fmt.Sprintf("%q mixes Latin and Cyrillic letters, which no search finds", word))
		}
	}
	return wrong
}

func has(word string, script *unicode.RangeTable) bool {
	return strings.IndexFunc(word, func(r rune) bool { return unicode.Is(script, r) }) >= 0
}

// lineRule checks every line of the files that are text written by hand
// against a pattern.
func lineRule(t *tree, pattern *regexp.Regexp, skip func(file) bool, remedy string) []string {
	var breaches []string
	for _, f := range t.files {
		if f.isGenerated() || skip(f) {
			continue
		}
		n := 0
		for line := range strings.Lines(string(f.data)) {
			n++
			if found := pattern.FindString(line); found != "" {
				breaches = append(breaches, fmt.Sprintf("%s: %q: %s", f.line(n), strings.TrimSpace(found), remedy))
			}
		}
	}
	return breaches
}

// The words are spelt apart, so that the rule does not find itself.
var leftover = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|HA` + `CK)\b|(//|#|/\*|<!--)\s*XX` + `X\b`)

var leftoverRule = rule{
	name: "nothing left for later",
	check: func(t *tree) []string {
		return lineRule(t, leftover, func(f file) bool { return path.Ext(f.name) == ".csv" },
			"do it, or write an issue")
	},
	sample: "-- a.go --\npackage a\n// TO" + "DO: more\nconst None = \"XX" + "X\" // FIX" + "ME\n" +
		"-- b.css --\n/* XX" + "X */\n",
	want: []string{"a.go:2", "a.go:3", "b.css:1"},
}

var machinePath = regexp.MustCompile(`(^|[\s"'` + "`" + `=(:])/(work|root|home|Users)/`)

var placeRule = rule{
	name: "no place of one machine",
	check: func(t *tree) []string {
		// Logs of other machines name their folders; that is what they are for.
		return lineRule(t, machinePath, func(f file) bool { return path.Ext(f.name) == ".csv" || under(f.name, "defence/detection") },
			"another machine has no such folder; pass the path in, or take it from the repository's root")
	},
	sample: "-- Makefile --\nrun:\n\tbin/tallinn --data /ro" + "ot/data\n\tcurl https://example.org/home/page\n" +
		"-- a.go --\npackage a\nconst dir = \"/wo" + "rk/main\"\n",
	want: []string{"Makefile:2", "a.go:2"},
}

var links = regexp.MustCompile(`\]\(([^)\s]+)\)`)

var linkRule = rule{
	name: "links between documents lead somewhere",
	check: func(t *tree) []string {
		var breaches []string
		for _, f := range t.files {
			if path.Ext(f.name) != ".md" || strings.Contains(f.name, "testdata/") {
				continue
			}
			n := 0
			for line := range strings.Lines(string(f.data)) {
				n++
				for _, m := range links.FindAllStringSubmatch(line, -1) {
					if to := linked(f, m[1]); to != "" && !t.holds(to) {
						breaches = append(breaches, fmt.Sprintf("%s: %s is not there", f.line(n), to))
					}
				}
			}
		}
		return breaches
	},
	sample: "-- README.md --\n[a](doc/a.md) [b](doc/b.md#part) [c](https://example.org/x) [d](#here) [e](doc/)\n" +
		"-- doc/a.md --\n[up](../README.md) [lost](c.md)\n",
	want: []string{"README.md:1: doc/b.md is not there", "doc/a.md:1: doc/c.md is not there"},
}

// linked is the file that a link in f leads to; none when it leads outside.
func linked(f file, link string) string {
	link, _, _ = strings.Cut(link, "#")
	if link == "" || strings.Contains(link, ":") {
		return ""
	}
	return path.Join(f.folder(), link)
}

// holds reports whether name is a file or a folder of the tree. Pictures are
// files too, although their bytes are not read.
func (t *tree) holds(name string) bool {
	for _, f := range t.names {
		if under(f, name) {
			return true
		}
	}
	return false
}

var dated = regexp.MustCompile(`\b20\d\d-\d\d-\d\d\b`)

var benchRule = rule{
	name: "every claim of speed has a date",
	check: func(t *tree) []string {
		var breaches []string
		for _, f := range t.files {
			claim := under(f.name, "bench") && !f.isGo() &&
				(strings.Contains(path.Base(f.name), "claim") || strings.Contains(path.Base(f.name), "result"))
			if claim && !dated.Match(f.data) {
				breaches = append(breaches, f.name+": no date; a figure without its day and machine is no claim")
			}
		}
		return breaches
	},
	sample: "-- bench/claims.toml --\ndecisions = 3000\n-- bench/results-a.txt --\n2026-11-23\n",
	want:   []string{"bench/claims.toml: no date"},
}
