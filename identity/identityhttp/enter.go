package identityhttp

import (
	"net/http"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/identity"
	"tallinn/tlp"
	"tallinn/web"
)

// An InventedSeat is a seat of the exercise, in the words of a page.
type InventedSeat struct {
	ID, Holder, Role, Person string
}

// A Group is seats of one sort, under their heading.
type Group struct {
	Name  string
	Seats []InventedSeat
}

// ErrNotInvented refuses to enter a seat that is not one of the exercise.
var ErrNotInvented = fault.New(fault.Missing, "identity.not_invented",
	"there is no such seat in the exercise; choose one of the list at /exercise")

// invented lists the seats that a visitor may enter.
func (h *Handler) invented(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = web.T(p.Lang, "enter.title"), "exercise", tlp.Clear
	p.Reader.Realm = fact.Exercise // the page says so, whoever reads it
	return web.Render(w, r, p, enterPage(p, h.Invented(p.Lang)))
}

func (h *Handler) enter(w http.ResponseWriter, r *http.Request) error {
	if err := h.Enter(w, r, r.PostFormValue("seat")); err != nil {
		return err
	}
	http.Redirect(w, r, back(r), http.StatusSeeOther)
	return nil
}

// Enter begins a session of whoever sits on a seat of the exercise, in place
// of the reader's own, which ends.
//
// Errors: ErrNotInvented; those of the people.
func (h *Handler) Enter(w http.ResponseWriter, r *http.Request, seat string) error {
	person, ok := h.Sits(seat)
	if !ok {
		return ErrNotInvented
	}
	if err := h.leave(r); err != nil {
		return err
	}
	token, err := h.People.SignIn(r.Context(), identity.Visit{Person: person, Seat: seat, Guest: true, From: fromOf(r)})
	if err != nil {
		return err
	}
	h.Begin(w, token)
	return nil
}

// Leave ends the reader's session, if there is one.
//
// Errors: those of the people.
func (h *Handler) Leave(w http.ResponseWriter, r *http.Request) error {
	if err := h.leave(r); err != nil {
		return err
	}
	h.set(w, "", -1)
	return nil
}

// leave ends the session that the request came with, if any.
func (h *Handler) leave(r *http.Request) error {
	c, err := r.Cookie(h.cookie())
	if err != nil {
		return nil
	}
	return h.People.SignOut(r.Context(), c.Value)
}

func enterTable(l web.Lang, g Group) web.Table {
	t := web.Table{Caption: g.Name, CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "enter.holder"), Lead: true}, {Head: web.T(l, "enter.role"), Bare: true},
		{Head: web.T(l, "enter.person"), Bare: true}, {Head: web.T(l, "enter.act"), Beside: true, Align: web.Right}}}
	for _, s := range g.Seats {
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Cells: []web.Cell{
			web.Text(s.Holder), web.Text(s.Role), web.Text(s.Person), enterButton(l, s)}})
	}
	return t
}
