package flow

import (
	"slices"
	"strconv"

	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
)

// mendable are the members of what sides say that a correction may change.
var mendable = map[string][]string{
	"flow.recorded": {"/amount", "/on", "/moved", "/line", "/reference", "/goods/quantity", "/portions"},
	"flow.advanced": {"/on"},
	"flow.asserted": {"/amount", "/on", "/reference"},
	"flow.settled":  {"/amount", "/on"},
}

// SaidAt is what a fact of f says, with its corrections; nil when it is not one
// that is mended.
func (f Flow) SaidAt(pos fact.Pos) fact.Body {
	if pos == f.Pos && f.Exists() {
		return f.Recorded
	}
	for _, a := range f.Advances {
		if a.Pos == pos {
			return a.Advanced
		}
	}
	for _, a := range f.Asserted {
		if a.Pos == pos {
			return a.Asserted
		}
	}
	for _, s := range f.Signed {
		if s.Pos == pos {
			return s.Settled
		}
	}
	return nil
}

// Mendable are the members of a fact of f that may be corrected.
func (f Flow) Mendable(pos fact.Pos) []string {
	body := f.SaidAt(pos)
	if body == nil || f.standing() != nil {
		return nil
	}
	out := slices.Clone(mendable[body.Kind()])
	if body.Kind() == (Recorded{}).Kind() {
		if f.Goods == nil {
			out = slices.DeleteFunc(out, func(p string) bool { return p == "/goods/quantity" })
		}
		for i := range f.Portions {
			out = append(out, "/portions/"+strconv.Itoa(i)+"/amount")
		}
	}
	return out
}

// Mend is what corrections of one fact of f come to, asked for by a party, and
// who else has countersigned and must agree: every other side that has said or
// signed something. What these said of the same member, and said likewise, is
// mended with it, for they agree to what holds.
//
// Errors: ErrMissing, ErrGone, correction.ErrNoFact, correction.ErrMember,
// fact.ErrCorrection; those of Record, Advance, Assert and Settle for what
// would then stand.
func (f Flow) Mend(changes []fact.Correction, by party.ID) (out []fact.Body, consent []party.ID, err error) {
	if err := f.standing(); err != nil {
		return nil, nil, err
	}
	if len(changes) == 0 {
		return nil, nil, correction.ErrNothing.With("most", correction.MostChanges)
	}
	pos := changes[0].Fact
	body := f.SaidAt(pos)
	if body == nil {
		return nil, nil, correction.ErrNoFact.With("fact", pos)
	}
	for _, c := range changes {
		if c.Fact != pos || !slices.Contains(f.Mendable(pos), c.Pointer) {
			return nil, nil, correction.ErrMember.With("pointer", c.Pointer)
		}
	}
	if err := f.checkMended(body, changes); err != nil {
		return nil, nil, err
	}
	for _, c := range changes {
		out = append(out, Corrected{f.Recorded.Flow, c})
	}
	for _, side := range Sides {
		p := f.Party(side)
		if p == "" || p == by || !f.hasSaid(side) {
			continue
		}
		if !slices.Contains(consent, p) {
			consent = append(consent, p)
		}
		for _, c := range changes {
			out = append(out, f.alsoMended(side, c)...)
		}
	}
	slices.Sort(consent)
	return held(f.Held, out), consent, nil
}

// hasSaid reports whether a side has countersigned: its own word, or its
// signature.
func (f Flow) hasSaid(side Side) bool {
	return slices.ContainsFunc(f.Words(), func(w Word) bool { return w.Side == side && !w.Denied }) ||
		slices.ContainsFunc(f.Signed, func(s Settlement) bool { return s.Side == side })
}

// alsoMended are the corrections of what a side said likewise: of its latest
// word, and its latest signature.
func (f Flow) alsoMended(side Side, c fact.Correction) (out []fact.Body) {
	also := func(pos fact.Pos, body fact.Body) {
		o := c
		o.Fact = pos
		if pos != c.Fact && applies(body, o) {
			out = append(out, Corrected{f.Recorded.Flow, o})
		}
	}
	if c.Pointer != "/amount" && c.Pointer != "/on" {
		return nil
	}
	for _, a := range slices.Backward(f.Asserted) {
		if a.Side == side {
			also(a.Pos, a.Asserted)
			break
		}
	}
	for _, s := range slices.Backward(f.Signed) {
		if s.Side == side {
			also(s.Pos, s.Settled)
			break
		}
	}
	if slices.Contains(f.Basis.sides(), side) && !slices.ContainsFunc(f.Asserted, func(a Assertion) bool { return a.Side == side }) {
		also(f.Pos, f.Recorded)
	}
	return out
}

func applies(body fact.Body, c fact.Correction) bool {
	var err error
	switch b := body.(type) {
	case Recorded:
		_, err = fact.Apply(b, c)
	case Asserted:
		_, err = fact.Apply(b, c)
	case Settled:
		_, err = fact.Apply(b, c)
	}
	return err == nil
}

// checkMended checks what would stand after changes.
func (f Flow) checkMended(body fact.Body, changes []fact.Correction) error {
	switch b := body.(type) {
	case Recorded:
		b, err := applyAll(b, changes)
		if err != nil {
			return err
		}
		for _, w := range f.Words() {
			if w.Pos != f.Pos && w.Amount.Currency() != "" && w.Amount != f.Amount && w.Amount.Currency() != b.Amount.Currency() {
				return ErrSpoken.With("flow", f.Recorded.Flow).With("currency", f.Amount.Currency())
			}
		}
		return b.check()
	case Advanced:
		b, err := applyAll(b, changes)
		switch {
		case err != nil:
			return err
		case !isDate(b.On):
			return ErrDecided
		case before(b.On, f.On):
			return ErrOrder.With("later", b.On).With("earlier", f.On)
		}
		return nil
	case Asserted:
		b, err := applyAll(b, changes)
		if err != nil {
			return err
		}
		return f.checkWord(b)
	case Settled:
		b, err := applyAll(b, changes)
		switch {
		case err != nil:
			return err
		case !isDate(b.On):
			return ErrDecided
		}
		return f.checkTerms(b.Amount, b.Status)
	}
	return correction.ErrNoFact.With("fact", changes[0].Fact)
}

func applyAll[B fact.Body](b B, changes []fact.Correction) (B, error) {
	for _, c := range changes {
		var err error
		if b, err = fact.Apply(b, c); err != nil {
			return b, err
		}
	}
	return b, nil
}
