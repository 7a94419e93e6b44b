// Package reporthttp serves the form on which any reader reports an error, and
// the front office's list of what was reported; and the same in the API.
package reporthttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/report"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// ErrOften slows down who reports without end.
var ErrOften = fault.New(fault.TooOften, "report.often",
	"several errors were reported just now; wait {{.minutes}} minutes, or write to the front office")

// window is over how long reports are counted: of all readers together, and of
// those who come from one network, of which nothing is kept but the count.
const window = 10 * time.Minute

// NewLimit is what Handler.Limit begins as; rooms share one.
func NewLimit() *web.Limit { return &web.Limit{Window: window, Each: 5, All: 60} }

// A Handler serves the reports of one realm.
type Handler struct {
	// Desk reports whether the sender of a request answers reports.
	Desk func(ctx context.Context) bool
	// View calls fn with the book as it stands, under the record's lock.
	View func(fn func(*report.Book))
	// Words are those of a report; empty when they were erased.
	Words func(ctx context.Context, r report.Report) (string, error)
	// File keeps a report, once for a key.
	File func(ctx context.Context, key, page, words string) (report.ID, error)
	// Close answers one, once for a key.
	Close func(ctx context.Context, key string, id report.ID, outcome report.Outcome) error
	Limit *web.Limit
	pages *http.ServeMux // that can be reported
	Gate  api.Gate
	Now   func() time.Time
	Log   *slog.Logger
}

// Routes adds the pages to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	h.pages = mux
	mux.Handle("GET /report", web.Handle(h.Log, h.form))
	mux.Handle("POST /report", web.Handle(h.Log, h.file))
	mux.Handle("GET /reports", web.Handle(h.Log, h.list))
	mux.Handle("POST /reports/{id}", web.Handle(h.Log, h.close))
}

type formView struct {
	web.Page
	page, words string
	key         string
	done        string // the id of what was filed
	refusal     error
}

func (h *Handler) render(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	v.Page, v.key = web.PageOf(r), rand.Text()
	v.Title, v.Section, v.Marking = web.T(v.Lang, "report.title"), "report", tlp.Clear
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	v.page = h.known(v.page)
	return web.RenderAs(w, r, status, v.Page, formPage(v))
}

// filedID is what an id looks like: nothing else is said to have been filed.
var filedID = regexp.MustCompile(`^Q-[0-9]{1,12}$`)

// known is page if the hub has such a page and its address tells no secret of
// its reader; else the front page. What anybody sends is thus never kept as
// they wrote it, nor shown as a link.
func (h *Handler) known(page string) string {
	u, err := url.Parse(page)
	if err != nil || report.Check(page, "x") != nil || web.Private(u.Path) {
		return "/"
	}
	_, pattern := h.pages.Handler(&http.Request{Method: http.MethodGet, URL: u})
	if !strings.HasPrefix(pattern, http.MethodGet+" /") {
		return "/"
	}
	return page
}

func (h *Handler) form(w http.ResponseWriter, r *http.Request) error {
	v := formView{page: r.URL.Query().Get("page")}
	if done := r.URL.Query().Get("done"); filedID.MatchString(done) {
		v.done = done
	}
	return h.render(w, r, http.StatusOK, v)
}

func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	v := formView{page: r.PostFormValue("page"), words: r.PostFormValue("words")}
	id, err := h.filed(r.Context(), web.Network(r), r.PostFormValue("key"), v.page, v.words)
	if status := web.Status(err); err != nil && status < http.StatusInternalServerError {
		v.refusal = err
		return h.render(w, r, status, v)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/report?"+url.Values{"page": {v.page}, "done": {string(id)}}.Encode(), http.StatusSeeOther)
	return nil
}

func (h *Handler) filed(ctx context.Context, network, key, page, words string) (report.ID, error) {
	words = strings.TrimSpace(words)
	if err := report.Check(page, words); err != nil {
		return "", err
	}
	page = h.known(page)
	if !h.Limit.Take(network, h.Now()) {
		return "", ErrOften.With("minutes", int(window.Minutes()))
	}
	return h.File(ctx, key, page, words)
}

// An entry is a report with its words.
type entry struct {
	report.Report
	words string
}

// mostListed bounds the list; what is open comes first.
const mostListed = 200

