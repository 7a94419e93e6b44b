package verify

import (
	"math/big"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// The composite of the instances' README.
var composite = map[string]int64{certificate.Coverage: 1, certificate.Completion: 250, certificate.Fragments: 20, certificate.Kept: 10}

// counts counts what the allocations score and compares it with what the
// plan says.
func (c *check) counts() error {
	got := map[string]int64{}
	var completed, served int64
	for r := range c.given {
		q, total := &c.in.Requirements[r], int64(0)
		for _, g := range c.given[r] {
			total += g.lots
			got[certificate.Fragments]++
			if c.kept[instance.Pair{Requirement: q.ID, Offer: c.in.Offers[g.offer].ID}] {
				got[certificate.Kept]++
			}
		}
		got[certificate.Coverage] += q.Points * total
		if total > 0 {
			served++
		}
		if total == q.Lots {
			completed++
			got[certificate.Completion] += q.Weight
		}
	}
	got[certificate.Spread] = c.spread()
	sum := got[certificate.Coverage] + composite[certificate.Completion]*got[certificate.Completion] -
		composite[certificate.Fragments]*got[certificate.Fragments] + composite[certificate.Kept]*got[certificate.Kept]
	if err := same("composite", c.p.Composite, sum); err != nil {
		return err
	}
	if err := same("requirements_completed", c.p.Completed, completed); err != nil {
		return err
	}
	if err := same("requirements_served", c.p.Served, served); err != nil {
		return err
	}
	if err := same("goals", int64(len(c.p.Goals)), int64(len(certificate.Order))); err != nil {
		return err
	}
	for _, name := range certificate.Order {
		if err := same("goals."+name+".value", c.p.Goals[name].Value, got[name]); err != nil {
			return err
		}
		if err := c.floor(name, got[name]); err != nil {
			return err
		}
	}
	return nil
}

func same(field string, said, got int64) error {
	if said != got {
		return ErrCount.With("field", field).With("value", said).With("got", got)
	}
	return nil
}

// lessIsBetter marks the goals that count down.
var lessIsBetter = map[string]bool{certificate.Fragments: true, certificate.Spread: true}

// floor checks that the plan keeps the floor it set for the goal's later ones.
func (c *check) floor(name string, got int64) error {
	floor := c.p.Goals[name].Floor
	if floor == nil {
		return nil
	}
	if lessIsBetter[name] && got > *floor || !lessIsBetter[name] && got < *floor {
		return ErrCount.With("field", "goals."+name+".floor").With("value", *floor).With("got", got)
	}
	return nil
}

// spread is how far one partner's used share of its pledges lies from the
// share used of all, in millionths, each rounded down.
func (c *check) spread() int64 {
	worth := c.worth()
	used, pledged := map[string]*big.Int{}, map[string]*big.Int{}
	allUsed, all := new(big.Int), new(big.Int)
	for o := range c.in.Offers {
		f := &c.in.Offers[o]
		if worth[o].Sign() == 0 {
			continue
		}
		if used[f.Partner] == nil {
			used[f.Partner], pledged[f.Partner] = new(big.Int), new(big.Int)
		}
		for _, sum := range []*big.Int{used[f.Partner], allUsed} {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(c.used[o]), worth[o]))
		}
		for _, sum := range []*big.Int{pledged[f.Partner], all} {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(limit(f)), worth[o]))
		}
	}
	if all.Sign() == 0 {
		return 0
	}
	widest, mean := int64(0), share(allUsed, all)
	for partner := range used {
		away := share(used[partner], pledged[partner]) - mean
		widest = max(widest, away, -away)
	}
	return widest
}

func share(part, whole *big.Int) int64 {
	n := new(big.Int).Mul(part, big.NewInt(1_000_000))
	return n.Quo(n, whole).Int64()
}

// worth is a unit of each offer in millionths of a EUR cent: a currency's
// rate; for goods the mean cost of a unit that the line's requirements state,
// or 0 when there are none, which leaves the offer out.
func (c *check) worth() []*big.Int {
	cost, units := map[string]*big.Int{}, map[string]*big.Int{}
	for i := range c.in.Requirements {
		q := &c.in.Requirements[i]
		if cost[q.Line] == nil {
			cost[q.Line], units[q.Line] = new(big.Int), new(big.Int)
		}
		cost[q.Line].Add(cost[q.Line], new(big.Int).Mul(big.NewInt(q.LotCost), big.NewInt(q.Lots)))
		units[q.Line].Add(units[q.Line], new(big.Int).Mul(big.NewInt(q.UnitsPerLot), big.NewInt(q.Lots)))
	}
	list := make([]*big.Int, len(c.in.Offers))
	for o := range c.in.Offers {
		f := &c.in.Offers[o]
		switch {
		case f.Kind == instance.Money:
			list[o] = big.NewInt(c.in.Rates[f.Currency])
		case cost[f.Line] == nil:
			list[o] = new(big.Int)
		default:
			n := new(big.Int).Mul(cost[f.Line], big.NewInt(1_000_000))
			list[o] = n.Quo(n, units[f.Line])
		}
	}
	return list
}
