package offer

import (
	"time"

	"tallinn/aid/need"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

// A View is an offer as a seat stands to it at a moment. It hides nothing;
// what the seat may see is decided elsewhere.
type View struct {
	Offer
	Taken        Taken
	LeftQuantity int64        // in kind
	LeftAmount   money.Amount // of an offer with an amount
	WhyNotClose  error        // nil when the seat may close it
}

// ViewFor is the offer called id as s stands to it at now.
func (b *Book) ViewFor(id ID, s seat.Seat, now time.Time) (View, bool) {
	o, known := b.Get(id)
	v := View{Offer: o, Taken: b.Taken(id, now), WhyNotClose: o.mayClose(s, now)}
	if o.InKind() {
		v.LeftQuantity = max(0, o.Quantity-v.Taken.All().Quantity)
	}
	if o.Amount != nil {
		v.LeftAmount = o.left(v.Taken.All().Amount)
	}
	return v, known
}

// WhyNotOpen is nil when s may make offers.
func WhyNotOpen(s seat.Seat, now time.Time) error { return mayOpen(s, now) }

// WhyNotReserve is nil when s may reserve some of an offer for a lot of n: it
// fits, and something of both is left.
//
// Errors: those of Reserve, as far as they do not depend on how much.
func (b *Book) WhyNotReserve(id ID, n need.Need, lot string, s seat.Seat, now time.Time) error {
	o, _ := b.Get(id)
	l, err := b.mayReserve(o, n, n.ID, lot, s, now)
	if err != nil {
		return err
	}
	taken := b.Taken(id, now).All()
	c := b.Covered(n.ID, l, now)
	switch {
	case o.InKind() && taken.Quantity >= o.Quantity:
		return ErrOfferLeft.With("offer", id).With("left", 0)
	case o.Amount != nil && o.left(taken.Amount).IsZero():
		return ErrOfferLeft.With("offer", id).With("left", o.left(taken.Amount))
	case c.full(l, o.Provider):
		return ErrPartners.With("lot", lot).With("partners", len(c.Partners))
	case c.Left() == 0:
		return ErrLotLeft.With("lot", lot).With("left", 0)
	}
	return nil
}

// A ReservationView is a reservation as a seat stands to it at a moment.
type ReservationView struct {
	Reservation
	State         State
	WhyNotAccept  error // nil when the seat may accept it
	WhyNotDecline error
	WhyNotRelease error
	WhyNotCommit  error
}

// ReservationFor is the reservation called id, for the need n, as s stands to
// it at now.
func (b *Book) ReservationFor(id ReservationID, n need.Head, s seat.Seat, now time.Time) (ReservationView, bool) {
	r, known := b.Reservation(id)
	v := ReservationView{Reservation: r, State: r.State(now)}
	_, v.WhyNotAccept = b.Accept(id, n, s, now)
	_, v.WhyNotDecline = b.Decline(id, n, s, now, DoesNotFit)
	_, v.WhyNotRelease = b.Release(id, s, now)
	_, v.WhyNotCommit = b.Commit(id, n, s, now)
	return v, known
}
