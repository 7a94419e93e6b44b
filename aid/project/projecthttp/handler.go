package projecthttp

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/project"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/csv"
	"tallinn/web/query"
	"tallinn/web/told"
)

// Books are what the pages are made of.
type Books struct {
	Parties  *party.Book
	Projects *project.Book
}

// A Handler serves the projects of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
	// Fact reads one fact of the record.
	Fact told.Reader
	Now  func() time.Time
	Log  *slog.Logger
}

// Routes adds the pages and the table to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /projects", web.Handle(h.Log, h.list))
	mux.Handle("GET /projects.csv", web.Handle(h.Log, h.table))
	mux.Handle("GET /projects/{id}", web.Handle(h.Log, h.show))
}

// API adds the operations on projects.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/projects", "list-projects", "Pieces of work, by start", h.apiList)
}

// A work is one project with the parties that it names.
type work struct {
	project.Project
	providers, implementers []party.Party
}

func (w work) id() project.ID { return w.Recorded.Project }

func enter(b Books, p project.Project) work {
	w := work{Project: p}
	for _, id := range p.Providers {
		w.providers = append(w.providers, known(b, id))
	}
	for _, id := range p.Implementers {
		w.implementers = append(w.implementers, known(b, id))
	}
	return w
}

// known is the party called id; of one that is not registered, its id.
func known(b Books, id party.ID) party.Party {
	p, ok := b.Parties.Get(id)
	if !ok {
		p.Registered.Party = id
	}
	return p
}

// gather copies the projects begun by day or not dated, the latest first.
func (h *Handler) gather(day string) (out []work) {
	h.View(func(b Books) {
		for _, p := range b.Projects.All() {
			if p.Start.HeldBy(day) {
				out = append(out, enter(b, p))
			}
		}
	})
	slices.Reverse(out)
	return out
}

// quantity is nil when none was stated, which is not zero.
func (w work) quantity() *int64 {
	if w.Quantity == 0 {
		return nil
	}
	return &w.Quantity
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	asOf := r.URL.Query().Get(query.AsOf)
	day, err := query.Day(asOf, h.Now())
	if err != nil {
		return err
	}
	v := listView{Page: web.PageOf(r), works: h.gather(day), asOf: asOf, day: day, today: query.Today(h.Now())}
	v.Title, v.Marking = web.T(v.Lang, "project.list"), tlp.Clear
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	return web.Render(w, r, v.Page, listPage(v))
}

func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	day, err := query.Day(r.URL.Query().Get(query.AsOf), h.Now())
	if err != nil {
		return err
	}
	return csv.Serve(w, "projects.csv", fields, rows(h.gather(day)))
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	asOf := r.URL.Query().Get(query.AsOf)
	if _, err := query.Day(asOf, h.Now()); err != nil {
		return err
	}
	one, ok := work{}, false
	h.View(func(b Books) {
		var p project.Project
		if p, ok = b.Projects.Get(project.ID(r.PathValue("id"))); ok {
			one = enter(b, p)
		}
	})
	if !ok {
		return web.ErrNotFound
	}
	v := itemView{Page: web.PageOf(r), work: one, asOf: asOf}
	var err error
	if v.facts, err = told.Read(r.Context(), h.Fact, one.History); err != nil {
		return err
	}
	v.Title, v.Marking = string(one.id()), tlp.Clear
	v.Crumbs = []web.Crumb{
		{Text: web.T(v.Lang, "project.list"), Href: query.Address("/projects", query.Keep(asOf))}, {Text: v.Title}}
	return web.Render(w, r, v.Page, itemPage(v))
}

// ProjectJSON is a piece of work in the API.
type ProjectJSON struct {
	ID              string      `json:"id"`
	Name            string      `json:"name"`
	Providers       []party.ID  `json:"providers,omitempty" doc:"Ids of parties, where the names resolve"`
	Implementers    []party.ID  `json:"implementers,omitempty"`
	ProviderSaid    string      `json:"provider_said,omitempty" doc:"As published"`
	ImplementerSaid string      `json:"implementer_said,omitempty" doc:"As published"`
	Recipients      string      `json:"recipients,omitempty" doc:"Classes, as published"`
	Capability      string      `json:"capability,omitempty"`
	Quantity        *int64      `json:"quantity,omitempty" doc:"Absent: not stated"`
	Unit            string      `json:"unit,omitempty"`
	Start           string      `json:"start,omitempty"`
	End             string      `json:"end,omitempty"`
	Result          string      `json:"result,omitempty"`
	Source          fact.Source `json:"source"`
	Fact            int64       `json:"fact"`
}

type listInput struct {
	api.PageInput
	AsOf string `query:"as_of" doc:"A day, YYYY-MM-DD: begun by then; absent: today"`
}

type listOutput struct{ Body api.List[ProjectJSON] }

func (h *Handler) apiList(_ context.Context, in *listInput) (*listOutput, error) {
	day, err := query.Day(in.AsOf, h.Now())
	if err != nil {
		return nil, err
	}
	page, err := api.Cut(h.gather(day), in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &listOutput{api.List[ProjectJSON]{Items: make([]ProjectJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}}
	for _, w := range page.Items {
		out.Body.Items = append(out.Body.Items, ProjectJSON{ID: string(w.id()), Name: w.Name, Providers: w.Providers,
			Implementers: w.Implementers, ProviderSaid: w.ProviderSaid, ImplementerSaid: w.ImplementerSaid,
			Recipients: w.Recipients, Capability: w.Capability, Quantity: w.quantity(), Unit: w.Unit,
			Start: string(w.Start), End: string(w.End), Result: w.Result, Source: w.Source, Fact: int64(w.Pos)})
	}
	return out, nil
}
