package need

import (
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
)

// The emergency lane is a need that cannot wait for a group to meet. It is
// asked for in three lines, from a phone or by the front office after a call;
// a duty member of each body lets it pass, which opens it to partners for the
// time being; the groups then vote on it as on any need, and so ratify or
// reverse it. Silence lets nothing pass: it reaches more and more people.

// Clocks of the lane.
const (
	// AnswerTime is how long each of those who are asked has before the next
	// are asked as well: the seat on duty, its deputy, the group, the front
	// office.
	AnswerTime = 15 * time.Minute
	// TakeTime is how much longer whoever takes it has.
	TakeTime = 45 * time.Minute
	// RatifyTime is how long the groups have to ratify or to reverse.
	RatifyTime = 72 * time.Hour
	// ConfirmTime is how long a recipient has to confirm what was recorded for
	// it.
	ConfirmTime = 72 * time.Hour
	// KeepTime is how long a phone keeps what it could not send.
	KeepTime = 24 * time.Hour
	// UsefulDays is for how long help is of use when nobody has said better.
	UsefulDays = 30
)

// Emergency says of a need that it was asked for by the emergency lane.
type Emergency struct {
	Callback   text.Ref `json:"callback"`              // the number to call; for the owner, the groups and the front office
	RecordedBy party.ID `json:"recorded_by,omitempty"` // who recorded it for the owner after a call; empty: the owner itself
}

// Taken is a duty member's "I take it": those after it are not asked for a
// while.
type Taken struct {
	Need  ID      `json:"need"`
	Stage string  `json:"stage"` // of the body that it is taken for
	Seat  seat.ID `json:"seat"`
	For   seat.ID `json:"for,omitempty"` // the seat that a deputy takes it for
}

// PassedProvisionally is a duty member's yes for its body.
type PassedProvisionally struct {
	Need  ID      `json:"need"`
	Stage string  `json:"stage"`
	Seat  seat.ID `json:"seat"`
	For   seat.ID `json:"for,omitempty"`
}

// ValidatedProvisionally opens the need to partners until the groups decide.
type ValidatedProvisionally struct {
	Need  ID  `json:"need"`
	Round int `json:"round"`
}

// Confirmed is the recipient's word that what was recorded for it is so.
type Confirmed struct {
	Need ID `json:"need"`
}

// Detailed says exactly what three lines on a phone could not.
type Detailed struct {
	Need  ID    `json:"need"`
	Asked Asked `json:"asked"`
}

func (Taken) Kind() string                  { return "need.taken" }
func (PassedProvisionally) Kind() string    { return "need.passed_provisionally" }
func (ValidatedProvisionally) Kind() string { return "need.validated_provisionally" }
func (Confirmed) Kind() string              { return "need.confirmed" }
func (Detailed) Kind() string               { return "need.detailed" }

func (b Taken) Streams() []string                  { return []string{string(b.Need)} }
func (b PassedProvisionally) Streams() []string    { return []string{string(b.Need)} }
func (b ValidatedProvisionally) Streams() []string { return []string{string(b.Need)} }
func (b Confirmed) Streams() []string              { return []string{string(b.Need)} }
func (b Detailed) Streams() []string               { return []string{string(b.Need)} }

// laneKinds are those of this file.
func laneKinds() []fact.Type {
	return []fact.Type{
		fact.Of[Taken](tlp.Amber, false),
		fact.Of[PassedProvisionally](tlp.Amber, false),
		fact.Of[ValidatedProvisionally](tlp.Amber, false),
		fact.Of[Confirmed](tlp.Amber, false),
		fact.Of[Detailed](tlp.Amber, false),
	}
}

// A Lane is what the emergency lane knows of a need.
type Lane struct {
	Emergency
	Confirmed time.Time // when the owner confirmed what was recorded for it
	Takes     []Take    // in order of record
	Passes    []Passing // one a stage
}

// A Take is a Taken with the fact that says so.
type Take struct {
	Taken
	At  time.Time
	Pos fact.Pos
}

// A Passing is a PassedProvisionally with the fact that says so.
type Passing struct {
	PassedProvisionally
	At  time.Time
	Pos fact.Pos
}

// Pass is the duty member's yes for a stage, if there is one.
func (l *Lane) Pass(stage string) (Passing, bool) {
	if l != nil {
		for _, p := range l.Passes {
			if p.Stage == stage {
				return p, true
			}
		}
	}
	return Passing{}, false
}

// Take is the last one for a stage.
func (l *Lane) Take(stage string) (t Take, some bool) {
	if l == nil {
		return t, false
	}
	for _, x := range l.Takes {
		if x.Stage == stage {
			t, some = x, true
		}
	}
	return t, some
}

// Provisional is the stage of the class of what is provisionally valid.
const Provisional = "provisional"

// Reservable reports whether partners may reserve for h and commit to it: the
// groups validated it, or their duty members did for the time being.
func (h Head) Reservable() bool {
	return h.Status == Valid || h.Status == Open && !h.Provisional.IsZero()
}

// InLane reports whether h is an emergency that the groups have not decided.
func (h Head) InLane() bool { return h.Emergency && h.Status == Open && h.Round == 1 }

// Unconfirmed reports whether h was recorded for its owner, which has not yet
// said that it is so.
func (n Need) Unconfirmed() bool {
	return n.Lane != nil && n.Lane.RecordedBy != "" && n.Lane.Confirmed.IsZero() && n.Status != Gone && n.Status != Denied
}

// ConfirmBy is when an unconfirmed n should have been confirmed.
func (n Need) ConfirmBy() time.Time { return n.Submitted.Add(ConfirmTime) }

// A lane is a Lane as the book keeps it: few needs have one.
type lane struct {
	Lane
	provisional time.Time
}

// laneFact folds what only an emergency has. What the record says of another
// need is skipped: no rule says it.
func (b *Book) laneFact(it *item, f fact.Fact) {
	if it.lane == nil {
		return
	}
	switch body := f.Body.(type) {
	case Taken:
		it.lane.Takes = grown(it.lane.Takes, Take{body, f.At, f.Pos})
	case PassedProvisionally:
		it.lane.Passes = grown(it.lane.Passes, Passing{body, f.At, f.Pos})
	case ValidatedProvisionally:
		it.lane.provisional = f.At
		it.due = f.At.Add(RatifyTime).UnixMicro()
	case Confirmed:
		it.lane.Confirmed = f.At
	}
}

// leaveLane: what comes again after it was returned is a need as any other.
func (it *item) leaveLane() {
	if it.lane != nil {
		it.lane.provisional = time.Time{}
	}
}
