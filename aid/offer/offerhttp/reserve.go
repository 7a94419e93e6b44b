package offerhttp

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
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
	refusal          error  // that no field can mend
	problems         web.Wrongs
	why              error // why nothing can be reserved; nil: it can
	call             bool  // it is called off a standing offer
}

// reservedDays is how long a reservation holds unless said otherwise.
const reservedDays = 14

// askReserve serves GET /offers/{id}/reserve?need=N-0417&lot=a.
func (h *Handler) askReserve(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v, err := h.reserving(r, need.ID(q.Get("need")), q.Get("lot"), false)
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, reservePage(v))
}

// reserving is the page, filled with what fits: as much as both sides have
// left.
func (h *Handler) reserving(r *http.Request, id need.ID, lot string, call bool) (v reserveView, err error) {
	rd, err := h.acting(r.Context())
	if err != nil {
		return v, err
	}
	if v.itemView, err = h.one(r, offer.ID(r.PathValue("id"))); err != nil {
		return v, err
	}
	v.call = call
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
		v.lot.ID = lot
		v.why = v.whyNot(b.Offers, rd.Seat, now)
	})
	if !seen {
		return v, web.ErrNotFound
	}
	if v.title, err = h.words(r.Context(), l, v.need.Title); err != nil {
		return v, err
	}
	v.suggest(now)
	v.key = newKey()
	v.Page.Lang = l
	v.Page = h.page(r, v.t(".title"), web.Crumb{Text: string(v.Opened.Offer), Href: offerHref(v.Opened.Offer)}, web.Crumb{Text: v.t("")})
	return v, nil
}

// suggest fills the form in: all that is left, its share of the estimate, and
// a fortnight.
func (v *reserveView) suggest(now time.Time) {
	quantity := v.left
	if v.InKind() {
		quantity = min(quantity, v.LeftQuantity)
	}
	if v.call && v.Standing != nil && v.Standing.Quantity > 0 {
		quantity = min(quantity, v.Standing.Quantity)
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
		if v.call && v.Standing != nil && v.Standing.Amount != nil && a.Cmp(*v.Standing.Amount) > 0 {
			a = *v.Standing.Amount
		}
		v.amount = a.Value()
	}
}

// reserve serves POST /offers/{id}/reservations.
func (h *Handler) reserve(w http.ResponseWriter, r *http.Request) error {
	return h.setAside(w, r, false)
}

func (h *Handler) setAside(w http.ResponseWriter, r *http.Request, call bool) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	q := r.PostForm
	v, err := h.reserving(r, need.ID(q.Get("need")), q.Get("lot"), call)
	if err != nil {
		return err
	}
	v.quantity, v.amount, v.until = q.Get("quantity"), q.Get("amount"), q.Get("until")
	wanted, odd := v.wanted()
	var res Result
	decide, said := h.Deals.Reserve, "reserve"
	if call {
		decide, said = h.Deals.CallOff, "call"
	}
	if len(odd) == 0 { // first, for what was sent before is answered as it was then
		res, err = decide(r.Context(), keyOf(r), wanted)
	}
	switch status := web.Status(err); {
	case err == nil && len(odd) == 0:
		http.Redirect(w, r, reservationHref(offer.ReservationID(res.IDs[0]))+done(said, res), http.StatusSeeOther)
		return nil
	case err != nil && status >= http.StatusInternalServerError:
		return err
	case err != nil && reserveField(err, v) == "":
		v.refusal = err
		return web.RenderAs(w, r, status, v.Page, reservePage(v))
	}
	v.problems = h.reserveProblems(r, v, wanted, odd)
	return web.RenderAs(w, r, http.StatusUnprocessableEntity, v.Page, reservePage(v))
}

// reserveField is the field that a refusal is about; empty: none can mend it.
func reserveField(err error, v reserveView) string {
	for field, faults := range map[string][]error{"quantity": {offer.ErrQuantity, offer.ErrLotLeft, offer.ErrShare},
		"amount": {offer.ErrTicketAmount, offer.ErrTicket, offer.ErrAmount}, "until": {offer.ErrUntil}} {
		if slices.ContainsFunc(faults, func(f error) bool { return errors.Is(err, f) }) {
			return field
		}
	}
	if errors.Is(err, offer.ErrOverCeiling) {
		return v.ceilingField()
	}
	if !errors.Is(err, offer.ErrOfferLeft) {
		return ""
	}
	if n, err := strconv.ParseInt(plain(v.quantity), 10, 64); v.InKind() && (v.Amount == nil || err != nil || n > v.LeftQuantity) {
		return "quantity"
	}
	return "amount"
}

// reserveProblems is everything wrong with what was typed, in the order of the
// form: each is mended in turn and the rule is asked again.
func (h *Handler) reserveProblems(r *http.Request, v reserveView, wanted offer.Reserved, odd []string) (out web.Wrongs) {
	l, rd := v.Page.Lang, h.Reader(r.Context())
	for _, field := range odd {
		text := web.T(l, "offer.problem.reserve."+field, "least", web.Number(l, int(max(1, v.least))), "most", web.Number(l, int(v.most())),
			"currency", v.currency(), "last", web.Date(l, v.Until))
		out = append(out, web.Wrong{Field: field, Text: text})
	}
	h.View(func(b Books) {
		largest := v.largest(b.Offers, h.Now())
		mend := func(field string) {
			switch field {
			case "quantity":
				wanted.Quantity = largest.Quantity
			case "amount":
				wanted.Amount = largest.Amount
			case "until":
				wanted.Until = largest.Until
			}
		}
		for _, field := range odd {
			mend(field)
		}
		wanted.Reservation = "B"
		for range 4 {
			_, err := v.rule(b.Offers)(wanted, v.need, rd.Seat, h.Now())
			field := reserveField(err, v)
			if field == "" || out.At(field) != "" {
				return
			}
			out = append(out, web.Wrong{Field: field, Text: web.FaultText(l, err)})
			mend(field)
		}
	})
	order := []string{"quantity", "amount", "until"}
	slices.SortStableFunc(out, func(x, y web.Wrong) int { return slices.Index(order, x.Field) - slices.Index(order, y.Field) })
	return out
}

