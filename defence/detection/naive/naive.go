// Package naive interprets Sigma rules one event at a time, in the plainest
// way that can be read beside the specification: no index, no sharing, no
// order but the rule's. It is what the engine is tested against, and what
// explains to a person why an event did or did not match.
//
// It shares the parser with the engine, and nothing of how texts are compared.
package naive

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tallinn/defence/detection/logsource"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// A Trace is what one node of a rule came to.
type Trace struct {
	Text string // the condition, search, field or value, in words
	Held bool
	Note string // what the event had instead
	Kids []*Trace
}

// Match reports whether e matches r. emptyIsNull is the pipeline's answer to
// whether an empty text counts as null. Log sources are not looked at.
func Match(r *sigma.Rule, e *event.Event, emptyIsNull bool) bool {
	return Explain(r, e, emptyIsNull).Held
}

// Explain tells, condition by condition, what each part came to.
func Explain(r *sigma.Rule, e *event.Event, emptyIsNull bool) *Trace {
	logsource.Complete(e)
	x := &interpreter{r, e, emptyIsNull}
	top := &Trace{Text: r.Title}
	for _, c := range r.Conditions {
		t := x.node(c.Root)
		t.Text = "condition: " + c.Text
		top.Kids = append(top.Kids, t)
		top.Held = top.Held || t.Held
	}
	return top
}

type interpreter struct {
	rule        *sigma.Rule
	ev          *event.Event
	emptyIsNull bool
}

func (x *interpreter) node(n *sigma.Node) *Trace {
	switch n.Kind {
	case sigma.Ref:
		d, _ := x.rule.Detection(n.Name)
		t := x.node(d.Root)
		return &Trace{Text: "search " + n.Name, Held: t.Held, Kids: []*Trace{t}}
	case sigma.Leaf:
		return x.item(n.Item)
	case sigma.Not:
		t := x.node(n.Kids[0])
		return &Trace{Text: "not", Held: !t.Held, Kids: []*Trace{t}}
	case sigma.And:
		t := &Trace{Text: "all of", Held: true}
		for _, k := range n.Kids {
			kid := x.node(k)
			t.Kids = append(t.Kids, kid)
			t.Held = t.Held && kid.Held
		}
		return t
	}
	t := &Trace{Text: "one of"}
	for _, k := range n.Kids {
		kid := x.node(k)
		t.Kids = append(t.Kids, kid)
		t.Held = t.Held || kid.Held
	}
	return t
}

func (x *interpreter) item(it *sigma.Item) *Trace {
	values := x.values(it.Field)
	t := &Trace{Text: it.Field, Held: it.All}
	if it.Keywords() {
		t.Text = "any field"
	}
	if len(it.Mods) > 0 {
		t.Text += "|" + strings.Join(it.Mods, "|")
	}
	for _, v := range it.Values {
		held := x.value(it, v, values)
		t.Kids = append(t.Kids, &Trace{Text: words(v), Held: held})
		if it.All {
			t.Held = t.Held && held
		} else {
			t.Held = t.Held || held
		}
	}
	if it.Neg {
		t.Held = !t.Held
	}
	t.Note = note(it, values)
	return t
}

func note(it *sigma.Item, values []event.Field) string {
	if it.Keywords() {
		return ""
	}
	if len(values) == 0 {
		return "the event has no such field"
	}
	var texts []string
	for _, v := range values {
		if v.Kind == event.Null {
			texts = append(texts, "null")
		} else {
			texts = append(texts, strconv.Quote(v.Value))
		}
	}
	return "the event has " + strings.Join(texts, ", ")
}

// values are the fields called name; all of the log's, and the line, for keywords.
func (x *interpreter) values(name string) []event.Field {
	var out []event.Field
	for i, f := range x.ev.Fields {
		if name == "" && i < x.ev.Logged() || name != "" && (f.Name == name || strings.ReplaceAll(f.Name, " ", "") == name) {
			out = append(out, f)
		}
	}
	if name == "" && x.ev.Raw != "" {
		out = append(out, event.Field{Value: x.ev.Raw})
	}
	return out
}

func (x *interpreter) value(it *sigma.Item, v sigma.Value, values []event.Field) bool {
	switch v.Op {
	case sigma.Exists:
		return (len(values) > 0) == (v.Text == "true")
	case sigma.Null:
		return !slices.ContainsFunc(values, func(f event.Field) bool {
			return f.Kind != event.Null && !(x.emptyIsNull && f.Value == "")
		})
	}
	return slices.ContainsFunc(values, func(f event.Field) bool {
		return f.Kind != event.Null && x.compare(it, v, f.Value)
	})
}

