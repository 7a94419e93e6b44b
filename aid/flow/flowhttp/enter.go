package flowhttp

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// An enterView is a page on which somebody records what no other page asks
// for: a flow, a link between two, a value of goods.
type enterView struct {
	web.Page
	id      string // of the flow that it is about; empty: none yet
	lead    string
	action  string
	key     string
	do      string
	cancel  string
	rows    [][]web.Entry // what stands beside each other
	ticks   []web.Option  // Text is the label; set when Value is not empty
	ends    []ending      // links that may be taken back
	refusal error
}

// An ending takes a link back.
type ending struct{ child, words string }

// currencies that flows are spoken in most.
var currencies = []string{"EUR", "UAH", "USD", "GBP", "CAD", "CHF", "DKK", "NOK", "PLN", "SEK", "AUD", "JPY"}

// acts are the words of an address that say what was done.
var acts = []string{"announce", "link", "unlink", "value"}

// speaks is the seat of a request, which must be one that says what flows are.
//
// Errors: ErrNoSeat.
func (h *Handler) speaks(ctx context.Context) (seat.Seat, error) {
	if h.Seat == nil || h.Deeds == nil {
		return seat.Seat{}, ErrNoSeat
	}
	s := h.Seat(ctx)
	if !hasPart(s) {
		return s, ErrNoSeat
	}
	return s, nil
}

// hasPart reports whether a seat speaks for a side of flows.
func hasPart(s seat.Seat) bool {
	return s.Exists() && (s.Role == seat.Programme || s.Role == seat.Implementer || s.Role == seat.Officer)
}

func (h *Handler) enterPage(r *http.Request, title string, id flow.ID) enterView {
	v := enterView{Page: web.PageOf(r), id: string(id), key: r.PostFormValue("key"), cancel: "/flow-desk"}
	if v.key == "" {
		v.key = rand.Text()
	}
	v.Title, v.Section, v.Marking = title, "flows", tlp.Amber
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "flow.list"), Href: "/flows"}}
	if id != "" {
		v.cancel = flowHref(id, "")
		v.Crumbs = append(v.Crumbs, web.Crumb{Text: string(id), Href: v.cancel})
	}
	v.Crumbs = append(v.Crumbs, web.Crumb{Text: title})
	return v
}

