package statementhttp

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web"
)

// pictured is what the account's pictures show, beside the account itself:
// figures that a statement makes only when somebody asks.
type pictured struct {
	paths    []path
	accounts []onHand
	moments  []moment
}

// A path is a part of the total by provider, line and sort of receiver.
type path struct {
	provider party.ID
	line     flow.Line
	sort     party.Type
	figure
}

// An onHand is what one account took in and no link shows as passed on.
type onHand struct {
	id party.ID
	figure
}

// A moment is what was paid, committed and pledged by the end of a day.
type moment struct {
	day                     string
	paid, committed, pledge figure
}

// same reports whether nothing has changed since o.
func (m moment) same(o moment) bool {
	return m.paid.equal(o.paid) && m.committed.equal(o.committed) && m.pledge.equal(o.pledge)
}

func (f figure) equal(o figure) bool {
	return f.value == o.value && f.found == o.found
}

// pictures are those of q. Like an account they stand as long as nothing is
// recorded.
//
// Errors: web.ErrTooSlow; those of At.
func (h *Handler) pictures(ctx context.Context, q question) (*account, *pictured, error) {
	a, err := h.account(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	a.drawn.Lock()
	defer a.drawn.Unlock()
	if a.pictured != nil {
		return a, a.pictured, nil
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	err = h.books(ctx, q, func(b Books, _ fact.Pos) { a.pictured = draw(b, q) })
	return a, a.pictured, err
}

func draw(b Books, q question) *pictured {
	in := statement.Input{Parties: b.Parties, Flows: b.Flows, Rates: b.Rates}
	st := statement.Compute(in, q.statement())
	p := &pictured{}
	for _, x := range st.Paths() {
		p.paths = append(p.paths, path{x.Provider, x.Line, x.Sort, bare(x.Figure)})
	}
	for _, x := range st.Accounts() {
		p.accounts = append(p.accounts, onHand{x.Party, bare(x.Figure)})
	}
	first := q.asOf
	for _, f := range []statement.Figure{st.Total, st.Pledges} {
		for _, r := range f.First(1) {
			first = min(first, r.On.First())
		}
	}
	most := mostMoments
	if b.Flows.Len() > manyFlows {
		most = fewMoments
	}
	for _, day := range momentsOf(first, q.asOf, most) {
		then := q.statement()
		then.AsOf = day
		each := statement.Compute(in, then)
		m := moment{day: day, pledge: bare(each.Pledges),
			paid: named(each, "statement.status.paid"), committed: named(each, "statement.status.commitment")}
		p.moments = append(p.moments, m)
	}
	return p
}

// named is a figure of st, found or not.
func named(st statement.Statement, name string) figure {
	f, err := st.Figure(name)
	if err != nil {
		return figure{name: name, def: statement.Define(name), currency: st.Total.Currency}
	}
	return bare(f)
}

// How many days a picture over time has at most: each is an account of its own,
// which takes its time where the flows are many.
const (
	mostMoments = 48
	fewMoments  = 10
	manyFlows   = 5000
)

// momentsOf are the ends of months, quarters, half-years or years from first
// to last, whichever are few enough, and last itself.
func momentsOf(first, last string, most int) []string {
	from, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return []string{last}
	}
	for _, months := range []int{1, 3, 6, 12, 24, 60, 240} {
		var out []string
		end := time.Date(from.Year(), 1+time.Month((int(from.Month())-1)/months*months+months), 1, 0, 0, 0, 0, time.UTC)
		for len(out) <= most && end.AddDate(0, 0, -1).Format(time.DateOnly) < last {
			out = append(out, end.AddDate(0, 0, -1).Format(time.DateOnly))
			end = end.AddDate(0, months, 0)
		}
		if len(out) < most {
			return append(out, last)
		}
	}
	return []string{last}
}

// figures lists those of p that have names of their own.
func (p *pictured) figures() (out []figure) {
	for _, x := range p.paths {
		out = append(out, x.figure)
	}
	return append(out, p.accountFigures()...)
}

func (p *pictured) accountFigures() (out []figure) {
	for _, x := range p.accounts {
		out = append(out, x.figure)
	}
	return out
}

// A picturesView is the account in pictures.
type picturesView struct {
	page
	*pictured
}

func (h *Handler) picturesPage(w http.ResponseWriter, r *http.Request) error {
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	a, drawn, err := h.pictures(r.Context(), q)
	if err != nil {
		return err
	}
	p := picturesView{page{Page: web.PageOf(r), account: a, today: h.today()}, drawn}
	p.Title = p.t("pictures.title")
	p.Section, p.Marking = "statement", tlp.Clear
	p.Crumbs = []web.Crumb{{Text: p.t("statement.title"), Href: "/statement?" + q.query()}, {Text: p.Title}}
	return web.Render(w, r, p.Page, picturesTempl(p))
}

func (p picturesView) asOfForm() web.AsOf {
	f := p.page.asOfForm()
	f.Action = "/statement/pictures"
	return f
}

// sort is the word of a sort of party.
func sortWord(l web.Lang, s party.Type) string {
	return web.T(l, "party.type."+cmp.Or(string(s), "none"))
}

func lineWord(l web.Lang, line flow.Line) string {
	return web.T(l, "line."+cmp.Or(string(line), "none"))
}

func (p picturesView) pathTable() web.Table {
	t := web.Table{ID: "paths", Caption: p.pathFinding(), CaptionHidden: true, Empty: p.t("figure.none"),
		CSV: p.csv("paths"), JSON: "/api/v1/figures?" + p.query(), Columns: []web.Column{{Head: p.t("partners.partner"), Lead: true},
			{Head: p.t("lines.line")}, {Head: p.t("pictures.sort")}, {Head: p.t("partners.value"), Align: web.Right, Beside: true},
			{Head: p.t("partners.flows"), Align: web.Right}}}
	for _, x := range p.byName() {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			web.To(web.Link{Text: p.name(p.Lang, x.provider), Href: "/parties/" + string(x.provider)}),
			web.Text(lineWord(p.Lang, x.line)), web.Text(sortWord(p.Lang, x.sort)), p.value(x.figure), p.counted(x.count, x.href(p.question))}})
	}
	return t
}

