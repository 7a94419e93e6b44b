// Package recovery holds the decisions that let somebody in again who has lost
// every way in: one person asks for them, another confirms within Wait, and
// then their old sessions and ways in end, and a new one-time link is made.
// Both stand in the record. It is pure.
package recovery

import (
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// Asked begins the recovery of whoever sits on a seat.
type Asked struct {
	Person string  `json:"person"` // opaque
	Of     seat.ID `json:"of"`     // that the person sits on
	Seat   seat.ID `json:"seat"`   // that asks
}

// Confirmed lets the person in again.
type Confirmed struct {
	Person string  `json:"person"`
	Of     seat.ID `json:"of"`
	Seat   seat.ID `json:"seat"`
}

func (Asked) Kind() string     { return "recovery.asked" }
func (Confirmed) Kind() string { return "recovery.confirmed" }

func (b Asked) Streams() []string     { return []string{string(b.Of), b.Person} }
func (b Confirmed) Streams() []string { return []string{string(b.Of), b.Person} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{fact.Of[Asked](tlp.Amber, false), fact.Of[Confirmed](tlp.Amber, false)}
}

// Wait is how long a recovery waits for a second person.
const Wait = 72 * time.Hour

var (
	// ErrNobody refuses to recover who is not there.
	ErrNobody = fault.New(fault.Missing, "recovery.nobody",
		"nobody sits on {{.seat}} today; look at the list of seats")
	// ErrSeat refuses to recover from other seats.
	ErrSeat = fault.New(fault.Denied, "recovery.seat",
		"somebody is let in again by two others: of the front office, or of the same institution; ask them")
	// ErrAsked says that somebody has asked.
	ErrAsked = fault.New(fault.Conflict, "recovery.asked",
		"it was asked for already and waits for a second person until {{.until}}; let somebody else confirm it")
	// ErrNotAsked refuses to confirm what nobody has asked for.
	ErrNotAsked = fault.New(fault.Conflict, "recovery.not_asked",
		"nobody has asked for this within the last three days; ask for it, and let a second person confirm")
	// ErrAlone refuses to let one person decide alone.
	ErrAlone = fault.New(fault.Denied, "recovery.alone",
		"you asked for this yourself; a second person must confirm it")
	// ErrSelf refuses to let a person decide on their own recovery.
	ErrSelf = fault.New(fault.Denied, "recovery.self",
		"nobody lets themselves in again; ask two others")
)

// A Recovery is how far one has come.
type Recovery struct {
	Person string
	Of     seat.ID
	By     string // who asked
	At     time.Time
	done   bool
}

// Waits reports whether r waits for a second person.
func (r Recovery) Waits(now time.Time) bool {
	return !r.done && r.Person != "" && now.Before(r.At.Add(Wait))
}

// May is why the seat by may not decide on letting in whoever sits on of, or
// nil; actor is who sits on by.
//
// Errors: those of seat.Acting; ErrSeat, ErrNobody, ErrSelf.
func May(of, by seat.Seat, actor string, now time.Time) error {
	day := string(fact.Day(now))
	if err := by.Acting(day); err != nil {
		return err
	}
	switch {
	case by.Role != seat.FrontOffice && (by.Holder != of.Holder || !of.Exists()):
		return ErrSeat
	case !of.Acts(day) || of.Person == "":
		return ErrNobody.With("seat", of.ID)
	case of.Person == actor:
		return ErrSelf
	}
	return nil
}

// Ask begins the recovery of who sits on of.
//
// Errors: those of May; ErrAsked.
func (r Recovery) Ask(of, by seat.Seat, actor string, now time.Time) ([]fact.Body, error) {
	if err := May(of, by, actor, now); err != nil {
		return nil, err
	}
	if r.Waits(now) {
		return nil, ErrAsked.With("until", r.At.Add(Wait).UTC().Format(time.RFC3339))
	}
	return []fact.Body{Asked{of.Person, of.ID, by.ID}}, nil
}

// Confirm lets the person in again; actor must be another than who asked.
//
// Errors: those of May; ErrNotAsked, ErrAlone.
func (r Recovery) Confirm(of, by seat.Seat, actor string, now time.Time) ([]fact.Body, error) {
	if err := May(of, by, actor, now); err != nil {
		return nil, err
	}
	switch {
	case !r.Waits(now) || r.Person != of.Person:
		return nil, ErrNotAsked
	case r.By == actor:
		return nil, ErrAlone
	}
	return []fact.Body{Confirmed{of.Person, of.ID, by.ID}}, nil
}

// A Book holds the recoveries of one realm, the last of each person.
type Book struct {
	byPerson map[string]Recovery
	order    []string
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{byPerson: map[string]Recovery{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Asked:
		if _, known := b.byPerson[body.Person]; !known {
			b.order = append(b.order, body.Person)
		}
		b.byPerson[body.Person] = Recovery{Person: body.Person, Of: body.Of, By: f.By, At: f.At}
	case Confirmed:
		r := b.byPerson[body.Person]
		r.done = true
		b.byPerson[body.Person] = r
	}
}

// Get is the last recovery of a person; the zero Recovery when nobody asked.
func (b *Book) Get(person string) Recovery { return b.byPerson[person] }

// Waiting are those that wait for a second person, in order of record.
func (b *Book) Waiting(now time.Time) (out []Recovery) {
	for _, p := range b.order {
		if r := b.byPerson[p]; r.Waits(now) {
			out = append(out, r)
		}
	}
	return out
}
