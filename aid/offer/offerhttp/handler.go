package offerhttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// Books are what the pages are made of.
type Books struct {
	Parties *party.Book
	Needs   *need.Book
	Offers  *offer.Book
}

// A Reader is who sends a request, as far as these pages need to know. The
// policy answers for the seat.
type Reader struct {
	Seat    seat.Seat              // that the person acts from; zero: none
	May     func(class.Class) bool // whether it may read what is of a class
	Account string                 // who sends it, for keys of commands; empty: a visitor
}

// A Result says what a command did.
type Result struct {
	IDs      []string // drawn by the rule
	Repeated bool     // it had been recorded before
}

// An Act is what either side does with a reservation.
type Act string

const (
	Accept  Act = "accept"
	Decline Act = "decline"
	Release Act = "release"
	Commit  Act = "commit"
)

// Acts lists them, in the order of buttons.
var Acts = []Act{Accept, Commit, Decline, Release}

// Deals decides, for the seat of the request and once for a key. The key is
// the sender's own; the same key with other arguments is refused.
type Deals interface {
	Open(ctx context.Context, key string, wanted offer.Opened, terms string) (Result, error)
	Close(ctx context.Context, key string, id offer.ID, why offer.ClosedWhy) (Result, error)
	Reserve(ctx context.Context, key string, wanted offer.Reserved) (Result, error)
	CallOff(ctx context.Context, key string, wanted offer.Reserved) (Result, error)
	Answer(ctx context.Context, key string, id offer.ReservationID, act Act, why offer.Refusal) (Result, error)
}

// A Handler serves the offers of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's read
	// lock.
	View   func(fn func(Books))
	Deals  Deals
	Reader func(ctx context.Context) Reader
	// Text opens a text that lies beside the record.
	Text func(ctx context.Context, ref text.Ref) (string, error)
	// Facts are those of a stream, in order of record.
	Facts func(ctx context.Context, stream string) ([]fact.Fact, error)
	// Opens answers which facts the reader of a request may open; nil: none.
	Opens func(ctx context.Context) func(fact.Fact) bool
	// Changes tells that something was recorded in this realm, until ctx ends.
	Changes func(ctx context.Context) <-chan fact.Pos
	// Gate lets a program with a token of a person's session through.
	Gate api.Gate
	Now  func() time.Time
	Log  *slog.Logger
}

var (
	// ErrNoSeat asks a visitor who they are.
	ErrNoSeat = fault.New(fault.Unauthenticated, "offer.no_seat",
		"this is for those who act from a seat; sign in, and choose a seat")
	// ErrReused says that a form has done its work already.
	ErrReused = fault.New(fault.Conflict, "offer.form_used",
		"this form was sent before, with other words in it, and that was recorded; open the form again for something new")
	// ErrAct refuses what cannot be done with a reservation.
	ErrAct = fault.New(fault.Invalid, "offer.act",
		"{{.act}} is nothing that is done with a reservation; choose accept, decline, release or commit")
)

// Routes adds the pages and the table to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for pattern, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /offers":                    h.list,
		"GET /offers.csv":                h.table,
		"GET /offers.xlsx":               h.table,
		"GET /offers.json":               h.table,
		"GET /offers/events":             h.listEvents,
		"GET /renewals":                  h.renewalPage,
		"GET /renewals.csv":              h.renewalTable,
		"GET /renewals.xlsx":             h.renewalTable,
		"GET /renewals.json":             h.renewalTable,
		"GET /offers/{id}/events":        h.offerEvents,
		"GET /reservations/{id}/events":  h.dealEvents,
		"GET /offers/new":                h.newOffer,
		"POST /offers":                   h.open,
		"GET /offers/{id}":               h.show,
		"POST /offers/{id}/close":        h.closeOffer,
		"GET /offers/{id}/reserve":       h.askReserve,
		"POST /offers/{id}/reservations": h.reserve,
		"GET /offers/{id}/call-off":      h.askCallOff,
		"POST /offers/{id}/call-offs":    h.callOff,
		"GET /reservations/{id}":         h.reservation,
		"POST /reservations/{id}":        h.answer,
	} {
		mux.Handle(pattern, web.Handle(h.Log, fn))
	}
}

func (h *Handler) acting(ctx context.Context) (Reader, error) {
	r := h.Reader(ctx)
	if !r.Seat.Exists() {
		return r, ErrNoSeat
	}
	return r, nil
}

// page begins a page of this door.
func (h *Handler) page(r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = title, "offers", tlp.Amber
	p.Crumbs = append([]web.Crumb{{Text: web.T(p.Lang, "offer.list"), Href: "/offers"}}, crumbs...)
	return p
}

// words opens a text. One that was erased says so.
func (h *Handler) words(ctx context.Context, l web.Lang, ref text.Ref) (string, error) {
	if ref == (text.Ref{}) {
		return "", nil
	}
	s, err := h.Text(ctx, ref)
	if fault.KindOf(err) == fault.Missing {
		return web.T(l, "offer.text.erased"), nil
	}
	return s, err
}

// seesNeed reports whether the reader may see the need.
func (r Reader) seesNeed(n need.Head) bool {
	return n.Exists() && r.May(n.Class)
}

// newKey names a command before it is sent.
func newKey() string { return rand.Text() }

// keyOf is the key of a form; one that came without is used once.
func keyOf(r *http.Request) string {
	if key := r.PostFormValue("key"); key != "" {
		return key
	}
	return newKey()
}

func offerHref(id offer.ID) string { return "/offers/" + string(id) }

func reservationHref(id offer.ReservationID) string { return "/reservations/" + string(id) }

func needHref(id need.ID) string { return "/needs/" + string(id) }

// name is what a party is called; one that is not registered by its id.
func name(b Books, l web.Lang, id party.ID) string {
	if p, ok := b.Parties.Get(id); ok {
		return p.NameIn(string(l))
	}
	return string(id)
}
