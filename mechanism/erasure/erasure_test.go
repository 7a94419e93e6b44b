package erasure_test

import (
	"errors"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/erasure"
	"tallinn/mechanism/seat"
)

// TestErasure: it takes two persons of the desk within a week, and neither is
// the one who is erased.
//
// ASVS 2.3.5
func TestErasure(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	desk := func(role seat.Role) seat.Seat {
		b := seat.NewBook()
		b.Fold(fact.Fact{Body: seat.Opened{Seat: "R-1", Holder: "o", Role: role, From: "2026-01-01"}})
		b.Fold(fact.Fact{Body: seat.Assigned{Seat: "R-1", Person: "person/a"}})
		s, _ := b.Get("R-1")
		return s
	}
	admin, front, officer := desk(seat.Administrator), desk(seat.FrontOffice), desk(seat.Officer)
	asked := erasure.Erasure{Person: "person/x", By: "person/a", At: now}
	done := erasure.Erasure{Person: "person/x", Done: true}
	for _, tt := range []struct {
		name    string
		e       erasure.Erasure
		by      seat.Seat
		actor   string
		person  string
		later   time.Duration
		confirm bool
		err     error
	}{
		{"ask", erasure.Erasure{}, admin, "person/a", "person/x", 0, false, nil},
		{"ask from another seat", erasure.Erasure{}, officer, "person/a", "person/x", 0, false, erasure.ErrSeat},
		{"ask from no seat", erasure.Erasure{}, seat.Seat{}, "person/a", "person/x", 0, false, seat.ErrMissing},
		{"ask for nobody", erasure.Erasure{}, admin, "person/a", "N-0001", 0, false, erasure.ErrPerson},
		{"ask for oneself", erasure.Erasure{}, admin, "person/x", "person/x", 0, false, erasure.ErrSelf},
		{"ask twice", asked, front, "person/b", "person/x", time.Hour, false, erasure.ErrAsked},
		{"ask again after a week", asked, front, "person/b", "person/x", erasure.Wait, false, nil},
		{"ask when it is done", done, front, "person/b", "person/x", 0, false, erasure.ErrErased},
		{"confirm", asked, front, "person/b", "person/x", time.Hour, true, nil},
		{"confirm alone", asked, admin, "person/a", "person/x", time.Hour, true, erasure.ErrAlone},
		{"confirm one's own", asked, front, "person/x", "person/x", time.Hour, true, erasure.ErrSelf},
		{"confirm from another seat", asked, officer, "person/b", "person/x", time.Hour, true, erasure.ErrSeat},
		{"confirm after a week", asked, front, "person/b", "person/x", erasure.Wait, true, erasure.ErrNotAsked},
		{"confirm what nobody asked", erasure.Erasure{}, front, "person/b", "person/x", 0, true, erasure.ErrNotAsked},
		{"confirm when it is done", done, front, "person/b", "person/x", 0, true, erasure.ErrErased},
	} {
		act := tt.e.Ask
		if tt.confirm {
			act = tt.e.Confirm
		}
		facts, err := act(tt.person, tt.by, tt.actor, now.Add(tt.later))
		if !errors.Is(err, tt.err) || (len(facts) == 1) != (tt.err == nil) {
			t.Errorf("%s: %v, %v; want %v", tt.name, facts, err, tt.err)
		}
	}
	b := erasure.NewBook()
	b.Fold(fact.Fact{By: "person/a", At: now, Body: erasure.Asked{Person: "person/x"}})
	if w := b.Waiting(now); len(w) != 1 || w[0] != asked {
		t.Errorf("waiting %+v", w)
	}
	b.Fold(fact.Fact{By: "person/b", At: now, Body: erasure.Confirmed{Person: "person/x"}})
	if w := b.Waiting(now); len(w) != 0 || !b.Get("person/x").Done {
		t.Errorf("waiting %+v after it was confirmed", w)
	}
}
