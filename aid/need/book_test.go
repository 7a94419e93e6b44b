package need_test

import (
	"cmp"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
)

// What was asked is kept in less room than it came in, and comes out as it was.
func TestKeepsWhatWasAsked(t *testing.T) {
	for _, spoil := range []func(*need.Asked){
		func(*need.Asked) {},
		func(a *need.Asked) { a.Weakness, a.Region, a.HideRegion, a.Excluded = text.Ref{}, "", false, nil },
		func(a *need.Asked) { a.Title = text.Ref{ID: "t1", Commit: "odd"} },
		func(a *need.Asked) { a.Evidence, a.Incidents = ref(7), ref(8) },
		func(a *need.Asked) { a.Incidents = ref(8) },
		func(a *need.Asked) { a.Title.ID = "0000000000000000000000000000000G" },
		func(a *need.Asked) { a.Title.Commit = "ABCDEF" + a.Title.Commit[6:] },
		func(a *need.Asked) { a.Title = text.Ref{ID: ref(0).ID, Commit: ref(-1000).Commit} }, // all zeros
		func(a *need.Asked) { a.Title.ID = "" },
	} {
		a := asked()
		spoil(&a)
		w := newWorld(t).tell(need.Submitted{Need: "N-0001", Owner: "power", Procedure: 1, Asked: a})
		if n := w.need(); !reflect.DeepEqual(n.Asked, a) || n.Title != a.Title {
			t.Errorf("asked %+v\nkept  %+v", a, n.Asked)
		}
		if h, ok := w.book.Head("N-0001"); !ok || h.Title != a.Title || h.Line != a.Line || h.Sector != a.Sector || h.Region != a.Region ||
			h.Urgency != a.Urgency || h.Criticality != a.Criticality || h.UsefulUntil != a.UsefulUntil || h.HideRegion != a.HideRegion {
			t.Errorf("asked %+v\nhead  %+v", a, h)
		}
	}
}

// A vote is kept whole, of whatever round.
func TestKeepsVotes(t *testing.T) {
	w := newWorld(t).submit()
	votes := []need.Voted{
		{Need: "N-0001", Stage: "technical", Round: 1, Seat: "R-2001", For: "R-2002", Scores: []need.Score{{"a", 1}, {"b", 2}}, Verdict: need.Pass},
		{Need: "N-0001", Stage: "technical", Round: 1, Seat: "R-2002", Scores: []need.Score{{"a", 12}}, Verdict: need.Pass},
		{Need: "N-0001", Stage: "technical", Round: 1, Seat: "R-2003", Scores: []need.Score{{"a1b", 2}}, Verdict: need.Pass},
		{Need: "N-0001", Stage: "technical", Round: 1, Seat: "R-2004", Verdict: need.Reject, Reason: ref(7)},
	}
	var want []need.Vote
	for i, v := range votes {
		want = append(want, need.Vote{Voted: v, At: noon, Pos: fact.Pos(2 + i)})
		w.tell(v)
	}
	n := w.need()
	if !reflect.DeepEqual(n.Votes, want) {
		t.Errorf("votes are %+v\nwant %+v", n.Votes, want)
	}
	// The second vote of seat 2002 is its latest: the first was cast for it.
	if got := n.Standing("technical"); len(got) != 3 || got[0].Seat != "R-2002" || got[0].For != "" {
		t.Errorf("standing are %+v", got)
	}
	if !w.book.Voted("N-0001", "R-2002") || !w.book.Voted("N-0001", "R-2004") || w.book.Voted("N-0001", "R-2001") || w.book.Voted("N-1", "R-2001") {
		t.Error("who has voted is wrong: a vote counts for the seat that it is cast for")
	}
}

// A book's copy stays as it was when the book goes on.
func TestCopiesStay(t *testing.T) {
	w := newWorld(t).submit().vote(tech[0], need.Pass)
	before, again := w.need(), w.need()
	w.vote(tech[0], need.Reject).vote(tech[1], need.Reject)
	if !reflect.DeepEqual(before, again) {
		t.Errorf("a copy that a reader holds was changed: %+v", before)
	}
}

