package match

import "math/bits"

// An objective is what a plan is worth, in 2^-shift of a point: so much for
// each point of coverage, for each weight of a finished requirement, less so
// much for each pair used, and more for each pair kept. It is also the price
// scale: a price is 2^-shift of a point for one unit of an offer.
type objective struct {
	lot, full, pair, keep int64
	shift                 uint
}

// The composite of the instances' README.
const (
	compositeFull = 250
	compositePair = 20
	compositeKeep = 10
)

// newObjective scales the weights so that the whole instance stays under 2^60.
func (m *model) newObjective(lot, full, pair, keep int64) objective {
	var total uint64
	for i := range m.needs {
		n := &m.needs[i]
		total += uint64(lot)*uint64(n.points)*uint64(n.lots) + uint64(full)*uint64(n.weight) + uint64(pair+keep)*uint64(n.partners)
	}
	shift := uint(max(0, min(32, 60-bits.Len64(total))))
	return objective{lot: lot << shift, full: full << shift, pair: pair << shift, keep: keep << shift, shift: shift}
}

func (m *model) composite() objective {
	return m.newObjective(1, compositeFull, compositePair, compositeKeep)
}

// fix is what using p costs once.
func (b *objective) fix(p *pair) int64 {
	if p.kept {
		return b.pair - b.keep
	}
	return b.pair
}

// dearest is the highest price of a unit that is kept: the whole offer then
// costs under 2^61.
func dearest(capacity int64) int64 { return (1 << 61) / capacity }
