package flowhttp

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// An itemView is the page of one flow.
type itemView struct {
	web.Page
	account
	facts       []fact.Fact
	asOf, today string
	seat        seat.Seat // of the reader; zero: a visitor
	acts        []web.Link
	done        string // what the reader's own act has done
}

func (v itemView) header() web.Header {
	l := v.Lang
	return web.Header{ID: string(v.id()),
		Title:   web.T(l, "flow.fromto", "from", v.provider.NameIn(string(l)), "to", v.receiver.NameIn(string(l))),
		Status:  []templ.Component{v.chip(l), web.BasisLabel(l, v.standing.Basis)},
		Actions: append(slices.Clone(v.acts), web.Link{Text: web.T(l, "dossier.open"), Href: "/flows/" + string(v.id()) + "/dossier"})}
}

func (v itemView) dayForm() web.AsOf { return web.AsOf{Action: v.URL.Path, Day: v.day, Last: v.today} }

// figure is the amount as it was spoken, with the conversion under it.
func (v itemView) figure() web.Figure {
	l := v.Lang
	f := web.Figure{ID: "amount", Value: v.spoken(l), Label: web.T(l, "flow.spoken"),
		AsOf: fact.Date(v.day), Definition: "/methods"}
	switch {
	case v.verdict == noRate:
		f.LeftOut = web.Link{Text: web.T(l, "flow.norate", "date", web.Date(l, v.On))}
	case len(v.used) > 0:
		f.Sum = web.T(l, "flow.converted", "value", v.converted(l), "rate", v.rate())
		f.Rates = told.Href(v.used[0].Fact)
	}
	return f
}

// rate says the rate used, its day and its source.
func (v itemView) rate() string {
	u := v.used[0]
	return web.T(v.Lang, "flow.rate", "issuer", told.Word(v.Lang, "rate.issuer", u.Issuer), "date", web.Date(v.Lang, u.On),
		"rate", web.Money(v.Lang, u.Rate.String(), u.Currency), "one", web.Money(v.Lang, "1", u.Base))
}

// items are what the account holds of the flow.
func (v itemView) items() []web.Item {
	l := v.Lang
	items := []web.Item{
		{Term: web.T(l, "flow.counted"), Detail: verdictDetail(v)},
		{Term: web.T(l, "flow.field.status"), Detail: web.Note(told.Word(l, "flow.status", v.status), web.T(l, "flow.status."+string(v.status)+".why"))},
		{Term: web.T(l, "flow.field.provider"), Detail: partyLink(l, v.provider, v.asOf)},
		{Term: web.T(l, "flow.field.receiver"), Detail: partyLink(l, v.receiver, v.asOf)},
		{Term: web.T(l, "flow.field.scope"), Detail: web.Text(told.Word(l, "flow.scope", v.Scope))},
		{Term: web.T(l, "flow.field.line"), Detail: web.Text(told.Word(l, "flow.line", lineWord(v.Line)))},
		{Term: web.T(l, "flow.field.portions"), Detail: web.Text(portions(l, v.Portions))},
		{Term: web.T(l, "flow.field.on"), Detail: day(l, v.On)},
	}
	for _, d := range []struct {
		key string
		on  fact.Date
	}{{"flow.field.moved", v.Moved}, {"flow.field.first_reported", v.FirstReported}} {
		if d.on != "" {
			items = append(items, web.Item{Term: web.T(l, d.key), Detail: web.Day(l, d.on)})
		}
	}
	if !v.rated && v.verdict != noRate {
		items = append(items, web.Item{Term: web.T(l, "flow.conversion"), Detail: web.None(web.T(l, "flow.norate", "date", web.Date(l, v.On)))})
	}
	for _, u := range v.used {
		items = append(items, web.Item{Term: web.T(l, "flow.rate.source"), Detail: told.Source(l, u.Source)})
	}
	return items
}

// where are the figures that the flow stands in.
func (v itemView) where() []web.Link {
	var out []web.Link
	for _, name := range v.figures() {
		q := query.Keep(v.day)
		q.Set("boundary", "mechanism")
		out = append(out, web.Link{Text: v.figureName(name), Href: query.Address("/figures/"+name, q)})
	}
	return out
}

