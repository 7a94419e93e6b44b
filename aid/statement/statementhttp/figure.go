package statementhttp

import (
	"net/http"
	"strconv"

	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A figureView is one figure written for a reader.
type figureView struct {
	web.Page
	detail
	window query.Window // of the rows that are shown
}

func (h *Handler) figure(w http.ResponseWriter, r *http.Request) error {
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	d, err := h.detail(r.Context(), q, r.PathValue("name"))
	if err != nil {
		return err
	}
	window, err := query.Page(r.URL.Query().Get("page"), len(d.rows))
	if err != nil {
		return err
	}
	p := figureView{web.PageOf(r), d, window}
	p.Title = capital(label(p.Lang, d.figure, d.name))
	p.Section, p.Marking = "statement", tlp.Clear
	p.Crumbs = []web.Crumb{{Text: p.t("statement.title"), Href: "/statement?" + q.query()}, {Text: p.Title}}
	return web.Render(w, r, p.Page, figurePage(p))
}

func (p figureView) t(key string, args ...any) string { return web.T(p.Lang, key, args...) }

func (p figureView) panel() web.Figure {
	f := web.Figure{ID: "figure", Label: p.t(p.figure.def.Key), AsOf: fact.Date(p.asOf),
		Boundary: web.Link{Text: boundaryText(p.Lang, p.boundary), Href: "/methods#boundary"},
		CSV:      "/figures/" + p.figure.name + "/rows.csv?" + p.query(),
		JSON:     "/api/v1/figures/" + p.figure.name + "?" + p.query()}
	if p.listed {
		f.Sum = web.N(p.Lang, "figure.listed", p.figure.count)
		return f
	}
	f.Value = p.figure.money(p.Lang)
	f.Sum = web.N(p.Lang, sumKey(p.figure.def), p.figure.count)
	if p.figure.without > 0 {
		f.LeftOut = web.Link{Text: web.N(p.Lang, "figure.norate", p.figure.without), Href: "#figure-left-out"}
	}
	return f
}

// rowTable lists shown, which are of rows.
func (p figureView) rowTable(id string, rows, shown []statement.Row) web.Table {
	t := web.Table{ID: id, Caption: p.t("figure.rows"), CaptionHidden: true, Empty: p.t("flows.none"),
		Columns: append(flowColumns(p.Lang, rows),
			web.Column{Head: p.t("col.rate"), Align: web.Right}, web.Column{Head: p.t("col.converted"), Align: web.Right}, web.Column{Head: p.t("col.source")})}
	for _, r := range shown {
		row := flowRow(p.Lang, rows, r, p.name)
		row.Cells = append(row.Cells, p.rate(r), p.converted(r), p.source(r))
		t.Rows = append(t.Rows, row)
	}
	if len(rows) > len(shown) {
		t.CSV = "/figures/" + p.figure.name + "/rows.csv?" + p.query()
	}
	return t
}

// sumKey says what the rows of a figure have in common: those of the total and
// its parts enter the boundary; the others do not.
func sumKey(d statement.Definition) string {
	switch d.Key {
	case "statement.pledges", "statement.internal", "statement.outgoing":
		return "figure.sum.plain"
	}
	return "figure.sum"
}

// source is where a published flow was read.
func (p figureView) source(r statement.Row) web.Cell {
	s, ok := p.sources[r.Flow]
	if !ok {
		return nil
	}
	return told.Source(p.Lang, s)
}

func (p figureView) rate(r statement.Row) web.Cell {
	switch {
	case len(r.Used) > 0:
		return ratesUsed(p.Lang, r.Used)
	case r.Rated:
		return web.Text(p.t("rate.same"))
	}
	return web.None(p.t("rate.none"))
}

func (p figureView) converted(r statement.Row) web.Cell {
	if !r.Rated {
		return web.None(p.t("rate.none"))
	}
	return web.Text(web.Money(p.Lang, r.Converted.Round(shown), p.currency))
}

func (p figureView) rateTable() web.Table {
	t := web.Table{ID: "rates-used", Caption: p.t("figure.rates"), CaptionHidden: true, Empty: p.t("rates.unused"),
		CSV: "/figures/" + p.figure.name + "/rates.csv?" + p.query(), JSON: "/api/v1/figures/" + p.figure.name + "?" + p.query(),
		Columns: []web.Column{{Head: p.t("rates.pair"), Lead: true}, {Head: p.t("col.rate"), Align: web.Right},
			{Head: p.t("rates.day")}, {Head: p.t("rates.issuer")}, {Head: p.t("rates.fact"), Align: web.Right}}}
	for _, u := range p.rates {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			web.Text(p.t("rates.units", "currency", string(u.Currency), "base", string(u.Base))),
			web.Text(web.Decimal(p.Lang, u.Rate.String())), web.Day(p.Lang, u.On), web.Text(told.Word(p.Lang, "rate.issuer", u.Issuer)),
			web.To(web.Link{Text: position(u.Fact), Href: "/record/" + position(u.Fact)})}})
	}
	return t
}

func (p figureView) shownFacts() []string {
	out := make([]string, 0, len(p.facts))
	for _, pos := range p.facts[:min(len(p.facts), maxRows)] {
		out = append(out, position(pos))
	}
	return out
}

func position(pos fact.Pos) string { return strconv.FormatInt(int64(pos), 10) }

func date(s string) fact.Date { return fact.Date(s) }
