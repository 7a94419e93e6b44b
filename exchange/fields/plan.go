package fields

import (
	"strings"

	"tallinn/mechanism/batch"
	"tallinn/money"
)

// A Plan says how a list is understood. It is kept with the import.
type Plan struct {
	Head    int               `json:"head"`           // line of the row of heads; rows up to it are no data
	Heads   []string          `json:"heads"`          // as they stand there
	Columns []string          `json:"columns"`        // the field that each column is; empty: left out
	Same    map[string]string `json:"same,omitempty"` // what is the same for all rows, by field
	Comma   bool              `json:"comma,omitzero"` // amounts have a decimal comma
	Month   bool              `json:"month,omitzero"` // days are written with the month first
}

// searched is how many rows from the top may be a title over the list.
const searched = 20

// A Guesser finds out, from its first rows, how a list is to be understood.
// Labels are what a field is called to readers, in each language.
type Guesser struct {
	Noun   batch.Noun
	Labels func(field string) []string
}

// Guess is a plan for a list that begins with rows; lines are their lines. The
// row of heads is the one of the first whose cells name the most fields; a list
// without any is taken to begin with its heads.
func (g Guesser) Guess(rows [][]string, lines []int) Plan {
	names := g.names()
	best, most, wide := 0, -1, -1
	for i, cells := range rows[:min(len(rows), searched)] {
		known, filled := 0, 0
		for _, c := range cells {
			if _, ok := names[Fold(c)]; ok {
				known++
			}
			if c != "" {
				filled++
			}
		}
		switch {
		case known > most:
			best, most = i, known
		case known == most && most == 0 && filled > wide+1:
			best = i // a title fills one cell; the first full row is the heads
		}
		if best == i {
			wide = filled
		}
	}
	p := Plan{Same: map[string]string{}}
	if len(rows) == 0 {
		return p
	}
	return g.At(rows, lines, best)
}

// At is a plan whose heads are those of the row at place at.
func (g Guesser) At(rows [][]string, lines []int, at int) Plan {
	p := Plan{Head: lines[at], Same: map[string]string{}}
	for _, cells := range rows[at:] { // a column may have no head
		for len(p.Heads) < len(cells) {
			p.Heads = append(p.Heads, "")
		}
	}
	copy(p.Heads, rows[at])
	p.Columns = g.match(p.Heads)
	p.Comma, p.Month = p.style(g.Noun, rows[at+1:])
	if c := p.headCurrency(g.Noun); c != "" && p.Column("currency") < 0 {
		p.Same["currency"] = c
	}
	return p
}

// headCurrency is the currency that the head of a column of amounts names:
// "Amount, EUR".
func (p Plan) headCurrency(noun batch.Noun) string {
	for i, field := range p.Columns {
		if f, _ := Get(noun, field); f.Kind != Amount {
			continue
		}
		for _, word := range strings.FieldsFunc(p.Heads[i], func(r rune) bool { return strings.ContainsRune(" ,;()[]/:\n", r) }) {
			if c, ok := signs[strings.ToLower(word)]; ok {
				return string(c)
			}
			if c, err := money.ParseCurrency(word); err == nil {
				return string(c)
			}
		}
	}
	return ""
}

// names are the fields by every head that means them, the surest first.
func (g Guesser) names() map[string]string {
	out := map[string]string{}
	add := func(head, field string) {
		if head = Fold(head); head != "" && out[head] == "" {
			out[head] = field
		}
	}
	for _, f := range Of(g.Noun) {
		add(f.Name, f.Name)
	}
	for _, f := range Of(g.Noun) {
		for _, l := range g.Labels(f.Name) {
			add(l, f.Name)
		}
	}
	for _, f := range Of(g.Noun) {
		for _, a := range f.Also {
			add(a, f.Name)
		}
	}
	return out
}

// match gives each column its field, each field one column: first heads that
// are the name of a field, then those that begin with one.
func (g Guesser) match(heads []string) []string {
	names, taken := g.names(), map[string]bool{}
	out := make([]string, len(heads))
	for i, h := range heads {
		if f := names[Fold(h)]; f != "" && !taken[f] {
			out[i], taken[f] = f, true
		}
	}
	for i, h := range heads {
		words := strings.Fields(Fold(h))
		for n := len(words) - 1; n > 0 && out[i] == ""; n-- {
			if f := names[strings.Join(words[:n], " ")]; f != "" && !taken[f] {
				out[i], taken[f] = f, true
			}
		}
	}
	return out
}

// style finds out how amounts and days are written, from those that can be
// written one way only.
func (p Plan) style(noun batch.Noun, rows [][]string) (comma, month bool) {
	var commas, points, days, months int
	for _, cells := range rows {
		for i, c := range cells {
			if i >= len(p.Columns) {
				break
			}
			f, _ := Get(noun, p.Columns[i])
			switch f.Kind {
			case Amount:
				switch decimalOf(c) {
				case ',':
					commas++
				case '.':
					points++
				}
			case Day, When:
				switch first(c) {
				case 'd':
					days++
				case 'm':
					months++
				}
			}
		}
	}
	return commas > points, months > 0 && days == 0
}

// Missing are the fields that every row must have and none has.
func (p Plan) Missing(noun batch.Noun) (out []string) {
	for _, f := range Of(noun) {
		if f.Needed && !p.Has(f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// Has reports whether a field comes from somewhere.
func (p Plan) Has(field string) bool {
	return p.Same[field] != "" || p.Column(field) >= 0
}

// Column is the place of the column that is a field; -1: none.
func (p Plan) Column(field string) int {
	for i, c := range p.Columns {
		if c == field && field != "" {
			return i
		}
	}
	return -1
}

// Check refuses a plan that no page made.
//
// Errors: ErrPlan.
func (p Plan) Check(noun batch.Noun) error {
	seen := map[string]bool{}
	for _, c := range p.Columns {
		if _, ok := Get(noun, c); c != "" && (!ok || seen[c]) {
			return ErrPlan.With("field", clip(c))
		}
		seen[c] = true
	}
	for f, v := range p.Same {
		if _, ok := Get(noun, f); !ok || len(v) > 2000 {
			return ErrPlan.With("field", clip(f))
		}
	}
	if len(p.Columns) > 100 || p.Head < 1 {
		return ErrPlan.With("field", "head")
	}
	return nil
}
