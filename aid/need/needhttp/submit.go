package needhttp

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
)

// A formView is the page on which a need is submitted, or answered again.
type formView struct {
	web.Page
	form
	problems web.Wrongs
	likely   []candidate
	used     bool    // the form has done its work before
	again    account // what is resubmitted; of a new need empty
	lead     string
	action   string
	do       string
}

func (v formView) problem(field string) string { return v.problems.At(field) }

// newNeed serves GET /needs/new.
func (h *Handler) newNeed(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.maySubmit(r.Context()); err != nil {
		return err
	}
	f := fresh()
	if q := r.URL.Query(); h.Filled && q.Has("title") {
		f = formOf(q)
		f.Key = newKey()
	}
	return h.renderNew(w, r, http.StatusOK, formView{form: f})
}

func (h *Handler) maySubmit(ctx context.Context) (Reader, error) {
	rd, err := h.acting(ctx)
	if err != nil {
		return rd, err
	}
	return rd, need.WhyNotSubmit(rd.Seat, h.Now())
}

func (h *Handler) renderNew(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	l := web.LangOf(r)
	v.Page = h.page(r, web.T(l, "need.new"), tlp.AmberStrict, web.Crumb{Text: web.T(l, "need.new")})
	v.action, v.do, v.lead = "/needs", web.T(l, "need.submit"), web.T(l, "need.new.lead")
	return web.RenderAs(w, r, status, v.Page, formPage(v))
}

// submit serves POST /needs.
func (h *Handler) submit(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.maySubmit(r.Context()); err != nil {
		return err
	}
	f, more, err := sent(r)
	if err != nil {
		return err
	}
	v := formView{form: f}
	if more {
		return h.renderNew(w, r, http.StatusOK, v)
	}
	if v.problems = f.problems(web.LangOf(r), string(fact.Day(h.Now()))); len(v.problems) > 0 {
		return h.renderNew(w, r, http.StatusUnprocessableEntity, v)
	}
	if same := f.same(); same != "" {
		return h.leadTo(w, r, same)
	}
	like, err := h.likely(r.Context(), web.LangOf(r), f, askedShare, f.Considered...)
	if err != nil {
		return err
	}
	id, res, err := h.record(r.Context(), f, len(like) > 0 && len(f.Considered) == 0) // it is asked once
	if errors.Is(err, errLikely) {
		if v.likely, err = h.likely(r.Context(), web.LangOf(r), f, shownShare); err != nil {
			return err
		}
		return h.renderNew(w, r, http.StatusOK, v)
	}
	if errors.Is(err, ErrReused) {
		v.used, v.Key = true, newKey()
		return h.renderNew(w, r, http.StatusConflict, v)
	}
	if err != nil {
		return err
	}
	redirect(w, r, id, url.Values{"done": {"submit"}}, res)
	return nil
}

// leadTo leads the writer of a need to the one that asks for the same, which
// they must see.
func (h *Handler) leadTo(w http.ResponseWriter, r *http.Request, id need.ID) error {
	if _, err := h.glance(r.Context(), web.LangOf(r), id); err != nil {
		return err
	}
	http.Redirect(w, r, href(id, "?done=asked"), http.StatusSeeOther)
	return nil
}

// sent is the form of a request, and whether it asks for room for another lot.
func sent(r *http.Request) (f form, more bool, err error) {
	if err := r.ParseForm(); err != nil {
		return f, false, err
	}
	f = formOf(r.PostForm)
	if f.Key == "" {
		f.Key = newKey()
	}
	if r.PostForm.Get("more") != "" && len(f.Lots) < need.MostLots {
		f.Lots = append(f.Lots, freshLot(len(f.Lots)))
		more = true
	}
	return f, more, nil
}

// record submits f, once for its key. What its writer has not looked at first
// stops it, unless it was submitted already.
func (h *Handler) record(ctx context.Context, f form, unseen bool) (need.ID, Result, error) {
	rd := h.Reader(ctx)
	by := rd.Seat.ID
	res, err := h.Decide(ctx, Command{ID: f.Key, Op: "need.submit", Args: f}, func(tx Tx, b Books) ([]fact.Body, error) {
		if err := tx.Read(string(by), procedure.Stream(web.ReaderOf(ctx).Realm)); err != nil {
			return nil, err
		}
		s, _ := b.Seats.Get(by)
		if err := need.WhyNotSubmit(s, tx.Now()); err != nil {
			return nil, err
		}
		if unseen {
			return nil, errLikely
		}
		if same := f.same(); same != "" {
			return nil, need.ErrAskedAlready.With("other", same)
		}
		p, _ := b.Procedures.InForce(string(fact.Day(tx.Now())))
		id, err := tx.NewID("N")
		if err != nil {
			return nil, err
		}
		asked, err := seal(tx, f)
		if err != nil {
			return nil, err
		}
		facts, err := need.Submit(need.ID(id), s, p, tx.Now(), asked)
		if err != nil {
			return nil, err
		}
		ties, err := h.relate(rd, tx, b, need.Head{ID: need.ID(id), Owner: s.Holder, Status: need.Open}, f.Related)
		return append(facts, ties...), err
	})
	if err != nil || len(res.IDs) == 0 {
		return "", res, err
	}
	return need.ID(res.IDs[0]), res, nil
}

// seal keeps the texts of f beside the record.
func seal(tx Tx, f form) (a need.Asked, err error) {
	t := f.texts()
	if err := t.Check(); err != nil {
		return a, err
	}
	a = f.asked()
	if a.Title, err = tx.Text(t.Title); err != nil {
		return a, err
	}
	if a.Summary, err = tx.Text(t.Summary); err != nil {
		return a, err
	}
	for _, o := range []struct {
		into *text.Ref
		said string
	}{{&a.Weakness, t.Weakness}, {&a.Evidence, t.Evidence}, {&a.Incidents, t.Incidents}} {
		if o.said == "" {
			continue
		}
		if *o.into, err = tx.Text(o.said); err != nil {
			return a, err
		}
	}
	return a, nil
}

