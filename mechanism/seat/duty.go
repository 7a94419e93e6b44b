package seat

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
)

// MostDuty is the longest duty that is given at once.
const MostDuty = 31 * 24 * time.Hour

// DutyGiven puts a seat of a group on duty for a while: it is told of
// emergencies first, and answers for the group until the group has met. Of two
// that overlap the later fact counts.
type DutyGiven struct {
	Seat  ID        `json:"seat"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

func (DutyGiven) Kind() string { return "seat.duty_given" }

func (b DutyGiven) Streams() []string { return []string{string(b.Seat)} }

// A Duty is a duty with the fact that gave it.
type Duty struct {
	DutyGiven
	Pos fact.Pos
}

var (
	// ErrNoDuty refuses to put on duty what is in no group, or is not in use.
	ErrNoDuty = fault.New(fault.Invalid, "seat.no_duty",
		"duty is given to a seat of a group on which somebody sits; {{.seat}} is none, choose one of the technical or the interagency group")
	// ErrRoster refuses to give duty from outside.
	ErrRoster = fault.New(fault.Denied, "seat.roster",
		"duty in a group is given by its members and by the front office; ask one of them")
	// ErrDutyTime refuses a duty that is none.
	ErrDutyTime = fault.New(fault.Invalid, "seat.duty_time",
		"a duty ends after it begins, in the time ahead, and lasts {{.days}} days at the most; choose its first and last hour again")
)

// OnDuty puts s on duty; by is the seat that asks. The same again is nothing.
//
// Errors: ErrMissing, ErrEnded, ErrTerm, ErrNoDuty, ErrRoster, ErrDutyTime.
func (s Seat) OnDuty(by Seat, from, until, now time.Time) ([]fact.Body, error) {
	if err := s.Acting(string(fact.Day(now))); err != nil {
		return nil, err
	}
	switch {
	case !s.Role.InBody() || s.Person == "":
		return nil, ErrNoDuty.With("seat", s.ID)
	case by.Role != FrontOffice && (!by.Role.InBody() || by.Body != s.Body):
		return nil, ErrRoster
	case !until.After(from) || !until.After(now) || until.Sub(from) > MostDuty || from.Sub(now) > MostDuty:
		return nil, ErrDutyTime.With("days", int(MostDuty.Hours()/24))
	}
	return []fact.Body{DutyGiven{s.ID, from.UTC(), until.UTC()}}, nil
}

func (b *Book) giveDuty(f fact.Fact, d DutyGiven) {
	if s, known := b.Get(d.Seat); known && s.Body != "" {
		b.duties[s.Body] = append(slices.Clip(b.duties[s.Body]), Duty{d, f.Pos})
	}
}

// DutyOf is the seat of a group that is on duty at now: that of the last fact
// whose hours now is in, while it is in use and somebody sits there. When
// there is none, every seat of the group stands in.
func (b *Book) DutyOf(body party.ID, now time.Time) (Seat, Duty, bool) {
	for _, d := range slices.Backward(b.duties[body]) {
		s, _ := b.Get(d.Seat)
		if !now.Before(d.From) && now.Before(d.Until) && s.Person != "" && s.Acts(string(fact.Day(now))) {
			return s, d, true
		}
	}
	return Seat{}, Duty{}, false
}
