// Package erasure holds the decisions to erase a person: one asks, another
// confirms within a week, and then the person's key is destroyed. Names,
// contacts and what the person wrote are gone with it; the opaque id, and what
// was decided by it, stand.
package erasure

import (
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// Asked begins the erasure of a person.
type Asked struct {
	Person string  `json:"person"` // opaque
	Seat   seat.ID `json:"seat"`
}

// Confirmed ends it: the key may be destroyed.
type Confirmed struct {
	Person string  `json:"person"`
	Seat   seat.ID `json:"seat"`
}

func (Asked) Kind() string     { return "erasure.asked" }
func (Confirmed) Kind() string { return "erasure.confirmed" }

func (b Asked) Streams() []string     { return []string{b.Person} }
func (b Confirmed) Streams() []string { return []string{b.Person} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{fact.Of[Asked](tlp.AmberStrict, false), fact.Of[Confirmed](tlp.AmberStrict, false)}
}

// Wait is how long an erasure waits for a second person.
const Wait = 7 * 24 * time.Hour

var (
	// ErrPerson refuses to erase who is not there.
	ErrPerson = fault.New(fault.Missing, "erasure.person",
		"there is no such person; give the id that signing in shows, such as person/0123456789abcdef0123")
	// ErrSeat refuses to erase from other seats.
	ErrSeat = fault.New(fault.Denied, "erasure.seat",
		"a person is erased by administrators and the front office; ask them")
	// ErrErased says that it was done.
	ErrErased = fault.New(fault.Conflict, "erasure.erased",
		"this person was erased already; there is nothing left to do")
	// ErrAsked says that somebody has asked.
	ErrAsked = fault.New(fault.Conflict, "erasure.asked",
		"the erasure was asked for already and waits for a second person until {{.until}}; let somebody else confirm it")
	// ErrNotAsked refuses to confirm what nobody has asked for.
	ErrNotAsked = fault.New(fault.Conflict, "erasure.not_asked",
		"nobody has asked for this erasure within the last week; ask for it, and let a second person confirm")
	// ErrAlone refuses to let one person erase alone.
	ErrAlone = fault.New(fault.Denied, "erasure.alone",
		"you asked for this erasure yourself; a second person must confirm it")
	// ErrSelf refuses to let a person decide on their own erasure.
	ErrSelf = fault.New(fault.Denied, "erasure.self",
		"nobody erases themselves from their own seat; ask two others of the front office")
)

// An Erasure is how far one has come.
type Erasure struct {
	Person string
	By     string // who asked
	At     time.Time
	Done   bool
}

// Waits reports whether e waits for a second person.
func (e Erasure) Waits(now time.Time) bool {
	return !e.Done && e.Person != "" && now.Before(e.At.Add(Wait))
}

func may(by seat.Seat, person, actor string, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	switch {
	case by.Role != seat.Administrator && by.Role != seat.FrontOffice:
		return ErrSeat
	case !strings.HasPrefix(person, "person/"):
		return ErrPerson
	case person == actor:
		return ErrSelf
	}
	return nil
}

// Ask begins the erasure of person; actor is who sits on by.
//
// Errors: those of seat.Acting; ErrSeat, ErrPerson, ErrSelf, ErrErased,
// ErrAsked.
func (e Erasure) Ask(person string, by seat.Seat, actor string, now time.Time) ([]fact.Body, error) {
	if err := may(by, person, actor, now); err != nil {
		return nil, err
	}
	switch {
	case e.Done:
		return nil, ErrErased
	case e.Waits(now):
		return nil, ErrAsked.With("until", e.At.Add(Wait).Format(time.DateOnly))
	}
	return []fact.Body{Asked{person, by.ID}}, nil
}

// Confirm lets the key be destroyed; actor must be another than who asked.
//
// Errors: those of seat.Acting; ErrSeat, ErrPerson, ErrSelf, ErrErased,
// ErrNotAsked, ErrAlone.
func (e Erasure) Confirm(person string, by seat.Seat, actor string, now time.Time) ([]fact.Body, error) {
	if err := may(by, person, actor, now); err != nil {
		return nil, err
	}
	switch {
	case e.Done:
		return nil, ErrErased
	case !e.Waits(now):
		return nil, ErrNotAsked
	case e.By == actor:
		return nil, ErrAlone
	}
	return []fact.Body{Confirmed{person, by.ID}}, nil
}

// A Book holds the erasures of one realm.
type Book struct {
	byPerson map[string]Erasure
	order    []string
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{byPerson: map[string]Erasure{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Asked:
		if _, known := b.byPerson[body.Person]; !known {
			b.order = append(b.order, body.Person)
		}
		b.byPerson[body.Person] = Erasure{Person: body.Person, By: f.By, At: f.At}
	case Confirmed:
		e := b.byPerson[body.Person]
		e.Person, e.Done = body.Person, true
		b.byPerson[body.Person] = e
	}
}

// Get is the erasure of a person; the zero Erasure when nobody asked.
func (b *Book) Get(person string) Erasure { return b.byPerson[person] }

// Waiting are those that wait for a second person, in order of record.
func (b *Book) Waiting(now time.Time) (out []Erasure) {
	for _, p := range b.order {
		if e := b.byPerson[p]; e.Waits(now) {
			out = append(out, e)
		}
	}
	return out
}
