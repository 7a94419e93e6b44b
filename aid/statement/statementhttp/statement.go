package statementhttp

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/catalogue"
	"tallinn/web/told"
)

// A page is the account written for one reader.
type page struct {
	web.Page
	*account
	today  string
	invite templ.Component // nil: none
}

func (h *Handler) statement(w http.ResponseWriter, r *http.Request) error {
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	a, err := h.account(r.Context(), q)
	if err != nil {
		return err
	}
	p := page{Page: web.PageOf(r), account: a, today: h.today()}
	if h.Invite != nil {
		p.invite = h.Invite(p.Lang)
	}
	p.Title = p.t("statement.title")
	p.Description = web.T(p.Lang, "site.disclaimer")
	p.Section, p.Marking = "statement", tlp.Clear
	return web.Render(w, r, p.Page, a.written(writing{p.Lang, p.today}, func() templ.Component { return statementPage(p) }))
}

// t is a text of the page. What is said of public sources is said otherwise
// of the exercise, where nothing was ever published.
func (p page) t(key string, args ...any) string {
	if _, other := catalogue.Raw(string(p.Lang), "exercise."+key); other && p.Reader.Exercise() {
		key = "exercise." + key
	}
	return web.T(p.Lang, key, args...)
}

func (p page) csv(table string) string {
	return "/statement/" + table + ".csv?" + p.query()
}

func (p page) json() string { return "/api/v1/statement?" + p.query() }

func (p page) asOfForm() web.AsOf {
	return web.AsOf{Action: "/statement", Day: p.asOf, Last: p.today,
		Keep: p.keep()}
}

// total is the panel of the one figure that the page is about.
func (p page) totalPanel() web.Figure {
	f := web.Figure{ID: "total", Label: p.t("statement.total"), AsOf: fact.Date(p.asOf),
		Boundary:   web.Link{Text: boundaryText(p.Lang, p.boundary), Href: "/methods#boundary"},
		Sum:        web.N(p.Lang, "figure.sum", p.total.count),
		Definition: p.total.href(p.question) + "#definition", Rates: p.total.href(p.question) + "#rates",
		Rows: p.total.href(p.question) + "#rows", CSV: "/figures/" + p.total.name + "/rows.csv?" + p.query(),
		JSON: "/api/v1/figures/" + p.total.name + "?" + p.query()}
	f.Value = p.total.money(p.Lang)
	if p.leftOut.all > 0 {
		f.LeftOut = web.Link{Text: web.N(p.Lang, "figure.norate", p.leftOut.all), Href: p.leftOut.href(p.question)}
	}
	return f
}

// value is the cell of a figure: a number that opens, or why there is none.
func (p page) value(f figure) web.Cell {
	if !f.found {
		return web.None(p.t("figure.none"))
	}
	return web.FigureLink(f.money(p.Lang), f.href(p.question))
}

// counted is the cell of a count that opens its list; nothing when it is 0.
func (p page) counted(n int, href string) web.Cell {
	if n == 0 {
		return nil
	}
	return web.FigureLink(web.Number(p.Lang, n), href)
}

func (p page) partnerTable() web.Table {
	t := web.Table{ID: "partners", Caption: p.t("partners.caption"), CaptionHidden: true,
		Empty: p.t("partners.empty"), CSV: p.csv("partners"), JSON: p.json(),
		Columns: []web.Column{{Head: p.t("partners.partner"), Lead: true}, {Head: p.t("partners.since")},
			{Head: p.t("partners.value"), Align: web.Right, Beside: true}, {Head: p.t("partners.flows"), Align: web.Right},
			{Head: p.t("partners.pledges"), Align: web.Right}, {Head: p.t("partners.mentions"), Align: web.Right}}}
	named := alphabetical(p.Lang, p.partners, func(x partner) string { return p.name(p.Lang, x.id) })
	for _, x := range named {
		id := string(x.id)
		t.Rows = append(t.Rows, web.Row{ID: "partner-" + id, Cells: []web.Cell{
			web.To(web.Link{Text: p.name(p.Lang, x.id), Href: "/parties/" + id}),
			web.Text(p.since(x)), p.value(x.figure), p.counted(x.count, x.href(p.question)),
			p.counted(x.pledges, "/flows?status=pledge&scope=mechanism&provider="+url.QueryEscape(id)),
			p.counted(x.mentions, "/mentions?party="+url.QueryEscape(id)),
		}})
	}
	return t
}

