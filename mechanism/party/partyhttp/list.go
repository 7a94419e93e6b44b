package partyhttp

import (
	"net/url"

	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/alphabet"
	"tallinn/web/api"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A listView is the page of parties.
type listView struct {
	web.Page
	filter
	directory
	today string
}

func (v listView) filters() web.Filters {
	return web.Filters{Action: "/parties", Label: web.T(v.Lang, "party.filters"), Keep: query.Keep(v.asOf),
		Fields: []web.Field{
			{Name: "type", Label: web.T(v.Lang, "party.field.type"), Value: string(v.sort), Options: told.Options(v.Lang, "party.type", types)},
			{Name: "role", Label: web.T(v.Lang, "party.field.role"), Value: string(v.role), Options: told.Options(v.Lang, "party.role", roles)},
		}}
}

func (v listView) dayForm() web.AsOf {
	return web.AsOf{Action: "/parties", Day: v.day, Last: v.today,
		Keep: query.Filled(url.Values{"type": {string(v.sort)}, "role": {string(v.role)}})}
}

// A group is a part of the list under its own heading.
type group struct {
	id    string
	title string
	table web.Table
}

// groups are the members first, then the others by type; each alphabetical in
// the reader's language. A group without anyone is left out.
func (v listView) groups() []group {
	entries := append([]entry(nil), v.entries...)
	alphabet.Sort(v.Lang, entries, func(e entry) string { return e.NameIn(string(v.Lang)) })
	var members []entry
	others := map[party.Type][]entry{}
	for _, e := range entries {
		if e.isMember {
			members = append(members, e)
		} else {
			others[e.Type] = append(others[e.Type], e)
		}
	}
	var out []group
	if len(members) > 0 {
		out = append(out, v.members(members))
	}
	for _, t := range types {
		if len(others[t]) > 0 {
			out = append(out, v.others(t, others[t]))
		}
	}
	return out
}

func (v listView) members(entries []entry) group {
	l := v.Lang
	g := group{id: "members", title: web.N(l, "party.members", len(entries))}
	f := v.filter
	if f.role == "" {
		f.role = anyRole
	}
	g.table = v.newTable(g, f, web.Column{Head: web.T(l, "party.name"), Lead: true},
		web.Column{Head: web.T(l, "party.field.role"), Bare: true}, web.Column{Head: web.T(l, "party.field.on"), Beside: true},
		web.Column{Head: web.T(l, "party.field.source"), Bare: true})
	for _, e := range entries {
		g.table.Rows = append(g.table.Rows, web.Row{ID: string(e.id()), Cells: []web.Cell{
			v.link(e), web.Text(told.Word(l, "party.role", e.member.Role)),
			web.Text(since(l, e.member.Joined)), told.Source(l, e.member.Source),
		}})
	}
	return g
}

// others lists parties of one type that are no members, with those columns
// that any of them fills.
func (v listView) others(t party.Type, entries []entry) group {
	l := v.Lang
	g := group{id: "type-" + string(t), title: web.N(l, "party.types."+string(t), len(entries))}
	f := v.filter
	f.sort, f.role = t, noRole
	columns := []struct {
		key  string
		cell func(entry) web.Cell
	}{
		{"party.field.sort", v.sortCell}, {"party.field.function", v.functionCell}, {"party.field.composition", v.compositionCell},
		{"party.field.place", v.placeCell}, {"party.field.country", v.stateCell},
	}
	rows := make([]web.Row, len(entries))
	for i, e := range entries {
		rows[i] = web.Row{ID: string(e.id()), Cells: []web.Cell{v.link(e)}}
	}
	heads := []web.Column{{Head: web.T(l, "party.name"), Lead: true}}
	for _, c := range columns {
		cells, some := make([]web.Cell, len(entries)), false
		for i, e := range entries {
			cells[i] = c.cell(e)
			some = some || cells[i] != nil
		}
		if !some {
			continue
		}
		heads = append(heads, web.Column{Head: web.T(l, c.key)})
		for i := range rows {
			rows[i].Cells = append(rows[i].Cells, cells[i])
		}
	}
	g.table = v.newTable(g, f, heads...)
	g.table.Rows = rows
	return g
}

func (v listView) newTable(g group, f filter, heads ...web.Column) web.Table {
	return web.Table{ID: g.id + "-list", Caption: g.title, CaptionHidden: true, Columns: heads,
		CSV: query.Address("/parties.csv", f.values()), JSON: query.Address(api.Prefix+"/parties", f.values())}
}

func (v listView) link(e entry) web.Cell { return nameLink(v.Lang, e.Party, v.asOf) }

func nameLink(l web.Lang, p party.Party, asOf string) web.Cell {
	href := query.Address("/parties/"+url.PathEscape(string(p.Registered.Party)), query.Keep(asOf))
	return told.Name(l, web.Link{Text: p.NameIn(string(l)), Href: href}, p.NameUk == "")
}

func (v listView) sortCell(e entry) web.Cell {
	if e.Sort == "" {
		return nil
	}
	return web.Text(told.Word(v.Lang, "party.sort", e.Sort))
}

func (v listView) functionCell(e entry) web.Cell { return wording(v.Lang, e.Function) }

// compositionCell: of the bodies that are not public in who sits in them, the
// account says just that.
func (v listView) compositionCell(e entry) web.Cell {
	if e.Composition == "" && e.Type == party.Body {
		return web.None(web.T(v.Lang, "party.composition.none"))
	}
	return wording(v.Lang, e.Composition)
}

func (v listView) placeCell(e entry) web.Cell {
	if e.Place == "" {
		return nil
	}
	return web.Text(told.Word(v.Lang, "party.place", e.Place))
}

func (v listView) stateCell(e entry) web.Cell { return stateLink(v.Lang, e, v.asOf) }

// stateLink is the state that e belongs to; nothing for none or itself.
func stateLink(l web.Lang, e entry, asOf string) web.Cell {
	switch {
	case e.state.Registered.Party == "":
		return nil
	case e.state.Name == "":
		return web.Text(e.Country) // not a party here
	}
	return nameLink(l, e.state, asOf)
}

func wording(l web.Lang, s string) web.Cell {
	if s == "" {
		return nil
	}
	return told.Wording(l, s)
}
