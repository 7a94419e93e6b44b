package need

import (
	"time"

	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
)

// A View is a need as a seat stands to it: what it may do now, asked of the
// rules themselves, so that button and rule cannot disagree. It hides nothing;
// what the seat may see is decided elsewhere.
type View struct {
	Need
	Progress       []Progress
	Mine           *Vote // the vote of the seat that stands in the present stage
	WhyNotVote     error // nil when the seat may vote
	WhyNotWithdraw error
	WhyNotResubmit error
}

// A Progress is how far a stage of the present round has come.
type Progress struct {
	Stage   procedure.Stage
	State   State
	Verdict Verdict   // of a stage that closed
	Votes   []Vote    // that stand, by seat
	Tally   Tally     // of Votes
	Opened  time.Time // zero while it is ahead
	Due     time.Time // zero while it is ahead
	Closed  time.Time // zero until it closed
	Overdue bool      // should have ended by now; decides nothing
	Stuck   bool      // every seat has voted, no verdict has a majority
}

// A State is where a stage stands in its round.
type State string

const (
	Ahead  State = "ahead"
	Now    State = "open"
	Closed State = "closed"
	Never  State = "never" // the need ended before it
)

// ViewFor is n as s stands to it at now.
func (n Need) ViewFor(s seat.Seat, now time.Time) View {
	v := View{Need: n, Progress: n.Progress(now)}
	_, v.WhyNotVote = n.mayVote(s, now)
	_, v.WhyNotWithdraw = n.Withdraw(s, now, NoLongerNeeded)
	v.WhyNotResubmit = n.mayResubmit(s, now)
	for _, vote := range n.Standing(n.Stage) {
		if vote.Caster() == s.ID {
			v.Mine = &vote
		}
	}
	return v
}

// WhyNotSubmit is nil when s may submit needs.
func WhyNotSubmit(s seat.Seat, now time.Time) error { return maySubmit(s, now) }

// Progress is how far each stage of n's present round has come, in order.
func (n Need) Progress(now time.Time) []Progress {
	var out []Progress
	opened := n.Began
	for _, s := range n.Stages {
		p := Progress{Stage: s, State: Ahead, Votes: n.Standing(s.ID)}
		p.Tally = Count(p.Votes)
		if at := n.reopenedAt(s.ID); !at.IsZero() {
			opened = at
		}
		switch c, closed := n.closing(s.ID); {
		case closed:
			p.State, p.Verdict, p.Opened, p.Closed = Closed, c.Verdict, opened, c.At
			opened = c.At
		case n.Status == Open && s.ID == n.Stage:
			p.State, p.Opened, p.Overdue, p.Stuck = Now, n.Opened, n.Overdue(now), n.Stuck
		case n.Status != Open:
			p.State = Never
		}
		if !p.Opened.IsZero() {
			p.Due = p.Opened.Add(time.Duration(s.Hours) * time.Hour)
		}
		out = append(out, p)
	}
	return out
}

// closing is how a stage of the present round ended.
func (n Need) closing(stage string) (Closing, bool) {
	for _, c := range n.Closings {
		if c.Stage == stage && c.Round == n.roundOf(stage) {
			return c, true
		}
	}
	return Closing{}, false
}
