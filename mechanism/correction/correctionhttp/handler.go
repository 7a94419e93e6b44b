// Package correctionhttp serves the pages on which what was mistyped is
// mended, and those who have countersigned agree to it; and the same in the
// API.
package correctionhttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// Books are what the pages show from.
type Books struct {
	Corrections *correction.Book
	Parties     *party.Book
}

// A Mendable is a fact that the seat of a request may mend.
type Mendable struct {
	Item    string
	Fact    fact.Fact
	Body    fact.Body // as it stands, with its corrections
	Members []string  // that may be changed, in the order of the form
}

// A Wanted is what a form or a program asks for.
type Wanted struct {
	Fact    fact.Pos `json:"fact"`
	Changes []Change `json:"changes"`
	Reason  string   `json:"reason"`
}

// A Change is one member as it should read.
type Change struct {
	Pointer string         `json:"pointer"`
	Now     jsontext.Value `json:"now"`
}

// A Result says what asking did.
type Result struct {
	ID       correction.ID // that waits for consent; empty: it was mended at once
	Item     string
	Repeated bool
}

// An Answer is what is said to a correction.
type Answer string

const (
	Agree    Answer = "agree"
	Refuse   Answer = "refuse"
	Withdraw Answer = "withdraw"
)

var (
	// ErrReused refuses a key that names another command.
	ErrReused = fault.New(fault.Conflict, "correction.key_reused",
		"this key was used for another correction; open the form again, or draw another key")
	// ErrMoved refuses to mend what more sides have countersigned meanwhile.
	ErrMoved = fault.New(fault.Conflict, "correction.moved",
		"another side has countersigned since {{.correction}} was asked for; withdraw it, and ask again")
)

// A Handler serves the corrections of one realm.
type Handler struct {
	// Seat is the one that the request's person acts from; zero: none.
	Seat func(ctx context.Context) seat.Seat
	// Sees says which corrections the sender of a request may see.
	Sees func(ctx context.Context) func(correction.Correction) bool
	// View calls fn with the books as they stand, under the record's lock.
	View func(fn func(Books))
	// Item is the page of the thing that a stream is the history of.
	Item func(stream string) string
	// Mendable is what of a fact the sender of a request may mend.
	Mendable func(ctx context.Context, pos fact.Pos) (Mendable, error)
	// Ask mends at once, or asks for consent; once for a key.
	Ask func(ctx context.Context, key string, w Wanted) (Result, error)
	// Answer answers what waits; once for a key.
	Answer func(ctx context.Context, key string, id correction.ID, a Answer) (repeated bool, err error)
	// Opened logs that the request's seat reads a correction of what is
	// TLP:RED; what cannot be logged is not shown. May be nil.
	Opened func(ctx context.Context, c correction.Correction) error
	// Red reports whether c is of what is TLP:RED: lists then say no more than
	// that it is there. It is asked inside View; may be nil.
	Red func(c correction.Correction) bool
	// Tell says a fact in one sentence.
	Tell func(l web.Lang, f fact.Fact) string
	Gate api.Gate
	Now  func() time.Time
	Log  *slog.Logger
}

// NewHref is the form on which a fact is mended.
func NewHref(pos fact.Pos) string {
	return "/corrections/new?fact=" + strconv.FormatInt(int64(pos), 10)
}

func href(id correction.ID) string { return "/corrections/" + url.PathEscape(string(id)) }

// Routes adds the pages to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /corrections", web.Handle(h.Log, h.list))
	mux.Handle("GET /corrections/new", web.Handle(h.Log, h.form))
	mux.Handle("POST /corrections", web.Handle(h.Log, h.ask))
	mux.Handle("GET /corrections/{id}", web.Handle(h.Log, h.show))
	mux.Handle("POST /corrections/{id}", web.Handle(h.Log, h.answer))
}

// An entry is a correction as its reader sees it.
type entry struct {
	correction.Correction
	state    correction.State
	asked    string   // who asked, in words
	lacks    []string // who has yet to agree
	agreed   []string
	answers  bool // the reader may agree or refuse
	withdraw bool // the reader may withdraw it
	red      bool // what it changes is not for lists
}

const mostListed = 500

// entries are the corrections that the sender of a request sees, the last one
// first.
func (h *Handler) entries(ctx context.Context, l web.Lang) (out []entry) {
	sees, by, now := h.Sees(ctx), h.Seat(ctx), h.Now()
	h.View(func(b Books) {
		for c := range b.Corrections.All() {
			if sees(c) {
				e := b.entry(c, by, l, now)
				e.red = h.Red != nil && h.Red(c)
				out = append(out, e)
			}
			if len(out) == mostListed {
				return
			}
		}
	})
	return out
}

func (h *Handler) one(ctx context.Context, l web.Lang, id correction.ID) (e entry, err error) {
	sees, by, now, found := h.Sees(ctx), h.Seat(ctx), h.Now(), false
	h.View(func(b Books) {
		if c, ok := b.Corrections.Get(id); ok && sees(c) {
			e, found = b.entry(c, by, l, now), true
		}
	})
	if !found {
		return e, web.ErrNotFound
	}
	if h.Opened != nil {
		err = h.Opened(ctx, e.Correction)
	}
	return e, err
}

