package offerhttp

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/export"
	"tallinn/web/query"
	"tallinn/web/told"
)

// What comes round: what was given for some months and runs out, needs that
// recur, and offers whose last day nears.
const (
	lapses  = "lapses"
	recurs  = "recurs"
	expires = "expires"
)

var renewalKinds = []string{lapses, recurs, expires}

// A renewal is one row of the calendar.
type renewal struct {
	on       fact.Date
	kind     string
	need     need.ID
	offer    offer.ID
	provider party.ID
	owner    party.ID
	what     string
	quantity int64
	unit     string
	href     string
}

// mostRenewals bounds the calendar.
const mostRenewals = 1000

// renewals are what comes round from a day on and the reader may see, the
// first first.
func (h *Handler) renewals(rd Reader, kind string) (out []renewal) {
	today := fact.Day(h.Now())
	h.View(func(b Books) {
		for l := range b.Offers.Lapses(today) {
			r, _ := b.Offers.Reservation(l.Reservation)
			n, _ := b.Needs.Head(l.Need)
			if rd.may(r, n) {
				out = append(out, renewal{l.On, lapses, l.Need, l.Offer, l.Provider, n.Owner, l.What, l.Quantity, l.Unit, reservationHref(l.Reservation)})
			}
		}
		for n := range b.Needs.In(b.Needs.Classes(rd.May)) {
			x, _ := b.Needs.Get(n.ID)
			if x.Asked.RenewMonths == 0 || n.Status == need.Gone || n.Status == need.Denied || len(x.Asked.Lots) == 0 {
				continue
			}
			l := x.Asked.Lots[0]
			out = append(out, renewal{offer.Next(n.Submitted, x.Asked.RenewMonths, today), recurs, n.ID, "", "", n.Owner, l.What, l.Quantity, l.Unit, needHref(n.ID)})
		}
		for o := range b.Offers.In(rd.May) {
			if o.Closed == nil && o.Until >= today {
				out = append(out, renewal{o.Until, expires, "", o.Opened.Offer, o.Provider, "", o.What, o.Quantity, o.Unit, offerHref(o.Opened.Offer)})
			}
		}
	})
	out = slices.DeleteFunc(out, func(r renewal) bool { return kind != "" && r.kind != kind })
	slices.SortStableFunc(out, func(a, b renewal) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.href, b.href)) })
	return out[:min(len(out), mostRenewals)]
}

// A renewalView is the calendar.
type renewalView struct {
	web.Page
	rows  []renewal
	kind  string
	today fact.Date
	names map[party.ID]string
	seat  bool
}

func (h *Handler) renewalPage(w http.ResponseWriter, r *http.Request) error {
	kind, err := query.Choice("kind", r.URL.Query().Get("kind"), renewalKinds)
	if err != nil {
		return err
	}
	rd, l := h.Reader(r.Context()), web.LangOf(r)
	v := renewalView{kind: kind, today: fact.Day(h.Now()), Page: h.page(r, web.T(l, "renewal.list")), names: map[party.ID]string{}, seat: rd.Seat.Exists()}
	v.Crumbs = append(v.Crumbs[:0], web.Crumb{Text: v.Title})
	v.rows = h.renewals(rd, kind)
	h.View(func(b Books) {
		for _, x := range v.rows {
			for _, id := range []party.ID{x.provider, x.owner} {
				if id != "" && v.names[id] == "" {
					v.names[id] = name(b, l, id)
				}
			}
		}
	})
	return web.Render(w, r, v.Page, renewalList(v))
}

func (v renewalView) filters() web.Filters {
	options := []web.Option{{Text: web.T(v.Lang, "list.all")}}
	for _, k := range renewalKinds {
		options = append(options, web.Option{Value: k, Text: web.T(v.Lang, "renewal.kind."+k)})
	}
	return web.Filters{Action: "/renewals", Label: web.T(v.Lang, "renewal.filters"), Fields: []web.Field{
		{Name: "kind", Label: web.T(v.Lang, "renewal.kind"), Value: v.kind, Options: options}}}
}

