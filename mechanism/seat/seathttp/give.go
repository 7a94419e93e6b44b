package seathttp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/told"
)

// newSeat serves GET /seats/new.
func (h *Handler) newSeat(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.giving(r.Context()); err != nil {
		return err
	}
	q := r.URL.Query()
	v := h.openForm(r, "", seat.Opened{Holder: party.ID(q.Get("holder")), Role: seat.Role(q.Get("role")), From: fact.Day(h.Now())}, "")
	return web.Render(w, r, v.Page, actPage(v))
}

func (h *Handler) openForm(r *http.Request, key string, o seat.Opened, name string) actView {
	l := web.LangOf(r)
	v := h.act(r, key, web.T(l, "seat.open"))
	v.lead, v.action, v.cancel, v.do = web.T(l, "seat.open.lead"), "/seats/new", "/seats", web.T(l, "seat.open.do")
	var holders, bodies []web.Option
	h.View(func(b Books) {
		for _, p := range b.Parties.All() {
			holders = append(holders, web.Option{Value: string(p.Registered.Party), Text: p.NameIn(string(l))})
			if len(b.Seats.InBody(p.Registered.Party)) > 0 || slices.Contains(b.Bodies, p.Registered.Party) {
				bodies = append(bodies, web.Option{Value: string(p.Registered.Party), Text: p.NameIn(string(l))})
			}
		}
	})
	slices.SortFunc(holders, func(a, b web.Option) int { return strings.Compare(a.Text, b.Text) })
	v.entries = []web.Entry{
		{ID: "holder", Label: web.T(l, "seat.field.holder"), Kind: web.AsChoice, Options: holders, Value: string(o.Holder)},
		{ID: "role", Label: web.T(l, "seat.field.role"), Kind: web.AsChoice, Options: told.Options(l, "seat.role", seat.Roles)[1:], Value: string(o.Role)},
		{ID: "body", Label: web.T(l, "seat.field.body"), Hint: web.T(l, "seat.open.body.hint"), Kind: web.AsChoice,
			Options: append([]web.Option{{Text: web.T(l, "seat.open.body.none")}}, bodies...), Value: string(o.Body)},
		{ID: "from", Label: web.T(l, "seat.open.from"), Kind: web.AsDay, Value: string(o.From)},
		{ID: "until", Label: web.T(l, "seat.open.until"), Kind: web.AsDay, Value: string(o.Until), Optional: true},
		{ID: "name", Label: web.T(l, "seat.open.name"), Hint: web.T(l, "seat.name.hint"), Value: name, Kind: web.AsLine}}
	return v
}

// open serves POST /seats/new: the seat, the person who sits there, and then
// the sheet by which that person comes in.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if _, err := h.giving(r.Context()); err != nil {
		return err
	}
	f := r.PostForm
	o := seat.Opened{Holder: party.ID(f.Get("holder")), Role: seat.Role(f.Get("role")), Body: party.ID(f.Get("body")),
		From: fact.Date(f.Get("from")), Until: fact.Date(f.Get("until"))}
	name, key := strings.TrimSpace(f.Get("name")), f.Get("key")
	v, to := h.openForm(r, key, o, name), ""
	id, _, err := h.seatFor(r.Context(), key, o, name)
	if err == nil {
		to = sheetsHref(id)
	}
	return h.answer(w, r, v, to, err)
}

// seatFor opens a seat and sits somebody new on it, once for its key.
func (h *Handler) seatFor(ctx context.Context, key string, o seat.Opened, name string) (seat.ID, Result, error) {
	if err := checkName(name); err != nil {
		return "", Result{}, err
	}
	res, err := h.Decide(ctx, Command{ID: key, Op: "seat.open", Args: o}, openRule(o))
	if err != nil {
		return "", res, err
	}
	id := seat.ID(res.IDs[0])
	return id, res, h.seatNew(ctx, key, id, name)
}

func openRule(o seat.Opened) func(Tx, Books) ([]fact.Body, error) {
	return func(tx Tx, b Books) ([]fact.Body, error) {
		if !o.Role.InBody() {
			o.Body = ""
		}
		id, err := tx.NewID("R")
		if err != nil {
			return nil, err
		}
		o.Seat = seat.ID(id)
		holder, _ := b.Parties.Get(o.Holder)
		return seat.Open(seat.Seat{}, holder, o)
	}
}

