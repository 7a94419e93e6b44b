package correctionhttp

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/told"
)

// A field is one member of a fact on the form.
type field struct {
	pointer string
	noun    string
	place   string // of a list: of which of its members, in words of the fact ("a")
	kind    web.EntryKind
	words   []string // of a closed list
	list    string   // where they stand in the catalogue
	is      jsontext.Value
	typed   string
}

// kinds say how members are filled in, by their last name; others are a line.
var kinds = map[string]web.EntryKind{"amount": web.AsAmount, "least": web.AsAmount, "most": web.AsAmount, "cost": web.AsAmount,
	"on": web.AsLine, "moved": web.AsLine, "from": web.AsDay, "until": web.AsDay, "useful_until": web.AsDay,
	"quantity": web.AsNumber, "useful_share": web.AsNumber, "most_partners": web.AsNumber, "lead_days": web.AsNumber, "renew_months": web.AsNumber,
	"line": web.AsChoice, "urgency": web.AsChoice, "criticality": web.AsChoice, "portions": web.AsLines}

// closed are the members that take a word of a closed list.
var closed = map[string][]string{"line": lines(), "urgency": {"immediate", "short", "medium", "long"},
	"criticality": {"critical", "high", "moderate", "low"}}

func lines() (out []string) {
	for _, l := range capability.Lines {
		out = append(out, string(l))
	}
	return out
}

func fieldOf(m Mendable, pointer string) field {
	noun, _, _ := strings.Cut(m.Fact.Kind, ".")
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	last := tokens[len(tokens)-1]
	f := field{pointer: pointer, noun: noun, kind: kinds[last], is: fact.At(m.Body, pointer)}
	if f.kind == "" {
		f.kind = web.AsLine
	}
	if f.words = closed[last]; f.words != nil {
		f.list = noun + "." + last
		if last == "line" {
			f.list = "line"
		}
	}
	if len(tokens) > 2 { // of a list
		of := strings.TrimSuffix(pointer, "/"+last)
		for _, name := range []string{"/id", "/year"} {
			if v := fact.At(m.Body, of+name); v.Kind() != 'n' {
				f.place = strings.Trim(string(v), `"`)
			}
		}
	}
	f.typed = f.shown()
	return f
}

// shown is what stands, as it is typed.
func (f field) shown() string {
	switch f.is.Kind() {
	case 'n':
		return ""
	case '"':
		var s string
		if json.Unmarshal(f.is, &s) == nil {
			return s
		}
	case '{':
		var a money.Amount
		if f.kind == web.AsAmount && json.Unmarshal(f.is, &a) == nil {
			return a.Value() + " " + string(a.Currency())
		}
	}
	return string(f.is)
}

// parse is what was typed, as the fact has it.
//
// Errors: those of money.ParseAmount; errNumber, errJSON.
func (f field) parse() (jsontext.Value, error) {
	if f.typed == f.shown() {
		return f.is, nil
	}
	if f.typed == "" {
		return jsontext.Value("null"), nil
	}
	switch f.kind {
	case web.AsAmount:
		value, currency, _ := strings.Cut(strings.NewReplacer("\u00a0", "", "\u202f", "").Replace(f.typed), " ")
		a, err := money.ParseAmount(value, money.Currency(strings.TrimSpace(currency)))
		if err != nil {
			return nil, err
		}
		return json.Marshal(a)
	case web.AsNumber:
		n, err := strconv.ParseInt(f.typed, 10, 64)
		if err != nil {
			return nil, ErrNumber.With("value", clip(f.typed))
		}
		return jsontext.Value(strconv.FormatInt(n, 10)), nil
	case web.AsLines:
		v := jsontext.Value(f.typed)
		if v.Canonicalize() != nil {
			return nil, ErrJSON
		}
		return v, nil
	}
	return json.Marshal(f.typed)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// label is the member's name in words.
func (f field) label(l web.Lang) string {
	word := told.Word(l, f.noun+".field", told.Path(f.pointer))
	if f.place != "" {
		return web.T(l, "correction.place", "field", word, "place", f.place)
	}
	return word
}

func (f field) entry(l web.Lang, i int) web.Entry {
	e := web.Entry{ID: "f" + strconv.Itoa(i), Name: f.pointer, Label: f.label(l), Kind: f.kind, Value: f.typed, Optional: f.is.Kind() == 'n'}
	if f.kind == web.AsAmount {
		e.Hint = web.T(l, "correction.amount.hint")
	}
	if f.kind == web.AsLines {
		e.Hint = web.T(l, "correction.json.hint")
	}
	for _, w := range f.words {
		e.Options = append(e.Options, web.Option{Value: w, Text: told.Word(l, f.list, w)})
	}
	if f.words != nil && f.is.Kind() == 'n' {
		e.Options = append([]web.Option{{Text: web.T(l, "value.none")}}, e.Options...)
	}
	return e
}

// tellAll are changes, in the reader's words.
func tellAll(l web.Lang, item string, changes []fact.Correction) (out []told.Change) {
	for _, c := range changes {
		out = append(out, told.TellerOf(l, nounOf(item)).Changes(c.Fact, told.Flat(c))...)
	}
	return out
}

// nouns by the letter of their ids.
var nouns = map[string]string{"F": "flow", "N": "need", "P": "offer", "B": "offer", "R": "seat"}

func nounOf(item string) string {
	letter, _, _ := strings.Cut(item, "-")
	return nouns[letter]
}
