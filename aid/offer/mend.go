package offer

import (
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
)

// Corrected mends an offer, or a reservation that is not yet committed.
type Corrected struct {
	Offer           ID            `json:"offer"`
	Reservation     ReservationID `json:"reservation,omitempty"` // whose; empty: of the offer itself
	fact.Correction `json:",inline"`
}

func (Corrected) Kind() string { return "offer.corrected" }

func (b Corrected) Streams() []string {
	if b.Reservation != "" {
		return []string{string(b.Reservation), string(b.Offer)}
	}
	return []string{string(b.Offer)}
}

// mendable are the members that a correction may change, by kind of fact.
var mendable = map[string][]string{
	"offer.opened":   {"/amount", "/quantity", "/from", "/until", "/least", "/most", "/lead_days", "/origin"},
	"offer.reserved": {"/quantity", "/amount"},
}

// Mendable are the members of an offer, or of a reservation, that may be
// corrected at now.
func (o Offer) Mendable() []string {
	if !o.Exists() || o.Closed != nil {
		return nil
	}
	return mendable["offer.opened"]
}

// Mendable: see Offer.Mendable.
func (r Reservation) Mendable(now time.Time) []string {
	if r.pending(now) != nil || r.Caller != "" { // it is called off anew
		return nil
	}
	return mendable["offer.reserved"]
}

// Mend is what corrections of an offer come to, and who must agree: the owner
// of each need for which a part of it was accepted, or committed.
//
// Errors: ErrMissing, ErrClosed, ErrTaken, correction.ErrMember,
// fact.ErrCorrection; those of Open for what would then stand.
func (b *Book) Mend(id ID, changes []fact.Correction, owner func(need.ID) party.ID, now time.Time) (out []fact.Body, consent []party.ID, err error) {
	o, known := b.Get(id)
	switch {
	case !known:
		return nil, nil, ErrMissing
	case o.Closed != nil:
		return nil, nil, ErrClosed.With("offer", id)
	}
	body := o.Opened
	for _, c := range changes {
		if c.Fact != o.Pos || !slices.Contains(mendable[body.Kind()], c.Pointer) {
			return nil, nil, correction.ErrMember.With("pointer", c.Pointer)
		}
		if body, err = fact.Apply(body, c); err != nil {
			return nil, nil, err
		}
		out = append(out, Corrected{Offer: id, Correction: c})
	}
	if err := body.check(dayOf(now)); err != nil {
		return nil, nil, err
	}
	taken := b.Taken(id, now).All()
	switch {
	case o.InKind() && body.Quantity < taken.Quantity:
		return nil, nil, ErrTaken.With("offer", id).With("taken", taken.Quantity)
	case body.Amount != nil && taken.Amount.Currency() != "" &&
		(taken.Amount.Currency() != body.Amount.Currency() || body.Amount.Cmp(taken.Amount) < 0):
		return nil, nil, ErrTaken.With("offer", id).With("taken", taken.Amount)
	}
	for _, r := range b.ByOffer(id) {
		if r.Holds(now) && !r.Accepted.IsZero() && !slices.Contains(consent, owner(r.Need)) {
			consent = append(consent, owner(r.Need))
		}
	}
	slices.Sort(consent)
	return out, consent, nil
}

// MendReservation is what corrections of a reservation come to, and who must
// agree: the owner of the need, once it has accepted. What is committed is
// mended as a flow.
//
// Errors: ErrNoReservation, ErrMissing, ErrOver, correction.ErrMember,
// fact.ErrCorrection; those of Reserve for what would then be held.
func (b *Book) MendReservation(id ReservationID, changes []fact.Correction, n need.Need, now time.Time) (out []fact.Body, consent []party.ID, err error) {
	r, o, err := b.reserved(id)
	if err != nil {
		return nil, nil, err
	}
	if err := r.pending(now); err != nil {
		return nil, nil, err
	}
	body := r.Reserved
	for _, c := range changes {
		if c.Fact != r.Pos || !slices.Contains(mendable[body.Kind()], c.Pointer) {
			return nil, nil, correction.ErrMember.With("pointer", c.Pointer)
		}
		if body, err = fact.Apply(body, c); err != nil {
			return nil, nil, err
		}
		out = append(out, Corrected{Offer: r.Offer, Reservation: id, Correction: c})
	}
	if err := b.checkMended(o, r, body, n, now); err != nil {
		return nil, nil, err
	}
	if !r.Accepted.IsZero() {
		consent = []party.ID{n.Owner}
	}
	return out, consent, nil
}

