package correctionhttp

import (
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

var (
	// ErrNumber refuses what is no whole number.
	ErrNumber = fault.New(fault.Invalid, "correction.number",
		"{{.value}} is no whole number; write it in digits alone, for example 500")
	// ErrJSON refuses what is no JSON.
	ErrJSON = fault.New(fault.Invalid, "correction.json",
		"this is no list as the fact has it; change the figures in it, and leave its marks as they are")
)

type listView struct {
	web.Page
	entries []entry
	now     time.Time
}

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "corrections", Caption: web.T(l, "correction.list"), CaptionHidden: true, Empty: web.T(l, "correction.none"),
		Columns: []web.Column{{Head: web.T(l, "correction.field.id"), Lead: true}, {Head: web.T(l, "correction.field.state"), Beside: true},
			{Head: web.T(l, "correction.field.changes")}, {Head: web.T(l, "correction.field.asked")}, {Head: web.T(l, "correction.field.until")}}}
	for _, e := range v.entries {
		until := web.Cell(nil)
		if e.state == correction.Waits {
			until = web.Text(web.Time(l, e.Until()))
		}
		t.Rows = append(t.Rows, web.Row{ID: string(e.Asked.Correction), Quiet: e.state != correction.Waits, Cells: []web.Cell{
			idCell(e), web.StatusChip(tones[e.state], web.T(l, "correction.state."+string(e.state))),
			web.Text(e.sentence(l)), web.Text(e.asked), until}})
	}
	return t
}

var tones = map[correction.State]web.Tone{correction.Waits: web.Attention, correction.Done: web.Good, correction.Denied: web.Danger,
	correction.Taken: web.Neutral, correction.Lapsed: web.Neutral}

// sentence is what e would change, for a list.
func (e entry) sentence(l web.Lang) string {
	if e.red {
		return web.T(l, "need.red")
	}
	return sentence(tellAll(l, e.Item, e.Changes), l)
}

func sentence(changes []told.Change, l web.Lang) string {
	var parts []string
	for _, c := range changes {
		parts = append(parts, web.T(l, "told.change", "field", c.Field, "was", c.Was, "now", c.Now))
	}
	return strings.Join(parts, "; ")
}

type itemView struct {
	web.Page
	entry
	key     string
	href    string
	reason  string
	changes []told.Change
	refusal error
}

func (v itemView) items() []web.Item {
	l := v.Lang
	items := []web.Item{
		{Term: web.T(l, "correction.field.item"), Detail: web.To(web.Link{Text: v.Item, Href: v.href})},
		{Term: web.T(l, "correction.field.state"), Detail: web.StatusChip(tones[v.state], web.T(l, "correction.state."+string(v.state)))},
		{Term: web.T(l, "correction.field.reason"), Detail: web.Text(told.Reason(l, v.reason))},
		{Term: web.T(l, "correction.field.asked"), Detail: web.Text(v.asked)},
	}
	if len(v.Agreed) > 0 {
		items = append(items, web.Item{Term: web.T(l, "correction.field.agreed"), Detail: web.Text(strings.Join(v.agreed, "; "))})
	}
	if v.state == correction.Waits {
		if len(v.lacks) == 0 {
			v.lacks = []string{web.T(l, "correction.others")}
		}
		items = append(items, web.Item{Term: web.T(l, "correction.field.lacks"), Detail: web.Text(strings.Join(v.lacks, "; "))},
			web.Item{Term: web.T(l, "correction.field.until"), Detail: web.Text(web.Time(l, v.Until()))})
	}
	return items
}

type formView struct {
	web.Page
	mended  Mendable
	said    string
	key     string
	reason  string
	fields  []field
	wrongs  web.Wrongs
	refusal error
}

func (v *formView) wrong(i int, err error) {
	v.wrongs = append(v.wrongs, web.Wrong{Field: v.fields[i].entry(v.Lang, i).ID, Text: web.FaultText(v.Lang, err)})
}

func (v formView) entries() (out []web.Entry) {
	for i, f := range v.fields {
		e := f.entry(v.Lang, i)
		e.Wrong = v.wrongs.At(e.ID)
		out = append(out, e)
	}
	reason := web.Entry{ID: "reason", Label: web.T(v.Lang, "correction.field.reason"), Kind: web.AsChoice, Value: v.reason}
	for _, w := range []string{"mistyped", "source_changed", "duplicate", "reclassified"} {
		reason.Options = append(reason.Options, web.Option{Value: w, Text: told.Reason(v.Lang, w)})
	}
	return append(out, reason)
}

// Describe says a fact of a correction in one sentence. It is false for facts
// of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case correction.Asked:
		return web.T(l, "correction.fact.asked", "id", b.Correction, "item", b.Item, "party", name(b.Party),
			"changes", sentence(tellAll(l, b.Item, b.Changes), l)), true
	case correction.Agreed:
		return web.T(l, "correction.fact.agreed", "id", b.Correction, "item", b.Item, "party", name(b.Party)), true
	case correction.Refused:
		return web.T(l, "correction.fact.refused", "id", b.Correction, "item", b.Item, "party", name(b.Party)), true
	case correction.Withdrawn:
		return web.T(l, "correction.fact.withdrawn", "id", b.Correction, "item", b.Item, "party", name(b.Party)), true
	}
	return "", false
}
