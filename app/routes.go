package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/flow/flowhttp"
	"tallinn/aid/project/projecthttp"
	"tallinn/aid/statement/statementhttp"
	"tallinn/exchange/intake/intakehttp"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party/partyhttp"
	"tallinn/record"
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
	for _, n := range h.nouns() {
		if n, ok := n.(interface{ Routes(*http.ServeMux) }); ok {
			n.Routes(mux)
		}
		if n, ok := n.(interface{ API(huma.API) }); ok {
			n.API(a)
		}
	}
	mux.Handle("GET "+assets.Prefix, assets.Handler())
	mux.Handle("GET /problems/{code}", web.Problems(log, fault.All()))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	site := &web.Site{Log: log, MaxBody: maxRequest, Timeout: requestTime}
	return site.Wrap(web.Routes(log, mux))
}

// nouns lists the handlers of everything that has pages or a part of the API.
func (h *Hub) nouns() []any {
	now, log := h.cfg.Now, h.cfg.Log
	flows := &flowhttp.Handler{View: h.viewFlows, Fact: h.publicFact, Now: now, Log: log}
	projects := &projecthttp.Handler{View: h.viewProjects}
	return []any{
		&statementhttp.Handler{View: h.viewStatement, Now: now, Log: log},
		flows, projects,
		&partyhttp.Handler{View: h.viewParties, Fact: h.publicFact, Now: now, Log: log,
			Sections: []partyhttp.Section{flows.OfParty, projects.OfParty}},
		&recordhttp.Handler{Record: h.record, Log: log, Describe: h.describe, Item: itemHref},
		&intakehttp.Handler{Mechanism: h.ImportMechanism, Rates: h.ImportRates, Tokens: h.tokens},
	}
}

// The views give each noun the books that it shows, of the real realm.

func (h *Hub) viewStatement(fn func(statementhttp.Books, fact.Pos)) {
	h.View(fact.Real, func(b *Books) {
		fn(statementhttp.Books{Parties: b.Parties, Milestones: b.Milestones, Rates: b.Rates, Flows: b.Flows}, h.record.Head())
	})
}

func (h *Hub) viewFlows(fn func(flowhttp.Books)) {
	h.View(fact.Real, func(b *Books) { fn(flowhttp.Books{Parties: b.Parties, Flows: b.Flows, Rates: b.Rates}) })
}

func (h *Hub) viewProjects(fn func(projecthttp.Books)) {
	h.View(fact.Real, func(b *Books) { fn(projecthttp.Books{Projects: b.Projects}) })
}

func (h *Hub) viewParties(fn func(partyhttp.Books)) {
	h.View(fact.Real, func(b *Books) { fn(partyhttp.Books{Parties: b.Parties}) })
}

// publicFact reads a fact that everyone may see; what is hidden is missing.
func (h *Hub) publicFact(ctx context.Context, pos fact.Pos) (fact.Fact, error) {
	_, f, err := h.record.Fact(ctx, pos)
	if err == nil && !recordhttp.Public(f) {
		err = record.ErrNoFact.With("pos", pos)
	}
	return f, err
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
	}
	return ""
}
