package seat_test

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/mechanism/seat"
)

func TestMend(t *testing.T) {
	b := tell(opened())
	s, _ := b.Get("R-0001")
	mend := func(pointer, was, now string) ([]fact.Body, error) {
		return s.Mend([]fact.Correction{{Pointer: pointer, Was: jsontext.Value(was), Now: jsontext.Value(now), Reason: "mistyped"}}, nil)
	}
	out, err := mend("/until", `"2026-06-30"`, `"2026-12-31"`)
	if err != nil || len(out) != 1 {
		t.Fatalf("Mend = %v, %v", out, err)
	}
	b = tell(opened(), out[0])
	if got, _ := b.Get("R-0001"); got.Until != "2026-12-31" || len(got.History) != 2 {
		t.Errorf("the last day is %s, %d facts", got.Until, len(got.History))
	}
	for _, tt := range []struct {
		pointer, was, now string
		err               error
	}{
		{"/until", `"2026-06-30"`, `"2025-12-31"`, seat.ErrDays},
		{"/until", `"2026-06-30"`, `"2026-07"`, seat.ErrDays},
		{"/from", `"2026-01-01"`, `null`, seat.ErrDays},
		{"/until", `"2026-07-30"`, `"2026-12-31"`, fact.ErrCorrection},
		{"/holder", `"cert"`, `"mfa"`, seat.ErrMember},
	} {
		if _, err := mend(tt.pointer, tt.was, tt.now); !errors.Is(err, tt.err) {
			t.Errorf("%s to %s: %v; want %v", tt.pointer, tt.now, err, tt.err)
		}
	}
	other := opened()
	other.Seat, other.From, other.Until = "R-0002", "2026-07-01", ""
	c := []fact.Correction{{Pointer: "/until", Was: jsontext.Value(`"2026-06-30"`), Now: jsontext.Value(`"2026-12-31"`)}}
	o, _ := tell(other, seat.Assigned{Seat: "R-0002", Person: "p1"}).Get("R-0002")
	if _, err := s.Mend(c, []seat.Seat{o}); !errors.Is(err, seat.ErrTwoVotes) {
		t.Errorf("two votes in one body: %v", err)
	}
	ended, _ := tell(opened(), seat.Ended{Seat: "R-0001", On: "2026-02-01"}).Get("R-0001")
	if _, err := ended.Mend(c, nil); !errors.Is(err, seat.ErrEnded) || len(ended.Mendable()) > 0 {
		t.Errorf("a seat that was ended: %v", err)
	}
}
