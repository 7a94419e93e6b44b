package edition

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
)

// An Edition is one as it stands after its facts.
type Edition struct {
	Drafted
	Pos       fact.Pos
	At        time.Time
	Cleared   map[party.ID]Cleared // the latest word of each party
	Signed    []Signed
	Released  *Released
	On        time.Time // when it was released
	ByPos     fact.Pos  // of the fact that released it
	Withdrawn *Withdrawn
	History   []fact.Pos
}

// Exists reports whether e was ever drafted.
func (e Edition) Exists() bool { return e.Drafted.Edition != "" }

// Open reports whether e is a draft that may still be released.
func (e Edition) Open() bool { return e.Exists() && e.Released == nil && e.Withdrawn == nil }

// Asked are the parties that have rows in e, by id.
func (e Edition) Asked() []party.ID {
	var out []party.ID
	for _, r := range e.Rows {
		if i, known := slices.BinarySearch(out, r.Provider); !known {
			out = slices.Insert(out, i, r.Provider)
		}
	}
	return out
}

// Silent are the parties that were asked and have said nothing.
func (e Edition) Silent() []party.ID {
	return slices.DeleteFunc(e.Asked(), func(id party.ID) bool { _, said := e.Cleared[id]; return said })
}

// Ready reports whether e may be signed: all have answered, or their time is
// over. Silence is then for the co-chairs to know of, and publishes nothing.
func (e Edition) Ready(now time.Time) bool {
	return e.Open() && (!now.Before(e.Until) || len(e.Silent()) == 0)
}

// ModeOf is how a party's figures are stated.
func (e Edition) ModeOf(id party.ID) Mode {
	if c, said := e.Cleared[id]; said {
		return c.Mode
	}
	return Nothing
}

// A Book holds the editions of one realm.
type Book struct {
	byID     map[ID]*Edition
	order    []ID // as they were drafted
	released []ID // by number
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{byID: map[ID]*Edition{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Drafted:
		if b.byID[body.Edition] == nil {
			b.byID[body.Edition] = &Edition{Drafted: body, Pos: f.Pos, At: f.At, Cleared: map[party.ID]Cleared{}}
			b.order = append(b.order, body.Edition)
			b.note(f, body.Edition, func(*Edition) {})
		}
	case Cleared:
		b.note(f, body.Edition, func(e *Edition) { e.Cleared[body.Party] = body })
	case Signed:
		b.note(f, body.Edition, func(e *Edition) { e.Signed = append(e.Signed, body) })
	case Released:
		b.note(f, body.Edition, func(e *Edition) {
			e.Released, e.On, e.ByPos = &body, f.At, f.Pos
			b.released = append(b.released, body.Edition)
		})
	case Withdrawn:
		b.note(f, body.Edition, func(e *Edition) { e.Withdrawn = &body })
	}
}

func (b *Book) note(f fact.Fact, id ID, change func(*Edition)) {
	if e := b.byID[id]; e != nil {
		change(e)
		e.History = append(e.History, f.Pos)
	}
}

// Get is the edition called id. Its maps and slices are the book's own: read
// them under the read lock.
func (b *Book) Get(id ID) (Edition, bool) {
	if e := b.byID[id]; e != nil {
		return *e, true
	}
	return Edition{}, false
}

// Numbered is the released edition of a number.
func (b *Book) Numbered(n int) (Edition, bool) {
	if n < 1 || n > len(b.released) {
		return Edition{}, false
	}
	return b.Get(b.released[n-1])
}

// Released are the released editions, by number.
func (b *Book) Released() (out []Edition) {
	for _, id := range b.released {
		out = append(out, *b.byID[id])
	}
	return out
}

// Draft is the one that is being worked on; there is at most one.
func (b *Book) Draft() (Edition, bool) {
	for _, id := range slices.Backward(b.order) {
		if b.byID[id].Open() {
			return *b.byID[id], true
		}
	}
	return Edition{}, false
}

// Drafts are all that were never released, the latest first.
func (b *Book) Drafts() (out []Edition) {
	for _, id := range slices.Backward(b.order) {
		if b.byID[id].Released == nil {
			out = append(out, *b.byID[id])
		}
	}
	return out
}
