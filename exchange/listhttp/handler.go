package listhttp

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"tallinn/exchange/fields"
	"tallinn/exchange/sheet"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/batch"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/live"
)

var (
	// ErrNoSeat asks a visitor who they are.
	ErrNoSeat = fault.New(fault.Unauthenticated, "import.no_seat",
		"lists are imported from a seat; sign in, and choose a seat")
	// ErrNoFile says that a file is not here, or not for the sender.
	ErrNoFile = fault.New(fault.Missing, "import.no_file",
		"there is no such file here, or it was kept for its day and removed; send it again")
	// ErrForm refuses a form that is none of ours.
	ErrForm = fault.New(fault.Invalid, "import.form",
		"no file arrived; choose the file, and send it")
	// ErrColumns says which columns a list lacks.
	ErrColumns = fault.New(fault.Invalid, "import.columns",
		"the list lacks {{.fields}}; choose a column for each, or say what is the same for all rows")
	// ErrAct refuses what is done with no import.
	ErrAct = fault.New(fault.Invalid, "import.act",
		"{{.act}} is nothing that is done with an import; choose stop, resume or undo")
)

// ErrEnough ends the reading of a file early.
var ErrEnough = errors.New("listhttp: enough was read")

// Bounds of what is shown and kept.
const (
	Most         = 100   // imports on a page
	MostProblems = 1_000 // of one import
	tried        = 1_000 // rows that are looked at before an import begins
	shown        = 5     // rows that are shown as they were understood
	listed       = 50    // problems on a page
)

// A File is what was sent, as it was found to be.
type File struct {
	Name   string     `json:"name"`
	Digest string     `json:"digest"`
	Kind   sheet.Kind `json:"kind"`
}

// Wanted is an import that is to begin.
type Wanted struct {
	Blob    string
	Of      batch.Noun
	Plan    fields.Plan
	SkipBad bool
}

// A Progress says how far an import is.
type Progress struct {
	Phase       string
	Done, Total int
	Problems    int
	Over        bool
	Failed      error // it stopped short of its end; nil: it did not
}

// An Import is one as its institution sees it.
type Import struct {
	batch.Import
	Name       string
	Plan       fields.Plan
	Goes       *Progress // nil: it does not run on this hub
	WhyNotUndo error
}

// A Problem is what is wrong with a row, or why a thing was kept, in no
// language yet.
type Problem struct {
	Line   int               `json:"line,omitzero"`
	Column int               `json:"column,omitzero"` // of the list, from 0; -1: none
	Field  string            `json:"field,omitempty"`
	Cell   string            `json:"cell,omitempty"`
	Item   string            `json:"item,omitempty"`
	Code   string            `json:"code"`
	Args   map[string]string `json:"args,omitempty"`
}

// A Report is what was wrong with an import.
type Report struct {
	Problems []Problem `json:"problems"`
	Dropped  int       `json:"dropped,omitzero"` // past the bound of the list
	Lost     bool      `json:"-"`                // it is no longer kept
}

// A Trial is what was found in the first rows.
type Trial struct {
	File     File
	Looked   int
	Bad      int
	More     bool // rows that were not looked at
	Problems []Problem
}

// Lists takes in lists for the seat of a request.
type Lists interface {
	Nouns(ctx context.Context) []batch.Noun
	Keep(ctx context.Context, name string, data []byte) (blob string, err error)
	Read(ctx context.Context, blob string, take func(sheet.Row) error) (File, error)
	// Reader understands rows as they would be recorded.
	Reader(of batch.Noun, plan fields.Plan) *fields.Reader
	Try(ctx context.Context, of batch.Noun, plan fields.Plan, blob string, most int) (Trial, error)
	Same(ctx context.Context, of batch.Noun, digest string) (batch.Import, bool)
	Begin(ctx context.Context, key string, w Wanted) (id batch.ID, repeated bool, err error)
	All(ctx context.Context) []Import
	One(ctx context.Context, id batch.ID) (Import, error)
	Made(ctx context.Context, id batch.ID, most int) (items []string, all int, err error)
	Report(ctx context.Context, id batch.ID, undo bool) (Report, error)
	Stop(ctx context.Context, id batch.ID) error
	Resume(ctx context.Context, id batch.ID) error
	Undo(ctx context.Context, id batch.ID) error
}

// A Handler serves the imports of one realm.
type Handler struct {
	Lists Lists
	// Tables serves the lists themselves, such as /needs.csv. It is set before
	// the first request.
	Tables http.Handler
	Gate   api.Gate
	Log    *slog.Logger
}

// Routes adds the pages to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for pattern, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /imports":                   h.list,
		"POST /imports":                  h.begin,
		"POST /lists":                    h.send,
		"GET /lists/{file}":              h.plan,
		"GET /imports/{id}":              h.show,
		"POST /imports/{id}":             h.act,
		"GET /imports/{id}/events":       h.events,
		"GET /imports/{id}/problems.csv": h.table,
	} {
		mux.Handle(pattern, web.Handle(h.Log, fn))
	}
}

