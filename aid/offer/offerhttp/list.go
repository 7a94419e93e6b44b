package offerhttp

import (
	"iter"
	"net/http"
	"strconv"

	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/export"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A row is an offer as a list shows it.
type row struct {
	offer.View
	provider string
}

// A filter is what the address asks for.
type filter struct {
	form     offer.Form
	line     capability.Line
	provider party.ID
	state    string
	role     string // of experts
}

// states of offers that one can ask for; empty is those valid today.
var states = []string{"all", "closed", "standing"}

func (h *Handler) filter(r *http.Request) (f filter, err error) {
	q := r.URL.Query()
	if f.form, err = query.Choice("form", q.Get("form"), offer.Forms); err != nil {
		return f, err
	}
	if f.line, err = query.Choice("line", q.Get("line"), capability.Lines); err != nil {
		return f, err
	}
	f.provider = party.ID(q.Get("provider"))
	if f.role, err = query.Choice("role", q.Get("role"), offer.Roles); err != nil {
		return f, err
	}
	f.state, err = query.Choice("state", q.Get("state"), states)
	return f, err
}

func (f filter) values() map[string][]string {
	return map[string][]string{"form": {string(f.form)}, "line": {string(f.line)}, "provider": {string(f.provider)}, "state": {f.state}, "role": {f.role}}
}

func (f filter) takes(o offer.Offer, day string) bool {
	switch {
	case f.role != "" && (o.Expert == nil || o.Expert.Role != f.role):
		return false
	case f.form != "" && o.Form != f.form, f.provider != "" && o.Provider != f.provider:
		return false
	case f.line != "" && len(o.Earmark.Lines) > 0 && !contains(o.Earmark.Lines, f.line):
		return false
	case f.state == "standing" && o.Standing == nil:
		return false
	case f.state == "", f.state == "standing":
		return o.Closed == nil && day <= string(o.Until)
	case f.state == "closed":
		return o.Closed != nil || day > string(o.Until)
	}
	return true
}

func contains[W comparable](list []W, w W) bool {
	for _, x := range list {
		if x == w {
			return true
		}
	}
	return false
}

// gather are the offers of a filter that the reader may see, last opened
// first.
func (h *Handler) gather(rd Reader, l web.Lang, f filter) (rows []row) {
	now := h.Now()
	h.View(func(b Books) {
		for o := range b.Offers.In(rd.May) {
			if f.takes(o, query.Today(now)) {
				v, _ := b.Offers.ViewFor(o.Opened.Offer, rd.Seat, now)
				rows = append(rows, row{v, name(b, l, o.Provider)})
			}
		}
	})
	return rows
}

// A listView is the page of offers.
type listView struct {
	web.Page
	filter
	rows    []row
	window  query.Window
	reader  Reader
	mayGive bool
	at      fact.Pos // of the last change of any offer
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r)
	if err != nil {
		return err
	}
	rd, l := h.Reader(r.Context()), web.LangOf(r)
	v := listView{filter: f, reader: rd, Page: h.page(r, web.T(l, "offer.list"))}
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	h.View(func(b Books) { v.at = b.Offers.Changed() })
	all := h.gather(rd, l, f)
	if v.window, err = query.Page(r.URL.Query().Get("page"), len(all)); err != nil {
		return err
	}
	v.rows = all[v.window.First:v.window.End]
	v.mayGive = offer.WhyNotOpen(rd.Seat, h.Now()) == nil
	return web.Render(w, r, v.Page, listPage(v))
}

func (v listView) header() web.Header {
	head := web.Header{Title: v.Title, Lead: web.T(v.Lang, "offer.list.lead")}
	if v.mayGive {
		head.Actions = []web.Link{{Text: web.T(v.Lang, "renewal.list"), Href: "/renewals"}, {Text: web.T(v.Lang, "import.go"), Href: "/imports"}, {Text: web.T(v.Lang, "offer.new"), Href: "/offers/new"}}
	}
	return head
}

func (v listView) filters() web.Filters {
	l := v.Lang
	state := []web.Option{{Text: web.T(l, "offer.state.valid")}, {Value: "standing", Text: web.T(l, "offer.state.standing")}, {Value: "closed", Text: web.T(l, "offer.state.closed")},
		{Value: "all", Text: web.T(l, "list.all")}}
	return web.Filters{Action: "/offers", Label: web.T(l, "offer.filters"), Fields: []web.Field{
		{Name: "form", Label: web.T(l, "offer.field.form"), Value: string(v.form), Options: told.Options(l, "offer.form", offer.Forms)},
		{Name: "line", Label: web.T(l, "offer.field.line"), Value: string(v.line), Options: told.Options(l, "line", capability.Lines)},
		{Name: "role", Label: web.T(l, "offer.field.role"), Value: v.role, Options: told.Options(l, "offer.role", offer.Roles)},
		{Name: "state", Label: web.T(l, "offer.field.state"), Value: v.state, Options: state},
	}}
}

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "offers", Caption: web.N(l, "offer.count", v.window.All), Empty: v.empty(),
		CSV: query.Address("/offers.csv", v.values()), XLSX: query.Address("/offers.xlsx", v.values()), JSON: query.Address("/offers.json", v.values()), Columns: []web.Column{
			{Head: web.T(l, "offer.offer"), Lead: true}, {Head: web.T(l, "offer.field.provider")},
			{Head: web.T(l, "offer.field.earmark")}, {Head: web.T(l, "offer.field.left"), Align: web.Right, Beside: true},
			{Head: web.T(l, "offer.field.until")}}}
	for _, r := range v.rows {
		id := r.Opened.Offer
		t.Rows = append(t.Rows, web.Row{ID: string(id), Quiet: r.Closed != nil, Cells: []web.Cell{
			named(string(id), offerHref(id), what(l, r.Opened)), web.Text(r.provider),
			web.Text(earmark(l, r.Earmark, nil)), web.Text(left(l, r.View)), untilCell(l, r.View)}})
	}
	return t
}

