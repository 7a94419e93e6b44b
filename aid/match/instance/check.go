package instance

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"tallinn/fault"
)

// check walks the whole instance and refuses the first thing that is wrong.
func (in *Instance) check() error {
	if in.Name == "" {
		return ErrValue.With("field", "name").With("value", `""`).With("want", "the round a name")
	}
	if n := len(in.Requirements); n > MaxRequirements {
		return ErrTooMany.With("field", "requirements").With("value", n).With("limit", MaxRequirements)
	}
	if n := len(in.Offers); n > MaxOffers {
		return ErrTooMany.With("field", "offers").With("value", n).With("limit", MaxOffers)
	}
	if err := in.checkRates(); err != nil {
		return err
	}
	if err := in.checkRequirements(); err != nil {
		return err
	}
	if err := in.checkOffers(); err != nil {
		return err
	}
	return in.checkPrevious()
}

func (in *Instance) checkRates() error {
	names := make([]string, 0, len(in.Rates))
	for name := range in.Rates {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := between("rates_ppm_eur."+clip(name), in.Rates[name], 1, MaxAmount); err != nil {
			return err
		}
	}
	return nil
}

func (in *Instance) checkRequirements() error {
	seen := make(map[string]int, len(in.Requirements))
	var score int64
	for i := range in.Requirements {
		r := &in.Requirements[i]
		if err := name("requirements", i, r.ID, seen); err != nil {
			return err
		}
		if err := r.check(i); err != nil {
			return err
		}
		score += r.Points*r.Lots + 250*r.Weight // at most 10^14 + 2.5 × 10^11 each
		if score > MaxScore {
			return ErrOverflow.With("field", at("requirements", i, "points_per_lot")).With("value", r.Points).
				With("sum", "the score of all requirements").With("limit", int64(MaxScore))
		}
	}
	return nil
}

func (r *Requirement) check(i int) error {
	in := func(member string, v, lo, hi int64) error { return between(at("requirements", i, member), v, lo, hi) }
	for _, err := range []error{
		in("lots", r.Lots, 1, MaxLots),
		in("units_per_lot", r.UnitsPerLot, 1, MaxAmount),
		in("lot_cost_eur_cents", r.LotCost, 1, MaxAmount),
		in("tier", r.Tier, 1, 100),
		in("deadline_day", r.DeadlineDay, 0, MaxDay),
		in("latest_commit_day", r.LatestCommitDay, 0, MaxDay),
		in("min_lots", r.MinLots, 1, MaxLots),
		in("max_partners", r.MaxPartners, 1, MaxPartners),
		in("weight", r.Weight, 0, MaxWeight),
		in("points_per_lot", r.Points, 0, MaxPoints),
		text(at("requirements", i, "line"), r.Line),
	} {
		if err != nil {
			return err
		}
	}
	if r.MinLots > r.Lots {
		return against("requirements", i, "min_lots", r.MinLots, "lots", r.Lots, "the least useful share cannot pass what is asked for")
	}
	if r.LatestCommitDay > r.DeadlineDay {
		return against("requirements", i, "latest_commit_day", r.LatestCommitDay, "deadline_day", r.DeadlineDay, "nothing can be committed after the day it is needed")
	}
	return overflow(at("requirements", i, "lot_cost_eur_cents"), r.LotCost, r.Lots, "its cost in full")
}

func (in *Instance) checkOffers() error {
	seen := make(map[string]int, len(in.Offers))
	for i := range in.Offers {
		o := &in.Offers[i]
		if err := name("offers", i, o.ID, seen); err != nil {
			return err
		}
		if err := in.checkOffer(i, o); err != nil {
			return err
		}
	}
	return nil
}

func (in *Instance) checkOffer(i int, o *Offer) error {
	if err := text(at("offers", i, "partner"), o.Partner); err != nil {
		return err
	}
	if err := in.checkKind(i, o); err != nil {
		return err
	}
	within := func(member string, v, lo, hi int64) error { return between(at("offers", i, member), v, lo, hi) }
	for _, err := range []error{
		within("valid_from_day", o.ValidFrom, 0, MaxDay),
		within("valid_to_day", o.ValidTo, 0, MaxDay),
		within("min_ticket", o.MinTicket, 0, MaxAmount),
		within("max_ticket", o.MaxTicket, 0, MaxAmount),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case o.ValidTo < o.ValidFrom:
		return against("offers", i, "valid_to_day", o.ValidTo, "valid_from_day", o.ValidFrom, "an offer cannot end before it begins")
	case o.MaxTicket < o.MinTicket:
		return against("offers", i, "max_ticket", o.MaxTicket, "min_ticket", o.MinTicket, "the most for one requirement cannot be under the least")
	}
	return nil
}

