package offerhttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/told"
)

// A call-off is a reservation that somebody else than the provider makes of a
// standing offer: the same page and the same answers, by another rule.

// askCallOff serves GET /offers/{id}/call-off?need=N-0417&lot=a.
func (h *Handler) askCallOff(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v, err := h.reserving(r, need.ID(q.Get("need")), q.Get("lot"), true)
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, reservePage(v))
}

// callOff serves POST /offers/{id}/call-offs.
func (h *Handler) callOff(w http.ResponseWriter, r *http.Request) error {
	return h.setAside(w, r, true)
}

// rule is what decides on the form.
func (v reserveView) rule(b *offer.Book) func(offer.Reserved, need.Need, seat.Seat, time.Time) ([]fact.Body, error) {
	if v.call {
		return b.CallOff
	}
	return b.Reserve
}

// largest is the most that the rule would take.
func (v reserveView) largest(b *offer.Book, now time.Time) offer.Reserved {
	if v.call {
		return b.LargestCall(v.Offer, v.need.ID, v.lot, now)
	}
	return b.Largest(v.Offer, v.need.ID, v.lot, now)
}

func (v reserveView) whyNot(b *offer.Book, s seat.Seat, now time.Time) error {
	if v.call {
		return b.WhyNotCallOff(v.Opened.Offer, v.need, v.lot.ID, s, now)
	}
	return b.WhyNotReserve(v.Opened.Offer, v.need, v.lot.ID, s, now)
}

// t is a text of the page, as it is said of a reservation or of a call-off.
func (v reserveView) t(key string) string {
	if v.call {
		return web.T(v.Page.Lang, "offer.call"+key)
	}
	return web.T(v.Page.Lang, "offer.reserve"+key)
}

// action is where the form is sent.
func (v reserveView) action() string {
	if v.call {
		return offerHref(v.Opened.Offer) + "/call-offs"
	}
	return offerHref(v.Opened.Offer) + "/reservations"
}

// reserveItems are what the form is about.
func (v reserveView) reserveItems() []web.Item {
	l := v.Page.Lang
	items := []web.Item{
		{Term: web.T(l, "offer.deal.need"), Detail: named(string(v.need.ID), needHref(v.need.ID), v.title)},
		{Term: web.T(l, "offer.deal.recipient"), Detail: web.Text(v.recipient)},
		{Term: web.T(l, "offer.cover.lot"), Detail: web.Text(told.Word(l, "good", v.lot.What))},
		{Term: web.T(l, "offer.reserve.left"), Detail: web.FigureLink(counted(l, v.left, v.lot.Unit), coverHref)},
		{Term: web.T(l, "offer.reserve.least"), Detail: web.Text(counted(l, v.least, v.lot.Unit))},
		{Term: web.T(l, "offer.offer"), Detail: named(string(v.Opened.Offer), offerHref(v.Opened.Offer), what(l, v.Opened))},
		{Term: web.T(l, "offer.field.left"), Detail: web.FigureLink(left(l, v.itemView.View), leftHref)},
	}
	if v.call && v.Standing != nil {
		items = append(items, web.Item{Term: web.T(l, "offer.deal.giver"), Detail: web.Text(v.provider)},
			web.Item{Term: web.T(l, "offer.standing.most"), Detail: web.FigureLink(ceiling(l, v.Opened), offerHref(v.Opened.Offer))})
		if v.terms != "" {
			items = append(items, web.Item{Term: web.T(l, "offer.field.terms"), Detail: web.Text(v.terms)})
		}
	}
	return items
}

// ceilingField is the field that says more than one call-off may take.
func (v reserveView) ceilingField() string {
	if n, err := strconv.ParseInt(plain(v.quantity), 10, 64); err == nil && v.Standing != nil && v.Standing.Quantity > 0 && n > v.Standing.Quantity {
		return "quantity"
	}
	return "amount"
}

// ceiling is the most of one call-off, in words; empty: o is no standing offer.
func ceiling(l web.Lang, o offer.Opened) string {
	if o.Standing == nil {
		return ""
	}
	var parts []string
	if o.Standing.Quantity > 0 {
		parts = append(parts, counted(l, o.Standing.Quantity, o.Unit))
	}
	if o.Standing.Amount != nil {
		parts = append(parts, amount(l, *o.Standing.Amount))
	}
	return join(parts, " · ")
}