func (x *interpreter) compare(it *sigma.Item, v sigma.Value, text string) bool {
	if it.Time != sigma.NoPart {
		return onTime(it.Time, v, text)
	}
	switch v.Op {
	case sigma.Match:
		return matches(v.Pattern, text, it.Cased)
	case sigma.Regex:
		return regexp.MustCompile(v.Text).MatchString(text)
	case sigma.CIDR:
		ip, err := netip.ParseAddr(text)
		net, _ := netip.ParsePrefix(v.Text)
		return err == nil && (net.Contains(ip) || net.Contains(ip.Unmap()))
	case sigma.FieldRef:
		return slices.ContainsFunc(x.values(v.Text), func(f event.Field) bool {
			return refers(v.Form, text, f.Value, it.Cased)
		})
	}
	n, err := number(text)
	return err == nil && ordered(v, n)
}

func number(text string) (float64, error) {
	if hex, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok {
		n, err := strconv.ParseUint(hex, 16, 64)
		return float64(n), err
	}
	if text != "" && text[0] > '9' {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}

func ordered(v sigma.Value, n float64) bool {
	limit, _ := strconv.ParseFloat(v.Text, 64)
	switch v.Op {
	case sigma.Less:
		return n < limit
	case sigma.LessEq:
		return n <= limit
	case sigma.More:
		return n > limit
	case sigma.MoreEq:
		return n >= limit
	}
	return n == limit
}

func onTime(part sigma.TimePart, v sigma.Value, text string) bool {
	t, ok := event.ParseTime(text)
	if !ok {
		return false
	}
	_, week := t.ISOWeek()
	n := map[sigma.TimePart]int{sigma.Minute: t.Minute(), sigma.Hour: t.Hour(), sigma.Day: t.Day(),
		sigma.Week: week, sigma.Month: int(t.Month()), sigma.Year: t.Year()}[part]
	return ordered(v, float64(n))
}

func refers(form sigma.RefForm, text, other string, cased bool) bool {
	p := sigma.Text(other)
	switch form {
	case sigma.RefStarts:
		p = p.StartsWith()
	case sigma.RefEnds:
		p = p.EndsWith()
	case sigma.RefContains:
		p = p.Contains()
	}
	return matches(p, text, cased)
}

// matches compares rune by rune. reach holds the places of the text that the
// parts so far can end at.
func matches(p sigma.Pattern, text string, cased bool) bool {
	runes := []rune(text)
	reach := map[int]bool{0: true}
	for _, part := range p {
		next := map[int]bool{}
		for at := range reach {
			switch part.Kind {
			case sigma.Star:
				for to := at; to <= len(runes); to++ {
					next[to] = true
				}
			case sigma.One:
				if at < len(runes) {
					next[at+1] = true
				}
			case sigma.Literal:
				if n := len([]rune(part.Text)); begins(runes[at:], part.Text, cased) {
					next[at+n] = true
				}
			}
		}
		reach = next
	}
	return reach[len(runes)]
}

func begins(runes []rune, text string, cased bool) bool {
	i := 0
	for _, want := range text {
		if i >= len(runes) || runes[i] != want && (cased || !sameLetter(runes[i], want)) {
			return false
		}
		i++
	}
	return true
}

// sameLetter walks the case forms of a.
func sameLetter(a, b rune) bool {
	for x := unicode.SimpleFold(a); x != a; x = unicode.SimpleFold(x) {
		if x == b {
			return true
		}
	}
	return false
}

func words(v sigma.Value) string {
	switch v.Op {
	case sigma.Match:
		return strconv.Quote(v.Pattern.String())
	case sigma.Null:
		return "null"
	case sigma.Exists:
		return "exists: " + v.Text
	case sigma.FieldRef:
		return "the field " + v.Text
	case sigma.CIDR:
		return "in the network " + v.Text
	case sigma.Regex:
		return "the expression " + v.Text
	}
	return map[sigma.Op]string{sigma.Less: "below ", sigma.LessEq: "at most ", sigma.More: "above ",
		sigma.MoreEq: "at least ", sigma.Equal: ""}[v.Op] + v.Text
}
