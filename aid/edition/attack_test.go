package edition_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/aid/edition"
	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// An attacker has every table of every edition that was released, and knows of
// every row but its value. It is written apart from the guard: it solves the
// equations with fractions, and asks of each party whether any combination of
// its unknown rows has one value in all solutions, beyond those that follow
// from the totals that the party itself has cleared.
type attacker struct {
	unknown []cell
	place   map[cell]int
	known   map[cell]bool
	rows    [][]*big.Rat // published sums, over unknown
	own     map[party.ID][][]*big.Rat
}

type cell struct {
	flow     flow.ID
	provider party.ID
	year     int
	line     flow.Line
	value    string
}

func cellOf(r edition.Row) cell { return cell{r.Flow, r.Provider, r.Year, r.Line, r.Value} }

func attack(released []edition.Edition) *attacker {
	a := &attacker{place: map[cell]int{}, known: map[cell]bool{}, own: map[party.ID][][]*big.Rat{}}
	for _, e := range released {
		for _, r := range e.Released.Content.Rows {
			a.known[cellOf(r)] = true
		}
		for _, r := range e.Rows {
			if r.Public {
				a.known[cellOf(r)] = true
			}
		}
	}
	for _, e := range released {
		for _, r := range counted(e) {
			if _, seen := a.place[cellOf(r)]; !seen && !a.known[cellOf(r)] {
				a.place[cellOf(r)] = len(a.unknown)
				a.unknown = append(a.unknown, cellOf(r))
			}
		}
	}
	for i, e := range released {
		c := e.Released.Content
		for _, p := range c.Partners {
			if v := a.vector(counted(e), nil, func(r edition.Row) bool { return r.Provider == p.Party }); v != nil {
				a.rows, a.own[p.Party] = append(a.rows, v), append(a.own[p.Party], v)
			}
		}
		for _, part := range c.Lines {
			a.add(a.vector(counted(e), nil, func(r edition.Row) bool { return slices.Contains(part.Of, lineName(r)) }))
		}
		for _, part := range c.Years {
			a.add(a.vector(counted(e), nil, func(r edition.Row) bool { return slices.Contains(part.Of, yearName(r)) }))
		}
		if i == 0 {
			continue
		}
		for _, ch := range c.Since.By {
			in := func(r edition.Row, gone bool) bool {
				return slices.Contains(ch.Of, reasonOf(released[i-1], e, r, gone))
			}
			a.add(a.vector(counted(e), counted(released[i-1]), nil, in))
		}
	}
	return a
}

func lineName(r edition.Row) string {
	if r.Line == "" {
		return edition.None
	}
	return string(r.Line)
}

func yearName(r edition.Row) string {
	if r.Year == 0 {
		return edition.None
	}
	return fmt.Sprint(r.Year)
}

func counted(e edition.Edition) (out []edition.Row) {
	for _, r := range e.Rows {
		switch m := e.Released.Content.ModeOf(r.Provider); {
		case r.Status != flow.Pledge && r.Value != "" && (m == edition.ByRow || m == edition.ByTotal):
			out = append(out, r)
		}
	}
	return out
}

// reasonOf is why a row is counted by one of two editions alone; an attacker
// who knows all but amounts knows it.
func reasonOf(before, now edition.Edition, r edition.Row, gone bool) statement.Reason {
	other := before
	if gone {
		other = now
	}
	if m := other.Released.Content.ModeOf(r.Provider); m != edition.ByRow && m != edition.ByTotal {
		return edition.ByClearance
	}
	var same *edition.Row
	flowThere := false
	for _, o := range other.Rows {
		if o.Flow == r.Flow {
			flowThere = true
			if o.Provider == r.Provider && o.Year == r.Year {
				same = &o
			}
		}
	}
	switch {
	case same != nil && same.Pledged() != r.Pledged():
		return statement.Reclassified
	case same != nil && same.Spoken == r.Spoken:
		return statement.ByRate
	case same != nil:
		return statement.Corrected
	case flowThere:
		return statement.Reclassified
	case gone:
		return statement.Corrected
	}
	return statement.New
}

