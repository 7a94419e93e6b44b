package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"tallinn/exchange/intake"
)

// A record that notes how many decisions run at once.
type record struct {
	running, most atomic.Int32
	mu            sync.Mutex
	groups        []byte
	fail          string
}

func (r *record) View(fn func()) { fn() }

func (r *record) Decide(ctx context.Context, c intake.Command, _ intake.Rule) error {
	n := r.running.Add(1)
	defer r.running.Add(-1)
	for most := r.most.Load(); n > most && !r.most.CompareAndSwap(most, n); most = r.most.Load() {
	}
	if c.ID == r.fail {
		return errors.New("refused")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.groups = append(r.groups, c.ID[0])
	return nil
}

func steps(groups string, each int) []intake.Step {
	var out []intake.Step
	for _, g := range groups {
		for i := range each {
			out = append(out, intake.Step{Command: intake.Command{ID: fmt.Sprintf("%c%d", g, i)}, Group: string(g)})
		}
	}
	return out
}

func TestRunKeepsGroupsInOrder(t *testing.T) {
	r := &record{}
	var last int
	err := intake.Run(context.Background(), r, steps("abc", 50), 8, func(done, total int) {
		if done != last+1 || total != 150 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 150 || !slices.IsSorted(r.groups) || r.most.Load() > 8 {
		t.Errorf("err %v, %d done, order %s, %d at once", err, last, r.groups, r.most.Load())
	}
}

func TestRunStopsAtTheFirstError(t *testing.T) {
	r := &record{fail: "a3"}
	if err := intake.Run(context.Background(), r, steps("ab", 10), 1, nil); err == nil || len(r.groups) != 3 {
		t.Errorf("err %v, decided %d, want the 3 before a3", err, len(r.groups))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := intake.Run(ctx, &record{}, steps("a", 1), 0, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("err %v, want canceled", err)
	}
	if err := intake.Run(context.Background(), &record{}, nil, 0, nil); err != nil {
		t.Errorf("no steps: %v", err)
	}
}

func TestCount(t *testing.T) {
	var c intake.Count
	for _, o := range []intake.Outcome{intake.New, intake.Corrected, intake.Unchanged, intake.Skipped, intake.New} {
		c.Add(o)
	}
	if want := (intake.Count{New: 2, Corrected: 1, Unchanged: 1, Skipped: 1}); c != want {
		t.Errorf("count %+v, want %+v", c, want)
	}
}
