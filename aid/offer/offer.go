package offer

import (
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/tlp"
)

// An Offer is an offer as it stands after its facts.
type Offer struct {
	Opened
	At     time.Time // when it was opened
	Pos    fact.Pos
	Closed *Closing // nil while open
	Class  class.Class
	n      int32    // in the order of record
	marked fact.Pos // of the fact that marked it last; 0: none did
}

// Mark is how o stands marked.
func (o Offer) Mark() marking.Mark {
	m := marking.Mark{Marking: o.Class.Marking}
	if m.Marking == tlp.Red {
		m.To = o.Class.Audience
	}
	return m
}

// A Closing says when and why an offer was closed.
type Closing struct {
	Reason ClosedWhy
	At     time.Time
	Pos    fact.Pos
}

// Exists reports whether o was ever opened.
func (o Offer) Exists() bool { return o.Opened.Offer != "" }

// InKind reports whether o is of something else than money.
func (o Offer) InKind() bool { return o.Form != Money }

// ValidOn reports whether o may be reserved and committed on day (YYYY-MM-DD).
func (o Offer) ValidOn(day string) bool {
	return o.Closed == nil && o.From.HeldBy(day) && day <= string(o.Until)
}

// A State is how far a reservation has come.
type State string

const (
	Waiting State = "reserved" // for the recipient's answer
	Agreed  State = "accepted" // for the partner to commit
	Bound   State = "committed"
	Given   State = "released"
	Refused State = "declined"
	Lapsed  State = "expired"    // computed, never recorded
	Moot    State = "need_ended" // its need was withdrawn, or an emergency reversed
	noState State = ""
)

// States lists every state, in the order of tables.
var States = []State{Waiting, Agreed, Bound, Given, Refused, Lapsed, Moot}

// A Reservation is a reservation as it stands after its facts.
type Reservation struct {
	Reserved
	Provider party.ID // of the offer
	At       time.Time
	Pos      fact.Pos
	Accepted time.Time // when the recipient accepted; zero: not yet
	Ended    time.Time // when it was committed, released or declined, or its need withdrawn; zero: not yet
	Reason   Refusal   // why it was declined
	Caller   party.ID  // who called it off a standing offer; empty: its provider made it
	History  []fact.Pos
	end      State
}

// ClassFor is what decides who may see r, which is for n: its two sides.
func (r Reservation) ClassFor(n need.Head) class.Class {
	return class.Class{Realm: n.Class.Realm, Noun: "reservation", Marking: tlp.Amber, Owner: string(r.Provider),
		Audience: class.Audience(r.Provider, n.Owner)}
}

// Exists reports whether r was ever made.
func (r Reservation) Exists() bool { return r.Reserved.Reservation != "" }

// Changed is the position of the last fact of r; fact.None when there is none.
func (r Reservation) Changed() fact.Pos {
	if len(r.History) == 0 {
		return fact.None
	}
	return r.History[len(r.History)-1]
}

// State is how far r has come at now.
func (r Reservation) State(now time.Time) State {
	switch {
	case !r.Exists():
		return noState
	case r.end != noState:
		return r.end
	case !now.Before(r.Until):
		return Lapsed
	case !r.Accepted.IsZero():
		return Agreed
	}
	return Waiting
}

// Holds reports whether r holds anything at now: an unexpired reservation and
// a commitment do.
func (r Reservation) Holds(now time.Time) bool {
	s := r.State(now)
	return s == Waiting || s == Agreed || s == Bound
}

// A Taken is what of an offer is held.
type Taken struct {
	Reserved  Part // by unexpired reservations, accepted ones too
	Committed Part
}

// A Part is a quantity and, where it was said, its amount.
type Part struct {
	Quantity int64
	Amount   money.Amount // in the offer's currency; none when the offer has no amount
	Count    int          // of reservations
}

func (p Part) add(q Part) Part {
	sum, err := p.Amount.Add(q.Amount)
	if err != nil {
		sum = p.Amount // no rule lets two currencies, or too much, into one offer
	}
	return Part{p.Quantity + q.Quantity, sum, p.Count + q.Count}
}

// All is everything that is taken.
func (t Taken) All() Part { return t.Reserved.add(t.Committed) }

// A Coverage is how far a lot is met.
type Coverage struct {
	Asked     int64
	Reserved  int64 // by unexpired reservations that the recipient has not answered
	Accepted  int64 // by unexpired reservations that it has accepted
	Committed int64
	Partners  []party.ID // who hold a part of it, sorted
}

// Taken is how much of the lot is held.
func (c Coverage) Taken() int64 { return c.Reserved + c.Accepted + c.Committed }

// Left is how much of the lot nobody holds; never negative.
func (c Coverage) Left() int64 { return max(0, c.Asked-c.Taken()) }

// Useful is the least that one reservation may take: the useful share of the
// lot, or the rest where less is left.
func (c Coverage) Useful(l need.Lot) int64 {
	share := (l.Quantity*int64(l.UsefulShare) + 99) / 100
	return min(share, c.Left())
}

func (c *Coverage) add(r *Reservation, now time.Time) {
	switch r.State(now) {
	case Waiting:
		c.Reserved += r.Quantity
	case Agreed:
		c.Accepted += r.Quantity
	case Bound:
		c.Committed += r.Quantity
	default:
		return
	}
	if i, known := slices.BinarySearch(c.Partners, r.Provider); !known {
		c.Partners = slices.Insert(c.Partners, i, r.Provider)
	}
}
