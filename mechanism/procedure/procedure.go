package procedure

import (
	"slices"

	"tallinn/fact"
)

// A Procedure is a version of the procedure, and the fact that adopted it.
type Procedure struct {
	Adopted
	Pos fact.Pos
}

// Exists reports whether p was ever adopted.
func (p Procedure) Exists() bool { return p.Version > 0 }

// Stage is the stage called id.
func (p Procedure) Stage(id string) (Stage, bool) {
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
	if i < 0 {
		return Stage{}, false
	}
	return p.Stages[i], true
}

// Criterion is the criterion called id.
func (s Stage) Criterion(id string) (Criterion, bool) {
	i := slices.IndexFunc(s.Criteria, func(c Criterion) bool { return c.ID == id })
	if i < 0 {
		return Criterion{}, false
	}
	return s.Criteria[i], true
}

// In is w in lang ("en", "uk").
func (w Words) In(lang string) string {
	if lang == "uk" {
		return w.Uk
	}
	return w.En
}

// A Book holds the versions of one realm's procedure. It is no more than the
// fold of their facts.
type Book struct {
	versions []Procedure
	proposal Proposal
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Adopted:
		if body.Version == len(b.versions)+1 {
			b.versions, b.proposal = append(b.versions, Procedure{body, f.Pos}), Proposal{}
		}
	case Proposed:
		b.proposal = Proposal{body, f.By, f.At, f.Pos}
	}
}

// InForce is the procedure in force on day (YYYY-MM-DD): the last adopted of
// those that hold by then.
func (b *Book) InForce(day string) (Procedure, bool) {
	for _, p := range slices.Backward(b.versions) {
		if p.From.HeldBy(day) {
			return p, true
		}
	}
	return Procedure{}, false
}

// Version returns version n.
func (b *Book) Version(n int) (Procedure, bool) {
	if n < 1 || n > len(b.versions) {
		return Procedure{}, false
	}
	return b.versions[n-1], true
}

// All returns every version in order. The slice is the book's own: read it
// only.
func (b *Book) All() []Procedure { return b.versions }
