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

// WhyNotReserve is nil when s may reserve some of an offer for a lot of n: the
// rule would take what Largest suggests.
//
// Errors: those of Reserve.
func (b *Book) WhyNotReserve(id ID, n need.Need, lot string, s seat.Seat, now time.Time) error {
	o, _ := b.Get(id)
	l, err := b.mayReserve(o, n, n.ID, lot, s, now)
	if err != nil {
		return err
	}
	largest := b.Largest(o, n.ID, l, now)
	if err := b.nothingLeft(o, n.ID, l, largest, now); err != nil {
		return err
	}
	largest.Reservation = "B"
	_, err = b.Reserve(largest, n, s, now)
	return err
}

// nothingLeft is why nothing of o can be set aside for a lot, where largest is
// the most that could be; nil when something can.
func (b *Book) nothingLeft(o Offer, id need.ID, lot need.Lot, largest Reserved, now time.Time) error {
	of, c := o.Opened.Offer, b.Covered(id, lot, now)
	switch {
	case c.full(lot, o.Provider):
		return ErrPartners.With("lot", lot.ID).With("partners", len(c.Partners))
	case c.Left() == 0:
		return ErrLotLeft.With("lot", lot.ID).With("left", 0)
	case largest.Quantity == 0:
		return ErrOfferLeft.With("offer", of).With("left", 0)
	case largest.Amount != nil && largest.Amount.IsZero() && o.left(b.Taken(of, now).All().Amount).IsZero():
		return ErrOfferLeft.With("offer", of).With("left", largest.Amount)
	case largest.Amount != nil && largest.Amount.IsZero():
		return ErrTicket.With("amount", o.Most).With("offer", of).With("least", bound(o.Least)).With("most", bound(o.Most))
	}
	return nil
}

// Largest is the most that may still be reserved of o for a lot of a need, for
// a form to suggest: all that is left of both, within the tickets, for the
// shortest time. Nothing may be left.
func (b *Book) Largest(o Offer, id need.ID, lot need.Lot, now time.Time) Reserved {
	r := Reserved{Offer: o.Opened.Offer, Need: id, Lot: lot.ID, Quantity: b.Covered(id, lot, now).Left(), Until: now.Add(time.Microsecond)}
	taken := b.Taken(o.Opened.Offer, now).All()
	if o.InKind() {
		r.Quantity = min(r.Quantity, max(0, o.Quantity-taken.Quantity))
	}
	if o.Amount == nil {
		return r
	}
	most := o.left(taken.Amount)
	if o.Most != nil {
		room, ok := o.Most.Sub(b.ticketed(o, id, now))
		if !ok {
			room, _ = o.Most.Sub(*o.Most)
		}
		if room.Cmp(most) < 0 {
			most = room
		}
	}
	r.Amount = &most
	return r
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
