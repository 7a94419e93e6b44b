package record_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/recordtest"
)

func TestMemory(t *testing.T) {
	recordtest.Run(t, func(*testing.T) record.Store { return recordtest.NewMemory() })
}

func open(t *testing.T, s record.Store, change ...func(*record.Config)) (*record.Record, *recordtest.Bank) {
	t.Helper()
	bank := recordtest.NewBank()
	cfg := record.Config{Store: s, Registry: recordtest.Registry(), State: bank, Keys: recordtest.TheKeys, Log: slog.New(slog.DiscardHandler)}
	for _, fn := range change {
		fn(&cfg)
	}
	r, err := record.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r, bank
}

func gift(t *testing.T, r *record.Record, bank *recordtest.Bank, id string) error {
	t.Helper()
	_, err := r.Decide(t.Context(), recordtest.Command(id, "gift"), bank.Gift("A", 1))
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestBackOff: a subscriber that fails is asked again after pauses that double
// from 100 ms to 30 s, and from 100 ms again after a success.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, bank := open(t, recordtest.NewMemory())
		must(t, gift(t, r, bank, "1"))
		start := time.Now()
		var asked []time.Duration
		r.Subscribe("ear", func(_ context.Context, f fact.Fact) error {
			asked = append(asked, time.Since(start))
			if len(asked) == 12 || len(asked) == 14 {
				return nil
			}
			return errors.New("no line")
		})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		start = time.Now()
		must(t, gift(t, r, bank, "2"))
		time.Sleep(time.Minute)
		synctest.Wait()
		ms, want := time.Duration(0), []time.Duration{0}
		for _, pause := range []int{100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000} {
			ms += time.Duration(pause) * time.Millisecond
			want = append(want, ms)
		}
		want = append(want, 0, 100*time.Millisecond)
		if !reflect.DeepEqual(asked, want) {
			t.Errorf("asked at %v; want %v", asked, want)
		}
		must(t, r.Close())
	})
}

// cursors counts how often a cursor is stored.
type cursors struct {
	record.Store
	mu     sync.Mutex
	stored []fact.Pos
}

func (c *cursors) all() []fact.Pos {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.stored)
}

func (c *cursors) SetCursor(ctx context.Context, name string, pos fact.Pos) error {
	c.mu.Lock()
	c.stored = append(c.stored, pos)
	c.mu.Unlock()
	return c.Store.SetCursor(ctx, name, pos)
}

// TestCursorPace: cursors do not follow every fact, and catch up when it is
// quiet.
func TestCursorPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &cursors{Store: recordtest.NewMemory()}
		r, bank := open(t, s)
		var told atomic.Int64
		r.Subscribe("ear", func(context.Context, fact.Fact) error { told.Add(1); return nil })
		for i := range 100 { // for a second
			must(t, gift(t, r, bank, fmt.Sprint(i)))
			time.Sleep(10 * time.Millisecond)
		}
		synctest.Wait()
		if n := len(s.all()); told.Load() != 100 || n < 3 || n > 6 {
			t.Errorf("told %d facts, stored cursors %v", told.Load(), s.all())
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if all := s.all(); all[len(all)-1] != 99 {
			t.Errorf("a second later the cursors are %v; want 99 last", all)
		}
		must(t, r.Close())
	})
}

// TestDrainTime: Close waits for Drain, not longer, and not at all for those
// that have caught up.
func TestDrainTime(t *testing.T) {
	for name, want := range map[string]time.Duration{"hangs": 3 * time.Second, "done": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, bank := open(t, recordtest.NewMemory(), func(c *record.Config) { c.Drain = 3 * time.Second })
				must(t, gift(t, r, bank, "1"))
				r.Subscribe("ear", func(ctx context.Context, _ fact.Fact) error {
					if name == "done" {
						return nil
					}
					<-ctx.Done()
					return ctx.Err()
				})
				synctest.Wait()
				start := time.Now()
				must(t, r.Close())
				if took := time.Since(start); took != want {
					t.Errorf("Close took %v; want %v", took, want)
				}
			})
		})
	}
}

// slow is a store whose appends take a while, and whose clock can be wrong.
type slow struct {
	record.Store
	append time.Duration
	skew   time.Duration
	asked  int
}

func (s *slow) Append(ctx context.Context, b record.Batch) error {
	time.Sleep(s.append)
	return s.Store.Append(ctx, b)
}

func (s *slow) Now(context.Context) (time.Time, error) {
	s.asked++
	return time.Now().Add(s.skew), nil
}

