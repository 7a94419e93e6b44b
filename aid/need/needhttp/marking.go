package needhttp

import (
	"net/http"
	"net/url"
	"slices"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
)

// An Audience is how many of the seats of a role may read something. Role is
// empty of visitors, who are one.
type Audience struct {
	Role  seat.Role
	Seats int
	May   int
}

// A markView is the page on which an owner marks a need anew: first who would
// see it then and does not now, or the other way about, and then its word.
type markView struct {
	web.Page
	account
	options []tlp.Marking // that the reader may choose
	chosen  string
	to      []string
	seats   []web.Option // that TLP:RED may name
	now     []Audience
	then    []Audience // of what was chosen; nil: nothing was
	key     string
	refusal error
}

// askMark serves GET /needs/{id}/marking.
func (h *Handler) askMark(w http.ResponseWriter, r *http.Request) error {
	return h.renderMark(w, r, http.StatusOK, markView{})
}

// markNow serves POST /needs/{id}/marking: what it would open and close, then,
// when it is signed, the marking.
func (h *Handler) markNow(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	q := r.PostForm
	v := markView{chosen: q.Get("marking"), to: q["to"]}
	m, err := tlp.Parse(v.chosen)
	if err != nil {
		v.refusal = err
		return h.renderMark(w, r, http.StatusUnprocessableEntity, v)
	}
	wanted := marking.Changed{Marking: m}
	if m == tlp.Red {
		wanted.To = []seat.ID{a.reader.Seat.ID}
		for _, id := range v.to {
			if !slices.Contains(wanted.To, seat.ID(id)) {
				wanted.To = append(wanted.To, seat.ID(id))
			}
		}
	}
	if q.Get("step") == "sign" {
		res, err := h.mark(r.Context(), a.ID, q.Get("key"), wanted)
		return h.answered(w, r, a.ID, url.Values{"done": {"mark"}}, res, err)
	}
	h.View(func(b Books) { _, v.refusal = a.Remark(a.reader.Seat, a.now, wanted, b.Seats) })
	if v.refusal != nil {
		return h.renderMark(w, r, web.Status(v.refusal), v)
	}
	v.then = h.Audiences(a.marked(m, wanted.To))
	return h.renderMark(w, r, http.StatusOK, v)
}

// marked is the class of a's summary under another marking.
func (a account) marked(m tlp.Marking, to []seat.ID) class.Class {
	c := a.ClassOf(need.Summary)
	c.Marking, c.Audience = m, class.Audience(to...)
	return c
}

func (h *Handler) renderMark(w http.ResponseWriter, r *http.Request, status int, v markView) (err error) {
	if v.account, err = h.mineToChange(r); err != nil {
		return err
	}
	l := web.LangOf(r)
	if v.options = h.markings(v.account); len(v.options) == 0 {
		return marking.ErrNotOwner.With("item", v.ID)
	}
	h.View(func(b Books) {
		for _, s := range b.Seats.All() {
			if holder, known := b.Parties.Get(s.Holder); known && s.Acts(string(fact.Day(v.account.now))) {
				v.seats = append(v.seats, web.Option{Value: string(s.ID), Text: seatWords(l, s, holder) + " · " + string(s.ID)})
			}
		}
	})
	v.now, v.key = h.Audiences(v.ClassOf(need.Summary)), newKey()
	v.Page = h.page(r, web.T(l, "need.mark.title", "id", v.ID), v.Class.Marking,
		web.Crumb{Text: string(v.ID), Href: href(v.ID, "")}, web.Crumb{Text: web.T(l, "need.mark")})
	return web.RenderAs(w, r, status, v.Page, markPage(v))
}

// markings are those that the reader of a may choose.
func (h *Handler) markings(a account) (out []tlp.Marking) {
	h.View(func(b Books) {
		for m := tlp.Clear; m >= tlp.Red; m-- {
			wanted := marking.Changed{Marking: m}
			if m == tlp.Red {
				wanted.To = []seat.ID{a.reader.Seat.ID}
			}
			if _, err := a.Remark(a.reader.Seat, a.now, wanted, b.Seats); err == nil || m == a.Class.Marking && m == tlp.Red {
				out = append(out, m)
			}
		}
	})
	return out
}

func (v markView) choices() []web.Option {
	var out []web.Option
	for _, m := range v.options {
		out = append(out, web.Option{Value: m.String(), Text: m.String() + ": " + web.T(v.Lang, "need.mark.means."+meaning[m])})
	}
	return out
}

// meaning of each marking, in the catalogue.
var meaning = [...]string{"red", "strict", "amber", "green", "clear"}

// changes says, role by role, who sees it now and who would.
func (v markView) changes() web.Table {
	l := v.Lang
	t := web.Table{ID: "readers", Caption: web.T(l, "need.mark.readers", "marking", v.chosen), Columns: []web.Column{
		{Head: web.T(l, "need.mark.who"), Lead: true}, {Head: web.T(l, "need.mark.now")}, {Head: web.T(l, "need.mark.then")},
		{Head: web.T(l, "need.mark.change"), Bare: true}}}
	for i, now := range v.now {
		then := v.then[i]
		change := web.Cell(nil)
		switch {
		case then.May > now.May:
			change = web.StatusChip(web.Attention, web.T(l, "need.mark.opens"))
		case then.May < now.May:
			change = web.StatusChip(web.Danger, web.T(l, "need.mark.closes"))
		}
		t.Rows = append(t.Rows, web.Row{ID: "readers-" + string(now.Role), Quiet: change == nil, Cells: []web.Cell{
			web.Text(v.whose(now.Role)), web.Text(v.share(now)), web.Text(v.share(then)), change}})
	}
	return t
}

func (v markView) whose(r seat.Role) string {
	if r == "" {
		return web.T(v.Lang, "need.mark.everyone")
	}
	return web.T(v.Lang, "seat.role."+string(r))
}

func (v markView) share(a Audience) string {
	switch {
	case a.May == 0:
		return web.T(v.Lang, "need.mark.nobody")
	case a.Role == "":
		return web.T(v.Lang, "need.mark.yes")
	case a.May == a.Seats:
		return web.T(v.Lang, "need.mark.all", "n", a.Seats)
	}
	return web.T(v.Lang, "need.mark.some", "n", a.May, "all", a.Seats)
}
