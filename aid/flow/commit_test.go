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
			got, err := flow.Commit(tt.id, b, "B-1", n, tt.by, now)
			if !errors.Is(err, tt.err) || !reflect.DeepEqual(got, tt.then) {
				t.Fatalf("Commit = %+v, %v; want %+v, %v", got, err, tt.then, tt.err)
			}
			for i, body := range got {
				b.Fold(fact.Fact{Pos: fact.Pos(9 + i), At: now, Body: body})
			}
			if again, err := flow.Commit(tt.id, b, "B-1", n, by, now); tt.err == nil && !errors.Is(err, offer.ErrOver) {
				t.Errorf("committed again: %v, %v", again, err)
			}
		})
	}
}
