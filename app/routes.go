package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/flow/flowhttp"
	"tallinn/aid/need/needhttp"
	"tallinn/aid/project/projecthttp"
	"tallinn/aid/statement/statementhttp"
	"tallinn/class"
	"tallinn/exchange/intake/intakehttp"
	"tallinn/exchange/listhttp"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/party/partyhttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/record/recordhttp"
	"tallinn/search/searchhttp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/assets"
)

// maxRequest bounds what a request may send, in bytes. Operations of the API
// have lower bounds of their own.
const maxRequest = 32 << 20

// Handler returns the hub's routes: pages, tables, and the API. Real and
// exercise have handlers of their own, over books of their own; whoever has
// signed in to the exercise reaches only those of the exercise.
func (h *Hub) Handler() (http.Handler, error) {
	door := h.door()
	realms := map[fact.Realm]http.Handler{
		fact.Real: room{h, fact.Real}.routes(door), fact.Exercise: room{h, fact.Exercise}.routes(door)}
	chosen := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		realm := fact.Real
		if web.ReaderOf(r.Context()).Exercise() {
			realm = fact.Exercise
		}
		realms[realm].ServeHTTP(w, r)
	})
	site := &web.Site{Log: h.cfg.Log, Search: searchhttp.Path, MaxBody: maxRequest, Timeout: requestTime, Secure: h.secure(), Observe: h.metrics.request,
		Emergency: needhttp.Emergency, Shed: h.metrics.shed}
	if h.demo {
		return site.Wrap(h.together(door.Reads(walker{h, door}.Leads(chosen))))
	}
	return site.Wrap(h.together(door.Reads(chosen)))
}

// A room is the hub as the readers of one realm find it.
type room struct {
	*Hub
	realm fact.Realm
}

func (h room) routes(door *identityhttp.Handler) http.Handler {
	mux := h.mux(door)
	return staked(door, mux, web.Routes(h.cfg.Log, mux))
}

// mux has every route of the room: a test reads them off it, so that none is
// forgotten where rights are crossed.
func (h room) mux(door *identityhttp.Handler) *http.ServeMux {
	mux, log := http.NewServeMux(), h.cfg.Log
	a := api.New(mux, log, Version)
	nouns := append(h.nouns(), door)
	if h.demo {
		nouns = append(nouns, walker{h.Hub, door})
	}
	for _, n := range nouns {
		if lists, ok := n.(*listhttp.Handler); ok {
			lists.Tables = mux
		}
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
	mux.Handle("GET /readyz", web.Handle(log, h.ready))
	return mux
}

// nouns lists the handlers of everything that has pages or a part of the API.
func (h room) nouns() []any {
	now, log := h.cfg.Now, h.cfg.Log
	flows := &flowhttp.Handler{View: h.viewFlows, Fact: h.publicFact, Deeds: deeds{h}, Gate: h.gate,
		Seat: func(ctx context.Context) seat.Seat { return h.acting(ctx).seat }, Now: now, Log: log}
	projects := &projecthttp.Handler{View: h.viewProjects, Fact: h.publicFact, Now: now, Log: log}
	return []any{
		&statementhttp.Handler{View: h.viewStatement, At: h.statementAt, Invite: h.invite(), Now: now, Log: log},
		flows, projects,
		&partyhttp.Handler{View: h.viewParties, Fact: h.partyFact, Sees: h.seesParty, Now: now, Log: log,
			Sections: []partyhttp.Section{flows.OfParty, projects.OfParty}},
		&recordhttp.Handler{Record: h.record, Log: log, Describe: h.describe, Item: itemHref, Public: h.public, Opens: h.opens, Mend: h.mendHref, Cases: h.cases()},
		h.search(), h.editions(), h.desk(), h.needs(), h.attachments(), h.offers(), h.seats(), h.erasures(), h.procedures(), h.noticesPage(),
		h.corrections(), h.recoveries(), h.reports(), h.listDoor(),
		&intakehttp.Handler{Mechanism: h.ImportMechanism, Rates: h.ImportRates, Rate: h.ImportRate, Tokens: h.tokens},
	}
}

// The views give each noun the books that it shows.

func (h room) viewStatement(fn func(statementhttp.Books, fact.Pos)) {
	h.View(h.realm, func(b *Books) {
		fn(statementhttp.Books{Parties: b.Parties, Milestones: b.Milestones, Rates: b.Rates, Flows: b.Flows}, h.record.Head())
	})
}

func (h room) viewFlows(fn func(flowhttp.Books)) {
	h.View(h.realm, func(b *Books) { fn(flowhttp.Books{Parties: b.Parties, Flows: b.Flows, Held: b.Held, Rates: b.Rates}) })
}

func (h room) viewProjects(fn func(projecthttp.Books)) {
	h.View(h.realm, func(b *Books) { fn(projecthttp.Books{Projects: b.Projects, Parties: b.Parties}) })
}

func (h room) viewParties(fn func(partyhttp.Books)) {
	h.View(h.realm, func(b *Books) { fn(partyhttp.Books{Parties: b.Parties}) })
}

// public reports whether everyone who reads this realm may read f.
func (h room) public(f fact.Fact) bool {
	return f.Realm == h.realm && h.policy.May(policy.Visitor, policy.Read,
		class.Class{Realm: f.Realm, Noun: "fact", Marking: f.Marking})
}

// publicFact reads a fact that everyone may see; what is hidden is missing.
func (h room) publicFact(ctx context.Context, pos fact.Pos) (fact.Fact, error) {
	_, f, err := h.record.Fact(ctx, pos)
	if err == nil && !h.public(f) {
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
	case "W":
		return "/projects/" + stream
	case "S":
		return "/mentions/" + stream
	case "N":
		return "/needs/" + stream
	case "P":
		return "/offers/" + stream
	case "B":
		return "/reservations/" + stream
	case "C":
		return "/corrections/" + stream
	case "R":
		return "/seats/" + stream
	case "E":
		return "/editions/" + stream
	case "I":
		return "/imports/" + stream
	}
	return ""
}