// most is as much as both sides have left.
func (v reserveView) most() int64 {
	if v.InKind() {
		return min(v.left, v.LeftQuantity)
	}
	return v.left
}

func (v reserveView) currency() string {
	if v.Amount == nil {
		return ""
	}
	return string(v.Amount.Currency())
}

// entry is a field of the form.
func (v reserveView) entry(name, label, value string, kind web.EntryKind) web.Entry {
	return web.Entry{ID: name, Label: label, Value: value, Kind: kind, Wrong: v.problems.At(name)}
}

func (v reserveView) entries() []web.Entry {
	l := v.Page.Lang
	out := []web.Entry{v.entry("quantity", web.T(l, "offer.reserve.quantity"), v.quantity, web.AsNumber)}
	if v.Amount != nil {
		out = append(out, v.entry("amount", web.T(l, "offer.reserve.amount", "currency", v.Amount.Currency()), v.amount, web.AsAmount))
	}
	until := v.entry("until", web.T(l, "offer.reserve.until"), v.until, web.AsDay)
	until.Hint = web.T(l, "offer.reserve.until.hint", "days", offer.MostDays)
	return append(out, until)
}

func done(what string, res Result) string {
	q := url.Values{"done": {what}}
	if res.Repeated {
		q.Set("was", "repeated")
	}
	return "?" + q.Encode()
}

// wanted is what the form asks for, and the fields that hold nothing of their
// kind.
func (v reserveView) wanted() (out offer.Reserved, odd []string) {
	out = offer.Reserved{Offer: v.Opened.Offer, Need: v.need.ID, Lot: v.lot.ID}
	var err error
	if out.Quantity, err = strconv.ParseInt(plain(v.quantity), 10, 64); err != nil {
		odd = append(odd, "quantity")
	}
	if v.Amount != nil {
		a, err := money.ParseAmount(plain(v.amount), v.Amount.Currency())
		if out.Amount = &a; err != nil {
			odd = append(odd, "amount")
		}
	}
	if out.Until, err = endOf(v.until); err != nil {
		odd = append(odd, "until")
	}
	return out, odd
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

// A dealView is the page of one reservation.
type dealView struct {
	web.Page
	deal
	title    string // of the need; empty for those who may not see it
	facts    []fact.Fact
	opens    func(fact.Fact) bool
	offer    bool // the reader may open the offer
	key      string
	done     string
	refusal  error
	problems web.Wrongs
	at       fact.Pos // of the last fact that the page shows
	flowHref string   // of the flow that the commitment recorded; empty: none
}

func (h *Handler) reserved(r *http.Request) (v dealView, err error) {
	id, l, rd, found := offer.ReservationID(r.PathValue("id")), web.LangOf(r), h.Reader(r.Context()), false
	h.View(func(b Books) {
		x, ok := b.Offers.Reservation(id)
		n, _ := b.Needs.Head(x.Need)
		if found = ok && rd.may(x, n); found {
			o, _ := b.Offers.Get(x.Offer)
			v.deal, v.offer = b.deal(l, id, rd, h.Now()), rd.May(o.Class)
			v.at = x.Changed()
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
	v.opens = told.Opens(r.Context(), h.Opens)
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
	pending := v.State == offer.Waiting || v.State == offer.Agreed
	switch {
	case what == "call" && v.Caller != "" && pending:
		what = "call." + string(v.State)
	case what == "reserve" && v.State == offer.Waiting, ended[Act(what)] == v.State:
	default:
		return ""
	}
	return againWords(v.Lang, q) + web.T(v.Lang, "offer.done."+what, "id", v.Reserved.Reservation, "recipient", v.recipient, "giver", v.giver)
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
	if act == Decline && r.PostFormValue("reason") == "" {
		v.problems = web.Wrongs{{Field: "reason", Text: web.T(v.Lang, "offer.problem.reason")}}
		return web.RenderAs(w, r, http.StatusUnprocessableEntity, v.Page, dealPage(v))
	}
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
	if v.Caller != "" {
		items = append(items, web.Item{Term: web.T(l, "offer.deal.caller"), Detail: web.Text(v.caller)})
	}
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
	key := "offer.next." + string(v.State)
	switch {
	case v.State == offer.Bound && !v.Reader.Exercise():
		key += ".real"
	case v.Caller != "" && (v.State == offer.Waiting || v.State == offer.Agreed):
		key += ".called"
	}
	return web.T(v.Lang, key, "recipient", v.recipient, "giver", v.giver, "until", web.Time(v.Lang, v.Until))
}

func (v dealView) history() []web.Event {
	return told.HistoryFor(v.Lang, v.facts, v.opens, func(f fact.Fact) (string, bool) { return Describe(v.Lang, f, nil) })
}
