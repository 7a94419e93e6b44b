package seathttp

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
	"tallinn/web/told"
)

// Books are what the pages are made of.
type Books struct {
	Parties *party.Book
	Seats   *seat.Book
	Bodies  []party.ID // the groups of the procedure, some of which may have no seat yet
}

// A Part is what of a seat the policy is asked about.
type Part string

const (
	Term    Part = "term"    // that it is there, whose it is, and for how long
	Sitting Part = "sitting" // whether and since when somebody sits there
)

// A Handler serves the seats of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
	// Reader says which parts of which seats the request may see.
	Reader func(ctx context.Context) func(s seat.Seat, p Part) bool
	// Acting is who sends a request, and Decide records what rule decides for
	// them, once.
	Acting func(ctx context.Context) Acting
	Decide func(ctx context.Context, c Command, rule func(Tx, Books) ([]fact.Body, error)) (Result, error)
	People People
	// Facts are those of a seat, in order of record.
	Facts func(ctx context.Context, id seat.ID) ([]fact.Fact, error)
	// Gate lets a program with a token of a person's session through.
	Gate api.Gate
	// Origin is the hub's own address, which stands on sheets; empty: the one
	// that a request came to.
	Origin string
	Now    func() time.Time
	Log    *slog.Logger
}

// Routes adds the pages to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for pattern, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /seats":                  h.list,
		"GET /seats/new":              h.newSeat,
		"POST /seats/new":             h.open,
		"GET /seats/admit":            h.askAdmit,
		"POST /seats/admit":           h.admit,
		"GET /seats/sheets":           h.askSheets,
		"POST /seats/sheets":          h.sheetsNow,
		"GET /seats/{id}":             h.show,
		"GET /seats/{id}/delegate":    h.askDelegate,
		"POST /seats/{id}/delegate":   h.delegate,
		"POST /seats/{id}/undelegate": h.undelegate,
		"GET /seats/{id}/assign":      h.askMove,
		"POST /seats/{id}/assign":     h.move,
		"GET /seats/{id}/duty":        h.askDuty,
		"POST /seats/{id}/duty":       h.dutyNow,
		"GET /seats/{id}/end":         h.askEnd,
		"POST /seats/{id}/end":        h.end,
	} {
		mux.Handle(pattern, web.Handle(h.Log, fn))
	}
}

// An entry is a seat as its reader may see it.
type entry struct {
	seat.Seat
	holder, body party.Party
	sitting      bool // the reader may see whether somebody sits there
	deputed      bool // somebody acts for it
}

// A State is whether a seat acts on a day.
type state string

const (
	acts   state = "acts"
	ahead  state = "ahead" // its term has not begun
	past   state = "past"  // its term is over
	ending state = "ended"
)

var states = []state{acts, ahead, past, ending}

func (e entry) state(day string) state {
	switch {
	case e.Ended != nil && e.Ended.On.HeldBy(day):
		return ending
	case e.Acts(day):
		return acts
	case !e.From.HeldBy(day):
		return ahead
	}
	return past
}

var tones = map[state]web.Tone{acts: web.Good, ahead: web.Neutral, past: web.Neutral, ending: web.Danger}

// A filter is what a list of seats is asked for. Empty is all.
type filter struct {
	role  seat.Role
	body  party.ID
	state state
}

// gather are the seats that may see and that fit f, by role and holder.
//
// Errors: query.ErrChoice.
func (h *Handler) gather(ctx context.Context, l web.Lang, q url.Values) (f filter, list []entry, bodies []party.Party, err error) {
	if f.role, err = query.Choice("role", q.Get("role"), seat.Roles); err != nil {
		return f, nil, nil, err
	}
	if f.state, err = query.Choice("state", q.Get("state"), states); err != nil {
		return f, nil, nil, err
	}
	f.body = party.ID(q.Get("body"))
	may, day := h.Reader(ctx), query.Today(h.Now())
	h.View(func(b Books) {
		for _, s := range b.Seats.All() {
			if !may(s, Term) {
				continue
			}
			e := entryOf(b, s, may, day)
			if e.body.Exists() && !slices.ContainsFunc(bodies, func(p party.Party) bool { return p.Registered.Party == s.Body }) {
				bodies = append(bodies, e.body)
			}
			if (f.role == "" || s.Role == f.role) && (f.body == "" || s.Body == f.body) && (f.state == "" || e.state(day) == f.state) {
				list = append(list, e)
			}
		}
	})
	slices.SortStableFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(slices.Index(seat.Roles, a.Role), slices.Index(seat.Roles, b.Role)),
			cmp.Compare(a.Body, b.Body), cmp.Compare(a.holder.NameIn(string(l)), b.holder.NameIn(string(l))))
	})
	return f, list, bodies, nil
}

