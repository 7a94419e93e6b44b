package partyhttp

import (
	"cmp"
	"strings"

	"github.com/a-h/templ"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// An itemView is the page of one party.
type itemView struct {
	web.Page
	entry
	facts            []fact.Fact
	sections         []templ.Component
	asOf, day, today string
}

func (v itemView) header() web.Header {
	l := v.Lang
	h := web.Header{ID: string(v.id()), Title: v.NameIn(string(l)),
		Status: []templ.Component{web.StatusChip(web.Neutral, told.Word(l, "party.type", v.Type))}}
	if v.isMember {
		h.Status = append(h.Status, web.StatusChip(web.Active, told.Word(l, "party.role", v.member.Role)))
	}
	return h
}

func (v itemView) dayForm() web.AsOf {
	return web.AsOf{Action: v.URL.Path, Day: v.day, Last: v.today}
}

// items are what is known of the party. What only bodies have is asked of
// bodies and accounts alone.
func (v itemView) items() []web.Item {
	l := v.Lang
	items := []web.Item{{Term: web.T(l, "party.othername"), Detail: v.otherName()}}
	if v.isMember {
		items = append(items, web.Item{Term: web.T(l, "party.membership"), Detail: web.Text(v.membership())})
	}
	if state := stateLink(l, v.entry, v.asOf); state != nil {
		items = append(items, web.Item{Term: web.T(l, "party.field.country"), Detail: state})
	}
	if v.Type == party.Body || v.Type == party.Account || v.Function != "" {
		items = append(items, v.bodyItems()...)
	}
	inside := "party.outside"
	if v.Inside() {
		inside = "party.inside"
	}
	return append(items,
		web.Item{Term: web.T(l, "party.boundary"), Detail: web.Note(web.T(l, inside), web.T(l, inside+".why"))},
		web.Item{Term: web.T(l, "party.field.source"), Detail: told.Source(l, v.Source)})
}

// membership is the one held on the day of the page.
func (v itemView) membership() string {
	key := "party.membership.day"
	if v.member.Precision == party.SeenBy {
		key = "party.membership.by"
	}
	return web.T(v.Lang, key, "role", told.Word(v.Lang, "party.role", v.member.Role), "date", web.Date(v.Lang, v.member.On))
}

// otherName is the party's name in the language that the page is not in.
func (v itemView) otherName() templ.Component {
	if v.Lang == web.Ukrainian {
		return told.Original(v.Lang, v.Name)
	}
	if v.NameUk == "" {
		return nil
	}
	return foreign("uk", v.NameUk)
}

func (v itemView) bodyItems() []web.Item {
	l := v.Lang
	composition := web.None(web.T(l, "party.composition.none"))
	if v.Composition != "" {
		composition = told.Wording(l, v.Composition)
	}
	items := []web.Item{
		{Term: web.T(l, "party.field.sort"), Detail: web.Text(told.Word(l, "party.sort", cmp.Or(v.Sort, string(v.Type))))},
		{Term: web.T(l, "party.field.function"), Detail: wording(l, v.Function)},
		{Term: web.T(l, "party.field.composition"), Detail: composition},
	}
	if v.Place != "" {
		items = append(items, web.Item{Term: web.T(l, "party.field.place"), Detail: web.Text(told.Word(l, "party.place", v.Place))})
	}
	if v.On != "" {
		items = append(items, web.Item{Term: web.T(l, "party.exists"), Detail: web.Day(l, v.On)})
	}
	return items
}

// memberships is a row for each joining, the latest first; those after the
// day of the page are shown, and quiet.
func (v itemView) memberships() web.Table {
	l := v.Lang
	t := web.Table{ID: "memberships-list", Caption: web.T(l, "party.memberships"), CaptionHidden: true,
		Columns: []web.Column{{Head: web.T(l, "party.field.role"), Lead: true}, {Head: web.T(l, "party.field.on")},
			{Head: web.T(l, "party.field.note")}, {Head: web.T(l, "party.field.source")}}}
	for i := len(v.Memberships) - 1; i >= 0; i-- {
		m := v.Memberships[i]
		t.Rows = append(t.Rows, web.Row{Quiet: !m.On.HeldBy(v.day), Cells: []web.Cell{
			web.To(web.Link{Text: told.Word(l, "party.role", m.Role), Href: told.Href(m.Pos)}),
			web.Text(since(l, m.Joined)), wording(l, m.Note), told.Source(l, m.Source)}})
	}
	return t
}

func (v itemView) history() []web.Event {
	return told.History(v.Lang, v.facts, func(f fact.Fact) (string, bool) { return Describe(v.Lang, f, v.called) })
}

// called is what the parties that this page speaks of are called.
func (v itemView) called(id party.ID) string {
	switch id {
	case v.id():
		return v.NameIn(string(v.Lang))
	case v.state.Registered.Party:
		return v.state.NameIn(string(v.Lang))
	}
	return string(id)
}

// changes are the corrections of the party, field by field.
func (v itemView) changes() []told.Change {
	var out []told.Change
	for _, f := range v.facts {
		if b, ok := f.Body.(party.Corrected); ok {
			out = append(out, teller(v.Lang, v.called).Changes(f.Pos, b.Correction)...)
		}
	}
	return out
}

// notYet says that the party did not exist on the day of the page.
func (v itemView) notYet() string {
	if v.On.HeldBy(v.day) {
		return ""
	}
	return strings.TrimSpace(web.T(v.Lang, "party.notyet", "date", web.Date(v.Lang, v.On)))
}
