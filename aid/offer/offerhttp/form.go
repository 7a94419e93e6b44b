package offerhttp

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
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
}

// A formView is the page on which an offer is made.
type formView struct {
	web.Page
	form
	refusal error
	names   map[string]string // of recipients, by id
	ids     []string
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
	return h.renderForm(w, r, http.StatusOK, f, nil)
}

func formOf(q url.Values) form {
	f := form{Key: q.Get("key"), Form: q.Get("form"), What: q.Get("what"), Quantity: q.Get("quantity"), Amount: q.Get("amount"),
		Origin: strings.ToUpper(strings.TrimSpace(q.Get("origin"))), Currency: q.Get("currency"), Least: q.Get("least"), Most: q.Get("most"),
		Lines: filled(q["line"]), Sectors: filled(q["sector"]), Regions: filled(q["region"]), Recipients: filled(q["recipient"]),
		From: q.Get("from"), Until: q.Get("until"), LeadDays: q.Get("lead_days"), Terms: strings.TrimSpace(q.Get("terms"))}
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

func (h *Handler) renderForm(w http.ResponseWriter, r *http.Request, status int, f form, refusal error) error {
	l, rd := web.LangOf(r), h.Reader(r.Context())
	v := formView{form: f, refusal: refusal, names: map[string]string{},
		Page: h.page(r, web.T(l, "offer.new"), web.Crumb{Text: web.T(l, "offer.new")})}
	h.View(func(b Books) {
		for _, k := range b.Needs.Buckets() {
			if id := string(k.Owner); rd.Needs(k) && v.names[id] == "" {
				v.names[id] = name(b, l, k.Owner)
				v.ids = append(v.ids, id)
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
	if _, err := h.acting(r.Context()); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	wanted, err := f.wanted()
	var res Result
	if err == nil {
		res, err = h.Deals.Open(r.Context(), f.Key, wanted, f.Terms)
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.renderForm(w, r, web.Status(err), f, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, offerHref(offer.ID(res.IDs[0]))+done("open", res), http.StatusSeeOther)
	return nil
}

// wanted is what the form asks for. What is no number becomes one that the
// rules refuse.
//
// Errors: those of money.ParseAmount.
func (f form) wanted() (out offer.Opened, err error) {
	out = offer.Opened{Form: offer.Form(f.Form), Quantity: whole64(f.Quantity), What: f.What, Origin: f.Origin,
		From: fact.Date(f.From), Until: fact.Date(f.Until), LeadDays: int(whole64(f.LeadDays))}
	if out.Form == offer.Money {
		out.Quantity, out.What, out.Origin = 0, "", ""
	}
	if good, ok := need.GoodOf(out.What); ok {
		out.Unit = good.Unit
	}
	for _, a := range []struct {
		typed string
		into  **money.Amount
	}{{f.Amount, &out.Amount}, {f.Least, &out.Least}, {f.Most, &out.Most}} {
		if strings.TrimSpace(a.typed) == "" {
			continue
		}
		amount, err := money.ParseAmount(plain(a.typed), money.Currency(f.Currency))
		if err != nil {
			return out, err
		}
		*a.into = &amount
	}
	for _, l := range f.Lines {
		out.Earmark.Lines = append(out.Earmark.Lines, capability.Line(l))
	}
	out.Earmark.Sectors, out.Earmark.Regions = f.Sectors, f.Regions
	for _, id := range f.Recipients {
		out.Earmark.Recipients = append(out.Earmark.Recipients, party.ID(id))
	}
	return out, nil
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
