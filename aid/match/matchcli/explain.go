package matchcli

import (
	"fmt"
	"strings"

	"tallinn/aid/match"
	"tallinn/aid/match/explain"
	"tallinn/aid/match/verify"
	"tallinn/fault"
)

// ErrName refuses a name that is neither a requirement nor an offer.
var ErrName = fault.New(fault.Missing, "plan.name",
	"{{.name}} is neither a requirement nor an offer of this instance; write one, or REQUIREMENT:OFFER for a pair")

// ExplainOptions are those of "tallinn plan explain". Without names, it lists
// every requirement that did not get everything.
type ExplainOptions struct {
	Names    []string // requirements, offers, or REQUIREMENT:OFFER
	Million  bool     // what one more million euros without an earmark would cover
	Earmarks bool     // which earmark, taken off, gains most
}

// An explanation is what is printed as data.
type explanation struct {
	Requirements []match.Reason      `json:"requirements,omitzero"`
	Offers       []match.OfferReason `json:"offers,omitzero"`
	Pairs        []match.WhyNot      `json:"pairs,omitzero"`
	Million      *match.Gain         `json:"million,omitzero"`
	Earmarks     []match.Gain        `json:"earmarks,omitzero"`
}

const (
	million      = 1_000_000
	mostEarmarks = 5 // that are re-solved
)

// Explain verifies the plan, and then says why it is as it is.
//
// Errors: those of the readers and of verify.Check, ErrName.
func Explain(d Desk, o ExplainOptions, instanceFile, planFile File) error {
	in, plan, err := read(instanceFile, planFile)
	if err != nil {
		return err
	}
	if _, err := verify.Check(in, plan); err != nil {
		return err
	}
	v := match.NewView(in, plan)
	if len(o.Names) == 0 && !o.Million && !o.Earmarks {
		o.Names = v.Unmet()
	}
	var x explanation
	var lines []string
	for _, name := range o.Names {
		more, err := x.name(v, d.Lang, name)
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	if o.Million {
		g, err := match.Million(in, plan, million*100)
		if err != nil {
			return err
		}
		x.Million, lines = &g, append(lines, explain.Million(d.Lang, million, g)...)
	}
	if o.Earmarks {
		if x.Earmarks, err = match.Relaxations(in, plan, mostEarmarks); err != nil {
			return err
		}
		lines = append(lines, explain.Relaxations(d.Lang, x.Earmarks)...)
	}
	if d.JSON {
		return d.data(x)
	}
	_, err = fmt.Fprintln(d.Out, strings.Join(lines, "\n"))
	return err
}

// name explains one name, and keeps its data.
func (x *explanation) name(v *match.View, lang, name string) ([]string, error) {
	if r, o, pair := strings.Cut(name, ":"); pair {
		if a, ok := v.Pair(r, o); ok {
			x.Pairs = append(x.Pairs, a)
			return explain.Pair(lang, a), nil
		}
	}
	if a, ok := v.Requirement(name); ok {
		x.Requirements = append(x.Requirements, a)
		return explain.Requirement(lang, a), nil
	}
	if a, ok := v.Offer(name); ok {
		x.Offers = append(x.Offers, a)
		return explain.Offer(lang, a), nil
	}
	return nil, ErrName.With("name", name)
}
