package verify

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/fault"
)

var (
	// ErrInstance refuses a plan for another instance.
	ErrInstance = fault.New(fault.Invalid, "plan.other_instance",
		"the plan was made for instance {{.planned}}, and this is {{.given}}; give the instance it was made for")
	// ErrRule refuses an allocation that breaks a hard rule.
	ErrRule = fault.New(fault.Invalid, "plan.broken_rule",
		"{{.field}} breaks the rule {{.rule}}: {{.why}}; this is no valid plan")
	// ErrCount refuses a value that the allocations do not give.
	ErrCount = fault.New(fault.Invalid, "plan.wrong_count",
		"{{.field}} is {{.value}}, but the allocations give {{.got}}; this is no valid plan")
	// ErrProof refuses a bound that the prices do not prove.
	ErrProof = fault.New(fault.Invalid, "plan.unproved",
		"{{.field}} is {{.value}}, but the prices prove {{.got}}; this bound is not proved")
	// ErrRational refuses a price or weight of another form.
	ErrRational = fault.New(fault.Invalid, "plan.rational",
		"{{.field}} is {{.value}}; {{.want}}")
)

// A Report is what was checked and found.
type Report struct {
	Instance    string                `json:"instance"`
	Composite   int64                 `json:"composite"`
	Bound       int64                 `json:"bound"`
	Below       string                `json:"below_percent"` // how far the composite lies under the bound
	Allocations int                   `json:"allocations"`
	Goals       []GoalLine            `json:"goals"`
	Cut         bool                  `json:"cut"`
	Claim       *certificate.Finisher `json:"claim,omitzero"` // not checked
}

// A GoalLine is one goal's checked value and bound.
type GoalLine struct {
	Goal  string `json:"goal"`
	Value int64  `json:"value"`
	Bound int64  `json:"bound"`
}

// Check checks p against in, whole.
//
// Errors: ErrInstance, ErrRule, ErrCount, ErrProof, ErrRational, and the
// reader's for names that lead nowhere.
func Check(in *instance.Instance, p *certificate.Plan) (*Report, error) {
	if given := hex.EncodeToString(in.Hash[:]); given != p.InstanceHash || in.Name != p.Instance {
		return nil, ErrInstance.With("planned", p.Instance+" "+p.InstanceHash).With("given", in.Name+" "+given)
	}
	if p.Engine != certificate.Engine {
		return nil, ErrCount.With("field", "engine").With("value", strconv.Quote(p.Engine)).With("got", certificate.Engine)
	}
	c, err := newCheck(in, p)
	if err != nil {
		return nil, err
	}
	if err := c.rules(); err != nil {
		return nil, err
	}
	if err := c.counts(); err != nil {
		return nil, err
	}
	if err := c.bounds(); err != nil {
		return nil, err
	}
	r := &Report{Instance: p.Instance, Composite: p.Composite, Bound: p.Bound, Below: Below(p.Composite, p.Bound),
		Allocations: len(p.Allocations), Cut: p.Cut, Claim: p.Finisher}
	for _, name := range certificate.Order {
		r.Goals = append(r.Goals, GoalLine{name, p.Goals[name].Value, p.Goals[name].Bound})
	}
	return r, nil
}

// Below is how far value lies under bound, in percent of bound with four
// decimals, rounded up so that it never flatters.
func Below(value, bound int64) string {
	if bound <= 0 || value >= bound {
		return "0.0000"
	}
	ppm := new(big.Int).Mul(big.NewInt(bound-value), big.NewInt(1_000_000))
	ppm.Add(ppm, big.NewInt(bound-1)).Quo(ppm, big.NewInt(bound))
	return fmt.Sprintf("%d.%04d", ppm.Int64()/10_000, ppm.Int64()%10_000)
}

// A check holds what the steps share.
type check struct {
	in      *instance.Instance
	p       *certificate.Plan
	req     map[string]int
	offer   map[string]int
	given   [][]gift // by requirement
	locked  [][]gift
	used    []int64 // by offer
	kept    map[instance.Pair]bool
	refused map[instance.Pair]bool
	pairs   [][]edge
}

// A gift is so many lots from an offer.
type gift struct {
	offer int
	lots  int64
}

func newCheck(in *instance.Instance, p *certificate.Plan) (*check, error) {
	c := &check{in: in, p: p, used: make([]int64, len(in.Offers)), kept: map[instance.Pair]bool{}, refused: map[instance.Pair]bool{}}
	c.req, c.offer = in.Index()
	for _, pair := range in.Previous {
		c.kept[pair] = true
	}
	for _, pair := range p.Declined {
		c.refused[instance.Pair(pair)] = true
	}
	var err error
	if c.given, err = c.gifts("allocations", p.Allocations); err != nil {
		return nil, err
	}
	if c.locked, err = c.gifts("locked", p.Locked); err != nil {
		return nil, err
	}
	return c, nil
}

// gifts sorts a list by requirement and refuses unknown names and pairs that
// come twice.
func (c *check) gifts(list string, allocations []certificate.Allocation) ([][]gift, error) {
	sorted := make([][]gift, len(c.in.Requirements))
	for i, a := range allocations {
		field := list + "[" + strconv.Itoa(i) + "]"
		r, known := c.req[a.Requirement]
		if !known {
			return nil, instance.ErrUnknown.With("field", field+".requirement").With("value", strconv.Quote(a.Requirement)).With("among", "requirements")
		}
		o, known := c.offer[a.Offer]
		if !known {
			return nil, instance.ErrUnknown.With("field", field+".offer").With("value", strconv.Quote(a.Offer)).With("among", "offers")
		}
		for _, g := range sorted[r] {
			if g.offer == o {
				return nil, ErrRule.With("field", field).With("rule", "one line for a pair").With("why", a.Requirement+" and "+a.Offer+" stand there twice")
			}
		}
		sorted[r] = append(sorted[r], gift{o, a.Lots})
	}
	return sorted, nil
}
