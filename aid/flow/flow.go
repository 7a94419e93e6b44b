package flow

import (
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/party"
)

// A Flow is a flow as it stands after its facts.
type Flow struct {
	Recorded            // with its corrections; Status is the one it was recorded with
	Pos      fact.Pos   // of the fact that recorded it
	Advances []Advance  // moves of its status, in order of record
	Gone     bool       // withdrawn: it should not have been recorded
	Held     bool       // not for everyone, and so are the facts to come
	History  []fact.Pos // every fact of the flow

	Parents    []Linking    // what pays for it, in order of record
	Children   []Linking    // what it pays for
	Asserted   []Assertion  // what its sides say, in order of record
	Signed     []Settlement // what they would settle on
	Valuations []Valuation  // what its goods are worth
	Into       ID           // the flow that it turned out to be a word about; then it is gone
}

// An Assertion is what a side says, and the fact that says so; a Settlement
// and a Valuation likewise.
type (
	Assertion struct {
		Asserted
		Pos fact.Pos
	}
	Settlement struct {
		Settled
		Pos fact.Pos
	}
	Valuation struct {
		Valued
		Pos fact.Pos
	}
)

// An Advance is a move of a flow's status, and the fact that says so.
type Advance struct {
	Advanced
	Pos fact.Pos
}

// A Mention is a public statement that is no flow, as it stands.
type Mention struct {
	Mentioned
	Pos     fact.Pos
	Gone    bool
	History []fact.Pos
}

// Exists reports whether f was ever recorded.
func (f Flow) Exists() bool { return f.Recorded.Flow != "" }

// Exists reports whether m was ever recorded.
func (m Mention) Exists() bool { return m.Mentioned.Mention != "" }

// rank orders the statuses: a flow only ever rises.
func (s Status) rank() int { return slices.Index(Statuses, s) }

// Binding reports whether a flow of status s is counted (rule 2).
func (s Status) Binding() bool { return s == Commitment || s == Paid }

// StatusOn is f's status on day (YYYY-MM-DD), by what its sides say. A flow
// recorded as paid, and moved on a later day than it was decided, was a
// commitment in between; before it was decided it has the status that it
// began with.
func (f Flow) StatusOn(day string) Status {
	return f.Standing().On(max(DayOf(fact.Date(day)), DayOf(f.On)))
}

// On is the status on a day.
func (s Standing) On(day Day) Status {
	switch {
	case s.Paid <= day:
		return Paid
	case s.Committed <= day:
		return Commitment
	}
	return Pledge
}

// Latest is the last status that f reached, on whatever day.
func (f Flow) Latest() Status { return f.StatusOn("9999-12-31") }

// Counts reports whether f is in totals: committed or paid, and not withdrawn
// (rule 2). Pledges are in no total.
func (f Flow) Counts() bool { return f.Latest().Binding() && !f.Gone }

// CountsOn is Counts as of day (YYYY-MM-DD): a flow holds from the first day
// of its on.
func (f Flow) CountsOn(day string) bool {
	return f.On.HeldBy(day) && f.StatusOn(day).Binding() && !f.Gone
}

// A Crossing says how a flow lies to a boundary (rule 3).
type Crossing int

const (
	Outside  Crossing = iota // neither side is inside; beside the boundary
	Incoming                 // enters: what the boundary's total adds up
	Internal                 // stays within: shown, not added
	Outgoing                 // leaves: shown, not added
)

func (c Crossing) String() string {
	return [...]string{"outside", "incoming", "internal", "outgoing"}[c]
}

// Cross is how f lies to the boundary that inside describes (rule 3). Only a
// flow that enters is added to its total, so that money which passes through
// several hands is counted once, whatever the order in which they report.
func Cross(f Flow, inside func(party.ID) bool) Crossing {
	return CrossingOf(inside(f.Provider), inside(f.Receiver))
}

// CrossingOf is how a flow lies to a boundary that its provider, or its
// receiver, is inside of.
func CrossingOf(provider, receiver bool) Crossing {
	switch {
	case receiver && !provider:
		return Incoming
	case receiver:
		return Internal
	case provider:
		return Outgoing
	}
	return Outside
}