// A stage's clock counts hours, over a leap day and over the nights in which
// Kyiv's clocks are set, whose hours no day of the calendar tells.
func TestClockCountsHours(t *testing.T) {
	for _, tt := range []struct{ opened, due, inKyiv string }{
		{"2028-02-28T22:30:00Z", "2028-03-02T22:30:00Z", "00:30"},
		{"2026-03-27T10:00:00Z", "2026-03-30T10:00:00Z", "13:00"}, // opened at 12:00
		{"2026-10-23T09:00:00Z", "2026-10-26T09:00:00Z", "11:00"}, // opened at 12:00
	} {
		at := func(s string) time.Time {
			parsed, err := time.Parse(time.RFC3339, s)
			if err != nil {
				t.Fatal(err)
			}
			return parsed
		}
		w := newWorld(t)
		w.now = at(tt.opened)
		w.tell(need.Submitted{Need: "N-0001", Owner: "power", Procedure: 1, Asked: asked()})
		n, due := w.need(), at(tt.due)
		if !n.Due.Equal(due) || n.Overdue(due.Add(-time.Microsecond)) || !n.Overdue(due) {
			t.Errorf("opened %s: due %v; want %s", tt.opened, n.Due, tt.due)
		}
		zone, err := time.LoadLocation("Europe/Kyiv")
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Due.In(zone).Format("15:04"); got != tt.inKyiv {
			t.Errorf("opened %s: due at %s in Kyiv; want %s", tt.opened, got, tt.inKyiv)
		}
	}
}

func TestClock(t *testing.T) {
	w := newWorld(t).submit()
	n := w.need()
	due := noon.Add(72 * time.Hour)
	if n.Opened != noon || n.Due != due || n.Overdue(due.Add(-1)) || !n.Overdue(due) {
		t.Errorf("opened %v, due %v", n.Opened, n.Due)
	}
	w.now = noon.Add(80 * time.Hour) // late votes count: being overdue decides nothing
	w.through()
	n = w.need()
	if n.Stage != "interagency" || n.Opened != w.now || n.Due != w.now.Add(72*time.Hour) || n.Overdue(w.now) {
		t.Errorf("stage %s opened %v, due %v", n.Stage, n.Opened, n.Due)
	}
	p := n.Progress(w.now)
	if len(p) != 2 || p[0].State != need.Closed || p[0].Verdict != need.Pass || p[0].Opened != noon || p[0].Closed != w.now || p[0].Due != due ||
		p[1].State != need.Now || p[1].Opened != w.now || p[0].Tally != (need.Tally{Pass: 2}) || p[1].Tally != (need.Tally{}) {
		t.Errorf("progress is %+v", p)
	}
	w.now = w.now.Add(100 * time.Hour)
	if p := w.need().Progress(w.now); !p[1].Overdue || p[0].Overdue {
		t.Errorf("progress is %+v", p)
	}
	between := w.need().Opened
	w.vote(inter[0], need.Return).vote(inter[1], need.Return)
	if p := w.need().Progress(w.now); p[1].State != need.Closed || p[1].Opened != between || p[1].Closed != w.now {
		t.Errorf("progress is %+v", p)
	}
	if n := w.need(); n.Status != need.Back || n.Stage != "" || !n.Due.IsZero() || n.Overdue(w.now.AddDate(1, 0, 0)) || n.Ended != w.now {
		t.Errorf("a returned need has a clock: %+v", n.Head)
	}
	later := w.now.Add(time.Hour)
	w.now = later
	w.do(w.need().Resubmit(officer, w.now, asked()))
	n = w.need()
	if n.Round != 2 || n.Stage != "technical" || n.Opened != later || n.Began != later || n.Submitted != noon || !n.Ended.IsZero() {
		t.Errorf("the second round is %+v", n.Head)
	}
	if p := n.Progress(later); p[0].State != need.Now || p[0].Opened != later || len(p[0].Votes) != 0 || p[1].State != need.Ahead || !p[1].Due.IsZero() {
		t.Errorf("progress is %+v", p)
	}
}

// All seats have voted and no verdict has a majority: the need stays open, and
// is told to the front office, until a seat thinks again.
func TestStuck(t *testing.T) {
	w := newWorld(t).submit().vote(tech[0], need.Pass).vote(tech[1], need.Reject)
	if w.need().Stuck {
		t.Fatal("stuck before the third vote")
	}
	w.vote(tech[3], need.Abstain)
	n := w.need()
	stuck := slices.Collect(w.book.Stuck())
	if n.Status != need.Open || !n.Stuck || !n.Escalated(w.now) || len(stuck) != 1 || stuck[0].Title != ref(1) {
		t.Fatalf("%+v, %v", n.Head, stuck)
	}
	if p := n.Progress(w.now); !p[0].Stuck || p[0].Overdue {
		t.Errorf("progress is %+v", p)
	}
	w.vote(tech[3], need.Pass)
	if n := w.need(); n.Stuck || n.Stage != "interagency" || len(slices.Collect(w.book.Stuck())) != 0 {
		t.Errorf("%+v", n.Head)
	}
}

