package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/notice/desk"
	"tallinn/notice/desk/deskhttp"
	"tallinn/text"
	"tallinn/web"
)

// desk is the desk of this realm's seats.
func (h room) desk() *deskhttp.Handler {
	return &deskhttp.Handler{Now: h.cfg.Now, Log: h.cfg.Log, Desk: h.deskOf,
		Waiting: func(ctx context.Context) (d desk.Desk) {
			d, _ = h.waitingOf(ctx)
			return d
		},
		Locked:  h.locked,
		Changes: func(ctx context.Context) <-chan fact.Pos { return h.changes.follow(ctx, h.realm) },
		Seat: func(ctx context.Context, l web.Lang) (deskhttp.Seat, bool) {
			s := h.acting(ctx).seat
			out := deskhttp.Seat{ID: string(s.ID)}
			h.View(h.realm, func(b *Books) { out.Words = b.seatWords(l, s) })
			return out, s.Exists()
		}}
}

// A waiting is an item with the text that says what it is about.
type waiting struct {
	desk.Item
	title  text.Ref
	urgent bool       // quiet hours are not for it
	asked  need.Reach // of an emergency: how far the call has come
	turn   string     // tells it from an earlier one of the same thing; empty: see turnOf
}

// waitingOf is what waits for the seat of a request, and the texts that say
// what each item is about.
func (h room) waitingOf(ctx context.Context) (d desk.Desk, titles map[string]text.Ref) {
	s, now := h.acting(ctx).seat, h.cfg.Now()
	var all []waiting
	more := 0
	d.Head = h.record.Head()
	may := h.reads(principalOf(s, h.realm))
	h.View(h.realm, func(b *Books) { all, more = b.waitsFor(s, now, may) })
	d.Elsewhere = h.elsewhere(ctx, now)
	items, titles := make([]desk.Item, 0, len(all)), map[string]text.Ref{}
	for _, w := range all {
		items = append(items, w.Item)
		titles[w.ID] = w.title
	}
	d.Items, d.Rest = desk.Order(items)
	d.Rest += more
	return d, titles
}

// deskOf is what waits for the seat of a request, and what changed after
// since.
func (h room) deskOf(ctx context.Context, l web.Lang, since fact.Pos) (desk.Desk, error) {
	s := h.acting(ctx).seat
	d, titles := h.waitingOf(ctx)
	for i, o := range d.Elsewhere {
		h.View(h.realm, func(b *Books) {
			x, _ := b.Seats.Get(seat.ID(o.Seat))
			d.Elsewhere[i].Words = b.seatWords(l, x)
		})
	}
	for i := range d.Items {
		if d.Items[i].Kind == desk.Clear || d.Items[i].Kind == desk.Sign {
			d.Items[i].Words = web.T(l, "edition.draft", "id", d.Items[i].ID)
		}
		if d.Items[i].Words != "" {
			continue // it says itself what it is about
		}
		if d.Items[i].Kind == desk.Settle {
			h.View(h.realm, func(b *Books) { d.Items[i].Words = b.betweenWords(l, flow.ID(d.Items[i].ID), s) })
			continue
		}
		if titles[d.Items[i].ID] == (text.Ref{}) {
			d.Items[i].Words = web.T(l, "need.red")
			continue
		}
		words, err := h.record.Text(ctx, titles[d.Items[i].ID])
		if err != nil {
			words = web.T(l, "offer.text.erased")
		}
		d.Items[i].Words = words
	}
	if since < 0 {
		return d, nil
	}
	changes, err := h.changedFor(ctx, l, s, since, d.Head)
	d.Changes, d.More = desk.Latest(changes)
	return d, err
}

