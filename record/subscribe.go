package record

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tallinn/fact"
)

// How a subscriber's goroutine paces itself.
const (
	tellBatch  = 256                    // facts read from the store at a time
	firstPause = 100 * time.Millisecond // after a failure; doubles
	longPause  = 30 * time.Second
	keepEvery  = 250 * time.Millisecond // between stored cursors
)

// Subscribe calls fn for every fact after the stored cursor of name, in order
// of position, after commit and fold. It returns at once; fn runs in a
// goroutine of its own and never delays a decision.
//
// A fact is told at least once: the cursor is stored a moment after fn has
// returned, so that after a crash the last ones come again. When fn fails or
// panics the same fact is told again after a pause that grows from 100 ms to
// 30 s. A name is for ever, and belongs to one subscriber: Subscribe panics
// when it is used twice.
//
// Of several programs on a Shared store one at a time tells, whichever has the
// turn. When it ends the next goes on from the stored cursor.
func (r *Record) Subscribe(name string, fn func(context.Context, fact.Fact) error) {
	s := &subscriber{r: r, name: name, fn: fn, done: make(chan struct{})}
	if r.subscribers.add(s) {
		go s.run()
	}
}

// Listen is Subscribe for what lives in this program alone, such as open pages:
// fn is called for the facts after the present ones, and nothing is stored.
// Name is for the log.
func (r *Record) Listen(name string, fn func(context.Context, fact.Fact) error) {
	head := r.Head()
	s := &subscriber{r: r, name: name, fn: fn, done: make(chan struct{}), passing: true,
		known: true, kept: head, next: head + 1}
	if r.subscribers.add(s) {
		go s.run()
	}
}

// subscribers are woken together and closed together.
type subscribers struct {
	mu      sync.Mutex
	all     []*subscriber
	moved   chan struct{} // closed and replaced when the head moves
	closing chan struct{} // closed when each should end once it has caught up
	closed  bool
	ctx     context.Context // ends when they have had long enough
	cancel  context.CancelFunc
}

func (s *subscribers) init() {
	s.moved, s.closing = make(chan struct{}), make(chan struct{})
	s.ctx, s.cancel = context.WithCancel(context.Background())
}

// add reports whether sub is to run: not after Close.
func (s *subscribers) add(sub *subscriber) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.all {
		if other.name == sub.name {
			panic(fmt.Sprintf("record: subscriber %s is registered twice", sub.name))
		}
	}
	if s.closed {
		return false
	}
	s.all = append(s.all, sub)
	return true
}

func (s *subscribers) wake() {
	s.mu.Lock()
	close(s.moved)
	s.moved = make(chan struct{})
	s.mu.Unlock()
}

func (s *subscribers) signal() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moved
}

// close lets each catch up for at most patience, and waits for all to end.
func (s *subscribers) close(patience time.Duration) error {
	s.mu.Lock()
	all := s.all
	s.closed = true
	close(s.closing)
	s.mu.Unlock()
	timer := time.AfterFunc(patience, s.cancel)
	defer timer.Stop()
	var errs []error
	for _, sub := range all {
		<-sub.done
		errs = append(errs, sub.err)
	}
	s.cancel()
	return errors.Join(errs...)
}

// A subscriber's goroutine owns all its fields.
type subscriber struct {
	r    *Record
	name string
	fn   func(context.Context, fact.Fact) error
	done chan struct{}
	err  error // of storing the cursor at the end

	passing bool      // no cursor is stored
	asked   time.Time // for the turn, when it was last given

	next  fact.Pos  // to be told next
	kept  fact.Pos  // the stored cursor
	at    time.Time // when it was stored
	known bool      // whether the stored cursor has been read
	pause time.Duration
}

func (s *subscriber) run() {
	defer close(s.done)
	for {
		moved := s.r.subscribers.signal()
		err := s.step()
		if err == nil && s.next <= s.r.Head() {
			continue
		}
		if !s.rest(err, moved) {
			s.err = errors.Join(s.keep(), s.endTurn())
			return
		}
	}
}