func (p page) since(x partner) string {
	if x.member.On == "" {
		return p.t("partners.not_member")
	}
	return since(p.Lang, x.member.Joined.On, string(x.member.Precision))
}

// since says when a membership began, and how well that is known.
func since(l web.Lang, on fact.Date, precision string) string {
	if precision == "by" {
		return web.T(l, "since.by", "date", web.Date(l, on))
	}
	return web.Date(l, on)
}

// chart is figures as bars beside their numbers, on one scale.
func (p page) chart(id, head string, figures []figure, finding string) web.Chart {
	t := web.Table{ID: id, Caption: finding, CaptionHidden: true, Empty: p.t("figure.none"),
		CSV: p.csv(id), JSON: p.json(),
		Columns: []web.Column{{Head: head, Lead: true}, {Head: p.t("partners.value"), Align: web.Right, Beside: true},
			{Head: p.t("chart.share"), Wide: true}, {Head: p.t("partners.flows"), Align: web.Right}}}
	for _, f := range figures {
		share := 0.0
		if all := p.total.value.Float(); all > 0 {
			share = f.value.Float() / all
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(label(p.Lang, f, p.name)), p.value(f),
			web.Bar(web.Part{Share: share, Series: 1}), p.counted(f.count, f.href(p.question))}})
	}
	if len(figures) == 0 {
		return web.Chart{Title: finding, Table: t}
	}
	return web.Chart{Title: finding, Note: p.t("chart.note"), Table: t}
}

// finding states which of figures holds most of the total.
func (p page) finding(key string, figures []figure) string {
	if len(figures) == 0 {
		return p.t(key + ".nothing")
	}
	most := figures[0]
	for _, f := range figures[1:] {
		if f.value.Cmp(most.value) > 0 {
			most = f
		}
	}
	return p.t(key+".finding", "what", label(p.Lang, most, p.name),
		"value", most.money(p.Lang), "total", p.total.money(p.Lang))
}

// publishedTable lists the totals that others published.
func (p page) publishedTable() web.Table {
	t := web.Table{ID: "published", Caption: p.t("published.caption"), CaptionHidden: true,
		Empty: p.t("published.empty"), CSV: p.csv("published"), JSON: p.json(),
		Columns: []web.Column{{Head: p.t("col.day"), Beside: true}, {Head: p.t("published.amount"), Align: web.Right, Lead: true},
			{Head: p.t("published.wording"), Bare: true}, {Head: p.t("published.reporter"), Bare: true}}}
	for _, m := range p.published {
		t.Rows = append(t.Rows, web.Row{ID: string(m.Mention), Cells: []web.Cell{web.Day(p.Lang, m.On),
			web.FigureLink(p.spoken(m.Amount), "/mentions/"+string(m.Mention)), wording(p.Lang, m.Said),
			reported(p.Lang, m.Said)}})
	}
	return t
}

func (p page) mentionTable() web.Table {
	t := web.Table{ID: "mentions", Caption: p.t("mentions.caption"), CaptionHidden: true,
		Empty: p.t("mentions.empty"), CSV: p.csv("mentions"), JSON: p.json(),
		Columns: []web.Column{{Head: p.t("mentions.what"), Lead: true}, {Head: p.t("mentions.amount"), Align: web.Right, Beside: true},
			{Head: p.t("col.day"), Bare: true}, {Head: p.t("mentions.why"), Bare: true}}}
	for _, m := range p.mentions {
		id := string(m.Mention)
		t.Rows = append(t.Rows, web.Row{ID: id, Cells: []web.Cell{between(p.Lang, id, "/mentions/"+id, m.Said),
			p.amountCell(m.Amount), web.Day(p.Lang, m.On), web.Text(p.t("why." + string(m.Why)))}})
	}
	return t
}

func (p page) spoken(a *money.Amount) string {
	if a == nil {
		return p.t("figure.none")
	}
	return web.Money(p.Lang, a.Value(), a.Currency())
}

func (p page) amountCell(a *money.Amount) web.Cell {
	if a == nil {
		return web.None(p.t("amount.none"))
	}
	return web.Text(p.spoken(a))
}

