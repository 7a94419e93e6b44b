package flowhttp

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/webtest"
)

// TestHeld: a flow that is not for everyone has its page for its sides, marked
// TLP:AMBER, and is missing to everybody else.
func TestHeld(t *testing.T) {
	b := Books{Parties: party.NewBook(), Flows: flow.NewBook(), Held: flow.NewBook(), Rates: rate.NewTable()}
	b.Held.Fold(fact.Fact{Marking: tlp.Amber, At: time.Date(2025, 11, 1, 12, 0, 0, 0, time.UTC), Body: flow.Recorded{Flow: "F-0417",
		Provider: "SE", Receiver: "UA", Amount: amount("1200000", "SEK"), Status: flow.Commitment, Scope: flow.Mechanism, On: "2025-10-01"}})
	for holder, want := range map[party.ID]int{"SE": http.StatusOK, "UA": http.StatusOK, "EE": http.StatusNotFound, "": http.StatusNotFound} {
		h := open(nil)
		h.View = func(fn func(Books)) { fn(b) }
		h.Seat = func(context.Context) seat.Seat {
			if holder == "" {
				return seat.Seat{}
			}
			return seat.Seat{ID: "R-0001", Role: seat.Programme, Holder: holder}
		}
		mux := http.NewServeMux()
		h.Routes(mux)
		d := webtest.Get(t, web.Routes(h.Log, mux), "/flows/F-0417", "en")
		if d.Status != want {
			t.Errorf("to %q the page answers %d, not %d", holder, d.Status, want)
		}
	}
}