// vector is a sum over the unknown: plus of, less minus; nil when nothing
// unknown is in it.
func (a *attacker) vector(plus, minus []edition.Row, in func(edition.Row) bool, change ...func(edition.Row, bool) bool) []*big.Rat {
	v := make([]*big.Rat, len(a.unknown))
	for i := range v {
		v[i] = new(big.Rat)
	}
	some := false
	add := func(r edition.Row, n int64) {
		if i, unknown := a.place[cellOf(r)]; unknown {
			v[i].Add(v[i], big.NewRat(n, 1))
			some = true
		}
	}
	if in != nil {
		for _, r := range plus {
			if in(r) {
				add(r, 1)
			}
		}
	}
	for _, c := range change {
		unchanged := func(r edition.Row, list []edition.Row) bool {
			return slices.ContainsFunc(list, func(o edition.Row) bool {
				return o.Flow == r.Flow && o.Provider == r.Provider && o.Year == r.Year && o.Value == r.Value
			})
		}
		for _, r := range plus {
			if !unchanged(r, minus) && c(r, false) {
				add(r, 1)
			}
		}
		for _, r := range minus {
			if !unchanged(r, plus) && c(r, true) {
				add(r, -1)
			}
		}
	}
	if !some {
		return nil
	}
	return v
}

func (a *attacker) add(v []*big.Rat) {
	if v != nil {
		a.rows = append(a.rows, v)
	}
}

// finds names a party of which more is determined than it cleared itself, to
// whoever knows the rows of insider too; empty: none.
func (a *attacker) finds(insider party.ID) party.ID {
	rows := slices.Clone(a.rows)
	for i, c := range a.unknown {
		if c.provider == insider {
			rows = append(rows, unit(len(a.unknown), i))
		}
	}
	for p := range a.own {
		if p == insider {
			continue
		}
		// Combinations of the rows that are nothing outside p's own cells: put
		// those first, eliminate, and see what is left below.
		var order []int
		for i, c := range a.unknown {
			if c.provider != p {
				order = append(order, i)
			}
		}
		outside := len(order)
		for i, c := range a.unknown {
			if c.provider == p {
				order = append(order, i)
			}
		}
		told := echelon(rows, order)[outside:]
		own := echelon(a.own[p], order)
		if count(told) > count(own) {
			return p
		}
	}
	return ""
}

func unit(n, at int) []*big.Rat {
	v := make([]*big.Rat, n)
	for i := range v {
		v[i] = new(big.Rat)
	}
	v[at].SetInt64(1)
	return v
}

// echelon eliminates in the order of columns; the result has at k the row
// whose first entry is in column order[k], or nil.
func echelon(rows [][]*big.Rat, order []int) [][]*big.Rat {
	out := make([][]*big.Rat, len(order))
	for _, r := range rows {
		r := slices.Clone(r)
		for i := range r {
			r[i] = new(big.Rat).Set(r[i])
		}
		for k, c := range order {
			if r[c].Sign() == 0 {
				continue
			}
			if out[k] == nil {
				out[k] = r
				break
			}
			by := new(big.Rat).Quo(r[c], out[k][c])
			for i := range r {
				r[i].Sub(r[i], new(big.Rat).Mul(by, out[k][i]))
			}
		}
	}
	return out
}

func count(rows [][]*big.Rat) (n int) {
	for _, r := range rows {
		if r != nil {
			n++
		}
	}
	return n
}

// TestAttack releases random editions, of rows that come, change and go, and
// of parties that change their minds, and attacks all that was published,
// together: as an outsider, and as each party in turn. It also counts who
// stands behind each sum.
func TestAttack(t *testing.T) {
	brokenDown, explained := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := newSeries(t)
		for range rapid.IntRange(1, 4).Draw(t, "editions") {
			s.change()
			s.release()
		}
		released := s.book.Released()
		a := attack(released)
		for _, insider := range append([]party.ID{""}, s.parties...) {
			if p := a.finds(insider); p != "" {
				t.Fatalf("%q finds out more of %s than it cleared, from %s", insider, p, told(released))
			}
		}
		for i, e := range released {
			c := e.Released.Content
			brokenDown += len(c.Lines) + len(c.Years)
			if c.Since != nil {
				explained += len(c.Since.By)
			}
			then := attack(released[:i+1]) // what was not known when it was released
			for k, parts := range [][]edition.Part{c.Lines, c.Years} {
				of := []func(edition.Row) string{lineName, yearName}[k]
				for _, part := range parts {
					if n := unstated(then, e, func(r edition.Row) bool { return slices.Contains(part.Of, of(r)) }); n == 1 || n == 2 {
						t.Fatalf("edition %d: %d parties stand behind %v", i+1, n, part)
					}
				}
			}
			addsUp(t, released, i)
		}
	})
	if brokenDown == 0 || explained == 0 {
		t.Errorf("nothing was ever broken down (%d) or explained (%d): the test attacks nothing", brokenDown, explained)
	}
}