// byName are the paths by the name of who gave, as readers sort names.
func (p picturesView) byName() []path {
	return alphabetical(p.Lang, p.paths, func(x path) string { return p.name(p.Lang, x.provider) })
}

func (p picturesView) pathFinding() string {
	if len(p.paths) == 0 || !p.total.found {
		return p.t("pictures.paths.nothing")
	}
	most := slices.MaxFunc(p.paths, func(a, b path) int { return a.value.Cmp(b.value) })
	return p.t("pictures.paths.finding", "value", most.money(p.Lang), "total", p.total.money(p.Lang),
		"partner", p.name(p.Lang, most.provider), "line", lineWord(p.Lang, most.line), "sort", sortWord(p.Lang, most.sort))
}

// mostGivers is how many who gave have a place of their own in the picture;
// the table has all.
const mostGivers = 16

// sankey is the way of the money: partner, line, sort of who received it.
func (p picturesView) sankey() web.Sankey {
	s := web.Sankey{Columns: 3}
	type name struct {
		column int
		of     string
	}
	places, givers := map[name]int{}, map[int]int{} // by place: the colour of who gave
	place := func(column int, of, text string) int {
		at, ok := places[name{column, of}]
		if !ok {
			at = len(s.Places)
			places[name{column, of}] = at
			s.Places = append(s.Places, web.Place{Column: column, Name: text})
		}
		return at
	}
	shown := p.largest()
	for _, x := range p.byName() {
		value := x.value.Float()
		if value <= 0 {
			continue
		}
		giver, text := string(x.provider), p.name(p.Lang, x.provider)
		if !shown[x.provider] {
			giver, text = "", p.t("pictures.others")
		}
		from := place(0, giver, text)
		if givers[from] == 0 {
			givers[from] = 1 + len(givers)%8
		}
		line, to := place(1, string(x.line), lineWord(p.Lang, x.line)), place(2, string(x.sort), sortWord(p.Lang, x.sort))
		s.Bands = addBand(s.Bands, web.Band{From: from, To: line, Value: value, Series: givers[from]})
		s.Bands = addBand(s.Bands, web.Band{From: line, To: to, Value: value, Series: givers[from]})
	}
	return s
}

// addBand adds b to its like, so that each colour has one band between two
// places.
func addBand(bands []web.Band, b web.Band) []web.Band {
	i := slices.IndexFunc(bands, func(o web.Band) bool { return o.From == b.From && o.To == b.To && o.Series == b.Series })
	if i < 0 {
		return append(bands, b)
	}
	bands[i].Value += b.Value
	return bands
}

// largest are the providers that have a place of their own.
func (p picturesView) largest() map[party.ID]bool {
	all := slices.Clone(p.partners)
	slices.SortFunc(all, func(a, b partner) int { return b.value.Cmp(a.value) })
	out := map[party.ID]bool{}
	for i, x := range all {
		if i < mostGivers-1 || len(all) == mostGivers {
			out[x.id] = true
		}
	}
	return out
}

func (p picturesView) sankeyHeads() []string {
	return []string{p.t("partners.partner"), p.t("lines.line"), p.t("pictures.sort")}
}

