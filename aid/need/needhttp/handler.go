package needhttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// Books are what the pages are made of.
type Books struct {
	Parties    *party.Book
	Seats      *seat.Book
	Procedures *procedure.Book
	Needs      *need.Book
	Shown      *need.Showings
	Ties       *need.Ties
	// Agreed reports whether a party has been accepted to give to a need,
	// which then hides from it no longer where it is needed; may be nil.
	Agreed func(id need.ID, p party.ID, now time.Time) bool
	// Committed reports whether partners have committed to a need; may be nil.
	Committed func(id need.ID) bool
	// Met reports whether nothing of a need's lots is left to reserve; may be
	// nil.
	Met func(id need.ID, lots []need.Lot, now time.Time) bool
	// Held are the lots of a need for which partners hold something; may be nil.
	Held func(id need.ID, now time.Time) []string
	// Beside is the position of the last fact of other nouns that a need's
	// page shows; may be nil.
	Beside func(id need.ID) fact.Pos
	// Deals are the reservations for a need that a reader may see; may be nil.
	Deals func(h need.Head, may func(class.Class) bool) []Deal
}

// changed is the position of the last fact that a need's page shows.
func (b Books) changed(h need.Head) fact.Pos {
	if b.Beside == nil {
		return h.Changed
	}
	return max(h.Changed, b.Beside(h.ID))
}

// A Reader is who sends a request, as far as these pages need to know.
type Reader struct {
	// Seat is the one that the person acts from; zero: none.
	Seat seat.Seat
	// Deputy is the person's own seat, when they act from Seat as its
	// deputy; zero: they sit there.
	Deputy seat.Seat
	// Records says that the policy lets the seat record emergencies of others.
	Records bool
	// May asks the policy whether the seat may read what is of a class.
	May func(class.Class) bool
}

func (r Reader) sees(h need.Head, p need.Part) bool { return r.May(h.ClassOf(p)) }

// shown reports whether h's owner shows its weakness to r's party, and the
// policy lets r read what is shown.
func (r Reader) shown(b Books, h need.Head) bool {
	return r.Seat.Exists() && b.Shown != nil && b.Shown.To(h.ID, r.Seat.Holder) && r.May(h.WeaknessTo(r.Seat.Holder))
}

// A Tx is what a rule reads through: record.Tx.
type Tx interface {
	Now() time.Time
	Read(streams ...string) error
	NewID(prefix string) (string, error)
	Text(s string) (text.Ref, error)
}

// A Command asks for one decision. ID is the reader's own name for it, Args
// is everything that was sent: the same ID with other Args is refused.
type Command struct {
	ID, Op string
	Need   need.ID  // empty: none yet
	Owner  party.ID // whom a new need is for; empty: the sender's institution
	Args   any
}

// A Result says what a command did.
type Result struct {
	IDs      []string // drawn by the rule
	Repeated bool     // it had been recorded before
	Empty    bool     // there was nothing to record
}

// A Section is another noun's part of a need's page, such as its offers. It is
// asked for outside View; nil is no part.
type Section func(r *http.Request, p web.Page, id need.ID) (templ.Component, error)

// A Handler serves the needs of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View func(fn func(Books))
	// Decide records what rule decides for the request's seat, once.
	Decide func(ctx context.Context, c Command, rule func(Tx, Books) ([]fact.Body, error)) (Result, error)
	Reader func(ctx context.Context) Reader
	// Text opens a text that lies beside the record.
	Text func(ctx context.Context, ref text.Ref) (string, error)
	// Facts are those of a need, in order of record.
	Facts func(ctx context.Context, id need.ID) ([]fact.Fact, error)
	// Opens answers which facts the reader of a request may open; nil: none.
	Opens func(ctx context.Context) func(fact.Fact) bool
	// Changes tells that something was recorded in this realm, until ctx
	// ends; several changes may be told as one.
	Changes func(ctx context.Context) <-chan fact.Pos
	// Audiences are how many seats of each role, and whether visitors, may read
	// what is of a class. It is asked outside View.
	Audiences func(class.Class) []Audience
	// Opened logs that the request's seat opens what is TLP:RED. What cannot be
	// logged is not shown.
	Opened func(ctx context.Context, item string) error
	// Readings are who opened it, the last first, for its owner.
	Readings func(ctx context.Context, item string) ([]Reading, error)
	// Likely are the needs that the request's reader may see and that a text,
	// with tags such as "line/detection", is like, the likest first; may be
	// nil.
	Likely func(ctx context.Context, text string, tags []string) []Likely
	// Gate lets a program with a token of a person's session through.
	Gate api.Gate
	// Sections stand on a need's page below its stages; may be empty.
	Sections []Section
	// Cover says for lists how much of each need is covered; may be nil.
	Cover func(l web.Lang, ids []need.ID) map[need.ID]web.Cell
	// Filled lets the address fill the forms in, under the names of their
	// fields, as the guided walk does. Only the exercise has that: nobody
	// else's vote should come ready-made by a link.
	Filled bool
	Now    func() time.Time
	Log    *slog.Logger
}

