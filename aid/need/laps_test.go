package need_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/aid/need"
)

// Laps follow one another without a gap, and a round before the last is in the
// whole way only.
func TestLaps(t *testing.T) {
	began := time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)
	at := func(days int) time.Time { return began.AddDate(0, 0, days) }
	closed := func(stage string, round, days int) need.Closing {
		return need.Closing{StageClosed: need.StageClosed{Stage: stage, Round: round}, At: at(days)}
	}
	n := need.Need{Head: need.Head{Status: need.Valid, Round: 2, Submitted: at(-9), Began: began, Ended: at(5)},
		Closings: []need.Closing{closed("technical", 1, -4), closed("technical", 2, 2), closed("interagency", 2, 5)}}
	const day = 24 * time.Hour
	want := []need.Lap{{Step: "technical", Took: 2 * day}, {Step: "interagency", Took: 3 * day}, {Step: need.Decided, Took: 14 * day}}
	if got := n.Laps(); !slices.Equal(got, want) {
		t.Errorf("its laps are %v, want %v", got, want)
	}
	n.Status = need.Open
	if got := n.Laps(); len(got) != 2 {
		t.Errorf("while it is open its laps are %v", got)
	}
}

// The median has as many below as above, and lies between its neighbours.
func TestMedian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var took []time.Duration
		for _, n := range rapid.SliceOf(rapid.Int64Range(0, 1<<50)).Draw(t, "took") {
			took = append(took, time.Duration(n))
		}
		m, ok := need.Median(took)
		if ok != (len(took) > 0) {
			t.Fatalf("of %d there is a median: %v", len(took), ok)
		}
		below, above := 0, 0
		for _, d := range took {
			if d < m {
				below++
			}
			if d > m {
				above++
			}
		}
		if below > len(took)/2 || above > len(took)/2 {
			t.Fatalf("%d below and %d above %v", below, above, m)
		}
	})
}
