package seathttp

import (
	"net/http"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/qr"
)

// maxSheets bounds how many are printed at a time.
const maxSheets = 10

// A sheet is what a person gets in hand: one code, good once.
type sheet struct {
	entry
	name, role, address string
	code                qr.Code
	until               time.Time
}

// A sheetsView is the page from which sheets are printed.
type sheetsView struct {
	web.Page
	ids    []seat.ID
	seats  []web.Item // before they are made
	sheets []sheet    // once they are
}

// sheetsOf are the seats that a request asks sheets for, each with somebody
// on it.
//
// Errors: ErrGive, web.ErrNotFound, seat.ErrPerson.
func (h *Handler) sheetsOf(r *http.Request) (v sheetsView, list []entry, err error) {
	if _, err := h.giving(r.Context()); err != nil {
		return v, nil, err
	}
	v.Page = web.PageOf(r)
	v.Title, v.Section, v.Marking = web.T(v.Lang, "seat.sheets"), "seats", tlp.Amber
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "seat.list"), Href: "/seats"}, {Text: v.Title}}
	if err := r.ParseForm(); err != nil {
		return v, nil, err
	}
	asked := r.Form["seat"]
	if len(asked) == 0 || len(asked) > maxSheets {
		return v, nil, web.ErrNotFound
	}
	for _, id := range asked {
		e, ok := h.one(r.Context(), seat.ID(id))
		switch {
		case !ok:
			return v, nil, web.ErrNotFound
		case e.Person == "" || !e.Acts(string(fact.Day(h.Now()))):
			return v, nil, seat.ErrPerson.With("seat", e.ID)
		}
		v.ids, list = append(v.ids, e.ID), append(list, e)
	}
	return v, list, nil
}

// askSheets serves GET /seats/sheets. Looking at it makes no link.
func (h *Handler) askSheets(w http.ResponseWriter, r *http.Request) error {
	v, list, err := h.sheetsOf(r)
	if err != nil {
		return err
	}
	for _, e := range list {
		name, err := h.nameFor(r, v.Lang, e)
		if err != nil {
			return err
		}
		v.seats = append(v.seats, web.Item{Term: name, Detail: web.Text(e.words(v.Lang))})
	}
	return web.Render(w, r, v.Page, sheetsPage(v))
}

// nameFor is the name on a sheet. An administrator, who reads no names, hands
// out sheets that bear the seat alone.
func (h *Handler) nameFor(r *http.Request, l web.Lang, e entry) (string, error) {
	if !e.sitting {
		return string(e.ID), nil
	}
	return h.People.Name(r.Context(), l, e.Person)
}

// sheetsNow serves POST /seats/sheets: links are made, shown this once, and
// every earlier one of the same persons stops working.
func (h *Handler) sheetsNow(w http.ResponseWriter, r *http.Request) error {
	v, list, err := h.sheetsOf(r)
	if err != nil {
		return err
	}
	for _, e := range list {
		s := sheet{entry: e, role: web.T(v.Lang, "seat.role."+string(e.Role))}
		if s.name, err = h.nameFor(r, v.Lang, e); err != nil {
			return err
		}
		token, until, err := h.People.Invite(r.Context(), e.Person)
		if err != nil {
			return err
		}
		s.address, s.until = h.origin(r)+"/sign-in/"+token, until
		if s.code, err = qr.Encode(s.address); err != nil {
			return err
		}
		v.sheets = append(v.sheets, s)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, r, v.Page, sheetsPage(v))
}

// origin is the hub's own address, else the one it was called by.
func (h *Handler) origin(r *http.Request) string {
	if h.Origin != "" {
		return h.Origin
	}
	return "http://" + r.Host
}

// words are a seat's role and holder.
func (e entry) words(l web.Lang) string {
	return web.T(l, "seat.words", "role", web.T(l, "seat.role."+string(e.Role)), "holder", e.holder.NameIn(string(l)))
}
