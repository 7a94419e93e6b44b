// Package witnesstest makes, from a rule alone, an event that the rule matches,
// and changed copies of it of which some no longer match. Tests run them
// through the engine and the naive interpreter and compare.
package witnesstest

import (
	"math/rand/v2"
	"net/netip"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// attempts bounds how often a rule's choices are drawn anew.
const attempts = 400

// For returns an event that rule matches according to the naive interpreter.
// The draw is fixed by seed.
func For(rule *sigma.Rule, seed uint64, emptyIsNull bool) (*event.Event, bool) {
	rng := rand.New(rand.NewPCG(seed, 1))
	logic := rule.Logic()
	for range attempts {
		d := &draft{rng: rng, fields: map[string]*wanted{}}
		d.want(logic, true)
		e := d.event(rule)
		if naive.Match(rule, e, emptyIsNull) {
			return e, true
		}
	}
	return nil, false
}

// Against returns an event that rule does not match although it has what its
// filters ask for, and whether there is one.
func Against(rule *sigma.Rule, seed uint64, emptyIsNull bool) (*event.Event, bool) {
	d := &draft{rng: rand.New(rand.NewPCG(seed, 2)), fields: map[string]*wanted{}}
	d.want(rule.Logic(), false)
	e := d.event(rule)
	return e, !naive.Match(rule, e, emptyIsNull)
}

// Variants returns copies of e, each with one field changed or taken away.
func Variants(e *event.Event) []*event.Event {
	var out []*event.Event
	for i, f := range e.Fields {
		without := e.Clone()
		without.Fields = slices.Delete(without.Fields, i, i+1)
		out = append(out, without)
		for _, v := range []string{"", "zz", f.Value + "z", "z" + f.Value, half(f.Value), strings.ToUpper(f.Value), strings.ReplaceAll(f.Value, "~", "")} {
			c := e.Clone()
			c.Fields[i].Value = v
			out = append(out, c)
		}
	}
	return out
}

func half(s string) string {
	r := []rune(s)
	return string(r[:len(r)/2])
}

// A wanted is what a draft asks of one field.
type wanted struct {
	whole   []string // values that must be the whole
	front   []string
	middle  []string
	back    []string
	present bool
	expr    []string // texts for regular expressions, also in middle
	sameAs  string
}

// A draft gathers what must hold.
type draft struct {
	rng    *rand.Rand
	fields map[string]*wanted
}

func (d *draft) field(name string) *wanted {
	w := d.fields[name]
	if w == nil {
		w = &wanted{}
		d.fields[name] = w
	}
	return w
}

// want makes n come to held, choosing at random where one of several will do.
func (d *draft) want(n *sigma.Node, held bool) {
	switch {
	case n.Kind == sigma.Leaf:
		d.leaf(n.Item, held)
	case n.Kind == sigma.Not:
		d.want(n.Kids[0], !held)
	case (n.Kind == sigma.And) == held:
		for _, k := range n.Kids {
			d.want(k, held)
		}
	default:
		d.want(n.Kids[d.rng.IntN(len(n.Kids))], held)
	}
}

func (d *draft) leaf(i *sigma.Item, held bool) {
	name := i.Field
	if i.Keywords() {
		name = "Words"
	}
	if held == i.Neg {
		// The comparison must fail: absence does that, but not for null.
		for _, v := range i.Values {
			if v.Op == sigma.Null || v.Op == sigma.Exists && v.Text == "false" {
				d.field(name).present = true
			}
		}
		return
	}
	values := i.Values
	if !i.All {
		values = []sigma.Value{i.Values[d.rng.IntN(len(i.Values))]}
	}
	for _, v := range values {
		d.value(d.field(name), i, v)
	}
}

func (d *draft) value(w *wanted, i *sigma.Item, v sigma.Value) {
	if i.Time != sigma.NoPart {
		w.whole = append(w.whole, moment(i.Time, v))
		return
	}
	switch v.Op {
	case sigma.Match:
		d.pattern(w, v.Pattern)
	case sigma.Regex:
		d.regex(w, v.Text)
	case sigma.CIDR:
		net, _ := netip.ParsePrefix(v.Text)
		w.whole = append(w.whole, net.Masked().Addr().String())
	case sigma.Exists:
		w.present = w.present || v.Text == "true"
	case sigma.FieldRef:
		w.present = true
		d.field(v.Text).present = true
		w.sameAs = v.Text
	case sigma.Less, sigma.More, sigma.LessEq, sigma.MoreEq, sigma.Equal:
		w.whole = append(w.whole, beside(v))
	}
}

func beside(v sigma.Value) string {
	n, _ := strconv.ParseFloat(v.Text, 64)
	switch v.Op {
	case sigma.Less:
		n--
	case sigma.More:
		n++
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// moment tries the days of a year until the part is right.
func moment(part sigma.TimePart, v sigma.Value) string {
	n, _ := strconv.Atoi(beside(v))
	two := func(n int) string { return strings.Repeat("0", 2-min(2, len(strconv.Itoa(n)))) + strconv.Itoa(n) }
	switch part {
	case sigma.Minute:
		return "2026-03-01T10:" + two(n) + ":00Z"
	case sigma.Hour:
		return "2026-03-01T" + two(n) + ":00:00Z"
	case sigma.Day:
		return "2026-03-" + two(n) + "T00:00:00Z"
	case sigma.Month:
		return "2026-" + two(n) + "-01T00:00:00Z"
	case sigma.Year:
		return two(n) + "-01-10T00:00:00Z"
	}
	return "2026-01-05T00:00:00Z"
}

func (d *draft) pattern(w *wanted, p sigma.Pattern) {
	w.present = true
	open := len(p) > 0 && p[0].Kind == sigma.Star
	end := len(p) > 0 && p[len(p)-1].Kind == sigma.Star
	var b strings.Builder
	for _, part := range p {
		switch part.Kind {
		case sigma.Literal:
			b.WriteString(part.Text)
		case sigma.One:
			b.WriteByte('q')
		case sigma.Star:
			if d.rng.IntN(2) == 0 {
				b.WriteByte('w')
			}
		}
	}
	switch s := b.String(); {
	case open && end:
		w.middle = append(w.middle, s)
	case end:
		w.front = append(w.front, s)
	case open:
		w.back = append(w.back, s)
	default:
		w.whole = append(w.whole, s)
	}
}

func (d *draft) regex(w *wanted, expr string) {
	w.present = true
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return
	}
	var b strings.Builder
	d.sample(re, &b)
	w.middle = append(w.middle, b.String())
	w.expr = append(w.expr, b.String())
}

// sample writes a text that re matches, as far as its parts go.
func (d *draft) sample(re *syntax.Regexp, b *strings.Builder) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(d.letter(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpCapture, syntax.OpConcat:
		for _, s := range re.Sub {
			d.sample(s, b)
		}
	case syntax.OpAlternate:
		d.sample(re.Sub[d.rng.IntN(len(re.Sub))], b)
	case syntax.OpPlus:
		for range 1 + d.rng.IntN(3) {
			d.sample(re.Sub[0], b)
		}
	case syntax.OpStar, syntax.OpQuest:
		if d.rng.IntN(3) == 0 {
			d.sample(re.Sub[0], b)
		}
	case syntax.OpRepeat:
		for range re.Min {
			d.sample(re.Sub[0], b)
		}
	}
}

// letter takes a printable member of a class, when there is one.
func (d *draft) letter(class []rune) rune {
	var some []rune
	for r := rune(' '); r < 0x7f; r++ {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= r && r <= class[i+1] {
				some = append(some, r)
			}
		}
	}
	if len(some) == 0 {
		return class[0]
	}
	return some[d.rng.IntN(len(some))]
}

// event builds the event, its fields in the order of their names.
func (d *draft) event(rule *sigma.Rule) *event.Event {
	e := &event.Event{Product: rule.Source.Product, Service: rule.Source.Service, Category: rule.Source.Category}
	var names []string
	for name := range d.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for n, name := range names {
		w := d.fields[name]
		if w.sameAs != "" {
			name, w = w.sameAs, d.fields[w.sameAs]
			for _, v := range d.texts(name, w) {
				e.Add(names[n], v, event.Text)
			}
			continue
		}
		for _, v := range d.texts(name, w) {
			e.Add(name, v, event.Text)
		}
	}
	return e
}

// texts are the values of a field: usually one, several when no single text
// can be all that is asked.
func (d *draft) texts(name string, w *wanted) []string {
	out := slices.Clone(w.whole)
	slices.Sort(out)
	out = slices.Compact(out)
	parts := slices.Concat(w.front, w.middle, w.back)
	if len(parts) == 0 {
		if len(out) == 0 && w.present {
			out = append(out, "held-"+name)
		}
		return out
	}
	if len(out) > 0 && len(w.expr) == 0 {
		return out // the whole is most likely all of the parts, too
	}
	if len(w.front) == 0 && d.rng.IntN(2) == 0 {
		parts = append([]string{"w"}, parts...)
	}
	if len(w.back) == 0 && d.rng.IntN(2) == 0 {
		parts = append(parts, "w")
	}
	join := ""
	if d.rng.IntN(2) == 0 {
		join = "~"
	}
	return append(out, strings.Join(parts, join))
}
