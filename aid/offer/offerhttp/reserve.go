package offerhttp

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/told"
)

// A reserveView is the page on which part of an offer is set aside for a lot.
type reserveView struct {
	web.Page
	itemView
	need             need.Need
	title, recipient string
	lot              need.Lot
	left             int64 // of the lot
	least            int64 // that is of use
	key              string
	quantity, amount string // as typed
	until            string // a day
	refusal          error
	why              error // why nothing can be reserved; nil: it can
}

// reservedDays is how long a reservation holds unless said otherwise.
const reservedDays = 14

// askReserve serves GET /offers/{id}/reserve?need=N-0417&lot=a.
func (h *Handler) askReserve(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v, err := h.reserving(r, need.ID(q.Get("need")), q.Get("lot"))
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, reservePage(v))
}

// reserving is the page, filled with what fits: as much as both sides have
// left.
func (h *Handler) reserving(r *http.Request, id need.ID, lot string) (v reserveView, err error) {
	rd, err := h.acting(r.Context())
	if err != nil {
		return v, err
	}
	if v.itemView, err = h.one(r, offer.ID(r.PathValue("id"))); err != nil {
		return v, err
	}
	l, now, seen := web.LangOf(r), h.Now(), false
	h.View(func(b Books) {
		n, _ := b.Needs.Get(id)
		if seen = rd.seesNeed(n.Head); !seen {
			return
		}
		v.need, v.recipient = n, name(b, l, n.Owner)
		v.lot, _ = n.Lot(lot)
		c := b.Offers.Covered(id, v.lot, now)
		v.left, v.least = c.Left(), c.Useful(v.lot)
		v.why = b.Offers.WhyNotReserve(v.Opened.Offer, n, lot, rd.Seat, now)
	})
	if !seen {
		return v, web.ErrNotFound
	}
	if v.title, err = h.words(r.Context(), l, v.need.Asked.Title); err != nil {
		return v, err
	}
	v.suggest(now)
	v.key = newKey()
	v.Page = h.page(r, web.T(l, "offer.reserve.title"), web.Crumb{Text: string(v.Opened.Offer), Href: offerHref(v.Opened.Offer)},
		web.Crumb{Text: web.T(l, "offer.reserve")})
	return v, nil
}

// suggest fills the form in: all that is left, its share of the estimate, and
// a fortnight.
func (v *reserveView) suggest(now time.Time) {
	quantity := v.left
	if v.InKind() {
		quantity = min(quantity, v.LeftQuantity)
	}
	v.quantity = strconv.FormatInt(quantity, 10)
	until := now.In(web.Kyiv).AddDate(0, 0, reservedDays).Format(time.DateOnly)
	v.until = min(until, string(v.Until))
	if v.Amount == nil || v.lot.Quantity == 0 {
		return
	}
	whole, per := v.lot.Cost, v.lot.Quantity
	if v.InKind() && (whole == nil || whole.Currency() != v.Amount.Currency()) {
		whole, per = v.Amount, v.Quantity
	}
	if whole == nil || whole.Currency() != v.Amount.Currency() {
		return
	}
	if a, err := money.FromMinor(whole.Minor()/per*quantity, v.Amount.Currency()); err == nil && !a.IsZero() {
		if a.Cmp(v.LeftAmount) > 0 {
			a = v.LeftAmount
		}
		v.amount = a.Value()
	}
}

// reserve serves POST /offers/{id}/reservations.
func (h *Handler) reserve(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	q := r.PostForm
	v, err := h.reserving(r, need.ID(q.Get("need")), q.Get("lot"))
	if err != nil {
		return err
	}
	v.quantity, v.amount, v.until = q.Get("quantity"), q.Get("amount"), q.Get("until")
	wanted, err := v.wanted()
	var res Result
	if err == nil {
		res, err = h.Deals.Reserve(r.Context(), keyOf(r), wanted)
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		v.refusal = err
		return web.RenderAs(w, r, web.Status(err), v.Page, reservePage(v))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, reservationHref(offer.ReservationID(res.IDs[0]))+done("reserve", res), http.StatusSeeOther)
	return nil
}

func done(what string, res Result) string {
	q := url.Values{"done": {what}}
	if res.Repeated {
		q.Set("was", "repeated")
	}
	return "?" + q.Encode()
}

// wanted is what the form asks for.
//
// Errors: offer.ErrQuantity, offer.ErrTicketAmount, offer.ErrUntil.
func (v reserveView) wanted() (offer.Reserved, error) {
	out := offer.Reserved{Offer: v.Opened.Offer, Need: v.need.ID, Lot: v.lot.ID}
	n, err := strconv.ParseInt(plain(v.quantity), 10, 64)
	if err != nil {
		return out, offer.ErrQuantity.With("quantity", strconv.QuoteToASCII(clip(v.quantity))).With("most", need.MostQuantity)
	}
	out.Quantity = n
	if v.Amount != nil {
		a, err := money.ParseAmount(plain(v.amount), v.Amount.Currency())
		if err != nil {
			return out, offer.ErrTicketAmount.With("offer", v.Opened.Offer).With("currency", v.Amount.Currency())
		}
		out.Amount = &a
	}
	out.Until, err = endOf(v.until)
	if err != nil {
		return out, offer.ErrUntil.With("days", offer.MostDays).With("last", v.Until)
	}
	return out, nil
}

