package need_test

import (
	"errors"
	"slices"
	"testing"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// TestRelate: who may say how two needs are to each other, and what stands.
func TestRelate(t *testing.T) {
	n, other := need.Head{ID: "N-1", Owner: "o", Status: need.Open}, need.Head{ID: "N-2", Owner: "p", Status: need.Valid}
	sits := func(role seat.Role, holder string) seat.Seat {
		s := seat.Seat{ID: "R-1", Role: role, From: "2020-01-01", Person: "person/1"}
		s.Holder = n.Owner
		if holder != "" {
			s.Holder = other.Owner
		}
		return s
	}
	ties := need.NewTies()
	for _, tt := range []struct {
		name  string
		n, to need.Head
		by    seat.Seat
		said  need.Relation
		err   error
	}{
		{"its owner", n, other, sits(seat.Officer, ""), need.SameAs, nil},
		{"a validator", n, other, sits(seat.Technical, "p"), need.RelatedTo, nil},
		{"the front office", n, other, sits(seat.FrontOffice, "p"), need.Different, nil},
		{"another recipient", n, other, sits(seat.Officer, "p"), need.SameAs, need.ErrNotRelater},
		{"a partner", n, other, sits(seat.Programme, "p"), need.SameAs, need.ErrNotRelater},
		{"nobody", n, other, seat.Seat{}, need.SameAs, seat.ErrMissing},
		{"nothing", need.Head{}, other, sits(seat.Officer, ""), need.SameAs, need.ErrMissing},
		{"to nothing", n, need.Head{}, sits(seat.Officer, ""), need.SameAs, need.ErrOther},
		{"to itself", n, n, sits(seat.Officer, ""), need.SameAs, need.ErrRelatedSelf},
		{"no word", n, other, sits(seat.Officer, ""), "alike", need.ErrRelation},
	} {
		out, err := ties.Relate(tt.n, tt.to, tt.by, noon, tt.said)
		if !errors.Is(err, tt.err) || err == nil && !slices.Equal(out, []fact.Body{need.Related{Need: tt.n.ID, Other: tt.to.ID, Relation: tt.said}}) {
			t.Errorf("%s: %v, %v; want %v", tt.name, out, err, tt.err)
		}
	}
	ties.Fold(fact.Fact{Pos: 1, Seat: "R-1", Body: need.Related{Need: "N-1", Other: "N-2", Relation: need.SameAs}})
	if _, err := ties.Relate(other, n, sits(seat.Technical, ""), noon, need.SameAs); !errors.Is(err, need.ErrRelated) {
		t.Errorf("what stands already is recorded again: %v", err)
	}
	ties.Fold(fact.Fact{Pos: 2, Seat: "R-2", Body: need.Related{Need: "N-2", Other: "N-1", Relation: need.Different}})
	for _, id := range []need.ID{"N-1", "N-2"} {
		if got := ties.Of(id); len(got) != 1 || got[0].Relation != need.Different || got[0].Pos != 2 || got[0].Seat != "R-2" {
			t.Errorf("%s: %+v", id, got)
		}
	}
}
