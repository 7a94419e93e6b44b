package match

import (
	"cmp"
	"slices"
)

// A slot is one used pair of a plan. A requirement has as many as it may have
// partners; those in use come first.
type slot struct {
	pair  int32
	lots  int32
	place int32 // among the users of the offer
}

// A layout is a plan in numbers, and the best one seen of each island.
type layout struct {
	m       *model
	b       *objective
	slotAt  []int32 // slots of r: slots[slotAt[r]:slotAt[r]+used[r]]
	owner   []int32 // the requirement of a slot
	slots   []slot
	used    []uint8
	best    []slot
	bestUse []uint8
}

func newLayout(m *model, b *objective) *layout {
	l := &layout{m: m, b: b, slotAt: make([]int32, len(m.needs)+1)}
	for r := range m.needs {
		l.slotAt[r+1] = l.slotAt[r] + m.needs[r].partners
		for range m.needs[r].partners {
			l.owner = append(l.owner, int32(r))
		}
	}
	l.slots = make([]slot, l.slotAt[len(m.needs)])
	l.used = make([]uint8, len(m.needs))
	for r, locks := range m.locks {
		for i, k := range locks {
			l.slots[int(l.slotAt[r])+i] = slot{pair: k.pair, lots: k.lots}
		}
		l.used[r] = uint8(len(locks))
	}
	l.best = slices.Clone(l.slots)
	l.bestUse = make([]uint8, len(m.needs))
	return l
}

func (l *layout) of(r int32) []slot {
	return l.slots[l.slotAt[r] : l.slotAt[r]+int32(l.used[r])]
}

// uses reports whether r has the pair already.
func (l *layout) uses(r, pair int32) bool {
	return slices.ContainsFunc(l.of(r), func(s slot) bool { return s.pair == pair })
}

// locked is how many of r's slots are locked; they come first.
func (l *layout) locked(r int32) int32 { return int32(len(l.m.locks[r])) }

// value is what r's part of the plan is worth.
func (l *layout) value(r int32) int64 {
	if l.used[r] == 0 {
		return 0
	}
	n := &l.m.needs[r]
	total, value := int64(0), int64(0)
	for _, s := range l.of(r) {
		total += int64(s.lots)
		value -= l.b.fix(&l.m.pairs[s.pair])
	}
	value += total * l.b.lot * n.points
	if total == int64(n.lots) {
		value += l.b.full * n.weight
	}
	return value
}

// gains are what each goal gains, in the order of the certificate without
// Spread; fragments gain by being fewer.
type gains [4]int64

// gains are r's part of them.
func (l *layout) gains(r int32) gains {
	var g gains
	n, total := &l.m.needs[r], int64(0)
	for _, s := range l.of(r) {
		total += int64(s.lots)
		g[2]--
		if l.m.pairs[s.pair].kept {
			g[3]++
		}
	}
	g[0] = total * n.points
	if total == int64(n.lots) {
		g[1] = n.weight
	}
	return g
}

// sumGains are the whole plan's.
func (l *layout) sumGains() gains {
	var sum gains
	for r := range l.m.needs {
		for i, v := range l.gains(int32(r)) {
			sum[i] += v
		}
	}
	return sum
}

func (l *layout) lots(r int32) int32 {
	total := int32(0)
	for _, s := range l.of(r) {
		total += s.lots
	}
	return total
}

// total is the value of the whole plan.
func (l *layout) total() int64 {
	sum := int64(0)
	for r := range l.m.needs {
		sum += l.value(int32(r))
	}
	return sum
}

// rest is what is left of each offer.
func (l *layout) rest() []int64 {
	rest := slices.Clone(l.m.capacity)
	for r := range l.m.needs {
		for _, s := range l.of(int32(r)) {
			p := &l.m.pairs[s.pair]
			rest[p.offer] -= p.use * int64(s.lots)
		}
	}
	return rest
}

// sortPairs puts each requirement's pairs in the order of their cost. Plans
// that were laid out before are invalid after.
func (m *model) sortPairs(price []int64) {
	m.eachBlock(func(_ *eligibility, r int) {
		n := &m.needs[r]
		slices.SortFunc(m.pairs[n.first:n.last], func(a, b pair) int {
			return cmp.Or(cmp.Compare(price[a.offer]*a.use, price[b.offer]*b.use), cmp.Compare(a.offer, b.offer))
		})
	})
}
