package offer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// Forms lists the forms of aid, in the order of forms.
var Forms = []Form{Money, Goods, Licences, Services, Days, Places}

// A ClosedWhy says why an offer was closed: a word of ClosedWhys.
type ClosedWhy string

// A Refusal says why a reservation was declined: a word of Refusals.
type Refusal string

const (
	UsedUp      ClosedWhy = "used_up"
	BudgetCut   ClosedWhy = "budget_cut"
	ReplacedBy  ClosedWhy = "replaced" // by another offer
	GivenBeside ClosedWhy = "given_elsewhere"
	ByMistake   ClosedWhy = "opened_by_mistake"

	DoesNotFit     Refusal = "does_not_fit"
	TooLate        Refusal = "too_late"
	CannotRun      Refusal = "cannot_run_it" // nobody there to install or operate it
	OtherOffer     Refusal = "other_offer"   // another one was accepted
	NoLongerNeeded Refusal = "no_longer_needed"
)

// ClosedWhys and Refusals list why an offer may be closed, and a reservation
// declined.
var (
	ClosedWhys = []ClosedWhy{UsedUp, BudgetCut, ReplacedBy, GivenBeside, ByMistake}
	Refusals   = []Refusal{DoesNotFit, TooLate, CannotRun, OtherOffer, NoLongerNeeded}
)

// MostDays is how long a reservation may hold.
const MostDays = 30

// Open makes an offer. Its provider is the holder of the seat by, whatever
// wanted says.
//
// Errors: ErrNotGiver, ErrMissing for an empty id, those of seat.Acting and of
// the check of an offer: ErrForm, ErrAmount, ErrInKind, ErrGoods, ErrUnit,
// ErrQuantity, ErrCountry, ErrEarmark, ErrDays, ErrTickets, ErrCeiling, ErrLead.
func Open(by seat.Seat, now time.Time, wanted Opened) ([]fact.Body, error) {
	if err := mayOpen(by, now); err != nil {
		return nil, err
	}
	if wanted.Offer == "" {
		return nil, ErrMissing
	}
	wanted.Provider = by.Holder
	if err := wanted.check(dayOf(now)); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

func mayOpen(by seat.Seat, now time.Time) error {
	if err := by.Acting(dayOf(now)); err != nil {
		return err
	}
	if by.Role != seat.Programme && by.Role != seat.Implementer {
		return ErrNotGiver
	}
	return nil
}

// givenBy is why by may not act for the provider of o, or nil.
func (o Offer) givenBy(by seat.Seat, now time.Time) error {
	if !o.Exists() {
		return ErrMissing
	}
	if err := mayOpen(by, now); err != nil {
		return err
	}
	if by.Holder != o.Provider {
		return ErrNotProvider.With("provider", o.Provider).With("offer", o.Opened.Offer)
	}
	return nil
}

// Close ends an offer and gives back, in the same decision, every reservation
// of it that still holds; what is committed stays, and what was called off.
//
// Errors: ErrMissing, ErrNotGiver, ErrNotProvider, ErrClosed, ErrReason, those
// of seat.Acting.
func (b *Book) Close(id ID, by seat.Seat, now time.Time, reason ClosedWhy) ([]fact.Body, error) {
	o, _ := b.Get(id)
	if err := o.mayClose(by, now); err != nil {
		return nil, err
	}
	if !slices.Contains(ClosedWhys, reason) {
		return nil, ErrReason.With("reason", quote(reason)).With("reasons", list(ClosedWhys))
	}
	var out []fact.Body
	for _, r := range b.ofOffer[id].unexpired(now) {
		if r.Caller == "" {
			out = append(out, Released{r.Reserved.Reservation, id, r.Need})
		}
	}
	return append(out, Closed{id, string(reason)}), nil
}

func (o Offer) mayClose(by seat.Seat, now time.Time) error {
	if err := o.givenBy(by, now); err != nil {
		return err
	}
	if o.Closed != nil {
		return ErrClosed.With("offer", o.Opened.Offer)
	}
	return nil
}

// Release gives a reservation back, by its provider, accepted or not. What was
// called off a standing offer was promised beforehand, and stays.
//
// Errors: ErrNoReservation, ErrMissing, ErrNotGiver, ErrNotProvider, ErrOver,
// ErrCalledOff, those of seat.Acting.
func (b *Book) Release(id ReservationID, by seat.Seat, now time.Time) ([]fact.Body, error) {
	r, o, err := b.reserved(id)
	if err != nil {
		return nil, err
	}
	if err := o.givenBy(by, now); err != nil {
		return nil, err
	}
	if err := r.pending(now); err != nil {
		return nil, err
	}
	if r.Caller != "" {
		return nil, ErrCalledOff.With("reservation", id).With("caller", r.Caller)
	}
	return []fact.Body{Released{r.Reserved.Reservation, r.Offer, r.Need}}, nil
}

// Accept is the recipient's yes: the partner may now commit. N is the need
// that the reservation is for.
//
// Errors: ErrNoReservation, ErrMissing, ErrNotValidated, ErrOver, ErrAccepted,
// those of need.Head.OwnedBy.
func (b *Book) Accept(id ReservationID, n need.Head, by seat.Seat, now time.Time) ([]fact.Body, error) {
	r, _, err := b.answered(id, n, by, now)
	if err != nil {
		return nil, err
	}
	switch {
	case !n.Reservable():
		return nil, ErrNotValidated.With("need", n.ID).With("status", n.Status)
	case !r.Accepted.IsZero():
		return nil, ErrAccepted.With("reservation", id).With("provider", r.Provider)
	}
	return []fact.Body{Accepted{r.Reserved.Reservation, r.Offer, r.Need}}, nil
}

// Decline is the recipient's no, which ends the reservation, even one that it
// had accepted, until it is committed.
//
// Errors: ErrNoReservation, ErrMissing, ErrOver, ErrReason, those of
// need.Head.OwnedBy.
func (b *Book) Decline(id ReservationID, n need.Head, by seat.Seat, now time.Time, reason Refusal) ([]fact.Body, error) {
	r, _, err := b.answered(id, n, by, now)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Refusals, reason) {
		return nil, ErrReason.With("reason", quote(reason)).With("reasons", list(Refusals))
	}
	return []fact.Body{Declined{r.Reserved.Reservation, r.Offer, r.Need, string(reason)}}, nil
}