func (v itemView) figureName(name string) string {
	l := v.Lang
	kind, word, _ := strings.Cut(strings.TrimPrefix(name, "statement."), ".")
	switch kind {
	case "partner":
		word = v.provider.NameIn(string(l))
	case "line":
		word = told.Word(l, "flow.line", word)
	case "year":
		if word == none {
			word = web.T(l, "flow.year.none")
		}
	case "scope":
		word = told.Word(l, "flow.scope", v.Scope)
	}
	return web.T(l, "flow.figure."+kind, "what", word)
}

// saidItems are the wording that a published flow or a mention rests on.
func saidItems(l web.Lang, s flow.Said) []web.Item {
	items := []web.Item{
		{Term: web.T(l, "flow.field.said.reporter"), Detail: wording(l, s.Reporter)},
		{Term: web.T(l, "flow.field.said.provider"), Detail: wording(l, s.Provider)},
		{Term: web.T(l, "flow.field.said.receiver"), Detail: wording(l, s.Receiver)},
		{Term: web.T(l, "flow.field.said.status"), Detail: wording(l, s.Status)},
		{Term: web.T(l, "flow.field.said.form"), Detail: wording(l, s.Form)},
		{Term: web.T(l, "flow.field.said.period"), Detail: wording(l, s.Period)},
		{Term: web.T(l, "flow.field.said.purpose"), Detail: wording(l, s.Purpose)},
	}
	if s.Equivalents != "" {
		items = append(items, web.Item{Term: web.T(l, "flow.field.said.equivalents"),
			Detail: equivalents(l, s.Equivalents)})
	}
	if s.Note != "" {
		items = append(items, web.Item{Term: web.T(l, "flow.field.said.note"), Detail: wording(l, s.Note)})
	}
	return append(items, web.Item{Term: web.T(l, "flow.field.said.source"), Detail: told.Source(l, s.Source)})
}

func wording(l web.Lang, s string) templ.Component {
	if s == "" {
		return nil
	}
	return told.Quoted(l, s)
}

// moves is a row for each move of the status; those after the day of the page
// are shown, and quiet.
func (v itemView) moves() web.Table {
	l := v.Lang
	t := web.Table{ID: "moves-list", Caption: web.T(l, "flow.moves"), CaptionHidden: true,
		Columns: []web.Column{{Head: web.T(l, "flow.field.status"), Lead: true},
			{Head: web.T(l, "flow.moves.on")}, {Head: web.T(l, "flow.field.said.source")},
			{Head: web.T(l, "told.fact"), Align: web.Right}}}
	for _, m := range v.Advances {
		row := web.Row{Quiet: !m.On.HeldBy(v.day), Cells: []web.Cell{
			web.Text(told.Word(l, "flow.status", m.Status)), web.Day(l, m.On), nil, factLink(m.Pos)}}
		if m.Said != nil {
			row.Cells[2] = told.Source(l, m.Said.Source)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func factLink(pos fact.Pos) web.Cell {
	return web.ID(strconv.FormatInt(int64(pos), 10), told.Href(pos))
}

func (v itemView) history() []web.Event {
	return told.History(v.Lang, v.facts, func(f fact.Fact) (string, bool) { return Describe(v.Lang, f, v.called) })
}

// called is what the two parties are called; others by their id.
func (v itemView) called(id party.ID) string {
	for _, p := range []party.Party{v.provider, v.receiver} {
		if p.Registered.Party == id {
			return p.NameIn(string(v.Lang))
		}
	}
	return string(id)
}

func (v itemView) changes() []told.Change { return changes(v.Lang, v.facts, v.called) }

// changes are the corrections among facts, field by field.
func changes(l web.Lang, facts []fact.Fact, name func(party.ID) string) []told.Change {
	var out []told.Change
	for _, f := range facts {
		switch b := f.Body.(type) {
		case flow.Corrected:
			out = append(out, teller(l, name).Changes(f.Pos, told.Flat(b.Correction))...)
		case flow.MentionCorrected:
			out = append(out, teller(l, name).Changes(f.Pos, b.Correction)...)
		}
	}
	return out
}

// gone says why the flow was withdrawn; empty when it was not.
func (v itemView) gone() string { return withdrawal(v.Lang, v.facts) }

func withdrawal(l web.Lang, facts []fact.Fact) string {
	for _, f := range facts {
		switch b := f.Body.(type) {
		case flow.Withdrawn:
			return web.T(l, "flow.gone", "reason", told.Reason(l, b.Reason))
		case flow.MentionWithdrawn:
			return web.T(l, "mention.gone", "reason", told.Reason(l, b.Reason))
		}
	}
	return ""
}
