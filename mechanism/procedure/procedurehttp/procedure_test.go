package procedurehttp

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/webtest"
)

// serve is the door over some versions, each from a day on.
func serve(days ...fact.Date) http.Handler {
	b := Books{Parties: party.NewBook(), Procedures: procedure.NewBook()}
	for i, day := range days {
		adopted := procedure.Default()
		adopted.Version, adopted.From = i+1, day
		b.Procedures.Fold(fact.Fact{Pos: fact.Pos(i), Body: adopted})
	}
	h := &Handler{View: func(fn func(Books)) { fn(b) }, Acting: func(context.Context) Acting { return Acting{} }, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Date(2026, 4, 14, 9, 0, 0, 0, time.UTC) }}
	mux := http.NewServeMux()
	h.Routes(mux)
	h.API(api.New(mux, h.Log, "test"))
	return web.Routes(h.Log, mux)
}

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		days             []fact.Date
		path, lang       string
		status, criteria string
		versions         int
	}{
		{nil, "/procedure", "en", "", "", 0},
		{[]fact.Date{"2026-01-01"}, "/procedure", "en", "version 1, in force from 1 January 2026", "Technical capability Relevance Strategic importance", 1},
		{[]fact.Date{"2026-01-01"}, "/procedure", "uk", "версія 1, чинна від 1 січня 2026 р.", "Технічна спроможність Доцільність Стратегічна важливість", 1},
		{[]fact.Date{"2026-01-01", "2026-12-01"}, "/procedure", "en", "version 1, in force from 1 January 2026", "Technical capability Relevance Strategic importance", 2},
		{[]fact.Date{"2026-01-01", "2026-12-01"}, "/procedure?version=2", "en", "version 2, from 1 December 2026; not in force", "Technical capability Relevance Strategic importance", 2},
	} {
		d := webtest.Get(t, serve(tt.days...), tt.path, tt.lang)
		if got := strings.Join(d.All(".status"), ""); d.Status != http.StatusOK || got != tt.status {
			t.Errorf("%s of %v: %d, status %q, want %q", tt.path, tt.days, d.Status, got, tt.status)
		}
		if got := strings.Join(d.All("caption"), " "); got != tt.criteria {
			t.Errorf("%s of %v: criteria %q, want %q", tt.path, tt.days, got, tt.criteria)
		}
		if got := len(d.All("#versions li")); got != tt.versions || strings.Contains(d.Body, "⟦") {
			t.Errorf("%s of %v: %d versions, or a text is missing", tt.path, tt.days, got)
		}
		if len(tt.days) > 0 && len(d.All("tbody tr")) != 18 {
			t.Errorf("%s: %d anchors, want one for each of 3 times 6 scores", tt.path, len(d.All("tbody tr")))
		}
	}
	for _, path := range []string{"/procedure?version=2", "/procedure?version=x", "/procedure?version=01"} {
		if d := webtest.Get(t, serve("2026-01-01"), path, "en"); d.Status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, d.Status)
		}
	}
	d := webtest.Get(t, serve("2026-01-01", "2026-12-01"), "/api/v1/procedures", "en")
	if d.Status != http.StatusOK || strings.Count(d.Body, `"in_force":true`) != 1 || !strings.Contains(d.Body, `"total":2`) {
		t.Errorf("the API answers %d %.300s", d.Status, d.Body)
	}
}
