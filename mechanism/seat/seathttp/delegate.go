package seathttp

import (
	"context"
	"net/http"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/web"
)

// A delegation is what a form or a program asks for.
type delegation struct {
	To     seat.ID      `json:"to"`
	Powers []seat.Power `json:"powers"`
	Until  fact.Date    `json:"until"`
}

// holiday is how long a form proposes to delegate, in days.
const holiday = 14

// delegates is the seat of a request that asks to delegate e, or why it may
// not.
//
// Errors: web.ErrNotFound, seat.ErrNotSitting, seat.ErrNoPowers.
func (h *Handler) delegates(r *http.Request) (e entry, a Acting, err error) {
	e, ok := h.one(r.Context(), seat.ID(r.PathValue("id")))
	if !ok {
		return e, a, web.ErrNotFound
	}
	a = h.Acting(r.Context())
	return e, a, whyNotDelegate(e.Seat, a)
}

func whyNotDelegate(s seat.Seat, a Acting) error {
	switch {
	case a.Deputy || !a.Gives && a.Seat.ID != s.ID || !a.Seat.Exists():
		return seat.ErrNotSitting
	case len(seat.PowersOf(s.Role)) == 0:
		return seat.ErrNoPowers.With("role", s.Role)
	}
	return nil
}

// askDelegate serves GET /seats/{id}/delegate.
func (h *Handler) askDelegate(w http.ResponseWriter, r *http.Request) error {
	e, _, err := h.delegates(r)
	if err != nil {
		return err
	}
	d := delegation{Powers: seat.PowersOf(e.Role), Until: fact.Day(h.Now().AddDate(0, 0, holiday))}
	v, err := h.delegateForm(r, e, "", d)
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, actPage(v))
}

func (h *Handler) delegateForm(r *http.Request, e entry, key string, d delegation) (actView, error) {
	l := web.LangOf(r)
	v := h.act(r, key, web.T(l, "seat.delegate"), web.Crumb{Text: string(e.ID), Href: seatHref(e.ID, "")})
	v.id, v.action, v.cancel = string(e.ID), seatHref(e.ID, "/delegate"), seatHref(e.ID, "")
	v.lead, v.do = web.T(l, "seat.delegate.lead"), web.T(l, "seat.delegate.do")
	deputies, err := h.deputies(r.Context(), l, e.Seat)
	if err != nil {
		return v, err
	}
	if len(deputies) == 0 {
		v.refusal, v.do = seat.ErrDeputy.With("seat", e.ID), ""
		return v, nil
	}
	v.entries = []web.Entry{
		{ID: "to", Label: web.T(l, "seat.delegate.to"), Kind: web.AsChoice, Options: deputies, Value: string(d.To)},
		{ID: "until", Label: web.T(l, "seat.delegate.until"), Hint: web.T(l, "seat.delegate.until.hint", "days", seat.MostDelegated), Kind: web.AsDay, Value: string(d.Until)}}
	v.legend = web.T(l, "seat.delegate.powers")
	for _, p := range seat.PowersOf(e.Role) {
		v.ticks = append(v.ticks, tick{string(p), web.T(l, "seat.power."+string(p)), "", slices.Contains(d.Powers, p)})
	}
	return v, nil
}

// deputies are the seats to which s can be delegated, by who sits there.
func (h *Handler) deputies(ctx context.Context, l web.Lang, s seat.Seat) ([]web.Option, error) {
	var fit []seat.Seat
	now := h.Now()
	h.View(func(b Books) {
		for _, to := range b.Seats.HeldBy(s.Holder) {
			others := b.Seats.ByPerson(to.Person, string(fact.Day(now)))
			if _, err := s.Delegate(s, to, seat.PowersOf(s.Role), fact.Day(now), now, others); err == nil {
				fit = append(fit, to)
			}
		}
	})
	var out []web.Option
	for _, to := range fit {
		name, err := h.People.Name(ctx, l, to.Person)
		if err != nil {
			return nil, err
		}
		out = append(out, web.Option{Value: string(to.ID), Text: web.T(l, "seat.sits_on", "name", name, "role", web.T(l, "seat.role."+string(to.Role)), "id", to.ID)})
	}
	return out, nil
}

// delegate serves POST /seats/{id}/delegate.
func (h *Handler) delegate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	e, _, err := h.delegates(r)
	if err != nil {
		return err
	}
	d := delegation{To: seat.ID(r.PostForm.Get("to")), Until: fact.Date(r.PostForm.Get("until"))}
	for _, p := range r.PostForm["tick"] {
		d.Powers = append(d.Powers, seat.Power(p))
	}
	key := r.PostForm.Get("key")
	_, refusal := h.depute(r.Context(), key, e.ID, d)
	v, err := h.delegateForm(r, e, key, d)
	if err != nil {
		return err
	}
	return h.answer(w, r, v, seatHref(e.ID, "?done=delegate"), refusal)
}

// depute records a delegation.
func (h *Handler) depute(ctx context.Context, key string, id seat.ID, d delegation) (Result, error) {
	by := h.Acting(ctx).Seat.ID
	return h.Decide(ctx, Command{ID: key, Op: "seat.delegate", Seat: id, Args: struct {
		Seat seat.ID
		delegation
	}{id, d}}, func(tx Tx, b Books) ([]fact.Body, error) {
		s, asks, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(string(d.To)); d.To != "" && err != nil {
			return nil, err
		}
		to, _ := b.Seats.Get(d.To)
		return s.Delegate(asks, to, d.Powers, d.Until, tx.Now(), b.Seats.ByPerson(to.Person, string(today(tx))))
	})
}

// undelegate serves POST /seats/{id}/undelegate.
func (h *Handler) undelegate(w http.ResponseWriter, r *http.Request) error {
	id := seat.ID(r.PathValue("id"))
	if _, ok := h.one(r.Context(), id); !ok {
		return web.ErrNotFound
	}
	if _, err := h.takeBack(r.Context(), r.PostFormValue("key"), id); err != nil {
		return err
	}
	http.Redirect(w, r, seatHref(id, "?done=undelegate"), http.StatusSeeOther)
	return nil
}

// takeBack ends a delegation before its day.
func (h *Handler) takeBack(ctx context.Context, key string, id seat.ID) (Result, error) {
	a := h.Acting(ctx)
	return h.Decide(ctx, Command{ID: key, Op: "seat.undelegate", Seat: id, Args: id},
		func(tx Tx, b Books) ([]fact.Body, error) {
			s, asks, err := seated(tx, b, id, a.Seat.ID)
			if err != nil {
				return nil, err
			}
			return s.Undelegate(asks, tx.Now())
		})
}

// mayTakeBack reports whether a delegation of s stands that a may end.
func mayTakeBack(s seat.Seat, a Acting, now time.Time) bool {
	_, err := s.Undelegate(a.Seat, now)
	return err == nil && !a.Deputy && a.Seat.Exists()
}
