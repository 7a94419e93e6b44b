package seat

import (
	"slices"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/fault"
)

// A Power is what a deputy may do for a seat: a word of PowersOf.
type Power string

const (
	Votes   Power = "vote"   // vote on needs
	Asks    Power = "ask"    // submit, answer and withdraw needs
	Answers Power = "answer" // accept and decline what partners reserve
	Gives   Power = "give"   // offer, reserve and commit
)

// PowersOf are the powers that a seat of role r can delegate; none: its
// institution fills the seat anew instead.
func PowersOf(r Role) []Power {
	switch r {
	case Technical, Interagency:
		return []Power{Votes}
	case Officer:
		return []Power{Asks, Answers}
	case Programme, Implementer:
		return []Power{Gives}
	}
	return nil
}

// MostDelegated is the longest delegation, in days. Whoever is away for longer
// is replaced.
const MostDelegated = 92

// A Deputy acts for whoever sits on a seat.
type Deputy struct {
	Seat   ID // the deputy's own
	Powers []Power
	Until  fact.Date // the last day
	At     time.Time
	Pos    fact.Pos
}

var (
	// ErrNotSitting refuses to delegate what one does not sit on.
	ErrNotSitting = fault.New(fault.Denied, "seat.not_sitting",
		"a seat is delegated by whoever sits on it, or by the front office on the institution's letter; a deputy cannot delegate on")
	// ErrDeputy refuses a deputy of another institution, and nobody as deputy.
	ErrDeputy = fault.New(fault.Invalid, "seat.deputy",
		"the deputy of {{.seat}} is somebody else who sits on another seat of the same institution; choose one of the list, or ask the front office for a seat for your deputy")
	// ErrPowers refuses powers that the seat has not.
	ErrPowers = fault.New(fault.Invalid, "seat.powers",
		"choose what the deputy may do for {{.seat}}, one or more of: {{.powers}}")
	// ErrNoPowers refuses to delegate a seat that has nothing to delegate.
	ErrNoPowers = fault.New(fault.Denied, "seat.no_powers",
		"a seat of role {{.role}} is not delegated; ask the front office for a second seat instead")
	// ErrUntil refuses a last day that is none, or too far away.
	ErrUntil = fault.New(fault.Invalid, "seat.until",
		"give the last day of the delegation as YYYY-MM-DD, from today to {{.last}} at the latest")
	// ErrNoDeputy says that there is no delegation to end.
	ErrNoDeputy = fault.New(fault.Conflict, "seat.no_deputy",
		"{{.seat}} has no deputy now; it was taken back or has ended already")
)

// Delegate lets whoever sits on to act for s; by is the seat that asks, and
// others are the seats of the deputy. A delegation that stands is replaced,
// the same again is nothing.
//
// Errors: ErrMissing, ErrEnded, ErrTerm, ErrNotSitting, ErrNoPowers,
// ErrDeputy, ErrTwoVotes, ErrPowers, ErrUntil.
func (s Seat) Delegate(by, to Seat, powers []Power, until fact.Date, now time.Time, others []Seat) ([]fact.Body, error) {
	day := string(fact.Day(now))
	if err := s.Acting(day); err != nil {
		return nil, err
	}
	own := PowersOf(s.Role)
	switch {
	case by.ID != s.ID && by.Role != FrontOffice:
		return nil, ErrNotSitting
	case len(own) == 0:
		return nil, ErrNoPowers.With("role", s.Role)
	case s.Person == "", to.Person == "", to.Person == s.Person, to.ID == s.ID, to.Holder != s.Holder, !to.Acts(day):
		return nil, ErrDeputy.With("seat", s.ID)
	}
	if other, has := s.inSameBody(others); has {
		return nil, ErrTwoVotes.With("other", other)
	}
	var given []Power
	for _, p := range own {
		if slices.Contains(powers, p) {
			given = append(given, p)
		}
	}
	if len(given) == 0 || slices.ContainsFunc(powers, func(p Power) bool { return !slices.Contains(own, p) }) {
		return nil, ErrPowers.With("seat", s.ID).With("powers", list(own))
	}
	last := fact.Day(now.AddDate(0, 0, MostDelegated))
	if s.Until != "" && s.Until < last {
		last = s.Until
	}
	if !isDay(until) || string(until) < day || until > last {
		return nil, ErrUntil.With("last", last)
	}
	if d := s.Deputy; d != nil && d.Seat == to.ID && slices.Equal(d.Powers, given) && d.Until == until {
		return nil, nil
	}
	return []fact.Body{Delegated{s.ID, to.ID, given, until}}, nil
}

