package needhttp

import (
	"context"
	"net/http"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A row is a need as a list shows it.
type row struct {
	need.Head
	owner party.Party
	bound procedure.Procedure
	title string
	cover web.Cell
	asked need.Asked // of exports
}

// A listView is the page of needs, as a list or as a board.
type listView struct {
	web.Page
	filter
	reader   Reader
	rows     []row        // of the list
	window   query.Window // of the list
	columns  []column     // of the board
	known    []string     // of the stage select
	covers   bool         // some noun says how much is covered
	mayAsk   bool
	mayQueue bool
	at       fact.Pos // of the last change of any need
	now      time.Time
}

// A column of the board holds the needs of one stage.
type column struct {
	stage string
	all   int
	rows  []row
}

// onBoard is how many cards a column of the board shows.
const onBoard = 25

// list serves GET /needs.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := h.filter(q)
	if err != nil {
		return err
	}
	shape, err := query.Choice("view", q.Get("view"), []string{"board"})
	if err != nil {
		return err
	}
	rd := h.Reader(r.Context())
	v := listView{filter: f, reader: rd, covers: h.Cover != nil, now: h.Now(),
		Page: h.page(r, web.T(web.LangOf(r), "need.list"), listMarking(rd))}
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	v.mayAsk = need.WhyNotSubmit(rd.Seat, v.now) == nil
	v.mayQueue = rd.Seat.Role.InBody()
	h.View(func(b Books) {
		v.known, v.at = stages(b), b.Needs.Changed()
		if shape == "board" {
			v.columns = v.gatherBoard(b)
			return
		}
		v.rows, v.window, err = v.gather(b, q.Get("page"))
	})
	if err != nil {
		return err
	}
	if err := h.entitle(r.Context(), v.Lang, v.rows); err != nil {
		return err
	}
	for _, c := range v.columns {
		if err := h.entitle(r.Context(), v.Lang, c.rows); err != nil {
			return err
		}
	}
	return web.Render(w, r, v.Page, listPage(v))
}

// listMarking: to a visitor an empty list tells nothing.
func listMarking(r Reader) tlp.Marking {
	if r.Seat.Exists() {
		return tlp.Amber
	}
	return tlp.Clear
}

func (v listView) gather(b Books, page string) ([]row, query.Window, error) {
	classes, narrow := v.classes(b, v.reader), v.narrow(b, v.reader)
	window, err := query.Page(page, b.Needs.CountFound(classes, narrow))
	if err != nil {
		return nil, window, err
	}
	return rowsOf(b, b.Needs.Slice(classes, narrow, window.First, window.End)), window, nil
}

// gatherBoard fills a column for each stage that is asked for. Needs that
// ended without a partner stand on the board only when they are asked for.
func (v listView) gatherBoard(b Books) []column {
	var out []column
	at := map[string]int{}
	for _, s := range v.known {
		ended := s == string(need.Denied) || s == string(need.Gone) || s == need.Provisional // which stands in its stage
		if v.stage == s || v.stage == "" && !ended {
			at[s] = len(out)
			out = append(out, column{stage: s})
		}
	}
	shown := make([][]need.ID, len(out))
	for h := range v.matches(b, v.reader) {
		i, ok := at[stageOf(h)]
		if !ok {
			continue
		}
		if out[i].all++; len(shown[i]) < onBoard {
			shown[i] = append(shown[i], h.ID)
		}
	}
	for i := range out {
		out[i].rows = rowsOf(b, shown[i])
	}
	return out
}

func rowsOf(b Books, ids []need.ID) []row {
	out := make([]row, 0, len(ids))
	for _, id := range ids {
		var r row
		r.Head, _ = b.Needs.Head(id)
		r.owner, _ = b.Parties.Get(r.Owner)
		r.bound, _ = b.Procedures.Version(r.Procedure)
		out = append(out, r)
	}
	return out
}

// entitle opens the titles of rows, and asks how much of them is covered.
func (h *Handler) entitle(ctx context.Context, l web.Lang, rows []row) (err error) {
	ids := make([]need.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		if rows[i].title, err = h.titled(ctx, l, rows[i].Head); err != nil {
			return err
		}
	}
	if h.Cover == nil || len(rows) == 0 {
		return nil
	}
	cover := h.Cover(l, ids)
	for i := range rows {
		rows[i].cover = cover[rows[i].ID]
	}
	return nil
}

