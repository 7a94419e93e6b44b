package needhttp

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/told"
)

// An account is a need as its reader may see it.
type account struct {
	need.View
	reader          Reader
	owner           party.Party
	recorder        party.Party // who recorded an emergency for the owner
	title, summary  string
	weakness        string   // empty for those who may not see it
	evidence        string   // likewise
	incidents       string   // likewise
	at              fact.Pos // of the last fact that the page shows
	reasons         map[fact.Pos]string
	voters          map[seat.ID]string // who votes from a seat, in words
	next            need.ID            // what waits for the reader next; empty: nothing
	now             time.Time
	votes, weakSeen bool // what the reader may see
	region          bool
	met             bool            // nothing is left to reserve
	lane            *emergencyPart  // nil: no emergency
	ties            []need.Relating // to needs that the reader sees
	readings        []Reading       // who opened what is TLP:RED, for its owner
}

// one is the need called id as the request's reader may see it.
//
// Errors: web.ErrNotFound when it is not there, or hidden.
func (h *Handler) one(ctx context.Context, l web.Lang, id need.ID) (a account, err error) {
	a = account{reader: h.Reader(ctx), now: h.Now(), reasons: map[fact.Pos]string{}, voters: map[seat.ID]string{}}
	found := false
	h.View(func(b Books) { found = a.read(b, l, id) })
	if !found {
		return a, web.ErrNotFound
	}
	if a.Red() {
		if err := h.Opened(ctx, string(id)); err != nil {
			return a, err
		}
		if a.mine() {
			if a.readings, err = h.Readings(ctx, string(id)); err != nil {
				return a, err
			}
		}
	}
	for _, t := range []struct {
		into *string
		ref  text.Ref
		seen bool
	}{{&a.title, a.Asked.Title, true}, {&a.summary, a.Asked.Summary, true}, {&a.weakness, a.Asked.Weakness, a.weakSeen},
		{&a.evidence, a.Asked.Evidence, a.weakSeen}, {&a.incidents, a.Asked.Incidents, a.weakSeen}} {
		if !t.seen {
			continue
		}
		if *t.into, err = h.words(ctx, l, t.ref); err != nil {
			return a, err
		}
	}
	for _, v := range a.Votes {
		if a.hears(v) {
			if a.reasons[v.Pos], err = h.words(ctx, l, v.Reason); err != nil {
				return a, err
			}
		}
	}
	return a, h.laneOf(ctx, l, &a)
}

func (a *account) read(b Books, l web.Lang, id need.ID) bool {
	// What is missing is judged as well, and what is hidden is not read: they
	// take the same time (bench/timing).
	head, there := b.Needs.Head(id)
	if !a.reader.sees(head, need.Summary) || !there {
		return false
	}
	n, _ := b.Needs.Get(id)
	a.View = n.ViewFor(a.reader.Seat, a.now)
	a.owner, _ = b.Parties.Get(n.Owner)
	a.votes, a.weakSeen = a.reader.sees(n.Head, need.Votes), a.reader.sees(n.Head, need.Weakness) || a.reader.shown(b, n.Head)
	a.at = b.changed(n.Head)
	a.region = !n.HideRegion || a.votes || a.mine() ||
		b.Agreed != nil && a.reader.Seat.Exists() && b.Agreed(id, a.reader.Seat.Holder, a.now)
	a.met = n.Status == need.Valid && b.Met != nil && b.Met(id, n.Asked.Lots, a.now)
	for _, t := range b.Ties.Of(id) {
		if other, known := b.Needs.Head(t.Other); known && a.reader.sees(other, need.Summary) {
			a.ties = append(a.ties, t)
		}
	}
	for _, v := range n.Votes {
		a.knows(b, l, v.Seat, v.For)
	}
	if n.Lane != nil {
		a.recorder, _ = b.Parties.Get(n.Lane.RecordedBy)
		for _, t := range n.Lane.Takes {
			a.knows(b, l, t.Seat, t.For)
		}
		for _, p := range n.Lane.Passes {
			a.knows(b, l, p.Seat, p.For)
		}
	}
	a.next = nextFor(b, a.reader, id)
	return true
}

// knows keeps what seats are called.
func (a account) knows(b Books, l web.Lang, ids ...seat.ID) {
	for _, id := range ids {
		s, _ := b.Seats.Get(id)
		holder, _ := b.Parties.Get(s.Holder)
		a.voters[id] = seatWords(l, s, holder)
	}
}