// waitsFor asks the rules what s may do now that others wait for: the first of
// it, at least as much as a desk shows, and how much more there is. What it
// may not read does not wait for it.
func (b *Books) waitsFor(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting, more int) {
	own := b.consentsOf(s, now)
	defer func() { out = append(own, out...) }()
	switch {
	case !s.Exists():
	case s.Role.InBody():
		out, more = b.votesOf(s, now, may)
		return append(b.reopensOf(s, now, may), out...), more
	case s.Role == seat.Officer:
		out = b.answersOf(s, now, may)
	case s.Role == seat.Programme, s.Role == seat.Implementer:
		out = append(b.commitsOf(s, now, may), b.editionsOf(s, now, may)...)
	case s.Role == seat.CoChair:
		out = append(b.reopensOf(s, now, may), b.editionsOf(s, now, may)...)
	case s.Role == seat.FrontOffice:
		reported, rest := b.reportsOf(s)
		out, more = b.escalated(now, may)
		return append(reported, out...), more + rest
	}
	return append(append(out, b.settlesOf(s)...), b.renewsOf(s, now)...), 0
}

// renewsIn is how long before something runs out it stands on desks, in days.
const renewsIn = 60

// renewsOf are what was given to s's holder, or by it, and runs out soon.
func (b *Books) renewsOf(s seat.Seat, now time.Time) (out []waiting) {
	last := fact.Day(now.AddDate(0, 0, renewsIn))
	for l := range b.Offers.Lapses(fact.Day(now)) {
		if l.On > last || len(out) >= desk.Most {
			break
		}
		n, _ := b.Needs.Head(l.Need)
		if n.Owner != s.Holder && l.Provider != s.Holder {
			continue
		}
		due, _ := time.Parse(time.DateOnly, string(l.On))
		id := string(l.Reservation)
		out = append(out, waiting{Item: desk.Item{Kind: desk.Renew, ID: id, Href: "/reservations/" + id, Due: due, Words: string(l.Need)}})
	}
	return out
}

// consentsOf are the corrections that s is asked to agree to.
func (b *Books) consentsOf(s seat.Seat, now time.Time) (out []waiting) {
	for _, c := range b.Corrections.WaitingFor(s, now) {
		id := string(c.Asked.Correction)
		out = append(out, waiting{Item: desk.Item{Kind: desk.Consent, ID: id, Href: "/corrections/" + id, Due: c.Until(), Words: c.Item}})
	}
	return out
}

// settlesOf are the flows of s's holder whose sides do not say the same: an
// amount that differs, or a receipt that the receiver contests.
func (b *Books) settlesOf(s seat.Seat) (out []waiting) {
	switch s.Role {
	case seat.Programme, seat.Implementer, seat.Officer:
	default:
		return nil
	}
	for _, book := range []*flow.Book{b.Flows, b.Held} {
		for f := range book.Open() {
			if f.SideOf(s.Holder) != "" && len(out) < 2*desk.Most {
				id := string(f.Recorded.Flow)
				out = append(out, waiting{Item: desk.Item{Kind: desk.Settle, ID: id, Href: "/flows/" + id + "/say?settle=yes"}})
			}
		}
	}
	return out
}

// votesOf are the needs that s may vote on and has not.
func (b *Books) votesOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting, more int) {
	stages := b.stagesOf(s)
	out = b.alarmsOf(s, now, may)
	not := b.Needs.Classes(func(c class.Class) bool {
		return need.VotedOn(c) && (c.Owner == string(s.Holder) || !may(c))
	})
	more = b.Needs.CountUnvoted(stages, s.ID, not)
	for id := range b.Needs.Unvoted(stages, s.ID, not) {
		n, _ := b.Needs.Get(id)
		if v := n.ViewFor(s, now); v.WhyNotVote == nil && v.Mine == nil {
			kind := desk.Vote
			if !n.Provisional.IsZero() {
				kind = desk.Ratify
			}
			out = append(out, waiting{Item: desk.Item{Kind: kind, ID: string(id), Href: "/needs/" + string(id) + "/vote", Due: n.Due}, title: n.Title})
		}
		if more--; len(out) >= desk.Most {
			break
		}
	}
	return out, more
}

// reopensOf are the needs of which s is asked to open a closed stage again.
func (b *Books) reopensOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting) {
	for n := range b.Needs.Doubted(now) {
		a, _ := n.Asking(now)
		asker, _ := b.Seats.Get(a.Seat)
		if _, err := n.Reopen(need.Hand{By: s}, asker, b.Offers.Committed(n.ID), now); err == nil && may(n.Class) {
			out = append(out, waiting{Item: desk.Item{Kind: desk.Reopen, ID: string(n.ID), Href: "/needs/" + string(n.ID) + "/reopen", Due: a.Until()},
				title: n.Title, turn: fmt.Sprint("reopen ", a.Pos)})
		}
	}
	return out
}

