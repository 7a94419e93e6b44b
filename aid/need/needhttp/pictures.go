package needhttp

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A Deal is when something was reserved for a need, accepted by its owner and
// committed; zero: it was not.
type Deal struct{ Reserved, Accepted, Committed time.Time }

// The steps after validation, by the words of the catalogue.
const (
	reservedStep  = "reserved"  // from validation to the first reservation
	acceptedStep  = "accepted"  // from a reservation to the owner's yes
	committedStep = "committed" // from that to the commitment
)

// A step is one step of needs' ways, with the way of each need that the reader
// may see.
type step struct {
	name string
	laps []lap
}

type lap struct {
	id   need.ID
	took time.Duration
}

// A picturesView is the needs that a reader may see, in pictures.
type picturesView struct {
	web.Page
	regions []int // by need.Regions
	aside   int   // of the whole country, or of a region that is hidden
	all     int
	steps   []step
	opened  string       // the step whose rows are shown; empty: none
	window  query.Window // of its rows
}

// picturesPage serves GET /needs/pictures.
func (h *Handler) picturesPage(w http.ResponseWriter, r *http.Request) error {
	rd := h.Reader(r.Context())
	v := picturesView{Page: h.page(r, web.T(web.LangOf(r), "need.pictures"), listMarking(rd))}
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "need.list"), Href: "/needs"}, {Text: v.Title}}
	h.View(func(b Books) {
		classes := b.Needs.Classes(rd.May)
		v.all = b.Needs.Count(classes)
		v.countRegions(b, classes)
		v.steps = stepsOf(b, classes, rd)
	})
	q := r.URL.Query()
	var names []string
	for _, s := range v.steps {
		names = append(names, s.name)
	}
	var err error
	if v.opened, err = query.Choice("step", q.Get("step"), names); err != nil {
		return err
	}
	if v.window, err = query.Page(q.Get("page"), len(v.openedLaps())); err != nil {
		return err
	}
	return web.Render(w, r, v.Page, picturesTempl(v))
}

// countRegions counts needs under the regions that are hidden from nobody, as
// the list of needs finds them: what is hidden stands with what is for the
// whole country, where the two cannot be told apart.
func (v *picturesView) countRegions(b Books, classes []class.Class) {
	v.aside = v.all
	for _, r := range need.Regions {
		n := b.Needs.CountFound(classes, need.Filter{Region: r})
		v.regions = append(v.regions, n)
		v.aside -= n
	}
}

// stepsOf are the steps of the needs of some classes, in the order of their
// way, and of what the reader may see of their reservations.
func stepsOf(b Books, classes []class.Class, rd Reader) (out []step) {
	at := map[string]int{}
	add := func(name string, id need.ID, took time.Duration) {
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			out = append(out, step{name: name})
		}
		out[i].laps = append(out[i].laps, lap{id, took})
	}
	for h := range b.Needs.Find(classes, need.Filter{}) {
		n, _ := b.Needs.Get(h.ID)
		for _, l := range n.Laps() {
			add(l.Step, h.ID, l.Took)
		}
		if b.Deals != nil {
			dealt(b.Deals(h, rd.May), n, func(name string, took time.Duration) { add(name, h.ID, took) })
		}
	}
	order := stepOrder(b)
	slices.SortStableFunc(out, func(x, y step) int { return cmp.Compare(order[x.name], order[y.name]) })
	for i := range out {
		slices.SortFunc(out[i].laps, func(x, y lap) int { return cmp.Or(cmp.Compare(x.took, y.took), cmp.Compare(x.id, y.id)) })
	}
	return out
}

// dealt are the steps of a validated need's reservations.
func dealt(deals []Deal, n need.Need, add func(name string, took time.Duration)) {
	var first time.Time
	for _, d := range deals {
		if first.IsZero() || d.Reserved.Before(first) {
			first = d.Reserved
		}
		if !d.Accepted.IsZero() {
			add(acceptedStep, d.Accepted.Sub(d.Reserved))
			if !d.Committed.IsZero() {
				add(committedStep, d.Committed.Sub(d.Accepted))
			}
		}
	}
	if n.Status == need.Valid && first.After(n.Ended) && !n.Ended.IsZero() {
		add(reservedStep, first.Sub(n.Ended))
	}
}

// stepOrder is where each step stands on the way.
func stepOrder(b Books) map[string]int {
	order := map[string]int{}
	for _, p := range b.Procedures.All() {
		for _, s := range p.Stages {
			if _, known := order[s.ID]; !known {
				order[s.ID] = len(order)
			}
		}
	}
	for _, s := range []string{need.Decided, reservedStep, acceptedStep, committedStep} {
		order[s] = len(order)
	}
	return order
}

func (v picturesView) openedLaps() []lap {
	for _, s := range v.steps {
		if s.name == v.opened {
			return s.laps
		}
	}
	return nil
}