func (p picturesView) momentTable() web.Table {
	t := web.Table{ID: "moments", Caption: p.momentFinding(), CaptionHidden: true, CSV: p.csv("moments"),
		Columns: []web.Column{{Head: p.t("pictures.by_day"), Lead: true}, {Head: p.t("pictures.paid"), Align: web.Right},
			{Head: p.t("pictures.committed"), Align: web.Right}, {Head: p.t("pictures.pledged"), Align: web.Right}}}
	for i, m := range p.moments {
		if i > 0 && i < len(p.moments)-1 && m.same(p.moments[i-1]) {
			continue // said by the row above
		}
		q := p.question
		q.asOf = m.day
		cell := func(f figure) web.Cell {
			if !f.found {
				return web.None(p.t("figure.none"))
			}
			return web.FigureLink(f.money(p.Lang), f.href(q))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Day(p.Lang, fact.Date(m.day)), cell(m.paid), cell(m.committed), cell(m.pledge)}})
	}
	return t
}

func (p picturesView) momentFinding() string {
	m := p.moments[len(p.moments)-1]
	if !m.paid.found && !m.committed.found && !m.pledge.found {
		return p.t("pictures.moments.nothing")
	}
	return p.t("pictures.moments.finding", "date", web.Date(p.Lang, fact.Date(m.day)), "paid", m.paid.money(p.Lang),
		"committed", m.committed.money(p.Lang), "pledged", m.pledge.money(p.Lang))
}

// trend is what was paid, committed and pledged over time. They are never one
// on the other: a pledge is in no total.
func (p picturesView) trend() web.Trend {
	from := p.moments[0].day
	if len(p.moments) == 1 { // one moment has no time yet
		from = p.moments[0].day[:len("2006-")] + "01-01"
	}
	t := web.Trend{Scale: web.NewScale(fact.Date(from), fact.Date(p.asOf)), Series: []web.Trace{
		{Word: p.t("pictures.paid"), Series: 1}, {Word: p.t("pictures.committed"), Series: 2}, {Word: p.t("pictures.pledged"), Series: 4, Dashed: true}}}
	var all []float64
	for _, m := range p.moments {
		for i, f := range []figure{m.paid, m.committed, m.pledge} {
			s := &t.Series[i]
			s.Days, s.Values = append(s.Days, fact.Date(m.day)), append(s.Values, f.value.Float())
			all = append(all, f.value.Float())
		}
	}
	var heights []float64
	heights, t.Top = web.Levels(all)
	for _, h := range heights {
		t.Ticks = append(t.Ticks, web.Level{At: h, Word: web.MoneyShort(p.Lang, strconv.FormatFloat(h, 'f', 0, 64), p.currency)})
	}
	return t
}

func (p picturesView) accountTable() web.Table {
	t := web.Table{ID: "accounts", Caption: p.heldFinding(), CaptionHidden: true, Empty: p.t("pictures.held.nothing"), CSV: p.csv("accounts"),
		Columns: []web.Column{{Head: p.t("pictures.account"), Lead: true}, {Head: p.t("statement.held"), Align: web.Right, Beside: true},
			{Head: p.t("pictures.share"), Wide: true}, {Head: p.t("partners.flows"), Align: web.Right}}}
	for _, x := range alphabetical(p.Lang, p.accounts, func(x onHand) string { return p.name(p.Lang, x.id) }) {
		share := 0.0
		if all := p.onHand.value.Float(); all > 0 {
			share = x.value.Float() / all
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.To(web.Link{Text: p.name(p.Lang, x.id), Href: "/parties/" + string(x.id)}),
			p.value(x.figure), web.Bar(web.Part{Share: share, Series: 1}), p.counted(x.count, x.href(p.question))}})
	}
	return t
}

func (p picturesView) heldFinding() string {
	if !p.onHand.found {
		return p.t("pictures.held.nothing")
	}
	return p.t("held.lead", "value", p.onHand.money(p.Lang))
}

func (p picturesView) sankeyDrawing() templ.Component {
	if !p.total.found {
		return templ.NopComponent
	}
	return web.SankeyDrawing(p.sankey(), p.sankeyHeads())
}

func (p picturesView) trendDrawing() templ.Component {
	t := p.trend()
	if t.Top <= 0 {
		return templ.NopComponent
	}
	return web.TrendDrawing(t)
}

// labelOfPath says in l whose part, for which line, to whom.
func labelOfPath(l web.Lang, f figure, name func(web.Lang, party.ID) string) string {
	rest := strings.TrimPrefix(f.name, f.def.Key+".")
	rest, sort := cutLast(rest)
	giver, line := cutLast(rest)
	if sort == "none" {
		sort = ""
	}
	return name(l, party.ID(giver)) + " → " + web.T(l, "line."+line) + " → " + sortWord(l, party.Type(sort))
}

func cutLast(s string) (before, after string) {
	i := strings.LastIndexByte(s, '.')
	return s[:max(0, i)], s[i+1:]
}
