package match

import (
	"math/bits"
	"sync"
)

// A wide is an unsigned sum of 128 bits.
type wide struct{ hi, lo uint64 }

func (w wide) add(v uint64) wide {
	lo, carry := bits.Add64(w.lo, v, 0)
	return wide{w.hi + carry, lo}
}

func (w wide) less(v wide) bool { return w.hi < v.hi || w.hi == v.hi && w.lo < v.lo }

// points is w in whole units of 2^shift, rounded down; what passes 62 bits is
// the largest such number.
func (w wide) points(shift uint) int64 {
	if w.hi>>shift != 0 {
		return 1<<62 - 1
	}
	v := w.lo>>shift | w.hi<<(64-shift)
	return int64(min(v, 1<<62-1))
}

// A relaxation is the plan without the offers' limits: each unit of an offer
// has a price instead, and each requirement takes what is best for it. With
// the price of all offers in full, its value is no less than any plan's,
// whatever the prices, as long as none is negative.
type relaxation struct {
	m       *model
	b       objective
	needs   []int32 // the requirements looked at
	supply  []int64 // of each offer, for these requirements
	workers int
}

// blocks is how many parts a pass over the requirements is cut into. It does
// not depend on the machine; sums of integers do not depend on the order.
const blocks = 64

// pass returns the bound at price, and adds what the requirements take of
// each offer to taken, which may be nil.
func (x *relaxation) pass(price []int64, taken []int64) wide {
	var bound wide
	for o, p := range price {
		hi, lo := bits.Mul64(uint64(p), uint64(x.supply[o]))
		bound = bound.add(lo)
		bound.hi += hi
	}
	workers := max(1, min(x.workers, len(x.needs)/blocks))
	values := make([]int64, workers)
	demands := make([][]int64, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			demands[w] = make([]int64, len(price))
			values[w] = x.part(w, workers, price, demands[w])
		})
	}
	group.Wait()
	for w := range workers {
		if bound = bound.add(uint64(values[w])); values[w] < 0 {
			bound.hi-- // a negative number's high half
		}
		for o := range taken {
			taken[o] += demands[w][o]
		}
	}
	return bound
}

// part is one worker's share of a pass.
func (x *relaxation) part(w, workers int, price, demand []int64) int64 {
	s := &single{m: x.m, b: &x.b, price: price}
	var sum int64
	for block := w; block < blocks; block += workers {
		from, to := len(x.needs)*block/blocks, len(x.needs)*(block+1)/blocks
		for _, r := range x.needs[from:to] {
			sum += s.solve(int(r))
			for i := range s.plan {
				p := &x.m.pairs[s.plan[i].pair]
				demand[p.offer] += p.use * int64(s.plan[i].lots)
			}
		}
	}
	return sum
}

// whole is the relaxation of the whole model.
func (m *model) whole(b objective, workers int) *relaxation {
	x := &relaxation{m: m, b: b, workers: workers, supply: m.capacity}
	for r := range m.needs {
		if m.needs[r].first < m.needs[r].last {
			x.needs = append(x.needs, int32(r))
		}
	}
	return x
}

// firstPrices guesses: half of what a unit is worth on the average to those
// who may have it.
func (m *model) firstPrices(b *objective) []int64 {
	price := make([]int64, len(m.capacity))
	for o := range price {
		var worth, use wide
		for _, r := range m.eager[m.eagerAt[o]:m.eagerAt[o+1]] {
			n := &m.needs[r]
			worth = worth.add(uint64(b.lot*n.points + b.full*n.weight/int64(n.lots)))
			u, _, _ := lotRange(m.in, int(r), o)
			use = use.add(uint64(u))
		}
		if use.hi == 0 && worth.hi == 0 && use.lo > 0 {
			price[o] = min(int64(min(worth.lo/use.lo, 1<<62))/2, dearest(m.capacity[o]))
		}
	}
	return price
}
