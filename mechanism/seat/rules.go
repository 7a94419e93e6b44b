package seat

import (
	"fmt"
	"slices"
	"strings"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
)

// Roles lists every role, in the order of tables.
var Roles = []Role{Officer, Technical, Interagency, Programme, Implementer, FrontOffice, CoChair, Observer, Auditor, Administrator}

// InBody reports whether seats of role r stand in a body, as those of the
// groups do.
func (r Role) InBody() bool { return r == Technical || r == Interagency }

// A Reason says why a seat was ended: a word of Reasons.
type Reason string

const (
	TermOver    Reason = "term_over" // the holder's turn is over
	Replaced    Reason = "replaced"  // another seat takes its place
	Dissolved   Reason = "dissolved" // the holder or the body is no more
	OpenedWrong Reason = "opened_by_mistake"
)

// Reasons lists why a seat may be ended.
var Reasons = []Reason{TermOver, Replaced, Dissolved, OpenedWrong}

var (
	// ErrMissing refuses to act from, or decide on, a seat that is not there.
	ErrMissing = fault.New(fault.Missing, "seat.missing",
		"there is no such seat; look for it in the list of seats")
	// ErrTaken refuses to open an id twice.
	ErrTaken = fault.New(fault.Conflict, "seat.taken",
		"{{.seat}} was opened already; open another seat instead")
	// ErrEnded refuses what a seat out of use would do.
	ErrEnded = fault.New(fault.Denied, "seat.ended",
		"{{.seat}} is out of use since {{.on}}; act from another of your seats, or ask the front office for one")
	// ErrTerm refuses to act outside a seat's term.
	ErrTerm = fault.New(fault.Denied, "seat.term",
		"{{.seat}} acts from {{.from}} to {{.until}}; act from another of your seats, or ask the front office for a new term")
	// ErrRole refuses a role that is not of the list.
	ErrRole = fault.New(fault.Invalid, "seat.role",
		"{{.role}} is not the role of a seat; choose one of: {{.roles}}")
	// ErrHolder refuses a seat that nobody holds.
	ErrHolder = fault.New(fault.Invalid, "seat.holder",
		"name the institution that holds the seat by its id as a party; register it first if it is not in the list")
	// ErrBody refuses a seat of a group that names no group.
	ErrBody = fault.New(fault.Invalid, "seat.body",
		"a seat of role {{.role}} is in a group; name the group by its id as a party")
	// ErrDays refuses a term that is none.
	ErrDays = fault.New(fault.Invalid, "seat.days",
		"a term needs a first day as YYYY-MM-DD and, if it has an end, a last day that is not before it")
	// ErrPerson refuses to seat nobody.
	ErrPerson = fault.New(fault.Invalid, "seat.person",
		"say which person sits on {{.seat}}, by the id that signing in gives")
	// ErrTwoVotes refuses one person two votes in one body.
	ErrTwoVotes = fault.New(fault.Conflict, "seat.two_votes",
		"this person sits on {{.other}} of the same group; a person has one vote: assign somebody else")
	// ErrReason refuses a reason that is not of the list.
	ErrReason = fault.New(fault.Invalid, "seat.reason",
		"{{.reason}} is not a reason to end a seat; choose one of: {{.reasons}}")
	// ErrBackdated refuses to end a seat before its term began.
	ErrBackdated = fault.New(fault.Invalid, "seat.backdated",
		"{{.seat}} began on {{.from}} and cannot be ended on {{.on}}; give a later day")
)

// Open gives a seat to holder for a term. Known is what stands under the id,
// if anything.
//
// Errors: ErrTaken, ErrMissing for an empty id, ErrRole, ErrHolder, ErrBody,
// ErrDays.
func Open(known Seat, holder party.Party, wanted Opened) ([]fact.Body, error) {
	switch {
	case known.Exists():
		return nil, ErrTaken.With("seat", known.ID)
	case wanted.Seat == "":
		return nil, ErrMissing
	case !slices.Contains(Roles, wanted.Role):
		return nil, ErrRole.With("role", quote(wanted.Role)).With("roles", list(Roles))
	case !holder.Exists() || holder.Registered.Party != wanted.Holder:
		return nil, ErrHolder
	case wanted.Role.InBody() && wanted.Body == "":
		return nil, ErrBody.With("role", wanted.Role)
	case !isDay(wanted.From), wanted.Until != "" && !isDay(wanted.Until), wanted.Until != "" && wanted.Until < wanted.From:
		return nil, ErrDays
	}
	return []fact.Body{wanted}, nil
}

// Assign sits person on s on day (YYYY-MM-DD), in place of who sat there;
// nothing when that person sits there already. Others are the seats that the
// person sits on already: in one body a person has one vote.
//
// Errors: ErrMissing, ErrEnded, ErrTerm when the term is over, ErrPerson,
// ErrTwoVotes.
func (s Seat) Assign(person, day string, others []Seat) ([]fact.Body, error) {
	if err := s.Acting(day); err != nil && s.From.HeldBy(day) {
		return nil, err // before its first day a seat may be filled
	}
	if !s.Exists() {
		return nil, ErrMissing
	}
	if strings.TrimSpace(person) == "" {
		return nil, ErrPerson.With("seat", s.ID)
	}
	if person == s.Person {
		return nil, nil
	}
	for _, o := range others {
		if o.ID != s.ID && s.Role.InBody() && o.Body == s.Body && o.Person == person && s.overlaps(o) {
			return nil, ErrTwoVotes.With("other", o.ID)
		}
	}
	return []fact.Body{Assigned{s.ID, person}}, nil
}

// overlaps reports whether some day is of both terms.
func (s Seat) overlaps(o Seat) bool {
	return !past(s.last(), o.From.First()) && !past(o.last(), s.From.First())
}

// last is the last day of s's term; an ended seat's is over before it.
func (s Seat) last() fact.Date {
	if s.Ended != nil {
		return s.Ended.On
	}
	return s.Until
}

// End takes s out of use from the day on.
//
// Errors: ErrMissing, ErrEnded, ErrDays, ErrBackdated, ErrReason.
func (s Seat) End(on fact.Date, reason Reason) ([]fact.Body, error) {
	switch {
	case !s.Exists():
		return nil, ErrMissing
	case s.Ended != nil:
		return nil, ErrEnded.With("seat", s.ID).With("on", s.Ended.On)
	case !isDay(on):
		return nil, ErrDays
	case on < s.From:
		return nil, ErrBackdated.With("seat", s.ID).With("from", s.From).With("on", on)
	case !slices.Contains(Reasons, reason):
		return nil, ErrReason.With("reason", quote(reason)).With("reasons", list(Reasons))
	}
	return []fact.Body{Ended{s.ID, on, string(reason)}}, nil
}

func isDay(d fact.Date) bool {
	_, err := fact.ParseDate(string(d))
	return err == nil && d.Precision() == "day"
}

// quote bounds what an error repeats of its input.
func quote[W ~string](word W) string { return fmt.Sprintf("%.60q", string(word)) }

func list[W ~string](words []W) string {
	var out []string
	for _, w := range words {
		out = append(out, string(w))
	}
	return strings.Join(out, ", ")
}