func unstated(a *attacker, e edition.Edition, in func(edition.Row) bool) int {
	seen := map[party.ID]bool{}
	for _, r := range counted(e) {
		if _, unknown := a.place[cellOf(r)]; unknown && in(r) {
			seen[r.Provider] = true
		}
	}
	return len(seen)
}

// addsUp: the parts of each table come to its total, to the last digit.
func addsUp(t *rapid.T, released []edition.Edition, i int) {
	c := released[i].Released.Content
	sum := statement.Signed{}
	plus := func(s string, less bool) {
		x, err := money.ParseExact(s)
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Add(statement.Signed{Less: less && !x.IsZero(), Value: x})
	}
	check := func(what, want string) {
		if sum.Less || sum.Value.String() != want {
			t.Fatalf("edition %d: %s come to %v, not %s", i+1, what, sum, want)
		}
		sum = statement.Signed{}
	}
	for _, p := range c.Partners {
		plus(p.Value, false)
	}
	check("partners", c.Total)
	for _, parts := range [][]edition.Part{c.Lines, c.Years} {
		if len(parts) == 0 {
			continue
		}
		for _, p := range parts {
			plus(p.Value, false)
		}
		if c.Whole != "" {
			plus(c.Whole, false)
		}
		check("parts", c.Total)
	}
	if c.Since != nil {
		plus(c.Since.Total, false)
		for _, ch := range c.Since.By {
			plus(ch.Value, ch.Less)
		}
		check("changes", c.Total)
	}
}

func told(released []edition.Edition) (out string) {
	for _, e := range released {
		c := e.Released.Content
		out += fmt.Sprintf("\n%d: %v lines %v years %v since %+v", e.Released.Number, c.Partners, c.Lines, c.Years, c.Since)
		for _, r := range counted(e) {
			out += fmt.Sprintf("\n   %s %s %s %s %s", r.Flow, r.Provider, lineName(r), yearName(r), r.Value)
		}
	}
	return out
}

// TestThreeProviders: the plain case that the rule is named after. With two
// parties behind a line, either would read the other's share off it.
func TestThreeProviders(t *testing.T) {
	row := func(id flow.ID, p party.ID, line flow.Line, value string) edition.Row {
		return edition.Row{Flow: id, Provider: p, Line: line, Status: flow.Paid, On: "2026-01-01", Value: value + ".000000000000"}
	}
	rows := []edition.Row{row("F-1", "A", flow.Training, "10"), row("F-2", "B", flow.Training, "20"), row("F-3", "C", flow.Training, "30"),
		row("F-4", "A", flow.Detection, "1"), row("F-5", "B", flow.Detection, "2"), row("F-6", "C", flow.Detection, "3"),
		row("F-7", "A", flow.Response, "5"), row("F-8", "B", flow.Response, "6")}
	s := &series{book: edition.NewBook(), parties: []party.ID{"A", "B", "C"}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		rows: rows, modes: map[party.ID]edition.Mode{"A": edition.ByTotal, "B": edition.ByTotal, "C": edition.ByTotal}, fail: t.Fatalf}
	s.release()
	c := s.book.Released()[0].Released.Content
	if got := fmt.Sprint(c.Lines); len(c.Lines) != 2 || !slices.ContainsFunc(c.Lines, func(p edition.Part) bool { return len(p.Of) == 2 && slices.Contains(p.Of, "response") }) {
		t.Errorf("lines are %s; response, of two parties, is to stand with another", got)
	}
	if len(c.Rows) != 0 || len(c.Partners) != 3 || c.Total != "77.000000000000" {
		t.Errorf("it says %+v", c)
	}
}
