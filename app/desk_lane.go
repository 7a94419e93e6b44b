package app

import (
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
	duty, _, _ := b.Seats.DutyOf(s.Body, now)
	for n := range b.Needs.InLane() {
		stage, ok := n.StageFor(s)
		if !ok || !n.Provisional.IsZero() || !n.Answering(stage, s, duty.ID, now) || !may(n.Class) {
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

// gaveTo reports whether a party has ever reserved for a need.
func (b *Books) gaveTo(p party.ID, id need.ID) bool {
	return slices.ContainsFunc(b.Offers.ByNeed(id), func(r offer.Reservation) bool { return r.Provider == p })
}