// stagesOf are the stages of any version in which s may vote.
func (b *Books) stagesOf(s seat.Seat) (out []string) {
	for _, p := range b.Procedures.All() {
		for _, stage := range p.Stages {
			if stage.Role == s.Role && stage.Body == s.Body && !slices.Contains(out, stage.ID) {
				out = append(out, stage.ID)
			}
		}
	}
	return out
}

// answersOf are the needs of s's holder that were returned, and the
// reservations that it has not answered.
func (b *Books) answersOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting) {
	own := func(stages ...string) []class.Class {
		return b.Needs.Classes(func(c class.Class) bool {
			return c.Owner == string(s.Holder) && slices.Contains(stages, c.Stage) && may(c)
		})
	}
	out = b.confirmsOf(s, now, may)
	for h := range b.Needs.In(own(string(need.Back))) {
		n, _ := b.Needs.Get(h.ID)
		if n.ViewFor(s, now).WhyNotResubmit == nil {
			out = append(out, waiting{Item: desk.Item{Kind: desk.Answer, ID: string(n.ID), Href: "/needs/" + string(n.ID) + "/resubmit"}, title: n.Title})
		}
	}
	for h := range b.Needs.In(own(string(need.Valid), need.Provisional)) {
		n, _ := b.Needs.Head(h.ID)
		for _, r := range b.Offers.PendingFor(h.ID, now) {
			if v, _ := b.Offers.ReservationFor(r.Reserved.Reservation, n, s, now); v.WhyNotAccept == nil {
				out = append(out, b.waits(desk.Accept, r, n, now, may))
			}
		}
	}
	return out
}

// commitsOf are the accepted reservations that s may commit.
func (b *Books) commitsOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting) {
	for _, r := range b.Offers.PendingOf(s.Holder, now) {
		n, _ := b.Needs.Head(r.Need)
		if v, _ := b.Offers.ReservationFor(r.Reserved.Reservation, n, s, now); v.WhyNotCommit == nil {
			out = append(out, b.waits(desk.Commit, r, n, now, may))
		}
	}
	return out
}

// betweenWords are the sides of a flow, and what they bind themselves to
// meanwhile.
func (b *Books) betweenWords(l web.Lang, id flow.ID, s seat.Seat) string {
	f, _ := b.shelfOf(id, s).Get(id)
	return web.T(l, "flow.fromto", "from", b.nameOf(l, f.Provider), "to", b.nameOf(l, f.Receiver))
}

// waits is a reservation that waits for somebody; of a need that they may no
// longer read only the id is said.
func (b *Books) waits(k desk.Kind, r offer.Reservation, n need.Head, now time.Time, may func(class.Class) bool) waiting {
	id := string(r.Reserved.Reservation)
	w := waiting{Item: desk.Item{Kind: k, ID: id, Href: "/reservations/" + id, Due: r.Until}}
	if may(n.Class) {
		w.title = n.Title
	} else {
		w.Words = string(n.ID)
	}
	if n.InLane() {
		w.urgent, w.asked = true, reachOf(r, now)
	}
	return w
}

// escalated are the needs that the front office is to look at. One that is
// both overdue and stuck stands once.
func (b *Books) escalated(now time.Time, may func(class.Class) bool) (out []waiting, more int) {
	add := func(k desk.Kind, h need.Head) {
		out = append(out, waiting{Item: desk.Item{Kind: k, ID: string(h.ID), Href: "/needs/" + string(h.ID), Due: h.Due}, title: h.Title})
	}
	out = append(b.silences(now, may), b.unanswered(now, may)...)
	more = b.Needs.CountOverdue(now)
	for h := range b.Needs.In(b.Needs.Classes(func(c class.Class) bool { return !may(c) })) {
		if h.Overdue(now) {
			more--
		}
	}
	for h := range b.Needs.Overdue(now) {
		if !may(h.Class) {
			continue
		}
		add(desk.Overdue, h)
		if more--; len(out) >= desk.Most {
			break
		}
	}
	for h := range b.Needs.Stuck() {
		switch {
		case h.Overdue(now), !may(h.Class):
		case len(out) < 2*desk.Most:
			add(desk.Stuck, h)
		default:
			more++
		}
	}
	return out, more
}

