package editionhttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"tallinn/aid/edition"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// Books are what the pages are made of.
type Books struct {
	Editions *edition.Book
	Parties  *party.Book
}

// A Reader is who sends a request. The policy answers for the seat.
type Reader struct {
	Seat seat.Seat
	May  func(class.Class) bool
}

// An Act is what is done with an edition.
type Act string

const (
	Draft    Act = "draft"
	Clear    Act = "clear"
	Sign     Act = "sign"
	Withdraw Act = "withdraw"
)

// A Deed is one act with all that it says.
type Deed struct {
	Act     Act
	Edition edition.ID
	AsOf    string       // draft
	Until   time.Time    // draft
	Mode    edition.Mode // clear
	Floor   *money.Amount
	Content string // sign: the digest of what was read
	Why     edition.Why
}

// A Result says what a deed did.
type Result struct {
	Edition  edition.ID
	Repeated bool // it had been recorded before
}

// A Handler serves the editions of one realm.
type Handler struct {
	Realm fact.Realm
	// View calls fn with the books as they stand, under the record's read lock.
	View   func(fn func(Books))
	Reader func(ctx context.Context) Reader
	// Do decides, for the seat of the request and once for a key.
	Do   func(ctx context.Context, key string, d Deed) (Result, error)
	Gate api.Gate
	Now  func() time.Time
	Log  *slog.Logger
}

var (
	// ErrReused says that a form has done its work already.
	ErrReused = fault.New(fault.Conflict, "edition.form_used",
		"this form was sent before, with other words in it, and that was recorded; open the page again for something new")
	// ErrTime refuses a deadline that is no day.
	ErrTime = fault.New(fault.Invalid, "edition.deadline",
		"{{.until}} is no deadline; choose the day on whose evening, at 18:00 in Kyiv, the parties have answered")
)

// Routes adds the pages and the tables to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for pattern, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /editions":                  h.list,
		"GET /editions/new":              h.ask,
		"POST /editions":                 h.draft,
		"GET /editions/{id}":             h.show,
		"POST /editions/{id}":            h.act,
		"GET /editions/{id}/figures.csv": h.figures,
		"GET /editions/{id}/rows.csv":    h.rows,
	} {
		mux.Handle(pattern, web.Handle(h.Log, fn))
	}
}

// classOf is what decides who may work on a draft.
func (h *Handler) classOf(e edition.Edition) class.Class { return Class(h.Realm, e) }

// Class is the visibility of a draft: those who draft and release see all of
// it, and each party that was asked its own part.
func Class(realm fact.Realm, e edition.Edition) class.Class {
	return class.Class{Realm: realm, Noun: "edition", Marking: tlp.AmberStrict, Audience: class.Audience(e.Asked()...)}
}

// sees reports whether a reader has any part in e.
func (h *Handler) sees(rd Reader, e edition.Edition) bool {
	return e.Released != nil || rd.Seat.Exists() && rd.May(h.classOf(e))
}

// desk reports whether a reader sees all of a draft, and not its own part only.
func (rd Reader) desk() bool {
	return rd.Seat.Role == seat.FrontOffice || rd.Seat.Role == seat.CoChair
}

// find is the edition that an address names, by id or by number.
func find(b Books, id string) (edition.Edition, bool) {
	if n, err := strconv.Atoi(id); err == nil {
		return b.Editions.Numbered(n)
	}
	return b.Editions.Get(edition.ID(id))
}

// A one is an edition as a reader may see it: values only.
type one struct {
	edition.Edition
	content  edition.Content
	digest   string
	asked    []party.ID
	names    map[party.ID]party.Party
	seat     seat.Seat
	desk     bool
	own      []edition.Row
	ownSum   money.Exact
	part     bool  // the reader's party was asked
	whyClear error // nil: the reader may
	whySign  error
	whyDrop  error
	now      time.Time
}

// one is the edition that id names.
//
// Errors: edition.ErrMissing when it is not there, or hidden.
func (h *Handler) one(ctx context.Context, id string) (v one, err error) {
	rd, now, found := h.Reader(ctx), h.Now(), false
	h.View(func(b Books) {
		e, ok := find(b, id)
		if !ok || !h.sees(rd, e) {
			return
		}
		found = true
		v = one{Edition: e, asked: e.Asked(), names: map[party.ID]party.Party{}, seat: rd.Seat, desk: rd.desk(), now: now}
		v.own, v.ownSum = e.Own(rd.Seat.Holder)
		v.part = rd.Seat.Role == seat.Programme && len(v.own) > 0
		if e.Released != nil || v.desk {
			v.content = b.Editions.Content(e)
			v.digest = v.content.Digest()
		}
		v.whyClear, v.whySign = e.WhyNotClear(rd.Seat, now), e.WhyNotSign(rd.Seat, now)
		_, v.whyDrop = e.Withdraw(edition.Mistaken, rd.Seat, now)
		for _, r := range e.Rows {
			for _, id := range []party.ID{r.Provider, r.Receiver} {
				if p, known := b.Parties.Get(id); known {
					v.names[id] = p
				}
			}
		}
		for _, s := range e.Signed {
			v.names[s.Party], _ = b.Parties.Get(s.Party)
		}
	})
	if !found {
		return v, edition.ErrMissing
	}
	return v, nil
}

func (v one) name(l web.Lang, id party.ID) string {
	if p, ok := v.names[id]; ok && p.Exists() {
		return p.NameIn(string(l))
	}
	return string(id)
}

// href is where e stands for good: under its number once it has one.
func href(e edition.Edition) string {
	if e.Released != nil {
		return "/editions/" + strconv.Itoa(e.Released.Number)
	}
	return "/editions/" + string(e.Edition)
}

func newKey() string { return rand.Text() }

func keyOf(r *http.Request) string {
	if key := r.PostFormValue("key"); key != "" {
		return key
	}
	return newKey()
}

// page begins a page of this door.
func (h *Handler) page(r *http.Request, title string, marking tlp.Marking, crumbs ...web.Crumb) web.Page {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = title, "statement", marking
	p.Crumbs = append([]web.Crumb{{Text: web.T(p.Lang, "statement.title"), Href: "/statement"},
		{Text: web.T(p.Lang, "edition.list"), Href: "/editions"}}, crumbs...)
	return p
}
