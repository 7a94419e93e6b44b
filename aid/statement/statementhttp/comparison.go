package statementhttp

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web"
)

// A comparisonView is why a figure differs between two days, or two positions
// of the record, written for a reader.
type comparisonView struct {
	web.Page
	statement.Comparison
	from, to question
	label    string
}

// comparison serves GET /figures/{name}/compare. Without an earlier day it is
// the first of the same year.
func (h *Handler) comparison(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	to, err := h.ask(v)
	if err != nil {
		return err
	}
	from, err := h.question(asked{cmp.Or(v.Get("from"), to.asOf[:4]+"-01-01"), v.Get("boundary"), v.Get("currency"), cmp.Or(v.Get("from_known_at"), v.Get("known_at"))})
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	c, err := h.compare(r.Context(), from, to, name)
	if err != nil {
		return err
	}
	p := comparisonView{Page: web.PageOf(r), Comparison: c, from: from, to: to}
	f := bare(c.After)
	f.name, f.def = name, statement.Define(name)
	p.label = capital(label(p.Lang, f, h.nameOf(name)))
	p.Title = web.T(p.Lang, "compare.title", "figure", p.label)
	p.Section, p.Marking = "statement", tlp.Clear
	p.Crumbs = []web.Crumb{{Text: web.T(p.Lang, "statement.title"), Href: "/statement?" + to.query()},
		{Text: p.label, Href: "/figures/" + name + "?" + to.query()}, {Text: web.T(p.Lang, "compare.crumb")}}
	return web.Render(w, r, p.Page, comparisonPage(p))
}

// nameOf names the party that a figure is about.
func (h *Handler) nameOf(figure string) func(web.Lang, party.ID) string {
	var about party.Party
	if id, ok := partnerOf(figure); ok {
		h.View(func(b Books, _ fact.Pos) { about, _ = b.Parties.Get(id) })
	}
	return func(l web.Lang, id party.ID) string {
		if about.Exists() {
			return about.NameIn(string(l))
		}
		return string(id)
	}
}

func (p comparisonView) t(key string, args ...any) string { return web.T(p.Lang, key, args...) }

func (p comparisonView) money(s statement.Signed) string {
	m := web.Money(p.Lang, s.Value.Round(shown), p.to.currency)
	switch {
	case s.Value.IsZero():
		return m
	case s.Less:
		return "−" + m
	}
	return "+" + m
}

// days asks for the two days.
func (p comparisonView) days() web.Filters {
	keep := p.to.keep()
	return web.Filters{Action: "/figures/" + p.Name + "/compare", Label: p.t("compare.days"), Keep: keep, Fields: []web.Field{
		{Name: "from", Label: p.t("compare.from"), Value: p.from.asOf, Type: "date"},
		{Name: "as_of", Label: p.t("compare.to"), Value: p.to.asOf, Type: "date"}}}
}

func (p comparisonView) items() []web.Item {
	at := func(f statement.Figure, q question) web.Item {
		i := web.Item{Term: web.Date(p.Lang, fact.Date(q.asOf))}
		if b := bare(f); b.found {
			i.Detail = web.FigureLink(b.money(p.Lang), "/figures/"+p.Name+"?"+q.query())
		} else {
			i.Detail = web.None(p.t("figure.none"))
		}
		return i
	}
	return []web.Item{at(p.Before, p.from), at(p.After, p.to), {Term: p.t("compare.difference"), Detail: web.FigureLink(p.money(p.By), "#by-reason")}}
}

func (p comparisonView) reasonTable() web.Table {
	t := web.Table{ID: "reasons", Caption: p.t("compare.reasons"), CaptionHidden: true, Empty: p.t("compare.same"), JSON: p.json(),
		Columns: []web.Column{{Head: p.t("compare.reason"), Lead: true}, {Head: p.t("compare.difference"), Align: web.Right, Beside: true}}}
	for _, r := range statement.Reasons {
		if s, some := p.ByReason[r]; some {
			t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(p.t("edition.reason." + string(r))), web.FigureLink(p.money(s), "#by-flow")}})
		}
	}
	return t
}

func (p comparisonView) flowTable() web.Table {
	t := web.Table{ID: "flows", Caption: p.t("compare.flows"), CaptionHidden: true, Empty: p.t("compare.same"), JSON: p.json(),
		Columns: []web.Column{{Head: p.t("compare.flow"), Lead: true}, {Head: p.t("compare.difference"), Align: web.Right, Beside: true}, {Head: p.t("compare.reason"), Bare: true}}}
	for _, d := range p.Flows[:min(len(p.Flows), maxListed)] {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.ID(string(d.Flow), "/flows/"+string(d.Flow)), web.Text(p.money(d.By)),
			web.Text(p.t("edition.reason." + string(d.Reason)))}})
	}
	return t
}

func (p comparisonView) json() string {
	v := p.to.keep()
	v.Set("as_of", p.to.asOf)
	v.Set("from", p.from.asOf)
	return "/api/v1/figures/" + url.PathEscape(p.Name) + "/comparison?" + strings.ReplaceAll(v.Encode(), "+", "%20")
}