// mostChanges bounds how far back a desk looks for what changed.
const mostChanges = 2000

// changedFor are the facts after since that concern s: of needs and
// reservations of its holder, and of the needs that its group judges. Its own
// acts are no news.
func (h room) changedFor(ctx context.Context, l web.Lang, s seat.Seat, since, head fact.Pos) (out []desk.Change, err error) {
	from := max(since+1, head-mostChanges)
	for from <= head {
		kept, err := h.record.Facts(ctx, from, 500)
		if err != nil || len(kept) == 0 {
			return out, err
		}
		for _, k := range kept {
			from = k.Fact.Pos + 1
			if c, news := h.change(l, s, k.Fact); news {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func (h room) change(l web.Lang, s seat.Seat, f fact.Fact) (c desk.Change, news bool) {
	id, deal := about(f)
	if f.Realm != h.realm || f.Seat == string(s.ID) || id == "" {
		return c, false
	}
	may := h.reads(principalOf(s, h.realm))
	h.View(h.realm, func(b *Books) {
		n, _ := b.Needs.Head(id)
		r, reserved := b.Offers.Reservation(deal)
		news = n.Owner == s.Holder && may(n.Class) || reserved && r.Provider == s.Holder || may(n.Class) && b.groupNews(s, n, f)
	})
	if !news {
		return c, false
	}
	c = desk.Change{Pos: f.Pos, At: f.At, Href: "/needs/" + string(id), Words: web.T(l, "desk.change."+f.Kind, "need", id, "reservation", deal)}
	if deal != "" {
		c.Href = "/reservations/" + string(deal)
	}
	return c, true
}

// groupNews reports whether f is news to a group that judges n, or to a
// partner who may now give to it.
func (b *Books) groupNews(s seat.Seat, n need.Head, f fact.Fact) bool {
	switch f.Body.(type) {
	case need.ValidatedProvisionally:
		return s.Role == seat.Programme || s.Role.InBody()
	case need.Reopened:
		return s.Role.InBody() || s.Role == seat.CoChair || b.gaveTo(s.Holder, n.ID)
	case need.Returned, need.Rejected:
		return b.gaveTo(s.Holder, n.ID) // an emergency was open for the time being
	case need.Validated:
		return s.Role == seat.Programme || s.Role.InBody() && b.Needs.Voted(n.ID, s.ID)
	case need.Submitted, need.Resubmitted, need.StageClosed:
		return s.Role.InBody() && n.Status == need.Open && slices.Contains(b.stagesOf(s), n.Stage)
	}
	return false
}

// about is the need that a fact is about, and the reservation for it.
func about(f fact.Fact) (need.ID, offer.ReservationID) {
	switch b := f.Body.(type) {
	case need.Submitted:
		return b.Need, ""
	case need.Resubmitted:
		return b.Need, ""
	case need.StageClosed:
		return b.Need, ""
	case need.Validated:
		return b.Need, ""
	case need.Returned:
		return b.Need, ""
	case need.PassedProvisionally:
		return b.Need, ""
	case need.ValidatedProvisionally:
		return b.Need, ""
	case need.Confirmed:
		return b.Need, ""
	case need.Detailed:
		return b.Need, ""
	case need.Rejected:
		return b.Need, ""
	case need.Withdrawn:
		return b.Need, ""
	case need.Reopened:
		return b.Need, ""
	case offer.Reserved:
		return b.Need, b.Reservation
	case offer.CalledOff:
		return b.Need, b.Reservation
	case offer.Accepted:
		return b.Need, b.Reservation
	case offer.Declined:
		return b.Need, b.Reservation
	case offer.Released:
		return b.Need, b.Reservation
	case offer.Committed:
		return b.Need, b.Reservation
	}
	return "", ""
}
