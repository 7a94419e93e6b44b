package statement

import (
	"cmp"
	"math/bits"
	"slices"

	"tallinn/aid/flow"
	"tallinn/mechanism/party"
)

// A share is a part of a flow by where it came from: its first provider, and
// whether it had been inside the boundary before (rule 4).
type share struct {
	minor    int64
	provider int32 // index into flow.Book.Names
	inside   bool  // it was inside before: it is not new money here
}

// A lineage says of flows that others pay for what they are made of. The zero
// lineage says that nothing is linked.
type lineage struct {
	spans  []span // by flow; the zero span is a flow that nothing pays for
	shares []share
}

type span struct {
	from  int32
	n     int32
	state uint8
}

const (
	unseen uint8 = iota
	underway
	traced
)

// trace follows the links upwards, once for each flow. A link counts from its
// day, when the flow that pays is itself binding by then: a pledge pays for
// nothing.
func (c *count) trace() {
	if len(c.in.Flows.Parents()) == 0 {
		return
	}
	tallies := c.in.Flows.Tallies()
	c.rank = ranks(c.in.Flows.Names())
	c.lineage = &lineage{spans: make([]span, len(tallies)), shares: make([]share, 0, len(c.in.Flows.Parents())+16)}
	for i := range tallies {
		if tallies[i].Parents > 0 {
			c.traceOne(int32(i), tallies)
		}
	}
	c.passedOn(tallies)
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

// ranks is the place of each name in the order of names.
func ranks(names []party.ID) []int32 {
	sorted := make([]int32, len(names))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(a, b int32) int { return compare(names[a], names[b]) })
	out := make([]int32, len(names))
	for place, i := range sorted {
		out[i] = int32(place)
	}
	return out
}

func (c *count) traceOne(i int32, tallies []flow.Tally) {
	l, t := c.lineage, &tallies[i]
	switch l.spans[i].state {
	case traced, underway: // a circle, which no rule makes, is not followed
		return
	}
	l.spans[i].state = underway
	parents := c.in.Flows.Parents()[t.Parent:][:t.Parents]
	for _, p := range parents {
		if tallies[p.Flow].Parents > 0 {
			c.traceOne(p.Flow, tallies)
		}
	}
	from, left := int32(len(l.shares)), t.Minor
	for _, p := range parents {
		up := &tallies[p.Flow]
		if p.On > c.asOf || up.Gone || up.Denied || up.On > c.asOf || up.Committed > c.asOf || up.Minor == 0 {
			continue
		}
		part := min(p.Part, left) // a child corrected to less than was linked
		left -= part
		c.pass(p.Flow, up, part)
	}
	if left > 0 {
		l.shares = append(l.shares, share{left, t.Provider, false})
	}
	c.merge(from)
	l.spans[i] = span{from, int32(len(l.shares)) - from, traced}
}

// pass adds part of a flow, paid by the flow at index i, as that flow is made
// up.
func (c *count) pass(i int32, up *flow.Tally, part int64) {
	l := c.lineage
	// Money that lay on one side of the boundary was inside it then. That of
	// another scope entered under another account.
	inside := flow.Scopes[up.Scope] == flow.Mechanism && (c.inside[up.Provider] || c.inside[up.Receiver])
	s := l.spans[i]
	if s.state != traced || s.n == 0 {
		l.shares = append(l.shares, share{part, up.Provider, inside})
		return
	}
	if s.n == 1 {
		only := l.shares[s.from]
		l.shares = append(l.shares, share{part, only.provider, only.inside || inside})
		return
	}
	of := l.shares[s.from:][:s.n]
	var whole int64
	for _, x := range of {
		whole += x.minor
	}
	for k, n := range apportion(part, whole, of, func(x share) int64 { return x.minor }) {
		if n > 0 {
			l.shares = append(l.shares, share{n, of[k].provider, of[k].inside || inside})
		}
	}
}

// merge makes one share a provider and side from index from on. They are in
// the order of the parties' ids, which does not hang on who reported first.
func (c *count) merge(from int32) {
	l := c.lineage
	own := l.shares[from:]
	if len(own) < 2 {
		return
	}
	slices.SortFunc(own, func(a, b share) int {
		return cmp.Or(cmp.Compare(c.rank[a.provider], c.rank[b.provider]), order(a.inside, b.inside))
	})
	n := 0
	for _, s := range own[1:] {
		if own[n].provider == s.provider && own[n].inside == s.inside {
			own[n].minor += s.minor
		} else {
			n++
			own[n] = s
		}
	}
	l.shares = l.shares[:int(from)+n+1]
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// apportion divides amount in proportion to the parts of whole, in minor
// units, with nothing lost: each gets the whole units of its proportion, and
// the units that are left go one each to those with the largest remainder,
// the first first.
func apportion[T any](amount, whole int64, parts []T, of func(T) int64) []int64 {
	out := make([]int64, len(parts))
	remainders := make([]uint64, len(parts))
	left := amount
	for i, p := range parts {
		hi, lo := bits.Mul64(uint64(amount), uint64(of(p)))
		q, r := bits.Div64(hi, lo, uint64(whole))
		out[i], remainders[i] = int64(q), r
		left -= int64(q)
	}
	for ; left > 0; left-- {
		most := -1
		for i := range remainders {
			if most < 0 || remainders[i] > remainders[most] {
				most = i
			}
		}
		out[most]++
		remainders[most] = 0
	}
	return out
}

// made is what the flow at index i is made of, in the order of its shares; a
// flow that nothing pays for is its provider's own. It returns buf, grown when
// it is too small.
func (c *count) made(i int, t *flow.Tally, buf []share) []share {
	if c.lineage != nil && t.Parents > 0 {
		if s := c.lineage.spans[i]; s.n > 0 {
			return c.lineage.shares[s.from:][:s.n]
		}
	}
	return append(buf[:0], share{t.Minor, t.Provider, false})
}

// fresh is how much of the flow at index i was not inside the boundary before.
func (c *count) fresh(i int, t *flow.Tally) int64 {
	if c.lineage == nil || t.Parents == 0 {
		return t.Minor
	}
	var sum int64
	for _, s := range c.made(i, t, nil) {
		if !s.inside {
			sum += s.minor
		}
	}
	return sum
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
	var buf [1]share
	shares := slices.DeleteFunc(slices.Clone(c.made(i, t, buf[:0])), func(s share) bool { return s.inside })
	var fresh int64
	for _, s := range shares {
		fresh += s.minor
	}
	if fresh == 0 {
		return
	}
	years := []cell{{minor: fresh}}
	if t.Portions > 0 {
		parts := c.portions(t)
		years = years[:0]
		for k, n := range apportion(fresh, t.Minor, parts, func(p flow.PortionTally) int64 { return p.Minor }) {
			years = append(years, cell{year: parts[k].Year, minor: n})
		}
	}
	for y, s := 0, 0; y < len(years) && s < len(shares); {
		n := min(years[y].minor, shares[s].minor)
		if n > 0 {
			yield(cell{shares[s].provider, years[y].year, n})
		}
		years[y].minor -= n
		shares[s].minor -= n
		if years[y].minor == 0 {
			y++
		}
		if s < len(shares) && shares[s].minor == 0 {
			s++
		}
	}
}
