package flowhttp

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/export"
	"tallinn/web/query"
	"tallinn/web/told"
)

// Books are what the pages are made of.
type Books struct {
	Parties *party.Book
	Flows   *flow.Book
	Held    *flow.Book // not for everyone: only their sides see them; may be nil
	Rates   *rate.Table
}

// A Handler serves the flows and mentions of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
	// Fact reads one fact of the record.
	Fact told.Reader
	// Seat is who sends a request; the zero seat is a visitor.
	Seat func(ctx context.Context) seat.Seat
	// Deeds decides; nil: nothing can be said here.
	Deeds Deeds
	// Gate lets a program with a token of a person's session through.
	Gate api.Gate
	Now  func() time.Time
	Log  *slog.Logger
}

// Routes adds the pages and the tables to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /flows", web.Handle(h.Log, h.list))
	for _, form := range export.Forms {
		mux.Handle("GET /flows"+form, web.Handle(h.Log, h.table))
		mux.Handle("GET /mentions"+form, web.Handle(h.Log, h.mentionTable))
	}
	mux.Handle("GET /flows/{id}", web.Handle(h.Log, h.show))
	if h.Deeds != nil {
		mux.Handle("GET /flows/{id}/say", web.Handle(h.Log, h.say))
		mux.Handle("POST /flows/{id}/say", web.Handle(h.Log, h.record))
		mux.Handle("POST /flows/{id}/join", web.Handle(h.Log, h.joinFlow))
		mux.Handle("GET /flows/new", web.Handle(h.Log, h.announceForm))
		mux.Handle("POST /flows/new", web.Handle(h.Log, h.announce))
		mux.Handle("GET /flows/{id}/link", web.Handle(h.Log, h.linkForm))
		mux.Handle("POST /flows/{id}/link", web.Handle(h.Log, h.link))
		mux.Handle("GET /flows/{id}/value", web.Handle(h.Log, h.valueForm))
		mux.Handle("POST /flows/{id}/value", web.Handle(h.Log, h.value))
		mux.Handle("GET /flow-desk", web.Handle(h.Log, h.flowDesk))
	}
	mux.Handle("GET /mentions", web.Handle(h.Log, h.mentions))
	mux.Handle("GET /mentions/{id}", web.Handle(h.Log, h.mention))
}

// list serves GET /flows.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := h.filter(q)
	if err != nil {
		return err
	}
	v := listView{Page: web.PageOf(r), filter: f, today: query.Today(h.Now())}
	if h.Seat != nil && h.Deeds != nil && hasPart(h.Seat(r.Context())) {
		v.acts = []web.Link{{Text: web.T(v.Lang, "flow.announce"), Href: "/flows/new"}, {Text: web.T(v.Lang, "flow.desk.link"), Href: "/flow-desk"}}
	}
	if v.ledger, err = h.ledger(f, q.Get("page")); err != nil {
		return err
	}
	v.Title, v.Description = web.T(v.Lang, "flow.list"), web.T(v.Lang, "flow.list.lead")
	v.Section, v.Marking = "flows", tlp.Clear
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	return web.Render(w, r, v.Page, listPage(v))
}

// table serves GET /flows.csv.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r.URL.Query())
	if err != nil {
		return err
	}
	all, err := h.all(f)
	if err != nil {
		return err
	}
	return export.Serve(w, r, "flows", flowFields, rows(all, account.cells))
}

// show serves GET /flows/{id}.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	asOf := r.URL.Query().Get(query.AsOf)
	day, err := query.Day(asOf, h.Now())
	if err != nil {
		return err
	}
	a, ok := h.oneFor(r.Context(), flow.ID(r.PathValue("id")), day)
	if !ok {
		return web.ErrNotFound
	}
	v := itemView{Page: web.PageOf(r), account: a, asOf: asOf, today: query.Today(h.Now())}
	if h.Seat != nil {
		v.seat = h.Seat(r.Context())
	}
	if h.Deeds != nil {
		v.acts, v.done = v.ways(), doneWords(v.Lang, v.seat, r.URL.Query())
	}
	if !a.Held { // else its facts are not for everyone, and their pages neither
		if v.facts, err = told.Read(r.Context(), h.Fact, a.History); err != nil {
			return err
		}
	}
	id := string(a.id())
	v.Title, v.Section, v.Marking = id, "flows", a.marking()
	v.Crumbs = []web.Crumb{
		{Text: web.T(v.Lang, "flow.list"), Href: query.Address("/flows", query.Keep(asOf))}, {Text: id}}
	return web.Render(w, r, v.Page, itemPage(v))
}

// mentions serves GET /mentions.
func (h *Handler) mentions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := h.mentionFilter(q)
	if err != nil {
		return err
	}
	v := mentionsView{Page: web.PageOf(r), mentionFilter: f, today: query.Today(h.Now())}
	if v.sayings, err = h.sayings(f, q.Get("page")); err != nil {
		return err
	}
	v.Title, v.Description = web.T(v.Lang, "mention.list"), web.T(v.Lang, "mention.list.lead")
	v.Section, v.Marking = "mentions", tlp.Clear
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	return web.Render(w, r, v.Page, mentionsPage(v))
}

// mentionTable serves GET /mentions.csv.
func (h *Handler) mentionTable(w http.ResponseWriter, r *http.Request) error {
	f, err := h.mentionFilter(r.URL.Query())
	if err != nil {
		return err
	}
	all, err := h.allSaid(f)
	if err != nil {
		return err
	}
	return export.Serve(w, r, "mentions", mentionFields, rows(all, saying.cells))
}

// mention serves GET /mentions/{id}.
func (h *Handler) mention(w http.ResponseWriter, r *http.Request) error {
	asOf := r.URL.Query().Get(query.AsOf)
	day, err := query.Day(asOf, h.Now())
	if err != nil {
		return err
	}
	s, ok := h.oneSaid(flow.MentionID(r.PathValue("id")), day)
	if !ok {
		return web.ErrNotFound
	}
	v := mentionView{Page: web.PageOf(r), saying: s, asOf: asOf, today: query.Today(h.Now())}
	if v.facts, err = told.Read(r.Context(), h.Fact, s.History); err != nil {
		return err
	}
	id := string(s.id())
	v.Title, v.Section, v.Marking = id, "mentions", tlp.Clear
	v.Crumbs = []web.Crumb{
		{Text: web.T(v.Lang, "mention.list"), Href: query.Address("/mentions", query.Keep(asOf))}, {Text: id}}
	return web.Render(w, r, v.Page, mentionPage(v))
}