// Undelegate ends the delegation of s; by is the seat that asks: the one that
// delegated, the deputy's, or the front office.
//
// Errors: ErrMissing, ErrNotSitting, ErrNoDeputy.
func (s Seat) Undelegate(by Seat, now time.Time) ([]fact.Body, error) {
	switch {
	case !s.Exists():
		return nil, ErrMissing
	case s.Deputy == nil || past(s.Deputy.Until, string(fact.Day(now))):
		return nil, ErrNoDeputy.With("seat", s.ID)
	case by.ID != s.ID && by.ID != s.Deputy.Seat && by.Role != FrontOffice:
		return nil, ErrNotSitting
	}
	return []fact.Body{Undelegated{s.ID}}, nil
}

// inSameBody is the first of others that is in the body of s.
func (s Seat) inSameBody(others []Seat) (ID, bool) {
	for _, o := range others {
		if s.Role.InBody() && o.ID != s.ID && o.Body == s.Body && s.overlaps(o) {
			return o.ID, true
		}
	}
	return "", false
}

// depute gives s a deputy in place of the last.
func (b *Book) depute(s *Seat, d *Deputy) {
	if s.Deputy != nil {
		b.byDeputy[s.Deputy.Seat] = without(b.byDeputy[s.Deputy.Seat], s.ID)
	}
	if s.Deputy = d; d != nil {
		b.byDeputy[d.Seat] = with(b.byDeputy[d.Seat], s.ID)
	}
}

// DeputyOf is the seat from which somebody acts for s on day (YYYY-MM-DD), if
// any does: both seats act then, the last day has not passed, and the deputy
// has no vote of their own in the same body.
func (b *Book) DeputyOf(s Seat, day string) (Seat, bool) {
	if s.Deputy == nil || past(s.Deputy.Until, day) || !s.Acts(day) {
		return Seat{}, false
	}
	to, _ := b.Get(s.Deputy.Seat)
	if !to.Acts(day) || to.Person == "" || to.Person == s.Person {
		return Seat{}, false
	}
	if _, votes := s.inSameBody(b.ByPerson(to.Person, day)); votes {
		return Seat{}, false
	}
	return to, true
}

// Deputised are the seats that person may act for on day, by id.
func (b *Book) Deputised(person, day string) (out []Seat) {
	for _, own := range b.ByPerson(person, day) {
		for _, s := range b.these(b.byDeputy[own.ID]) {
			if _, acts := b.DeputyOf(s, day); acts {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b Seat) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

// Acting is how person may act from seat id on day: as who sits there, with
// deputy nil, or as its deputy, with the deputy's own seat.
func (b *Book) Acting(person string, id ID, day string) (s Seat, deputy *Seat, ok bool) {
	s, ok = b.Get(id)
	if !ok || person == "" || !s.Acts(day) {
		return Seat{}, nil, false
	}
	if s.Person == person {
		return s, nil, true
	}
	if own, acts := b.DeputyOf(s, day); acts && own.Person == person {
		return s, &own, true
	}
	return Seat{}, nil, false
}

// May reports whether a deputy of s has power p.
func (s Seat) May(p Power) bool { return s.Deputy != nil && slices.Contains(s.Deputy.Powers, p) }
