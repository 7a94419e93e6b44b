package projecthttp

import (
	"cmp"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tallinn/aid/project"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A listView is the page of projects.
type listView struct {
	web.Page
	works            []work
	asOf, day, today string
}

func (v listView) dayForm() web.AsOf { return web.AsOf{Action: "/projects", Day: v.day, Last: v.today} }

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "projects", Caption: web.N(l, "project.count", len(v.works)), Empty: web.T(l, "project.list.empty"),
		CSV:  query.Address("/projects.csv", query.Keep(v.asOf)),
		JSON: query.Address(api.Prefix+"/projects", query.Keep(v.asOf)),
		Columns: []web.Column{{Head: web.T(l, "project.field.name"), Lead: true}, {Head: web.T(l, "project.field.providers")},
			{Head: web.T(l, "project.field.implementers")}, {Head: web.T(l, "project.field.capability")}, {Head: web.T(l, "project.time")}}}
	for _, w := range v.works {
		t.Rows = append(t.Rows, web.Row{ID: string(w.id()), Cells: []web.Cell{name(l, w.Project, v.asOf), wording(l, w.ProviderSaid),
			wording(l, w.ImplementerSaid), wording(l, w.Capability), web.Text(span(l, w.Project))}})
	}
	return t
}

// An itemView is the page of one project.
type itemView struct {
	web.Page
	work
	facts []fact.Fact
	asOf  string
}

func (v itemView) items() []web.Item {
	l := v.Lang
	item := func(key, text string) web.Item {
		return web.Item{Term: web.T(l, key), Detail: wording(l, text)}
	}
	return []web.Item{
		item("project.field.name", v.Name),
		item("project.field.provider_said", v.ProviderSaid),
		{Term: web.T(l, "project.field.providers"), Detail: partyList(l, v.providers, v.asOf)},
		item("project.field.implementer_said", v.ImplementerSaid),
		{Term: web.T(l, "project.field.implementers"), Detail: partyList(l, v.implementers, v.asOf)},
		item("project.field.recipients", v.Recipients),
		item("project.field.capability", v.Capability),
		item("project.field.quantity", v.counted()),
		{Term: web.T(l, "project.time"), Detail: web.Text(span(l, v.Project))},
		item("project.field.result", v.Result),
		{Term: web.T(l, "project.field.source"), Detail: told.Source(l, v.Source)},
	}
}

// counted is the quantity with its unit; empty when none was stated.
func (v itemView) counted() string {
	if v.Quantity == 0 {
		return ""
	}
	return strings.TrimSpace(web.Decimal(v.Lang, strconv.FormatInt(v.Quantity, 10)) + " " + v.Unit)
}

func (v itemView) called(id party.ID) string {
	for _, p := range slices.Concat(v.providers, v.implementers) {
		if p.Registered.Party == id {
			return p.NameIn(string(v.Lang))
		}
	}
	return string(id)
}

func (v itemView) history() []web.Event {
	return told.History(v.Lang, v.facts, func(f fact.Fact) (string, bool) { return Describe(v.Lang, f, v.called) })
}

func (v itemView) changes() []told.Change {
	var out []told.Change
	for _, f := range v.facts {
		if b, ok := f.Body.(project.Corrected); ok {
			out = append(out, teller(v.Lang, v.called).Changes(f.Pos, b.Correction)...)
		}
	}
	return out
}

func wording(l web.Lang, s string) templ.Component {
	if s == "" {
		return nil
	}
	return told.Wording(l, s)
}

func partyLink(l web.Lang, p party.Party, asOf string) templ.Component {
	href := query.Address("/parties/"+url.PathEscape(string(p.Registered.Party)), query.Keep(asOf))
	if p.Name == "" {
		href = "" // its page is not there
	}
	return told.Name(l, web.Link{Text: p.NameIn(string(l)), Href: href}, p.NameUk == "")
}

func projectHref(id project.ID, asOf string) string {
	return query.Address("/projects/"+url.PathEscape(string(id)), query.Keep(asOf))
}

// fields of projects.csv, for ever: new ones come last.
var fields = []string{"id", "name", "providers", "implementers", "provider_said", "implementer_said", "recipients",
	"capability", "quantity", "unit", "start", "end", "result", "source", "file", "row", "fact"}

func rows(works []work) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, w := range works {
			if !yield(w.cells()) {
				return
			}
		}
	}
}

func (w work) cells() []string {
	quantity := ""
	if w.Quantity != 0 {
		quantity = strconv.FormatInt(w.Quantity, 10)
	}
	return []string{string(w.id()), w.Name, joined(w.Providers), joined(w.Implementers), w.ProviderSaid, w.ImplementerSaid,
		w.Recipients, w.Capability, quantity, w.Unit, string(w.Start), string(w.End), w.Result,
		w.Source.Cite, w.Source.File, w.Source.Row, strconv.FormatInt(int64(w.Pos), 10)}
}

func joined(ids []party.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return strings.Join(out, ";")
}

// span is when p began and ended, as far as it was stated.
func span(l web.Lang, p project.Project) string {
	switch {
	case p.Start == "", p.Start == p.End:
		return web.DateShort(l, cmp.Or(p.Start, p.End))
	case p.End == "":
		return web.T(l, "project.since", "date", web.DateShort(l, p.Start))
	}
	return web.T(l, "project.span", "from", web.DateShort(l, p.Start), "to", web.DateShort(l, p.End))
}
