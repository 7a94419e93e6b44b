package recordhttp

import (
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/tlp"
	"tallinn/web"
)

// A line is one fact as the pages show it.
type line struct {
	fact.Fact
	Sentence string
	Hash     string // SHA-256 of the exact bytes, hexadecimal
}

func (l line) href() string { return "/record/" + strconv.FormatInt(int64(l.Pos), 10) }

type listView struct {
	web.Page
	Head   fact.Pos
	Stream string // only its history is listed; empty: all
	Facts  []line
	Pager  web.Pager
}

func (v *listView) setPager(last, older fact.Pos) {
	v.Pager.Shown = web.T(v.Lang, "record.shown", "first", web.Number(v.Lang, int(max(older+1, 0))),
		"last", web.Number(v.Lang, int(last)), "head", web.Number(v.Lang, int(v.Head)))
	to := func(pos fact.Pos) string { return v.With("to", strconv.FormatInt(int64(pos), 10)) }
	if older > fact.None {
		v.Pager.Next = to(older)
	}
	if last < v.Head {
		v.Pager.Previous = to(min(last+perPage, v.Head))
	}
}

func (v listView) render(w http.ResponseWriter, r *http.Request) error {
	v.Title = web.T(v.Lang, "record.title")
	v.Section, v.Marking = "record", tlp.Clear
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	return web.Render(w, r, v.Page, listPage(v))
}

// query is the page's own, so that the table is the one that is shown.
func (v listView) query() string {
	if v.URL == nil || v.URL.RawQuery == "" {
		return ""
	}
	return "?" + v.URL.RawQuery
}

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "facts", Caption: web.T(l, "record.caption"), CaptionHidden: true,
		Empty: web.T(l, "record.empty"), CSV: "/record.csv" + v.query(), JSON: "/api/v1/facts",
		Columns: []web.Column{
			{Head: web.T(l, "record.pos"), Align: web.Right, Beside: true},
			{Head: web.T(l, "record.what"), Lead: true},
			{Head: web.T(l, "record.kind"), Bare: true},
			{Head: web.T(l, "record.at"), Bare: true},
		}}
	for _, f := range v.Facts {
		pos := strconv.FormatInt(int64(f.Pos), 10)
		t.Rows = append(t.Rows, web.Row{ID: "p" + pos, Cells: []web.Cell{
			web.Text(pos), web.To(web.Link{Text: f.Sentence, Href: f.href()}),
			web.Mono(f.Kind), web.Text(web.Time(l, f.At)),
		}})
	}
	return t
}

type streamLink struct{ Name, Item, History string }

type factView struct {
	web.Page
	Line    line
	Raw     string // indented, for reading; the exact bytes have their own address
	Streams []streamLink
	Head    fact.Pos
	mend    string // where the reader mends it; empty: they may not
}

func (v factView) render(w http.ResponseWriter, r *http.Request) error {
	pos := strconv.FormatInt(int64(v.Line.Pos), 10)
	v.Title = web.T(v.Lang, "record.fact", "pos", pos)
	v.Section, v.Marking = "record", v.Line.Marking
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "record.title"), Href: "/record"}, {Text: pos}}
	return web.Render(w, r, v.Page, factPage(v))
}

func (v factView) items() []web.Item {
	f, l := v.Line, v.Lang
	figure := web.T(l, "record.figure.no")
	if f.Figure {
		figure = web.T(l, "record.figure.yes")
	}
	return []web.Item{
		{Term: web.T(l, "record.kind"), Detail: web.Mono(f.Kind)},
		{Term: web.T(l, "record.at"), Detail: web.Text(web.Time(l, f.At))},
		{Term: web.T(l, "record.by"), Detail: web.Mono(f.By)},
		{Term: web.T(l, "record.marking"), Detail: web.Text(f.Marking.String())},
		{Term: web.T(l, "record.figure"), Detail: web.Text(figure)},
		{Term: web.T(l, "record.streams"), Detail: streamList(v)},
		{Term: web.T(l, "record.cmd"), Detail: web.Mono(f.Cmd)},
		{Term: web.T(l, "record.hash"), Detail: web.Mono(f.Hash)},
	}
}

func (v factView) neighbour(pos fact.Pos) string {
	if pos < 0 || pos > v.Head {
		return ""
	}
	return "/record/" + strconv.FormatInt(int64(pos), 10)
}

// indent writes raw for reading. What cannot be indented is shown as it is.
func indent(raw []byte) string {
	v := jsontext.Value(append([]byte(nil), raw...))
	if v.Indent(jsontext.WithIndent("  ")) != nil {
		return string(raw)
	}
	return string(v)
}
