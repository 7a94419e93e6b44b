package edition

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

// Bounds of a draft.
const (
	ShortestWait = time.Hour
	LongestWait  = 60 * 24 * time.Hour
	MostRows     = 20_000
)

// WhyNotDraft is why a seat may not draft now, or nil.
//
// Errors: those of seat.Acting; ErrDesk, ErrOpen.
func (b *Book) WhyNotDraft(by seat.Seat, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	if by.Role != seat.FrontOffice {
		return ErrDesk
	}
	if open, is := b.Draft(); is {
		return ErrOpen.With("edition", open.Edition)
	}
	return nil
}

// CheckPlan refuses a day or a deadline that a draft cannot have.
//
// Errors: ErrDay, ErrUntil.
func CheckPlan(asOf string, until, now time.Time) error {
	today := string(fact.Day(now))
	if d, err := fact.ParseDate(asOf); err != nil || d.Precision() != "day" || asOf > today {
		return ErrDay.With("today", today)
	}
	if wait := until.Sub(now); wait < ShortestWait || wait > LongestWait {
		return ErrUntil
	}
	return nil
}

// Begin drafts an edition over rows; wanted.Edition is a fresh id.
//
// Errors: those of WhyNotDraft and CheckPlan; ErrEmpty, ErrRows.
func (b *Book) Begin(wanted Drafted, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := b.WhyNotDraft(by, now); err != nil {
		return nil, err
	}
	if err := CheckPlan(wanted.AsOf, wanted.Until, now); err != nil {
		return nil, err
	}
	switch n := len(wanted.Rows); {
	case n == 0:
		return nil, ErrEmpty.With("day", wanted.AsOf)
	case n > MostRows:
		return nil, ErrRows.With("got", n).With("most", MostRows)
	}
	wanted.Seat, wanted.Until = by.ID, wanted.Until.UTC().Truncate(time.Second)
	return []fact.Body{wanted}, nil
}

// WhyNotClear is why a seat may not clear figures of e, or nil.
//
// Errors: those of seat.Acting; ErrMissing, ErrOver, ErrNotAsked, ErrLate,
// ErrSigning.
func (e Edition) WhyNotClear(by seat.Seat, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	switch {
	case !e.Exists():
		return ErrMissing
	case by.Role != seat.Programme || !slices.Contains(e.Asked(), by.Holder):
		return ErrNotAsked
	case !e.Open():
		return ErrOver.With("edition", e.Edition)
	case !now.Before(e.Until):
		return ErrLate.With("until", e.Until.Format(time.RFC3339))
	case len(e.Signed) > 0:
		return ErrSigning
	}
	return nil
}

// Clear is a party's word on its own figures. floor is of MoreThan alone, in
// euros.
//
// Errors: those of WhyNotClear; ErrMode, ErrFloor, ErrSame.
func (e Edition) Clear(mode Mode, floor *money.Amount, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := e.WhyNotClear(by, now); err != nil {
		return nil, err
	}
	if !slices.Contains(Modes, mode) {
		return nil, ErrMode
	}
	c := Cleared{Edition: e.Edition, Party: by.Holder, Seat: by.ID, Mode: mode}
	if mode == MoreThan {
		if floor == nil || floor.Currency() != Currency || money.Same(*floor).Cmp(e.sum(by.Holder)) >= 0 {
			return nil, ErrFloor
		}
		c.Floor = floor
	}
	if was, said := e.Cleared[by.Holder]; said && was.Mode == c.Mode && (c.Floor == nil || *was.Floor == *c.Floor) {
		return nil, ErrSame
	}
	return []fact.Body{c}, nil
}

// WhyNotSign is why a seat may not sign e, or nil.
//
// Errors: those of seat.Acting; ErrMissing, ErrChair, ErrOver, ErrTwice,
// ErrEarly.
func (e Edition) WhyNotSign(by seat.Seat, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	switch {
	case !e.Exists():
		return ErrMissing
	case by.Role != seat.CoChair:
		return ErrChair
	case !e.Open():
		return ErrOver.With("edition", e.Edition)
	case slices.ContainsFunc(e.Signed, func(s Signed) bool { return s.Party == by.Holder }):
		return ErrTwice
	case !e.Ready(now):
		return ErrEarly.With("waiting", len(e.Silent())).With("until", e.Until.Format(time.RFC3339))
	}
	return nil
}

// Sign is a co-chair's signature under content, the digest of what was read.
// The second side's releases the edition.
//
// Errors: those of WhyNotSign; ErrContent.
func (b *Book) Sign(id ID, content string, by seat.Seat, now time.Time) ([]fact.Body, error) {
	e, _ := b.Get(id)
	if err := e.WhyNotSign(by, now); err != nil {
		return nil, err
	}
	c := b.Content(e)
	if c.Digest() != content || len(e.Signed) > 0 && e.Signed[0].Content != content {
		return nil, ErrContent
	}
	out := []fact.Body{Signed{id, by.ID, by.Holder, content}}
	if len(e.Signed) > 0 {
		out = append(out, Released{id, len(b.released) + 1, c})
	}
	return out, nil
}

// Withdraw ends a draft.
//
// Errors: those of seat.Acting; ErrMissing, ErrWithdraw, ErrOver, ErrWhy.
func (e Edition) Withdraw(why Why, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return nil, err
	}
	switch {
	case !e.Exists():
		return nil, ErrMissing
	case by.Role != seat.FrontOffice && by.Role != seat.CoChair:
		return nil, ErrWithdraw
	case !e.Open():
		return nil, ErrOver.With("edition", e.Edition)
	case !slices.Contains(Whys, why):
		return nil, ErrWhy.With("why", clip(string(why)))
	}
	return []fact.Body{Withdrawn{e.Edition, by.ID, why}}, nil
}

// clip makes input fit to be repeated in an error.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
