package record

import (
	"context"
	"errors"
	"sync"
	"time"

	"tallinn/fact"
)

// pollEvery is how often a shared store is looked at when it tells nothing.
const pollEvery = 500 * time.Millisecond

// A follower folds what other programs append.
type follower struct {
	r      *Record
	wake   chan struct{} // holds one
	cancel context.CancelFunc
	tasks  sync.WaitGroup
}

func follow(r *Record) *follower {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{r: r, wake: make(chan struct{}, 1), cancel: cancel}
	f.tasks.Go(func() { r.Store.(Shared).Watch(ctx, f.changed) })
	f.tasks.Go(func() { f.run(ctx) })
	return f
}

func (f *follower) changed() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *follower) run(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	lost := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-tick.C:
			if f.r.Behind() < pollEvery {
				continue // an append has just shown that nothing is missing
			}
		}
		if ctx.Err() != nil {
			return
		}
		settle(f.wake)
		settle(tick.C)
		err := f.r.Refresh(ctx)
		if was := lost; errors.Is(err, ErrAway) != was && ctx.Err() == nil {
			lost = !was
			f.r.Log.Warn("the database was lost or found again", "lost", lost, "cause", errors.Unwrap(err))
		}
	}
}

// settle takes what was said until now: one look serves all of it.
func settle[T any](c <-chan T) {
	select {
	case <-c:
	default:
	}
}

func (f *follower) stop() {
	f.cancel()
	f.tasks.Wait()
}

// clock counts from when the record was opened. It never runs backwards, and
// goes on while the program is paused.
func (r *Record) clock() time.Duration { return time.Since(r.born) }

// isLevel notes that at the time at all that was in the store was folded.
func (r *Record) isLevel(at time.Duration) {
	if int64(at) > r.level.Load() { // only the committer writes, and Open before it
		r.level.Store(int64(at))
	}
}

// Behind is how long ago the state was known to hold everything in the store.
// It is 0 for a store that nobody else appends to.
func (r *Record) Behind() time.Duration {
	if !r.Follow {
		return 0
	}
	return r.clock() - time.Duration(r.level.Load())
}

// Reach returns when the facts up to pos are folded. It waits until ctx ends.
//
// Errors: ErrBehind when ctx ends first; ErrStopped, ErrClosed.
func (r *Record) Reach(ctx context.Context, pos fact.Pos) error {
	asked := false
	for {
		moved := r.subscribers.signal()
		if r.Head() >= pos {
			return nil
		}
		if !asked {
			asked = true
			if err := r.Refresh(ctx); err == nil || errors.Is(err, ErrAway) || errors.Is(err, ErrBusy) {
				continue
			} else if ctx.Err() == nil {
				return err
			}
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ErrBehind
		}
	}
}

// catchUp makes the state at least as new as the command, once: a refusal is
// an answer as much as a consent, and must not rest on what another program
// has changed before. It reports whether the state has moved on from head, so
// that the rule is to run again.
func (r *Record) catchUp(ctx context.Context, current *bool, head fact.Pos) (moved bool, err error) {
	if *current {
		return false, nil
	}
	*current = true
	if err := r.Refresh(ctx); err != nil {
		return false, err
	}
	return r.Head() != head, nil
}
