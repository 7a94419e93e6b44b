package procedure_test

import (
	"errors"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
)

// One co-chair proposes, another person adopts, within thirty days; what was
// read is what is adopted.
func TestProposeAndAgree(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	sits := func(role seat.Role, person string) seat.Seat {
		return seat.Seat{ID: "R-0001", Role: role, Holder: "EE", From: "2026-01-01", Person: person}
	}
	chair := sits(seat.CoChair, "p1")
	for _, tt := range []struct {
		name string
		by   seat.Seat
		from fact.Date
		err  error
	}{
		{"a co-chair", chair, "2026-03-02", nil},
		{"for later", chair, "2026-09-01", nil},
		{"for a day that has passed", chair, "2026-03-01", procedure.ErrFrom},
		{"for a month", chair, "2026-04", procedure.ErrFrom},
		{"the front office", sits(seat.FrontOffice, "p1"), "2026-03-02", procedure.ErrSeat},
		{"an administrator", sits(seat.Administrator, "p1"), "2026-03-02", procedure.ErrSeat},
	} {
		if got, err := procedure.Propose(procedure.NewBook(), tt.by, wanted(1, tt.from), noon); !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
			t.Errorf("%s proposes: %v, %v; want %v", tt.name, got, err, tt.err)
		}
	}

	b := procedure.NewBook()
	if _, err := procedure.Agree(b, chair, "p2", 0, noon); !errors.Is(err, procedure.ErrNotProposed) {
		t.Errorf("what nobody proposed: %v", err)
	}
	b.Fold(fact.Fact{Pos: 7, By: "p1", At: noon, Body: procedure.Proposed{Wanted: wanted(1, "2026-03-02"), Seat: "R-0001"}})
	for _, tt := range []struct {
		name  string
		by    seat.Seat
		actor string
		at    fact.Pos
		now   time.Time
		err   error
	}{
		{"another co-chair", chair, "p2", 7, noon, nil},
		{"who proposed", chair, "p1", 7, noon, procedure.ErrAlone},
		{"the front office", sits(seat.FrontOffice, "p2"), "p2", 7, noon, procedure.ErrSeat},
		{"another proposal than was read", chair, "p2", 6, noon, procedure.ErrOther},
		{"too late", chair, "p2", 7, noon.Add(procedure.ProposalTime), procedure.ErrNotProposed},
		{"days later", chair, "p2", 7, noon.AddDate(0, 0, 9), nil},
	} {
		got, err := procedure.Agree(b, tt.by, tt.actor, tt.at, tt.now)
		if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
			t.Errorf("%s adopts: %v, %v; want %v", tt.name, got, err, tt.err)
		}
		if err == nil && got[0].(procedure.Adopted).From != fact.Day(tt.now) {
			t.Errorf("%s: it holds from %s", tt.name, got[0].(procedure.Adopted).From)
		}
	}
	b.Fold(fact.Fact{Pos: 8, By: "p2", At: noon, Body: wanted(1, "2026-03-02")})
	if b.Proposal().Waits(noon) || len(b.All()) != 1 {
		t.Error("what was adopted waits")
	}
}
