package needhttp

import (
	"iter"
	"net/url"
	"slices"
	"strings"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/web"
)

// A phase is one step of a need's way.
type phase struct {
	word string
	tone web.Tone
	note string // such as "2 of 3, 6 h left"; may be empty
	here bool
}

// phases are the way of a need: submitted, its stages, open to partners.
func (a account) phases(l web.Lang) []phase {
	out := []phase{{word: web.T(l, "need.phase.submitted"), tone: web.Good}}
	if a.Round > 1 {
		out[0].note = web.T(l, "need.round", "round", a.Round)
	}
	for _, p := range a.Progress {
		out = append(out, a.phaseOf(l, p))
	}
	switch a.Status {
	case need.Valid:
		return append(out, phase{word: web.T(l, "need.phase.open"), tone: web.Good, here: true})
	case need.Open:
		return append(out, phase{word: web.T(l, "need.phase.open"), tone: web.Neutral})
	}
	out = slices.DeleteFunc(out, func(p phase) bool { return p.tone == web.Neutral })
	return append(out, phase{word: statusWord(l, a.Status), tone: tones[a.Status], here: true})
}

func (a account) phaseOf(l web.Lang, p need.Progress) phase {
	out := phase{word: stageWord(l, p.Stage.ID), tone: web.Neutral}
	switch p.State {
	case need.Closed:
		out.tone = verdictTones[p.Verdict]
	case need.Now:
		out.tone, out.here = web.Active, true
		if p.Overdue || p.Stuck {
			out.tone = web.Danger
		}
		out.note = web.T(l, "need.phase.now", "cast", p.Tally.Cast(), "seats", p.Stage.Seats, "clock", clock(l, p.Due, a.now))
	}
	return out
}

// part says what happens next, and the reader's own part in it.
type part struct {
	next string // what happens next
	mine string // the reader's part; empty: none
	do   web.Link
}

func (a account) part(l web.Lang) part {
	var p part
	switch a.Status {
	case need.Open:
		p = a.openPart(l)
	case need.Valid:
		p.next = web.T(l, "need.next.validated")
		if a.met {
			p.next = web.T(l, "need.next.met")
		}
	case need.Back:
		p.next = web.T(l, "need.next.returned")
	case need.Denied:
		p.next = web.T(l, "need.next.rejected")
	case need.Gone:
		p.next = web.T(l, "need.next.withdrawn")
	}
	switch {
	case a.WhyNotResubmit == nil:
		p.mine, p.do = web.T(l, "need.part.answer"), web.Link{Text: web.T(l, "need.resubmit"), Href: href(a.ID, "/resubmit")}
	case a.WhyNotVote == nil && a.Mine == nil:
		p.mine = web.T(l, "need.part.vote", "criteria", a.criteria(l))
		p.do = web.Link{Text: web.T(l, "need.vote"), Href: href(a.ID, "/vote")}
	case a.WhyNotVote == nil:
		p.mine = web.T(l, "need.part.voted", "verdict", web.T(l, "need.verdict."+string(a.Mine.Verdict)), "at", web.Time(l, a.Mine.At))
		p.do = web.Link{Text: web.T(l, "need.vote.change"), Href: href(a.ID, "/vote")}
	case a.mine() && a.Status == need.Open:
		p.mine = web.T(l, "need.part.owner")
	case a.votes && a.Escalated(a.now) && !a.reader.Seat.Role.InBody():
		p.mine = web.T(l, "need.part.desk")
	}
	return p
}

func (a account) openPart(l web.Lang) part {
	i := slices.IndexFunc(a.Progress, func(p need.Progress) bool { return p.State == need.Now })
	if i < 0 {
		return part{}
	}
	now := a.Progress[i]
	after := web.T(l, "need.next.then_partners")
	if i+1 < len(a.Progress) {
		after = web.T(l, "need.next.then_stage", "stage", stageWord(l, a.Progress[i+1].Stage.ID))
	}
	key := "need.next.open"
	switch {
	case now.Stuck:
		key = "need.next.stuck"
	case now.Overdue:
		key = "need.next.overdue"
	}
	return part{next: web.T(l, key, "stage", stageWord(l, now.Stage.ID), "quorum", now.Stage.Quorum,
		"seats", now.Stage.Seats, "due", web.Time(l, now.Due)) + " " + after}
}

// criteria are those of the present stage, in one line.
func (a account) criteria(l web.Lang) string {
	var names []string
	for _, c := range a.present().Criteria {
		names = append(names, lower(c.Name.In(string(l))))
	}
	return strings.Join(names, web.T(l, "list.and"))
}