// voterOf is a seat that votes, in words.
func (a account) voterOf(id seat.ID) string { return a.voters[id] }

// voterWords is who cast v, and for whom.
func voterWords(l web.Lang, v need.Voted, voter func(seat.ID) string) string {
	if v.For == "" {
		return voter(v.Seat)
	}
	return web.T(l, "need.vote.for", "deputy", voter(v.Seat), "seat", voter(v.For))
}

// mine reports whether the reader acts for the owner.
func (a account) mine() bool { return a.reader.Seat.Exists() && a.reader.Seat.Holder == a.Owner }

// hears reports whether the reader may read the reason of v: those who see
// votes, and the owner for what it is asked to answer.
func (a account) hears(v need.Vote) bool {
	if v.Reason == (text.Ref{}) {
		return false
	}
	return a.votes || a.mine() && a.closedBy(v)
}

// closedBy reports whether v is of the verdict that sent the need back or
// ended it.
func (a account) closedBy(v need.Vote) bool {
	return slices.ContainsFunc(a.Closings, func(c need.Closing) bool {
		return c.Stage == v.Stage && c.Round == v.Round && c.Verdict == v.Verdict && c.Verdict != need.Pass
	})
}

func seatWords(l web.Lang, s seat.Seat, holder party.Party) string {
	return web.T(l, "seat.words", "role", web.T(l, "seat.role."+string(s.Role)), "holder", holder.NameIn(string(l)))
}

// An itemView is the page of one need.
type itemView struct {
	web.Page
	account
	facts    []fact.Fact
	opens    func(fact.Fact) bool
	done     string
	sections []templ.Component
	related  []candidate
	calls    []called // of the emergency lane, newest first
	reopening
}

// show serves GET /needs/{id}.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.showAs(w, r, http.StatusOK, nil)
}

// showAs answers with the need's page under a status; a refusal stands above
// it, and says why what was sent did nothing.
func (h *Handler) showAs(w http.ResponseWriter, r *http.Request, status int, refusal error) error {
	id, l := need.ID(r.PathValue("id")), web.LangOf(r)
	a, err := h.one(r.Context(), l, id)
	if err != nil {
		return err
	}
	v := itemView{account: a, opens: told.Opens(r.Context(), h.Opens)}
	v.Page = h.page(r, a.title, a.marking(), web.Crumb{Text: string(id)})
	if v.facts, err = h.told(r.Context(), a); err != nil {
		return err
	}
	if v.reopening, err = h.reopeningOf(r.Context(), l, a); err != nil {
		return err
	}
	h.View(func(b Books) { v.calls = a.callsOf(l, b, v.facts) })
	if v.related, err = h.tied(r.Context(), l, a); err != nil {
		return err
	}
	for _, c := range v.related {
		v.Marking = tlp.Stricter(v.Marking, c.Class.Marking)
	}
	for _, section := range h.Sections {
		part, err := section(r, v.Page, id)
		if err != nil {
			return err
		}
		if part != nil {
			v.sections = append(v.sections, part)
		}
	}
	if refusal == nil {
		v.done = v.doneWords(r.URL.Query())
	}
	return web.RenderAs(w, r, status, v.Page, itemPage(v, refusal))
}

// marking is the strictest of what a's reader sees.
func (a account) marking() tlp.Marking {
	if len(a.inner()) > 0 || a.votes && len(a.Votes) > 0 {
		return a.ClassOf(need.Weakness).Marking
	}
	return a.Class.Marking
}

// An innerText is a text that the validators read, and few others.
type innerText struct{ name, text string }

// inner are those of a that its reader sees.
func (a account) inner() (out []innerText) {
	for _, t := range []innerText{{"weakness", a.weakness}, {"evidence", a.evidence}, {"incidents", a.incidents}} {
		if a.weakSeen && t.text != "" {
			out = append(out, t)
		}
	}
	return out
}