func (in *Instance) checkKind(i int, o *Offer) error {
	switch o.Kind {
	case Money:
		if err := between(at("offers", i, "amount_minor"), o.Amount, 1, MaxAmount); err != nil {
			return err
		}
		if _, ok := in.Rates[o.Currency]; !ok {
			return ErrUnknown.With("field", at("offers", i, "currency")).With("value", strconv.Quote(clip(o.Currency))).With("among", "rates_ppm_eur")
		}
		if o.Units != 0 || o.Line != "" {
			return ErrContradiction.With("field", at("offers", i, "kind")).With("value", Money).
				With("other", at("offers", i, "line and units")).With("than", fmt.Sprintf("%q and %d", clip(o.Line), o.Units)).
				With("want", "money has an amount and a currency only")
		}
	case InKind:
		if err := between(at("offers", i, "units"), o.Units, 1, MaxAmount); err != nil {
			return err
		}
		if err := text(at("offers", i, "line"), o.Line); err != nil {
			return err
		}
		if !slices.Contains(o.Lines, o.Line) || len(o.Lines) != 1 {
			return ErrContradiction.With("field", at("offers", i, "line")).With("value", clip(o.Line)).
				With("other", at("offers", i, "lines")).With("than", fmt.Sprintf("%q", o.Lines)).
				With("want", "goods in kind serve their own line only: give it alone in lines")
		}
		if o.Amount != 0 || o.Currency != "" {
			return ErrContradiction.With("field", at("offers", i, "kind")).With("value", InKind).
				With("other", at("offers", i, "amount_minor")).With("than", o.Amount).With("want", "goods have a line and units only")
		}
	default:
		return ErrValue.With("field", at("offers", i, "kind")).With("value", strconv.Quote(clip(o.Kind))).With("want", `"money" or "in_kind"`)
	}
	return nil
}

func (in *Instance) checkPrevious() error {
	requirements, offers := in.Index()
	seen := make(map[Pair]int, len(in.Previous))
	for i, p := range in.Previous {
		if _, ok := requirements[p.Requirement]; !ok {
			return ErrUnknown.With("field", at("previous", i, "")+"[0]").With("value", strconv.Quote(clip(p.Requirement))).With("among", "requirements")
		}
		if _, ok := offers[p.Offer]; !ok {
			return ErrUnknown.With("field", at("previous", i, "")+"[1]").With("value", strconv.Quote(clip(p.Offer))).With("among", "offers")
		}
		if first, twice := seen[p]; twice {
			return ErrTwice.With("field", at("previous", i, "")).With("value", clip(p.Requirement)+", "+clip(p.Offer)).With("first", at("previous", first, ""))
		}
		seen[p] = i
	}
	return nil
}

// Index maps names to places.
func (in *Instance) Index() (requirements, offers map[string]int) {
	requirements = make(map[string]int, len(in.Requirements))
	for i := range in.Requirements {
		requirements[in.Requirements[i].ID] = i
	}
	offers = make(map[string]int, len(in.Offers))
	for i := range in.Offers {
		offers[in.Offers[i].ID] = i
	}
	return requirements, offers
}

func name(list string, i int, id string, seen map[string]int) error {
	if err := text(at(list, i, "id"), id); err != nil {
		return err
	}
	if first, twice := seen[id]; twice {
		return ErrTwice.With("field", at(list, i, "id")).With("value", strconv.Quote(clip(id))).With("first", at(list, first, ""))
	}
	seen[id] = i
	return nil
}

func text(field, s string) error {
	if s == "" || len(s) > 200 {
		return ErrValue.With("field", field).With("value", strconv.Quote(clip(s))).With("want", "a text of 1 to 200 bytes")
	}
	return nil
}

func between(field string, v, lo, hi int64) error {
	if v < lo || v > hi {
		return ErrValue.With("field", field).With("value", v).With("want", fmt.Sprintf("a whole number from %d to %d", lo, hi))
	}
	return nil
}

func against(list string, i int, member string, v int64, other string, than int64, want string) *fault.Error {
	return ErrContradiction.With("field", at(list, i, member)).With("value", v).
		With("other", at(list, i, other)).With("than", than).With("want", want)
}

// overflow refuses a product past 62 bits.
func overflow(field string, v, times int64, sum string) error {
	if hi, lo := bits.Mul64(uint64(v), uint64(times)); hi != 0 || lo >= 1<<62 {
		return ErrOverflow.With("field", field).With("value", v).With("sum", sum).With("limit", "2^62")
	}
	return nil
}