// redirect leads to the need and lets it say what was done.
func redirect(w http.ResponseWriter, r *http.Request, id need.ID, q url.Values, res Result) {
	switch {
	case res.Repeated:
		q.Set("was", "repeated")
	case res.Empty:
		q.Set("was", "same")
	}
	http.Redirect(w, r, href(id, "?"+q.Encode()), http.StatusSeeOther)
}

// seated is the need called id and the seat by, both joined to tx.
func seated(tx Tx, b Books, id need.ID, by seat.ID) (need.Need, seat.Seat, error) {
	if err := tx.Read(string(id), string(by)); err != nil {
		return need.Need{}, seat.Seat{}, err
	}
	n, _ := b.Needs.Get(id)
	s, _ := b.Seats.Get(by)
	return n, s, nil
}

// askResubmit serves GET /needs/{id}/resubmit.
func (h *Handler) askResubmit(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	if a.WhyNotResubmit != nil {
		return h.showAs(w, r, web.Status(a.WhyNotResubmit), a.WhyNotResubmit)
	}
	return h.renderAgain(w, r, http.StatusOK, formView{form: formFrom(a), again: a})
}

// mineToChange is the need of a request that its owner's seat wants to change.
//
// Errors: web.ErrNotFound, ErrNoSeat.
func (h *Handler) mineToChange(r *http.Request) (account, error) {
	a, err := h.one(r.Context(), web.LangOf(r), need.ID(r.PathValue("id")))
	if err == nil && !a.reader.Seat.Exists() {
		err = ErrNoSeat
	}
	return a, err
}

func (h *Handler) renderAgain(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	l, id := web.LangOf(r), v.again.ID
	v.Page = h.page(r, web.T(l, "need.resubmit.title", "id", id), tlp.AmberStrict,
		web.Crumb{Text: string(id), Href: href(id, "")}, web.Crumb{Text: web.T(l, "need.resubmit")})
	v.action, v.do, v.lead = href(id, "/resubmit"), web.T(l, "need.resubmit"), web.T(l, "need.resubmit.lead")
	return web.RenderAs(w, r, status, v.Page, formPage(v))
}

// resubmit serves POST /needs/{id}/resubmit.
func (h *Handler) resubmit(w http.ResponseWriter, r *http.Request) error {
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
		return h.renderAgain(w, r, http.StatusOK, v)
	}
	if v.problems = f.problems(web.LangOf(r), string(fact.Day(h.Now()))); len(v.problems) > 0 {
		return h.renderAgain(w, r, http.StatusUnprocessableEntity, v)
	}
	res, err := h.answer(r.Context(), a.ID, f)
	return h.answered(w, r, a.ID, url.Values{"done": {"submit"}}, res, err)
}

// answer resubmits need id as f.
func (h *Handler) answer(ctx context.Context, id need.ID, f form) (Result, error) {
	by := h.Reader(ctx).Seat.ID
	return h.Decide(ctx, Command{ID: f.Key, Op: "need.resubmit", Need: id, Args: f}, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		if err := n.ViewFor(s, tx.Now()).WhyNotResubmit; err != nil {
			return nil, err
		}
		asked, err := seal(tx, f)
		if err != nil {
			return nil, err
		}
		return n.Resubmit(s, tx.Now(), asked)
	})
}

// answered leads to the need after an act; what the rules refused stands
// above the need as it now is.
func (h *Handler) answered(w http.ResponseWriter, r *http.Request, id need.ID, q url.Values, res Result, err error) error {
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.showAs(w, r, web.Status(err), err)
	}
	if err == nil {
		redirect(w, r, id, q, res)
	}
	return err
}

// A withdrawView asks why a need is withdrawn.
type withdrawView struct {
	web.Page
	account
	key     string
	problem bool
}

// askWithdraw serves GET /needs/{id}/withdraw.
func (h *Handler) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	if a.WhyNotWithdraw != nil {
		return h.showAs(w, r, web.Status(a.WhyNotWithdraw), a.WhyNotWithdraw)
	}
	return h.renderWithdraw(w, r, http.StatusOK, withdrawView{account: a, key: newKey()})
}

func (h *Handler) renderWithdraw(w http.ResponseWriter, r *http.Request, status int, v withdrawView) error {
	l := web.LangOf(r)
	v.Page = h.page(r, web.T(l, "need.withdraw.title", "id", v.ID), tlp.Amber,
		web.Crumb{Text: string(v.ID), Href: href(v.ID, "")}, web.Crumb{Text: web.T(l, "need.withdraw")})
	return web.RenderAs(w, r, status, v.Page, withdrawPage(v))
}

// withdraw serves POST /needs/{id}/withdraw.
func (h *Handler) withdraw(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	key, reason := r.PostFormValue("key"), r.PostFormValue("reason")
	if reason == "" || key == "" {
		return h.renderWithdraw(w, r, http.StatusUnprocessableEntity, withdrawView{account: a, key: newKey(), problem: true})
	}
	res, err := h.end(r.Context(), a.ID, key, need.Withdrawal(reason))
	return h.answered(w, r, a.ID, url.Values{"done": {"withdraw"}}, res, err)
}

// end withdraws need id.
func (h *Handler) end(ctx context.Context, id need.ID, key string, reason need.Withdrawal) (Result, error) {
	by := h.Reader(ctx).Seat.ID
	c := Command{ID: key, Op: "need.withdraw", Need: id, Args: []string{string(id), string(reason)}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		return n.Withdraw(s, tx.Now(), reason)
	})
}
