package flowhttp

import (
	"net/url"
	"strconv"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/alphabet"
	"tallinn/web/api"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A listView is the page of flows.
type listView struct {
	web.Page
	filter
	ledger
	today string
	acts  []web.Link // of those whose part they are
}

func (v listView) filters() web.Filters {
	l := v.Lang
	return web.Filters{Action: "/flows", Label: web.T(l, "flow.filters"), Keep: query.Keep(v.asOf),
		Fields: []web.Field{
			{Name: "status", Label: web.T(l, "flow.field.status"), Value: string(v.status), Options: told.Options(l, "flow.status", statuses)},
			{Name: "scope", Label: web.T(l, "flow.field.scope"), Value: string(v.scope), Options: told.Options(l, "flow.scope", scopes)},
			{Name: "provider", Label: web.T(l, "flow.field.provider"), Value: string(v.provider), Options: partyOptions(l, v.providers)},
			{Name: "receiver", Label: web.T(l, "flow.field.receiver"), Value: string(v.receiver), Options: partyOptions(l, v.receivers)},
			{Name: "line", Label: web.T(l, "flow.field.line"), Value: v.line, Options: told.Options(l, "flow.line", lines)},
			{Name: "year", Label: web.T(l, "flow.field.year"), Value: v.year, Options: v.yearOptions()},
		}}
}

func (v listView) yearOptions() []web.Option {
	out := []web.Option{{Text: web.T(v.Lang, "list.all")}}
	for _, y := range v.years {
		out = append(out, web.Option{Value: strconv.Itoa(y), Text: strconv.Itoa(y)})
	}
	if v.year != "" && v.year != none && !hasOption(out, v.year) {
		out = append(out, web.Option{Value: v.year, Text: v.year})
	}
	return append(out, web.Option{Value: none, Text: web.T(v.Lang, "flow.year.none")})
}

func hasOption(options []web.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

func partyOptions(l web.Lang, parties []party.Party) []web.Option {
	list := append([]party.Party(nil), parties...)
	alphabet.Sort(l, list, func(p party.Party) string { return p.NameIn(string(l)) })
	out := []web.Option{{Text: web.T(l, "list.all")}}
	for _, p := range list {
		out = append(out, web.Option{Value: string(p.Registered.Party), Text: clip(p.NameIn(string(l)))})
	}
	return out
}

// clip keeps a select narrow enough to stand in its row; the lists have the
// whole name.
func clip(name string) string {
	const most = 36
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

func (v listView) dayForm() web.AsOf {
	keep := query.Filled(v.filter.values())
	keep.Del(query.AsOf)
	return web.AsOf{Action: "/flows", Day: v.day, Last: v.today, Keep: keep}
}

// goneHref is the list of the withdrawn flows; empty when none are left out.
func (v listView) goneHref() string {
	if v.ledger.gone == 0 || v.status == gone {
		return ""
	}
	return query.Address("/flows", url.Values{"status": {string(gone)}, query.AsOf: {v.asOf}})
}

func (v listView) table() web.Table {
	l := v.Lang
	t := flowTable(l, "flows", web.N(l, "flow.count", v.window.All), v.accounts, v.filter)
	t.Empty = web.T(l, "flow.list.empty")
	if v.counted > 0 {
		// The cells stand under the columns of flowTable.
		t.Foot = []web.Cell{web.To(web.Link{Text: web.N(l, "flow.counted.spoken", v.counted), Href: "/methods#flow.spoken"}), stacked(v.spoken()), nil, nil, nil}
	}
	return t
}

// spoken are the totals, one a currency: what was spoken in several is never
// added up here.
func (v listView) spoken() []string {
	var out []string
	for _, t := range v.totals {
		out = append(out, web.Money(v.Lang, t.Value(), t.Currency()))
	}
	return out
}

// flowTable lists accounts. Those that are in no total are quiet.
func flowTable(l web.Lang, id, caption string, accounts []account, f filter) web.Table {
	t := web.Table{ID: id, Caption: caption,
		CSV: query.Address("/flows.csv", f.values()), XLSX: query.Address("/flows.xlsx", f.values()), JSON: query.Address(api.Prefix+"/flows", f.values()),
		Columns: []web.Column{
			{Head: web.T(l, "flow.flow"), Lead: true},
			{Head: web.T(l, "flow.field.amount"), Align: web.Right, Beside: true},
			{Head: web.T(l, "flow.field.status"), Bare: true},
			{Head: web.T(l, "flow.field.on"), Bare: true},
			{Head: web.T(l, "flow.counted")},
		}}
	for _, a := range accounts {
		t.Rows = append(t.Rows, web.Row{ID: string(a.id()), Quiet: a.verdict != counted, Cells: []web.Cell{
			fromTo(l, a, f.asOf), web.Text(a.spoken(l)), a.chip(l), shortDay(l, a.On), verdictCell(l, a)}})
	}
	return t
}

func (a account) spoken(l web.Lang) string {
	return web.Money(l, a.Amount.Value(), a.Amount.Currency())
}

// shown is how many decimals a converted amount is rounded to for readers.
const shown = 2

func (a account) converted(l web.Lang) string { return web.Money(l, a.value.Round(shown), base) }

func flowHref(id flow.ID, asOf string) string {
	return query.Address("/flows/"+url.PathEscape(string(id)), query.Keep(asOf))
}

func partyLink(l web.Lang, p party.Party, asOf string) web.Cell {
	href := query.Address("/parties/"+url.PathEscape(string(p.Registered.Party)), query.Keep(asOf))
	if !p.Exists() || p.Name == "" {
		href = "" // its page is not there
	}
	return told.Name(l, web.Link{Text: p.NameIn(string(l)), Href: href}, p.NameUk == "")
}

// tones of statuses; each has its own shape.
var tones = map[flow.Status]web.Tone{flow.Pledge: web.Neutral, flow.Commitment: web.Active, flow.Paid: web.Good, gone: web.Danger}

func (a account) chip(l web.Lang) web.Cell {
	s := a.status
	if a.Gone {
		s = gone
	}
	return web.StatusChip(tones[s], told.Word(l, "flow.status", s))
}

// reason is why a flow is not counted, short enough for a list.
func (a account) reason(l web.Lang) string {
	if a.verdict == otherwise {
		return web.T(l, "flow.verdict.scope", "scope", told.Word(l, "flow.scope", a.Scope))
	}
	return web.T(l, "flow.verdict."+string(a.verdict))
}

// portions are the years that a flow was given for, in one line.
func portions(l web.Lang, list []flow.Portion) string {
	if len(list) == 0 {
		return web.T(l, "flow.year.none")
	}
	var out string
	for i, p := range list {
		if i > 0 {
			out += "; "
		}
		out += strconv.Itoa(p.Year) + ": " + web.Money(l, p.Amount.Value(), p.Amount.Currency())
	}
	return out
}

func day(l web.Lang, d fact.Date) web.Cell {
	if d == "" {
		return nil
	}
	return web.Day(l, d)
}