// told are the facts of a that its reader may see.
func (h *Handler) told(ctx context.Context, a account) ([]fact.Fact, error) {
	facts, err := h.Facts(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(facts, func(f fact.Fact) bool { return !a.tells(f) }), nil
}

func (a account) tells(f fact.Fact) bool {
	switch b := f.Body.(type) {
	case need.Related: // to one that the reader does not see, it tells of that one
		return slices.ContainsFunc(a.ties, func(t need.Relating) bool { return t.Other == b.Need || t.Other == b.Other })
	case need.WeaknessShown, need.WeaknessHidden:
		return a.weakSeen
	case need.ReopeningAsked:
		return a.votes
	}
	v, vote := f.Body.(need.Voted)
	return !vote || a.votes || a.reader.Seat.Exists() && v.Caster() == a.reader.Seat.ID
}

func (v itemView) header() web.Header {
	h := web.Header{ID: string(v.ID), Title: v.title}
	for _, link := range []struct {
		why  error
		text string
		href string
	}{
		{v.WhyNotVote, v.voteWord(), href(v.ID, "/vote")},
		{v.WhyNotResubmit, web.T(v.Lang, "need.resubmit"), href(v.ID, "/resubmit")},
		{v.WhyNotShow(v.reader.Seat, v.now), web.T(v.Lang, "need.shown"), href(v.ID, "/weakness")},
		{v.WhyNotWithdraw, web.T(v.Lang, "need.withdraw"), href(v.ID, "/withdraw")},
	} {
		if link.why == nil {
			h.Actions = append(h.Actions, web.Link{Text: link.text, Href: link.href})
		}
	}
	if v.mine() || v.reader.Seat.Role == seat.FrontOffice && v.Class.Marking > tlp.Red {
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "need.mark"), Href: href(v.ID, "/marking")})
	}
	if v.agrees || len(v.stages) > 0 {
		h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "need.reopen"), Href: href(v.ID, "/reopen")})
	}
	h.Actions = append(h.Actions, web.Link{Text: web.T(v.Lang, "dossier.open"), Href: href(v.ID, "/dossier")})
	return h
}

func (v itemView) voteWord() string {
	if v.Mine != nil {
		return web.T(v.Lang, "need.vote.change")
	}
	return web.T(v.Lang, "need.vote")
}

// items are what is asked.
func (a account) items(l web.Lang) []web.Item {
	items := []web.Item{
		{Term: web.T(l, "need.field.owner"), Detail: web.To(web.Link{Text: a.owner.NameIn(string(l)), Href: "/parties/" + string(a.Owner)})},
		{Term: web.T(l, "need.field.summary"), Detail: lines(a.summary)},
		{Term: web.T(l, "need.field.line"), Detail: web.Text(told.Word(l, "line", a.Line))},
		{Term: web.T(l, "need.field.lots"), Detail: lots(l, a.Asked.Lots)},
		{Term: web.T(l, "need.field.urgency"), Detail: web.Text(told.Word(l, "need.urgency", a.Urgency))},
		{Term: web.T(l, "need.field.useful_until"), Detail: web.Day(l, a.UsefulUntil)},
		{Term: web.T(l, "need.field.lead_days"), Detail: web.Text(web.N(l, "need.days", a.Asked.LeadDays))},
		{Term: web.T(l, "need.field.criticality"), Detail: web.Text(told.Word(l, "need.criticality", a.Criticality))},
		{Term: web.T(l, "need.field.sector"), Detail: web.Text(told.Word(l, "sector", a.Sector))},
		{Term: web.T(l, "need.field.region"), Detail: web.Text(a.regionWords(l))},
	}
	if len(a.Asked.Excluded) > 0 {
		items = append(items, web.Item{Term: web.T(l, "need.field.excluded"), Detail: web.Text(joined(a.Asked.Excluded))})
	}
	if a.Asked.RenewMonths > 0 {
		items = append(items, web.Item{Term: web.T(l, "need.field.renew_months"), Detail: web.Text(web.N(l, "need.renews", a.Asked.RenewMonths))})
	}
	return items
}

func (a account) regionWords(l web.Lang) string {
	switch {
	case a.Region == "":
		return web.T(l, "need.region.all")
	case !a.region:
		return web.T(l, "need.region.hidden")
	}
	return told.Word(l, "region", a.Region)
}

func (v itemView) history() []web.Event {
	return v.withCalls(v.historyOfFacts())
}

func (v itemView) historyOfFacts() []web.Event {
	return told.HistoryFor(v.Lang, v.facts, v.opens, func(f fact.Fact) (string, bool) {
		return describe(v.Lang, f, v.voterOf, func(id party.ID) string {
			if v.recorder.Exists() && id == v.recorder.Registered.Party {
				return v.recorder.NameIn(string(v.Lang))
			}
			return v.owner.NameIn(string(v.Lang))
		})
	})
}

