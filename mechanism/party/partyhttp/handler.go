package partyhttp

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/csv"
	"tallinn/web/query"
	"tallinn/web/told"
)

// Books are what the pages are made of.
type Books struct{ Parties *party.Book }

// A Section is a part of a party's page that another noun gives, as of a day.
// It is asked for outside View.
type Section func(p web.Page, id party.ID, day string) templ.Component

// A Handler serves the parties of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
	// Sees says which parties the reader of a request may see; nil: all.
	Sees func(ctx context.Context) func(party.Party) bool
	// Fact reads one fact of the record.
	Fact     told.Reader
	Sections []Section // in the order of the page; may be empty
	Now      func() time.Time
	Log      *slog.Logger
}

// Routes adds the pages and the table to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /parties", web.Handle(h.Log, h.list))
	mux.Handle("GET /parties.csv", web.Handle(h.Log, h.table))
	mux.Handle("GET /parties/{id}", web.Handle(h.Log, h.show))
}

// list serves GET /parties.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := h.filter(q.Get("type"), q.Get("role"), q.Get(query.AsOf))
	if err != nil {
		return err
	}
	v := listView{Page: web.PageOf(r), filter: f, today: query.Today(h.Now())}
	v.directory = h.gather(r.Context(), f)
	v.Title = web.T(v.Lang, "party.list")
	v.Description = web.T(v.Lang, "party.list.lead")
	v.Section, v.Marking = "parties", v.directory.marking()
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	return web.Render(w, r, v.Page, listPage(v))
}

// table serves GET /parties.csv.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := h.filter(q.Get("type"), q.Get("role"), q.Get(query.AsOf))
	if err != nil {
		return err
	}
	return csv.Serve(w, "parties.csv", fields, rows(h.gather(r.Context(), f)))
}

// show serves GET /parties/{id}.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	asOf := r.URL.Query().Get(query.AsOf)
	day, err := query.Day(asOf, h.Now())
	if err != nil {
		return err
	}
	one, ok := h.one(r.Context(), party.ID(r.PathValue("id")), day)
	if !ok {
		return web.ErrNotFound
	}
	facts, err := told.Read(r.Context(), h.Fact, one.History)
	if err != nil {
		return err
	}
	p := web.PageOf(r)
	v := itemView{Page: p, entry: one, facts: facts, asOf: asOf, day: day, today: query.Today(h.Now())}
	for _, section := range h.Sections {
		v.sections = append(v.sections, section(p, one.id(), day))
	}
	v.Title, v.Section, v.Marking = one.NameIn(string(p.Lang)), "parties", tlp.Clear
	if one.hidden() {
		v.Marking = one.Party.Marking
	}
	v.Crumbs = []web.Crumb{
		{Text: web.T(p.Lang, "party.list"), Href: query.Address("/parties", query.Keep(asOf))}, {Text: v.Title}}
	return web.Render(w, r, v.Page, itemPage(v))
}