// Faults of the forms.
var (
	// ErrNoSeat asks a visitor who they are.
	ErrNoSeat = fault.New(fault.Unauthenticated, "need.no_seat",
		"this is for those who act from a seat; sign in, and choose a seat")
	// ErrOtherSeat refuses an emergency that another seat has written on this
	// device.
	ErrOtherSeat = fault.New(fault.Conflict, "need.other_seat",
		"this emergency was written from seat {{.seat}}, and you act from {{.own}} now; choose that seat and it is sent, or write it anew")
	// ErrReused says that a form has done its work already.
	ErrReused = fault.New(fault.Conflict, "need.form_used",
		"this form was sent before, with other words in it, and that was recorded; open the form again for something new")
	// ErrMeanwhile refuses a vote over a vote that its voter had not in view.
	ErrMeanwhile = fault.New(fault.Conflict, "need.voted_meanwhile",
		"your seat has voted on {{.need}} since this page was opened, in another window or by somebody else on the seat; look at that vote first, and sign again if it should change")
)

// Routes adds the pages and the tables to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for pattern, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /needs":                 h.list,
		"GET /needs.csv":             h.table,
		"GET /needs.xlsx":            h.table,
		"GET /needs.json":            h.table,
		"GET /needs/events":          h.listEvents,
		"GET /needs/pictures":        h.picturesPage,
		"GET /needs/new":             h.newNeed,
		"POST /needs":                h.submit,
		"GET /needs/{id}":            h.show,
		"GET /needs/{id}/events":     h.events,
		"GET /needs/{id}/vote":       h.askVote,
		"POST /needs/{id}/vote":      h.vote,
		"GET /needs/{id}/resubmit":   h.askResubmit,
		"POST /needs/{id}/resubmit":  h.resubmit,
		"GET /needs/{id}/withdraw":   h.askWithdraw,
		"POST /needs/{id}/withdraw":  h.withdraw,
		"GET /needs/{id}/marking":    h.askMark,
		"POST /needs/{id}/marking":   h.markNow,
		"GET /needs/{id}/reopen":     h.askReopen,
		"POST /needs/{id}/reopen":    h.reopenNow,
		"POST /needs/likely":         h.suggest,
		"GET /needs/{id}/related":    h.askRelated,
		"POST /needs/{id}/related":   h.sayRelated,
		"GET /needs/{id}/weakness":   h.askShown,
		"POST /needs/{id}/weakness":  h.showWeakness,
		"GET /emergency":             h.askAlarm,
		"POST /emergency":            h.alarmNow,
		"GET /emergency/record":      h.askRecord,
		"POST /emergency/record":     h.recordNow,
		"POST /needs/{id}/emergency": h.laneNow,
		"GET /needs/{id}/detail":     h.askDetail,
		"POST /needs/{id}/detail":    h.detailNow,
		"GET /queue":                 h.queue,
		"GET /queue/events":          h.queueEvents,
	} {
		mux.Handle(pattern, web.Handle(h.Log, fn))
	}
	mux.HandleFunc("GET /emergency/worker.js", alarmWorker)
}

// acting is the reader, who must act from a seat.
//
// Errors: ErrNoSeat.
func (h *Handler) acting(ctx context.Context) (Reader, error) {
	r := h.Reader(ctx)
	if !r.Seat.Exists() {
		return r, ErrNoSeat
	}
	return r, nil
}

// page begins a page of this door.
func (h *Handler) page(r *http.Request, title string, marking tlp.Marking, crumbs ...web.Crumb) web.Page {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = title, "needs", marking
	p.Crumbs = append([]web.Crumb{{Text: web.T(p.Lang, "need.list"), Href: "/needs"}}, crumbs...)
	return p
}

// words opens a text. One that was erased says so.
func (h *Handler) words(ctx context.Context, l web.Lang, ref text.Ref) (string, error) {
	if ref == (text.Ref{}) {
		return "", nil
	}
	s, err := h.Text(ctx, ref)
	if fault.KindOf(err) == fault.Missing {
		return web.T(l, "need.text.erased"), nil
	}
	return s, err
}

// titled is the title of h; what is TLP:RED stands in lists without its words.
func (h *Handler) titled(ctx context.Context, l web.Lang, head need.Head) (string, error) {
	if head.Red() {
		return web.T(l, "need.red"), nil
	}
	return h.words(ctx, l, head.Title)
}

// newKey names a command before it is sent.
func newKey() string { return rand.Text() }

func href(id need.ID, more string) string { return "/needs/" + string(id) + more }