// TestDeadline: before its turn a decision can be given up; afterwards the
// answer is what became of it.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{Store: recordtest.NewMemory(), append: time.Minute}
		r, bank := open(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		first := make(chan error, 1)
		go func() {
			_, err := r.Decide(ctx, recordtest.Command("first", "gift"), bank.Gift("A", 1))
			first <- err
		}()
		synctest.Wait() // the first is being appended
		_, err := r.Decide(ctx, recordtest.Command("second", "gift"), bank.Gift("A", 1))
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("the one that waited: %v after %v", err, time.Since(start))
		}
		if err := <-first; err != nil || time.Since(start) != time.Minute {
			t.Errorf("the one whose turn had come: %v after %v", err, time.Since(start))
		}
		must(t, r.Close())
		if bank.Balance("A") != 1 {
			t.Errorf("balance %d; want 1", bank.Balance("A"))
		}
	})
}

// TestClocks: the clocks are compared once a second while decisions are made,
// and a clock that is set right is noticed at once.
func TestClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{Store: recordtest.NewMemory()}
		r, bank := open(t, s)
		for i := range 50 { // for five seconds
			must(t, gift(t, r, bank, fmt.Sprint(i)))
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		if s.asked < 4 || s.asked > 6 {
			t.Errorf("the store was asked the time %d times in 5 s", s.asked)
		}
		time.Sleep(time.Second)
		s.skew = record.MaxSkew + time.Millisecond
		if err := gift(t, r, bank, "skewed"); !errors.Is(err, record.ErrClock) {
			t.Errorf("clocks apart: %v; want ErrClock", err)
		}
		s.skew = -record.MaxSkew
		must(t, gift(t, r, bank, "skewed"))
		must(t, r.Close())
	})
}

// lazy folds slowly.
type lazy struct{ *recordtest.Bank }

func (l lazy) Fold(f fact.Fact) {
	time.Sleep(time.Second)
	l.Bank.Fold(f)
}

// TestFoldedFirst: who has been answered finds the decision in the state.
func TestFoldedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bank := recordtest.NewBank()
		r, _ := open(t, recordtest.NewMemory(), func(c *record.Config) { c.State = lazy{bank} })
		must(t, gift(t, r, bank, "1"))
		if bank.Balance("A") != 1 || r.Head() != 0 || len(r.Stream("A")) != 1 {
			t.Errorf("balance %d, head %d, stream %v", bank.Balance("A"), r.Head(), r.Stream("A"))
		}
		must(t, r.Close())
	})
}

// stuck says that every position is taken, and shows nobody who took it.
type stuck struct{ record.Store }

func (stuck) Append(context.Context, record.Batch) error { return record.ErrPosTaken }

// TestContradiction: a store that contradicts itself ends the recording.
func TestContradiction(t *testing.T) {
	r, bank := open(t, stuck{recordtest.NewMemory()})
	if err := gift(t, r, bank, "1"); !errors.Is(err, record.ErrStopped) {
		t.Errorf("a store that contradicts itself: %v; want ErrStopped", err)
	}
	must(t, r.Close())
}

// TestClockSet: a clock that is set while the hub runs, within the second in
// which it was compared with the database's, brings no fact of another time:
// one from the future would hold up the time of all that follow. Over the end
// of a leap day and the hour that comes twice in autumn, time goes on.
func TestClockSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{Store: recordtest.NewMemory()}
		set := time.Duration(0)
		r, bank := open(t, s, func(c *record.Config) { c.Now = func() time.Time { return time.Now().Add(set) } })
		must(t, gift(t, r, bank, "first"))
		for _, set = range []time.Duration{time.Hour, -time.Hour, 1000 * time.Hour, record.MaxSkew + time.Millisecond} {
			if err := gift(t, r, bank, "set"); !errors.Is(err, record.ErrClock) {
				t.Errorf("set by %v: %v; want ErrClock", set, err)
			}
		}
		set = 0
		must(t, gift(t, r, bank, "right again"))
		for _, at := range []time.Time{time.Date(2028, 2, 28, 23, 59, 59, 0, time.UTC), time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC),
			time.Date(2028, 10, 29, 0, 59, 59, 0, time.UTC)} { // 03:59:59 in Kyiv, for the first time
			time.Sleep(time.Until(at))
			for i := range 3 {
				must(t, gift(t, r, bank, fmt.Sprint(at.Unix(), i)))
				time.Sleep(time.Second)
			}
		}
		must(t, r.Close())
		folded := bank.Folded()
		for i, f := range folded {
			if i > 0 && f.At.Before(folded[i-1].At) || f.At.Location() != time.UTC {
				t.Errorf("fact %d is of %v after %v", i, f.At, folded[max(i-1, 0)].At)
			}
		}
		if got := len(folded); got != 11 {
			t.Errorf("%d facts; want 11", got)
		}
		if last := folded[10].At; !last.Equal(time.Date(2028, 10, 29, 1, 0, 1, 0, time.UTC)) {
			t.Errorf("the last is of %v", last)
		}
	})
}
