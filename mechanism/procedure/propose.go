package procedure

import (
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// Proposed asks another co-chair to put a version in force.
type Proposed struct {
	Wanted Adopted `json:"wanted"`
	Seat   seat.ID `json:"seat"` // that proposes
}

func (Proposed) Kind() string { return "procedure.proposed" }

func (b Proposed) Streams() []string { return []string{b.Wanted.Streams()[0]} }

func proposedKind() fact.Type { return fact.Of[Proposed](tlp.Clear, false) }

// ProposalTime is how long a proposal waits for another co-chair.
const ProposalTime = 30 * 24 * time.Hour

var (
	// ErrSeat refuses proposals from other seats.
	ErrSeat = fault.New(fault.Denied, "procedure.seat",
		"the procedure is proposed and adopted by co-chairs; act from a co-chair's seat")
	// ErrNotProposed refuses to adopt what nobody has proposed.
	ErrNotProposed = fault.New(fault.Conflict, "procedure.not_proposed",
		"no version waits to be adopted; propose one, and let another co-chair adopt it within 30 days")
	// ErrOther refuses to adopt another version than the one that was read.
	ErrOther = fault.New(fault.Conflict, "procedure.replaced",
		"another version was proposed meanwhile; read it, and decide again")
	// ErrAlone refuses to let one person decide alone.
	ErrAlone = fault.New(fault.Denied, "procedure.alone",
		"you proposed it yourself; another co-chair must adopt it")
)

// A Proposal is a version that waits to be adopted.
type Proposal struct {
	Proposed
	By  string // who proposed
	At  time.Time
	Pos fact.Pos
}

// Waits reports whether p waits for another co-chair.
func (p Proposal) Waits(now time.Time) bool {
	return p.Wanted.Version > 0 && now.Before(p.At.Add(ProposalTime))
}

// Proposal is the last version that was proposed since one was adopted; the
// zero Proposal when none was.
func (b *Book) Proposal() Proposal { return b.proposal }

// Propose asks for wanted to be put in force; a later proposal takes the place
// of one that waits.
//
// Errors: those of seat.Acting and of Adopt; ErrSeat; ErrFrom for a day that
// has passed.
func Propose(b *Book, by seat.Seat, wanted Adopted, now time.Time) ([]fact.Body, error) {
	if err := chairs(by, now); err != nil {
		return nil, err
	}
	if today := fact.Day(now); wanted.From < today && wanted.From.Precision() == "day" {
		return nil, ErrFrom.With("last", today)
	}
	if _, err := Adopt(b, wanted); err != nil {
		return nil, err
	}
	return []fact.Body{Proposed{wanted, by.ID}}, nil
}

// Agree puts in force what was proposed at the position at; actor, who sits on
// by, must be another than who proposed it. What was to hold from a day that
// has passed meanwhile holds from today.
//
// Errors: those of seat.Acting and of Adopt; ErrSeat, ErrNotProposed,
// ErrOther, ErrAlone.
func Agree(b *Book, by seat.Seat, actor string, at fact.Pos, now time.Time) ([]fact.Body, error) {
	if err := chairs(by, now); err != nil {
		return nil, err
	}
	p := b.proposal
	switch {
	case !p.Waits(now):
		return nil, ErrNotProposed
	case p.Pos != at:
		return nil, ErrOther
	case p.By == actor:
		return nil, ErrAlone
	}
	wanted := p.Wanted
	wanted.From = max(wanted.From, fact.Day(now))
	return Adopt(b, wanted)
}

func chairs(by seat.Seat, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	if by.Role != seat.CoChair {
		return ErrSeat
	}
	return nil
}