// endOf is the last moment of a day in Kyiv, or of the day in UTC if that is
// earlier, so that a day means the same to the offer's last one.
func endOf(day string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, web.Kyiv)
	if err != nil {
		return t, err
	}
	return t.AddDate(0, 0, 1).Add(-time.Second).UTC(), nil
}

// plain is a number without what people group its digits by.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(strings.TrimSpace(s))
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// A dealView is the page of one reservation.
type dealView struct {
	web.Page
	deal
	title    string // of the need; empty for those who may not see it
	facts    []fact.Fact
	offer    bool // the reader may open the offer
	key      string
	done     string
	refusal  error
	flowHref string // of the flow that the commitment recorded; empty: none
}

func (h *Handler) reserved(r *http.Request) (v dealView, err error) {
	id, l, rd, found := offer.ReservationID(r.PathValue("id")), web.LangOf(r), h.Reader(r.Context()), false
	h.View(func(b Books) {
		x, ok := b.Offers.Reservation(id)
		n, _ := b.Needs.Head(x.Need)
		if found = ok && rd.may(x, n); found {
			v.deal, v.offer = b.deal(l, id, rd, h.Now()), rd.Offers(x.Provider)
		}
	})
	if !found {
		return v, web.ErrNotFound
	}
	v.Page, v.key = h.page(r, web.T(l, "offer.deal.title", "what", v.what), web.Crumb{Text: string(id)}), newKey()
	if !v.hidden {
		if v.title, err = h.words(r.Context(), l, v.need.Title); err != nil {
			return v, err
		}
	}
	v.facts, err = h.Facts(r.Context(), string(id))
	return v, err
}

func (h *Handler) reservation(w http.ResponseWriter, r *http.Request) error {
	v, err := h.reserved(r)
	if err != nil {
		return err
	}
	v.done = v.doneWords(r.URL.Query())
	return web.Render(w, r, v.Page, dealPage(v))
}

// ended is the state that an act leads to.
var ended = map[Act]offer.State{Accept: offer.Agreed, Commit: offer.Bound, Decline: offer.Refused, Release: offer.Given}

// doneWords says what the reader's own act has done, as things now stand.
func (v dealView) doneWords(q url.Values) string {
	what := q.Get("done")
	if what != "reserve" && ended[Act(what)] != v.State || what == "reserve" && v.State != offer.Waiting || what == "" {
		return ""
	}
	said := web.T(v.Lang, "offer.done."+what, "id", v.Reserved.Reservation, "recipient", v.recipient, "giver", v.giver)
	if q.Get("was") == "repeated" {
		said = web.T(v.Lang, "offer.done.repeated") + " " + said
	}
	return said
}

// answer serves POST /reservations/{id}.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request) error {
	v, err := h.reserved(r)
	if err != nil {
		return err
	}
	if _, err := h.acting(r.Context()); err != nil {
		return err
	}
	act, id := Act(r.PostFormValue("act")), v.Reserved.Reservation
	res, err := h.Deals.Answer(r.Context(), keyOf(r), id, act, offer.Refusal(r.PostFormValue("reason")))
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		v.refusal = err
		return web.RenderAs(w, r, web.Status(err), v.Page, dealPage(v))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, reservationHref(id)+done(string(act), res), http.StatusSeeOther)
	return nil
}

func (v dealView) items() []web.Item {
	l := v.Lang
	items := []web.Item{{Term: web.T(l, "offer.deal.size"), Detail: web.Text(v.size(l))}}
	switch {
	case v.hidden:
		items = append(items, web.Item{Term: web.T(l, "offer.deal.need"), Detail: web.Text(string(v.Need))})
	default:
		items = append(items, web.Item{Term: web.T(l, "offer.deal.need"), Detail: named(string(v.Need), needHref(v.Need), v.title)})
	}
	offered := web.Cell(web.Text(string(v.Offer)))
	if v.offer {
		offered = web.ID(string(v.Offer), offerHref(v.Offer))
	}
	items = append(items, web.Item{Term: web.T(l, "offer.deal.giver"), Detail: web.Text(v.giver)},
		web.Item{Term: web.T(l, "offer.deal.recipient"), Detail: web.Text(v.recipient)},
		web.Item{Term: web.T(l, "offer.offer"), Detail: offered})
	if v.State == offer.Waiting || v.State == offer.Agreed {
		items = append(items, web.Item{Term: web.T(l, "offer.deal.until"), Detail: web.Text(web.Time(l, v.Until))})
	}
	if v.State == offer.Refused {
		items = append(items, web.Item{Term: web.T(l, "offer.deal.reason"), Detail: web.Text(told.Word(l, "offer.refusal", v.Reason))})
	}
	if v.flowHref != "" {
		items = append(items, web.Item{Term: web.T(l, "offer.deal.flow"), Detail: web.To(web.Link{Text: web.T(l, "offer.deal.flow.see"), Href: v.flowHref})})
	}
	return items
}

// next says what happens next.
func (v dealView) next() string {
	return web.T(v.Lang, "offer.next."+string(v.State), "recipient", v.recipient, "giver", v.giver, "until", web.Time(v.Lang, v.Until))
}

func (v dealView) history() []web.Event {
	events := told.History(v.Lang, v.facts, func(f fact.Fact) (string, bool) {
		return Describe(v.Lang, f, nil)
	})
	for i := range events {
		events[i].Href = "" // facts of reservations are opened by those who may, not by everyone
	}
	return events
}
