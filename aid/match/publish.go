package match

import (
	"encoding/hex"
	"math/big"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// publish writes the plan down.
func (p *planner) publish(goals map[string]certificate.Goal) *certificate.Plan {
	g := p.l.sumGains()
	plan := &certificate.Plan{
		Instance: p.m.in.Name, InstanceHash: hex.EncodeToString(p.m.in.Hash[:]), Engine: certificate.Engine,
		By: certificate.Composite, Bound: p.market.bound.points(p.b.shift), Exact: p.market.exact(), Prices: p.market.prices(),
		Composite: g[0] + compositeFull*g[1] + compositePair*g[2] + compositeKeep*g[3],
		Goals:     goals, Allocations: p.m.names(p.l), Locked: p.o.Locked, Moves: p.search.moves, Cut: p.cut.Load(), Finisher: p.finish,
	}
	for _, pair := range p.o.Declined {
		plan.Declined = append(plan.Declined, certificate.Pair(pair))
	}
	if p.o.ByGoals {
		plan.By = "goals"
	}
	for r := range p.m.needs {
		if lots := p.l.lots(int32(r)); lots > 0 {
			plan.Served++
			if lots == p.m.needs[r].lots {
				plan.Completed++
			}
		}
	}
	return plan
}

// plainGoals are the goals of a plan made by the composite: each with a bound
// that holds for every plan, whatever it does to the other goals.
func (p *planner) plainGoals() map[string]certificate.Goal {
	g := p.l.sumGains()
	return map[string]certificate.Goal{
		certificate.Coverage:   p.bounded(g[0], p.m.newObjective(1, 0, 0, 0), certificate.Coverage),
		certificate.Completion: p.bounded(g[1], p.m.newObjective(0, 1, 0, 0), certificate.Completion),
		certificate.Fragments:  {Value: -g[2]},
		certificate.Spread:     {Value: p.spread()},
		certificate.Kept:       {Value: g[3], Bound: int64(len(p.m.in.Previous))},
	}
}

// bounded proves a bound on one goal alone. The composite's prices, in
// proportion, are the start.
func (p *planner) bounded(value int64, b objective, name string) certificate.Goal {
	n, price := max(30, p.passes(1000)/4), p.rescaled(b)
	if p.o.Previous != nil {
		n = repairPasses / 2
		if known := p.m.read(p.o.Previous.Goals[name].Proof, &b); known != nil {
			price = known
		}
	}
	k := newMarket(p.m.whole(b, p.o.Workers), price, p.stop)
	k.settle(schedule{n, 20_000, 300})
	return certificate.Goal{Value: value, Bound: k.bound.points(b.shift), Proof: &certificate.Proof{
		Weights: map[string]string{name: rational(1<<b.shift, b.shift)}, Prices: k.prices(), Exact: k.exact()}}
}

// rescaled are the composite's prices for another objective: in proportion to
// the bound without prices.
func (p *planner) rescaled(b objective) []int64 {
	mine, other := p.m.ceiling(&p.b), p.m.ceiling(&b)
	price := make([]int64, len(p.market.best))
	for o, v := range p.market.best {
		price[o] = min(mulDiv(v, other, max(1, mine)), dearest(p.m.capacity[o]))
	}
	return price
}

// ceiling is what all requirements in full are worth.
func (m *model) ceiling(b *objective) int64 {
	sum := int64(0)
	for i := range m.needs {
		n := &m.needs[i]
		sum += b.lot*n.points*int64(n.lots) + b.full*n.weight
	}
	return sum
}

// spread is how far one partner's used share of its pledges lies from the
// share used of all, in millionths; see the certificate's goal.
func (p *planner) spread() int64 {
	in, worth := p.m.in, unitWorth(p.m.in)
	rest := p.l.rest()
	used, pledged := map[string]*big.Int{}, map[string]*big.Int{}
	allUsed, all := new(big.Int), new(big.Int)
	for o := range in.Offers {
		if worth[o].Sign() == 0 {
			continue
		}
		partner := in.Offers[o].Partner
		if used[partner] == nil {
			used[partner], pledged[partner] = new(big.Int), new(big.Int)
		}
		u := new(big.Int).Mul(worth[o], big.NewInt(p.m.capacity[o]-rest[o]))
		c := new(big.Int).Mul(worth[o], big.NewInt(p.m.capacity[o]))
		used[partner].Add(used[partner], u)
		pledged[partner].Add(pledged[partner], c)
		allUsed.Add(allUsed, u)
		all.Add(all, c)
	}
	widest := int64(0)
	for partner := range used {
		away := ppm(used[partner], pledged[partner]) - ppm(allUsed, all)
		widest = max(widest, abs(away))
	}
	return widest
}

func ppm(part, whole *big.Int) int64 {
	n := new(big.Int).Mul(part, big.NewInt(1_000_000))
	return n.Quo(n, whole).Int64()
}

// unitWorth is a unit of each offer in millionths of a EUR cent: the rate of
// a currency; for goods the mean cost of a unit in the requirements of their
// line, or 0 when there are none.
func unitWorth(in *instance.Instance) []*big.Int {
	cost, units := map[string]*big.Int{}, map[string]*big.Int{}
	add := func(m map[string]*big.Int, line string, v, times int64) {
		if m[line] == nil {
			m[line] = new(big.Int)
		}
		m[line].Add(m[line], new(big.Int).Mul(big.NewInt(v), big.NewInt(times)))
	}
	for i := range in.Requirements {
		q := &in.Requirements[i]
		add(cost, q.Line, q.LotCost, q.Lots)
		add(units, q.Line, q.UnitsPerLot, q.Lots)
	}
	worth := make([]*big.Int, len(in.Offers))
	for o := range in.Offers {
		f := &in.Offers[o]
		worth[o] = new(big.Int)
		if f.Kind == instance.Money {
			worth[o].SetInt64(in.Rates[f.Currency])
		} else if cost[f.Line] != nil {
			worth[o].Mul(cost[f.Line], big.NewInt(1_000_000))
			worth[o].Quo(worth[o], units[f.Line])
		}
	}
	return worth
}
