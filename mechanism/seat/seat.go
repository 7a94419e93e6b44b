package seat

import (
	"cmp"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
)

// A Seat is a seat as it stands after its facts.
type Seat struct {
	ID       ID
	Role     Role
	Holder   party.ID   // the institution that it acts for
	Body     party.ID   // the group or office that it is in; empty: none
	From     fact.Date  // its first day
	Until    fact.Date  // its last day; empty: open
	Person   string     // who sits there; empty: nobody yet
	Ended    *End       // nil while in use
	Deputy   *Deputy    // of whoever sits there now; nil: none. See Book.DeputyOf
	Sittings []Sitting  // who sat there, in order; the last is Person
	Pos      fact.Pos   // of the fact that opened it
	History  []fact.Pos // every fact of the seat
}

// A Sitting is a person's time on a seat, until the next one's.
type Sitting struct {
	Person string
	At     time.Time
	Pos    fact.Pos
}

// An End says since when a seat is out of use, and why.
type End struct {
	On     fact.Date
	Reason Reason
}

// Exists reports whether s was ever opened.
func (s Seat) Exists() bool { return s.ID != "" }

// Acts reports whether s is in use on day (YYYY-MM-DD): within its term, both
// days counted, and before the day on which it was ended. Whether anybody sits
// there is another matter.
func (s Seat) Acts(day string) bool { return s.Acting(day) == nil }

// Acting is why s may not act on day (YYYY-MM-DD), or nil.
//
// Errors: ErrMissing, ErrEnded, ErrTerm.
func (s Seat) Acting(day string) error {
	switch {
	case !s.Exists():
		return ErrMissing
	case s.Ended != nil && s.Ended.On.HeldBy(day):
		return ErrEnded.With("seat", s.ID).With("on", s.Ended.On)
	case !s.From.HeldBy(day) || past(s.Until, day):
		return ErrTerm.With("seat", s.ID).With("from", s.From).With("until", cmp.Or(string(s.Until), "…"))
	}
	return nil
}

// past reports whether day lies after the last day of until's period; an
// empty until is never past.
func past(until fact.Date, day string) bool {
	return until != "" && len(day) >= len(until) && day[:len(until)] > string(until)
}

// A Book holds the seats of one realm. It is no more than the fold of their
// facts; whoever folds into it while others read keeps them apart.
type Book struct {
	list     []Seat // by id
	byRole   map[Role][]ID
	byPerson map[string][]ID
	byHolder map[party.ID][]ID
	byBody   map[party.ID][]ID
	byDeputy map[ID][]ID         // seats by the seat that they were last delegated to
	duties   map[party.ID][]Duty // by group, in order of record
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{byRole: map[Role][]ID{}, byPerson: map[string][]ID{},
		byHolder: map[party.ID][]ID{}, byBody: map[party.ID][]ID{}, byDeputy: map[ID][]ID{},
		duties: map[party.ID][]Duty{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Opened:
		b.open(f.Pos, body)
	case Assigned:
		b.change(body.Seat, f.Pos, func(s *Seat) { b.sit(s, Sitting{body.Person, f.At, f.Pos}) })
	case Delegated:
		b.change(body.Seat, f.Pos, func(s *Seat) { b.depute(s, &Deputy{body.To, body.Powers, body.Until, f.At, f.Pos}) })
	case Undelegated:
		b.change(body.Seat, f.Pos, func(s *Seat) { b.depute(s, nil) })
	case Corrected:
		b.change(body.Seat, f.Pos, func(s *Seat) { s.mend(body.Correction) })
	case DutyGiven:
		b.change(body.Seat, f.Pos, func(*Seat) { b.giveDuty(f, body) })
	case Ended:
		b.change(body.Seat, f.Pos, func(s *Seat) { s.Ended = &End{body.On, Reason(body.Reason)} })
	}
}

func (b *Book) open(pos fact.Pos, o Opened) {
	i, known := b.find(o.Seat)
	if known {
		return // no rule opens an id twice; the first stands
	}
	b.list = slices.Insert(b.list, i, Seat{ID: o.Seat, Role: o.Role, Holder: o.Holder, Body: o.Body,
		From: o.From, Until: o.Until, Pos: pos, History: []fact.Pos{pos}})
	b.byRole[o.Role] = with(b.byRole[o.Role], o.Seat)
	b.byHolder[o.Holder] = with(b.byHolder[o.Holder], o.Seat)
	if o.Body != "" {
		b.byBody[o.Body] = with(b.byBody[o.Body], o.Seat)
	}
}

// sit puts a person on s in place of who sat there.
func (b *Book) sit(s *Seat, who Sitting) {
	if s.Person != "" {
		b.byPerson[s.Person] = without(b.byPerson[s.Person], s.ID)
	}
	b.depute(s, nil) // by whoever sat there before
	s.Person = who.Person
	s.Sittings = append(slices.Clip(s.Sittings), who)
	if who.Person != "" {
		b.byPerson[who.Person] = with(b.byPerson[who.Person], s.ID)
	}
}

func (b *Book) change(id ID, pos fact.Pos, apply func(*Seat)) {
	if i, known := b.find(id); known {
		apply(&b.list[i])
		b.list[i].History = append(slices.Clip(b.list[i].History), pos)
	}
}

func (b *Book) find(id ID) (int, bool) {
	return slices.BinarySearchFunc(b.list, id, func(s Seat, id ID) int { return cmp.Compare(s.ID, id) })
}

// Get returns the seat called id.
func (b *Book) Get(id ID) (Seat, bool) {
	if i, ok := b.find(id); ok {
		return b.list[i], true
	}
	return Seat{}, false
}

// All returns every seat by id, ended ones too. The slice is the book's own:
// read it, do not change it, and do not keep it past the read lock.
func (b *Book) All() []Seat { return b.list }

// ByPerson are the seats that person sits on and that act on day
// (YYYY-MM-DD), by id. Whoever was replaced sits there no longer.
func (b *Book) ByPerson(person, day string) []Seat { return b.acting(b.byPerson[person], day) }

// ByRole are the seats of a role that act on day, by id.
func (b *Book) ByRole(role Role, day string) []Seat { return b.acting(b.byRole[role], day) }

// HeldBy are the seats that an institution ever held, by id.
func (b *Book) HeldBy(holder party.ID) []Seat { return b.these(b.byHolder[holder]) }

// InBody are the seats that were ever in a body, by id.
func (b *Book) InBody(body party.ID) []Seat { return b.these(b.byBody[body]) }

func (b *Book) acting(ids []ID, day string) []Seat {
	return slices.DeleteFunc(b.these(ids), func(s Seat) bool { return !s.Acts(day) })
}

func (b *Book) these(ids []ID) []Seat {
	out := make([]Seat, 0, len(ids))
	for _, id := range ids {
		s, _ := b.Get(id)
		out = append(out, s)
	}
	return out
}

// with and without keep a sorted list; with does not change the list it got.
func with(ids []ID, id ID) []ID {
	i, known := slices.BinarySearch(ids, id)
	if known {
		return ids
	}
	return slices.Insert(slices.Clip(ids), i, id)
}

func without(ids []ID, id ID) []ID {
	return slices.DeleteFunc(slices.Clone(ids), func(x ID) bool { return x == id })
}
