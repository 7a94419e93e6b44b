package flowhttp

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A mentionsView is the page of mentions.
type mentionsView struct {
	web.Page
	mentionFilter
	sayings
	today string
}

func (v mentionsView) filters() web.Filters {
	l := v.Lang
	return web.Filters{Action: "/mentions", Label: web.T(l, "mention.filters"), Keep: query.Keep(v.asOf),
		Fields: []web.Field{
			{Name: "why", Label: web.T(l, "flow.field.why"), Value: string(v.why), Options: told.Options(l, "flow.why", flow.Whys)},
			{Name: "scope", Label: web.T(l, "flow.field.scope"), Value: string(v.scope), Options: told.Options(l, "flow.scope", flow.Scopes)},
			{Name: "total", Label: web.T(l, "flow.field.total"), Value: v.total, Options: told.Options(l, "answer", answers)},
			{Name: "party", Label: web.T(l, "mention.party"), Value: string(v.party), Options: partyOptions(l, v.spoken)},
		}}
}

func (v mentionsView) dayForm() web.AsOf {
	keep := query.Filled(v.mentionFilter.values())
	keep.Del(query.AsOf)
	return web.AsOf{Action: "/mentions", Day: v.day, Last: v.today, Keep: keep}
}

func (v mentionsView) goneHref() string {
	if v.sayings.gone == 0 || v.status == gone {
		return ""
	}
	return query.Address("/mentions", url.Values{"status": {string(gone)}, query.AsOf: {v.asOf}})
}

func (v mentionsView) table() web.Table {
	l := v.Lang
	t := mentionTable(l, "mentions", web.N(l, "mention.count", v.window.All), v.list, v.mentionFilter)
	t.Empty = web.T(l, "mention.list.empty")
	return t
}

func mentionTable(l web.Lang, id, caption string, list []saying, f mentionFilter) web.Table {
	t := web.Table{ID: id, Caption: caption,
		CSV: query.Address("/mentions.csv", f.values()), XLSX: query.Address("/mentions.xlsx", f.values()), JSON: query.Address(api.Prefix+"/mentions", f.values()),
		Columns: []web.Column{
			{Head: web.T(l, "mention.mention"), Lead: true},
			{Head: web.T(l, "mention.amount"), Align: web.Right, Beside: true},
			{Head: web.T(l, "flow.field.why"), Bare: true},
			{Head: web.T(l, "flow.field.scope")},
			{Head: web.T(l, "mention.date"), Bare: true},
			{Head: web.T(l, "flow.field.total")},
		}}
	for _, s := range list {
		t.Rows = append(t.Rows, web.Row{ID: string(s.id()), Cells: []web.Cell{
			saidFromTo(l, s, f.asOf), s.amount(l), web.Text(told.Word(l, "flow.why", s.Why)),
			web.Text(told.Word(l, "flow.scope", s.Scope)), shortDay(l, s.On), web.Text(told.Word(l, "answer", answer(s.Total)))}})
	}
	return t
}

func answer(yes bool) string {
	if yes {
		return answers[0]
	}
	return answers[1]
}

func (s saying) amount(l web.Lang) web.Cell {
	if s.Amount == nil {
		return web.None(said(l, s.Mentioned))
	}
	return web.Text(said(l, s.Mentioned))
}

func mentionHref(id flow.MentionID, asOf string) string {
	return query.Address("/mentions/"+url.PathEscape(string(id)), query.Keep(asOf))
}

// A mentionView is the page of one mention.
type mentionView struct {
	web.Page
	saying
	facts       []fact.Fact
	asOf, today string
}

func (v mentionView) header() web.Header {
	var status []templ.Component
	if v.Total {
		status = append(status, web.StatusChip(web.Neutral, web.T(v.Lang, "flow.field.total")))
	}
	if v.Gone {
		status = append(status, web.StatusChip(tones[gone], told.Word(v.Lang, "flow.status", gone)))
	}
	return web.Header{ID: string(v.id()), Status: status,
		Title: web.T(v.Lang, "mention.title", "date", web.Date(v.Lang, v.On))}
}

func (v mentionView) figure() web.Figure {
	f := web.Figure{ID: "amount", Label: web.T(v.Lang, "mention.said"), Definition: "/methods"}
	if v.Amount != nil {
		f.Value = said(v.Lang, v.Mentioned)
	} else {
		f.Label = web.Sentence(said(v.Lang, v.Mentioned))
	}
	return f
}

func (v mentionView) items() []web.Item {
	l := v.Lang
	return []web.Item{
		{Term: web.T(l, "flow.field.why"), Detail: web.Note(told.Word(l, "flow.why", v.Why), web.T(l, "flow.why."+string(v.Why)+".more"))},
		{Term: web.T(l, "flow.field.total"), Detail: web.Note(told.Word(l, "answer", answer(v.Total)), v.totalNote())},
		{Term: web.T(l, "flow.field.scope"), Detail: web.Text(told.Word(l, "flow.scope", v.Scope))},
		{Term: web.T(l, "mention.date"), Detail: web.Day(l, v.On)},
		{Term: web.T(l, "mention.parties"), Detail: partyList(v)},
	}
}

func (v mentionView) totalNote() string {
	if !v.Total {
		return ""
	}
	return web.T(v.Lang, "mention.total.why")
}

func (v mentionView) history() []web.Event {
	return told.History(v.Lang, v.facts, func(f fact.Fact) (string, bool) { return Describe(v.Lang, f, v.called) })
}

func (v mentionView) called(id party.ID) string {
	for _, p := range v.parties {
		if p.Registered.Party == id {
			return p.NameIn(string(v.Lang))
		}
	}
	return string(id)
}

func (v mentionView) changes() []told.Change { return changes(v.Lang, v.facts, v.called) }

func (v mentionView) gone() string { return withdrawal(v.Lang, v.facts) }

// notYet says that nothing was said yet on the day of the page.
func (v mentionView) notYet() string {
	if v.On.HeldBy(v.day) {
		return ""
	}
	return strings.TrimSpace(web.T(v.Lang, "mention.notyet", "date", web.Date(v.Lang, v.On)))
}
