package needhttp

import (
	"net/http"
	"net/url"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/live"
	"tallinn/web/query"
	"tallinn/web/told"
)

// ErrNoQueue refuses a queue to a seat that validates nothing.
var ErrNoQueue = fault.New(fault.Denied, "need.no_queue",
	"this seat is in no group that validates needs; choose a seat of a group, or look at the list of needs")

// A queueView is the page of what waits for a seat's vote.
type queueView struct {
	web.Page
	rows   []row
	window query.Window
	at     fact.Pos // of the last change of any need
	now    time.Time
}

// queue serves GET /queue.
func (h *Handler) queue(w http.ResponseWriter, r *http.Request) error {
	rd, err := h.validates(r)
	if err != nil {
		return err
	}
	v := queueView{Page: h.page(r, web.T(web.LangOf(r), "need.queue"), tlp.Amber), now: h.Now()}
	v.Section, v.Crumbs = "queue", []web.Crumb{{Text: v.Title}}
	h.View(func(b Books) {
		q := queueOf(b, rd)
		v.at = b.Needs.Changed()
		if v.window, err = query.Page(r.URL.Query().Get("page"), q.count()); err == nil {
			v.rows = rowsOf(b, q.slice(v.window.First, v.window.End))
		}
	})
	if err != nil {
		return err
	}
	if err := h.entitle(r.Context(), v.Lang, v.rows); err != nil {
		return err
	}
	return web.Render(w, r, v.Page, queuePage(v))
}

// validates is the reader, whose seat must be in a group.
//
// Errors: ErrNoSeat, ErrNoQueue.
func (h *Handler) validates(r *http.Request) (Reader, error) {
	rd, err := h.acting(r.Context())
	if err == nil && !rd.Seat.Role.InBody() {
		err = ErrNoQueue
	}
	return rd, err
}

func (v queueView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "queue", Caption: web.N(l, "need.queue.count", v.window.All), Empty: web.T(l, "need.queue.empty"),
		Columns: []web.Column{{Head: web.T(l, "need.need"), Lead: true}, {Head: web.T(l, "need.field.owner")},
			{Head: web.T(l, "need.field.urgency")}, {Head: web.T(l, "need.field.stage")},
			{Head: web.T(l, "need.field.clock"), Align: web.Right, Beside: true}}}
	stages := stageCells{}
	for _, r := range v.rows {
		t.Rows = append(t.Rows, web.Row{ID: string(r.ID), Cells: []web.Cell{
			toVote(r.ID, r.title), web.Text(r.owner.NameIn(string(l))), web.Text(told.Word(l, "need.urgency", r.Urgency)),
			stages.of(l, r), clockCell(l, r.Head, v.now)}})
	}
	return t
}

// live is where the page is told what is new since it was made.
func (v queueView) live() string {
	return query.Address("/queue/events", url.Values{live.Since: {live.ID(v.at)}})
}
