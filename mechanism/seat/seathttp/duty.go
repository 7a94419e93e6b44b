package seathttp

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/api"
)

// dutyForm is how the hours of a duty are typed, on the clock of Kyiv.
const dutyForm = "2006-01-02 15:04"

// shift is how long a form proposes to be on duty.
const shift = 12 * time.Hour

// A duty is what a form or a program asks for.
type duty struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// onDuty is the seat of a request that is to be put on duty, or why not.
//
// Errors: web.ErrNotFound, seat.ErrNoDuty, seat.ErrRoster.
func (h *Handler) onDuty(ctx context.Context, id seat.ID) (e entry, err error) {
	e, ok := h.one(ctx, id)
	if !ok {
		return e, web.ErrNotFound
	}
	return e, whyNotDuty(e.Seat, h.Acting(ctx).Seat, h.Now())
}

func whyNotDuty(s, by seat.Seat, now time.Time) error {
	_, err := s.OnDuty(by, now, now.Add(shift), now)
	return err
}

// askDuty serves GET /seats/{id}/duty.
func (h *Handler) askDuty(w http.ResponseWriter, r *http.Request) error {
	e, err := h.onDuty(r.Context(), seat.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	begins := h.Now().In(web.Kyiv).Truncate(time.Hour)
	v := h.dutyPage(r, e, "", begins.Format(dutyForm), begins.Add(shift).Format(dutyForm))
	return web.Render(w, r, v.Page, actPage(v))
}

func (h *Handler) dutyPage(r *http.Request, e entry, key, from, until string) actView {
	l := web.LangOf(r)
	v := h.act(r, key, web.T(l, "seat.duty"), web.Crumb{Text: string(e.ID), Href: seatHref(e.ID, "")})
	v.id, v.action, v.cancel = string(e.ID), seatHref(e.ID, "/duty"), seatHref(e.ID, "")
	v.lead, v.do = web.T(l, "seat.duty.lead"), web.T(l, "seat.duty.do")
	hint := web.T(l, "seat.duty.hint")
	v.entries = []web.Entry{{ID: "from", Label: web.T(l, "seat.duty.from"), Hint: hint, Value: from},
		{ID: "until", Label: web.T(l, "seat.duty.until"), Hint: hint, Value: until}}
	return v
}

// dutyNow serves POST /seats/{id}/duty.
func (h *Handler) dutyNow(w http.ResponseWriter, r *http.Request) error {
	e, err := h.onDuty(r.Context(), seat.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	key, from, until := r.PostFormValue("key"), r.PostFormValue("from"), r.PostFormValue("until")
	_, err = h.giveDuty(r.Context(), key, e.ID, duty{kyiv(from), kyiv(until)})
	return h.answer(w, r, h.dutyPage(r, e, key, from, until), seatHref(e.ID, "?done=duty"), err)
}

// kyiv reads an hour as it is typed; what is none is no time, which the rules
// refuse.
func kyiv(s string) time.Time {
	t, err := time.ParseInLocation(dutyForm, strings.Replace(strings.TrimSpace(s), "T", " ", 1), web.Kyiv)
	if err != nil {
		return time.Time{}
	}
	return t
}

// giveDuty puts the seat id on duty, once for its key.
func (h *Handler) giveDuty(ctx context.Context, key string, id seat.ID, d duty) (Result, error) {
	by := h.Acting(ctx).Seat.ID
	return h.Decide(ctx, Command{ID: key, Op: "seat.duty", Seat: id, Args: struct {
		Seat seat.ID
		duty
	}{id, d}}, func(tx Tx, b Books) ([]fact.Body, error) {
		s, asks, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		return s.OnDuty(asks, d.From, d.Until, tx.Now())
	})
}

// dutyInput is a duty as a program sends it.
type dutyInput struct {
	SeatInput
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
	Body struct {
		From  time.Time `json:"from" doc:"UTC"`
		Until time.Time `json:"until" doc:"UTC"`
	}
}

// maxDuty bounds what a program sends, in bytes.
const maxDuty = 4 << 10

func (h *Handler) dutyAPI(a huma.API) {
	api.Post(a, "/seats/{id}/duty", "give-duty", "Put a seat of a group on duty: it answers emergencies for the group", maxDuty, h.Gate,
		func(ctx context.Context, in *dutyInput) (*seatOutput, error) {
			e, err := h.onDuty(ctx, seat.ID(in.ID))
			if err != nil {
				return nil, err
			}
			if _, err := h.giveDuty(ctx, in.Key, e.ID, duty{in.Body.From, in.Body.Until}); err != nil {
				return nil, err
			}
			return h.apiSeat(ctx, &in.SeatInput)
		})
}
