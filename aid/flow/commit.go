package flow

import (
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// Commit commits an accepted reservation, by its provider, and records the
// flow beside it, in one decision: a commitment of the reserved amount to the
// need's owner along the need's line, asserted by the provider, linked to the
// reservation. It stands here because offer is left of flow, and must not hear
// of it.
//
// What is reserved in kind without a value is committed without a flow: an
// amount that is not known is no flow, and never zero (rule 7). Id is then not
// used, and may be empty; draw one only when the reservation has an amount.
//
// In realm real the flow is marked as the reservation is: an agreement of two
// parties, which is for everyone only once they have shown it. In the exercise
// everything may be shown.
//
// Errors: those of offer.Book.Commit, and of Record.
func Commit(id ID, realm fact.Realm, b *offer.Book, r offer.ReservationID, n need.Head, by seat.Seat, now time.Time) ([]fact.Body, error) {
	out, err := b.Commit(r, n, by, now)
	if err != nil {
		return nil, err
	}
	c := out[0].(offer.Committed)
	if c.Amount == nil {
		return out, nil
	}
	flow, err := Record(Flow{}, Recorded{
		Flow: id, Provider: by.Holder, Receiver: n.Owner, Amount: *c.Amount,
		Status: Commitment, Basis: ByProvider, Scope: Mechanism, Line: n.Line, On: fact.Day(now),
		Link: &Link{Reservation: c.Reservation, Offer: c.Offer, Need: c.Need, Lot: c.Lot},
	})
	if err != nil {
		return nil, err
	}
	return append(out, held(realm != fact.Exercise, flow)...), nil
}

// held marks facts of a flow that is not for everyone.
func held(is bool, bodies []fact.Body) []fact.Body {
	if !is {
		return bodies
	}
	for i, b := range bodies {
		bodies[i] = fact.Marked(b, tlp.Amber)
	}
	return bodies
}
