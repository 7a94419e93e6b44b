package need_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// who is s with somebody on it.
func who(s seat.Seat) seat.Seat {
	s.Person = "p-" + string(s.ID)
	return s
}

var (
	desk  = who(sit("R-5001", seat.FrontOffice, "office", ""))
	chair = who(sit("R-5002", seat.CoChair, "EE", ""))
)

// asks lets by ask for a stage.
func (w *world) asks(by seat.Seat, stage string) ([]fact.Body, error) {
	return w.need().AskReopen(need.Hand{By: by}, stage, need.WrongVotes, ref(9), false, w.now)
}

func (w *world) agrees(by, asker seat.Seat) ([]fact.Body, error) {
	return w.need().Reopen(need.Hand{By: by}, asker, false, w.now)
}

func TestReopen(t *testing.T) {
	open := func(*world) {}
	passed := func(w *world) { w.through() }
	validated := func(w *world) { w.through().vote(inter[0], need.Pass).vote(inter[1], need.Pass) }
	rejected := func(w *world) { w.vote(tech[0], need.Reject).vote(tech[1], need.Reject) }
	returned := func(w *world) { w.vote(tech[0], need.Return).vote(tech[1], need.Return) }
	withdrawn := func(w *world) { passed(w); w.do(w.need().Withdraw(officer, w.now, need.AskedTwice)) }
	asked := func(by seat.Seat, stage string) func(*world) {
		return func(w *world) { validated(w); w.do(w.asks(by, stage)) }
	}
	for _, tt := range []struct {
		name  string
		given func(*world)
		by    seat.Seat
		stage string
		err   error
	}{
		{"its group", passed, who(tech[0]), "technical", nil},
		{"the front office", validated, desk, "technical", nil},
		{"the last stage", validated, who(inter[0]), "interagency", nil},
		{"one that rejected", rejected, who(tech[0]), "technical", nil},
		{"one that returned", returned, who(tech[0]), "technical", nil},
		{"still open", open, who(tech[0]), "technical", need.ErrNotClosed},
		{"ahead", passed, who(inter[0]), "interagency", need.ErrNotClosed},
		{"no stage", passed, desk, "somewhere", need.ErrNotClosed},
		{"another group", validated, who(inter[0]), "technical", need.ErrNotReopener},
		{"a co-chair", validated, chair, "technical", need.ErrNotReopener},
		{"its owner", validated, officer, "technical", need.ErrNotReopener},
		{"the owner's seat in the group", validated, who(tech[2]), "technical", need.ErrNotReopener},
		{"withdrawn", withdrawn, who(tech[0]), "technical", need.ErrOver},
		{"asked already", asked(desk, "technical"), who(tech[0]), "technical", need.ErrReopening},
		{"a seat of yesterday", validated, func() seat.Seat { s := who(tech[0]); s.Until = "2026-02-01"; return s }(), "technical", seat.ErrTerm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).submit()
			tt.given(w)
			got, err := w.asks(tt.by, tt.stage)
			if !errors.Is(err, tt.err) || (err == nil) != (kinds(got) == "need.reopening_asked") {
				t.Errorf("asking says %v, %v; want %v", got, err, tt.err)
			}
			filled(t, err)
			if may := slices.Contains(w.need().Reopenable(tt.by, false, w.now), tt.stage); may != (err == nil || tt.err == need.ErrReopening) {
				t.Errorf("the page offers it: %v", may)
			}
		})
	}
	for _, tt := range []struct {
		name  string
		given func(*world)
		by    seat.Seat
		asker seat.Seat
		after time.Duration
		err   error
	}{
		{"another of the group", asked(who(tech[0]), "technical"), who(tech[1]), who(tech[0]), 0, nil},
		{"a co-chair", asked(who(tech[0]), "technical"), chair, who(tech[0]), 0, nil},
		{"a co-chair, of the front office's", asked(desk, "technical"), chair, desk, need.ReopenTime - 1, nil},
		{"who asked", asked(who(tech[0]), "technical"), who(tech[0]), who(tech[0]), 0, need.ErrSamePerson},
		{"the same person on another seat", asked(desk, "technical"), func() seat.Seat { s := chair; s.Person = desk.Person; return s }(), desk, 0, need.ErrSamePerson},
		{"another group", asked(who(tech[0]), "technical"), who(inter[0]), who(tech[0]), 0, need.ErrNotReopener},
		{"the front office", asked(who(tech[0]), "technical"), desk, who(tech[0]), 0, need.ErrNotReopener},
		{"the owner's seat", asked(desk, "technical"), who(tech[2]), desk, 0, need.ErrNotReopener},
		{"too late", asked(desk, "technical"), chair, desk, need.ReopenTime, need.ErrNotAsked},
		{"not asked", validated, chair, desk, 0, need.ErrNotAsked},
		{"withdrawn meanwhile", func(w *world) { asked(desk, "technical")(w); w.do(w.need().Withdraw(officer, w.now, need.AskedTwice)) }, chair, desk, 0, need.ErrNotAsked},
	} {
		t.Run("agreeing, "+tt.name, func(t *testing.T) {
			w := newWorld(t).submit()
			tt.given(w)
			w.now = w.now.Add(tt.after)
			got, err := w.agrees(tt.by, tt.asker)
			if !errors.Is(err, tt.err) || (err == nil) != (kinds(got) == "need.reopened") {
				t.Errorf("agreeing says %v, %v; want %v", got, err, tt.err)
			}
			filled(t, err)
		})
	}
	w := newWorld(t).submit()
	asked(desk, "technical")(w)
	if _, err := w.need().Reopen(need.Hand{By: chair}, desk, true, w.now); !errors.Is(err, need.ErrCommitted) {
		t.Errorf("what partners committed to is opened again: %v", err)
	}
	if _, err := w.need().AskReopen(need.Hand{By: desk}, "technical", "because", ref(9), false, w.now.Add(need.ReopenTime)); !errors.Is(err, need.ErrReopenWhy) {
		t.Errorf("a free reason: %v", err)
	}
}

