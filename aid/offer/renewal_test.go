package offer_test

import (
	"testing"
	"time"

	"tallinn/aid/offer"
	"tallinn/fact"
)

func TestRecurs(t *testing.T) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for months, want := range map[int]fact.Date{1: "2026-02-28", 2: "2026-03-31", 12: "2027-01-31", 25: "2028-02-29"} {
		if got := offer.Recurs(at, months); got != want {
			t.Errorf("%d months after it: %s, want %s", months, got, want)
		}
	}
	for today, want := range map[fact.Date]fact.Date{"2026-02-01": "2026-07-31", "2026-07-31": "2026-07-31", "2026-08-01": "2027-01-31"} {
		if got := offer.Next(at, 6, today); got != want {
			t.Errorf("every six months, from %s: %s, want %s", today, got, want)
		}
	}
}