func (h *Handler) entries(ctx context.Context) (out []entry, err error) {
	h.View(func(b *report.Book) {
		for r := range b.Open() {
			out = append(out, entry{Report: r})
		}
		for r := range b.All() {
			if r.Outcome != "" {
				out = append(out, entry{Report: r})
			}
			if len(out) >= mostListed {
				break
			}
		}
	})
	out = out[:min(len(out), mostListed)]
	for i := range out {
		if out[i].words, err = h.Words(ctx, out[i].Report); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type listView struct {
	web.Page
	entries []entry
	key     string
	refusal error
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.listAs(w, r, http.StatusOK, nil)
}

func (h *Handler) listAs(w http.ResponseWriter, r *http.Request, status int, refusal error) error {
	if !h.Desk(r.Context()) {
		return web.ErrNotFound
	}
	list, err := h.entries(r.Context())
	if err != nil {
		return err
	}
	v := listView{Page: web.PageOf(r), entries: list, key: rand.Text(), refusal: refusal}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "report.list"), "desk", tlp.Amber
	return web.RenderAs(w, r, status, v.Page, listPage(v))
}

func (h *Handler) close(w http.ResponseWriter, r *http.Request) error {
	if !h.Desk(r.Context()) {
		return web.ErrNotFound
	}
	err := h.Close(r.Context(), r.PostFormValue("key"), report.ID(r.PathValue("id")), report.Outcome(r.PostFormValue("outcome")))
	if status := web.Status(err); err != nil && status < http.StatusInternalServerError {
		return h.listAs(w, r, status, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/reports", http.StatusSeeOther)
	return nil
}

// ErrorReportJSON is a report in the API.
type ErrorReportJSON struct {
	ID      string `json:"id" example:"Q-0417"`
	Page    string `json:"page,omitempty"`
	Words   string `json:"words,omitempty"`
	At      string `json:"at,omitempty" format:"date-time"`
	Outcome string `json:"outcome,omitempty" doc:"Absent: open"`
}

type (
	reportsInput struct {
		api.LangInput
		api.PageInput
	}
	fileReportInput struct {
		api.LangInput
		network string
		Key     string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the report: the same key again files nothing more"`
		Body    struct {
			Page  string `json:"page" maxLength:"300" doc:"Path of the page that has the error" example:"/statement"`
			Words string `json:"words" minLength:"1" maxLength:"2000" doc:"What is wrong, and how you know"`
		}
	}
	closeReportInput struct {
		api.LangInput
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again records nothing"`
		ID   string `path:"id" example:"Q-0417"`
		Body struct {
			Outcome string `json:"outcome" enum:"mended,no_error,passed,unclear"`
		}
	}
	reportsOutput struct{ Body api.List[ErrorReportJSON] }
	reportOutput  struct{ Body ErrorReportJSON }
)

// Resolve keeps the network that the report comes from while it is counted.
func (in *fileReportInput) Resolve(ctx huma.Context) []error {
	in.network = web.NetworkOf(ctx.RemoteAddr())
	return nil
}

// everybody is the gate of what needs no account.
func everybody(string) error { return nil }

// API adds the operations.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/reports", "list-reports", "Errors that readers reported, for the front office", h.apiList)
	api.Post(a, "/reports", "file-report", "Report an error; no account is needed", 16<<10, everybody, h.apiFile)
	api.Post(a, "/reports/{id}/outcome", "close-report", "Answer a report", 1<<10, h.Gate, h.apiClose)
}

func (e entry) json() ErrorReportJSON {
	return ErrorReportJSON{string(e.Filed.Report), e.Filed.Page, e.words, e.At.UTC().Format(time.RFC3339), string(e.Outcome)}
}

func (h *Handler) apiList(ctx context.Context, in *reportsInput) (*reportsOutput, error) {
	if !h.Desk(ctx) {
		return nil, web.ErrNotFound
	}
	list, err := h.entries(ctx)
	if err != nil {
		return nil, err
	}
	page, err := api.Cut(list, in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &reportsOutput{api.List[ErrorReportJSON]{Items: make([]ErrorReportJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}}
	for _, e := range page.Items {
		out.Body.Items = append(out.Body.Items, e.json())
	}
	return out, nil
}

func (h *Handler) apiFile(ctx context.Context, in *fileReportInput) (*reportOutput, error) {
	id, err := h.filed(ctx, in.network, in.Key, in.Body.Page, in.Body.Words)
	if err != nil {
		return nil, err
	}
	return &reportOutput{ErrorReportJSON{ID: string(id), Page: in.Body.Page}}, nil
}

func (h *Handler) apiClose(ctx context.Context, in *closeReportInput) (*reportOutput, error) {
	if !h.Desk(ctx) {
		return nil, web.ErrNotFound
	}
	if err := h.Close(ctx, in.Key, report.ID(in.ID), report.Outcome(in.Body.Outcome)); err != nil {
		return nil, err
	}
	return &reportOutput{ErrorReportJSON{ID: in.ID, Outcome: in.Body.Outcome}}, nil
}

// Describe says a fact of a report in one sentence. It is false for facts of
// other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case report.Filed:
		return web.T(l, "report.fact.filed", "id", b.Report, "page", b.Page), true
	case report.Closed:
		return web.T(l, "report.fact.closed", "id", b.Report, "outcome", web.T(l, "report.outcome."+string(b.Outcome))), true
	}
	return "", false
}
