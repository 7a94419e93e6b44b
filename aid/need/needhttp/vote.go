package needhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/web"
)

// A ballot is what was ticked and typed, as it was.
type ballot struct {
	Key     string // of the command; drawn for the summary, not for the form
	Stage   string
	Round   int
	Seen    int64 // position of the seat's vote that the voter had in view; 0: none
	Verdict string
	Scores  map[string]string
	Reason  string
}

// notAsked is ballot.Seen of a program, which looks at nothing.
const notAsked = -1

// A voteView is the page on which a seat votes.
type voteView struct {
	web.Page
	account
	ballot
	seat     string // that signs, in words
	problems web.Wrongs
	moved    string // what changed since the page was opened; empty: nothing
	closes   string // what the vote would do besides; empty: nothing
}

func (v voteView) problem(field string) string { return v.problems.At(field) }

var verdicts = []need.Verdict{need.Pass, need.Return, need.Reject, need.Abstain}

// ballotOf reads what a browser sends, for the stage that the voter saw.
func ballotOf(q url.Values) ballot {
	b := ballot{Key: q.Get("key"), Stage: q.Get("stage"), Verdict: q.Get("verdict"), Reason: q.Get("reason"), Scores: map[string]string{}}
	b.Round, _ = strconv.Atoi(q.Get("round")) // what is no round is stale
	seen, _ := strconv.ParseInt(q.Get("mine"), 10, 64)
	b.Seen = max(seen, 0) // a browser always has the vote in view, or none
	for name := range q {
		if id, ok := cutScore(name); ok && q.Get(name) != "" {
			b.Scores[id] = q.Get(name)
		}
	}
	return b.settled()
}

func cutScore(name string) (string, bool) {
	const prefix = "score."
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):], true
	}
	return "", false
}

// settled leaves out what does not belong to the verdict: the form hides it,
// and it may have been filled in before.
func (b ballot) settled() ballot {
	if b.Verdict == string(need.Abstain) {
		b.Scores = nil
	}
	if b.Verdict != string(need.Return) && b.Verdict != string(need.Reject) {
		b.Reason = ""
	}
	return b
}

// of is b for the rules; reason is where its words are kept, and deputy the
// seat from which it is cast for another; empty: none.
func (b ballot) of(reason text.Ref, deputy seat.ID) need.Ballot {
	out := need.Ballot{Stage: b.Stage, Round: b.Round, Verdict: need.Verdict(b.Verdict), Reason: reason, Deputy: deputy}
	for id, points := range b.Scores {
		n, err := strconv.Atoi(points)
		if err != nil {
			n = -1 // no score, which the rules refuse
		}
		out.Scores = append(out.Scores, need.Score{Criterion: id, Score: n})
	}
	return out
}

// askVote serves GET /needs/{id}/vote.
func (h *Handler) askVote(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	if a.WhyNotVote != nil {
		return h.showAs(w, r, web.Status(a.WhyNotVote), a.WhyNotVote)
	}
	v := voteView{account: a, ballot: a.blank()}
	if q := r.URL.Query(); h.Filled && a.Mine == nil && q.Has("verdict") {
		filled := ballotOf(q)
		v.ballot.Verdict, v.ballot.Scores = filled.Verdict, filled.Scores
	}
	return h.renderVote(w, r, http.StatusOK, v)
}

// blank is the ballot of the present stage, with the seat's standing vote in
// it if there is one.
func (a account) blank() ballot {
	b := ballot{Stage: a.Stage, Round: a.Round, Scores: map[string]string{}}
	if a.Mine != nil {
		b.Seen, b.Verdict, b.Reason = int64(a.Mine.Pos), string(a.Mine.Verdict), a.reasons[a.Mine.Pos]
		for _, s := range a.Mine.Scores {
			b.Scores[s.Criterion] = strconv.Itoa(s.Score)
		}
	}
	return b
}

func (h *Handler) renderVote(w http.ResponseWriter, r *http.Request, status int, v voteView) error {
	v.Page = h.votePage(r, v.account)
	return web.RenderAs(w, r, status, v.Page, votePage(v))
}

func (h *Handler) votePage(r *http.Request, a account) web.Page {
	l := web.LangOf(r)
	p := h.page(r, web.T(l, "need.vote.title", "stage", stageWord(l, a.Stage)), a.marking(),
		web.Crumb{Text: string(a.ID), Href: href(a.ID, "")}, web.Crumb{Text: web.T(l, "need.vote")})
	p.Section = "queue"
	return p
}

// vote serves POST /needs/{id}/vote: first the summary, then, when it is
// signed, the vote.
func (h *Handler) vote(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	b := ballotOf(r.PostForm)
	if step := r.PostForm.Get("step"); step == "sign" && b.Key != "" {
		res, err := h.cast(r.Context(), a.ID, b)
		if err != nil && web.Status(err) == http.StatusConflict {
			return h.renderStale(w, r, b, err)
		}
		return h.answered(w, r, a.ID, url.Values{"done": {"vote"}, "stage": {b.Stage}}, res, err)
	} else if step == "change" {
		return h.renderVote(w, r, http.StatusOK, voteView{account: a, ballot: b})
	}
	return h.check(w, r, a, b)
}

