package statement

import (
	"fmt"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/money"
)

// layers is how many links lie one under another.
const layers = 4

// linked is input(n) with four of five flows paid in half from the one before.
func linked(n int) statement.Input {
	all := facts(n)
	in := fold(all)
	half := func(a money.Amount) money.Amount {
		out, _ := money.FromMinor(a.Minor()/2, a.Currency())
		return out
	}
	pos := fact.Pos(len(all))
	for i := range n - 1 {
		if i%(layers+1) == layers {
			continue
		}
		parent, _ := in.Flows.Get(flow.ID(fmt.Sprintf("F-%06d", i)))
		child, _ := in.Flows.Get(flow.ID(fmt.Sprintf("F-%06d", i+1)))
		b := flow.Linked{Parent: parent.Recorded.Flow, Child: child.Recorded.Flow, Amount: half(parent.Amount), Part: half(child.Amount), How: flow.PassedOn, On: child.On}
		in.Flows.Fold(fact.Fact{Pos: pos, Kind: b.Kind(), Streams: b.Streams(), Realm: fact.Real, Body: b})
		pos++
	}
	return in
}

// BenchmarkLinked100k computes every total over 100,000 flows with four layers
// of links.
func BenchmarkLinked100k(b *testing.B) {
	in := linked(flows)
	b.ReportAllocs()
	for b.Loop() {
		statement.Compute(in, query)
	}
}

// BenchmarkCompare100k says why the total differs between two days, from the
// books: both statements, and the comparison.
func BenchmarkCompare100k(b *testing.B) {
	in := linked(flows)
	earlier := query
	earlier.AsOf = "2025-06-30"
	b.ReportAllocs()
	for b.Loop() {
		before, after := statement.Compute(in, earlier), statement.Compute(in, query)
		if _, err := statement.Compare(&before, &after, "statement.total"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFigure10k opens a figure of 10,000 rows, from the books: what its
// page and its table are made of.
func BenchmarkFigure10k(b *testing.B) {
	in := linked(26_000)
	if n := statement.Compute(in, query).Total.Count; n < 10_000 {
		b.Fatalf("the figure has %d rows", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		st := statement.Compute(in, query)
		if o := st.Total.Open(); len(o.Rows) < 10_000 {
			b.Fatal(len(o.Rows))
		}
	}
}

// TestLinkedAddUp: with links too, partners, lines and years come to the total.
func TestLinkedAddUp(t *testing.T) {
	st := statement.Compute(linked(5000), query)
	var partners, lines, years money.Exact
	for _, p := range st.ByPartner {
		partners = partners.Add(p.Value)
	}
	for _, f := range st.ByLine {
		lines = lines.Add(f.Value)
	}
	for _, f := range st.ByYear {
		years = years.Add(f.Value)
	}
	if partners != st.Total.Value || lines != st.Total.Value || years != st.Total.Value {
		t.Errorf("partners %v, lines %v, years %v; total %v", partners, lines, years, st.Total.Value)
	}
	if plain := statement.Compute(input(5000), query); plain.Total.Value.Cmp(st.Total.Value) <= 0 {
		t.Errorf("links take nothing out of the total: %v, %v", plain.Total.Value, st.Total.Value)
	}
	var parts money.Exact
	for _, r := range st.Parts() {
		parts = parts.Add(r.Converted)
	}
	if parts != st.Total.Value {
		t.Errorf("parts %v; total %v", parts, st.Total.Value)
	}
}
