package need

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
)

// A Withdrawal says why a need was withdrawn: a word of Withdrawals.
type Withdrawal string

const (
	NoLongerNeeded Withdrawal = "no_longer_needed"
	MetElsewhere   Withdrawal = "met_elsewhere"
	AskedTwice     Withdrawal = "asked_twice"
	AskedByMistake Withdrawal = "asked_by_mistake"

	// RecordedWrongly is the owner's word on an emergency that was recorded
	// for it, and is not so.
	RecordedWrongly Withdrawal = "recorded_wrongly"
)

// Withdrawals lists why a need may be withdrawn.
var Withdrawals = []Withdrawal{NoLongerNeeded, MetElsewhere, AskedTwice, AskedByMistake}

// Submit opens a need under an id that the record drew. The need belongs to
// the institution that holds the seat by, and is bound to the procedure p in
// force.
//
// Errors: ErrNotOfficer, procedure.ErrMissing, those of seat.Acting and of
// Asked.Check.
func Submit(id ID, by seat.Seat, p procedure.Procedure, now time.Time, asked Asked) ([]fact.Body, error) {
	if err := maySubmit(by, now); err != nil {
		return nil, err
	}
	switch {
	case id == "":
		return nil, ErrMissing
	case !p.Exists():
		return nil, procedure.ErrMissing
	}
	if err := asked.Check(dayOf(now)); err != nil {
		return nil, err
	}
	return []fact.Body{Submitted{Need: id, Owner: by.Holder, Procedure: p.Version, Asked: asked}}, nil
}

func maySubmit(by seat.Seat, now time.Time) error {
	if err := by.Acting(dayOf(now)); err != nil {
		return err
	}
	if by.Role != seat.Officer {
		return ErrNotOfficer
	}
	return nil
}

// Withdraw ends n by its owner, at any time before it has ended otherwise.
// What partners committed to it stands.
//
// Errors: ErrMissing, ErrNotOwner, ErrOver, ErrWithdrawal, those of
// seat.Acting.
func (n Need) Withdraw(by seat.Seat, now time.Time, reason Withdrawal) ([]fact.Body, error) {
	if err := n.owned(by, now); err != nil {
		return nil, err
	}
	switch {
	case n.Status == Denied || n.Status == Gone:
		return nil, ErrOver.With("need", n.ID).With("status", n.Status)
	case reason == RecordedWrongly && n.Unconfirmed():
	case !slices.Contains(Withdrawals, reason):
		return nil, ErrWithdrawal.With("reason", quote(reason)).With("reasons", list(Withdrawals))
	}
	return []fact.Body{Withdrawn{n.ID, string(reason)}}, nil
}

// Resubmit answers a return: all of what is asked may change, and the first
// stage opens in a new round. The procedure stays the one it is bound to.
//
// Errors: ErrMissing, ErrNotOwner, ErrOver, ErrNotReturned, those of
// seat.Acting and of Asked.Check.
func (n Need) Resubmit(by seat.Seat, now time.Time, asked Asked) ([]fact.Body, error) {
	if err := n.mayResubmit(by, now); err != nil {
		return nil, err
	}
	if err := asked.Check(dayOf(now)); err != nil {
		return nil, err
	}
	return []fact.Body{Resubmitted{n.ID, n.Round + 1, asked}}, nil
}

func (n Need) mayResubmit(by seat.Seat, now time.Time) error {
	if err := n.owned(by, now); err != nil {
		return err
	}
	switch n.Status {
	case Back:
		return nil
	case Denied, Gone:
		return ErrOver.With("need", n.ID).With("status", n.Status)
	}
	return ErrNotReturned.With("need", n.ID).With("status", n.Status)
}

// owned is why the seat by may not act for n's owner, or nil.
func (n Need) owned(by seat.Seat, now time.Time) error {
	return n.Head.OwnedBy(by, now)
}

// OwnedBy is why the seat by may not act for h's owner, or nil. Nouns to the
// right ask it before the owner accepts or declines what is offered.
//
// Errors: ErrMissing, ErrNotOwner, those of seat.Acting.
func (h Head) OwnedBy(by seat.Seat, now time.Time) error {
	if !h.Exists() {
		return ErrMissing
	}
	if err := by.Acting(dayOf(now)); err != nil {
		return err
	}
	if by.Role != seat.Officer || by.Holder != h.Owner {
		return ErrNotOwner.With("owner", h.Owner).With("need", h.ID)
	}
	return nil
}

// dayOf is the day of now, YYYY-MM-DD, in UTC.
func dayOf(now time.Time) string { return string(fact.Day(now)) }
