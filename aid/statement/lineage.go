package statement

import (
	"tallinn/aid/flow"
	"tallinn/money"
)

// trace follows the links before the flows are read.
func (c *count) trace() {
	c.lineage = flow.NewLineage(c.in.Flows, c.inside, c.asOf)
	if c.lineage != nil {
		c.lineage.Trace()
		c.passedOn(c.in.Flows.Tallies())
	}
}

// passedOn sums what links take of each flow: only what binds takes.
func (c *count) passedOn(tallies []flow.Tally) {
	c.onward = make([]int64, len(tallies))
	for i := range tallies {
		t := &tallies[i]
		if t.Parents == 0 || t.Gone || t.Denied || t.On > c.asOf || t.Committed > c.asOf {
			continue
		}
		for _, p := range c.in.Flows.Parents()[t.Parent:][:t.Parents] {
			if p.On <= c.asOf {
				c.onward[p.Flow] += p.Of
			}
		}
	}
}

// A cell is a part of a flow that one provider gave first, for one year.
type cell struct {
	provider int32
	year     int32 // 0: not stated
	minor    int64
}

// cells divides what of a flow is new money here among those who gave it
// first and its years. Its years keep their proportion; within a flow the
// providers fill them in the order of their ids. Each cell is converted for
// itself, so that the providers and the years both add up to the flow.
func (c *count) cells(i int, t *flow.Tally, yield func(cell)) {
	var room scratch
	c.cellsIn(&room, i, t, yield)
}

// A scratch is room for one flow's shares and years at a time, and for what
// they come to: a statement goes through a hundred thousand of them.
type scratch struct {
	portions  flow.Portions
	shares    []flow.Share
	years     []cell
	byPartner []part
	byYear    []part
}

// A part is what came to one provider or year.
type part struct {
	of int32
	x  money.Exact
}

func addPart(parts []part, of int32, x money.Exact) []part {
	for i := range parts {
		if parts[i].of == of {
			parts[i].x = parts[i].x.Add(x)
			return parts
		}
	}
	return append(parts, part{of, x})
}

func (c *count) cellsIn(room *scratch, i int, t *flow.Tally, yield func(cell)) {
	shares := room.shares[:0]
	all := c.lineage.Of(i)
	if all == nil {
		shares = append(shares, flow.Share{Minor: t.Minor, Provider: t.Provider})
	}
	var fresh int64
	for _, s := range all {
		if !s.Inside {
			shares = append(shares, s)
		}
	}
	for _, s := range shares {
		fresh += s.Minor
	}
	room.shares = shares
	if fresh == 0 {
		return
	}
	years := append(room.years[:0], cell{minor: fresh})
	if t.Portions > 0 {
		parts := c.portions(t)
		years = years[:0]
		for k, n := range room.portions.Divide(fresh, len(parts), func(i int) int64 { return parts[i].Minor }) {
			years = append(years, cell{year: parts[k].Year, minor: n})
		}
	}
	room.years = years
	for y, s := 0, 0; y < len(years) && s < len(shares); {
		n := min(years[y].minor, shares[s].Minor)
		if n > 0 {
			yield(cell{shares[s].Provider, years[y].year, n})
		}
		years[y].minor -= n
		shares[s].Minor -= n
		if years[y].minor == 0 {
			y++
		}
		if s < len(shares) && shares[s].Minor == 0 {
			s++
		}
	}
}