// present is the stage that a waits in; empty when in none.
func (a account) present() procedure.Stage {
	for _, p := range a.Progress {
		if p.State == need.Now {
			return p.Stage
		}
	}
	return procedure.Stage{}
}

// doneWords says what the reader's own act has done, as things now stand. An
// address that claims what the reader did not do says nothing.
func (v itemView) doneWords(q url.Values) string {
	l, id := v.Lang, string(v.ID)
	var said string
	switch q.Get("done") {
	case "emergency", "recorded", "lane-take", "lane-pass", "lane-confirm", "lane-wrong", "lane-detail":
		said = v.laneDone(q.Get("done"))
	case "submit":
		if v.mine() && v.Status == need.Open {
			said = web.T(l, "need.done.submitted", "id", id, "stage", stageWord(l, v.Stage))
		}
	case "withdraw":
		if v.mine() && v.Status == need.Gone {
			said = web.T(l, "need.done.withdrawn", "id", id)
		}
	case "asked":
		said = web.T(l, "need.done.asked")
	case "reopen":
		if v.reopening.is && v.asked.Seat == v.reader.hand().Who() {
			said = web.T(l, "need.done.reopen", "stage", stageWord(l, v.asked.Stage))
		}
	case "mark":
		if v.mine() || v.reader.Seat.Role == seat.FrontOffice {
			said = web.T(l, "need.done.mark", "id", id, "marking", v.Class.Marking)
		}
	case "reopened":
		if v.Status == need.Open && len(v.Reopenings) > 0 {
			said = web.T(l, "need.done.reopened", "id", id, "stage", stageWord(l, v.Stage))
		}
	case "vote":
		if slices.ContainsFunc(v.Votes, func(x need.Vote) bool { return x.Caster() == v.reader.Seat.ID && x.Round == v.Round }) {
			said = v.votedWords(q.Get("stage"))
		}
	}
	if said == "" {
		return ""
	}
	switch q.Get("was") {
	case "repeated":
		said = web.T(l, "need.done.repeated") + " " + said
	case "same":
		said = web.T(l, "need.done.same") + " " + said
	}
	return said
}

// votedWords is what came of a vote in a stage.
func (v itemView) votedWords(stage string) string {
	l, id := v.Lang, string(v.ID)
	switch {
	case v.Status != need.Open:
		return web.T(l, "need.done."+string(v.Status), "id", id)
	case v.Stage != stage:
		return web.T(l, "need.done.passed", "id", id, "stage", stageWord(l, v.Stage))
	}
	t := need.Count(v.Standing(v.Stage))
	return web.N(l, "need.done.voted", t.Cast(), "id", id, "quorum", v.present().Quorum)
}

// nextFor is the first need but id that waits for r's vote; empty: none.
func nextFor(b Books, r Reader, id need.ID) need.ID {
	for next := range queueOf(b, r).all() {
		if next != id {
			return next
		}
	}
	return ""
}

// A queue is what waits for the vote of a seat, the first to be overdue first.
// Neither its length nor its first page takes a look at the rest.
type queue struct {
	book   *need.Book
	stages []string
	by     seat.ID
	not    []class.Class // of needs that the seat may not vote on, or not see
}

func queueOf(b Books, r Reader) queue {
	q := queue{book: b.Needs, by: r.Seat.ID}
	if !r.Seat.Role.InBody() {
		return q
	}
	q.stages = stagesOf(b, r.Seat)
	q.not = b.Needs.Classes(func(c class.Class) bool {
		return need.VotedOn(c) && (c.Owner == string(r.Seat.Holder) || !r.May(c))
	})
	return q
}

func (q queue) all() iter.Seq[need.ID] { return q.book.Unvoted(q.stages, q.by, q.not) }

func (q queue) count() int { return q.book.CountUnvoted(q.stages, q.by, q.not) }

// slice are those from first to end, not including end.
func (q queue) slice(first, end int) []need.ID {
	ids := make([]need.ID, 0, end-first)
	i := 0
	for id := range q.all() {
		if i >= end {
			break
		}
		if i >= first {
			ids = append(ids, id)
		}
		i++
	}
	return ids
}

// stagesOf are the stages of any version in which s may vote.
func stagesOf(b Books, s seat.Seat) (out []string) {
	for _, p := range b.Procedures.All() {
		for _, stage := range p.Stages {
			if stage.Role == s.Role && stage.Body == s.Body && !slices.Contains(out, stage.ID) {
				out = append(out, stage.ID)
			}
		}
	}
	return out
}

func joined(list []string) string { return strings.Join(list, ", ") }

// lower makes a name fit into a sentence.
func lower(s string) string {
	r := []rune(s)
	return strings.ToLower(string(r[:1])) + string(r[1:])
}
