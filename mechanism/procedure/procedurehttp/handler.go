package procedurehttp

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
	"tallinn/web/told"
)

// Books are what the page is made of.
type Books struct {
	Parties    *party.Book
	Seats      *seat.Book
	Procedures *procedure.Book
}

// A Handler serves the procedure of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
	// Acting is who sends a request.
	Acting func(ctx context.Context) Acting
	// Decide records what rule decides, once for a command's id.
	//
	// Errors: those of app; the rule's.
	Decide func(ctx context.Context, c Command, rule func(Tx, Books) ([]fact.Body, error)) (repeated bool, err error)
	Gate   api.Gate
	Now    func() time.Time
	Log    *slog.Logger
}

// Routes adds the page to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /procedure", web.Handle(h.Log, h.show))
	mux.Handle("POST /procedure", web.Handle(h.Log, h.change))
}

// A view is the page of the procedure.
type view struct {
	web.Page
	shown    procedure.Procedure // zero: none was adopted
	inForce  int                 // version; 0: none
	versions []procedure.Procedure
	bodies   map[party.ID]party.Party
	change   proposing
}

// show serves GET /procedure, with ?version= one that is not in force.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, r.URL.Query().Get("done"), nil)
}

func (h *Handler) render(w http.ResponseWriter, r *http.Request, status int, done string, refusal error) error {
	a := h.Acting(r.Context()) // which looks at the books itself
	v := view{Page: web.PageOf(r), bodies: map[party.ID]party.Party{}}
	wanted := r.URL.Query().Get("version")
	h.View(func(b Books) {
		v.change = proposingOf(a, b, h.Now())
		v.versions = append(v.versions, b.Procedures.All()...)
		now, _ := b.Procedures.InForce(query.Today(h.Now()))
		v.shown, v.inForce = now, now.Version
		if n, err := strconv.Atoi(wanted); wanted != "" && err == nil {
			v.shown, _ = b.Procedures.Version(n)
		}
		for _, s := range v.shown.Stages {
			v.bodies[s.Body], _ = b.Parties.Get(s.Body)
		}
	})
	if wanted != "" && strconv.Itoa(v.shown.Version) != wanted {
		return web.ErrNotFound
	}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "procedure.title"), "procedure", tlp.Clear
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	v.change.done, v.change.refusal = done, refusal
	return web.RenderAs(w, r, status, v.Page, page(v))
}

func (v view) header() web.Header {
	h := web.Header{Title: v.Title, Lead: web.T(v.Lang, "procedure.lead")}
	if !v.shown.Exists() {
		return h
	}
	tone, word := web.Neutral, "procedure.not_in_force"
	if v.shown.Version == v.inForce {
		tone, word = web.Good, "procedure.in_force"
	}
	h.Status = append(h.Status, web.StatusChip(tone, web.T(v.Lang, word, "version", v.shown.Version, "from", web.Date(v.Lang, v.shown.From))))
	return h
}

// stageTitle is s as a heading.
func (v view) stageTitle(s procedure.Stage) string {
	return told.Capital(web.T(v.Lang, "procedure.stage_title", "stage", told.Word(v.Lang, "procedure.stage", s.ID)))
}

func (v view) items(s procedure.Stage) []web.Item {
	l := v.Lang
	body := string(s.Body)
	if p, ok := v.bodies[s.Body]; ok && p.Exists() {
		body = p.NameIn(string(l))
	}
	return []web.Item{
		{Term: web.T(l, "procedure.body"), Detail: web.Text(body)},
		{Term: web.T(l, "procedure.quorum"), Detail: web.Text(web.T(l, "procedure.quorum.of", "quorum", s.Quorum, "seats", s.Seats))},
		{Term: web.T(l, "procedure.hours"), Detail: web.Text(web.N(l, "procedure.hours.n", s.Hours))},
	}
}

// anchors is what each score of a criterion means, highest first.
func (v view) anchors(s procedure.Stage, c procedure.Criterion) web.Table {
	l := v.Lang
	t := web.Table{ID: s.ID + "-" + c.ID, Caption: c.Name.In(string(l)), Columns: []web.Column{
		{Head: web.T(l, "procedure.score"), Lead: true}, {Head: web.T(l, "procedure.means"), Wide: true}}}
	for i := len(c.Anchors) - 1; i >= 0; i-- {
		a := c.Anchors[i]
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(strconv.Itoa(a.Score)), web.Text(a.Means.In(string(l)))}})
	}
	return t
}

func (v view) history() []web.Event {
	var out []web.Event
	for i := len(v.versions) - 1; i >= 0; i-- {
		p := v.versions[i]
		out = append(out, web.Event{When: web.Date(v.Lang, p.From), Text: web.T(v.Lang, "procedure.version", "version", p.Version),
			Href: "/procedure?version=" + strconv.Itoa(p.Version)})
	}
	return out
}

type proceduresOutput struct {
	Body api.List[ProcedureJSON]
}

// ProcedureJSON is a version of the procedure in the API: the adopted fact,
// and whether it is in force.
type ProcedureJSON struct {
	Version  int               `json:"version"`
	From     string            `json:"from" doc:"The day from which it holds"`
	InForce  bool              `json:"in_force" doc:"Today"`
	Stages   []procedure.Stage `json:"stages"`
	Position int64             `json:"fact" doc:"Position of the fact that adopted it"`
}

// API adds the operation on procedures.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/procedures", "list-procedures", "Every version of the procedure of validation, the first first", h.apiProcedures)
	h.changeAPI(a)
}

func (h *Handler) apiProcedures(_ context.Context, in *api.PageInput) (*proceduresOutput, error) {
	var all []ProcedureJSON
	h.View(func(b Books) {
		now, _ := b.Procedures.InForce(query.Today(h.Now()))
		for _, p := range b.Procedures.All() {
			all = append(all, ProcedureJSON{p.Version, string(p.From), p.Version == now.Version, p.Stages, int64(p.Pos)})
		}
	})
	page, err := api.Cut(all, *in)
	return &proceduresOutput{page}, err
}
