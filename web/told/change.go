package told

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/web"
	"tallinn/web/catalogue"
)

// A Change is one field that a correction changed, in the reader's words.
type Change struct {
	Field    string
	Was, Now string // "not stated" where there was, or is, nothing
	Reason   string
	Fact     fact.Pos // the correction
}

// A Teller tells the corrections of one noun.
type Teller struct {
	Lang web.Lang
	// Noun begins the keys of the catalogue: a field is called
	// "<noun>.field.<path>", a word of a closed list "<noun>.<field>.<word>".
	Noun string
	// Name is what a value is called that is no word, such as a party's id;
	// it is empty when the value speaks for itself. May be nil.
	Name func(field, value string) string
}

// Changes are what c, recorded at pos, changed: a line for each field, and
// for a part of fields a line for each of those that differ.
func (t Teller) Changes(pos fact.Pos, c fact.Correction) []Change {
	var out []Change
	for _, d := range differences(strings.TrimPrefix(c.Pointer, "/"), decode(c.Was), decode(c.Now)) {
		out = append(out, Change{Field: t.field(d.path), Was: t.value(d.path, d.was), Now: t.value(d.path, d.now),
			Reason: Reason(t.Lang, c.Reason), Fact: pos})
	}
	return out
}

// Sentence says what c changed of the thing called what, in one sentence.
func (t Teller) Sentence(what string, c fact.Correction) string {
	var parts []string
	for _, d := range t.Changes(0, c) {
		parts = append(parts, web.T(t.Lang, "told.change", "field", d.Field, "was", clip(d.Was), "now", clip(d.Now)))
	}
	return web.T(t.Lang, "told.corrected", "what", what, "changes", strings.Join(parts, "; "),
		"reason", Reason(t.Lang, c.Reason))
}

// Reason is the word of the closed list of reasons in l.
func Reason(l web.Lang, reason string) string { return Word(l, "reason", reason) }

// Word is a word of a closed list in l. One that this program does not have
// is shown as it stands.
func Word[W ~string](l web.Lang, list string, word W) string {
	key := list + "." + slug(string(word))
	if _, ok := catalogue.Raw(string(l), key); ok {
		return web.T(l, key)
	}
	return string(word)
}

// slug makes a word fit for a key.
func slug(s string) string { return strings.ReplaceAll(s, " ", "_") }

// clip keeps a sentence readable; the fact has the whole.
func clip(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func decode(v jsontext.Value) any {
	var out any
	if err := json.Unmarshal(v, &out); err != nil {
		return string(v)
	}
	return out
}

// A difference is two values of one field.
type difference struct {
	path     string
	was, now any
}

// differences goes into objects that stand on both sides, amounts excepted.
func differences(path string, was, now any) []difference {
	a, aParts := was.(map[string]any)
	b, bParts := now.(map[string]any)
	if !aParts || !bParts || isAmount(a) || isAmount(b) {
		return []difference{{path, was, now}}
	}
	both := maps.Clone(a)
	maps.Copy(both, b)
	var out []difference
	for _, name := range slices.Sorted(maps.Keys(both)) {
		if !equal(a[name], b[name]) {
			out = append(out, differences(path+"."+name, a[name], b[name])...)
		}
	}
	return out
}

func equal(a, b any) bool { return plain(a) == plain(b) }

// plain is v as deterministic JSON.
func plain(v any) string {
	raw, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return ""
	}
	return string(raw)
}

func isAmount(m map[string]any) bool {
	_, currency := m["currency"].(string)
	_, value := m["value"].(string)
	return currency && value && len(m) == 2
}

// field is what a field is called; of one that this program has no word for,
// the last part of its path.
func (t Teller) field(path string) string {
	if word := Word(t.Lang, t.Noun+".field", path); word != path {
		return word
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// value writes what a field held.
func (t Teller) value(path string, v any) string {
	switch v := v.(type) {
	case nil:
		return web.T(t.Lang, "value.none")
	case string:
		return t.text(path, v)
	case bool:
		return Word(t.Lang, "answer", map[bool]string{true: "yes", false: "no"}[v])
	case map[string]any:
		return t.parts(path, v)
	case []any:
		if len(v) == 0 {
			return t.value(path, nil)
		}
		var list []string
		for _, one := range v {
			list = append(list, t.value(path, one))
		}
		return strings.Join(list, "; ")
	}
	return plain(v)
}

func (t Teller) parts(path string, m map[string]any) string {
	if isAmount(m) {
		return web.Money(t.Lang, m["value"].(string), m["currency"].(string))
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		at := path + "." + name
		list = append(list, t.field(at)+" "+t.value(at, m[name]))
	}
	return strings.Join(list, ", ")
}

func (t Teller) text(path, s string) string {
	if d, err := fact.ParseDate(s); err == nil && (d.Precision() == "day" || d.Precision() == "month") {
		return web.Date(t.Lang, d)
	}
	if t.Name != nil {
		if name := t.Name(path, s); name != "" {
			return name
		}
	}
	return cmp.Or(Word(t.Lang, t.Noun+"."+path, s), web.T(t.Lang, "value.none"))
}
