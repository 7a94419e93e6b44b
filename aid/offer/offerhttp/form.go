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
	"tallinn/fault"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/told"
)

// A form is an offer as it was typed.
type form struct {
	Key                                  string
	Form, What, Quantity, Amount, Origin string
	Currency, Least, Most                string
	Lines, Sectors, Regions, Recipients  []string
	From, Until, LeadDays, Terms         string
	Use, CallAmount, CallQuantity        string // of a standing offer
	Months, Role, Clearance              string
	Languages                            []string
}

// A formView is the page on which an offer is made.
type formView struct {
	web.Page
	form
	refusal  error // that no field can mend
	problems web.Wrongs
	names    map[string]string // of recipients, by id
	ids      []string
}

func (h *Handler) newOffer(w http.ResponseWriter, r *http.Request) error {
	rd, err := h.acting(r.Context())
	if err != nil {
		return err
	}
	if err := offer.WhyNotOpen(rd.Seat, h.Now()); err != nil {
		return err
	}
	now := h.Now()
	f := form{Key: newKey(), Form: string(offer.Money), Currency: string(money.EUR), From: string(fact.Day(now)),
		Until: string(fact.Day(now.AddDate(0, 6, 0))), LeadDays: "0"}
	if q := r.URL.Query(); len(q) > 0 && q.Has("form") {
		f = formOf(q)
	}
	return h.renderForm(w, r, http.StatusOK, formView{form: f})
}

func formOf(q url.Values) form {
	f := form{Key: q.Get("key"), Form: q.Get("form"), What: q.Get("what"), Quantity: q.Get("quantity"), Amount: q.Get("amount"),
		Origin: strings.ToUpper(strings.TrimSpace(q.Get("origin"))), Currency: q.Get("currency"), Least: q.Get("least"), Most: q.Get("most"),
		Lines: filled(q["line"]), Sectors: filled(q["sector"]), Regions: filled(q["region"]), Recipients: filled(q["recipient"]),
		From: q.Get("from"), Until: q.Get("until"), LeadDays: q.Get("lead_days"), Terms: strings.TrimSpace(q.Get("terms")),
		Months: q.Get("months"), Role: q.Get("role"), Clearance: q.Get("clearance"), Languages: filled(q["language"]),
		Use: q.Get("use"), CallAmount: q.Get("call_amount"), CallQuantity: q.Get("call_quantity")}
	if f.Key == "" {
		f.Key = newKey()
	}
	return f
}

func filled(list []string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (h *Handler) renderForm(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	l, rd := web.LangOf(r), h.Reader(r.Context())
	v.names, v.Page = map[string]string{}, h.page(r, web.T(l, "offer.new"), web.Crumb{Text: web.T(l, "offer.new")})
	h.View(func(b Books) {
		for _, c := range b.Needs.Classes(rd.May) {
			if v.names[c.Owner] == "" {
				v.names[c.Owner] = name(b, l, party.ID(c.Owner))
				v.ids = append(v.ids, c.Owner)
			}
		}
	})
	return web.RenderAs(w, r, status, v.Page, formPage(v))
}

// open serves POST /offers.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	rd, err := h.acting(r.Context())
	if err != nil {
		return err
	}
	if err := offer.WhyNotOpen(rd.Seat, h.Now()); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	if wrongs := f.problems(web.LangOf(r), rd.Seat, h.Now()); len(wrongs) > 0 {
		return h.renderForm(w, r, http.StatusUnprocessableEntity, formView{form: f, problems: wrongs})
	}
	wanted, _ := f.wanted()
	res, err := h.Deals.Open(r.Context(), f.Key, wanted, f.Terms)
	if errors.Is(err, ErrReused) {
		f.Key = newKey()
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.renderForm(w, r, web.Status(err), formView{form: f, refusal: err})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, offerHref(offer.ID(res.IDs[0]))+done("open", res), http.StatusSeeOther)
	return nil
}

