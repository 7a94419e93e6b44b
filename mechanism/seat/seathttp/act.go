package seathttp

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
)

// A Tx is what a rule reads through: record.Tx.
type Tx interface {
	Now() time.Time
	Read(streams ...string) error
	NewID(prefix string) (string, error)
}

// A Command asks for one decision. ID is the sender's own name for it, Args
// everything that was sent. Names of persons are never among them: what is
// recorded of a command outlives a person's erasure.
type Command struct {
	ID, Op string
	Seat   seat.ID // that is decided on; empty: a new one
	Args   any
}

// A Result says what a command did.
type Result struct {
	IDs      []string // drawn by the rule
	Repeated bool
}

// An Acting is who sends a request.
type Acting struct {
	Person string    // opaque; empty: a visitor
	Seat   seat.Seat // zero: none chosen
	Deputy bool      // acts from Seat for somebody else
	Gives  bool      // the policy lets the seat give seats
}

// A People keeps the persons behind seats, apart from facts.
type People interface {
	// Enter adds a person of this realm and returns the opaque id.
	Enter(ctx context.Context, name string) (string, error)
	// Drop forgets a person who was entered and sits nowhere.
	Drop(ctx context.Context, person string) error
	// Name is what a person is called; empty when erased.
	Name(ctx context.Context, l web.Lang, person string) (string, error)
	// Invite makes a one-time sign-in link in place of earlier ones, and
	// says until when it works.
	Invite(ctx context.Context, person string) (token string, until time.Time, err error)
	// Uninvite takes back links that nobody has used.
	Uninvite(ctx context.Context, person string) error
}

var (
	// ErrGive refuses to give seats from a seat that has not that part.
	ErrGive = fault.New(fault.Denied, "seat.give",
		"seats are given by the front office, on an official letter, and by the administrator; send the front office yours")
	// ErrSelf refuses to give oneself a seat.
	ErrSelf = fault.New(fault.Denied, "seat.self",
		"nobody gives themselves a seat; ask a colleague of the front office")
	// ErrName refuses a person without a usable name.
	ErrName = fault.New(fault.Invalid, "seat.name",
		"write the person's name and surname, in {{.most}} characters or fewer")
	// ErrColleague refuses a person of another institution, and an empty seat.
	ErrColleague = fault.New(fault.Invalid, "seat.colleague",
		"{{.seat}} goes to somebody who sits on another seat of its institution, or to somebody new; choose one of them, or give the name")
	// ErrUsed says that a form has done its work already.
	ErrUsed = fault.New(fault.Conflict, "seat.form_used",
		"this form was sent before, with other answers, and that was recorded; open the form again for something new")
)

// maxName bounds a person's name, in characters.
const maxName = 120

// An actView is a page that asks for what one act needs.
type actView struct {
	web.Page
	id      string // of the seat; empty: none yet
	lead    string
	action  string
	key     string
	step    string // of several questions; empty: one
	hidden  []web.Option
	entries []web.Entry
	legend  string // of ticks
	ticks   []tick
	radio   string // the name of the ticks when one of them is chosen; empty: several may be
	items   []web.Item
	do      string
	back    bool // there is a question before this one
	cancel  string
	refusal error
}

type tick struct {
	value, text, note string
	on                bool
}

// giving is who sends a request, who must be one that gives seats.
//
// Errors: ErrGive.
func (h *Handler) giving(ctx context.Context) (Acting, error) {
	a := h.Acting(ctx)
	if !a.Gives || a.Deputy {
		return a, ErrGive
	}
	return a, nil
}

// act begins the page of an act.
func (h *Handler) act(r *http.Request, key, title string, crumbs ...web.Crumb) actView {
	v := actView{Page: web.PageOf(r), key: key}
	if v.key == "" {
		v.key = rand.Text()
	}
	v.Title, v.Section, v.Marking = title, "seats", tlp.Amber
	v.Crumbs = append([]web.Crumb{{Text: web.T(v.Lang, "seat.list"), Href: "/seats"}}, crumbs...)
	v.Crumbs = append(v.Crumbs, web.Crumb{Text: title})
	return v
}

// answer leads on when what was asked for is done, and shows the form again
// with what is wrong when it was refused.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, v actView, to string, err error) error {
	if err == nil {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	status := web.Status(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	v.refusal = err
	return web.RenderAs(w, r, status, v.Page, actPage(v))
}

// seated reads a seat and the one that asks, as the record stands.
func seated(tx Tx, b Books, id, by seat.ID) (s, asks seat.Seat, err error) {
	if err := tx.Read(string(id), string(by)); err != nil {
		return s, asks, err
	}
	s, _ = b.Seats.Get(id)
	asks, _ = b.Seats.Get(by)
	return s, asks, nil
}

func today(tx Tx) fact.Date { return fact.Day(tx.Now()) }

func seatHref(id seat.ID, more string) string { return "/seats/" + string(id) + more }