// finish records what a form asks for, and leads to the flow, or to the desk
// of flows when the flow is not for everyone yet.
func (h *Handler) finish(w http.ResponseWriter, r *http.Request, v enterView, d Deed, wrong error) error {
	err := wrong
	var res Result
	if err == nil {
		res, err = h.Deeds.Do(r.Context(), v.key, d)
	}
	if err != nil {
		if web.Status(err) >= http.StatusInternalServerError {
			return err
		}
		v.refusal = err
		if errors.Is(err, ErrReused) {
			v.key = rand.Text()
		}
		return web.RenderAs(w, r, web.Status(err), v.Page, enterPage(v))
	}
	to := "/flow-desk"
	if _, shown := h.oneFor(r.Context(), res.Flow, query.Today(h.Now())); shown {
		to = flowHref(res.Flow, "")
	}
	q := url.Values{"done": {string(d.Act)}, "id": {string(res.Flow)}}
	if res.Repeated {
		q.Set("was", "repeated")
	}
	http.Redirect(w, r, to+"?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// doneWords is what an address says was done.
func doneWords(l web.Lang, s seat.Seat, q url.Values) string {
	act, id := q.Get("done"), q.Get("id")
	if !hasPart(s) || !slices.Contains(acts, act) || len(id) > 12 || !strings.HasPrefix(id, "F-") {
		return ""
	}
	said := web.T(l, "flow.done."+act, "id", id)
	if q.Get("was") == "repeated" {
		said = web.T(l, "flow.done.repeated") + " " + said
	}
	return said
}

// typedAmount reads an amount as people group its digits; nothing typed is no
// amount.
func typedAmount(f url.Values, name, currency string) (*money.Amount, error) {
	said := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(f.Get(name))
	if said == "" {
		return nil, nil
	}
	a, err := money.ParseAmount(said, money.Currency(currency))
	return &a, err
}

func (h *Handler) field(l web.Lang, f url.Values, name string, kind web.EntryKind, optional bool) web.Entry {
	return web.Entry{ID: name, Label: web.T(l, "flow.enter."+name), Kind: kind, Value: f.Get(name), Optional: optional}
}

func (h *Handler) choose(l web.Lang, f url.Values, name string, optional bool, options []web.Option) web.Entry {
	e := h.field(l, f, name, web.AsChoice, optional)
	e.Options = options
	return e
}

func currencyOptions() (out []web.Option) {
	for _, c := range currencies {
		out = append(out, web.Option{Value: c, Text: c})
	}
	return out
}

// announceForm serves GET /flows/new.
func (h *Handler) announceForm(w http.ResponseWriter, r *http.Request) error {
	s, err := h.speaks(r.Context())
	if err != nil {
		return err
	}
	f := url.Values{"on": {query.Today(h.Now())}, "status": {string(flow.Commitment)}, "currency": {"EUR"}}
	f.Set(map[seat.Role]string{seat.Officer: "receiver", seat.Implementer: "implementer"}[s.Role], string(s.Holder))
	if s.Role == seat.Programme {
		f.Set("provider", string(s.Holder))
	}
	v := h.announcing(r, f)
	return web.Render(w, r, v.Page, enterPage(v))
}

func (h *Handler) announcing(r *http.Request, f url.Values) enterView {
	l := web.LangOf(r)
	v := h.enterPage(r, web.T(l, "flow.announce"), "")
	v.lead, v.action, v.do = web.T(l, "flow.announce.lead"), "/flows/new", web.T(l, "flow.announce.do")
	var all []party.Party
	h.View(func(b Books) { all = slices.Clone(b.Parties.All()) })
	parties := partyOptions(l, all)
	parties[0] = web.Option{Text: web.T(l, "flow.enter.choose")}
	nobody := slices.Clone(parties)
	nobody[0] = web.Option{Text: web.T(l, "flow.enter.nobody")}
	reference := h.field(l, f, "reference", web.AsLine, true)
	reference.Hint = web.T(l, "flow.enter.reference.hint")
	reason := h.field(l, f, "reason", web.AsLines, true)
	reason.Hint = web.T(l, "flow.enter.reason.hint")
	v.rows = [][]web.Entry{
		{h.choose(l, f, "provider", false, parties), h.choose(l, f, "receiver", false, parties), h.choose(l, f, "implementer", true, nobody)},
		{h.field(l, f, "amount", web.AsAmount, true), h.choose(l, f, "currency", false, currencyOptions()),
			h.choose(l, f, "status", false, told.Options(l, "flow.status", flow.Statuses)[1:])},
		{h.field(l, f, "on", web.AsDay, false), h.choose(l, f, "line", true, lineOptions(l))},
		{h.field(l, f, "goods", web.AsLine, true), h.field(l, f, "quantity", web.AsNumber, true), h.field(l, f, "unit", web.AsLine, true)},
		{reference}, {reason},
	}
	v.ticks = []web.Option{{Value: f.Get("another"), Text: web.T(l, "flow.enter.another")}}
	return v
}

// lineOptions are the lines of capability, and none.
func lineOptions(l web.Lang) []web.Option {
	out := []web.Option{{Text: web.T(l, "flow.enter.line.none")}}
	for _, o := range told.Options(l, "flow.line", lines)[1:] {
		if o.Value != none {
			out = append(out, o)
		}
	}
	return out
}

// announce serves POST /flows/new.
func (h *Handler) announce(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if _, err := h.speaks(r.Context()); err != nil {
		return err
	}
	f := r.PostForm
	d := Deed{Act: Announce, Another: f.Get("another") != "", Reason: strings.TrimSpace(f.Get("reason")), Recorded: flow.Recorded{
		Provider: party.ID(f.Get("provider")), Receiver: party.ID(f.Get("receiver")), Implementer: party.ID(f.Get("implementer")),
		Status: flow.Status(f.Get("status")), Line: flow.Line(f.Get("line")), On: fact.Date(f.Get("on")), Reference: strings.TrimSpace(f.Get("reference"))}}
	amount, err := typedAmount(f, "amount", f.Get("currency"))
	if amount != nil {
		d.Recorded.Amount = *amount
	}
	if what := strings.TrimSpace(f.Get("goods")); what != "" {
		n, wrong := strconv.ParseInt(strings.TrimSpace(f.Get("quantity")), 10, 64)
		if wrong != nil {
			n = 0 // which the rules refuse
		}
		d.Recorded.Goods = &flow.Goods{What: what, Quantity: n, Unit: strings.TrimSpace(f.Get("unit"))}
	}
	return h.finish(w, r, h.announcing(r, f), d, err)
}

// about is the flow of a request, in which the request's party has a part.
//
// Errors: ErrNoSeat, web.ErrNotFound, flow.ErrNoSide.
func (h *Handler) about(r *http.Request) (a account, err error) {
	s, err := h.speaks(r.Context())
	if err != nil {
		return a, err
	}
	a, ok := h.oneFor(r.Context(), flow.ID(r.PathValue("id")), query.Today(h.Now()))
	if !ok {
		return a, web.ErrNotFound
	}
	if a.SideOf(s.Holder) == "" {
		return a, flow.ErrNoSide.With("party", s.Holder).With("flow", a.id())
	}
	return a, nil
}

// linkForm serves GET /flows/{id}/link.
func (h *Handler) linkForm(w http.ResponseWriter, r *http.Request) error {
	a, err := h.about(r)
	if err != nil {
		return err
	}
	v := h.linking(r, a, url.Values{"on": {query.Today(h.Now())}, "amount": {valueOf(a.Amount)}})
	return web.Render(w, r, v.Page, enterPage(v))
}

func valueOf(a money.Amount) string {
	if a.Currency() == "" {
		return ""
	}
	return a.Value()
}

func (h *Handler) linking(r *http.Request, a account, f url.Values) enterView {
	l := web.LangOf(r)
	v := h.enterPage(r, web.T(l, "flow.link"), a.id())
	v.action, v.do = flowHref(a.id(), "")+"/link", web.T(l, "flow.link.do")
	v.lead = web.T(l, "flow.link.lead", "id", a.id(), "amount", spokenOr(l, a.Amount))
	amount, part := h.field(l, f, "amount", web.AsAmount, false), h.field(l, f, "part", web.AsAmount, true)
	amount.Label = web.T(l, "flow.say.amount", "currency", string(a.Amount.Currency()))
	part.Hint = web.T(l, "flow.enter.part.hint")
	v.rows = [][]web.Entry{
		{h.choose(l, f, "child", false, h.below(l, a))},
		{amount, part, h.choose(l, f, "how", false, told.Options(l, "flow.how", flow.Hows)[1:])},
		{h.field(l, f, "on", web.AsDay, false)},
	}
	for _, k := range a.Children {
		v.ends = append(v.ends, ending{string(k.Child), web.T(l, "flow.links.to", "id", k.Child) + ": " + spokenOr(l, k.Amount)})
	}
	return v
}

// mostBelow bounds the flows that a form offers.
const mostBelow = 500

// below are the flows that a's receiver gives, and those that it carries:
// what a may pay for.
func (h *Handler) below(l web.Lang, a account) []web.Option {
	out := []web.Option{{Text: web.T(l, "flow.enter.choose")}}
	h.View(func(b Books) {
		if a.Held {
			b = b.held()
		}
		for _, holder := range []party.ID{a.Receiver, a.Implementer} {
			for f := range b.Flows.Of(holder) {
				if f.Provider != holder || holder == "" || f.Recorded.Flow == a.id() || len(out) > mostBelow {
					continue
				}
				to, _ := b.Parties.Get(f.Receiver)
				out = append(out, web.Option{Value: string(f.Recorded.Flow),
					Text: string(f.Recorded.Flow) + " → " + clip(to.NameIn(string(l))) + ", " + spokenOr(l, f.Amount)})
			}
		}
	})
	return out
}

// link serves POST /flows/{id}/link: a link, or one that is taken back.
func (h *Handler) link(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := h.about(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	if child := f.Get("unlink"); child != "" {
		d := Deed{Act: Untie, Linked: flow.Linked{Parent: a.id(), Child: flow.ID(child)}, Reason: f.Get("reason")}
		v := h.linking(r, a, url.Values{"on": {query.Today(h.Now())}, "amount": {valueOf(a.Amount)}})
		return h.finish(w, r, v, d, nil)
	}
	d := Deed{Act: Tie, Linked: flow.Linked{Parent: a.id(), Child: flow.ID(f.Get("child")), How: flow.How(f.Get("how")), On: fact.Date(f.Get("on"))}}
	of, err := typedAmount(f, "amount", string(a.Amount.Currency()))
	if of != nil {
		d.Linked.Amount, d.Linked.Part = *of, *of
	}
	if child, ok := h.oneFor(r.Context(), d.Linked.Child, query.Today(h.Now())); ok && err == nil {
		var part *money.Amount
		if part, err = typedAmount(f, "part", string(child.Amount.Currency())); part != nil {
			d.Linked.Part = *part
		}
	}
	return h.finish(w, r, h.linking(r, a, f), d, err)
}

// valueForm serves GET /flows/{id}/value.
func (h *Handler) valueForm(w http.ResponseWriter, r *http.Request) error {
	a, err := h.about(r)
	if err != nil {
		return err
	}
	v := h.valuing(r, a, url.Values{"on": {query.Today(h.Now())}, "currency": {"EUR"}})
	return web.Render(w, r, v.Page, enterPage(v))
}

func (h *Handler) valuing(r *http.Request, a account, f url.Values) enterView {
	l := web.LangOf(r)
	v := h.enterPage(r, web.T(l, "flow.value"), a.id())
	v.action, v.do, v.lead = flowHref(a.id(), "")+"/value", web.T(l, "flow.value.do"), web.T(l, "flow.value.lead")
	amount := h.field(l, f, "amount", web.AsAmount, true)
	amount.Hint = web.T(l, "flow.enter.value.hint")
	v.rows = [][]web.Entry{
		{h.choose(l, f, "method", false, told.Options(l, "flow.method", flow.Methods)[1:])},
		{amount, h.choose(l, f, "currency", false, currencyOptions())},
		{h.field(l, f, "on", web.AsDay, false)},
	}
	return v
}

// value serves POST /flows/{id}/value.
func (h *Handler) value(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := h.about(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	d := Deed{Act: Appraise, Valued: flow.Valued{Flow: a.id(), Method: flow.Method(f.Get("method")), On: fact.Date(f.Get("on"))}}
	d.Valued.Amount, err = typedAmount(f, "amount", f.Get("currency"))
	return h.finish(w, r, h.valuing(r, a, f), d, err)
}
