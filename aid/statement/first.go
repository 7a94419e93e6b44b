package statement

import (
	"cmp"
	"slices"

	"tallinn/aid/flow"
	"tallinn/mechanism/party"
)

// First are the first n rows of f, rated or not, in the order of Rows. It
// makes no others: a page lists two hundred of a hundred thousand.
func (f Figure) First(n int) []Row {
	if f.count == nil || n <= 0 {
		return nil
	}
	if f.pick.kind == byYear || f.pick.ofProvider() && f.count.lineage != nil { // its rows are portions
		rows := f.all()
		return slices.Clone(rows[:min(n, len(rows))])
	}
	flows, tallies := f.count.in.Flows, f.count.in.Flows.Tallies()
	inOrder := func(a, b int) int {
		return cmp.Or(cmp.Compare(tallies[a].On, tallies[b].On),
			cmp.Compare(flows.At(a).Recorded.Flow, flows.At(b).Recorded.Flow))
	}
	holds := f.holder()
	var kept []int
	last := flow.Never // the day of the last that can still be among the first
	for i := range tallies {
		if t := &tallies[i]; t.On > last || !holds(i, t) {
			continue
		}
		if kept = append(kept, i); len(kept) == 2*n {
			slices.SortFunc(kept, inOrder)
			kept, last = kept[:n], tallies[kept[n-1]].On
		}
	}
	slices.SortFunc(kept, inOrder)
	rows := make([]Row, 0, min(n, len(kept)))
	for _, i := range kept[:min(n, len(kept))] {
		rows = f.count.rows(rows, i, f.pick)
	}
	return rows
}

// Providers counts the flows under f by provider, rated or not.
func (f Figure) Providers() map[party.ID]int {
	if f.count == nil {
		return nil
	}
	tallies := f.count.in.Flows.Tallies()
	holds := f.holder()
	counts := make([]int, len(f.count.inside))
	for i := range tallies {
		if t := &tallies[i]; holds(i, t) {
			counts[t.Provider]++
		}
	}
	out := map[party.ID]int{}
	for i, id := range f.count.in.Flows.Names()[:len(counts)] {
		if counts[i] > 0 {
			out[id] = counts[i]
		}
	}
	return out
}

// holder returns whether the flow at index i, whose tally is t, stands under f.
func (f Figure) holder() func(i int, t *flow.Tally) bool {
	if f.pick.kind != unrated {
		return f.picks
	}
	type key struct {
		currency uint16
		on       flow.Day
	}
	rated := map[key]bool{} // flows are many, currencies and days few
	return func(i int, t *flow.Tally) bool {
		if !f.picks(i, t) {
			return false
		}
		k := key{t.Currency, t.On}
		known, seen := rated[k]
		if !seen {
			w := f.count.in.Flows.At(i)
			known = f.count.find(w.Amount.Currency(), w.On.First()).rated
			rated[k] = known
		}
		return !known
	}
}
