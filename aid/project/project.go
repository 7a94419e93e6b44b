package project

import (
	"cmp"
	"slices"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
)

// A Project is a piece of work as it stands after its facts.
type Project struct {
	Recorded
	Pos     fact.Pos
	History []fact.Pos
}

// Exists reports whether m was ever recorded.
func (m Project) Exists() bool { return m.Recorded.Project != "" }

// A Book holds the projects of one realm, in order of start. Whoever folds
// into it while others read keeps them apart.
type Book struct {
	list []Project // by the first day of start, those without one first; then id
	rows map[string]ID
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{rows: map[string]ID{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Recorded:
		b.insert(Project{body, f.Pos, []fact.Pos{f.Pos}})
		b.rows[body.Source.Stream()] = body.Project
	case Corrected:
		i := b.index(body.Project)
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

func (b *Book) insert(m Project) {
	i, _ := slices.BinarySearchFunc(b.list, m, compare)
	b.list = slices.Insert(b.list, i, m)
}

func compare(a, b Project) int {
	return cmp.Or(cmp.Compare(a.Start.First(), b.Start.First()), cmp.Compare(a.Recorded.Project, b.Recorded.Project))
}

func (b *Book) index(id ID) int {
	return slices.IndexFunc(b.list, func(m Project) bool { return m.Recorded.Project == id })
}

// Get returns the project called id.
func (b *Book) Get(id ID) (Project, bool) {
	if i := b.index(id); i >= 0 {
		return b.list[i], true
	}
	return Project{}, false
}

// All returns every project in order of start. The slice is the book's own:
// read it, do not change it, and do not keep it past the read lock.
func (b *Book) All() []Project { return b.list }

// ByRow returns the project that an imported row made; stream is
// fact.Source.Stream.
func (b *Book) ByRow(stream string) (Project, bool) { return b.Get(b.rows[stream]) }

var (
	// ErrTaken refuses to record one piece of work twice.
	ErrTaken = fault.New(fault.Conflict, "project.taken",
		"{{.project}} is recorded already; correct it instead")
	// ErrMissing refuses to correct what is not there.
	ErrMissing = fault.New(fault.Missing, "project.missing",
		"there is no such project; record it first")
	// ErrQuantity refuses a quantity below nothing.
	ErrQuantity = fault.New(fault.Invalid, "project.quantity",
		"the quantity is {{.quantity}}; enter a whole number, or leave it empty when it was not stated")
	// ErrDates refuses an end before the start.
	ErrDates = fault.New(fault.Invalid, "project.dates",
		"the work ends on {{.end}}, before it starts on {{.start}}; look at both dates")
)

// Record notes a piece of work. Known is what the source row made before, if
// anything.
//
// Errors: ErrTaken, ErrQuantity, ErrDates, those of package wording.
func Record(known Project, wanted Recorded) ([]fact.Body, error) {
	if known.Exists() {
		return nil, ErrTaken.With("project", known.Recorded.Project)
	}
	if err := wanted.check(); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

// Correct mends a project; nothing when it stands so already.
//
// Errors: ErrMissing, ErrQuantity, ErrDates, those of package wording.
func Correct(known Project, wanted Recorded, reason string) ([]fact.Body, error) {
	if !known.Exists() {
		return nil, ErrMissing
	}
	wanted.Project = known.Recorded.Project
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
		out = append(out, Corrected{wanted.Project, c})
	}
	return out, nil
}

func (b Recorded) check() error {
	switch {
	case b.Quantity < 0:
		return ErrQuantity.With("quantity", b.Quantity)
	case b.Start != "" && b.End != "" && endsBefore(b.End, b.Start):
		return ErrDates.With("start", b.Start).With("end", b.End)
	}
	if err := wording.Source(b.Source); err != nil {
		return err
	}
	return wording.Check(
		wording.Field{Name: "id", Text: string(b.Project), Needed: true},
		wording.Field{Name: "name", Text: b.Name, Needed: true},
		wording.Field{Name: "provider", Text: b.ProviderSaid},
		wording.Field{Name: "implementer", Text: b.ImplementerSaid},
		wording.Field{Name: "recipients", Text: b.Recipients},
		wording.Field{Name: "capability", Text: b.Capability},
		wording.Field{Name: "unit", Text: b.Unit},
		wording.Field{Name: "result", Text: b.Result})
}

// endsBefore compares as finely as both dates are stated.
func endsBefore(end, start fact.Date) bool {
	n := min(len(end), len(start))
	return end[:n] < start[:n]
}