func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || !utf8.ValidString(name) {
		return ErrName.With("most", maxName)
	}
	return nil
}

// seatNew enters a person and sits them on an empty seat. On one that is
// filled it does nothing: the same was sent twice.
func (h *Handler) seatNew(ctx context.Context, key string, id seat.ID, name string) error {
	taken := false
	h.View(func(b Books) {
		s, _ := b.Seats.Get(id)
		taken = s.Person != ""
	})
	if taken {
		return nil
	}
	_, err := h.assignNew(ctx, key+" "+string(id), id, name)
	return err
}

// somebodyNew stands in a command for whoever it enters: their number is drawn
// each time that it is sent.
const somebodyNew = "new"

// assignNew enters a person and sits them on a seat, once for its key: nobody
// is left behind who came in by a command that had been recorded before, or
// was refused.
func (h *Handler) assignNew(ctx context.Context, key string, id seat.ID, name string) (Result, error) {
	if err := checkName(name); err != nil {
		return Result{}, err
	}
	person, err := h.People.Enter(ctx, name)
	if err != nil {
		return Result{}, err
	}
	res, err := h.assign(ctx, key, id, person, somebodyNew)
	if res.Repeated || err != nil && web.Status(err) < http.StatusInternalServerError { // else it may have been recorded
		return res, errors.Join(err, h.People.Drop(context.WithoutCancel(ctx), person))
	}
	return res, err
}

// assign sits a person on a seat. As is what the command calls them.
func (h *Handler) assign(ctx context.Context, key string, id seat.ID, person, as string) (Result, error) {
	a := h.Acting(ctx)
	return h.Decide(ctx, Command{ID: key, Op: "seat.assign", Seat: id, Args: []string{string(id), as}},
		func(tx Tx, b Books) ([]fact.Body, error) {
			s, _, err := seated(tx, b, id, a.Seat.ID)
			if err != nil {
				return nil, err
			}
			if person == a.Person {
				return nil, ErrSelf
			}
			return s.Assign(person, string(today(tx)), b.Seats.ByPerson(person, string(today(tx))))
		})
}

// askMove serves GET /seats/{id}/assign.
func (h *Handler) askMove(w http.ResponseWriter, r *http.Request) error {
	e, err := h.given(r)
	if err != nil {
		return err
	}
	v, err := h.moveForm(r, e, "", "", "")
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, actPage(v))
}

// given is the seat that a request asks to give or to end.
//
// Errors: ErrGive, web.ErrNotFound.
func (h *Handler) given(r *http.Request) (e entry, err error) {
	if _, err := h.giving(r.Context()); err != nil {
		return e, err
	}
	e, ok := h.one(r.Context(), seat.ID(r.PathValue("id")))
	if !ok {
		return e, web.ErrNotFound
	}
	return e, nil
}

func (h *Handler) moveForm(r *http.Request, e entry, key, person, name string) (actView, error) {
	l := web.LangOf(r)
	v := h.act(r, key, web.T(l, "seat.move"), web.Crumb{Text: string(e.ID), Href: seatHref(e.ID, "")})
	v.id, v.lead, v.do = string(e.ID), web.T(l, "seat.move.lead"), web.T(l, "seat.move.do")
	v.action, v.cancel = seatHref(e.ID, "/assign"), seatHref(e.ID, "")
	colleagues, err := h.colleagues(r.Context(), l, e.Seat)
	if err != nil {
		return v, err
	}
	if len(colleagues) > 0 {
		v.entries = []web.Entry{{ID: "person", Label: web.T(l, "seat.move.who"), Kind: web.AsChoice, Value: person,
			Options: append([]web.Option{{Text: web.T(l, "seat.move.new")}}, colleagues...)}}
	}
	v.entries = append(v.entries, web.Entry{ID: "name", Label: web.T(l, "seat.move.name"), Hint: web.T(l, "seat.name.hint"), Value: name, Kind: web.AsLine})
	return v, nil
}

// colleagues sit on other seats of the institution.
func (h *Handler) colleagues(ctx context.Context, l web.Lang, s seat.Seat) (out []web.Option, err error) {
	for _, person := range h.persons(s) {
		name, err := h.People.Name(ctx, l, person)
		if err != nil {
			return nil, err
		}
		out = append(out, web.Option{Value: person, Text: name})
	}
	return out, nil
}