// Only the present round counts, and each seat once.
func TestRoundsApart(t *testing.T) {
	w := newWorld(t).submit().vote(tech[0], need.Pass).vote(tech[0], need.Reject).vote(tech[0], need.Abstain)
	if w.need().Stuck {
		t.Error("one seat that votes three times is not three seats")
	}
	w.vote(tech[1], need.Return).vote(tech[3], need.Return)
	w.do(w.need().Resubmit(officer, w.now, asked())).vote(tech[1], need.Pass)
	if n := w.need(); n.Round != 2 || n.Stuck || len(n.Standing("technical")) != 1 {
		t.Errorf("votes of the first round count in the second: %+v", n.Head)
	}
	if !w.book.Voted("N-0001", tech[1].ID) || w.book.Voted("N-0001", tech[0].ID) {
		t.Error("who has voted in this round is wrong")
	}
}

// A reader who may not see hidden regions cannot find them by asking.
func TestHiddenRegion(t *testing.T) {
	w := newWorld(t).submit()
	shown := asked()
	shown.HideRegion = false
	w.do(need.Submit("N-0002", officer, w.procedure(), w.now, shown))
	keys := w.book.Classes(every)
	if got := ids(w.book.Find(keys, need.Filter{Region: "UA-63"})); !slices.Equal(got, []need.ID{"N-0002"}) {
		t.Errorf("found %v", got)
	}
	if got := ids(w.book.Find(keys, need.Filter{Region: "UA-63", Hidden: true})); len(got) != 2 {
		t.Errorf("who may see them found %v", got)
	}
	if n := w.book.CountFound(keys, need.Filter{Hidden: true}); n != 2 {
		t.Errorf("%d were counted", n)
	}
}

func TestView(t *testing.T) {
	w := newWorld(t).submit().vote(tech[0], need.Pass)
	n := w.need()
	if v := n.ViewFor(tech[0], w.now); v.WhyNotVote != nil || v.Mine == nil || v.Mine.Seat != tech[0].ID {
		t.Errorf("who voted sees %v, %v", v.WhyNotVote, v.Mine)
	}
	if v := n.ViewFor(tech[1], w.now); v.WhyNotVote != nil || v.Mine != nil || len(v.Progress) != 2 {
		t.Errorf("who may vote sees %v, %v", v.WhyNotVote, v.Mine)
	}
	if v := n.ViewFor(tech[2], w.now); v.WhyNotVote == nil || v.WhyNotWithdraw == nil || v.WhyNotResubmit == nil {
		t.Error("the owner's member may do something")
	}
}

// Whatever is decided, the book's indexes agree with its needs, and button
// with rule.
func TestBookAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		moves := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 3, 3), 0, 60).Draw(rt, "moves")
		for _, m := range moves {
			w.move(m[0], m[1], m[2])
		}
		at := w.now.Add(time.Duration(rapid.IntRange(-10, 300).Draw(rt, "hours")) * time.Hour)
		checkIndexes(rt, w, at)
		fresh := need.NewBook()
		for _, f := range w.facts {
			fresh.Fold(f)
		}
		for h := range w.book.All() {
			a, _ := w.book.Get(h.ID)
			b, _ := fresh.Get(h.ID)
			if !reflect.DeepEqual(a, b) {
				rt.Fatalf("a replay reads %+v; want %+v", b, a)
			}
		}
	})
}

func every(class.Class) bool { return true }