// only leaves, of those who are asked, what is by's own part, for who neither
// asked nor runs the mechanism: that others hold something of it is not theirs
// to know.
func only(c correction.Correction, by seat.Seat) correction.Correction {
	if by.Holder == c.Party || by.Role == seat.FrontOffice || by.Role == seat.CoChair {
		return c
	}
	other := func(p party.ID) bool { return p != by.Holder && p != by.Body }
	c.Consent = slices.DeleteFunc(slices.Clone(c.Consent), other)
	c.Agreed = slices.DeleteFunc(slices.Clone(c.Agreed), other)
	return c
}

func (b Books) entry(c correction.Correction, by seat.Seat, l web.Lang, now time.Time) entry {
	waits := c.State(now) == correction.Waits && by.Exists()
	answers := waits && c.For(by) != ""
	c = only(c, by)
	e := entry{Correction: c, state: c.State(now), asked: b.called(l, c.Party), answers: answers, withdraw: waits && by.ID == c.By}
	for _, p := range c.Lacks() {
		e.lacks = append(e.lacks, b.called(l, p))
	}
	for _, p := range c.Agreed {
		e.agreed = append(e.agreed, b.called(l, p))
	}
	return e
}

func (b Books) called(l web.Lang, id party.ID) string {
	if p, ok := b.Parties.Get(id); ok {
		return p.NameIn(string(l))
	}
	return string(id)
}

func (h *Handler) page(r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = title, "desk", tlp.Amber
	p.Crumbs = append([]web.Crumb{{Text: web.T(p.Lang, "correction.list"), Href: "/corrections"}}, crumbs...)
	return p
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	if !h.Seat(r.Context()).Exists() {
		return web.ErrNotFound
	}
	l := web.LangOf(r)
	v := listView{Page: h.page(r, web.T(l, "correction.list")), entries: h.entries(r.Context(), l), now: h.Now()}
	v.Crumbs = nil
	return web.Render(w, r, v.Page, listPage(v))
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.showAs(w, r, http.StatusOK, nil)
}

func (h *Handler) showAs(w http.ResponseWriter, r *http.Request, status int, refusal error) error {
	l := web.LangOf(r)
	e, err := h.one(r.Context(), l, correction.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := itemView{entry: e, refusal: refusal, key: rand.Text(), href: h.Item(e.Item), changes: tellAll(l, e.Item, e.Changes), reason: e.Changes[0].Reason}
	v.Page = h.page(r, web.T(l, "correction.of", "item", e.Item), web.Crumb{Text: string(e.Asked.Correction)})
	return web.RenderAs(w, r, status, v.Page, itemPage(v))
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request) error {
	id := correction.ID(r.PathValue("id"))
	if _, err := h.one(r.Context(), web.LangOf(r), id); err != nil {
		return err
	}
	_, err := h.Answer(r.Context(), r.PostFormValue("key"), id, Answer(r.PostFormValue("do")))
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.showAs(w, r, web.Status(err), err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, href(id), http.StatusSeeOther)
	return nil
}

// form serves GET /corrections/new?fact=: the members of a fact, as they
// stand.
func (h *Handler) form(w http.ResponseWriter, r *http.Request) error {
	v, err := h.filled(r, r.URL.Query())
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, formPage(v))
}

func (h *Handler) filled(r *http.Request, q url.Values) (v formView, err error) {
	pos, err := strconv.ParseInt(q.Get("fact"), 10, 64)
	if err != nil {
		return v, web.ErrNotFound
	}
	m, err := h.Mendable(r.Context(), fact.Pos(pos))
	if err != nil {
		return v, err
	}
	l := web.LangOf(r)
	v = formView{mended: m, said: h.Tell(l, m.Fact), key: q.Get("key"), reason: q.Get("reason")}
	if v.key == "" {
		v.key = rand.Text()
	}
	v.Page = h.page(r, web.T(l, "correction.new"), web.Crumb{Text: m.Item, Href: h.Item(m.Item)}, web.Crumb{Text: web.T(l, "correction.new")})
	for _, p := range m.Members {
		f := fieldOf(m, p)
		if q.Has(p) {
			f.typed = strings.TrimSpace(q.Get(p))
		}
		v.fields = append(v.fields, f)
	}
	return v, nil
}

// ask serves POST /corrections.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v, err := h.filled(r, r.PostForm)
	if err != nil {
		return err
	}
	wanted := Wanted{Fact: v.mended.Fact.Pos, Reason: v.reason}
	for i, f := range v.fields {
		now, err := f.parse()
		if err != nil {
			v.wrong(i, err)
			continue
		}
		wanted.Changes = append(wanted.Changes, Change{f.pointer, now})
	}
	var res Result
	if len(v.wrongs) == 0 {
		res, v.refusal = h.Ask(r.Context(), v.key, wanted)
	}
	switch status := web.Status(v.refusal); {
	case len(v.wrongs) > 0:
		return web.RenderAs(w, r, http.StatusUnprocessableEntity, v.Page, formPage(v))
	case v.refusal != nil && status < http.StatusInternalServerError:
		return web.RenderAs(w, r, status, v.Page, formPage(v))
	case v.refusal != nil:
		return v.refusal
	}
	to := h.Item(res.Item)
	if res.ID != "" {
		to = href(res.ID)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
