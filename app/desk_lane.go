package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/notice/desk"
)

// What the emergency lane brings to desks. Emergencies are few: each look goes
// through all that are open.

func laneItem(k desk.Kind, n need.Need, due time.Time) waiting {
	return waiting{Item: desk.Item{Kind: k, ID: string(n.ID), Href: "/needs/" + string(n.ID) + "#emergency", Due: due}, title: n.Title}
}

// alarmsOf are the emergencies that s is to answer for its body.
func (b *Books) alarmsOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting) {
	on, _, _ := b.Seats.DutyOf(s.Body, now)
	for n := range b.Needs.InLane() {
		stage, ok := n.StageFor(s)
		if !ok || !n.Provisional.IsZero() || !n.Answering(stage, s, n.OnDuty(on), now) || !may(n.Class) {
			continue
		}
		w := laneItem(desk.Emergency, n, n.AnswerBy(stage.ID, now))
		w.urgent = true
		w.asked, _ = n.Reach(stage.ID, now)
		w.turn = fmt.Sprint(stage.ID, " ", n.Calls(stage.ID, now))
		out = append(out, w)
	}
	return out
}

// confirmsOf are the emergencies that were recorded for s's institution.
func (b *Books) confirmsOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting) {
	for n := range b.Needs.InLane() {
		if _, err := n.Confirm(s, now); err == nil && may(n.Class) {
			w := laneItem(desk.Confirm, n, n.ConfirmBy())
			w.urgent = true
			out = append(out, w)
		}
	}
	return out
}

// silences are the emergencies that the front office is to look after: nobody
// answers for a body, or the institution has not confirmed in time.
func (b *Books) silences(now time.Time, may func(class.Class) bool) (out []waiting) {
	for n := range b.Needs.InLane() {
		if !may(n.Class) {
			continue
		}
		for _, stage := range n.Stages {
			_, passed := n.Lane.Pass(stage.ID)
			if r, _ := n.Reach(stage.ID, now); n.InLane() && !passed && r == need.ToDesk {
				w := laneItem(desk.Silent, n, n.AnswerBy(stage.ID, now))
				w.urgent = true
				out = append(out, w)
				break
			}
		}
		if n.Unconfirmed() && !now.Before(n.ConfirmBy()) {
			out = append(out, laneItem(desk.Unconfirmed, n, n.ConfirmBy()))
		}
	}
	return out
}

// reachOf is how far the call for an answer to a reservation for an emergency
// has come: its side, then the deputy of that side, then the front office, for
// no body stands behind it.
func reachOf(r offer.Reservation, now time.Time) need.Reach {
	began := r.At
	if !r.Accepted.IsZero() {
		began = r.Accepted
	}
	return need.ReachAfter(began, now)
}

// unanswered are the reservations for emergencies that the front office is to
// look after: its side, and its deputy, are silent.
func (b *Books) unanswered(now time.Time, may func(class.Class) bool) (out []waiting) {
	for n := range b.Needs.InLane() {
		for _, r := range b.Offers.PendingFor(n.ID, now) {
			if !n.InLane() || !may(r.ClassFor(n.Head)) || reachOf(r, now) < need.ToBody {
				continue
			}
			out = append(out, b.waits(desk.Unanswered, r, n.Head, now, may))
		}
	}
	return out
}

// deputyPowers are what a deputy needs for each kind of what cannot wait.
var deputyPowers = map[desk.Kind]seat.Power{desk.Emergency: seat.Votes, desk.Accept: seat.Answers, desk.Commit: seat.Gives}

// forDeputyOf is what cannot wait for whoever sits on s, and is its deputy's as
// well by now.
func (b *Books) forDeputyOf(s seat.Seat, now time.Time, may func(class.Class) bool) []waiting {
	items, _ := b.waitsFor(s, now, may)
	return slices.DeleteFunc(items, func(w waiting) bool {
		power, known := deputyPowers[w.Kind]
		return !known || !w.urgent || w.asked < need.ToDeputy || !s.May(power)
	})
}

// elsewhere is what waits for the person of a request on seats that they do
// not act from now: on their own whatever waits, on those that they are a
// deputy of what has not waited.
func (h room) elsewhere(ctx context.Context, now time.Time) (out []desk.Elsewhere) {
	a := h.acting(ctx)
	if a.person == "" {
		return nil
	}
	h.View(h.realm, func(b *Books) {
		add := func(s seat.Seat, items []waiting, more int) {
			e := desk.Elsewhere{Seat: string(s.ID), Count: len(items) + more,
				Urgent: slices.ContainsFunc(items, func(w waiting) bool { return w.urgent })}
			if e.Count > 0 && s.ID != a.seat.ID {
				out = append(out, e)
			}
		}
		for _, s := range b.Seats.ByPerson(a.person, h.today()) {
			items, more := b.waitsFor(s, now, h.reads(principalOf(s, h.realm)))
			add(s, items, more)
		}
		for _, s := range b.Seats.Deputised(a.person, h.today()) {
			add(s, b.forDeputyOf(s, now, h.reads(principalOf(s, h.realm))), 0)
		}
	})
	return out
}

// gaveTo reports whether a party has ever reserved for a need.
func (b *Books) gaveTo(p party.ID, id need.ID) bool {
	return slices.ContainsFunc(b.Offers.ByNeed(id), func(r offer.Reservation) bool { return r.Provider == p })
}
