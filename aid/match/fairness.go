package match

import (
	"math/big"

	"tallinn/aid/match/instance"
)

// A fairness follows how evenly the partners' pledges are used, in parts of
// 2^-shareBits, close enough to steer by; the plan's own figure is worked out
// exactly.
type fairness struct {
	capacity []int64
	partner  []int32 // of each offer; -1 where its worth is not known
	own, all []int64 // one unit as a part of the partner's pledges, and of all
	shares   []int64
	now      int64
	limit    int64 // the most allowed; under 0 it is to be made less
}

const shareBits = 50

func newFairness(in *instance.Instance, rest []int64) *fairness {
	f := &fairness{limit: -1}
	worth, partners := unitWorth(in), map[string]int32{}
	pledged, total := []*big.Int{}, new(big.Int)
	for o := range in.Offers {
		f.capacity = append(f.capacity, in.Offers[o].Capacity())
		name := in.Offers[o].Partner
		if worth[o].Sign() == 0 {
			f.partner = append(f.partner, -1)
			continue
		}
		if _, known := partners[name]; !known {
			partners[name] = int32(len(partners))
			pledged = append(pledged, new(big.Int))
		}
		f.partner = append(f.partner, partners[name])
		whole := new(big.Int).Mul(worth[o], big.NewInt(f.capacity[o]))
		pledged[partners[name]].Add(pledged[partners[name]], whole)
		total.Add(total, whole)
	}
	f.own, f.all = make([]int64, len(worth)), make([]int64, len(worth))
	for o, p := range f.partner {
		if p >= 0 {
			unit := new(big.Int).Lsh(worth[o], shareBits)
			f.own[o] = new(big.Int).Quo(unit, pledged[p]).Int64()
			f.all[o] = new(big.Int).Quo(unit, total).Int64()
		}
	}
	f.shares = make([]int64, len(partners))
	f.now = f.spread(rest)
	return f
}

// spread is how far one partner's share lies from that of all.
func (f *fairness) spread(rest []int64) int64 {
	clear(f.shares)
	mean := int64(0)
	for o, p := range f.partner {
		if p >= 0 {
			used := f.capacity[o] - rest[o]
			f.shares[p] += used * f.own[o]
			mean += used * f.all[o]
		}
	}
	widest := int64(0)
	for _, share := range f.shares {
		widest = max(widest, abs(share-mean))
	}
	return widest
}