func (v listView) header() web.Header {
	h := web.Header{Title: v.Title, Lead: web.T(v.Lang, "need.list.lead")}
	if v.mayQueue {
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "need.queue"), Href: "/queue"})
	}
	if v.reader.Records {
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "emergency.record"), Href: "/emergency/record"})
	}
	if v.mayAsk {
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "emergency.title"), Href: "/emergency"})
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "import.go"), Href: "/imports"})
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "need.new"), Href: "/needs/new"})
	}
	return h
}

func (v listView) filters() web.Filters {
	l := v.Lang
	all := []web.Option{{Text: web.T(l, "list.all")}}
	stage, mine := all, all
	for _, s := range v.known {
		stage = append(stage, web.Option{Value: s, Text: v.stageWord(s)})
	}
	for _, m := range []string{own, waits} {
		mine = append(mine, web.Option{Value: m, Text: web.T(l, "need.mine."+m)})
	}
	f := web.Filters{Action: "/needs", Label: web.T(l, "need.filters"), Fields: []web.Field{
		{Name: "stage", Label: web.T(l, "need.field.stage"), Value: v.stage, Options: stage},
		{Name: "line", Label: web.T(l, "need.field.line"), Value: string(v.line), Options: told.Options(l, "line", capability.Lines)},
		{Name: "sector", Label: web.T(l, "need.field.sector"), Value: v.sector, Options: told.Options(l, "sector", need.Sectors)},
		{Name: "urgency", Label: web.T(l, "need.field.urgency"), Value: string(v.urgency), Options: told.Options(l, "need.urgency", need.Urgencies)},
		{Name: "region", Label: web.T(l, "need.field.region"), Value: v.region, Options: told.Options(l, "region", need.Regions)},
	}}
	if v.reader.Seat.Exists() {
		f.Fields = append(f.Fields, web.Field{Name: "mine", Label: web.T(l, "need.field.mine"), Value: v.mine, Options: mine})
	}
	if v.columns != nil {
		f.Keep = map[string][]string{"view": {"board"}}
	}
	return f
}

// stageWord is what a word of ?stage= is called.
func (v listView) stageWord(s string) string {
	if w := statusWord(v.Lang, need.Status(s)); w != s {
		return w
	}
	return stageWord(v.Lang, s)
}

func (v listView) tabs() (current string, links []web.Link) {
	board := v.values()
	board.Set("view", "board")
	list, other := query.Address("/needs", v.values()), query.Address("/needs", board)
	links = []web.Link{{Text: web.T(v.Lang, "need.view.list"), Href: list}, {Text: web.T(v.Lang, "need.view.board"), Href: other}}
	links = append(links, web.Link{Text: web.T(v.Lang, "need.view.pictures"), Href: "/needs/pictures"})
	if v.columns != nil {
		return other, links
	}
	return list, links
}

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "needs", Caption: web.N(l, "need.count", v.window.All), Empty: v.empty(),
		CSV: query.Address("/needs.csv", v.values()), XLSX: query.Address("/needs.xlsx", v.values()), JSON: query.Address("/needs.json", v.values()), Columns: []web.Column{
			{Head: web.T(l, "need.need"), Lead: true},
			{Head: web.T(l, "need.field.owner")},
			{Head: web.T(l, "need.field.stage")},
		}}
	if v.covers {
		t.Columns = append(t.Columns, web.Column{Head: web.T(l, "need.field.cover")})
	}
	t.Columns = append(t.Columns, web.Column{Head: web.T(l, "need.field.clock"), Align: web.Right, Beside: true})
	stages := stageCells{}
	for _, r := range v.rows {
		cells := []web.Cell{named(r.ID, r.title), web.Text(r.owner.NameIn(string(l))), stages.of(l, r)}
		if v.covers {
			cells = append(cells, r.cover)
		}
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Quiet: r.Status == need.Denied || r.Status == need.Gone,
			Cells: append(cells, clockCell(l, r.Head, v.now))})
	}
	return t
}

func (v listView) empty() string {
	if !v.reader.Seat.Exists() {
		return web.T(v.Lang, "need.list.visitor")
	}
	return web.T(v.Lang, "need.list.empty")
}

// only are v's filters with one stage.
func (v listView) only(stage string) map[string][]string {
	f := v.filter
	f.stage = stage
	return f.values()
}
