package needhttp

import (
	"context"
	"net/http"
	"net/url"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/tlp"
	"tallinn/web"
)

// askDetail serves GET /needs/{id}/detail: the form of a need, filled in with
// what three lines said.
func (h *Handler) askDetail(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	if why := a.MayDetail(a.reader.Seat, a.now); why != nil {
		return h.showAs(w, r, web.Status(why), why)
	}
	return h.renderDetail(w, r, http.StatusOK, formView{form: formFrom(a), again: a})
}

func (h *Handler) renderDetail(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	l, id := web.LangOf(r), v.again.ID
	v.Page = h.page(r, web.T(l, "emergency.detail.title", "id", id), tlp.AmberStrict,
		web.Crumb{Text: string(id), Href: href(id, "")}, web.Crumb{Text: web.T(l, "emergency.detail")})
	v.action, v.do, v.lead = href(id, "/detail"), web.T(l, "emergency.detail.do"), web.T(l, "emergency.detail.lead")
	return web.RenderAs(w, r, status, v.Page, formPage(v))
}

// detailNow serves POST /needs/{id}/detail.
func (h *Handler) detailNow(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	f, more, err := sent(r)
	if err != nil {
		return err
	}
	v := formView{form: f, again: a}
	if more {
		return h.renderDetail(w, r, http.StatusOK, v)
	}
	if v.problems = f.problems(web.LangOf(r), string(fact.Day(h.Now()))); len(v.problems) > 0 {
		return h.renderDetail(w, r, http.StatusUnprocessableEntity, v)
	}
	res, err := h.details(r.Context(), a.ID, f)
	return h.answered(w, r, a.ID, url.Values{"done": {"lane-detail"}}, res, err)
}

// details says exactly what the emergency id asks for, once for the key of f.
func (h *Handler) details(ctx context.Context, id need.ID, f form) (Result, error) {
	by := h.Reader(ctx).Seat.ID
	return h.Decide(ctx, Command{ID: f.Key, Op: "need.detail", Need: id, Args: []any{id, f}}, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		if err := n.MayDetail(s, tx.Now()); err != nil {
			return nil, err
		}
		asked, err := seal(tx, f)
		if err != nil {
			return nil, err
		}
		var held []string
		if b.Held != nil {
			held = b.Held(id, tx.Now())
		}
		return n.Detail(s, tx.Now(), asked, held)
	})
}
