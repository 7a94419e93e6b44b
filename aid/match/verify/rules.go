package verify

import (
	"fmt"
	"math/big"
	"slices"

	"tallinn/aid/match/instance"
)

// rules asks the hard rules of the instance's README, in their order.
func (c *check) rules() error {
	for r := range c.given {
		for _, g := range c.given[r] {
			if err := c.pairRule(r, g); err != nil {
				return err
			}
		}
		if err := c.requirementRule(r); err != nil {
			return err
		}
	}
	for o, used := range c.used {
		if f := &c.in.Offers[o]; used > limit(f) {
			return broken(f.ID, "4, an offer's limit", fmt.Sprintf("%d of %d is used", used, limit(f)))
		}
	}
	return nil
}

func limit(f *instance.Offer) int64 {
	if f.Kind == instance.Money {
		return f.Amount
	}
	return f.Units
}

func broken(what, rule, why string) error {
	return ErrRule.With("field", what).With("rule", rule).With("why", why)
}

// pairRule is rules 1 to 3 for one allocation, and adds up what it uses.
func (c *check) pairRule(r int, g gift) error {
	q, f := &c.in.Requirements[r], &c.in.Offers[g.offer]
	what := q.ID + " from " + f.ID
	if why := forbidden(q, f); why != "" {
		return broken(what, "1, who may serve whom", why)
	}
	if c.refused[instance.Pair{Requirement: q.ID, Offer: f.ID}] {
		return broken(what, "declined pairs stay out", "one side declined it")
	}
	e := c.edge(r, g.offer)
	if g.lots < e.least || g.lots > e.most {
		return broken(what, "3, lots on a pair", fmt.Sprintf("%d lots; allowed are %d to %d", g.lots, e.least, e.most))
	}
	c.used[g.offer] += g.lots * e.use // at most the offer's limit, by rule 3, so no sum of 200,000 overflows
	if c.used[g.offer] > limit(f) {
		return broken(f.ID, "4, an offer's limit", fmt.Sprintf("%s takes it to %d of %d", q.ID, c.used[g.offer], limit(f)))
	}
	return nil
}

// forbidden is rule 1: why f may not serve q, or nothing.
func forbidden(q *instance.Requirement, f *instance.Offer) string {
	for _, earmark := range []struct {
		name, value string
		holds       []string
	}{
		{"lines", q.Line, f.Lines}, {"sectors", q.Sector, f.Sectors},
		{"regions", q.Region, f.Regions}, {"beneficiaries", q.Beneficiary, f.Beneficiaries},
	} {
		if earmark.holds != nil && !slices.Contains(earmark.holds, earmark.value) {
			return fmt.Sprintf("its %s do not hold %s", earmark.name, earmark.value)
		}
	}
	switch {
	case f.ValidFrom > q.LatestCommitDay:
		return fmt.Sprintf("it is valid from day %d, after day %d", f.ValidFrom, q.LatestCommitDay)
	case f.CivilOnly && q.MilitaryUse:
		return "it is for civil use only"
	case f.Origin != nil && slices.Contains(q.ExcludedOrigins, *f.Origin):
		return "origin " + *f.Origin + " is excluded"
	}
	return ""
}

// requirementRule is rule 5, and what was locked.
func (c *check) requirementRule(r int) error {
	q, total := &c.in.Requirements[r], int64(0)
	for _, g := range c.given[r] {
		total += g.lots
	}
	switch n := int64(len(c.given[r])); {
	case n == 0:
	case total < q.MinLots || total > q.Lots:
		return broken(q.ID, "5, useful share", fmt.Sprintf("%d lots; allowed are none, or %d to %d", total, q.MinLots, q.Lots))
	case n > q.MaxPartners:
		return broken(q.ID, "5, partners", fmt.Sprintf("%d offers share it; at most %d may", n, q.MaxPartners))
	}
	for _, lock := range c.locked[r] {
		if !slices.Contains(c.given[r], lock) {
			return broken(q.ID, "accepted allocations stay", fmt.Sprintf("%s gave %d lots", c.in.Offers[lock.offer].ID, lock.lots))
		}
	}
	return nil
}

// An edge is a requirement and an offer in numbers.
type edge struct {
	offer            int
	use, least, most int64 // of the offer by a lot; lots
	kept             bool
}

// edge is rules 2 and 3. What one lot uses is worked out in big numbers and
// is at most 2^62, more than any offer has.
func (c *check) edge(r, o int) edge {
	q, f := &c.in.Requirements[r], &c.in.Offers[o]
	e := edge{offer: o, use: q.UnitsPerLot, kept: c.kept[instance.Pair{Requirement: q.ID, Offer: f.ID}]}
	if f.Kind == instance.Money {
		e.use = roundUp(q.LotCost, c.in.Rates[f.Currency])
	}
	e.least = max(1, f.MinTicket/e.use)
	if e.least*e.use < f.MinTicket {
		e.least++
	}
	e.most = min(q.Lots, min(limit(f), f.MaxTicket)/e.use)
	return e
}

func roundUp(cents, rate int64) int64 {
	const million = 1_000_000
	if cents < 1<<62/million-rate {
		return (cents*million + rate - 1) / rate
	}
	n := new(big.Int).Mul(big.NewInt(cents), big.NewInt(million))
	n.Add(n, big.NewInt(rate-1)).Quo(n, big.NewInt(rate))
	if n.BitLen() > 62 {
		return 1 << 62
	}
	return n.Int64()
}