// TestReopenedStage: the votes of before stay and count no more, in the stage
// and in those after it; stages before it are as they were.
func TestReopenedStage(t *testing.T) {
	w := newWorld(t).submit().through().vote(inter[0], need.Pass).vote(inter[1], need.Pass)
	votes := len(w.need().Votes)
	again := func(stage string) {
		w.now = w.now.Add(time.Hour)
		w.do(w.asks(desk, stage))
		if got := fmt.Sprint(doubted(w.book, w.now)); got != "[N-0001]" {
			t.Errorf("asked of are %s", got)
		}
		w.do(w.agrees(chair, desk))
	}
	state := func() (out []string) {
		for _, p := range w.need().Progress(w.now) {
			out = append(out, fmt.Sprint(p.Stage.ID, " ", p.State, " ", p.Tally.Cast()))
		}
		return out
	}
	again("interagency")
	n := w.need()
	if n.Status != need.Open || n.Stage != "interagency" || n.Round != 2 || n.AskedIn() != 1 || len(n.Votes) != votes || !n.Ended.IsZero() {
		t.Fatalf("%+v", n.Head)
	}
	if got := state(); !slices.Equal(got, []string{"technical closed 2", "interagency open 0"}) {
		t.Errorf("it stands %q", got)
	}
	if p := n.Progress(w.now); !p[1].Opened.Equal(w.now) || !p[1].Due.Equal(n.Due) || p[0].Closed.Before(p[0].Opened) {
		t.Errorf("its stages opened %v and %v", p[0].Opened, p[1].Opened)
	}
	if waits := unvoted(w.book, "interagency", inter[0].ID); waits != "[N-0001]" {
		t.Errorf("for a seat that had voted waits %s", waits)
	}
	if _, err := n.Vote(inter[0], w.now, need.Ballot{Stage: "interagency", Round: 1, Verdict: need.Abstain}); !errors.Is(err, need.ErrStale) {
		t.Errorf("a vote of before counts: %v", err)
	}
	w.vote(inter[0], need.Pass).vote(inter[1], need.Pass)
	if w.need().Status != need.Valid {
		t.Fatalf("voted on anew it is %s", w.need().Status)
	}
	again("technical")
	if got := state(); !slices.Equal(got, []string{"technical open 0", "interagency ahead 0"}) {
		t.Errorf("from the first stage it stands %q", got)
	}
	w.vote(tech[0], need.Reject).vote(tech[1], need.Reject)
	if got := w.need(); got.Status != need.Denied || got.Round != 3 || len(got.Reopenings) != 2 {
		t.Errorf("rejected it is %+v", got.Head)
	}
	// And back to its owner, who answers: a round of its own.
	again("technical")
	w.vote(tech[0], need.Return).vote(tech[1], need.Return)
	w.do(w.need().Resubmit(officer, w.now, asked()))
	if n := w.need(); n.Round != 5 || n.AskedIn() != 5 {
		t.Errorf("answered it is in round %d, asked in %d", n.Round, n.AskedIn())
	}
	if got := doubted(w.book, w.now); len(got) != 0 {
		t.Errorf("asked of are %v", got)
	}
	fresh := need.NewBook()
	for _, f := range w.facts {
		fresh.Fold(f)
	}
	if a, _ := fresh.Get("N-0001"); fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", w.need()) {
		t.Error("a replay gives another need")
	}
}

func doubted(b *need.Book, now time.Time) (out []need.ID) {
	for n := range b.Doubted(now) {
		out = append(out, n.ID)
	}
	return out
}

func unvoted(b *need.Book, stage string, by seat.ID) string {
	return fmt.Sprint(slices.Collect(b.Unvoted([]string{stage}, by, nil)))
}