func (v listView) empty() string {
	if !v.reader.Seat.Exists() {
		return web.T(v.Lang, "offer.list.visitor")
	}
	return web.T(v.Lang, "offer.list.empty")
}

func untilCell(l web.Lang, v offer.View) web.Cell {
	if v.Closed != nil {
		return web.StatusChip(web.Neutral, web.T(l, "offer.state.closed"))
	}
	return web.Day(l, v.Until)
}

// what is offered, in a few words: "300 satellite terminals", "money".
func what(l web.Lang, o offer.Opened) string {
	if o.Form == offer.Money {
		return web.T(l, "offer.form.money")
	}
	if o.Expert != nil {
		return told.Word(l, "good", o.What) + ": " + expertWords(l, *o.Expert)
	}
	return told.Word(l, "good", o.What)
}

// amount is an amount in words of a page.
func amount(l web.Lang, a money.Amount) string { return web.Money(l, a.Value(), a.Currency()) }

// counted is how many of a unit.
func counted(l web.Lang, n int64, unit string) string { return web.N(l, "unit."+unit, int(n)) }

// left is what nobody holds of an offer.
func left(l web.Lang, v offer.View) string {
	var parts []string
	if v.InKind() {
		parts = append(parts, counted(l, v.LeftQuantity, v.Unit))
	}
	if v.Amount != nil {
		parts = append(parts, amount(l, v.LeftAmount))
	}
	return join(parts, " · ")
}

func whole(l web.Lang, o offer.Opened) string {
	var parts []string
	if o.Form != offer.Money {
		parts = append(parts, counted(l, o.Quantity, o.Unit))
	}
	if o.Amount != nil {
		parts = append(parts, amount(l, *o.Amount))
	}
	return join(parts, " · ")
}

func join(parts []string, by string) (out string) {
	for i, p := range parts {
		if i > 0 {
			out += by
		}
		out += p
	}
	return out
}

// earmark is what an offer may be used for, in words; called names parties.
func earmark(l web.Lang, e offer.Earmark, called func(party.ID) string) string {
	var parts []string
	for _, line := range e.Lines {
		parts = append(parts, told.Word(l, "line", line))
	}
	for _, s := range e.Sectors {
		parts = append(parts, told.Word(l, "sector", s))
	}
	for _, s := range e.Regions {
		parts = append(parts, told.Word(l, "region", s))
	}
	for _, id := range e.Recipients {
		if called == nil {
			parts = append(parts, string(id))
			continue
		}
		parts = append(parts, called(id))
	}
	if len(parts) == 0 {
		return web.T(l, "offer.earmark.none")
	}
	return join(parts, ", ")
}

// fields of offers.csv, for ever: new ones come last.
var fields = []string{"id", "provider", "form", "what", "unit", "quantity", "left_quantity", "amount", "left_amount", "currency",
	"origin", "lines", "sectors", "regions", "recipients", "from", "until", "lead_days", "closed", "fact",
	"standing", "call_quantity", "call_amount", "months", "role", "languages", "clearance"}

func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r)
	if err != nil {
		return err
	}
	return export.Serve(w, r, "offers", fields, cells(h.gather(h.Reader(r.Context()), web.LangOf(r), f)))
}

func cells(rows []row) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, r := range rows {
			if !yield(r.cells()) {
				return
			}
		}
	}
}

func (r row) cells() []string {
	quantity, leftOver, value, leftValue, currency, closed := "", "", "", "", "", ""
	if r.InKind() {
		quantity, leftOver = strconv.FormatInt(r.Quantity, 10), strconv.FormatInt(r.LeftQuantity, 10)
	}
	if r.Amount != nil {
		value, leftValue, currency = r.Amount.Value(), r.LeftAmount.Value(), string(r.Amount.Currency())
	}
	if r.Closed != nil {
		closed = string(r.Closed.Reason)
	}
	use, callQuantity, callAmount := "", "", ""
	if s := r.Standing; s != nil {
		if use = "any"; s.Emergencies {
			use = "emergencies"
		}
		if s.Quantity > 0 {
			callQuantity = strconv.FormatInt(s.Quantity, 10)
		}
		if s.Amount != nil {
			callAmount = s.Amount.Value()
		}
	}
	e, expert := r.Earmark, offer.Expert{}
	if r.Expert != nil {
		expert = *r.Expert
	}
	return []string{string(r.Opened.Offer), string(r.Provider), string(r.Form), r.What, r.Unit, quantity, leftOver, value, leftValue,
		currency, r.Origin, list(e.Lines), list(e.Sectors), list(e.Regions), list(e.Recipients), string(r.From), string(r.Until),
		strconv.Itoa(r.LeadDays), closed, strconv.FormatInt(int64(r.Pos), 10), use, callQuantity, callAmount, whole0(int64(r.Months)), expert.Role, list(expert.Languages), expert.Clearance}
}

// whole0 is a number, empty for none.
func whole0(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func list[W ~string](words []W) string {
	var parts []string
	for _, w := range words {
		parts = append(parts, string(w))
	}
	return join(parts, ";")
}