// checkMended checks wanted in the place of r, as if r held nothing.
func (b *Book) checkMended(o Offer, r Reservation, wanted Reserved, n need.Need, now time.Time) error {
	lot, _ := n.Lot(r.Lot)
	free := b.Covered(r.Need, lot, now).Left() + r.Quantity
	share := min((lot.Quantity*int64(lot.UsefulShare)+99)/100, free)
	taken := b.Taken(r.Offer, now).All()
	switch {
	case wanted.Quantity < 1 || wanted.Quantity > need.MostQuantity:
		return ErrQuantity.With("quantity", wanted.Quantity).With("most", need.MostQuantity)
	case wanted.Quantity > free:
		return ErrLotLeft.With("lot", lot.ID).With("left", free)
	case wanted.Quantity < share:
		return ErrShare.With("lot", lot.ID).With("least", share)
	case o.InKind() && wanted.Quantity > o.Quantity-taken.Quantity+r.Quantity:
		return ErrOfferLeft.With("offer", o.Opened.Offer).With("left", max(0, o.Quantity-taken.Quantity+r.Quantity))
	case o.Amount == nil && wanted.Amount != nil && wanted.Amount.IsZero():
		return ErrAmount
	case o.Amount == nil:
		return nil
	case wanted.Amount == nil || wanted.Amount.IsZero() || wanted.Amount.Currency() != o.Amount.Currency():
		return ErrTicketAmount.With("offer", o.Opened.Offer).With("currency", o.Amount.Currency())
	}
	others, held := taken.Amount, b.ticketed(o, r.Need, now)
	if r.Amount != nil {
		others, _ = others.Sub(*r.Amount)
		held, _ = held.Sub(*r.Amount)
	}
	if left := o.left(others); wanted.Amount.Cmp(left) > 0 {
		return ErrOfferLeft.With("offer", o.Opened.Offer).With("left", left)
	}
	sum, err := held.Add(*wanted.Amount)
	if low, high := o.Least != nil && wanted.Amount.Cmp(*o.Least) < 0, o.Most != nil && sum.Cmp(*o.Most) > 0; err == nil && (low || high) {
		return ErrTicket.With("amount", sum).With("offer", o.Opened.Offer).With("least", bound(o.Least)).With("most", bound(o.Most))
	}
	return err
}

// mend patches what c names; a patch that does not fit changes nothing, for
// what is recorded has happened.
func (b *Book) mend(f fact.Fact, c Corrected) {
	if c.Reservation != "" {
		b.change(c.Reservation, f, func(r *Reservation) {
			if out, err := fact.Apply(r.Reserved, c.Correction); err == nil && c.Fact == r.Pos {
				r.Reserved = out
			}
		})
		return
	}
	o := b.byID[c.Offer]
	if o == nil || o.Closed != nil || c.Fact != o.Pos {
		return
	}
	out, err := fact.Apply(o.Opened, c.Correction)
	if err != nil {
		return
	}
	if i, ok := slices.BinarySearchFunc(b.open, o, byLastDay); ok {
		b.open = slices.Delete(b.open, i, i+1)
	}
	o.Opened, o.marked = out, f.Pos
	i, _ := slices.BinarySearchFunc(b.open, o, byLastDay)
	b.open = slices.Insert(b.open, i, o)
	b.recent.Add(f.Pos, c.Offer)
}
