package need

import (
	"slices"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
)

// A Status says where a need is on its way.
type Status string

const (
	Open   Status = "open"      // the groups vote on it
	Valid  Status = "validated" // partners may reserve for it
	Back   Status = "returned"  // its owner is asked something
	Denied Status = "rejected"
	Gone   Status = "withdrawn"
)

// Statuses lists every status, in the order of tables.
var Statuses = []Status{Open, Valid, Back, Denied, Gone}

// A Head is what lists show of a need and filter by.
type Head struct {
	ID          ID
	Owner       party.ID
	Status      Status
	Stage       string // that it waits in; empty unless Open
	Round       int    // from 1; one more with every resubmission, and with every stage that is opened again
	Procedure   int    // the version that it is bound to
	Line        capability.Line
	Urgency     Urgency
	Criticality Criticality
	Sector      string
	Region      string // with HideRegion, only for those who may see it
	HideRegion  bool
	UsefulUntil fact.Date
	Title       text.Ref
	Submitted   time.Time   // when it was first submitted
	Began       time.Time   // when its round began
	Opened      time.Time   // when its stage opened; zero unless Open
	Due         time.Time   // when its stage is overdue; zero unless Open
	Ended       time.Time   // of its last verdict, return, rejection or withdrawal; zero while Open
	Emergency   bool        // it came by the emergency lane
	Provisional time.Time   // when duty members opened it to partners until the groups decide; zero: they did not, or the groups have decided
	Stuck       bool        // every seat of the body has voted, and no verdict has a majority
	Class       class.Class // of its summary
	Pos         fact.Pos    // of the fact that submitted it
	Changed     fact.Pos    // of its last fact
}

// A Need is a need as it stands after its facts.
type Need struct {
	Head
	Asked    Asked
	Votes    []Vote            // every vote of every round, in order of record
	Closings []Closing         // how stages ended, in order of record
	Stages   []procedure.Stage // of the procedure that it is bound to; read only
	Lane     *Lane             // of an emergency; nil: it is none
	// Reopenings are how stages were opened again, in order of record.
	Reopenings []Reopening
	asking     *Asking // the last one; see Asking
}

// A Vote is a recorded vote, with the fact that says so.
type Vote struct {
	Voted
	At  time.Time
	Pos fact.Pos
}

// A Closing is how a stage ended, with the fact that says so.
type Closing struct {
	StageClosed
	At  time.Time
	Pos fact.Pos
}

// Exists reports whether h was ever submitted.
func (h Head) Exists() bool { return h.ID != "" }

// Overdue reports whether the stage that h waits in should have ended by now.
// It decides nothing.
func (h Head) Overdue(now time.Time) bool { return h.Status == Open && !now.Before(h.Due) }

// Escalated reports whether the front office is to look at h: its stage is
// overdue, or every seat has voted and no verdict has a majority.
func (h Head) Escalated(now time.Time) bool { return h.Overdue(now) || h.Stuck }

// Lot is the lot called id.
func (n Need) Lot(id string) (Lot, bool) {
	i := slices.IndexFunc(n.Asked.Lots, func(l Lot) bool { return l.ID == id })
	if i < 0 {
		return Lot{}, false
	}
	return n.Asked.Lots[i], true
}

// stage is the stage that n waits in.
func (n Need) stage() (procedure.Stage, bool) {
	i := slices.IndexFunc(n.Stages, func(s procedure.Stage) bool { return s.ID == n.Stage })
	if i < 0 || n.Status != Open {
		return procedure.Stage{}, false
	}
	return n.Stages[i], true
}

// Standing are the votes that count in a stage of n's present round: the
// latest of each seat, in order of seat.
func (n Need) Standing(stage string) []Vote {
	var out []Vote
	round := n.roundOf(stage)
	for _, v := range n.Votes {
		if v.Stage == stage && v.Round == round {
			out = stand(out, v)
		}
	}
	return out
}

// Caster is the seat that a vote counts for.
func (v Voted) Caster() seat.ID {
	if v.For != "" {
		return v.For
	}
	return v.Seat
}

// stand puts v in the place of its seat's earlier vote.
func stand(votes []Vote, v Vote) []Vote {
	i, again := slices.BinarySearchFunc(votes, v.Caster(), func(o Vote, id seat.ID) int {
		return compare(o.Caster(), id)
	})
	if again {
		votes[i] = v
		return votes
	}
	return slices.Insert(votes, i, v)
}

func compare(a, b seat.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// A Tally counts the votes that stand in a stage.
type Tally struct{ Pass, Return, Reject, Abstain int }

// Count counts votes, each of which must be of another seat.
func Count(votes []Vote) (t Tally) {
	for _, v := range votes {
		t.add(v.Verdict)
	}
	return t
}

func (t *Tally) add(v Verdict) {
	switch v {
	case Pass:
		t.Pass++
	case Return:
		t.Return++
	case Reject:
		t.Reject++
	case Abstain:
		t.Abstain++
	}
}

// Voices are the votes without abstentions.
func (t Tally) Voices() int { return t.Pass + t.Return + t.Reject }

// Cast are all votes, abstentions too.
func (t Tally) Cast() int { return t.Voices() + t.Abstain }

// Verdict is what t decides in stage s: the verdict of more than half of the
// voices, once they are at least the quorum. Else it is empty.
func (t Tally) Verdict(s procedure.Stage) Verdict {
	if t.Voices() < s.Quorum {
		return ""
	}
	switch most := t.Voices() / 2; {
	case t.Pass > most:
		return Pass
	case t.Return > most:
		return Return
	case t.Reject > most:
		return Reject
	}
	return ""
}

// Stuck reports whether every seat of stage s has voted without deciding it.
// Seats may still change their votes; the front office is told.
func (t Tally) Stuck(s procedure.Stage) bool { return t.Cast() >= s.Seats && t.Verdict(s) == "" }