// flowTable lists the rows of a list that is added up nowhere.
func (p page) flowTable(id string, l list) web.Table {
	t := web.Table{ID: id, Caption: p.t(l.def.Key), CaptionHidden: true, Empty: p.t("flows.none"),
		CSV: "/figures/" + l.name + "/rows.csv?" + p.query(), JSON: "/api/v1/figures/" + l.name + "?" + p.query(),
		Columns: flowColumns(p.Lang, l.rows)}
	for _, r := range l.rows {
		t.Rows = append(t.Rows, flowRow(p.Lang, l.rows, r, p.name))
	}
	return t
}

// oneBasis reports whether all rows stand on one basis, which is then said
// once, above them.
func oneBasis(rows []statement.Row) (flow.Basis, bool) {
	if len(rows) == 0 {
		return "", false
	}
	for _, r := range rows {
		if r.Basis != rows[0].Basis {
			return "", false
		}
	}
	return rows[0].Basis, true
}

func flowColumns(l web.Lang, rows []statement.Row) []web.Column {
	columns := []web.Column{{Head: web.T(l, "flows.between"), Lead: true},
		{Head: web.T(l, "flows.spoken"), Align: web.Right, Beside: true},
		{Head: web.T(l, "flows.status"), Bare: true}, {Head: web.T(l, "col.day"), Bare: true}}
	if _, one := oneBasis(rows); !one {
		columns = append(columns, web.Column{Head: web.T(l, "flows.basis"), Bare: true})
	}
	return columns
}

// flowRow is r, one of rows, under flowColumns.
func flowRow(l web.Lang, rows []statement.Row, r statement.Row, name func(web.Lang, partyID) string) web.Row {
	id := string(r.Flow)
	cells := []web.Cell{fromTo(id, "/flows/"+id, name(l, r.Provider)+" → "+name(l, r.Receiver)),
		spokenCell(l, r.Spoken),
		web.StatusChip(tone(r.Status), web.T(l, "status."+string(r.Status))), web.Day(l, r.On)}
	if _, one := oneBasis(rows); !one {
		cells = append(cells, web.BasisLabel(l, r.Basis))
	}
	if r.Whole != r.Spoken || r.Open {
		cells[1] = partOf(l, r)
	}
	return web.Row{ID: id, Cells: cells}
}

// currencies are the choices of the statement's currency, with the one that is
// shown first in mind.
func (q question) currencies(path string) []web.Link {
	var out []web.Link
	for _, c := range statement.Currencies {
		link := web.Link{Text: string(c)}
		if other := q; c != q.currency {
			other.currency = c
			link.Href = path + "?" + other.query()
		}
		out = append(out, link)
	}
	return out
}

// spokenCell is an amount; what was given in kind may have none.
func spokenCell(l web.Lang, a money.Amount) web.Cell {
	if a.Currency() == "" {
		return web.None(web.T(l, "flow.amount.none"))
	}
	return web.Text(web.Money(l, a.Value(), a.Currency()))
}

// boundaryText is a boundary in words.
func boundaryText(l web.Lang, b statement.Boundary) string {
	if id, one := strings.CutPrefix(b.Name, "party."); one {
		return web.T(l, "boundary.party", "party", id)
	}
	return web.T(l, "boundary."+b.Name)
}

// tone is the shape of a status: a pledge is open, a payment is done.
func tone(s flow.Status) web.Tone {
	switch s {
	case flow.Paid:
		return web.Good
	case flow.Commitment:
		return web.Active
	}
	return web.Neutral
}

