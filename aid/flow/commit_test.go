package flow_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/tlp"
)

// A commitment records its flow beside it, linked to the reservation; without
// a value there is a commitment and no flow.
func TestCommit(t *testing.T) {
	now := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)
	by := seat.Seat{ID: "R-1", Role: seat.Programme, Holder: "EE", From: "2026-01-01"}
	n := need.Head{ID: "N-0001", Owner: "power", Status: need.Valid, Line: flow.Detection}
	value := amount(t, "2000.50", "EUR")
	reserved := offer.Reserved{Reservation: "B-1", Offer: "P-1", Need: "N-0001", Lot: "a", Quantity: 100, Until: now.Add(time.Hour)}
	committed := offer.Committed{Reservation: "B-1", Offer: "P-1", Need: "N-0001", Lot: "a", Quantity: 100}
	recorded := flow.Recorded{Flow: "F-0001", Provider: "EE", Receiver: "power", Amount: value, Status: flow.Commitment,
		Basis: flow.ByProvider, Scope: flow.Mechanism, Line: flow.Detection, On: "2026-03-02",
		Link: &flow.Link{Reservation: "B-1", Offer: "P-1", Need: "N-0001", Lot: "a"}}
	with := func(c offer.Committed, a *money.Amount) offer.Committed { c.Amount = a; return c }
	accepted := offer.Accepted{Reservation: "B-1", Offer: "P-1", Need: "N-0001"}
	for _, tt := range []struct {
		name   string
		id     flow.ID
		amount *money.Amount
		given  []fact.Body
		by     seat.Seat
		then   []fact.Body
		err    error
	}{
		{"money", "F-0001", &value, []fact.Body{accepted}, by, []fact.Body{with(committed, &value), recorded}, nil},
		{"in kind", "", nil, []fact.Body{accepted}, by, []fact.Body{committed}, nil},
		{"money without an id", "", &value, []fact.Body{accepted}, by, nil, flow.ErrMissing},
		{"not accepted", "F-0001", &value, nil, by, nil, offer.ErrNotAccepted},
		{"by nobody", "F-0001", &value, []fact.Body{accepted}, seat.Seat{}, nil, seat.ErrMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := offer.NewBook()
			r := reserved
			r.Amount = tt.amount
			for i, body := range append([]fact.Body{offer.Opened{Offer: "P-1", Provider: "EE", From: "2026-01-01", Until: "2026-12-31"}, r}, tt.given...) {
				b.Fold(fact.Fact{Pos: fact.Pos(i), At: now, Body: body})
			}
			got, err := flow.Commit(tt.id, fact.Exercise, b, "B-1", n, tt.by, now)
			if !errors.Is(err, tt.err) || !reflect.DeepEqual(got, tt.then) {
				t.Fatalf("Commit = %+v, %v; want %+v, %v", got, err, tt.then, tt.err)
			}
			for i, body := range got {
				b.Fold(fact.Fact{Pos: fact.Pos(9 + i), At: now, Body: body})
			}
			if again, err := flow.Commit(tt.id, fact.Exercise, b, "B-1", n, by, now); tt.err == nil && !errors.Is(err, offer.ErrOver) {
				t.Errorf("committed again: %v, %v", again, err)
			}
		})
	}
}

// In realm real the flow of a commitment, and whatever is decided on it later,
// is marked as the agreement is; in the exercise all of it is for everyone.
func TestCommitmentIsHeld(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	by := seat.Seat{ID: "R-1", Role: seat.Programme, Holder: "EE", From: "2026-01-01"}
	n := need.Head{ID: "N-0001", Owner: "power", Status: need.Valid, Line: flow.Detection}
	value := amount(t, "2000.50", "EUR")
	kinds := fact.NewRegistry(offer.Kinds(), flow.Kinds())
	for realm, want := range map[fact.Realm]tlp.Marking{fact.Real: tlp.Amber, fact.Exercise: tlp.Clear} {
		b, flows := offer.NewBook(), flow.NewBook()
		for i, body := range []fact.Body{offer.Opened{Offer: "P-1", Provider: "EE", From: "2026-01-01", Until: "2026-12-31"},
			offer.Reserved{Reservation: "B-1", Offer: "P-1", Need: "N-0001", Lot: "a", Quantity: 100, Amount: &value, Until: now.Add(time.Hour)},
			offer.Accepted{Reservation: "B-1", Offer: "P-1", Need: "N-0001"}} {
			b.Fold(fact.Fact{Pos: fact.Pos(i), At: now, Body: body})
		}
		marked := func(pos fact.Pos, body fact.Body) {
			t.Helper()
			body, marking, _, err := kinds.Classify(body)
			if err != nil || body.Kind() != "offer.committed" && marking != want {
				t.Errorf("%s: %s is marked %s, %v; want %s", realm, body.Kind(), marking, err, want)
			}
			flows.Fold(fact.Fact{Pos: pos, At: now, Marking: marking, Body: body})
		}
		got, err := flow.Commit("F-0001", realm, b, "B-1", n, by, now)
		if err != nil || len(got) != 2 {
			t.Fatalf("Commit = %v, %v", got, err)
		}
		marked(9, got[0])
		marked(10, got[1])
		w, _ := flows.Get("F-0001")
		mended := w.Recorded
		mended.Line = flow.Training
		corrected, err1 := flow.Correct(w, mended, "reclassified")
		advanced, err2 := w.Advance(flow.Paid, "2026-03-03", nil)
		withdrawn, err3 := flow.Withdraw(w, "duplicate")
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		marked(11, corrected[0])
		marked(12, advanced[0])
		marked(13, withdrawn[0])
	}
}
