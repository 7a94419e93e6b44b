package seathttp

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A seatView is the page of one seat.
type seatView struct {
	web.Page
	entry
	names    map[string]string // of persons, for those who may see who sits there
	deputy   seat.Seat         // acts for the seat today; zero: nobody
	acts     []web.Link
	history  []web.Event
	duty     string // that it is on duty, and until when; empty: it is not
	takeBack bool
	key      string
	done     string
}

// ways lead those who give seats on from the list.
func (h *Handler) ways(ctx context.Context, l web.Lang) []web.Link {
	if h.Acting == nil {
		return nil
	}
	if _, err := h.giving(ctx); err != nil {
		return nil
	}
	return []web.Link{{Text: web.T(l, "seat.admit"), Href: "/seats/admit"}, {Text: web.T(l, "seat.open"), Href: "/seats/new"}}
}

func (h *Handler) view(r *http.Request, p web.Page, e entry) (v seatView, err error) {
	ctx, l, now := r.Context(), p.Lang, h.Now()
	v = seatView{Page: p, entry: e, names: map[string]string{}, key: rand.Text()}
	if h.Acting == nil {
		return v, nil
	}
	a := h.Acting(ctx)
	v.takeBack = e.sitting && mayTakeBack(e.Seat, a, now)
	day := query.Today(now)
	if whyNotDelegate(e.Seat, a) == nil && e.Seat.Acts(day) && e.Person != "" {
		v.acts = append(v.acts, web.Link{Text: web.T(l, "seat.delegate"), Href: seatHref(e.ID, "/delegate")})
	}
	if e.sitting && whyNotDuty(e.Seat, a.Seat, now) == nil {
		v.acts = append(v.acts, web.Link{Text: web.T(l, "seat.duty"), Href: seatHref(e.ID, "/duty")})
	}
	if a.Gives && !a.Deputy && e.Ended == nil {
		v.acts = append(v.acts, web.Link{Text: web.T(l, "seat.move"), Href: seatHref(e.ID, "/assign")})
		if e.Person != "" && e.Seat.Acts(day) {
			v.acts = append(v.acts, web.Link{Text: web.T(l, "seat.sheet"), Href: sheetsHref(e.ID)})
		}
		v.acts = append(v.acts, web.Link{Text: web.T(l, "seat.end"), Href: seatHref(e.ID, "/end")})
	}
	if q := r.URL.Query().Get("done"); q != "" && (a.Gives || v.takeBack || a.Seat.ID == e.ID || q == "duty") {
		v.done = v.said(q)
	}
	if !e.sitting {
		return v, nil
	}
	h.View(func(b Books) {
		v.deputy, _ = b.Seats.DeputyOf(e.Seat, day)
		if on, d, some := b.Seats.DutyOf(e.Body, now); some && on.ID == e.ID {
			v.duty = web.T(l, "seat.duty.now", "until", web.Time(l, d.Until))
		}
	})
	for _, person := range v.persons() {
		if v.names[person], err = h.People.Name(ctx, l, person); err != nil {
			return v, err
		}
	}
	facts, err := h.Facts(ctx, e.ID)
	v.history = told.History(l, facts, func(f fact.Fact) (string, bool) {
		return Describe(l, f, func(id party.ID) string {
			if id == e.Holder {
				return e.holder.NameIn(string(l))
			}
			return string(id)
		})
	})
	for i := range v.history {
		v.history[i].Href = "" // opened by those who may read facts of this marking, not by everyone
	}
	return v, err
}

// said is what an act has done; a word that is none says nothing.
func (v seatView) said(word string) string {
	key := "seat.done." + word
	if said := web.T(v.Lang, key, "id", v.ID); !strings.Contains(said, key) {
		return said
	}
	return ""
}

func (v seatView) persons() []string {
	var out []string
	for _, s := range v.Sittings {
		out = append(out, s.Person)
	}
	if v.deputy.Person != "" {
		out = append(out, v.deputy.Person)
	}
	return out
}

func (v seatView) items(l web.Lang) []web.Item {
	e := v.entry
	items := e.items(l)
	if !e.sitting {
		return items
	}
	if name := v.names[e.Person]; name != "" {
		items = append(items, web.Item{Term: web.T(l, "seat.field.person"), Detail: web.Text(name)})
	}
	if v.duty != "" {
		items = append(items, web.Item{Term: web.T(l, "seat.field.duty"), Detail: web.Text(v.duty)})
	}
	if d := e.Deputy; d != nil && v.deputy.Exists() {
		var powers []string
		for _, p := range d.Powers {
			powers = append(powers, web.T(l, "seat.power."+string(p)))
		}
		items = append(items, web.Item{Term: web.T(l, "seat.field.deputy"), Detail: web.Note(
			web.T(l, "seat.sits_on", "name", v.names[v.deputy.Person], "role", web.T(l, "seat.role."+string(v.deputy.Role)), "id", v.deputy.ID),
			web.T(l, "seat.deputy.note", "powers", strings.Join(powers, ", "), "until", web.Date(l, d.Until)))})
	}
	return items
}

// sittingTable is who sat on the seat, the last first.
func (v seatView) sittingTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "sittings-list", Caption: web.T(l, "seat.sittings"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "seat.field.person"), Lead: true}, {Head: web.T(l, "seat.sitting.from")}, {Head: web.T(l, "seat.sitting.to")}}}
	for i := len(v.Sittings) - 1; i >= 0; i-- {
		s := v.Sittings[i]
		name, to := web.Text(v.names[s.Person]), web.None(web.T(l, "seat.sitting.now"))
		if v.names[s.Person] == "" {
			name = web.None(web.T(l, "seat.sitting.erased"))
		}
		if i+1 < len(v.Sittings) {
			to = web.Text(web.Time(l, v.Sittings[i+1].At))
		}
		t.Rows = append(t.Rows, web.Row{Quiet: i+1 < len(v.Sittings), Cells: []web.Cell{name, web.Text(web.Time(l, s.At)), to}})
	}
	return t
}

func (e entry) items(l web.Lang) []web.Item {
	items := []web.Item{
		{Term: web.T(l, "seat.field.holder"), Detail: web.To(web.Link{Text: e.holder.NameIn(string(l)), Href: "/parties/" + url.PathEscape(string(e.Holder))})},
		{Term: web.T(l, "seat.field.role"), Detail: web.Text(web.T(l, "seat.role."+string(e.Role)))},
	}
	if e.Body != "" {
		items = append(items, web.Item{Term: web.T(l, "seat.field.body"), Detail: bodyCell(l, e)})
	}
	items = append(items, web.Item{Term: web.T(l, "seat.field.term"), Detail: web.Text(term(l, e.Seat))})
	if e.Ended != nil {
		items = append(items, web.Item{Term: web.T(l, "seat.field.ended"), Detail: web.Note(web.Date(l, e.Ended.On), told.Word(l, "seat.reason", e.Ended.Reason))})
	}
	if e.sitting {
		items = append(items, web.Item{Term: web.T(l, "seat.field.sitting"), Detail: e.sits(l)})
	}
	return items
}

// sits says since when somebody sits on the seat.
func (e entry) sits(l web.Lang) templ.Component {
	if e.Person == "" || len(e.Sittings) == 0 {
		return web.None(web.T(l, "seat.empty"))
	}
	return web.Text(web.T(l, "seat.filled", "since", web.Time(l, e.Sittings[len(e.Sittings)-1].At)))
}