// check shows the summary of what would be signed, or what is wrong.
func (h *Handler) check(w http.ResponseWriter, r *http.Request, a account, b ballot) error {
	v := voteView{account: a, ballot: b}
	facts, err := a.try(b)
	switch {
	case err != nil && web.Status(err) == http.StatusConflict:
		return h.renderStale(w, r, b, err)
	case err != nil && web.Status(err) != http.StatusBadRequest:
		return h.showAs(w, r, web.Status(err), err)
	case err != nil:
		v.problems = a.voteProblems(web.LangOf(r), b, err)
		return h.renderVote(w, r, http.StatusUnprocessableEntity, v)
	}
	l := web.LangOf(r)
	v.ballot.Key, v.ballot.Seen = newKey(), a.blank().Seen
	v.closes = a.closing(l, facts)
	h.View(func(books Books) {
		words := func(s seat.Seat) string {
			holder, _ := books.Parties.Get(s.Holder)
			return seatWords(l, s, holder)
		}
		if v.seat = words(a.reader.Seat); a.reader.Deputy.Exists() {
			v.seat = web.T(l, "need.vote.for", "deputy", words(a.reader.Deputy), "seat", v.seat)
		}
	})
	v.Page = h.votePage(r, a)
	v.Title = web.T(l, "need.sign.title")
	return web.Render(w, r, v.Page, signPage(v))
}

// try is what b would record now.
func (a account) try(b ballot) ([]fact.Body, error) {
	reason := text.Ref{}
	if b.Reason != "" {
		if err := need.CheckReason(b.Reason); err != nil {
			return nil, err
		}
		reason = sealed
	}
	return a.Need.Vote(a.reader.Seat, a.now, b.of(reason, a.reader.Deputy.ID))
}

// closing says what a vote would do besides being cast.
func (a account) closing(l web.Lang, facts []fact.Body) string {
	for _, f := range facts {
		switch f := f.(type) {
		case need.Validated:
			return web.T(l, "need.closes.validated")
		case need.Returned:
			return web.T(l, "need.closes.returned")
		case need.Rejected:
			return web.T(l, "need.closes.rejected")
		case need.StageClosed:
			if f.Verdict == need.Pass && len(facts) == 2 {
				return web.T(l, "need.closes.passed", "stage", stageWord(l, f.Stage))
			}
		}
	}
	return ""
}

// voteProblems is what is wrong with b, field by field.
func (a account) voteProblems(l web.Lang, b ballot, err error) (out web.Wrongs) {
	switch need.Verdict(b.Verdict) {
	case need.Pass, need.Return, need.Reject:
	default:
		return web.Wrongs{{Field: "verdict", Text: web.T(l, "need.problem.verdict")}}
	}
	if b.Verdict == string(need.Pass) || len(b.Scores) > 0 {
		for _, c := range a.present().Criteria {
			if n := number(b.Scores[c.ID], -1); n < 0 || n > c.Max {
				out = append(out, web.Wrong{Field: "score-" + c.ID, Text: web.T(l, "need.problem.score", "criterion", lower(c.Name.In(string(l))))})
			}
		}
	}
	if b.Verdict != string(need.Pass) && need.CheckReason(b.Reason) != nil {
		out = append(out, web.Wrong{Field: "reason", Text: web.T(l, "need.problem.reason", "most", need.MostReason)})
	}
	if out == nil {
		out = web.Wrongs{{Field: "verdict", Text: web.FaultText(l, err)}}
	}
	return out
}

// cast records b, once for its key.
func (h *Handler) cast(ctx context.Context, id need.ID, b ballot) (Result, error) {
	rd := h.Reader(ctx)
	by := rd.Seat.ID
	c := Command{ID: b.Key, Op: "need.vote", Need: id, Args: struct {
		Need   need.ID
		Ballot ballot
	}{id, b}}
	return h.Decide(ctx, c, func(tx Tx, books Books) ([]fact.Body, error) {
		n, s, err := seated(tx, books, id, by)
		if err != nil {
			return nil, err
		}
		if mine := n.ViewFor(s, tx.Now()).Mine; b.Seen != notAsked && n.Stage == b.Stage && n.Round == b.Round && mine != nil && int64(mine.Pos) != b.Seen {
			return nil, ErrMeanwhile.With("need", id)
		}
		reason := text.Ref{}
		if b.Reason != "" {
			if err := need.CheckReason(b.Reason); err != nil {
				return nil, err
			}
			if reason, err = tx.Text(b.Reason); err != nil {
				return nil, err
			}
		}
		return n.Vote(s, tx.Now(), b.of(reason, rd.Deputy.ID))
	})
}

// renderStale answers a vote on what is no longer so: it says what changed and
// shows the need as it is. While the seat may still vote, its new ballot keeps
// what was ticked if it is for the same stage.
func (h *Handler) renderStale(w http.ResponseWriter, r *http.Request, b ballot, err error) error {
	l := web.LangOf(r)
	a, gone := h.one(r.Context(), l, need.ID(r.PathValue("id")))
	if gone != nil {
		return gone
	}
	if a.WhyNotVote != nil {
		return h.showAs(w, r, http.StatusConflict, err)
	}
	v := voteView{account: a, ballot: a.blank(), moved: web.FaultText(l, err)}
	if b.Stage == a.Stage && b.Round == a.Round {
		seen := v.ballot.Seen
		v.ballot = b
		v.ballot.Seen = seen
	}
	return h.renderVote(w, r, http.StatusConflict, v)
}