// wanted is what the form asks for, and the fields whose amounts are none.
// What is no number becomes one that the rules refuse.
func (f form) wanted() (out offer.Opened, odd []string) {
	out = offer.Opened{Form: offer.Form(f.Form), Quantity: whole64(f.Quantity), What: f.What, Origin: f.Origin,
		From: fact.Date(f.From), Until: fact.Date(f.Until), LeadDays: int(whole64(f.LeadDays))}
	if out.Form == offer.Money {
		out.Quantity, out.What, out.Origin = 0, "", ""
	}
	if good, ok := need.GoodOf(out.What); ok {
		out.Unit = good.Unit
	}
	var call *money.Amount
	for _, a := range []struct {
		field, typed string
		into         **money.Amount
	}{{"amount", f.Amount, &out.Amount}, {"least", f.Least, &out.Least}, {"most", f.Most, &out.Most}, {"call_amount", f.CallAmount, &call}} {
		if strings.TrimSpace(a.typed) == "" {
			continue
		}
		amount, err := money.ParseAmount(plain(a.typed), money.Currency(f.Currency))
		if err != nil || amount.IsZero() {
			odd = append(odd, a.field)
			continue
		}
		*a.into = &amount
	}
	out.Standing = f.standing(call)
	out.Months, out.Expert = int(whole64(f.Months)), f.expert()
	for _, l := range f.Lines {
		out.Earmark.Lines = append(out.Earmark.Lines, capability.Line(l))
	}
	out.Earmark.Sectors, out.Earmark.Regions = f.Sectors, f.Regions
	for _, id := range f.Recipients {
		out.Earmark.Recipients = append(out.Earmark.Recipients, party.ID(id))
	}
	return out, odd
}

// order is that of the form.
var order = []string{"form", "what", "quantity", "amount", "currency", "origin", "lines", "sectors", "regions", "recipients",
	"months", "role", "languages", "clearance", "from", "until", "lead_days", "least", "most", "use", "call_amount", "call_quantity", "terms"}

// fieldOf is the field that each fault of the check of an offer is about.
var fieldOf = map[*fault.Error]string{offer.ErrForm: "form", offer.ErrAmount: "amount", offer.ErrGoods: "what", offer.ErrUnit: "what",
	offer.ErrQuantity: "quantity", offer.ErrCountry: "origin", offer.ErrMonths: "months", offer.ErrDays: "until", offer.ErrTickets: "most", offer.ErrCeiling: "call_amount", offer.ErrLead: "lead_days"}

// earmarkFields are those of the words that ErrEarmark names.
var earmarkFields = map[string]string{"line": "lines", "sector": "sectors", "region": "regions", "recipient": "recipients"}

// problems is everything wrong with f, in the order of the form: the rules say
// one thing at a time, so each is mended in turn and they are asked again.
func (f form) problems(l web.Lang, by seat.Seat, now time.Time) (out web.Wrongs) {
	say := func(field string) {
		out = append(out, web.Wrong{Field: field, Text: web.T(l, "offer.problem."+field, "today", web.Date(l, fact.Day(now)),
			"most", strconv.Itoa(need.MostLeadDays), "characters", strconv.Itoa(offer.MostTerms))})
	}
	wanted, odd := f.wanted()
	for _, field := range odd {
		say(field)
	}
	if slices.Contains(odd, "amount") {
		wanted.Amount = &money.Amount{} // said already
		mendOffer(&wanted, "amount", now)
	}
	wanted.Offer = "P"
	for range 2 * len(order) {
		_, err := offer.Open(by, now, wanted)
		field := fieldOfErr(err)
		if field == "" {
			break
		}
		if field == "call_amount" {
			field = wrongCeiling(wanted)
		}
		if !slices.Contains(odd, field) {
			say(field)
		}
		mendOffer(&wanted, field, now)
	}
	if offer.CheckTerms(f.Terms) != nil {
		say("terms")
	}
	slices.SortStableFunc(out, func(x, y web.Wrong) int { return slices.Index(order, x.Field) - slices.Index(order, y.Field) })
	return out
}

// fieldOfErr is the field that err is about; empty: none.
func fieldOfErr(err error) string {
	for f, field := range fieldOf {
		if errors.Is(err, f) {
			return field
		}
	}
	f, ok := fault.Of(err)
	if !ok || !errors.Is(err, offer.ErrEarmark) && !errors.Is(err, offer.ErrExpert) {
		return ""
	}
	for _, a := range f.Args() {
		if a.Name == "field" && errors.Is(err, offer.ErrExpert) {
			return a.Value
		}
		if a.Name == "field" {
			return earmarkFields[a.Value]
		}
	}
	return ""
}