// step tells some facts, if any are new.
func (s *subscriber) step() error {
	ctx := s.r.subscribers.ctx
	if err := s.takeTurn(ctx); err != nil {
		return err
	}
	if !s.known {
		if err := s.resume(ctx); err != nil {
			return err
		}
	}
	kept, err := s.r.Facts(ctx, s.next, tellBatch)
	if err != nil {
		return err
	}
	for _, k := range kept {
		if err := s.takeTurn(ctx); err != nil {
			return err
		}
		if k.Fact.Pos != s.next {
			return nil // the turn was another's meanwhile: go on where that one was
		}
		if err := s.tell(ctx, k.Fact); err != nil {
			return fmt.Errorf("fact %d: %w", k.Fact.Pos, err)
		}
		s.next, s.pause = k.Fact.Pos+1, 0
	}
	if time.Since(s.at) < keepEvery {
		return nil
	}
	return s.keep()
}

// resume begins after the stored cursor.
func (s *subscriber) resume(ctx context.Context) error {
	pos, err := s.r.Store.Cursor(ctx, s.name)
	if err != nil {
		return err
	}
	s.known, s.kept, s.next = true, pos, pos+1
	return nil
}

// errTurn says that another program has the turn.
var errTurn = errors.New("record: another hub has the turn")

// turnPause is between two questions for a turn that another has.
const turnPause = time.Second

// takeTurn sees that it is this program's turn to tell. Who gets it anew goes
// on from the stored cursor, which another has moved meanwhile.
func (s *subscriber) takeTurn(ctx context.Context) error {
	if !s.r.Follow || s.passing {
		return nil
	}
	age := time.Since(s.asked)
	if age < TurnTime/3 {
		return nil
	}
	now := time.Now()
	mine, err := s.r.Store.(Shared).Turn(ctx, s.name, true)
	if err != nil {
		return fmt.Errorf("record: ask for the turn of %s: %w", s.name, err)
	}
	if !mine || age >= TurnTime {
		s.known = false
	}
	if !mine {
		s.asked = time.Time{}
		return errTurn
	}
	s.asked = now
	if !s.known {
		return s.resume(ctx)
	}
	return nil
}

func (s *subscriber) tell(ctx context.Context, f fact.Fact) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.fn(ctx, f)
}

// keep stores the cursor if it has moved. It does so after the patience of
// Close has ended too, since what was told was told.
func (s *subscriber) keep() error {
	if s.passing {
		s.kept = s.next - 1
	}
	if !s.known || s.kept == s.next-1 {
		return nil
	}
	ctx := context.WithoutCancel(s.r.subscribers.ctx)
	if err := s.r.Store.SetCursor(ctx, s.name, s.next-1); err != nil {
		return fmt.Errorf("record: store the cursor of %s: %w", s.name, err)
	}
	s.kept, s.at = s.next-1, time.Now()
	return nil
}

// endTurn lets another program go on at once.
func (s *subscriber) endTurn() error {
	if s.asked.IsZero() {
		return nil
	}
	_, err := s.r.Store.(Shared).Turn(context.WithoutCancel(s.r.subscribers.ctx), s.name, false)
	return err
}

// rest waits until there is something to do, and reports false when it is time
// to end. After a failure it waits longer each time.
func (s *subscriber) rest(err error, moved <-chan struct{}) bool {
	subs := &s.r.subscribers
	if err == nil {
		return s.idle(moved)
	}
	if errors.Is(err, errTurn) {
		return s.await()
	}
	s.pause = min(max(2*s.pause, firstPause), longPause)
	if subs.ctx.Err() == nil {
		s.r.Log.Warn("a subscriber failed", "name", s.name, "error", err, "again in", s.pause)
	}
	select {
	case <-subs.ctx.Done():
		return false
	case <-time.After(s.pause):
		return true
	}
}

// await waits before the turn is asked for again. Who has not got it has
// nothing to finish when the record closes.
func (s *subscriber) await() bool {
	select {
	case <-s.r.subscribers.closing:
		return false
	case <-time.After(turnPause):
		return true
	}
}

// idle waits for the head to move. Meanwhile the cursor catches up.
func (s *subscriber) idle(moved <-chan struct{}) bool {
	var later <-chan time.Time
	if s.kept != s.next-1 {
		later = time.After(keepEvery)
	}
	select {
	case <-moved:
		return true
	case <-later:
		return true
	case <-s.r.subscribers.closing:
		return s.next <= s.r.Head()
	}
}