func (s step) median() time.Duration {
	took := make([]time.Duration, len(s.laps))
	for i, l := range s.laps {
		took[i] = l.took
	}
	m, _ := need.Median(took)
	return m
}

// days writes a duration in days with one decimal; less than half a day in
// hours or minutes.
func days(l web.Lang, d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return web.T(l, "need.took.none")
	case d < time.Hour:
		return web.N(l, "need.took.minutes", int(d/time.Minute))
	case d < day/2:
		return web.N(l, "need.took.hours", int((d+30*time.Minute)/time.Hour))
	}
	return web.T(l, "need.took.days", "n", web.Decimal(l, strconv.FormatFloat(float64(d)/float64(day), 'f', 1, 64)))
}

func (v picturesView) word(name string) string {
	switch name {
	case need.Decided, reservedStep, acceptedStep, committedStep:
		return web.T(v.Lang, "need.step."+name)
	}
	return stageWord(v.Lang, name)
}

func (v picturesView) stepTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "steps", Caption: v.stepFinding(), CaptionHidden: true, Empty: web.T(l, "need.steps.nothing"),
		Columns: []web.Column{{Head: web.T(l, "need.step"), Lead: true}, {Head: web.T(l, "need.median"), Align: web.Right, Beside: true},
			{Head: web.T(l, "need.median"), Wide: true, Axis: web.BarAxis(days(l, v.longest()))}, {Head: web.T(l, "need.measured"), Align: web.Right}}}
	for _, s := range v.steps {
		share := 0.0
		if most := v.longest(); most >= time.Minute {
			share = float64(s.median()) / float64(most)
		}
		open := query.Address("/needs/pictures", url.Values{"step": {s.name}}) + "#rows"
		t.Rows = append(t.Rows, web.Row{ID: "step-" + s.name, Cells: []web.Cell{web.Text(v.word(s.name)),
			web.FigureLink(days(l, s.median()), open), web.Bar(web.Part{Share: share, Series: 1}), web.FigureLink(web.Number(l, len(s.laps)), open)}})
	}
	return t
}

func (v picturesView) longest() (most time.Duration) {
	for _, s := range v.steps {
		most = max(most, s.median())
	}
	return most
}

func (v picturesView) stepFinding() string {
	if len(v.steps) == 0 {
		return web.T(v.Lang, "need.steps.nothing")
	}
	slowest := slices.MaxFunc(v.steps, func(a, b step) int { return cmp.Compare(a.median(), b.median()) })
	return web.T(v.Lang, "need.steps.finding", "step", v.word(slowest.name), "days", days(v.Lang, slowest.median()))
}

// lapTable are the needs under one step's median, the quickest first.
func (v picturesView) lapTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "laps", Caption: v.word(v.opened), Columns: []web.Column{{Head: web.T(l, "need.need"), Lead: true},
		{Head: web.T(l, "need.took"), Align: web.Right, Beside: true}}}
	laps := v.openedLaps()
	for _, x := range laps[v.window.First:v.window.End] {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.ID(string(x.id), href(x.id, "")), web.Text(days(l, x.took))}})
	}
	return t
}

func (v picturesView) regionTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "regions", Caption: v.regionFinding(), CaptionHidden: true, Empty: web.T(l, "need.regions.nothing"),
		Columns: []web.Column{{Head: web.T(l, "need.field.region"), Lead: true}, {Head: web.T(l, "need.list"), Align: web.Right, Beside: true}}}
	for i, n := range v.regions {
		if n > 0 {
			t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(told.Word(l, "region", need.Regions[i])),
				web.FigureLink(web.Number(l, n), query.Address("/needs", url.Values{"region": {need.Regions[i]}}))}})
		}
	}
	if v.aside > 0 {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(web.T(l, "need.regions.aside")), web.FigureLink(web.Number(l, v.aside), "/needs")}})
	}
	return t
}

func (v picturesView) regionFinding() string {
	most := 0
	for i, n := range v.regions {
		if n > v.regions[most] {
			most = i
		}
	}
	if v.regions[most] == 0 {
		return web.T(v.Lang, "need.regions.nothing")
	}
	return web.T(v.Lang, "need.regions.finding", "region", told.Word(v.Lang, "region", need.Regions[most]),
		"n", web.Number(v.Lang, v.regions[most]), "all", web.Number(v.Lang, v.all))
}

func (v picturesView) tiles() (m web.TileMap) {
	for i, d := range web.Depths(v.regions) {
		t := web.Tile{Region: need.Regions[i], Short: web.T(v.Lang, "region.short."+need.Regions[i]), Depth: d}
		if n := v.regions[i]; n > 0 {
			t.Number = web.Number(v.Lang, n)
		}
		m.Tiles = append(m.Tiles, t)
	}
	return m
}