// Commit ends an accepted reservation in a commitment, by its provider; one
// that was called off also after its offer was closed. The
// flow is recorded beside it, in the same decision, by package flow: use its
// Commit.
//
// Errors: ErrNoReservation, ErrMissing, ErrNotGiver, ErrNotProvider, ErrOver,
// ErrNotAccepted, ErrClosed, ErrNotValid, ErrNotValidated, need.ErrMissing,
// those of seat.Acting.
func (b *Book) Commit(id ReservationID, n need.Head, by seat.Seat, now time.Time) ([]fact.Body, error) {
	r, o, err := b.reserved(id)
	if err != nil {
		return nil, err
	}
	if err := o.givenBy(by, now); err != nil {
		return nil, err
	}
	if err := r.pending(now); err != nil {
		return nil, err
	}
	if err := o.validOn(dayOf(now)); err != nil && r.Caller == "" {
		return nil, err
	}
	if err := reservable(n, r.Need); err != nil {
		return nil, err
	}
	if r.Accepted.IsZero() {
		return nil, ErrNotAccepted.With("reservation", id).With("owner", n.Owner)
	}
	return []fact.Body{Committed{r.Reserved.Reservation, r.Offer, r.Need, r.Lot, r.Quantity, r.Amount}}, nil
}

func (b *Book) reserved(id ReservationID) (Reservation, Offer, error) {
	r, known := b.Reservation(id)
	if !known {
		return r, Offer{}, ErrNoReservation
	}
	o, known := b.Get(r.Offer)
	if !known {
		return r, o, ErrMissing
	}
	return r, o, nil
}

// answered is the reservation that by may answer for the owner of n.
func (b *Book) answered(id ReservationID, n need.Head, by seat.Seat, now time.Time) (Reservation, Offer, error) {
	r, o, err := b.reserved(id)
	switch {
	case err != nil:
		return r, o, err
	case n.ID != r.Need:
		return r, o, need.ErrMissing
	}
	if err := n.OwnedBy(by, now); err != nil {
		return r, o, err
	}
	return r, o, r.pending(now)
}

// pending is why r can no longer change, or nil.
func (r Reservation) pending(now time.Time) error {
	if s := r.State(now); s != Waiting && s != Agreed {
		return ErrOver.With("reservation", r.Reserved.Reservation).With("state", s)
	}
	return nil
}

func (o Offer) validOn(day string) error {
	switch {
	case o.Closed != nil:
		return ErrClosed.With("offer", o.Opened.Offer)
	case !o.ValidOn(day):
		return ErrNotValid.With("offer", o.Opened.Offer).With("from", o.From).With("until", o.Until).With("today", day)
	}
	return nil
}

func reservable(n need.Head, id need.ID) error {
	switch {
	case !n.Exists() || n.ID != id:
		return need.ErrMissing
	case !n.Reservable():
		return ErrNotValidated.With("need", n.ID).With("status", n.Status)
	}
	return nil
}

// dayOf is the day of now, YYYY-MM-DD, in UTC.
func dayOf(now time.Time) string { return string(fact.Day(now)) }

// quote bounds what an error repeats of its input.
func quote[W ~string](word W) string { return fmt.Sprintf("%.60q", string(word)) }

func list[W ~string](words []W) string {
	var out []string
	for _, w := range words {
		out = append(out, string(w))
	}
	return strings.Join(out, ", ")
}