func (h *Handler) page(r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = title, "imports", tlp.Amber
	p.Crumbs = append([]web.Crumb{{Text: web.T(p.Lang, "import.list"), Href: "/imports"}}, crumbs...)
	return p
}

// A listView is the page of imports.
type listView struct {
	web.Page
	imports []Import
	nouns   []batch.Noun
	refusal error
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.renderList(w, r, http.StatusOK, nil)
}

func (h *Handler) renderList(w http.ResponseWriter, r *http.Request, status int, refusal error) error {
	v := listView{nouns: h.Lists.Nouns(r.Context()), refusal: refusal}
	v.imports = h.Lists.All(r.Context())
	v.Page = h.page(r, web.T(web.LangOf(r), "import.list"))
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	if len(v.nouns) == 0 && len(v.imports) == 0 {
		v.Marking = tlp.Clear
	}
	return web.RenderAs(w, r, status, v.Page, listPage(v))
}

// send serves POST /lists.
func (h *Handler) send(w http.ResponseWriter, r *http.Request) error {
	blob, err := h.take(r)
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		w.Header().Set("Connection", "close") // the rest of the file is not waited for
		return h.renderList(w, r, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/lists/"+blob, http.StatusSeeOther)
	return nil
}

// take reads the form as it arrives.
func (h *Handler) take(r *http.Request) (string, error) {
	if len(h.Lists.Nouns(r.Context())) == 0 {
		return "", ErrNoSeat
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", ErrForm
	}
	for range 10 {
		p, err := parts.NextPart()
		if err != nil {
			return "", ErrForm
		}
		if p.FormName() != "file" {
			continue
		}
		return h.keep(r.Context(), p.FileName(), p)
	}
	return "", ErrForm
}

func (h *Handler) keep(ctx context.Context, name string, in io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(in, sheet.MaxBytes+1))
	if err != nil || len(data) == 0 {
		return "", ErrForm.Because(err)
	}
	return h.Lists.Keep(ctx, name, data)
}

// A showView is the page of one import.
type showView struct {
	web.Page
	Import
	items   []string
	all     int
	report  Report
	undone  Report
	refusal error
	key     string
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.renderShow(w, r, http.StatusOK, nil)
}

func (h *Handler) renderShow(w http.ResponseWriter, r *http.Request, status int, refusal error) (err error) {
	id, l := batch.ID(r.PathValue("id")), web.LangOf(r)
	v := showView{refusal: refusal, key: rand.Text()}
	if v.Import, err = h.Lists.One(r.Context(), id); err != nil {
		return err
	}
	if v.Import.Ended != nil {
		if v.items, v.all, err = h.Lists.Made(r.Context(), id, listed); err != nil {
			return err
		}
		if v.report, err = h.Lists.Report(r.Context(), id, false); err != nil {
			return err
		}
		if v.undone, err = h.Lists.Report(r.Context(), id, true); err != nil {
			return err
		}
	}
	v.Page = h.page(r, web.T(l, "import.title."+string(v.Of)), web.Crumb{Text: string(id)})
	return web.RenderAs(w, r, status, v.Page, showPage(v))
}

// act serves POST /imports/{id}.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	id := batch.ID(r.PathValue("id"))
	err := h.do(r.Context(), id, r.PostFormValue("act"))
	if err != nil && web.Status(err) < http.StatusInternalServerError && !errors.Is(err, batch.ErrMissing) {
		return h.renderShow(w, r, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/imports/"+string(id), http.StatusSeeOther)
	return nil
}

func (h *Handler) do(ctx context.Context, id batch.ID, act string) error {
	switch act {
	case "stop":
		return h.Lists.Stop(ctx, id)
	case "resume":
		return h.Lists.Resume(ctx, id)
	case "undo":
		return h.Lists.Undo(ctx, id)
	}
	if len(act) > 40 {
		act = act[:40]
	}
	return ErrAct.With("act", act)
}

// pulse is how often an open page is told how far an import is.
const pulse = 400 * time.Millisecond

// events serves GET /imports/{id}/events: how far it is, until it has ended.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	id, l := batch.ID(r.PathValue("id")), web.LangOf(r)
	if _, err := h.Lists.One(r.Context(), id); err != nil {
		return err
	}
	beat := make(chan fact.Pos)
	go func() {
		t := time.NewTicker(pulse)
		defer t.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-t.C:
				select {
				case beat <- 0:
				case <-r.Context().Done():
					return
				}
			}
		}
	}()
	return live.Follow(w, r, beat, func(told string) (live.Event, bool, error) {
		i, err := h.Lists.One(r.Context(), id)
		if err != nil {
			return live.Event{}, false, err
		}
		state := stateOf(i)
		return live.Event{ID: state, Part: progressPart(l, i)}, state != told, nil
	})
}