func (v renewalView) table() web.Table {
	l := v.Lang
	values := map[string][]string{"kind": {v.kind}}
	t := web.Table{ID: "renewals", Caption: web.N(l, "renewal.count", len(v.rows)), Empty: web.T(l, "renewal.empty"),
		CSV: query.Address("/renewals.csv", values), XLSX: query.Address("/renewals.xlsx", values), JSON: query.Address("/renewals.json", values),
		Columns: []web.Column{{Head: web.T(l, "renewal.on"), Beside: true}, {Head: web.T(l, "renewal.kind")}, {Head: web.T(l, "renewal.what"), Lead: true},
			{Head: web.T(l, "offer.field.provider")}, {Head: web.T(l, "renewal.owner")}}}
	for _, r := range v.rows {
		id := string(r.need)
		if r.kind != recurs {
			id = string(r.offer)
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Day(l, r.on), web.StatusChip(v.tone(r), web.T(l, "renewal.kind."+r.kind)),
			named(id, r.href, r.words(l)), web.Text(v.names[r.provider]), web.Text(v.names[r.owner])}})
	}
	return t
}

// tone calls for attention within a month.
func (v renewalView) tone(r renewal) web.Tone {
	if string(r.on) <= need.After(string(v.today), 30) {
		return web.Attention
	}
	return web.Neutral
}

// words say what it is of: "Firewalls, 40 devices".
func (r renewal) words(l web.Lang) string {
	if r.what == "" {
		return web.T(l, "offer.form.money")
	}
	return told.Word(l, "good", r.what) + ", " + counted(l, r.quantity, r.unit)
}

// renewalFields are the fields of renewals.csv, for ever: new ones come last.
var renewalFields = []string{"on", "kind", "offer", "need", "provider", "owner", "what", "quantity", "unit"}

func (h *Handler) renewalTable(w http.ResponseWriter, r *http.Request) error {
	kind, err := query.Choice("kind", r.URL.Query().Get("kind"), renewalKinds)
	if err != nil {
		return err
	}
	rows := h.renewals(h.Reader(r.Context()), kind)
	return export.Serve(w, r, "renewals", renewalFields, func(yield func([]string) bool) {
		for _, x := range rows {
			if !yield([]string{string(x.on), x.kind, string(x.offer), string(x.need), string(x.provider), string(x.owner), x.what, whole0(x.quantity), x.unit}) {
				return
			}
		}
	})
}

// RenewalJSON is one thing that comes round.
type RenewalJSON struct {
	On       string `json:"on" doc:"YYYY-MM-DD"`
	Kind     string `json:"kind" enum:"lapses,recurs,expires" doc:"lapses: what was committed for some months runs out; recurs: a need comes round; expires: the last day of an offer"`
	Offer    string `json:"offer,omitempty"`
	Need     string `json:"need,omitempty"`
	Provider string `json:"provider,omitempty"`
	Owner    string `json:"owner,omitempty" doc:"Of the need"`
	What     string `json:"what,omitempty"`
	Quantity int64  `json:"quantity,omitzero" required:"false"`
	Unit     string `json:"unit,omitempty"`
}

type (
	renewalsInput struct {
		api.LangInput
		Kind string `query:"kind" enum:"lapses,recurs,expires"`
	}
	renewalsOutput struct{ Body api.List[RenewalJSON] }
)

func (h *Handler) renewalAPI(a huma.API) {
	api.Get(a, "/renewals", "list-renewals", "What runs out, recurs or expires, the first first, as far as the sender may see it", h.apiRenewals)
}

func (h *Handler) apiRenewals(ctx context.Context, in *renewalsInput) (*renewalsOutput, error) {
	out := api.List[RenewalJSON]{Items: []RenewalJSON{}}
	for _, x := range h.renewals(h.Reader(ctx), in.Kind) {
		out.Items = append(out.Items, RenewalJSON{string(x.on), x.kind, string(x.offer), string(x.need), string(x.provider), string(x.owner), x.what, x.quantity, x.unit})
	}
	out.Total = len(out.Items)
	return &renewalsOutput{out}, nil
}
