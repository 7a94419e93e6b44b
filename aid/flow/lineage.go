package flow

import (
	"cmp"
	"math/bits"
	"slices"

	"tallinn/mechanism/party"
)

// A Share is a part of a flow by where it came from: its first provider, and
// whether it had been inside the boundary before (rule 4).
type Share struct {
	Minor    int64
	Provider int32 // index into Book.Names
	Inside   bool  // it was inside before: it is not new money here
}

// A Lineage says what flows are made of, of which others pay a part: it
// follows the links upwards, each flow once. A link counts from its day, when
// the flow that pays is itself binding by then: a pledge pays for nothing.
type Lineage struct {
	book   *Book
	inside []bool // by Book.Names: inside the boundary
	asOf   Day
	rank   []int32 // of Book.Names, in the order of ids
	spans  map[int32]span
	dense  []span // in place of spans, once all are traced
	shares []Share
	parts  Portions // scratch
}

// A span is where the shares of a flow stand.
type span struct {
	from, n int32
	state   uint8
}

const (
	unseen uint8 = iota
	underway
	traced
)

// NewLineage is the lineage in the boundary that inside describes, by
// Book.Names, as of a day. It is nil when nothing is linked.
func NewLineage(b *Book, inside []bool, asOf Day) *Lineage {
	if len(b.parents) == 0 {
		return nil
	}
	return &Lineage{book: b, inside: inside, asOf: asOf, rank: ranks(b.names), spans: map[int32]span{}}
}

// ranks is the place of each name in the order of names.
func ranks(names []party.ID) []int32 {
	sorted := make([]int32, len(names))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(a, b int32) int { return cmp.Compare(names[a], names[b]) })
	out := make([]int32, len(names))
	for place, i := range sorted {
		out[i] = int32(place)
	}
	return out
}

// Trace traces every flow, so that Of only reads from then on.
func (l *Lineage) Trace() {
	l.dense = make([]span, len(l.book.tallies))
	l.shares = make([]Share, 0, 2*len(l.book.parents)+16)
	for i := range l.book.tallies {
		if l.book.tallies[i].Parents > 0 {
			l.trace(int32(i))
		}
	}
}

func (l *Lineage) span(i int32) span {
	if l.dense != nil {
		return l.dense[i]
	}
	return l.spans[i]
}

func (l *Lineage) put(i int32, s span) {
	if l.dense != nil {
		l.dense[i] = s
	} else {
		l.spans[i] = s
	}
}

// Of is what the flow at index i of Tallies is made of, in the order of its
// providers' ids; none for one that nothing pays for: it is its provider's own.
func (l *Lineage) Of(i int) []Share {
	if l == nil || l.book.tallies[i].Parents == 0 {
		return nil
	}
	if l.dense == nil {
		l.trace(int32(i))
	}
	s := l.span(int32(i))
	return l.shares[s.from:][:s.n]
}

// Fresh is how much of the flow at index i was not inside the boundary before.
func (l *Lineage) Fresh(i int) int64 {
	shares := l.Of(i)
	if len(shares) == 0 {
		return l.whole(i)
	}
	var sum int64
	for _, s := range shares {
		if !s.Inside {
			sum += s.Minor
		}
	}
	return sum
}

func (l *Lineage) whole(i int) int64 { return l.book.tallies[i].Minor }

func (l *Lineage) trace(i int32) {
	if l.span(i).state != unseen {
		return // done; or a circle, which no rule makes, and is not followed
	}
	l.put(i, span{state: underway})
	tallies := l.book.tallies
	t := &tallies[i]
	parents := l.book.parents[t.Parent:][:t.Parents]
	for _, p := range parents {
		if tallies[p.Flow].Parents > 0 {
			l.trace(p.Flow)
		}
	}
	from, left := int32(len(l.shares)), t.Minor
	for _, p := range parents {
		up := &tallies[p.Flow]
		if p.On > l.asOf || up.Gone || up.Denied || up.On > l.asOf || up.Committed > l.asOf || up.Minor == 0 {
			continue
		}
		part := min(p.Part, left) // a child corrected to less than was linked
		left -= part
		l.pass(p.Flow, up, part)
	}
	if left > 0 {
		l.shares = append(l.shares, Share{left, t.Provider, false})
	}
	l.merge(from)
	l.put(i, span{from, int32(len(l.shares)) - from, traced})
}

// pass adds part of a flow, paid by the flow at index i, as that flow is made
// up.
func (l *Lineage) pass(i int32, up *Tally, part int64) {
	if part == 0 {
		return
	}
	// Money that lay on one side of the boundary was inside it then. That of
	// another scope entered under another account.
	inside := Scopes[up.Scope] == Mechanism && (l.inside[up.Provider] || l.inside[up.Receiver])
	s := l.span(i)
	if s.state != traced || s.n == 0 {
		l.shares = append(l.shares, Share{part, up.Provider, inside})
		return
	}
	if s.n == 1 {
		only := l.shares[s.from]
		l.shares = append(l.shares, Share{part, only.Provider, only.Inside || inside})
		return
	}
	of := l.shares[s.from:][:s.n] // as it stands, though shares grow
	for k, n := range l.parts.Divide(part, len(of), func(k int) int64 { return of[k].Minor }) {
		if n > 0 {
			l.shares = append(l.shares, Share{n, of[k].Provider, of[k].Inside || inside})
		}
	}
}

// merge makes one share a provider and side from index from on. They are in
// the order of the parties' ids, which does not hang on who reported first.
func (l *Lineage) merge(from int32) {
	own := l.shares[from:]
	if len(own) < 2 {
		return
	}
	slices.SortFunc(own, func(a, b Share) int {
		if a.Provider == b.Provider && a.Inside != b.Inside {
			if b.Inside {
				return -1
			}
			return 1
		}
		return cmp.Compare(l.rank[a.Provider], l.rank[b.Provider])
	})
	n := 0
	for _, s := range own[1:] {
		if own[n].Provider == s.Provider && own[n].Inside == s.Inside {
			own[n].Minor += s.Minor
		} else {
			n++
			own[n] = s
		}
	}
	l.shares = l.shares[:int(from)+n+1]
}

// Portions divide amounts. Whoever divides often keeps one, and its room.
type Portions struct {
	out        []int64
	remainders []uint64
}

// Divide divides amount in proportion to n sizes, in minor units, with nothing
// lost: each gets the whole units of its proportion, and the units that are
// left go one each to those with the largest remainder, the first first. Not
// all sizes may be 0. What it returns stands until the next call.
func (p *Portions) Divide(amount int64, n int, size func(i int) int64) []int64 {
	out, remainders := slices.Grow(p.out[:0], n)[:n], slices.Grow(p.remainders[:0], n)[:n]
	p.out, p.remainders = out, remainders
	var whole int64
	for i := range n {
		whole += size(i)
	}
	left := amount
	for i := range n {
		hi, lo := bits.Mul64(uint64(amount), uint64(size(i)))
		q, r := bits.Div64(hi, lo, uint64(whole))
		out[i], remainders[i] = int64(q), r
		left -= int64(q)
	}
	for ; left > 0; left-- {
		most := 0
		for i := range remainders {
			if remainders[i] > remainders[most] {
				most = i
			}
		}
		out[most]++
		remainders[most] = 0
	}
	return out
}