// timeline is who joined when.
func (p page) timeline() web.Chart {
	first := fact.Date(p.asOf)
	for _, m := range p.members {
		if m.Joined.On.First() < first.First() {
			first = m.Joined.On
		}
	}
	scale := web.NewScale(first, fact.Date(p.asOf))
	t := web.Table{ID: "members", Caption: p.t("members.caption"), CaptionHidden: true,
		Empty: p.t("members.empty"), CSV: p.csv("members"), JSON: p.json(),
		Columns: []web.Column{{Head: p.t("members.member"), Lead: true}, {Head: p.t("members.role"), Bare: true},
			{Head: p.t("partners.since"), Beside: true}, {Head: p.t("members.time"), Axis: web.TimeAxis(scale), Wide: true}}}
	for _, m := range alphabetical(p.Lang, p.members, func(x member) string { return p.name(p.Lang, x.id) }) {
		series := map[string]int{"partner": 1, "recipient member": 2, "observer": 3}[string(m.Role)]
		bar := web.Spans(scale, []web.Stretch{{From: m.Joined.On, By: m.Precision == "by", Series: series}}, nil)
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			web.To(web.Link{Text: p.name(p.Lang, m.id), Href: "/parties/" + string(m.id)}),
			web.Text(p.t("role." + roleKey(string(m.Role)))), web.Text(since(p.Lang, m.Joined.On, string(m.Precision))), bar}})
	}
	partners := 0
	for _, m := range p.members {
		if m.Role == "partner" {
			partners++
		}
	}
	c := web.Chart{Title: web.N(p.Lang, "members.finding", partners), Table: t}
	if slices.ContainsFunc(p.members, func(m member) bool { return m.Precision == party.SeenBy }) {
		c.Note = p.t("members.note")
	}
	return c
}

func roleKey(role string) string {
	if role == "recipient member" {
		return "recipient"
	}
	return role
}

func (p page) milestoneTable() web.Table {
	t := web.Table{ID: "milestones", Caption: p.t("milestones.caption"), CaptionHidden: true,
		Empty: p.t("milestones.empty"), CSV: p.csv("milestones"), JSON: p.json(), Columns: []web.Column{
			{Head: p.t("col.day"), Bare: true}, {Head: p.t("milestones.event"), Lead: true}, {Head: p.t("col.source"), Bare: true}}}
	for _, m := range p.milestones {
		pos := strconv.FormatInt(int64(m.Pos), 10)
		t.Rows = append(t.Rows, web.Row{ID: string(m.Recorded.Milestone), Cells: []web.Cell{web.Day(p.Lang, m.Recorded.On),
			saidLink(p.Lang, m.Recorded.Event, "/record/"+pos), told.Source(p.Lang, m.Recorded.Source)}})
	}
	return t
}

// contents are the sections of the page, in its order.
func (p page) contents() []web.Link {
	links := []web.Link{{Text: p.t("published.title"), Href: "#totals"}, {Text: p.t("total.title"), Href: "#total"},
		{Text: p.t("partners.title"), Href: "#by-partner"}, {Text: p.t("lines.title"), Href: "#by-line"},
		{Text: p.t("years.title"), Href: "#by-year"}, {Text: p.t("pledges.title"), Href: "#pledges"}}
	return append(links, web.Link{Text: p.t("mentions.title"), Href: "#public-mentions"},
		web.Link{Text: p.t("members.title"), Href: "#membership"}, web.Link{Text: p.t("scopes.title"), Href: "#other-scopes"})
}

// A notePart is a stretch of a note: plain, quoted from an English source, or
// an amount that opens where it was said.
type notePart struct {
	text   string
	quoted bool
	href   string
}

// Marks of the parts of a note; they stand in no text.
const (
	quoteMark = "\x1f"
	linkMark  = "\x1e"
)

// note is one sentence on where the published totals do not reconcile.
func (p page) note(n statement.Note) (out []notePart) {
	args := []any{"result", p.spoken(&n.Result)}
	for i, m := range n.Mentions {
		k := strconv.Itoa(i + 1)
		args = append(args, "amount"+k, linkMark+k+p.spoken(m.Amount)+linkMark, "date"+k, web.Date(p.Lang, m.On), "wording"+k, quoteMark+m.Said.Status+quoteMark)
	}
	for i, part := range strings.Split(p.t(n.Key, args...), quoteMark) {
		if i%2 == 1 {
			out = append(out, notePart{text: part, quoted: true})
			continue
		}
		for j, text := range strings.Split(part, linkMark) {
			if j%2 == 0 {
				out = append(out, notePart{text: text})
				continue
			}
			m := n.Mentions[text[0]-'1'] // a note compares few
			out = append(out, notePart{text: text[1:], href: "/mentions/" + string(m.Mention)})
		}
	}
	return out
}

// noteText is a note as one text.
func (p page) noteText(n statement.Note) string {
	var b strings.Builder
	for _, part := range p.note(n) {
		b.WriteString(part.text)
	}
	return b.String()
}
