package needhttp

import (
	"context"
	"net/http"
	"net/url"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/live"
	"tallinn/web/query"
)

// live is where the page is told what changes after the last fact that it
// shows.
func (v itemView) live() string {
	return href(v.ID, "/events?"+url.Values{live.Since: {live.ID(v.at)}}.Encode())
}

// events serves GET /needs/{id}/events.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	id, l := need.ID(r.PathValue("id")), web.LangOf(r)
	if _, err := h.glance(r.Context(), l, id); err != nil {
		return err
	}
	return live.Follow(w, r, h.Changes(r.Context()), func(told string) (live.Event, bool, error) {
		if h.lastOf(id) <= live.Pos(told) {
			return live.Event{}, false, nil
		}
		a, err := h.glance(r.Context(), l, id)
		return live.Event{ID: live.ID(a.at), Part: wayPart(l, a, true)}, a.at > live.Pos(told), err
	})
}

// lastOf is the position of the last fact that a need's page shows.
func (h *Handler) lastOf(id need.ID) (last fact.Pos) {
	h.View(func(b Books) {
		head, _ := b.Needs.Head(id)
		last = b.changed(head)
	})
	return last
}

// glance is the need called id without its texts.
//
// Errors: web.ErrNotFound.
func (h *Handler) glance(ctx context.Context, l web.Lang, id need.ID) (account, error) {
	a := account{reader: h.Reader(ctx), now: h.Now(), voters: map[seat.ID]string{}}
	found := false
	h.View(func(b Books) { found = a.read(b, l, id) })
	if !found {
		return a, web.ErrNotFound
	}
	return a, nil
}

// live is where the list is told what is new since it was made.
func (v listView) live() string {
	values := v.values()
	values.Set(live.Since, live.ID(v.at))
	return query.Address("/needs/events", values)
}

// listEvents serves GET /needs/events, with the filters of the list.
func (h *Handler) listEvents(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r.URL.Query())
	if err != nil {
		return err
	}
	return h.news(w, r, query.Address("/needs", f.values()), f.takes)
}

// queueEvents serves GET /queue/events.
func (h *Handler) queueEvents(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.validates(r); err != nil {
		return err
	}
	return h.news(w, r, "/queue", waitsFor)
}

// news counts the needs that a list takes and that have changed since its page
// was made; page is where they are seen.
func (h *Handler) news(w http.ResponseWriter, r *http.Request, page string, takes func(Books, Reader, need.Head) bool) error {
	n := live.News[need.ID]{Lang: web.LangOf(r), Href: page, Changed: func(since fact.Pos, with func(need.ID, fact.Pos) bool) (upTo fact.Pos) {
		rd := h.Reader(r.Context())
		h.View(func(b Books) {
			upTo = max(since, b.Needs.Changed())
			b.Needs.ChangedAfter(since, func(id need.ID, pos fact.Pos) bool {
				head, _ := b.Needs.Head(id)
				return !rd.sees(head, need.Summary) || !takes(b, rd, head) || with(id, pos)
			})
		})
		return upTo
	}}
	return live.Follow(w, r, h.Changes(r.Context()), n.Show(r))
}
