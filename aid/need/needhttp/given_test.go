package needhttp

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/web"
)

var now = time.Date(2026, 4, 14, 9, 30, 0, 0, time.UTC)

// many is a handler over n needs of ten recipients, as a technical seat reads
// it; every other need has a vote of that seat.
func many(n int) http.Handler { return manyBut(n, nil) }

// manyBut is many, of which more is said.
func manyBut(n int, but func(i int, asked *need.Asked)) http.Handler {
	b := Books{Parties: party.NewBook(), Seats: seat.NewBook(), Procedures: procedure.NewBook(), Needs: need.NewBook(), Ties: need.NewTies()}
	pos := fact.Pos(0)
	record := func(body fact.Body) {
		f := fact.Fact{Pos: pos, At: now.Add(-time.Hour), Kind: body.Kind(), Body: body}
		pos++
		b.Parties.Fold(f)
		b.Seats.Fold(f)
		b.Procedures.Fold(f)
		b.Needs.Fold(f)
	}
	adopted := procedure.Default()
	adopted.From = "2026-01-01"
	record(adopted)
	for i := range 10 {
		record(party.Registered{Party: party.ID(fmt.Sprintf("p%d", i)), Type: party.Body, Name: fmt.Sprintf("Institution %d", i), NameUk: fmt.Sprintf("Установа %d", i)})
	}
	record(seat.Opened{Seat: "R-0001", Role: seat.Technical, Holder: "p9", Body: "technical-wg", From: "2026-01-01"})
	for i := range n {
		id := need.ID(fmt.Sprintf("N-%05d", i))
		asked := need.Asked{
			Title: sealed, Summary: sealed, Line: capability.Lines[i%len(capability.Lines)], Sector: need.Sectors[i%len(need.Sectors)],
			Lots:    []need.Lot{{ID: "a", What: "edr_seats", Quantity: 5, Unit: "seats", UsefulShare: 100, MostPartners: 1}},
			Urgency: need.Short, UsefulUntil: "2027-01-01", Criticality: need.High}
		if but != nil {
			but(i, &asked)
		}
		record(need.Submitted{Need: id, Owner: party.ID(fmt.Sprintf("p%d", i%9)), Procedure: 1, Asked: asked})
		if i%2 == 0 {
			record(need.Voted{Need: id, Stage: "technical", Round: 1, Seat: "R-0001", Verdict: need.Abstain})
		}
	}
	s, _ := b.Seats.Get("R-0001")
	h := &Handler{View: func(fn func(Books)) { fn(b) }, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Reader: func(context.Context) Reader { return Reader{Seat: s, May: func(class.Class) bool { return true }} },
		Text:   func(context.Context, text.Ref) (string, error) { return "Endpoint protection", nil },
		Facts:  func(context.Context, need.ID) ([]fact.Fact, error) { return nil, nil }}
	mux := http.NewServeMux()
	h.Routes(mux)
	return web.Routes(h.Log, mux)
}

// BenchmarkPages: pages with 20,000 needs, without the time that texts take
// to be opened.
func BenchmarkPages(b *testing.B) {
	h := many(20_000)
	for _, path := range []string{"/needs", "/needs?mine=waits", "/needs?view=board", "/needs/N-00007", "/queue"} {
		b.Run(path[1:], func(b *testing.B) {
			for b.Loop() {
				w := discard{http.Header{}}
				r, _ := http.NewRequest("GET", path, nil)
				h.ServeHTTP(w, r)
			}
		})
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
