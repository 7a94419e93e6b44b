package milestone

import (
	"cmp"
	"slices"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
)

// A Milestone is an event as it stands after its facts.
type Milestone struct {
	Recorded
	Pos     fact.Pos
	History []fact.Pos
}

// Exists reports whether m was ever recorded.
func (m Milestone) Exists() bool { return m.Recorded.Milestone != "" }

// A Book holds the milestones of one realm, in order of day. Whoever folds
// into it while others read keeps them apart.
type Book struct {
	list []Milestone // by the first day of on, then id
	rows map[string]ID
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{rows: map[string]ID{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Recorded:
		b.insert(Milestone{body, f.Pos, []fact.Pos{f.Pos}})
		b.rows[body.Source.Stream()] = body.Milestone
	case Corrected:
		i := b.index(body.Milestone)
		if i < 0 {
			return
		}
		m := b.list[i]
		if mended, err := fact.Apply(m.Recorded, body.Correction); err == nil && body.Fact == m.Pos {
			m.Recorded = mended
		}
		m.History = append(slices.Clip(m.History), f.Pos)
		b.list = slices.Delete(b.list, i, i+1)
		b.insert(m)
	}
}

func (b *Book) insert(m Milestone) {
	i, _ := slices.BinarySearchFunc(b.list, m, compare)
	b.list = slices.Insert(b.list, i, m)
}

func compare(a, b Milestone) int {
	return cmp.Or(cmp.Compare(a.On.First(), b.On.First()), cmp.Compare(a.Recorded.Milestone, b.Recorded.Milestone))
}

func (b *Book) index(id ID) int {
	return slices.IndexFunc(b.list, func(m Milestone) bool { return m.Recorded.Milestone == id })
}

// Get returns the milestone called id.
func (b *Book) Get(id ID) (Milestone, bool) {
	if i := b.index(id); i >= 0 {
		return b.list[i], true
	}
	return Milestone{}, false
}

// All returns every milestone in order of day. The slice is the book's own:
// read it, do not change it, and do not keep it past the read lock.
func (b *Book) All() []Milestone { return b.list }

// ByRow returns the milestone that an imported row made; stream is
// fact.Source.Stream.
func (b *Book) ByRow(stream string) (Milestone, bool) { return b.Get(b.rows[stream]) }

var (
	// ErrTaken refuses to record one event twice.
	ErrTaken = fault.New(fault.Conflict, "milestone.taken",
		"{{.milestone}} is recorded already; correct it instead")
	// ErrMissing refuses to correct what is not there.
	ErrMissing = fault.New(fault.Missing, "milestone.missing",
		"there is no such event; record it first")
	// ErrDate refuses an event without a date.
	ErrDate = fault.New(fault.Invalid, "milestone.date",
		"say when it happened, as YYYY, YYYY-MM or YYYY-MM-DD")
)

// Record notes an event. Known is what the source row made before, if
// anything.
//
// Errors: ErrTaken, ErrDate, those of package wording.
func Record(known Milestone, wanted Recorded) ([]fact.Body, error) {
	if known.Exists() {
		return nil, ErrTaken.With("milestone", known.Recorded.Milestone)
	}
	if err := wanted.check(); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

// Correct mends an event; nothing when it stands so already.
//
// Errors: ErrMissing, ErrDate, those of package wording.
func Correct(known Milestone, wanted Recorded, reason string) ([]fact.Body, error) {
	if !known.Exists() {
		return nil, ErrMissing
	}
	wanted.Milestone = known.Recorded.Milestone
	if err := wanted.check(); err != nil {
		return nil, err
	}
	patches, err := fact.Differences(known.Pos, known.Recorded, wanted, reason)
	if err != nil || len(patches) == 0 {
		return nil, err
	}
	if err := wording.Reason(reason); err != nil {
		return nil, err
	}
	var out []fact.Body
	for _, c := range patches {
		out = append(out, Corrected{wanted.Milestone, c})
	}
	return out, nil
}

func (b Recorded) check() error {
	if b.On == "" {
		return ErrDate
	}
	if err := wording.Source(b.Source); err != nil {
		return err
	}
	return wording.Check(
		wording.Field{Name: "id", Text: string(b.Milestone), Needed: true},
		wording.Field{Name: "event", Text: b.Event, Needed: true})
}
