package correction

import (
	"iter"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
)

// A Book holds the corrections of one realm that were asked for. It is no more
// than the fold of their facts; whoever folds into it while others read keeps
// them apart.
type Book struct {
	byID    map[ID]*Correction
	order   []*Correction
	byItem  map[string][]*Correction
	byParty map[party.ID][]*Correction // whose consent is asked; what has ended is taken out
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{byID: map[ID]*Correction{}, byItem: map[string][]*Correction{}, byParty: map[party.ID][]*Correction{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Asked:
		if b.byID[body.Correction] != nil || len(body.Changes) == 0 {
			return // ids are drawn once; the first stands
		}
		c := &Correction{Asked: body, By: seat.ID(f.Seat), At: f.At, Pos: f.Pos}
		b.byID[body.Correction] = c
		b.order = append(b.order, c)
		b.byItem[body.Item] = append(b.byItem[body.Item], c)
		for _, p := range body.Consent {
			b.byParty[p] = append(b.byParty[p], c)
		}
	case Agreed:
		if c := b.byID[body.Correction]; c != nil && !slices.Contains(c.Agreed, body.Party) {
			c.Agreed = append(slices.Clip(c.Agreed), body.Party)
			if len(c.Lacks()) == 0 {
				b.end(c, Done)
			}
		}
	case Refused:
		b.end(b.byID[body.Correction], Denied)
	case Withdrawn:
		b.end(b.byID[body.Correction], Taken)
	}
}

func (b *Book) end(c *Correction, as State) {
	if c == nil || c.end != noState {
		return
	}
	c.end = as
	for _, p := range c.Consent {
		b.byParty[p] = slices.DeleteFunc(slices.Clone(b.byParty[p]), func(o *Correction) bool { return o == c })
	}
}

// Get returns the correction called id.
func (b *Book) Get(id ID) (Correction, bool) {
	if c := b.byID[id]; c != nil {
		return *c, true
	}
	return Correction{}, false
}

// OfItem are the corrections asked for of an item, in order of record.
func (b *Book) OfItem(item string) (out []Correction) {
	for _, c := range b.byItem[item] {
		out = append(out, *c)
	}
	return out
}

// All yields every correction, the last one first.
func (b *Book) All() iter.Seq[Correction] {
	return func(yield func(Correction) bool) {
		for _, c := range slices.Backward(b.order) {
			if !yield(*c) {
				return
			}
		}
	}
}

// WaitingFor are the corrections that the seat by is asked about at now, in
// order of record.
func (b *Book) WaitingFor(by seat.Seat, now time.Time) (out []Correction) {
	asked := by.Holder
	if by.Role.InBody() {
		asked = by.Body
	}
	for _, c := range b.byParty[asked] {
		if c.State(now) == Waits && c.For(by) != "" {
			out = append(out, *c)
		}
	}
	return out
}