// forWhat is what a standing offer is for, in words.
func forWhat(l web.Lang, s *offer.Standing) string {
	if s.Emergencies {
		return web.T(l, "offer.standing.emergencies")
	}
	return web.T(l, "offer.standing.any")
}

// callable are the standing offers from which s may call off for a lot of n.
// The provider of each is named in l.
func (b Books) callable(l web.Lang, n need.Need, rd Reader, now time.Time) (out []fit) {
	for _, o := range b.Offers.Standing(string(fact.Day(now))) {
		if !rd.May(o.Class) {
			continue
		}
		for _, lot := range n.Asked.Lots {
			if b.Offers.WhyNotCallOff(o.Opened.Offer, n, lot.ID, rd.Seat, now) == nil {
				v, _ := b.Offers.ViewFor(o.Opened.Offer, rd.Seat, now)
				out = append(out, fit{v, lot, n.ID, name(b, l, o.Provider)})
			}
		}
	}
	return out
}

func (f fit) callHref() string {
	return offerHref(f.Opened.Offer) + "/call-off?" + url.Values{"need": {string(f.need)}, "lot": {f.lot.ID}}.Encode()
}

func (v partView) callTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "calls", Caption: web.T(l, "offer.calls"), Columns: []web.Column{
		{Head: web.T(l, "offer.offer"), Lead: true}, {Head: web.T(l, "offer.standing.most"), Align: web.Right},
		{Head: web.T(l, "offer.field.left"), Align: web.Right}, {Head: web.T(l, "offer.call"), Beside: true, Align: web.Right}}}
	for _, f := range v.calls {
		id := string(f.Opened.Offer)
		t.Rows = append(t.Rows, web.Row{ID: "call-" + id + "-" + f.lot.ID, Cells: []web.Cell{
			named(id, offerHref(f.Opened.Offer), f.provider+": "+what(l, f.Opened)), web.Text(ceiling(l, f.Opened)),
			web.Text(left(l, f.View)), linkButton(f.callHref(), web.T(l, "offer.call"), id)}})
	}
	return t
}

// callMark is the mark of a standing offer on its page and in lists.
func callMark(l web.Lang) web.Cell {
	return web.StatusChip(web.Neutral, web.T(l, "offer.standing"))
}

// StandingJSON says of an offer that others may call off from it.
type StandingJSON struct {
	Amount      *OfferAmountJSON `json:"amount,omitempty" doc:"Most of one call-off, where the offer counts an amount"`
	Quantity    int64            `json:"quantity,omitzero" doc:"Most of one call-off, in kind"`
	Emergencies bool             `json:"emergencies,omitzero" doc:"For what came by the emergency lane alone"`
}

func standingJSON(s *offer.Standing) *StandingJSON {
	if s == nil {
		return nil
	}
	return &StandingJSON{amountJSON(s.Amount), s.Quantity, s.Emergencies}
}

// parsed is what was sent; nil stays nil.
//
// Errors: those of money.ParseAmount.
func (s *StandingJSON) parsed() (*offer.Standing, error) {
	if s == nil {
		return nil, nil
	}
	out := &offer.Standing{Quantity: s.Quantity, Emergencies: s.Emergencies}
	var err error
	out.Amount, err = s.Amount.parsed()
	return out, err
}

func (h *Handler) apiCallOff(ctx context.Context, in *reserveInput) (*reservationOutput, error) {
	return h.apiSetAside(ctx, in, h.Deals.CallOff)
}

// uses are what a standing offer may be for, in the order of the form.
var uses = []string{"any", "emergencies"}

// useOptions are the choices of the form: no standing offer, or one.
func useOptions(l web.Lang) []web.Option {
	return append([]web.Option{{Text: web.T(l, "offer.standing.none")}}, options(l, "offer.standing", uses)...)
}

// standing is what the form says of a standing offer, with the ceiling that
// was typed; nil: it is none.
func (f form) standing(most *money.Amount) *offer.Standing {
	if !slices.Contains(uses, f.Use) {
		return nil
	}
	s := &offer.Standing{Amount: most, Quantity: whole64(f.CallQuantity), Emergencies: f.Use == "emergencies"}
	if f.Form == string(offer.Money) {
		s.Quantity = 0
	}
	return s
}

// wrongCeiling is the field that ErrCeiling is about.
func wrongCeiling(o offer.Opened) string {
	if o.Form != offer.Money && (o.Standing.Quantity < 1 || o.Standing.Quantity > o.Quantity) {
		return "call_quantity"
	}
	return "call_amount"
}
