package match

import (
	"math/bits"
	"runtime"
	"sync"

	"tallinn/aid/match/instance"
)

// A pair is one eligible requirement and offer.
type pair struct {
	use   int64 // of the offer's units by one lot
	offer int32
	lo    int32 // least lots on the pair when it is used, at least 1
	hi    int32 // most lots
	kept  bool  // in the plan in force
}

// A need is one requirement in numbers; its pairs are pairs[first:last].
type need struct {
	lots, least, partners int32
	first, last           int32
	points, weight        int64
	easiest               int32 // the smallest lo of its pairs
}

// A model is an instance in integers, without names.
type model struct {
	in       *instance.Instance
	rules    *eligibility
	needs    []need
	pairs    []pair
	capacity []int64
	eager    []int32 // needs by offer: eager[eagerFrom[o]:eagerFrom[o+1]]
	eagerAt  []int32
	locks    map[int32][]lock // of a requirement
	declined map[[2]int]bool
}

// A lock is a pair that must be used for exactly so many lots.
type lock struct{ pair, lots int32 }

// newModel numbers in. Its pairs lie together need by need, in the order of
// the offers.
func newModel(in *instance.Instance, declined []instance.Pair) *model {
	m := &model{in: in, rules: newEligibility(in), declined: map[[2]int]bool{}}
	requirements, offers := in.Index()
	for _, p := range declined {
		m.declined[[2]int{requirements[p.Requirement], offers[p.Offer]}] = true
	}
	m.capacity = make([]int64, len(in.Offers))
	for o := range in.Offers {
		m.capacity[o] = in.Offers[o].Capacity()
	}
	m.needs = make([]need, len(in.Requirements))
	total := m.count()
	m.pairs = make([]pair, total)
	m.eachBlock(func(e *eligibility, r int) { m.fill(e, r) })
	m.markKept()
	m.transpose()
	return m
}

// count sets each need and where its pairs begin, and returns how many pairs
// there may be: those that pass every rule but Ticket.
func (m *model) count() int32 {
	counts := make([]int32, len(m.needs))
	m.eachBlock(func(e *eligibility, r int) { counts[r] = int32(e.meetAll(r).len()) })
	total := int32(0)
	for r := range m.needs {
		q := &m.in.Requirements[r]
		m.needs[r] = need{lots: int32(q.Lots), least: int32(q.MinLots), points: q.Points, weight: q.Weight, first: total, last: total}
		total += counts[r]
	}
	return total
}

// fill writes the pairs of r.
func (m *model) fill(e *eligibility, r int) {
	n := &m.needs[r]
	n.easiest = n.lots
	for o := range e.meetAll(r).all {
		if len(m.declined) > 0 && m.declined[[2]int{r, o}] {
			continue
		}
		if p, ok := m.pair(r, o); ok {
			n.easiest = min(n.easiest, p.lo)
			m.pairs[n.last] = p
			n.last++
		}
	}
	n.partners = int32(min(m.in.Requirements[r].MaxPartners, int64(n.lots), int64(n.last-n.first)))
}

// eachBlock calls f for every requirement, from as many goroutines as there
// are processors, each with an eligibility of its own.
func (m *model) eachBlock(f func(e *eligibility, r int)) {
	workers := min(runtime.GOMAXPROCS(0), 1+len(m.needs)/1000)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			e := m.rules.clone()
			for r := len(m.needs) * w / workers; r < len(m.needs)*(w+1)/workers; r++ {
				f(e, r)
			}
		})
	}
	group.Wait()
}

// markKept marks the pairs that are in the plan in force.
func (m *model) markKept() {
	requirements, offers := m.in.Index()
	for _, p := range m.in.Previous {
		if i := m.find(requirements[p.Requirement], offers[p.Offer]); i >= 0 {
			m.pairs[i].kept = true
		}
	}
}

// find is the place of a pair, or -1 when it is not eligible.
func (m *model) find(r, o int) int32 {
	for i := m.needs[r].first; i < m.needs[r].last; i++ {
		if m.pairs[i].offer == int32(o) {
			return i
		}
	}
	return -1
}

// pair is rule 3 of the instance's README: the range of lots that offer o may
// give requirement r; false when it is empty.
func (m *model) pair(r, o int) (pair, bool) {
	use, lo, hi := lotRange(m.in, r, o)
	return pair{use: use, offer: int32(o), lo: int32(min(lo, instance.MaxLots+1)), hi: int32(hi)}, lo <= hi
}

// lotRange is what one lot of r takes of o, and the least and most lots on
// the pair.
func lotRange(in *instance.Instance, r, o int) (use, lo, hi int64) {
	q, f := &in.Requirements[r], &in.Offers[o]
	use = q.UnitsPerLot
	if f.Kind == instance.Money {
		use = moneyPerLot(q.LotCost, in.Rates[f.Currency])
	}
	lo = max(1, (f.MinTicket-1)/use+1)
	if f.MinTicket == 0 {
		lo = 1
	}
	return use, lo, min(q.Lots, min(f.Capacity(), f.MaxTicket)/use)
}

// moneyPerLot is ceil(cents × 10^6 / rate) in minor units of a currency; a
// result past 62 bits is 2^62, more than any offer has.
func moneyPerLot(cents, rate int64) int64 {
	hi, lo := bits.Mul64(uint64(cents), 1_000_000)
	lo, carry := bits.Add64(lo, uint64(rate)-1, 0)
	hi += carry
	if hi >= uint64(rate) {
		return 1 << 62
	}
	quo, _ := bits.Div64(hi, lo, uint64(rate))
	return int64(min(quo, 1<<62))
}

// transpose lists each offer's needs.
func (m *model) transpose() {
	m.eagerAt = make([]int32, len(m.capacity)+1)
	total := int32(0)
	for r := range m.needs {
		for _, p := range m.pairs[m.needs[r].first:m.needs[r].last] {
			m.eagerAt[p.offer+1]++
			total++
		}
	}
	for o := range m.capacity {
		m.eagerAt[o+1] += m.eagerAt[o]
	}
	m.eager = make([]int32, total)
	next := append([]int32(nil), m.eagerAt[:len(m.capacity)]...)
	for r := range m.needs {
		for _, p := range m.pairs[m.needs[r].first:m.needs[r].last] {
			m.eager[next[p.offer]] = int32(r)
			next[p.offer]++
		}
	}
}
