package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/correction/correctionhttp"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
	"tallinn/policy"
	"tallinn/policy/reads"
	"tallinn/record"
	"tallinn/tlp"
	"tallinn/web"
)

// corrections is the door of corrections: what was mistyped is mended, with
// the consent of who has countersigned it.
func (h room) corrections() *correctionhttp.Handler {
	return &correctionhttp.Handler{Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log,
		Seat: func(ctx context.Context) seat.Seat { return h.acting(ctx).seat },
		Sees: func(ctx context.Context) func(correction.Correction) bool {
			may := h.reads(h.acting(ctx).principal(h.realm))
			b := h.state.realms[h.realm] // it is asked inside View
			return func(c correction.Correction) bool { return b.seesCorrection(may, c) }
		},
		Red: func(c correction.Correction) bool { return h.state.realms[h.realm].markedOf(c.Item).Marking == tlp.Red },
		Opened: func(ctx context.Context, c correction.Correction) (err error) {
			red := false
			h.View(h.realm, func(b *Books) { red = b.markedOf(c.Item).Marking == tlp.Red })
			if red {
				err = h.readings.Add(ctx, reads.Reading{Item: c.Item, Seat: string(h.acting(ctx).seat.ID), At: h.cfg.Now()})
			}
			return err
		},
		View: func(fn func(correctionhttp.Books)) {
			h.View(h.realm, func(b *Books) { fn(correctionhttp.Books{Corrections: b.Corrections, Parties: b.Parties}) })
		},
		Item: itemHref, Mendable: h.mendable, Ask: h.askCorrection, Answer: h.answerCorrection,
		Tell: func(l web.Lang, f fact.Fact) string { return h.describe(l, f) }}
}

// seesCorrection: a correction is for its sides and the front office; of what
// is TLP:RED, for those of them who are named.
func (b *Books) seesCorrection(may func(class.Class) bool, c correction.Correction) bool {
	of := b.markedOf(c.Item)
	return may(correctionClass(b.realm, c)) && (of.Marking != tlp.Red || may(of))
}

// markedOf is the class of a need or an offer, or of the offer that a
// reservation is of; none of what has no marking of its own.
func (b *Books) markedOf(item string) class.Class {
	if n, known := b.Needs.Head(need.ID(item)); known {
		return n.Class
	}
	if r, known := b.Offers.Reservation(offer.ReservationID(item)); known {
		if n, _ := b.Needs.Head(r.Need); n.Red() {
			return n.Class
		}
		item = string(r.Offer)
	}
	if o, known := b.Offers.Get(offer.ID(item)); known {
		return o.Class
	}
	return class.Class{Marking: tlp.Amber}
}

func correctionClass(realm fact.Realm, c correction.Correction) class.Class {
	return class.Class{Realm: realm, Noun: "correction", Marking: tlp.Amber, Owner: string(c.Party), Audience: class.Audience(c.Consent...)}
}

// A mending is what of a fact may be mended, and what mending it comes to.
type mending struct {
	item    string
	body    fact.Body // as it stands
	members []string
	mend    func([]fact.Correction) ([]fact.Body, []party.ID, error)
}

// mending is what of f the seat by may mend at now; false: f is not such a
// fact, or by has no part in it.
func (b *Books) mending(f fact.Fact, by seat.Seat, now time.Time) (m mending, ok bool) {
	if f.Realm != b.realm {
		return m, false
	}
	switch body := f.Body.(type) {
	case flow.Recorded:
		return b.mendingFlow(body.Flow, f, by)
	case flow.Advanced:
		return b.mendingFlow(body.Flow, f, by)
	case flow.Asserted:
		return b.mendingFlow(body.Flow, f, by)
	case flow.Settled:
		return b.mendingFlow(body.Flow, f, by)
	case need.Submitted:
		return b.mendingNeed(body.Need, 1, now)
	case need.Resubmitted:
		return b.mendingNeed(body.Need, body.Round, now)
	case offer.Opened:
		o, known := b.Offers.Get(body.Offer)
		return mending{string(body.Offer), o.Opened, o.Mendable(), func(c []fact.Correction) ([]fact.Body, []party.ID, error) {
			return b.Offers.Mend(body.Offer, c, b.ownerOf, now)
		}}, known
	case offer.Reserved:
		r, known := b.Offers.Reservation(body.Reservation)
		return mending{string(body.Reservation), r.Reserved, r.Mendable(now), func(c []fact.Correction) ([]fact.Body, []party.ID, error) {
			n, _ := b.Needs.Get(r.Need)
			return b.Offers.MendReservation(body.Reservation, c, n, now)
		}}, known
	case seat.Opened:
		s, known := b.Seats.Get(body.Seat)
		return mending{string(body.Seat), s.Opened(), s.Mendable(), func(c []fact.Correction) ([]fact.Body, []party.ID, error) {
			out, err := s.Mend(c, b.Seats.ByPerson(s.Person, string(fact.Day(now))))
			return out, nil, err
		}}, known
	}
	return m, false
}

