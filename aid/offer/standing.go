package offer

import (
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/tlp"
)

// A Standing is what a partner says beforehand of an offer from which others
// may call off: no use of it is negotiated, up to a ceiling for each call-off;
// the offer's own amount or quantity is the ceiling of all of them. For whom
// it is, its earmark says.
type Standing struct {
	Amount      *money.Amount `json:"amount,omitempty"`     // most of one call-off; of an offer that counts an amount
	Quantity    int64         `json:"quantity,omitzero"`    // most of one call-off; of what is in kind
	Emergencies bool          `json:"emergencies,omitzero"` // for what came by the emergency lane alone
}

// CalledOff sets part of a standing offer aside for a lot, by somebody else
// than its provider, which promised it beforehand: the recipient, whose
// Accepted then stands beside it, or the front office, for the recipient to
// accept. The provider commits it, and cannot take it back.
type CalledOff struct {
	Reserved `json:",inline"`
	Caller   party.ID `json:"caller"`
}

func (CalledOff) Kind() string { return "offer.called_off" }

func (b CalledOff) Streams() []string { return thread(b.Offer, b.Need, b.Reservation) }

// The parts of the classes of standing offers: open to every recipient, or to
// the audience alone.
const (
	StandingForAll   = "standing"
	StandingForNamed = "standing_named"
)

// classOf is what decides who may see o, marked as m.
func (o *Offer) classOf(realm fact.Realm, m tlp.Marking, to string) class.Class {
	c := class.Class{Realm: realm, Noun: "offer", Marking: m, Owner: string(o.Provider), Stage: "open", Audience: to}
	if o.Closed != nil {
		c.Stage = "closed"
	}
	if o.Standing == nil || m == tlp.Red {
		return c
	}
	c.Part = StandingForAll
	if len(o.Earmark.Recipients) > 0 {
		c.Part, c.Audience = StandingForNamed, class.Audience(o.Earmark.Recipients...)
	}
	return c
}

// check checks what is said of a standing offer b.
func (s *Standing) check(b Opened) error {
	switch {
	case s == nil:
		return nil
	case b.Amount == nil && s.Amount != nil, b.Amount != nil && s.Amount == nil,
		s.Amount != nil && (s.Amount.IsZero() || s.Amount.Currency() != b.Amount.Currency() || s.Amount.Cmp(*b.Amount) > 0),
		b.Form == Money && s.Quantity != 0, b.Form != Money && (s.Quantity < 1 || s.Quantity > b.Quantity):
		return ErrCeiling
	}
	return nil
}

// CallOff sets part of the standing offer of wanted aside for a lot of n,
// without its provider: by n's owner, who thereby accepts it, or by the front
// office. The first rule that fails is named.
//
// Errors, in this order: ErrMissing, ErrNotStanding, ErrNotCaller, ErrClosed,
// ErrNotValid, need.ErrMissing, ErrNotValidated, ErrEmergencies, ErrOwnNeed,
// ErrLot, ErrOther, ErrLine, ErrSector, ErrRegionHidden, ErrRegion,
// ErrRecipient, ErrOrigin, ErrTooLate, ErrNoReservation for an empty id,
// ErrQuantity, ErrOverCeiling, ErrTicketAmount, ErrTicket, ErrOfferLeft,
// ErrPartners, ErrLotLeft, ErrShare, ErrUntil; those of seat.Acting.
func (b *Book) CallOff(wanted Reserved, n need.Need, by seat.Seat, now time.Time) ([]fact.Body, error) {
	o, _ := b.Get(wanted.Offer)
	lot, err := b.mayCallOff(o, n, wanted.Need, wanted.Lot, by, now)
	if err != nil {
		return nil, err
	}
	if err := o.Standing.allows(o, wanted); err != nil {
		return nil, err
	}
	if err := b.checkSize(o, lot, wanted, now); err != nil {
		return nil, err
	}
	out := []fact.Body{CalledOff{wanted, by.Holder}}
	if by.Role == seat.Officer {
		out = append(out, Accepted{wanted.Reservation, wanted.Offer, wanted.Need})
	}
	return out, nil
}

