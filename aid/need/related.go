package need

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// A Relation says how two needs are to each other.
type Relation string

const (
	SameAs    Relation = "same"      // they ask for the same thing
	RelatedTo Relation = "related"   // one should be read with the other
	Different Relation = "different" // they look alike, and are not
)

// Relations lists them.
var Relations = []Relation{SameAs, RelatedTo, Different}

// Related says how a need is to another; of two needs the last word stands.
type Related struct {
	Need     ID       `json:"need"`
	Other    ID       `json:"other"`
	Relation Relation `json:"relation"`
}

func (Related) Kind() string        { return "need.related" } // for ever
func (b Related) Streams() []string { return []string{string(b.Need), string(b.Other)} }

// relatedKinds are those of this file.
func relatedKinds() []fact.Type { return []fact.Type{fact.Of[Related](tlp.Amber, false)} }

var (
	// ErrRelation refuses a word that says nothing of two needs.
	ErrRelation = fault.New(fault.Invalid, "need.relation",
		"{{.relation}} does not say how two needs are to each other; choose one of: {{.relations}}")
	// ErrOther refuses another need that is not there, or not for its reader.
	ErrOther = fault.New(fault.Invalid, "need.no_other",
		"there is no such other need that you see; enter the number of one, such as N-0417")
	// ErrRelatedSelf refuses a need and itself.
	ErrRelatedSelf = fault.New(fault.Invalid, "need.related_self",
		"{{.need}} cannot be compared with itself; name another need")
	// ErrRelated says that this stands already.
	ErrRelated = fault.New(fault.Conflict, "need.related_already",
		"that {{.need}} and {{.other}} are so is recorded already; there is nothing to do")
	// ErrNotRelater refuses the word of others.
	ErrNotRelater = fault.New(fault.Denied, "need.not_relater",
		"how {{.need}} is to another need is said by its owner, the groups that validate and the front office; ask one of them")
	// ErrAskedAlready refuses a need that its writer says is there already.
	ErrAskedAlready = fault.New(fault.Conflict, "need.asked_already",
		"{{.other}} asks for the same, as you say; follow it there, or say that they are related or different")
)

// A Relating is how a need is to another, and the fact that says so.
type Relating struct {
	Other    ID
	Relation Relation
	Seat     seat.ID // that said so
	At       time.Time
	Pos      fact.Pos
}

// Ties are how the needs of a realm are to each other.
type Ties struct{ byNeed map[ID][]Relating }

// NewTies relates nothing.
func NewTies() *Ties { return &Ties{map[ID][]Relating{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (t *Ties) Fold(f fact.Fact) {
	b, ok := f.Body.(Related)
	if !ok {
		return
	}
	for _, pair := range [][2]ID{{b.Need, b.Other}, {b.Other, b.Need}} {
		list := slices.DeleteFunc(slices.Clone(t.byNeed[pair[0]]), func(r Relating) bool { return r.Other == pair[1] })
		t.byNeed[pair[0]] = append(list, Relating{pair[1], b.Relation, seat.ID(f.Seat), f.At, f.Pos})
	}
}

// Of are those of a need, in order of record.
func (t *Ties) Of(id ID) []Relating { return t.byNeed[id] }

// Between is how two needs are to each other; empty when nobody has said.
func (t *Ties) Between(a, b ID) Relation {
	for _, r := range t.byNeed[a] {
		if r.Other == b {
			return r.Relation
		}
	}
	return ""
}

// WhyNotRelate is why by may not say how h is to other needs, or nil.
//
// Errors: ErrMissing, ErrNotRelater, those of seat.Acting.
func (h Head) WhyNotRelate(by seat.Seat, now time.Time) error {
	if !h.Exists() {
		return ErrMissing
	}
	if err := by.Acting(dayOf(now)); err != nil {
		return err
	}
	owner := by.Role == seat.Officer && by.Holder == h.Owner
	if !owner && !by.Role.InBody() && by.Role != seat.FrontOffice {
		return ErrNotRelater.With("need", h.ID)
	}
	return nil
}

// Relate says how n is to other. That the seat by sees both, its caller looks
// at.
//
// Errors: those of Head.WhyNotRelate; ErrOther, ErrRelatedSelf, ErrRelation,
// ErrRelated.
func (t *Ties) Relate(n, other Head, by seat.Seat, now time.Time, relation Relation) ([]fact.Body, error) {
	if err := n.WhyNotRelate(by, now); err != nil {
		return nil, err
	}
	switch {
	case !other.Exists():
		return nil, ErrOther
	case other.ID == n.ID:
		return nil, ErrRelatedSelf.With("need", n.ID)
	case !slices.Contains(Relations, relation):
		return nil, ErrRelation.With("relation", quote(relation)).With("relations", list(Relations))
	case t.Between(n.ID, other.ID) == relation:
		return nil, ErrRelated.With("need", n.ID).With("other", other.ID)
	}
	return []fact.Body{Related{n.ID, other.ID, relation}}, nil
}
