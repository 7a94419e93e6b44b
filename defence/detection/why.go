package detection

import (
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// A Reason is one comparison that held when a rule matched.
type Reason struct {
	Detection string // the search it is part of
	Field     string // "" for keywords
	Value     string // the event's value
	Pattern   string // what the rule asks for, as written after its modifiers
}

// Why returns the comparisons that held, for a rule that the last call of
// Match gave. Searches that did not hold, such as filters, are left out. The
// values are views into the event.
func (m *Matcher) Why(rule int) []Reason {
	u := &m.e.rules[rule]
	var out []Reason
	for i, d := range u.rule.Detections {
		if m.eval(u.parts[i]) {
			out = m.reasons(u.parts[i], d.Name, out)
		}
	}
	return out
}

func (m *Matcher) reasons(n int32, name string, out []Reason) []Reason {
	nd := &m.e.nodes[n]
	if nd.kind == isNot {
		return out
	}
	if nd.kind != isAtom {
		for _, k := range m.e.kids[nd.first : nd.first+nd.count] {
			out = m.reasons(k, name, out)
		}
		return out
	}
	if !m.holds(nd.first) {
		return out
	}
	at := &m.e.atoms[nd.first]
	r := Reason{Detection: name, Pattern: Written(at.value)}
	if at.field < 0 {
		r.Value = m.where(at)
		return append(out, r)
	}
	r.Field = m.e.fields[at.field]
	if m.slots[at.field].epoch == m.epoch {
		for i := m.slots[at.field].first; i >= 0; i = m.next[i] {
			r.Value = m.ev.Text(int(i))
			if m.fits(at, i) {
				break
			}
		}
	}
	return append(out, r)
}

// where returns the value a keyword was found in.
func (m *Matcher) where(at *atom) string {
	for i := range m.ev.Logged() {
		if m.ev.Fields[i].Kind != event.Null && m.fits(at, int32(i)) {
			return m.ev.Text(i)
		}
	}
	return m.ev.Raw
}

// Written is what a value asks for, in the words of the rule language.
func Written(v sigma.Value) string {
	switch v.Op {
	case sigma.Match:
		return v.Pattern.String()
	case sigma.Regex:
		return "re: " + v.Text
	case sigma.CIDR:
		return "in " + v.Text
	case sigma.Less:
		return "< " + v.Text
	case sigma.LessEq:
		return "<= " + v.Text
	case sigma.More:
		return "> " + v.Text
	case sigma.MoreEq:
		return ">= " + v.Text
	case sigma.Exists:
		return "exists: " + v.Text
	case sigma.Null:
		return "null"
	case sigma.FieldRef:
		return "field " + v.Text
	}
	return v.Text
}