func checkIndexes(t *rapid.T, w *world, at time.Time) {
	var all, overdue, stuck []need.ID
	counted := map[class.Class][]need.ID{}
	waiting := map[string]int{}
	for h := range w.book.All() {
		all = append(all, h.ID)
		k := h.Class
		counted[k] = append(counted[k], h.ID)
		if h.Overdue(at) {
			overdue = append(overdue, h.ID)
		}
		n, _ := w.book.Get(h.ID)
		for _, s := range n.Stages {
			if s.ID == n.Stage && need.Count(n.Standing(s.ID)).Stuck(s) {
				stuck = append(stuck, h.ID)
			}
		}
		if h.Status == need.Open {
			waiting[h.Stage]++
		}
	}
	if len(all) != w.book.Len() {
		t.Fatalf("%d of %d needs are yielded", len(all), w.book.Len())
	}
	if got := ids(w.book.In(w.book.Classes(every))); !slices.Equal(got, all) {
		t.Fatalf("all buckets are %v; want %v", got, all)
	}
	for _, k := range w.book.Classes(every) {
		if got := ids(w.book.In([]class.Class{k, k})); !slices.Equal(got, counted[k]) || w.book.Count([]class.Class{k, k}) != len(got) {
			t.Fatalf("bucket %v is %v, counted %d; want %v", k, got, w.book.Count([]class.Class{k}), counted[k])
		}
	}
	checkFilters(t, w)
	checkUnvoted(t, w)
	checkRecent(t, w)
	if got := ids(w.book.Overdue(at)); !same(got, overdue) || w.book.CountOverdue(at) != len(overdue) {
		t.Fatalf("overdue are %v; want %v", got, overdue)
	}
	if got := ids(w.book.Stuck()); !same(got, stuck) {
		t.Fatalf("stuck are %v; want %v", got, stuck)
	}
	for _, stage := range []string{"technical", "interagency", "no stage"} {
		last := time.Time{}
		n := 0
		for h := range w.book.Queue(stage) {
			if h.Stage != stage || h.Due.Before(last) {
				t.Fatalf("queue %s yields %+v after %v", stage, h, last)
			}
			last = h.Due
			n++
		}
		if n != waiting[stage] || w.book.Waiting(stage) != n {
			t.Fatalf("%d wait in %s, %d are yielded; want %d", w.book.Waiting(stage), stage, n, waiting[stage])
		}
	}
}

// checkUnvoted: what waits for a seat is told off without looking at the rest.
func checkUnvoted(t *rapid.T, w *world) {
	stages := []string{"technical", "interagency", "no stage"}[:rapid.IntRange(0, 3).Draw(t, "stages")]
	not := w.book.Classes(func(class.Class) bool { return rapid.Bool().Draw(t, "not") })
	for _, by := range slices.Concat(tech, inter, []seat.Seat{officer}) {
		var want []need.Head
		for h := range w.book.All() {
			if h.Status == need.Open && slices.Contains(stages, h.Stage) && !slices.Contains(not, h.Class) && !w.book.Voted(h.ID, by.ID) {
				want = append(want, h)
			}
		}
		slices.SortFunc(want, func(x, y need.Head) int { return cmp.Or(x.Due.Compare(y.Due), cmp.Compare(x.Pos, y.Pos)) })
		n := 0
		for id := range w.book.Unvoted(stages, by.ID, not) {
			if n >= len(want) || want[n].ID != id {
				t.Fatalf("number %d that waits for %s in %v is %s; want of %+v", n, by.ID, stages, id, want)
			}
			n++
		}
		if got := w.book.CountUnvoted(stages, by.ID, not); n != len(want) || got != n {
			t.Fatalf("%d wait for %s in %v, %d are counted; want %d", n, by.ID, stages, got, len(want))
		}
	}
}

func checkRecent(t *rapid.T, w *world) {
	since := fact.Pos(rapid.IntRange(-1, len(w.facts)).Draw(t, "since"))
	var got, want []need.ID
	last := fact.None
	w.book.ChangedAfter(since, func(id need.ID, pos fact.Pos) bool {
		if last == fact.None {
			last = pos
		}
		got = append(got, id)
		return true
	})
	for h := range w.book.All() {
		if h.Changed > since {
			want = append(want, h.ID)
		}
	}
	slices.Sort(got)
	if got = slices.Compact(got); !same(got, want) || last != fact.None && last != w.book.Changed() {
		t.Fatalf("after %d changed %v, want %v; the last at %d of %d", since, got, want, last, w.book.Changed())
	}
}

func checkFilters(t *rapid.T, w *world) {
	f := need.Filter{Line: rapid.SampledFrom([]capability.Line{"", "detection", "training"}).Draw(t, "line"),
		Urgency: rapid.SampledFrom([]need.Urgency{"", need.Short, need.Long}).Draw(t, "urgency"), Criticality: rapid.SampledFrom([]need.Criticality{"", need.High, need.Low}).Draw(t, "criticality"),
		Sector: rapid.SampledFrom([]string{"", "energy", "health"}).Draw(t, "sector"), Stage: rapid.SampledFrom([]string{"", "technical", "interagency", "x"}).Draw(t, "stage"),
		Region: rapid.SampledFrom([]string{"", "UA-63", "UA-30"}).Draw(t, "region"), Hidden: rapid.Bool().Draw(t, "hidden")}
	if rapid.Bool().Draw(t, "of a voter") {
		f.For = &need.Voter{Seat: tech[rapid.IntRange(0, 1).Draw(t, "voter")].ID, Stages: []string{"technical", "interagency", "x"}[:rapid.IntRange(0, 3).Draw(t, "stages")]}
	}
	keys := w.book.Classes(every)
	for _, one := range []need.Filter{{Stage: "technical"}, {Stage: "interagency"}, {Line: f.Line}, {Sector: f.Sector}, {Region: f.Region, Hidden: f.Hidden},
		{For: &need.Voter{Seat: tech[0].ID, Stages: []string{"technical"}}}} {
		checkFilter(t, w, one, keys)
	}
	checkFilter(t, w, f, keys[:rapid.IntRange(0, len(keys)).Draw(t, "buckets")])
}

