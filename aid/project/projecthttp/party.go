package projecthttp

import (
	"slices"

	"github.com/a-h/templ"

	"tallinn/aid/project"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Books are what is shown.
type Books struct{ Projects *project.Book }

// A Handler shows the projects of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
}

// work is what a party's page shows of projects.
type work struct {
	web.Page
	party party.ID
	rows  []project.Project // the latest first
}

// OfParty is the part of a party's page that lists the work it provides for
// or carries out, begun by day or not dated. It must not be called inside
// View.
func (h *Handler) OfParty(p web.Page, id party.ID, day string) templ.Component {
	w := work{Page: p, party: id}
	h.View(func(b Books) {
		for _, one := range b.Projects.All() {
			takesPart := slices.Contains(one.Providers, id) || slices.Contains(one.Implementers, id)
			if takesPart && one.Start.HeldBy(day) {
				w.rows = append(w.rows, one)
			}
		}
	})
	slices.Reverse(w.rows)
	return workPart(w)
}

func (w work) table() web.Table {
	l := w.Lang
	t := web.Table{ID: "work-list", Caption: web.T(l, "project.work"), CaptionHidden: true,
		Columns: []web.Column{{Head: web.T(l, "project.field.name"), Lead: true}, {Head: web.T(l, "project.part")},
			{Head: web.T(l, "project.time")}, {Head: web.T(l, "project.field.result")}, {Head: web.T(l, "project.field.source")}}}
	for _, p := range w.rows {
		var result web.Cell
		if p.Result != "" {
			result = told.Wording(l, p.Result)
		}
		t.Rows = append(t.Rows, web.Row{ID: string(p.Recorded.Project), Cells: []web.Cell{
			name(l, p), web.Text(w.part(p)), web.Text(span(l, p)), result, told.Source(l, p.Source)}})
	}
	return t
}

// part is what the party does in p.
func (w work) part(p project.Project) string {
	provides, carries := slices.Contains(p.Providers, w.party), slices.Contains(p.Implementers, w.party)
	switch {
	case provides && carries:
		return web.T(w.Lang, "project.part.both")
	case provides:
		return web.T(w.Lang, "project.part.provider")
	}
	return web.T(w.Lang, "project.part.implementer")
}

// span is when p began and ended, as far as it was stated.
func span(l web.Lang, p project.Project) string {
	switch {
	case p.Start == "":
		return web.Date(l, p.Start)
	case p.End == "":
		return web.T(l, "project.since", "date", web.Date(l, p.Start))
	}
	return web.T(l, "project.span", "from", web.Date(l, p.Start), "to", web.Date(l, p.End))
}
