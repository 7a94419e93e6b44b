// Package deskhttp serves a seat's desk: what waits for it, with its clock,
// and what changed since the last visit. What waits is live: a page that is
// open is told by server-sent events.
package deskhttp

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tallinn/fact"
	"tallinn/notice/desk"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/live"
)

// A Seat is the one whose desk is asked for.
type Seat struct{ ID, Words string }

// A Handler serves the desks of one realm.
type Handler struct {
	// Seat is the one that the request's reader acts from; false: none.
	Seat func(ctx context.Context, l web.Lang) (Seat, bool)
	// Desk is what waits for the request's seat, and what changed after since;
	// a negative since is a first visit, on which nothing has changed.
	Desk func(ctx context.Context, l web.Lang, since fact.Pos) (desk.Desk, error)
	// Waiting is Desk without words and without what changed.
	Waiting func(ctx context.Context) desk.Desk
	// Locked reports whether the request's person has a way in of their own,
	// such as a passkey; nil: not asked.
	Locked func(ctx context.Context) (bool, error)
	// Changes tells that something was recorded, until ctx ends.
	Changes func(ctx context.Context) <-chan fact.Pos
	Now     func() time.Time
	Log     *slog.Logger
}

// Routes adds the desk to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /desk", web.Handle(h.Log, h.show))
	mux.Handle("GET /desk/events", web.Handle(h.Log, h.events))
}

// A view is the page of a desk.
type view struct {
	web.Page
	desk.Desk
	seat  Seat
	some  bool // the reader acts from a seat
	offer bool // the reader has no way in of their own yet, and is offered one
	now   time.Time
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) (err error) {
	v := view{Page: web.PageOf(r), now: h.Now()}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "desk.title"), "desk", tlp.Clear
	if v.seat, v.some = h.Seat(r.Context(), v.Lang); v.some {
		v.Marking = tlp.Amber
		if v.Desk, err = h.Desk(r.Context(), v.Lang, seen(r, v.seat)); err != nil {
			return err
		}
		visited(w, v.seat, v.Head)
	}
	if v.some && h.Locked != nil {
		locked, err := h.Locked(r.Context())
		if err != nil {
			return err
		}
		v.offer = !locked
	}
	return web.Render(w, r, v.Page, page(v))
}

// The last visit to a seat's desk is kept where the visitor is, as a position
// in the record: nobody else needs to know.
const visitTime = 90 * 24 * time.Hour

func visitName(s Seat) string { return "desk-" + url.QueryEscape(s.ID) }

func seen(r *http.Request, s Seat) fact.Pos {
	c, err := r.Cookie(visitName(s))
	if err != nil {
		return -1
	}
	n, err := strconv.ParseInt(c.Value, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return fact.Pos(n)
}

func visited(w http.ResponseWriter, s Seat, head fact.Pos) {
	http.SetCookie(w, &http.Cookie{Name: visitName(s), Value: strconv.FormatInt(int64(head), 10), Path: "/desk",
		MaxAge: int(visitTime.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (v view) lead() string {
	switch {
	case v.some:
		return web.T(v.Lang, "desk.lead", "seat", v.seat.Words)
	case v.Reader.Name != "":
		return web.T(v.Lang, "desk.lead.none")
	}
	return web.T(v.Lang, "desk.visitor")
}

func (v view) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "waiting-list", Caption: web.N(l, "desk.waiting.count", len(v.Items)+v.Rest),
		CaptionHidden: len(v.Items) == 0, Empty: web.T(l, "desk.waiting.empty"), Columns: []web.Column{
			{Head: web.T(l, "desk.thing"), Lead: true}, {Head: web.T(l, "desk.what"), Bare: true},
			{Head: web.T(l, "desk.clock"), Bare: true}}}
	for _, i := range v.Items {
		t.Rows = append(t.Rows, web.Row{ID: string(i.Kind) + "-" + i.ID, Cells: []web.Cell{
			thing(i), web.Text(web.T(l, "desk.item."+string(i.Kind))), clock(l, i, v.now)}})
	}
	return t
}

func elseTone(e desk.Elsewhere) web.Tone {
	if e.Urgent {
		return web.Danger
	}
	return web.Attention
}

func clock(l web.Lang, i desk.Item, now time.Time) web.Cell {
	switch {
	case i.Due.IsZero():
		return web.None(web.T(l, "desk.clock.none"))
	case i.Late(now):
		return web.StatusChip(web.Danger, web.T(l, "desk.clock.over", "at", web.Time(l, i.Due)))
	case i.Pressing(now):
		return web.StatusChip(web.Attention, web.T(l, "desk.clock.due", "at", web.Time(l, i.Due)))
	}
	return web.Text(web.T(l, "desk.clock.due", "at", web.Time(l, i.Due)))
}

func (v view) history() (events []web.Event) {
	for _, c := range v.Changes {
		events = append(events, web.Event{When: web.Time(v.Lang, c.At), Text: c.Words, Href: c.Href})
	}
	return events
}

// live is where the page is told when something else waits.
func (v view) live() string {
	return "/desk/events?" + url.Values{live.Since: {v.tag()}}.Encode()
}

// tag names what waits: not its words, which nobody needs to open to see that
// nothing has changed.
func (v view) tag() string {
	parts := []string{string(v.Lang), strconv.Itoa(v.Rest)}
	for _, e := range v.Elsewhere {
		parts = append(parts, e.Seat, strconv.Itoa(e.Count), strconv.FormatBool(e.Urgent))
	}
	for _, i := range v.Items {
		parts = append(parts, string(i.Kind), i.ID, i.Due.String(), strconv.FormatBool(i.Late(v.now)), strconv.FormatBool(i.Pressing(v.now)))
	}
	return live.Tag(parts...)
}

// events serves GET /desk/events: the list of what waits, whenever it changes.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	v := view{Page: web.PageOf(r)}
	if v.seat, v.some = h.Seat(r.Context(), v.Lang); !v.some {
		return web.ErrNotFound
	}
	return live.Follow(w, r, h.Changes(r.Context()), func(told string) (live.Event, bool, error) {
		v.now, v.Desk = h.Now(), h.Waiting(r.Context())
		id := v.tag()
		if id == told {
			return live.Event{}, false, nil
		}
		desk, err := h.Desk(r.Context(), v.Lang, -1)
		v.Desk = desk
		return live.Event{ID: id, Part: list(v)}, true, err
	})
}
