package seathttp

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/webtest"
)

// given is one seat in each state, one of them hidden.
var given = []fact.Body{
	party.Registered{Party: "wg", Type: party.Body, Name: "Technical group", NameUk: "Технічна група"},
	party.Registered{Party: "a", Type: party.Body, Name: "Agency <b>", NameUk: "Агенція <b>"},
	seat.Opened{Seat: "R-0001", Role: seat.Technical, Holder: "a", Body: "wg", From: "2026-01-01"},
	seat.Assigned{Seat: "R-0001", Person: "person/secret"},
	seat.Opened{Seat: "R-0002", Role: seat.Officer, Holder: "a", From: "2026-01-01", Until: "2026-02-01"},
	seat.Opened{Seat: "R-0003", Role: seat.Officer, Holder: "a", From: "2027-01-01"},
	seat.Opened{Seat: "R-0004", Role: seat.Observer, Holder: "a", From: "2026-01-01"},
	seat.Ended{Seat: "R-0004", On: "2026-03-01", Reason: "replaced"},
	seat.Opened{Seat: "R-0005", Role: seat.Auditor, Holder: "a", From: "2026-01-01"}, // hidden
}

// serve is the door for a reader who may see sittings, or may not.
func serve(sittings bool) http.Handler {
	b := Books{Parties: party.NewBook(), Seats: seat.NewBook()}
	for i, body := range given {
		f := fact.Fact{Pos: fact.Pos(i), At: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC), Body: body}
		b.Parties.Fold(f)
		b.Seats.Fold(f)
	}
	h := &Handler{View: func(fn func(Books)) { fn(b) }, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Date(2026, 4, 14, 9, 0, 0, 0, time.UTC) },
		Reader: func(context.Context) func(seat.Seat, Part) bool {
			return func(s seat.Seat, p Part) bool { return s.ID != "R-0005" && (p == Term || sittings) }
		}}
	mux := http.NewServeMux()
	h.Routes(mux)
	h.API(api.New(mux, h.Log, "test"))
	return web.Routes(h.Log, mux)
}

func TestPages(t *testing.T) {
	for _, tt := range []struct{ path, lang, selector, want string }{
		{"/seats", "en", "#seats caption", "4 seats"},
		{"/seats", "uk", "#seats caption", "4 ролі"},
		{"/seats", "en", "#R-0001 > *", "R-0001 Agency <b> technical group Technical group from 1 January 2026, no end set acts"},
		{"/seats", "uk", "#R-0002 td:last-child", "строк минув"},
		{"/seats", "en", "#R-0003 td:last-child", "not yet begun"},
		{"/seats?state=ended", "en", "tbody a", "R-0004"},
		{"/seats?role=officer", "en", "tbody a", "R-0002 R-0003"},
		{"/seats?body=wg", "en", "tbody a", "R-0001"},
		{"/seats?body=nobody", "en", "tbody", "There is no seat here that you may see."},
		{"/seats/R-0001", "en", "h1", "R-0001 · Technical group, Agency <b>"},
		{"/seats/R-0004", "uk", ".summary .note", "її заступає інша роль"},
	} {
		d := webtest.Get(t, serve(false), tt.path, tt.lang)
		if got := webtest.Plain(strings.Join(d.All(tt.selector), " ")); d.Status != http.StatusOK || got != tt.want || strings.Contains(d.Body, "⟦") {
			t.Errorf("%s in %s: %d, %q is %q, want %q", tt.path, tt.lang, d.Status, tt.selector, got, tt.want)
		}
		if strings.Contains(d.Body, "secret") || strings.Contains(d.Body, "R-0005") {
			t.Errorf("%s tells a person's id, or a seat that is hidden", tt.path)
		}
	}
	for path, status := range map[string]int{"/seats/R-0005": 404, "/seats/R-9999": 404, "/seats?role=king": 400, "/seats?state=odd": 400,
		"/api/v1/seats/R-0005": 404, "/api/v1/seats/R-0001": 200} {
		if d := webtest.Get(t, serve(true), path, "en"); d.Status != status {
			t.Errorf("%s answers %d, want %d", path, d.Status, status)
		}
	}
	sitting := func(h http.Handler) bool {
		return strings.Contains(webtest.Get(t, h, "/seats/R-0001", "en").Body, "since 1")
	}
	if !sitting(serve(true)) || sitting(serve(false)) {
		t.Error("since when a seat is filled is shown to the wrong readers")
	}
	d := webtest.Get(t, serve(true), "/api/v1/seats", "en")
	if !strings.Contains(d.Body, `"total":4`) || strings.Contains(d.Body, "secret") || !strings.Contains(d.Body, `"state":"ahead"`) {
		t.Errorf("the API answers %.500s", d.Body)
	}
}