// allows: one call-off is at most what was promised for one.
func (s *Standing) allows(o Offer, wanted Reserved) error {
	amount := s.Amount != nil && wanted.Amount != nil && wanted.Amount.Currency() == s.Amount.Currency() && wanted.Amount.Cmp(*s.Amount) > 0
	if amount || s.Quantity > 0 && wanted.Quantity > s.Quantity {
		return ErrOverCeiling.With("offer", o.Opened.Offer).With("most", s.most())
	}
	return nil
}

// most is the ceiling of one call-off, as an error says it.
func (s *Standing) most() any {
	if s.Amount != nil {
		return *s.Amount
	}
	return s.Quantity
}

// mayCallOff is the lot that o fits, or why by can call nothing of it off.
func (b *Book) mayCallOff(o Offer, n need.Need, id need.ID, lot string, by seat.Seat, now time.Time) (need.Lot, error) {
	switch {
	case !o.Exists():
		return need.Lot{}, ErrMissing
	case o.Standing == nil:
		return need.Lot{}, ErrNotStanding.With("offer", o.Opened.Offer)
	}
	if err := by.Acting(dayOf(now)); err != nil {
		return need.Lot{}, err
	}
	if by.Role != seat.FrontOffice && (by.Role != seat.Officer || by.Holder != n.Owner) {
		return need.Lot{}, ErrNotCaller.With("offer", o.Opened.Offer)
	}
	if err := o.validOn(dayOf(now)); err != nil {
		return need.Lot{}, err
	}
	if err := reservable(n.Head, id); err != nil {
		return need.Lot{}, err
	}
	if o.Standing.Emergencies && !n.Emergency {
		return need.Lot{}, ErrEmergencies.With("offer", o.Opened.Offer).With("need", n.ID)
	}
	return o.Fits(n, lot, dayOf(now))
}

// WhyNotCallOff is nil when s may call some of an offer off for a lot of n:
// the rule would take what LargestCall suggests.
//
// Errors: those of CallOff.
func (b *Book) WhyNotCallOff(id ID, n need.Need, lot string, s seat.Seat, now time.Time) error {
	o, _ := b.Get(id)
	l, err := b.mayCallOff(o, n, n.ID, lot, s, now)
	if err != nil {
		return err
	}
	largest := b.LargestCall(o, n.ID, l, now)
	if err := b.nothingLeft(o, n.ID, l, largest, now); err != nil {
		return err
	}
	largest.Reservation = "B"
	_, err = b.CallOff(largest, n, s, now)
	return err
}

// LargestCall is the most that one call-off may still take of o for a lot of a
// need: see Largest.
func (b *Book) LargestCall(o Offer, id need.ID, lot need.Lot, now time.Time) Reserved {
	r := b.Largest(o, id, lot, now)
	if s := o.Standing; s != nil {
		if s.Quantity > 0 {
			r.Quantity = min(r.Quantity, s.Quantity)
		}
		if s.Amount != nil && r.Amount != nil && r.Amount.Cmp(*s.Amount) > 0 {
			r.Amount = s.Amount
		}
	}
	return r
}

// callOff folds a call-off: a reservation that somebody else made.
func (b *Book) callOff(f fact.Fact, body CalledOff) {
	b.reserve(f, body.Reserved)
	if r := b.reservations[body.Reservation]; r != nil && r.Pos == f.Pos {
		r.Caller = body.Caller
	}
}

// Standing yields the standing offers that are valid on day, the first to end
// first.
func (b *Book) Standing(day string) (out []Offer) {
	for o := range b.ValidOn(day) {
		if o.Standing != nil {
			out = append(out, o)
		}
	}
	return slices.Clip(out)
}
