package needhttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
)

// A reopening is what its reader may see and do about a closed stage.
type reopening struct {
	asked  need.Asking
	is     bool     // something is asked
	words  string   // why, for those who see votes
	by     string   // who asks, in words
	agrees bool     // the reader may agree
	stages []string // that the reader may ask for
}

func (b Books) committed(id need.ID) bool { return b.Committed != nil && b.Committed(id) }

// hand is the reader, as a rule about bodies takes it.
func (r Reader) hand() need.Hand { return need.Hand{By: r.Seat, Deputy: r.Deputy} }

// reopeningOf is what a's reader may see and do about closed stages of a.
func (h *Handler) reopeningOf(ctx context.Context, l web.Lang, a account) (o reopening, err error) {
	h.View(func(b Books) {
		committed := b.committed(a.ID)
		o.asked, o.is = a.Asking(a.now)
		o.is = o.is && a.votes
		if !a.reader.Seat.Exists() {
			return
		}
		if o.is {
			asker, _ := b.Seats.Get(o.asked.Seat)
			o.by = a.voterIn(l, b, o.asked.Seat, o.asked.For)
			_, err := a.Reopen(a.reader.hand(), asker, committed, a.now)
			o.agrees = err == nil
		} else {
			o.stages = a.Reopenable(a.reader.Seat, committed, a.now)
		}
	})
	if o.is {
		o.words, err = h.words(ctx, l, o.asked.Why)
	}
	return o, err
}

// A reopenView is the page on which a stage is opened again.
type reopenView struct {
	web.Page
	account
	reopening
	key, stage, reason, why string
	problems                web.Wrongs
}

// askReopen serves GET /needs/{id}/reopen.
func (h *Handler) askReopen(w http.ResponseWriter, r *http.Request) error {
	return h.renderReopen(w, r, http.StatusOK, reopenView{})
}

func (h *Handler) renderReopen(w http.ResponseWriter, r *http.Request, status int, v reopenView) (err error) {
	if v.account, err = h.mineToChange(r); err != nil {
		return err
	}
	l := web.LangOf(r)
	if v.reopening, err = h.reopeningOf(r.Context(), l, v.account); err != nil {
		return err
	}
	if !v.is && len(v.stages) == 0 {
		return need.ErrNotReopener.With("need", v.ID)
	}
	v.key = newKey()
	v.Page = h.page(r, web.T(l, "need.reopen.title", "id", v.ID), tlp.AmberStrict,
		web.Crumb{Text: string(v.ID), Href: href(v.ID, "")}, web.Crumb{Text: web.T(l, "need.reopen")})
	return web.RenderAs(w, r, status, v.Page, reopenPage(v))
}

// reopenNow serves POST /needs/{id}/reopen: one asks, another agrees.
func (h *Handler) reopenNow(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	q := r.PostForm
	if q.Get("act") == "agree" {
		res, err := h.agreeReopen(r.Context(), a.ID, q.Get("key"))
		return h.answered(w, r, a.ID, url.Values{"done": {"reopened"}}, res, err)
	}
	v := reopenView{stage: q.Get("stage"), reason: q.Get("reason"), why: q.Get("why")}
	v.problems = v.wrongs(web.LangOf(r))
	if len(v.problems) > 0 {
		return h.renderReopen(w, r, http.StatusUnprocessableEntity, v)
	}
	res, err := h.reopens(r.Context(), a.ID, q.Get("key"), ReopeningJSON{Stage: v.stage, Reason: v.reason, Why: v.why})
	return h.answered(w, r, a.ID, url.Values{"done": {"reopen"}}, res, err)
}

func (v reopenView) wrongs(l web.Lang) (out web.Wrongs) {
	say := func(field string) {
		out = append(out, web.Wrong{Field: field, Text: web.T(l, "need.reopen.problem."+field, "most", need.MostReason)})
	}
	if v.stage == "" {
		say("stage")
	}
	if !slices.Contains(need.ReopenWhys, need.ReopenWhy(v.reason)) {
		say("reason")
	}
	if need.CheckReason(v.why) != nil {
		say("why")
	}
	return out
}

func (v reopenView) entries() []web.Entry {
	l := v.Lang
	choice := func(name, value string, options []web.Option) web.Entry {
		return web.Entry{ID: name, Label: web.T(l, "need.reopen.field."+name), Kind: web.AsChoice, Value: value, Wrong: v.problems.At(name),
			Options: append([]web.Option{{Text: web.T(l, "need.reopen.none")}}, options...)}
	}
	var stages []web.Option
	for _, s := range v.stages {
		stages = append(stages, web.Option{Value: s, Text: stageWord(l, s)})
	}
	why := web.Entry{ID: "why", Label: web.T(l, "need.reopen.field.why"), Hint: web.T(l, "need.reopen.hint.why"), Kind: web.AsLines, Value: v.why, Wrong: v.problems.At("why")}
	return []web.Entry{choice("stage", v.stage, stages), choice("reason", v.reason, words(l, "need.reopening", need.ReopenWhys)), why}
}

// reopens asks that a stage of need id be opened again.
func (h *Handler) reopens(ctx context.Context, id need.ID, key string, in ReopeningJSON) (Result, error) {
	rd := h.Reader(ctx)
	c := Command{ID: key, Op: "need.ask_reopen", Need: id, Args: []any{id, in}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, rd.Seat.ID)
		if err != nil {
			return nil, err
		}
		if err := need.CheckReason(in.Why); err != nil {
			return nil, err
		}
		hand := need.Hand{By: s}
		hand.Deputy, _ = b.Seats.Get(rd.Deputy.ID)
		ask := func(why text.Ref) ([]fact.Body, error) {
			return n.AskReopen(hand, in.Stage, need.ReopenWhy(in.Reason), why, b.committed(id), tx.Now())
		}
		if _, err := ask(sealed); err != nil {
			return nil, err
		}
		why, err := tx.Text(in.Why)
		if err != nil {
			return nil, err
		}
		return ask(why)
	})
}

// agreeReopen agrees to what is asked of need id.
func (h *Handler) agreeReopen(ctx context.Context, id need.ID, key string) (Result, error) {
	rd := h.Reader(ctx)
	c := Command{ID: key, Op: "need.reopen", Need: id, Args: []any{id}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, rd.Seat.ID)
		if err != nil {
			return nil, err
		}
		hand, asker := need.Hand{By: s}, seat.Seat{}
		hand.Deputy, _ = b.Seats.Get(rd.Deputy.ID)
		if a, asked := n.Asking(tx.Now()); asked {
			if err := tx.Read(string(a.Seat)); err != nil {
				return nil, err
			}
			asker, _ = b.Seats.Get(a.Seat)
		}
		return n.Reopen(hand, asker, b.committed(id), tx.Now())
	})
}

// ReopeningJSON asks that a closed stage be opened again.
type ReopeningJSON struct {
	Stage  string `json:"stage" example:"technical"`
	Reason string `json:"reason" enum:"new_facts,wrong_votes,conflict_of_interest,not_by_the_procedure"`
	Why    string `json:"why" minLength:"1" doc:"In words, for those who see votes"`
}

type (
	reopenInput struct {
		NeedInput
		KeyInput
		Body ReopeningJSON
	}
	agreeReopenInput struct {
		NeedInput
		KeyInput
	}
)

func (h *Handler) apiReopen(ctx context.Context, in *reopenInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.reopens(ctx, a.ID, in.Key, in.Body)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}

func (h *Handler) apiAgreeReopen(ctx context.Context, in *agreeReopenInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.agreeReopen(ctx, a.ID, in.Key)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}