// stageRows are the stages of the present round, one a row.
func (v itemView) stageTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "stages-list", Caption: web.T(l, "need.stages"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "need.field.stage"), Lead: true}, {Head: web.T(l, "need.field.state"), Beside: true},
		{Head: web.T(l, "need.votes")}, {Head: web.T(l, "need.field.closed")},
	}}
	for _, p := range v.Progress {
		t.Rows = append(t.Rows, web.Row{Quiet: p.State == need.Never, Cells: []web.Cell{
			web.Text(stageWord(l, p.Stage.ID)), stateCell(l, p, v.now), tallyCell(l, p, v.votes), closedCell(l, p)}})
	}
	return t
}

func closedCell(l web.Lang, p need.Progress) web.Cell {
	if p.Closed.IsZero() {
		return nil
	}
	return web.Text(web.Time(l, p.Closed))
}

// stateCell is where a stage stands, with a shape of its own.
func stateCell(l web.Lang, p need.Progress, now time.Time) web.Cell {
	switch {
	case p.State == need.Closed:
		return web.StatusChip(verdictTones[p.Verdict], web.T(l, "need.closed."+string(p.Verdict)))
	case p.State == need.Now && p.Stuck:
		return web.StatusChip(web.Danger, web.T(l, "need.stuck"))
	case p.State == need.Now && p.Overdue:
		return web.StatusChip(web.Danger, clock(l, p.Due, now))
	case p.State == need.Now:
		return web.StatusChip(web.Active, clock(l, p.Due, now))
	}
	return web.StatusChip(web.Neutral, web.T(l, "need.state."+string(p.State)))
}

var verdictTones = map[need.Verdict]web.Tone{need.Pass: web.Good, need.Return: web.Attention, need.Reject: web.Danger, need.Abstain: web.Neutral}

// tallyCell is how many have voted of how many it takes; who said what only
// for those who may see it.
func tallyCell(l web.Lang, p need.Progress, votes bool) web.Cell {
	if p.State == need.Ahead || p.State == need.Never {
		return nil
	}
	said := web.N(l, "need.cast", p.Tally.Cast(), "seats", p.Stage.Seats, "quorum", p.Stage.Quorum)
	if !votes || p.Tally.Cast() == 0 {
		return web.Text(said)
	}
	return together(said, web.T(l, "need.tally", "pass", p.Tally.Pass, "return", p.Tally.Return, "reject", p.Tally.Reject, "abstain", p.Tally.Abstain))
}

// ballots are the votes that stand in the present round, for those who may
// see them.
func (v itemView) ballots() (t web.Table, some bool) {
	l := v.Lang
	t = web.Table{ID: "votes-list", Caption: web.T(l, "need.votes.standing"), Columns: []web.Column{
		{Head: web.T(l, "need.vote.by"), Lead: true}, {Head: web.T(l, "need.field.verdict"), Beside: true},
		{Head: web.T(l, "need.field.scores")}, {Head: web.T(l, "need.field.reason")}, {Head: web.T(l, "need.field.at")},
	}}
	for _, p := range v.Progress {
		for _, vote := range p.Votes {
			reason := web.Cell(nil)
			if said := v.reasons[vote.Pos]; said != "" {
				reason = one(said)
			}
			t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
				web.Note(voterWords(l, vote.Voted, v.voterOf), stageWord(l, vote.Stage)),
				web.StatusChip(verdictTones[vote.Verdict], web.T(l, "need.verdict."+string(vote.Verdict))),
				scores(l, p.Stage, vote.Scores), reason, web.Text(web.Time(l, vote.At))}})
		}
	}
	return t, v.votes && len(t.Rows) > 0
}

// questions are what the owner is asked to answer, or why it was refused.
func (v itemView) questions() (out []string) {
	if v.Status != need.Back && v.Status != need.Denied {
		return nil
	}
	for _, vote := range v.Votes {
		if said := v.reasons[vote.Pos]; said != "" && vote.Round == v.Round && v.closedBy(vote) && !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	return out
}

func criterionName(l web.Lang, s procedure.Stage, id string) string {
	c, _ := s.Criterion(id)
	return c.Name.In(string(l))
}
