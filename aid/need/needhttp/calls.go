package needhttp

import (
	"cmp"
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/web"
)

// A called is a step of the call for an answer: the clock says it, no fact
// does, so it opens none.
type called struct {
	at    time.Time
	words string
}

// callsOf are the steps of the call of an emergency until now, or until it was
// answered or left the lane, newest first.
func (a account) callsOf(l web.Lang, b Books, facts []fact.Fact) (out []called) {
	if a.Lane == nil {
		return nil
	}
	until := a.now
	for _, f := range facts {
		switch f.Body.(type) {
		case need.ValidatedProvisionally, need.Withdrawn, need.Returned, need.Rejected, need.Validated:
			if f.At.Before(until) {
				until = f.At
			}
		}
	}
	for _, stage := range a.Stages {
		for _, s := range a.Steps(stage.ID, until) {
			duty, _, has := b.Seats.DutyOf(stage.Body, s.At)
			has = has && a.OnDuty(duty) != ""
			word := reaches[s.Reach]
			if !has && s.Reach == need.ToDuty {
				word = "nobody"
			} else if !has && s.Reach < need.ToDesk {
				continue // all were called at once
			}
			who := ""
			if has {
				who = a.voterIn(l, b, duty.ID, "")
			}
			out = append(out, called{s.At, web.T(l, "emergency.step."+word, "stage", stageWord(l, stage.ID), "seat", who)})
		}
	}
	slices.SortStableFunc(out, func(x, y called) int { return cmp.Compare(y.at.UnixNano(), x.at.UnixNano()) })
	return out
}

// withCalls puts the steps of the call among the facts, by time; what the
// facts of a moment set off stands above them.
func (v itemView) withCalls(events []web.Event) []web.Event {
	out, calls := make([]web.Event, 0, len(events)+len(v.calls)), v.calls
	for i, e := range events {
		at := v.facts[len(v.facts)-1-i].At
		for len(calls) > 0 && !calls[0].at.Before(at) {
			out = append(out, web.Event{When: web.Time(v.Lang, calls[0].at), Text: calls[0].words})
			calls = calls[1:]
		}
		out = append(out, e)
	}
	return out
}
