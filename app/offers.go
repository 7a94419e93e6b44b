package app

import (
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/record"
)

// The decisions on offers, as rules over the books of one realm. The pages,
// the API and the exercise's own start all decide by them.

// by is the seat that decides, as it stands; its history joins what the rule
// leans on. A seat that is not there is the zero seat, which no rule lets act.
func (b *Books) by(tx *record.Tx, id seat.ID) (seat.Seat, error) {
	if id == "" {
		return seat.Seat{}, nil
	}
	s, _ := b.Seats.Get(id)
	return s, tx.Read(string(id))
}

// openOffer makes an offer under an id that is drawn, with terms in words.
func (b *Books) openOffer(by seat.ID, wanted offer.Opened, terms string) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		s, err := b.by(tx, by)
		if err != nil {
			return nil, err
		}
		id, err := tx.NewID("P")
		if err != nil {
			return nil, err
		}
		wanted := wanted // a rule may run more than once
		wanted.Offer = offer.ID(id)
		if wanted.From == "" {
			wanted.From = fact.Day(tx.Now())
		}
		out, err := offer.Open(s, tx.Now(), wanted)
		if err == nil {
			err = wanted.Earmark.Among(b.Parties)
		}
		if err != nil || terms == "" {
			return out, err
		}
		if err := offer.CheckTerms(terms); err != nil {
			return nil, err
		}
		if wanted.Terms, err = tx.Text(terms); err != nil {
			return nil, err
		}
		return offer.Open(s, tx.Now(), wanted)
	}
}

func (b *Books) closeOffer(by seat.ID, id offer.ID, why offer.ClosedWhy) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		s, err := b.by(tx, by)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(named(string(id))...); err != nil {
			return nil, err
		}
		return b.Offers.Close(id, s, tx.Now(), why)
	}
}

// reserve sets part of an offer aside, under an id that is drawn.
func (b *Books) reserve(by seat.ID, wanted offer.Reserved) record.Rule {
	return b.setAside(by, wanted, b.Offers.Reserve)
}

func (b *Books) setAside(by seat.ID, wanted offer.Reserved, rule func(offer.Reserved, need.Need, seat.Seat, time.Time) ([]fact.Body, error)) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		s, err := b.by(tx, by)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(named(string(wanted.Offer), string(wanted.Need))...); err != nil {
			return nil, err
		}
		id, err := tx.NewID("B")
		if err != nil {
			return nil, err
		}
		wanted := wanted
		wanted.Reservation = offer.ReservationID(id)
		n, _ := b.Needs.Get(wanted.Need)
		return rule(wanted, n, s, tx.Now())
	}
}

// callOff sets part of a standing offer aside without its provider, under an id
// that is drawn.
func (b *Books) callOff(by seat.ID, wanted offer.Reserved) record.Rule {
	return b.setAside(by, wanted, b.Offers.CallOff)
}

// An answer is what either side decides on a reservation.
type answer func(tx *record.Tx, r offer.Reservation, n need.Head, s seat.Seat) ([]fact.Body, error)

// answerTo decides on the reservation called id.
func (b *Books) answerTo(by seat.ID, id offer.ReservationID, decide answer) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		s, err := b.by(tx, by)
		if err != nil {
			return nil, err
		}
		r, known := b.Offers.Reservation(id)
		if !known {
			return nil, offer.ErrNoReservation
		}
		if err := tx.Read(string(id), string(r.Offer), string(r.Need)); err != nil {
			return nil, err
		}
		n, _ := b.Needs.Head(r.Need)
		return decide(tx, r, n, s)
	}
}

func (b *Books) accept(by seat.ID, id offer.ReservationID) record.Rule {
	return b.answerTo(by, id, func(tx *record.Tx, _ offer.Reservation, n need.Head, s seat.Seat) ([]fact.Body, error) {
		return b.Offers.Accept(id, n, s, tx.Now())
	})
}

func (b *Books) decline(by seat.ID, id offer.ReservationID, why offer.Refusal) record.Rule {
	return b.answerTo(by, id, func(tx *record.Tx, _ offer.Reservation, n need.Head, s seat.Seat) ([]fact.Body, error) {
		return b.Offers.Decline(id, n, s, tx.Now(), why)
	})
}

func (b *Books) release(by seat.ID, id offer.ReservationID) record.Rule {
	return b.answerTo(by, id, func(tx *record.Tx, _ offer.Reservation, _ need.Head, s seat.Seat) ([]fact.Body, error) {
		return b.Offers.Release(id, s, tx.Now())
	})
}

// commit ends a reservation in a commitment, and records its flow where there
// is an amount.
func (b *Books) commit(by seat.ID, id offer.ReservationID) record.Rule {
	return b.answerTo(by, id, func(tx *record.Tx, r offer.Reservation, n need.Head, s seat.Seat) ([]fact.Body, error) {
		var drawn string
		if r.Amount != nil {
			var err error
			if drawn, err = tx.NewID("F"); err != nil {
				return nil, err
			}
		}
		return flow.Commit(flow.ID(drawn), b.realm, b.Offers, id, n, s, tx.Now())
	})
}

// named are the streams that have a name: what a reader typed may have none.
func named(streams ...string) (out []string) {
	for _, s := range streams {
		if s != "" && len(s) <= record.MaxName {
			out = append(out, s)
		}
	}
	return out
}
