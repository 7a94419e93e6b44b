package match

import (
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// Greedy is the composite of the plan that one makes by hand: requirements in
// the order of points for money, each served from what is left, without
// prices. It is the measure under which no plan may fall.
func Greedy(in *instance.Instance) int64 {
	m := newModel(in, nil)
	b := m.composite()
	return m.greedy(&b).total() >> b.shift
}

// greedy lays that plan out. Pairs must lie in the order of the offers.
func (m *model) greedy(b *objective) *layout {
	l := newLayout(m, b)
	s := newSearch(l, make([]int64, len(m.capacity)), 1, func() bool { return false })
	s.construct(s.byWeight(), 0)
	return l
}

// BoundWith is the bound that a plan's prices give for an instance that has
// other offers beside, each at a price in the parts of the plan's scale that
// are given here; it is valid for any.
func BoundWith(in *instance.Instance, plan *certificate.Plan, beside map[string]int64) int64 {
	m := newModel(in, nil)
	b := m.composite()
	price := m.read(&certificate.Proof{Prices: plan.Prices}, &b)
	if price == nil {
		price = make([]int64, len(m.capacity))
	}
	for o := range in.Offers {
		if v, given := beside[in.Offers[o].ID]; given {
			price[o] = min(v, dearest(m.capacity[o]))
		}
	}
	return m.whole(b, 1).pass(price, nil).points(b.shift)
}