// persons are those who sit on other seats of the institution.
func (h *Handler) persons(s seat.Seat) (out []string) {
	h.View(func(b Books) {
		for _, o := range b.Seats.HeldBy(s.Holder) {
			if o.Person != "" && o.Person != s.Person && o.Acts(string(fact.Day(h.Now()))) && !slices.Contains(out, o.Person) {
				out = append(out, o.Person)
			}
		}
	})
	return out
}

// move serves POST /seats/{id}/assign.
func (h *Handler) move(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	e, err := h.given(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	person, name, key := f.Get("person"), strings.TrimSpace(f.Get("name")), f.Get("key")
	v, err := h.moveForm(r, e, key, person, name)
	if err != nil {
		return err
	}
	to := seatHref(e.ID, "?done=assign")
	if person == "" {
		to = sheetsHref(e.ID)
	}
	_, err = h.sit(r.Context(), key, e.Seat, person, name)
	return h.answer(w, r, v, to, err)
}

// sit puts somebody of the institution on its seat s, or somebody new when
// person is empty.
func (h *Handler) sit(ctx context.Context, key string, s seat.Seat, person, name string) (res Result, err error) {
	switch {
	case person == "":
		res, err = h.assignNew(ctx, key, s.ID, name)
	case person != s.Person && !slices.Contains(h.persons(s), person):
		err = ErrColleague.With("seat", s.ID)
	default:
		res, err = h.assign(ctx, key, s.ID, person, person)
	}
	if err != nil || person == s.Person {
		return res, err
	}
	return res, h.forget(ctx, s.Person)
}

// forget takes back the links of somebody who sits nowhere any more.
func (h *Handler) forget(ctx context.Context, person string) error {
	sits := false
	h.View(func(b Books) { sits = len(b.Seats.ByPerson(person, string(fact.Day(h.Now())))) > 0 })
	if sits || person == "" {
		return nil
	}
	return h.People.Uninvite(ctx, person)
}

// askEnd serves GET /seats/{id}/end.
func (h *Handler) askEnd(w http.ResponseWriter, r *http.Request) error {
	e, err := h.given(r)
	if err != nil {
		return err
	}
	v := h.endForm(r, e, "", fact.Day(h.Now()), "")
	return web.Render(w, r, v.Page, actPage(v))
}

func (h *Handler) endForm(r *http.Request, e entry, key string, on fact.Date, reason string) actView {
	l := web.LangOf(r)
	v := h.act(r, key, web.T(l, "seat.end"), web.Crumb{Text: string(e.ID), Href: seatHref(e.ID, "")})
	v.id, v.lead, v.do = string(e.ID), web.T(l, "seat.end.lead"), web.T(l, "seat.end.do")
	v.action, v.cancel = seatHref(e.ID, "/end"), seatHref(e.ID, "")
	v.entries = []web.Entry{
		{ID: "reason", Label: web.T(l, "seat.end.reason"), Kind: web.AsChoice, Options: told.Options(l, "seat.reason", seat.Reasons)[1:], Value: reason},
		{ID: "on", Label: web.T(l, "seat.end.on"), Kind: web.AsDay, Value: string(on)}}
	return v
}

// end serves POST /seats/{id}/end.
func (h *Handler) end(w http.ResponseWriter, r *http.Request) error {
	e, err := h.given(r)
	if err != nil {
		return err
	}
	on, reason, key := fact.Date(r.PostFormValue("on")), r.PostFormValue("reason"), r.PostFormValue("key")
	_, err = h.close(r.Context(), key, e.Seat, on, reason)
	return h.answer(w, r, h.endForm(r, e, key, on, reason), seatHref(e.ID, "?done=end"), err)
}

// close takes a seat out of use.
func (h *Handler) close(ctx context.Context, key string, was seat.Seat, on fact.Date, reason string) (Result, error) {
	res, err := h.Decide(ctx, Command{ID: key, Op: "seat.end", Seat: was.ID, Args: []string{string(was.ID), string(on), reason}},
		func(tx Tx, b Books) ([]fact.Body, error) {
			s, _, err := seated(tx, b, was.ID, was.ID)
			if err != nil {
				return nil, err
			}
			return s.End(on, seat.Reason(reason))
		})
	if err != nil {
		return res, err
	}
	return res, h.forget(ctx, was.Person)
}

func sheetsHref(ids ...seat.ID) string {
	q := url.Values{}
	for _, id := range ids {
		q.Add("seat", string(id))
	}
	return "/seats/sheets?" + q.Encode()
}
