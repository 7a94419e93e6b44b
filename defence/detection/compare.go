package detection

import (
	"net/netip"
	"strconv"
	"strings"

	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// fits reports whether the value at position i of the event fits at.
func (m *Matcher) fits(at *atom, i int32) bool {
	text := m.ev.Text(int(i))
	if at.cased && at.form != regex || at.form > regex {
		return at.fits(text, text)
	}
	return at.fits(text, m.fold(i))
}

// fits reports whether one value fits a. text is the value as written;
// folded is what texts are compared in: folded, or text again for atoms by case.
func (a *atom) fits(text, folded string) bool {
	if a.time != sigma.NoPart {
		part, ok := timePart(text, a.time)
		return ok && compare(float64(part), a.op, a.num)
	}
	switch a.form {
	case exact:
		return folded == a.text
	case prefix:
		return strings.HasPrefix(folded, a.text)
	case suffix:
		return strings.HasSuffix(folded, a.text)
	case contains:
		return strings.Contains(folded, a.text)
	case anyText:
		return true
	case globForm:
		return a.glob.match(folded)
	case regex:
		for _, piece := range a.must {
			if !strings.Contains(folded, piece) {
				return false
			}
		}
		return a.re.MatchString(text)
	case cidr:
		ip, err := netip.ParseAddr(text)
		return err == nil && (a.net.Contains(ip) || a.net.Contains(ip.Unmap()))
	case number:
		x, ok := numeric(text)
		return ok && compare(x, a.op, a.num)
	}
	return false
}

// numeric reads decimal and, as Windows writes some types, hexadecimal.
func numeric(s string) (float64, bool) {
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		u, err := strconv.ParseUint(s[2:], 16, 64)
		return float64(u), err == nil
	}
	if s == "" || s[0] > '9' { // no inf, no nan
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil
}

func compare(x float64, op sigma.Op, y float64) bool {
	switch op {
	case sigma.Less:
		return x < y
	case sigma.LessEq:
		return x <= y
	case sigma.More:
		return x > y
	case sigma.MoreEq:
		return x >= y
	}
	return x == y
}

// timePart reads part of a date as it is written, without changing its zone.
func timePart(s string, part sigma.TimePart) (int, bool) {
	t, ok := event.ParseTime(s)
	if !ok {
		return 0, false
	}
	switch part {
	case sigma.Minute:
		return t.Minute(), true
	case sigma.Hour:
		return t.Hour(), true
	case sigma.Day:
		return t.Day(), true
	case sigma.Week:
		_, week := t.ISOWeek()
		return week, true
	case sigma.Month:
		return int(t.Month()), true
	}
	return t.Year(), true
}

// isNull: the field is absent, or every value of it is null (or empty, when
// the pipeline says so).
func (m *Matcher) isNull(at *atom) bool {
	if m.slots[at.field].epoch != m.epoch {
		return true
	}
	for i := m.slots[at.field].first; i >= 0; i = m.next[i] {
		f := &m.ev.Fields[i]
		if f.Kind != event.Null && !(at.want && f.Value == "") {
			return false
		}
	}
	return true
}

// refers compares two fields of the event, every value with every value.
func (m *Matcher) refers(at *atom) bool {
	if m.slots[at.field].epoch != m.epoch || m.slots[at.other].epoch != m.epoch {
		return false
	}
	for i := m.slots[at.field].first; i >= 0; i = m.next[i] {
		for j := m.slots[at.other].first; j >= 0; j = m.next[j] {
			x, y := m.ev.Text(int(i)), m.ev.Text(int(j))
			if !at.cased {
				x, y = m.fold(i), m.fold(j)
			}
			if refForm(at.ref, x, y) {
				return true
			}
		}
	}
	return false
}

func refForm(form sigma.RefForm, x, y string) bool {
	switch form {
	case sigma.RefStarts:
		return strings.HasPrefix(x, y)
	case sigma.RefEnds:
		return strings.HasSuffix(x, y)
	case sigma.RefContains:
		return strings.Contains(x, y)
	}
	return x == y
}