func (b *Books) mendingFlow(id flow.ID, f fact.Fact, by seat.Seat) (mending, bool) {
	w, known := b.shelfOf(id, by).Get(id)
	body := w.SaidAt(f.Pos)
	if !known || body == nil || body.Kind() != f.Kind {
		return mending{}, false
	}
	return mending{string(id), body, w.Mendable(f.Pos), func(c []fact.Correction) ([]fact.Body, []party.ID, error) {
		return w.Mend(c, by.Holder)
	}}, true
}

func (b *Books) mendingNeed(id need.ID, round int, now time.Time) (mending, bool) {
	n, known := b.Needs.Get(id)
	return mending{string(id), n.Asks(), n.Mendable(), func(c []fact.Correction) ([]fact.Body, []party.ID, error) {
		out, consent, err := n.Mend(c, now)
		region := n.HideRegion && slices.ContainsFunc(c, func(x fact.Correction) bool { return x.Pointer == "/asked/region" })
		for _, r := range b.Offers.ByNeed(id) { // who gives by what was asked agrees too
			if !r.Holds(now) {
				continue
			}
			if region && !b.Offers.Agreed(id, r.Provider, now) {
				return nil, nil, need.ErrHiddenMend.With("need", id)
			}
			if !slices.Contains(consent, r.Provider) {
				consent = append(consent, r.Provider)
			}
		}
		slices.Sort(consent)
		return out, consent, err
	}}, known && n.AskedIn() == round
}

func (b *Books) ownerOf(id need.ID) party.ID {
	n, _ := b.Needs.Head(id)
	return n.Owner
}

// saidFrom reports whether by may mend what f says: it is the seat that said
// so; once that one is out of use, another of the same institution and role.
// Terms of seats are the front office's.
func (b *Books) saidFrom(f fact.Fact, by seat.Seat, day string) bool {
	if _, seats := f.Body.(seat.Opened); seats {
		return by.Role == seat.FrontOffice
	}
	if f.Seat == "" {
		return false
	}
	said, _ := b.Seats.Get(seat.ID(f.Seat))
	return said.ID == by.ID || !said.Acts(day) && said.Holder == by.Holder && said.Role == by.Role
}

// leansOn are the histories that mending a fact of an item rests on: all that
// the fact is part of, for what is left of an offer or of a lot is asked too;
// of a seat those of the same person.
func (b *Books) leansOn(f fact.Fact, item string, now time.Time) []string {
	out := append(slices.Clone(f.Streams), item)
	if body, is := f.Body.(seat.Opened); is {
		s, _ := b.Seats.Get(body.Seat)
		for _, o := range b.Seats.ByPerson(s.Person, string(fact.Day(now))) {
			out = append(out, string(o.ID))
		}
	}
	slices.Sort(out)
	return named(slices.Compact(out)...)
}

// mendable is what of a fact the seat of a request may mend.
//
// Errors: correction.ErrNoFact, correction.ErrNotYours.
func (h room) mendable(ctx context.Context, pos fact.Pos) (out correctionhttp.Mendable, err error) {
	by, opens := h.acting(ctx).seat, h.opens(ctx)
	missing := correction.ErrNoFact.With("fact", pos)
	_, f, err := h.record.Fact(ctx, pos)
	if errors.Is(err, record.ErrNoFact) || err == nil && !opens(f) {
		return out, missing
	}
	if err != nil {
		return out, err
	}
	h.View(h.realm, func(b *Books) {
		m, ok := b.mending(f, by, h.cfg.Now())
		switch {
		case !ok || len(m.members) == 0:
			err = missing
		case !b.saidFrom(f, by, h.today()):
			err = correction.ErrNotYours.With("seat", f.Seat)
		default:
			out = correctionhttp.Mendable{Item: m.item, Fact: f, Body: m.body, Members: m.members}
		}
	})
	return out, err
}

