package offerhttp

import (
	"net/http"
	"net/url"

	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/web"
	"tallinn/web/live"
	"tallinn/web/query"
)

// live is where each page is told what changes after what it shows.

func (v itemView) live() string { return since(offerHref(v.Opened.Offer), v.at) }

func (v dealView) live() string { return since(reservationHref(v.Reserved.Reservation), v.at) }

func since(page string, at fact.Pos) string {
	return page + "/events?" + url.Values{live.Since: {live.ID(at)}}.Encode()
}

func (v listView) live() string {
	values := url.Values(v.values())
	values.Set(live.Since, live.ID(v.at))
	return query.Address("/offers/events", values)
}

// offerEvents serves GET /offers/{id}/events.
func (h *Handler) offerEvents(w http.ResponseWriter, r *http.Request) error {
	id := offer.ID(r.PathValue("id"))
	return h.follow(w, r, offerHref(id), func(b Books, rd Reader) (fact.Pos, bool) {
		o, known := b.Offers.Get(id)
		return b.Offers.ChangedOf(id), known && rd.May(o.Class)
	})
}

// dealEvents serves GET /reservations/{id}/events.
func (h *Handler) dealEvents(w http.ResponseWriter, r *http.Request) error {
	id := offer.ReservationID(r.PathValue("id"))
	return h.follow(w, r, reservationHref(id), func(b Books, rd Reader) (fact.Pos, bool) {
		x, known := b.Offers.Reservation(id)
		n, _ := b.Needs.Head(x.Need)
		return x.Changed(), known && rd.may(x, n)
	})
}

// follow tells of every change of what page shows; last is where it changed
// last, and whether the reader may see it.
func (h *Handler) follow(w http.ResponseWriter, r *http.Request, page string, last func(Books, Reader) (fact.Pos, bool)) error {
	look := func() (at fact.Pos, err error) {
		rd, seen := h.Reader(r.Context()), false
		h.View(func(b Books) { at, seen = last(b, rd) })
		if !seen {
			err = web.ErrNotFound
		}
		return at, err
	}
	if _, err := look(); err != nil {
		return err
	}
	l := web.LangOf(r)
	return live.Follow(w, r, h.Changes(r.Context()), func(told string) (live.Event, bool, error) {
		at, err := look()
		return live.Event{ID: live.ID(at), Part: live.Bar(page, web.T(l, "offer.live.changed"))}, at > live.Pos(told), err
	})
}

// listEvents serves GET /offers/events, with the filters of the list.
func (h *Handler) listEvents(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r)
	if err != nil {
		return err
	}
	n := live.News[offer.ID]{Lang: web.LangOf(r), Href: query.Address("/offers", f.values()),
		Changed: func(since fact.Pos, with func(offer.ID, fact.Pos) bool) (upTo fact.Pos) {
			rd, day := h.Reader(r.Context()), query.Today(h.Now())
			h.View(func(b Books) {
				upTo = max(since, b.Offers.Changed())
				b.Offers.ChangedAfter(since, func(id offer.ID, pos fact.Pos) bool {
					o, _ := b.Offers.Get(id)
					return !rd.May(o.Class) || !f.takes(o, day) || with(id, pos)
				})
			})
			return upTo
		}}
	return live.Follow(w, r, h.Changes(r.Context()), n.Show(r))
}