func entryOf(b Books, s seat.Seat, may func(seat.Seat, Part) bool, day string) entry {
	e := entry{Seat: s, sitting: may(s, Sitting)}
	e.holder, _ = b.Parties.Get(s.Holder)
	e.body, _ = b.Parties.Get(s.Body)
	_, e.deputed = b.Seats.DeputyOf(s, day)
	return e
}

// list serves GET /seats.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	f, entries, bodies, err := h.gather(r.Context(), p.Lang, r.URL.Query())
	if err != nil {
		return err
	}
	p.Title, p.Section, p.Marking = web.T(p.Lang, "seat.list"), "seats", markingOf(entries)
	p.Crumbs = []web.Crumb{{Text: p.Title}}
	day := query.Today(h.Now())
	return web.Render(w, r, p, listPage(p, h.ways(r.Context(), p.Lang), filters(p.Lang, f, bodies), table(p.Lang, entries, day)))
}

// markingOf: an empty list tells nothing.
func markingOf(list []entry) tlp.Marking {
	if len(list) == 0 {
		return tlp.Clear
	}
	return tlp.Green
}

func filters(l web.Lang, f filter, bodies []party.Party) web.Filters {
	options := []web.Option{{Text: web.T(l, "list.all")}}
	for _, b := range bodies {
		options = append(options, web.Option{Value: string(b.Registered.Party), Text: b.NameIn(string(l))})
	}
	return web.Filters{Action: "/seats", Label: web.T(l, "seat.filters"), Fields: []web.Field{
		{Name: "role", Label: web.T(l, "seat.field.role"), Value: string(f.role), Options: told.Options(l, "seat.role", seat.Roles)},
		{Name: "body", Label: web.T(l, "seat.field.body"), Value: string(f.body), Options: options},
		{Name: "state", Label: web.T(l, "seat.field.state"), Value: string(f.state), Options: told.Options(l, "seat.state", states)},
	}}
}

func table(l web.Lang, list []entry, day string) web.Table {
	t := web.Table{ID: "seats", Caption: web.N(l, "seat.count", len(list)), Empty: web.T(l, "seat.list.empty"), Columns: []web.Column{
		{Head: web.T(l, "seat.seat"), Lead: true}, {Head: web.T(l, "seat.field.role")},
		{Head: web.T(l, "seat.field.body")}, {Head: web.T(l, "seat.field.term")}, {Head: web.T(l, "seat.field.state"), Beside: true}}}
	for _, e := range list {
		s := e.state(day)
		t.Rows = append(t.Rows, web.Row{ID: string(e.ID), Quiet: s != acts, Cells: []web.Cell{
			named(e.ID, e.holder.NameIn(string(l))), web.Text(web.T(l, "seat.role."+string(e.Role))), bodyCell(l, e),
			web.Text(term(l, e.Seat)), web.StatusChip(tones[s], web.T(l, "seat.state."+string(s)))}})
	}
	return t
}

func bodyCell(l web.Lang, e entry) web.Cell {
	if e.Body == "" {
		return nil
	}
	return web.Text(e.body.NameIn(string(l)))
}

// term is a seat's first and last day.
func term(l web.Lang, s seat.Seat) string {
	if s.Until == "" {
		return web.T(l, "seat.term.open", "from", web.Date(l, s.From))
	}
	return web.T(l, "seat.term", "from", web.Date(l, s.From), "until", web.Date(l, s.Until))
}

// show serves GET /seats/{id}.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	e, ok := h.one(r.Context(), seat.ID(r.PathValue("id")))
	if !ok {
		return web.ErrNotFound
	}
	p.Title = told.Capital(e.words(p.Lang))
	p.Section, p.Marking = "seats", tlp.Green
	if e.sitting {
		p.Marking = tlp.Amber
	}
	p.Crumbs = []web.Crumb{{Text: web.T(p.Lang, "seat.list"), Href: "/seats"}, {Text: string(e.ID)}}
	s := e.state(query.Today(h.Now()))
	header := web.Header{ID: string(e.ID), Title: p.Title, Lead: web.T(p.Lang, "seat.what."+string(e.Role)),
		Status: []templ.Component{web.StatusChip(tones[s], web.T(p.Lang, "seat.state."+string(s)))}}
	v, err := h.view(r, p, e)
	if err != nil {
		return err
	}
	header.Actions = v.acts
	return web.Render(w, r, p, itemPage(v, header))
}

// one is the seat called id; not there when it is hidden.
func (h *Handler) one(ctx context.Context, id seat.ID) (e entry, ok bool) {
	may := h.Reader(ctx)
	h.View(func(b Books) {
		var s seat.Seat
		if s, ok = b.Seats.Get(id); ok {
			if ok = may(s, Term); ok {
				e = entryOf(b, s, may, query.Today(h.Now()))
			}
		}
	})
	return e, ok
}