func checkFilter(t *rapid.T, w *world, f need.Filter, keys []class.Class) {
	var want []need.ID
	for h := range w.book.All() {
		fits := (f.Line == "" || f.Line == h.Line) && (f.Urgency == "" || f.Urgency == h.Urgency) && (f.Criticality == "" || f.Criticality == h.Criticality) &&
			(f.Sector == "" || f.Sector == h.Sector) && (f.Stage == "" || f.Stage == h.Stage) && (f.Region == "" || f.Region == h.Region && (f.Hidden || !h.HideRegion))
		fits = fits && (f.For == nil || h.Status == need.Open && slices.Contains(f.For.Stages, h.Stage) && !w.book.Voted(h.ID, f.For.Seat))
		if fits && slices.Contains(keys, h.Class) {
			want = append(want, h.ID)
		}
	}
	if got := ids(w.book.Find(keys, f)); !slices.Equal(got, want) || w.book.CountFound(append(slices.Clone(keys), keys...), f) != len(want) {
		t.Fatalf("%+v finds %v, counts %d; want %v", f, got, w.book.CountFound(keys, f), want)
	}
	if got := w.book.Slice(keys, f, min(1, len(want)), len(want)); !slices.Equal(got, want[min(1, len(want)):]) {
		t.Fatalf("all but the first of %v are %v", want, got)
	}
}

func ids(heads func(func(need.Head) bool)) (list []need.ID) {
	for h := range heads {
		list = append(list, h.ID)
	}
	return list
}

func same(a, b []need.ID) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// A walk that is left early ends.
func TestWalksEnd(t *testing.T) {
	w := newWorld(t).submit()
	w.do(need.Submit("N-0002", stranger, w.procedure(), w.now, asked()))
	w.do(need.Submit("N-0003", officer, w.procedure(), w.now, asked()))
	b := w.book
	late := w.now.AddDate(1, 0, 0)
	for _, heads := range []func(func(need.Head) bool){b.All(), b.In(b.Classes(every)), b.Queue("technical"), b.Overdue(late)} {
		n := 0
		for range heads {
			if n++; n == 2 {
				break
			}
		}
		if n != 2 {
			t.Errorf("%d were yielded", n)
		}
	}
	if got := ids(b.In(b.Classes(func(c class.Class) bool { return c.Owner == "power" && c.Stage == "open" }))); !slices.Equal(got, []need.ID{"N-0003", "N-0001"}) {
		t.Errorf("of one owner: %v", got)
	}
	if got := ids(b.In([]class.Class{{Owner: "nobody", Stage: "open"}})); got != nil {
		t.Errorf("of nobody: %v", got)
	}
}

// What a newer program may have recorded folds, and does no harm.
func TestFoldsTheUnknown(t *testing.T) {
	w := newWorld(t)
	w.tell(need.Voted{Need: "N-9"}, need.Validated{Need: "N-9"}, need.Resubmitted{Need: "N-9"})
	w.tell(need.Submitted{Need: "N-0001", Owner: "power", Procedure: 7, Asked: asked()}) // of a procedure that nobody adopted
	w.tell(need.StageClosed{Need: "N-0001", Stage: "x", Round: 1, Verdict: need.Pass}, procedure.Adopted{Version: 9})
	n := w.need()
	if n.Stage != "" || n.Status != need.Open || len(n.Stages) != 0 || n.Progress(w.now) != nil {
		t.Errorf("%+v", n)
	}
	if _, err := n.Vote(tech[0], w.now, ballot(n, need.Pass)); err == nil {
		t.Error("a vote under no procedure was taken")
	}
	w.tell(need.Submitted{Need: "N-0001", Owner: "water", Procedure: 1, Asked: asked()})
	if w.need().Owner != "power" || w.book.Len() != 1 {
		t.Error("an id was submitted twice")
	}
}