// mendOffer puts something right into a field, so that what else is wrong
// shows.
func mendOffer(o *offer.Opened, field string, now time.Time) {
	switch field {
	case "form":
		o.Form = offer.Services
	case "what":
		o.What, o.Unit = need.Goods[0].What, need.Goods[0].Unit
	case "quantity":
		o.Quantity = 1
	case "amount":
		a, _ := money.FromMinor(100, money.EUR)
		for _, limit := range []*money.Amount{o.Least, o.Most} {
			if limit != nil && (limit.Currency() != a.Currency() || limit.Cmp(a) > 0) {
				a = *limit // what is said of the tickets is then their own
			}
		}
		o.Amount = &a
	case "origin":
		o.Origin = "UA"
	case "months":
		o.Months = 0
	case "role", "languages", "clearance":
		o.Expert = nil
	case "lines":
		o.Earmark.Lines = nil
	case "sectors":
		o.Earmark.Sectors = nil
	case "regions":
		o.Earmark.Regions = nil
	case "recipients":
		o.Earmark.Recipients = nil
	case "until":
		o.From, o.Until = fact.Day(now), fact.Day(now)
	case "most":
		o.Least, o.Most = nil, nil
	case "call_amount", "call_quantity":
		o.Standing = nil
	case "lead_days":
		o.LeadDays = 0
	}
}

// expert is who comes; nil when nothing is said of it.
func (f form) expert() *offer.Expert {
	if f.Role == "" && f.Clearance == "" && len(f.Languages) == 0 {
		return nil
	}
	return &offer.Expert{Role: f.Role, Languages: f.Languages, Clearance: f.Clearance}
}

// none are the words of a list, and that none is chosen.
func none[W ~string](l web.Lang, list string, words []W) []web.Option {
	return append([]web.Option{{Text: web.T(l, "offer.none")}}, options(l, list, words)...)
}

func whole64(s string) int64 {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	n, err := strconv.ParseInt(plain(s), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// goods are the choices of what is in kind.
func goods(l web.Lang) []web.Option {
	out := []web.Option{{Text: web.T(l, "offer.what.none")}}
	for _, g := range need.Goods {
		out = append(out, web.Option{Value: g.What, Text: told.Word(l, "good", g.What)})
	}
	return out
}

// entry is a field of the form.
func (v formView) entry(name, value string, kind web.EntryKind) web.Entry {
	e := web.Entry{ID: name, Label: web.T(v.Lang, "offer.field."+name), Wrong: v.problems.At(name), Value: value, Kind: kind}
	if hint := told.Word(v.Lang, "offer.hint", name); hint != name {
		e.Hint = hint
	}
	return e
}

func (v formView) optional(name, value string, kind web.EntryKind) web.Entry {
	e := v.entry(name, value, kind)
	e.Optional, e.Rows = true, 3
	return e
}

// reason is the select of why something ends, with nothing chosen.
func reason(l web.Lang, label string, wrongs web.Wrongs, reasons []web.Option) web.Entry {
	return web.Entry{ID: "reason", Label: label, Kind: web.AsChoice, Wrong: wrongs.At("reason"),
		Options: append([]web.Option{{Text: web.T(l, "offer.reason.none")}}, reasons...)}
}

func (v formView) choose(name, value string, options []web.Option) web.Entry {
	e := v.entry(name, value, web.AsChoice)
	e.Options = options
	return e
}

func options[W ~string](l web.Lang, list string, words []W) (out []web.Option) {
	for _, w := range words {
		out = append(out, web.Option{Value: string(w), Text: told.Word(l, list, w)})
	}
	return out
}

func (v formView) recipients() (out []web.Option) {
	for _, id := range v.ids {
		out = append(out, web.Option{Value: id, Text: v.names[id]})
	}
	return out
}

// currencies that most offers are in; the API takes all.
var currencies = []money.Currency{"EUR", "USD", "GBP", "SEK", "NOK", "DKK", "PLN", "CAD"}

func currencyOptions() (out []web.Option) {
	for _, c := range currencies {
		out = append(out, web.Option{Value: string(c), Text: string(c)})
	}
	return out
}
