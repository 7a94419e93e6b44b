package app_test

import (
	"slices"
	"testing"

	"tallinn/aid/offer"
	"tallinn/app"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// TestMendingLeansOn: what is mended is decided on with all that the rule looks
// at, so that nobody takes the rest of an offer meanwhile.
func TestMendingLeansOn(t *testing.T) {
	hub, closeHub := openHub(t, t.TempDir())
	defer closeHub()
	if err := hub.LoadExercise(t.Context()); err != nil {
		t.Fatal(err)
	}
	deals, seats := 0, 0
	var facts []fact.Fact
	for f := range hub.AllFacts(t.Context()) {
		facts = append(facts, f)
	}
	hub.View(fact.Exercise, func(b *app.Books) {
		for _, f := range facts {
			switch body := f.Body.(type) {
			case offer.Reserved:
				on := b.LeansOn(f, string(body.Reservation), today)
				for _, stream := range []string{string(body.Reservation), string(body.Offer), string(body.Need)} {
					if !slices.Contains(on, stream) {
						t.Errorf("mending %s does not rest on %s", body.Reservation, stream)
					}
				}
				deals++
			case seat.Opened:
				if !slices.Contains(b.LeansOn(f, string(body.Seat), today), string(body.Seat)) {
					t.Errorf("mending %s does not rest on it", body.Seat)
				}
				seats++
			}
		}
	})
	if deals == 0 || seats == 0 {
		t.Error("there is nothing to mend")
	}
}
