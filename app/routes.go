package app

import (
	"net/http"
	"strings"

	"tallinn/aid/statement/statementhttp"
	"tallinn/exchange/intake/intakehttp"
	"tallinn/fact"
	"tallinn/record/recordhttp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/assets"
)

// maxRequest bounds what a request may send, in bytes. Operations of the API
// have lower bounds of their own.
const maxRequest = 32 << 20

// Handler returns the hub's routes: pages, tables, and the API.
func (h *Hub) Handler() (http.Handler, error) {
	mux, log := http.NewServeMux(), h.cfg.Log
	a := api.New(mux, log, Version)
	statements := &statementhttp.Handler{View: h.viewStatement, Now: h.cfg.Now, Log: log}
	statements.Routes(mux)
	statements.API(a)
	facts := &recordhttp.Handler{Record: h.record, Log: log, Describe: h.describe, Item: itemHref}
	facts.Routes(mux)
	facts.API(a)
	imports := &intakehttp.Handler{Mechanism: h.ImportMechanism, Rates: h.ImportRates, Tokens: h.tokens}
	imports.API(a)
	mux.Handle("GET "+assets.Prefix, assets.Handler())
	mux.Handle("GET /problems/{code}", web.Problems(log, Faults()))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	site := &web.Site{Log: log, MaxBody: maxRequest, Timeout: requestTime}
	return site.Wrap(web.Routes(log, mux))
}

func (h *Hub) viewStatement(fn func(statementhttp.Books, fact.Pos)) {
	h.record.View(func() {
		b := h.state.realms[fact.Real]
		fn(statementhttp.Books{Parties: b.Parties, Milestones: b.Milestones, Rates: b.Rates, Flows: b.Flows}, h.record.Head())
	})
}

// itemHref is the page of the thing that a stream is the history of.
func itemHref(stream string) string {
	noun, id, named := strings.Cut(stream, "/")
	switch {
	case named && noun == "party":
		return "/parties/" + id
	case named:
		return ""
	}
	switch prefix, _, _ := strings.Cut(stream, "-"); prefix {
	case "F":
		return "/flows/" + stream
	case "S":
		return "/mentions/" + stream
	case "W":
		return "/projects/" + stream
	}
	return ""
}
