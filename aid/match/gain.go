package match

import (
	"cmp"
	"slices"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// A Gain is what a change to the instance is worth, by a repair of the plan
// with and without it.
type Gain struct {
	Offer     string   `json:"offer"`
	Earmark   string   `json:"earmark,omitzero"`
	Points    int64    `json:"points"`   // of the composite
	Estimate  int64    `json:"estimate"` // by the prices alone, which hold for small changes
	Completed int64    `json:"completed"`
	Covers    []Change `json:"covers"` // what the changed plan gives that the other does not
}

// Million re-solves with one more offer of so many EUR cents that may serve
// anything from today.
func Million(in *instance.Instance, plan *certificate.Plan, cents int64) (Gain, error) {
	offer := instance.Offer{ID: unused(in, "+"), Partner: "+", Kind: instance.Money, Currency: "EUR", Amount: cents,
		ValidTo: instance.MaxDay, MaxTicket: cents}
	changed := *in
	changed.Offers = append(slices.Clone(in.Offers), offer)
	if _, known := in.Rates["EUR"]; !known {
		changed.Rates = map[string]int64{"EUR": 1_000_000}
		for name, rate := range in.Rates {
			changed.Rates[name] = rate
		}
	}
	g, err := compare(in, &changed, plan)
	g.Offer = offer.ID
	if err == nil {
		g.Estimate = NewView(in, plan).freeMoney(cents)
	}
	return g, err
}

// unused is a name that no offer has.
func unused(in *instance.Instance, name string) string {
	for slices.ContainsFunc(in.Offers, func(f instance.Offer) bool { return f.ID == name }) {
		name += "+"
	}
	return name
}

// freeMoney is what so many cents are worth at the price of the dearest money.
func (v *View) freeMoney(cents int64) int64 { return v.points(mulDiv(v.dearestCent(), cents, 1)) }

// dearestCent is the highest price of a EUR cent of any money, in parts.
func (v *View) dearestCent() int64 {
	dearest := int64(0)
	for o := range v.m.in.Offers {
		if f := &v.m.in.Offers[o]; f.Kind == instance.Money {
			dearest = max(dearest, mulDiv(v.price[o], 1_000_000, v.m.in.Rates[f.Currency]))
		}
	}
	return dearest
}

// compare repairs the plan for both instances, with the same moves.
func compare(in, changed *instance.Instance, plan *certificate.Plan) (Gain, error) {
	if _, err := instance.Encode(changed); err != nil {
		return Gain{}, err
	}
	var declined []instance.Pair
	for _, p := range plan.Declined {
		declined = append(declined, instance.Pair(p))
	}
	before, err := Make(in, Options{Previous: plan, Locked: plan.Locked, Declined: declined})
	if err != nil {
		return Gain{}, err
	}
	after, err := Make(changed, Options{Previous: before, Locked: plan.Locked, Declined: declined})
	if err != nil {
		return Gain{}, err
	}
	g := Gain{Points: after.Composite - before.Composite, Completed: after.Completed - before.Completed, Covers: []Change{}}
	for _, c := range Diff(before, after).Changes {
		if c.After > c.Before {
			g.Covers = append(g.Covers, c)
		}
	}
	return g, nil
}

// Relaxations re-solves for the earmarks that promise most, at most n of
// them, and lists them by what taking them off gains.
func Relaxations(in *instance.Instance, plan *certificate.Plan, n int) ([]Gain, error) {
	list := NewView(in, plan).promising()
	gains := []Gain{}
	for _, g := range list[:min(n, len(list))] {
		changed := *in
		changed.Offers = slices.Clone(in.Offers)
		o := slices.IndexFunc(changed.Offers, func(f instance.Offer) bool { return f.ID == g.Offer })
		Relax(&changed.Offers[o], g.Earmark)
		got, err := compare(in, &changed, plan)
		if err != nil {
			return nil, err
		}
		got.Offer, got.Earmark, got.Estimate = g.Offer, g.Earmark, g.Estimate
		gains = append(gains, got)
	}
	slices.SortStableFunc(gains, func(a, b Gain) int { return cmp.Compare(b.Points, a.Points) })
	return gains, nil
}

// promising estimates each earmark: without it the offer may serve more
// requirements, each of which pays more for its units than they cost now, by
// so much for as much as the offer has.
func (v *View) promising() []Gain {
	var list []Gain
	for o := range v.m.in.Offers {
		for _, earmark := range Earmarks {
			f := v.m.in.Offers[o]
			if !Relax(&f, earmark) {
				continue
			}
			if points := v.opened(o, &f); points > 0 {
				list = append(list, Gain{Offer: f.ID, Earmark: earmark, Estimate: points})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Gain) int { return cmp.Compare(b.Estimate, a.Estimate) })
	return list
}

// opened is what the requirements that f, relaxed from o, may newly serve pay
// above its price: the best of them first, as far as f reaches.
func (v *View) opened(o int, f *instance.Offer) int64 {
	changed := *v.m.in
	changed.Offers = slices.Clone(v.m.in.Offers)
	changed.Offers[o] = *f
	e := &eligibility{in: &changed}
	type bid struct{ use, gain int64 }
	var bids []bid
	for r := range v.m.needs {
		n := &v.m.needs[r]
		if v.m.rules.refusal(r, o) == Allowed || n.lots == v.l.lots(int32(r)) || e.fails(r, o) {
			continue
		}
		use, lo, hi := lotRange(&changed, r, o)
		if lots := min(hi, int64(n.lots-v.l.lots(int32(r)))); lots >= lo {
			if gain := v.worth(int32(r), lots) - v.points(v.price[o]*use*lots); gain > 0 {
				bids = append(bids, bid{use * lots, gain})
			}
		}
	}
	slices.SortStableFunc(bids, func(a, b bid) int { return cmp.Compare(mulDiv(b.gain, 1<<30, b.use), mulDiv(a.gain, 1<<30, a.use)) })
	sum, left := int64(0), v.m.capacity[o]
	for _, b := range bids {
		if b.use <= left {
			sum, left = sum+b.gain, left-b.use
		}
	}
	return sum
}

// fails reports whether any rule refuses the pair, asked without indexes.
func (e *eligibility) fails(r, o int) bool {
	q, f := &e.in.Requirements[r], &e.in.Offers[o]
	_, lo, hi := lotRange(e.in, r, o)
	return lo > hi || f.Lines != nil && !slices.Contains(f.Lines, q.Line) || f.Sectors != nil && !slices.Contains(f.Sectors, q.Sector) ||
		f.Regions != nil && !slices.Contains(f.Regions, q.Region) || f.Beneficiaries != nil && !slices.Contains(f.Beneficiaries, q.Beneficiary) ||
		f.ValidFrom > q.LatestCommitDay || f.CivilOnly && q.MilitaryUse || f.Origin != nil && slices.Contains(q.ExcludedOrigins, *f.Origin)
}
