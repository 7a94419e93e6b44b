package match

import (
	"cmp"
	"slices"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// A View answers questions about a plan: why it serves a requirement as it
// does, and what else could be. Points are the composite's. A price is what a
// unit of an offer is worth to those who want it most, by the plan's proof.
type View struct {
	m     *model
	b     objective
	price []int64
	l     *layout
	rest  []int64
	users [][]int32 // requirements by offer
}

// NewView reads a plan of in. The plan is taken as it stands: verify it first.
func NewView(in *instance.Instance, plan *certificate.Plan) *View {
	var declined []instance.Pair
	for _, p := range plan.Declined {
		declined = append(declined, instance.Pair(p))
	}
	v := &View{m: newModel(in, declined)}
	v.b = v.m.composite()
	if v.price = v.m.read(&certificate.Proof{Prices: plan.Prices}, &v.b); v.price == nil {
		v.price = make([]int64, len(in.Offers))
	}
	v.m.sortPairs(v.price)
	v.l = newLayout(v.m, &v.b)
	s := newSearch(v.l, v.price, 1, func() bool { return false })
	s.resume(plan)
	v.rest = v.l.rest()
	v.users = make([][]int32, len(in.Offers))
	for r := range v.m.needs {
		for _, s := range v.l.of(int32(r)) {
			o := v.m.pairs[s.pair].offer
			v.users[o] = append(v.users[o], int32(r))
		}
	}
	return v
}

// An Option is an offer as one requirement could use it.
type Option struct {
	Offer   string `json:"offer"`
	Partner string `json:"partner"`
	Lots    int64  `json:"lots"`  // given by the plan, or that it could give alone
	Value   int64  `json:"value"` // points of these lots
	Price   int64  `json:"price"` // points that its units are worth at the plan's prices
	Net     int64  `json:"net"`   // Value less Price
	Free    int64  `json:"free"`  // lots that what is left of it would cover
	Loss    *Loss  `json:"loss,omitzero"`
}

// A Loss is what another requirement would lose.
type Loss struct {
	Requirement string `json:"requirement"`
	Lots        int64  `json:"lots"`
	Points      int64  `json:"points"`
}

// Statuses of a requirement.
const (
	Complete = "complete"
	Partial  = "partial"
	Unmet    = "unmet"
)

// Causes of a requirement's not being complete.
const (
	NoOffer  = "no_offer"  // no offer may serve it
	TooDear  = "too_dear"  // what it needs is worth more elsewhere
	NoRoom   = "no_room"   // it would pay, but what is left does not fit its rules
	NotFound = "not_found" // what is left would serve it: the search ended before
)

// A Reason says why a requirement is served as it is.
type Reason struct {
	Requirement string           `json:"requirement"`
	Status      string           `json:"status"`
	Wanted      int64            `json:"wanted"`
	Given       int64            `json:"given"`
	Chosen      []Option         `json:"chosen"`
	Next        []Option         `json:"next"` // the next three, cheapest first
	Cause       string           `json:"cause,omitzero"`
	Value       int64            `json:"value"`             // points of all its lots, with completion
	Cheapest    int64            `json:"cheapest,omitzero"` // what all lots cost at the cheapest offer's price
	Refused     map[string]int64 `json:"refused"`           // offers by the first rule that refuses them
	OneRule     []Refusal        `json:"one_rule,omitzero"` // offers that one rule alone refuses: what would change it
}

// A Refusal is an offer and the rule that refuses it.
type Refusal struct {
	Offer string `json:"offer"`
	Rule  string `json:"rule"`
	Free  int64  `json:"free"` // units left of it
}

// Requirement explains one requirement; false when the instance has none of
// that name.
func (v *View) Requirement(id string) (Reason, bool) {
	r := slices.IndexFunc(v.m.in.Requirements, func(q instance.Requirement) bool { return q.ID == id })
	if r < 0 {
		return Reason{}, false
	}
	n := &v.m.needs[r]
	a := Reason{Requirement: id, Wanted: int64(n.lots), Given: int64(v.l.lots(int32(r))), Chosen: []Option{}, Next: []Option{},
		Value: v.worth(int32(r), int64(n.lots)), Refused: map[string]int64{}}
	for i := n.first; i < n.last; i++ {
		switch {
		case v.l.uses(int32(r), i):
			a.Chosen = append(a.Chosen, v.option(int32(r), i, v.l.on(int32(r), i)))
		case len(a.Next) < 3:
			a.Next = append(a.Next, v.option(int32(r), i, int64(v.m.pairs[i].hi)))
		}
	}
	v.refused(r, &a)
	v.status(r, &a)
	return a, true
}

func (v *View) status(r int, a *Reason) {
	n := &v.m.needs[r]
	switch {
	case a.Given == a.Wanted:
		a.Status = Complete
		return
	case a.Given > 0:
		a.Status = Partial
	default:
		a.Status = Unmet
	}
	if n.first == n.last {
		a.Cause = NoOffer
		return
	}
	a.Cheapest = v.points(v.cost(n.first)) * int64(n.lots)
	paying := slices.ContainsFunc(append(slices.Clone(a.Chosen), a.Next...), func(o Option) bool { return o.Net > 0 })
	switch {
	case v.couldGain(int32(r)):
		a.Cause = NotFound
	case paying:
		a.Cause = NoRoom
	default:
		a.Cause = TooDear
	}
}

// couldGain reports whether what is left would serve r better.
func (v *View) couldGain(r int32) bool {
	d := newSearch(v.l, v.price, 1, func() bool { return false }).islands(1)[0]
	before := d.value
	d.join(r)
	d.save()
	d.take(r)
	d.insert(r, 0)
	gain := d.value - before
	d.restore()
	return gain > 0
}

func (v *View) cost(pair int32) int64 {
	p := &v.m.pairs[pair]
	return v.price[p.offer] * p.use
}

// worth is what so many lots of r score.
func (v *View) worth(r int32, lots int64) int64 {
	n := &v.m.needs[r]
	value := n.points * lots
	if lots == int64(n.lots) {
		value += compositeFull * n.weight
	}
	return value
}

func (v *View) points(scaled int64) int64 { return scaled >> v.b.shift }

func (v *View) option(r, pair int32, lots int64) Option {
	p := &v.m.pairs[pair]
	f := &v.m.in.Offers[p.offer]
	a := Option{Offer: f.ID, Partner: f.Partner, Lots: lots, Value: v.worth(r, lots), Price: v.points(v.cost(pair) * lots), Free: v.rest[p.offer] / p.use}
	a.Net = a.Value - a.Price
	if a.Free < lots && !v.l.uses(r, pair) {
		a.Loss = v.loss(r, p, lots-a.Free)
	}
	return a
}

// loss names who would lose least for so many lots of pair's offer.
func (v *View) loss(r int32, p *pair, lots int64) *Loss {
	var best *Loss
	for _, q := range v.users[p.offer] {
		if q == r {
			continue
		}
		at := v.m.find(int(q), int(p.offer))
		theirs := &v.m.pairs[at]
		have := v.l.on(q, at)
		give := min(have, (lots*p.use+theirs.use-1)/theirs.use)
		total := int64(v.l.lots(q))
		if left := total - give; left > 0 && left < int64(v.m.needs[q].least) {
			give = have
		}
		l := Loss{v.m.in.Requirements[q].ID, give, v.worth(q, total) - v.worth(q, total-give)}
		if best == nil || l.Points < best.Points {
			best = &l
		}
	}
	return best
}

// refused counts the offers that a rule refuses, and lists those that only
// one rule does.
func (v *View) refused(r int, a *Reason) {
	for o := range v.m.in.Offers {
		rule := v.m.rules.refusal(r, o)
		if rule == Allowed {
			continue
		}
		a.Refused[rule.String()]++
		if a.Given < a.Wanted && v.rest[o] > 0 && v.m.rules.onlyRefusal(r, o) {
			a.OneRule = append(a.OneRule, Refusal{v.m.in.Offers[o].ID, rule.String(), v.rest[o]})
		}
	}
	const most = 5
	slices.SortStableFunc(a.OneRule, func(x, y Refusal) int { return cmp.Compare(y.Free, x.Free) })
	a.OneRule = a.OneRule[:min(most, len(a.OneRule))]
}

// onlyRefusal reports whether o fails exactly one rule for r.
func (e *eligibility) onlyRefusal(r, o int) bool {
	q, f := &e.in.Requirements[r], &e.in.Offers[o]
	fails := 0
	for _, failed := range []bool{
		f.Lines != nil && !slices.Contains(f.Lines, q.Line), f.Sectors != nil && !slices.Contains(f.Sectors, q.Sector),
		f.Regions != nil && !slices.Contains(f.Regions, q.Region), f.Beneficiaries != nil && !slices.Contains(f.Beneficiaries, q.Beneficiary),
		f.ValidFrom > q.LatestCommitDay, f.CivilOnly && q.MilitaryUse, f.Origin != nil && slices.Contains(q.ExcludedOrigins, *f.Origin),
	} {
		if failed {
			fails++
		}
	}
	_, lo, hi := lotRange(e.in, r, o)
	if lo > hi {
		fails++
	}
	return fails == 1 && (f.Kind == instance.Money || f.Line == q.Line)
}

// A WhyNot says why a pair is not used.
type WhyNot struct {
	Requirement string  `json:"requirement"`
	Offer       string  `json:"offer"`
	Used        int64   `json:"used"` // lots, when it is used after all
	Rule        string  `json:"rule"` // the first that refuses it; "allowed" when none does, "declined" when a side did
	Option      *Option `json:"option,omitzero"`
}

// Pair explains one pair; false when a name is unknown.
func (v *View) Pair(requirement, offer string) (WhyNot, bool) {
	requirements, offers := v.m.in.Index()
	r, known := requirements[requirement]
	o, also := offers[offer]
	if !known || !also {
		return WhyNot{}, false
	}
	w := WhyNot{Requirement: requirement, Offer: offer, Rule: v.m.rules.refusal(r, o).String()}
	at := v.m.find(r, o)
	switch {
	case at >= 0:
		w.Used = v.l.on(int32(r), at)
		option := v.option(int32(r), at, max(w.Used, int64(v.m.pairs[at].hi)))
		w.Option = &option
	case w.Rule == Allowed.String():
		w.Rule = "declined"
	}
	return w, true
}

// An OfferReason says what an offer is used for, and why not for more.
type OfferReason struct {
	Offer    string           `json:"offer"`
	Partner  string           `json:"partner"`
	Capacity int64            `json:"capacity"`
	Left     int64            `json:"left"`
	Price    int64            `json:"price"` // points that all of it is worth at the plan's prices
	Serves   []Use            `json:"serves"`
	May      int64            `json:"may"`     // requirements that it may serve
	Refused  map[string]int64 `json:"refused"` // requirements by the first rule that refuses them
}

// A Use is one requirement that an offer serves.
type Use struct {
	Requirement string `json:"requirement"`
	Lots        int64  `json:"lots"`
	Units       int64  `json:"units"`
	Value       int64  `json:"value"`
}

// Offer explains one offer; false when the instance has none of that name.
func (v *View) Offer(id string) (OfferReason, bool) {
	o := slices.IndexFunc(v.m.in.Offers, func(f instance.Offer) bool { return f.ID == id })
	if o < 0 {
		return OfferReason{}, false
	}
	a := OfferReason{Offer: id, Partner: v.m.in.Offers[o].Partner, Capacity: v.m.capacity[o], Left: v.rest[o],
		Price: v.points(v.price[o] * v.m.capacity[o]), Serves: []Use{}, Refused: map[string]int64{},
		May: int64(v.m.eagerAt[o+1] - v.m.eagerAt[o])}
	for _, r := range v.users[o] {
		at := v.m.find(int(r), o)
		lots := v.l.on(r, at)
		a.Serves = append(a.Serves, Use{v.m.in.Requirements[r].ID, lots, lots * v.m.pairs[at].use, v.worth(r, lots)})
	}
	for r := range v.m.needs {
		if rule := v.m.rules.refusal(r, o); rule != Allowed {
			a.Refused[rule.String()]++
		}
	}
	return a, true
}

// Unmet lists the requirements that did not get everything, in order.
func (v *View) Unmet() []string {
	var list []string
	for r := range v.m.needs {
		if v.l.lots(int32(r)) < v.m.needs[r].lots {
			list = append(list, v.m.in.Requirements[r].ID)
		}
	}
	return list
}
