package matchcli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tallinn/aid/match"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/verify"
)

// WhatIf are the changes of "tallinn plan what-if".
type WhatIf struct {
	Add       []File   // each one offer or requirement, as in an instance
	Drop      []string // requirements or offers
	Unearmark []string // OFFER, or OFFER:lines|sectors|regions|beneficiaries
	Moves     int64
}

// RunWhatIf changes a copy of the instance, repairs the plan, and says what
// the change is worth. With out, the repaired plan is written there; it is of
// the changed instance, which is written to changed when that is not nil.
//
// Errors: those of the readers, ErrOption.
func RunWhatIf(d Desk, w WhatIf, instanceFile, planFile File, out, changed io.Writer) error {
	in, plan, err := read(instanceFile, planFile)
	if err != nil {
		return err
	}
	other, err := w.apply(in)
	if err != nil {
		return err
	}
	data, err := instance.Encode(other)
	if err != nil {
		return err
	}
	if other, err = instance.Parse("the changed instance", data); err != nil {
		return err
	}
	after, err := match.Make(other, match.Options{Previous: plan, Moves: w.Moves, Stop: d.stop(0), Progress: d.progress()})
	d.clearProgress()
	if err != nil {
		return err
	}
	if err := write(changed, data); err != nil {
		return err
	}
	if data, err = certificate.Encode(after); err != nil {
		return err
	}
	if err := write(out, data); err != nil {
		return err
	}
	if !d.JSON {
		if _, err := fmt.Fprintf(d.Out, d.text("whatif")+"\n", after.Bound, after.Composite, verify.Below(after.Composite, after.Bound), plan.Composite); err != nil {
			return err
		}
	}
	return d.difference(match.Diff(plan, after))
}

func write(w io.Writer, data []byte) error {
	if w == nil {
		return nil
	}
	_, err := w.Write(data)
	return err
}

func (w *WhatIf) apply(in *instance.Instance) (*instance.Instance, error) {
	out := *in
	out.Requirements, out.Offers = slices.Clone(in.Requirements), slices.Clone(in.Offers)
	for _, file := range w.Add {
		if err := add(&out, file); err != nil {
			return nil, err
		}
	}
	for _, id := range w.Drop {
		before := len(out.Requirements) + len(out.Offers)
		out.Requirements = slices.DeleteFunc(out.Requirements, func(q instance.Requirement) bool { return q.ID == id })
		out.Offers = slices.DeleteFunc(out.Offers, func(f instance.Offer) bool { return f.ID == id })
		out.Previous = slices.DeleteFunc(slices.Clone(out.Previous), func(p instance.Pair) bool { return p.Requirement == id || p.Offer == id })
		if len(out.Requirements)+len(out.Offers) == before {
			return nil, ErrOption.With("field", "--drop").With("value", id).With("want", "name a requirement or an offer of the instance")
		}
	}
	for _, text := range w.Unearmark {
		if err := unearmark(&out, text); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// add reads one offer or requirement: an offer has a kind.
func add(in *instance.Instance, file File) error {
	data, err := io.ReadAll(io.LimitReader(file, 1<<20))
	if err != nil {
		return err
	}
	var members map[string]any
	if err := instance.Decode(file.Name, data, &members); err != nil {
		return err
	}
	if _, isOffer := members["kind"]; isOffer {
		var f instance.Offer
		if err := instance.Decode(file.Name, data, &f); err != nil {
			return err
		}
		in.Offers = append(in.Offers, f)
		return nil
	}
	var q instance.Requirement
	if err := instance.Decode(file.Name, data, &q); err != nil {
		return err
	}
	in.Requirements = append(in.Requirements, q)
	return nil
}

func unearmark(in *instance.Instance, text string) error {
	id, which, _ := strings.Cut(text, ":")
	i := slices.IndexFunc(in.Offers, func(f instance.Offer) bool { return f.ID == id })
	if i < 0 {
		return ErrOption.With("field", "--unearmark").With("value", text).With("want", "name an offer of the instance")
	}
	if !match.Relax(&in.Offers[i], which) {
		return ErrOption.With("field", "--unearmark").With("value", text).
			With("want", "name one of its earmarks: lines, sectors, regions or beneficiaries; goods keep their line")
	}
	return nil
}
