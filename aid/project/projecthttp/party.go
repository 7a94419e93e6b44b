package projecthttp

import (
	"slices"

	"github.com/a-h/templ"

	"tallinn/aid/project"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A share is what a party's page shows of projects.
type share struct {
	web.Page
	party party.ID
	asOf  string
	rows  []project.Project // the latest first
}

// OfParty is the part of a party's page that lists the work it provides for
// or carries out, begun by day or not dated. It must not be called inside
// View.
func (h *Handler) OfParty(p web.Page, id party.ID, day string) templ.Component {
	s := share{Page: p, party: id}
	if p.URL != nil {
		s.asOf = p.URL.Query().Get(query.AsOf)
	}
	h.View(func(b Books) {
		for _, one := range b.Projects.All() {
			takesPart := slices.Contains(one.Providers, id) || slices.Contains(one.Implementers, id)
			if takesPart && one.Start.HeldBy(day) {
				s.rows = append(s.rows, one)
			}
		}
	})
	slices.Reverse(s.rows)
	return workPart(s)
}

func (s share) table() web.Table {
	l := s.Lang
	t := web.Table{ID: "work-list", Caption: web.T(l, "project.work"), CaptionHidden: true,
		Columns: []web.Column{{Head: web.T(l, "project.field.name"), Lead: true}, {Head: web.T(l, "project.part")},
			{Head: web.T(l, "project.time")}, {Head: web.T(l, "project.field.result")}, {Head: web.T(l, "project.field.source")}}}
	for _, p := range s.rows {
		t.Rows = append(t.Rows, web.Row{ID: string(p.Recorded.Project), Cells: []web.Cell{
			name(l, p, s.asOf), web.Text(s.part(p)), web.Text(span(l, p)), wording(l, p.Result), told.Source(l, p.Source)}})
	}
	return t
}

// part is what the party does in p.
func (s share) part(p project.Project) string {
	provides, carries := slices.Contains(p.Providers, s.party), slices.Contains(p.Implementers, s.party)
	switch {
	case provides && carries:
		return web.T(s.Lang, "project.part.both")
	case provides:
		return web.T(s.Lang, "project.part.provider")
	}
	return web.T(s.Lang, "project.part.implementer")
}
