package offerhttp

import (
	"net/http"
	"net/url"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// A deal is a reservation as its reader may see it.
type deal struct {
	offer.ReservationView
	need             need.Head
	lot              need.Lot
	giver, recipient string
	what             string // of the lot
	hidden           bool   // its need is not for this reader
	caller           string // who called it off; empty: its provider reserved it
}

func (b Books) deal(l web.Lang, id offer.ReservationID, rd Reader, now time.Time) deal {
	r, _ := b.Offers.Reservation(id)
	n, _ := b.Needs.Get(r.Need)
	d := deal{need: n.Head, giver: name(b, l, r.Provider), recipient: name(b, l, n.Owner), hidden: !rd.seesNeed(n.Head)}
	if r.Caller != "" {
		d.caller = name(b, l, r.Caller)
	}
	d.ReservationView, _ = b.Offers.ReservationFor(id, n.Head, rd.Seat, now)
	d.lot, _ = n.Lot(r.Lot)
	d.what = told.Word(l, "good", d.lot.What)
	return d
}

// may reports whether the reader may see a reservation for need n.
func (r Reader) may(x offer.Reservation, n need.Head) bool { return r.May(x.ClassFor(n)) }

// dealsOf are those of list that the reader may see.
func (b Books) dealsOf(l web.Lang, list []offer.Reservation, rd Reader, now time.Time) (out []deal) {
	for _, x := range list {
		if n, _ := b.Needs.Head(x.Need); rd.may(x, n) {
			out = append(out, b.deal(l, x.Reserved.Reservation, rd, now))
		}
	}
	return out
}

// An itemView is the page of one offer.
type itemView struct {
	web.Page
	offer.View
	provider string
	earmark  string
	terms    string
	deals    []deal
	now      time.Time
	key      string
	done     string
	at       fact.Pos // of the last fact that the page shows
	problems web.Wrongs
}

// one is the offer called id as the reader may see it.
//
// Errors: web.ErrNotFound when it is not there, or hidden.
func (h *Handler) one(r *http.Request, id offer.ID) (v itemView, err error) {
	rd, l, found := h.Reader(r.Context()), web.LangOf(r), false
	v = itemView{now: h.Now(), key: newKey()}
	h.View(func(b Books) {
		o, ok := b.Offers.Get(id)
		if !ok || !rd.May(o.Class) {
			return
		}
		found = true
		v.View, _ = b.Offers.ViewFor(id, rd.Seat, v.now)
		v.provider = name(b, l, o.Provider)
		v.earmark = earmark(l, o.Earmark, func(id party.ID) string { return name(b, l, id) })
		v.deals = b.dealsOf(l, b.Offers.ByOffer(id), rd, v.now)
		v.at = b.Offers.ChangedOf(id)
	})
	if !found {
		return v, web.ErrNotFound
	}
	v.terms, err = h.words(r.Context(), l, v.Terms)
	v.Page = h.page(r, what(l, v.Opened), web.Crumb{Text: string(id)})
	v.done = v.doneWords(r.URL.Query(), rd)
	return v, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	v, err := h.one(r, offer.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, itemPage(v, nil))
}

func (h *Handler) closeOffer(w http.ResponseWriter, r *http.Request) error {
	id := offer.ID(r.PathValue("id"))
	v, err := h.one(r, id)
	if err != nil {
		return err
	}
	if r.PostFormValue("reason") == "" {
		v.problems = web.Wrongs{{Field: "reason", Text: web.T(v.Lang, "offer.problem.reason")}}
		return web.RenderAs(w, r, http.StatusUnprocessableEntity, v.Page, itemPage(v, nil))
	}
	res, err := h.Deals.Close(r.Context(), keyOf(r), id, offer.ClosedWhy(r.PostFormValue("reason")))
	switch {
	case err != nil && web.Status(err) < http.StatusInternalServerError:
		return web.RenderAs(w, r, web.Status(err), v.Page, itemPage(v, err))
	case err == nil:
		http.Redirect(w, r, offerHref(id)+done("close", res), http.StatusSeeOther)
	}
	return err
}

// doneWords says what the reader's own act has done, as things now stand.
func (v itemView) doneWords(q url.Values, rd Reader) string {
	what := q.Get("done")
	if rd.Seat.Holder != v.Provider || !(what == "open" && v.Closed == nil || what == "close" && v.Closed != nil) {
		return ""
	}
	return againWords(v.Lang, q) + web.T(v.Lang, "offer.done."+what, "id", v.Opened.Offer)
}

// againWords says that what was sent had been recorded before.
func againWords(l web.Lang, q url.Values) string {
	if q.Get("was") != "repeated" {
		return ""
	}
	return web.T(l, "offer.done.repeated") + " "
}

func (v itemView) header() web.Header {
	return web.Header{ID: string(v.Opened.Offer), Title: v.Title, Status: v.chips()}
}

func (v itemView) chips() []web.Cell {
	if v.Standing != nil {
		return []web.Cell{v.chip(), callMark(v.Lang)}
	}
	return []web.Cell{v.chip()}
}

func (v itemView) chip() web.Cell {
	switch day := string(fact.Day(v.now)); {
	case v.Closed != nil:
		return web.StatusChip(web.Neutral, web.T(v.Lang, "offer.state.closed"))
	case v.ValidOn(day):
		return web.StatusChip(web.Active, web.T(v.Lang, "offer.state.valid"))
	}
	return web.StatusChip(web.Neutral, web.T(v.Lang, "offer.state.over"))
}

func (v itemView) items() []web.Item {
	l := v.Lang
	text := func(key, s string) web.Item {
		i := web.Item{Term: web.T(l, key)}
		if s != "" {
			i.Detail = web.Text(s)
		}
		return i
	}
	items := []web.Item{
		{Term: web.T(l, "offer.field.provider"), Detail: web.To(web.Link{Text: v.provider, Href: "/parties/" + string(v.Provider)})},
		text("offer.field.form", told.Word(l, "offer.form", v.Form)),
		text("offer.field.whole", whole(l, v.Opened)),
		{Term: web.T(l, "offer.field.left"), Detail: web.FigureLink(left(l, v.View), leftHref)},
		text("offer.field.earmark", v.earmark),
		text("offer.field.days", web.T(l, "offer.days", "from", web.Date(l, v.From), "until", web.Date(l, v.Until))),
		text("offer.field.lead_days", web.N(l, "offer.lead", v.LeadDays)),
	}
	if v.Standing != nil {
		items = append(items, text("offer.standing", forWhat(l, v.Standing)), text("offer.standing.most", ceiling(l, v.Opened)))
	}
	if e := v.Expert; e != nil {
		items = append(items, text("offer.expert", expertWords(l, *e)))
	}
	if v.Months > 0 {
		items = append(items, text("offer.field.months", web.N(l, "unit.months", v.Months)))
	}
	if v.Least != nil {
		items = append(items, text("offer.field.least", amount(l, *v.Least)))
	}
	if v.Most != nil {
		items = append(items, text("offer.field.most", amount(l, *v.Most)))
	}
	if v.Origin != "" {
		items = append(items, text("offer.field.origin", v.Origin))
	}
	if v.terms != "" {
		items = append(items, text("offer.field.terms", v.terms))
	}
	if v.Closed != nil {
		items = append(items, text("offer.field.closed", told.Word(l, "offer.why", v.Closed.Reason)))
	}
	return items
}

// expertWords are who comes: "Incident responder · Ukrainian, English · cleared for NATO".
func expertWords(l web.Lang, e offer.Expert) string {
	parts := []string{told.Word(l, "offer.role", e.Role)}
	if len(e.Languages) > 0 {
		var names []string
		for _, code := range e.Languages {
			names = append(names, told.Word(l, "offer.language", code))
		}
		parts = append(parts, join(names, ", "))
	}
	if e.Clearance != "" {
		parts = append(parts, told.Word(l, "offer.clearance", e.Clearance))
	}
	return join(parts, " · ")
}

// tones of the states of reservations.
var tones = map[offer.State]web.Tone{offer.Waiting: web.Attention, offer.Agreed: web.Active, offer.Bound: web.Good}

func chip(l web.Lang, s offer.State) web.Cell {
	tone, ok := tones[s]
	if !ok {
		tone = web.Neutral
	}
	return web.StatusChip(tone, told.Word(l, "offer.deal", s))
}

// size is what a reservation holds.
func (d deal) size(l web.Lang) string {
	parts := []string{counted(l, d.Quantity, d.lot.Unit)}
	if d.Amount != nil {
		parts = append(parts, amount(l, *d.Amount))
	}
	return join(parts, " · ")
}

// dealTable lists reservations, newest first.
func dealTable(l web.Lang, id string, deals []deal) web.Table {
	t := web.Table{ID: id, Caption: web.T(l, "offer.deals"), CaptionHidden: true, Empty: web.T(l, "offer.deals.empty"),
		Columns: []web.Column{{Head: web.T(l, "offer.deal"), Lead: true}, {Head: web.T(l, "offer.deal.size"), Align: web.Right, Beside: true},
			{Head: web.T(l, "offer.deal.between")}, {Head: web.T(l, "offer.field.state"), Bare: true}}}
	for i := len(deals) - 1; i >= 0; i-- {
		d := deals[i]
		id := d.Reserved.Reservation
		t.Rows = append(t.Rows, web.Row{ID: string(id), Cells: []web.Cell{named(string(id), reservationHref(id), d.what),
			web.Text(d.size(l)), web.Text(d.giver + " → " + d.recipient), chip(l, d.State)}})
	}
	return t
}