// askCorrection mends a fact at once, or asks consent of who has
// countersigned it.
func (h room) askCorrection(ctx context.Context, key string, w correctionhttp.Wanted) (out correctionhttp.Result, err error) {
	m, err := h.mendable(ctx, w.Fact)
	if err != nil {
		return out, err
	}
	by := h.acting(ctx).seat
	out.Item = m.Item
	res, err := h.decide(ctx, command{key: key, op: "correction.ask", args: w, may: func(*Books) (policy.Action, class.Class) {
		return policy.Correct, class.Class{Realm: h.realm, Noun: "correction", Marking: tlp.Amber, Owner: string(by.Holder)}
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		s, err := b.by(tx, by.ID)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(b.leansOn(m.Fact, m.Item, tx.Now())...); err != nil {
			return nil, err
		}
		now, f := tx.Now(), m.Fact
		if err := s.Acting(string(fact.Day(now))); err != nil {
			return nil, err
		}
		live, ok := b.mending(f, s, now)
		if !ok || !b.saidFrom(f, s, string(fact.Day(now))) {
			return nil, correction.ErrNoFact.With("fact", w.Fact)
		}
		if err := wording.Reason(w.Reason); err != nil {
			return nil, err
		}
		changes := changesOf(live.body, w)
		if len(changes) == 0 || len(changes) > correction.MostChanges {
			return nil, correction.ErrNothing.With("most", correction.MostChanges)
		}
		facts, consent, err := live.mend(changes)
		if err != nil || len(consent) == 0 {
			return facts, err
		}
		id, err := tx.NewID("C")
		if err != nil {
			return nil, err
		}
		return correction.Ask(correction.ID(id), live.item, changes, consent, s, b.Corrections.OfItem(live.item), now)
	})
	if errors.Is(err, record.ErrReused) {
		err = correctionhttp.ErrReused
	}
	if err == nil && len(res.IDs) > 0 {
		out.ID = correction.ID(res.IDs[0])
	}
	out.Repeated = res.Repeated
	return out, err
}

// changesOf are the members that w would change of body.
func changesOf(body fact.Body, w correctionhttp.Wanted) (out []fact.Correction) {
	for _, c := range w.Changes {
		was, now := fact.At(body, c.Pointer), fact.Read(body, c.Pointer, c.Now)
		if string(was) != string(now) {
			out = append(out, fact.Correction{Fact: w.Fact, Pointer: c.Pointer, Was: was, Now: now, Reason: w.Reason})
		}
	}
	return out
}

// answerCorrection agrees to a correction, refuses it, or withdraws it. The
// last consent records the correction itself.
func (h room) answerCorrection(ctx context.Context, key string, id correction.ID, answer correctionhttp.Answer) (repeated bool, err error) {
	var c correction.Correction
	h.View(h.realm, func(b *Books) { c, _ = b.Corrections.Get(id) })
	by, may := h.acting(ctx).seat, h.reads(h.acting(ctx).principal(h.realm))
	seen := false
	h.View(h.realm, func(b *Books) { seen = c.Exists() && b.seesCorrection(may, c) })
	if !seen {
		return false, correction.ErrMissing
	}
	_, f, err := h.record.Fact(ctx, c.Changes[0].Fact)
	if err != nil {
		return false, err
	}
	action := policy.Consent
	if answer == correctionhttp.Withdraw {
		action = policy.Correct
	}
	res, err := h.decide(ctx, command{key: key, op: "correction." + string(answer), args: id, may: func(*Books) (policy.Action, class.Class) {
		return action, correctionClass(h.realm, c)
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		s, err := b.by(tx, by.ID)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(append(b.leansOn(f, c.Item, tx.Now()), string(id))...); err != nil {
			return nil, err
		}
		c, _ := b.Corrections.Get(id)
		switch answer {
		case correctionhttp.Refuse:
			return c.Refuse(s, tx.Now())
		case correctionhttp.Withdraw:
			return c.Withdraw(s, tx.Now())
		case correctionhttp.Agree:
			return b.agreeTo(c, f, s, tx.Now())
		}
		return nil, correction.ErrAnswer.With("answer", firstOf(string(answer), 40))
	})
	if errors.Is(err, record.ErrReused) {
		err = correctionhttp.ErrReused
	}
	return res.Repeated, err
}

// agreeTo gives one consent; with the last one what was asked for is mended,
// if it still fits what stands.
func (b *Books) agreeTo(c correction.Correction, f fact.Fact, by seat.Seat, now time.Time) ([]fact.Body, error) {
	out, last, err := c.Agree(by, now)
	if err != nil || !last {
		return out, err
	}
	asked, _ := b.Seats.Get(c.By)
	m, ok := b.mending(f, asked, now)
	if !ok {
		return nil, correction.ErrNoFact.With("fact", f.Pos)
	}
	mended, consent, err := m.mend(c.Changes)
	if err != nil {
		return nil, err
	}
	for _, p := range consent { // somebody has countersigned meanwhile
		if !slices.Contains(c.Consent, p) {
			return nil, correctionhttp.ErrMoved.With("correction", c.Asked.Correction)
		}
	}
	return append(mended, out...), nil
}

// mendHref is where the reader of a fact mends it; empty: they may not.
func (h room) mendHref(ctx context.Context, f fact.Fact) string {
	if !h.acting(ctx).seat.Exists() {
		return ""
	}
	if _, err := h.mendable(ctx, f.Pos); err != nil {
		return ""
	}
	return correctionhttp.NewHref(f.Pos)
}

// ofItem reports whether a fact is of the history of a thing, whatever noun it
// is of.
func ofItem(f fact.Fact, nouns ...string) bool {
	noun, _, _ := strings.Cut(f.Kind, ".")
	return slices.Contains(nouns, noun)
}
