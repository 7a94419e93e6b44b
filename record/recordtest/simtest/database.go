package simtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/recordtest"
	"tallinn/text"
)

// A database is what all hubs append to.
type database struct {
	*recordtest.Memory
	w *world

	mu       sync.Mutex
	turns    map[string]turn
	watchers map[*line]func()
	applied  []time.Time // when each fact was kept
}

// A turn is a subscriber's, until it ends.
type turn struct {
	of  *line
	end time.Time
}

func newDatabase(w *world) *database {
	return &database{Memory: recordtest.NewMemory(), w: w, turns: map[string]turn{}, watchers: map[*line]func(){}}
}

// head is the position of the last fact at this moment.
func (d *database) head() fact.Pos {
	head, _ := d.Memory.Head(context.Background()) // never fails
	return head
}

// append keeps b, or not, and tells the other hubs.
func (d *database) append(from *line, b record.Batch) error {
	err := d.Memory.Append(context.Background(), b)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for range b.Facts {
		d.applied = append(d.applied, time.Now())
	}
	for l, changed := range d.watchers {
		if l != from {
			d.w.tasks.Go(func() { l.told(b.First, changed) })
		}
	}
	return nil
}

func (d *database) turn(l *line, name string, want bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	has := d.turns[name]
	if has.of != nil && has.of != l && time.Now().Before(has.end) {
		return false
	}
	delete(d.turns, name)
	if want {
		d.turns[name] = turn{l, time.Now().Add(record.TurnTime)}
	}
	return want
}

// A line is what one hub has of the database, from its start to its end.
type line struct {
	*database
	hub  *hub
	life string // of the hub, by name

	mu     sync.Mutex
	counts map[string]int
	cut    bool // nothing comes through, either way
}

var _ record.Shared = (*line)(nil)

// name is unique in the run, and the same in the next run from its seed.
func (l *line) name(op string, key any) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	what := fmt.Sprint(l.life, " ", op, " ", key)
	l.counts[what]++
	return fmt.Sprintf("%s #%d", what, l.counts[what])
}

// travel takes a message to the other end, unless it is lost on the way.
func (l *line) travel(name string) bool {
	d := l.w.draw(name)
	l.hub.goOn(name, d.between(200*time.Microsecond, 15*time.Millisecond))
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.cut
}

// errLost is the cause of what the hub is told when a message was lost.
var errLost = errors.New("simtest: the line was lost")

// ask asks the database something that changes nothing.
func (l *line) ask(op string, key any, fn func() error) error {
	name := l.name(op, key)
	if !l.travel(name+" there") || l.w.trouble(name) < 0.02 {
		return record.ErrAway.Because(errLost)
	}
	err := fn()
	l.w.note(name, err)
	if !l.travel(name + " back") {
		return record.ErrAway.Because(errLost)
	}
	return err
}

// errDisk is a failure after which nobody knows what was kept.
var errDisk = errors.New("simtest: the disk failed")

// Append keeps b, if the troubles of the run let it.
func (l *line) Append(_ context.Context, b record.Batch) error {
	name := l.name("append", b.First)
	if !l.travel(name + " there") {
		return record.ErrDoubt.Because(errLost)
	}
	keep := func() error {
		err := l.append(l, b)
		l.w.note(fmt.Sprint(name, " of ", len(b.Facts)), err)
		return err
	}
	switch p := l.w.trouble(name); {
	case p < 0.03: // refused: the database restarts
		return record.ErrAway.Because(errLost)
	case p < 0.06: // the request is lost
		l.travel(name + " in vain")
		return record.ErrDoubt.Because(errLost)
	case p < 0.10: // the reply is lost
		_ = keep()
		l.travel(name + " in vain")
		return record.ErrDoubt.Because(errLost)
	case p < 0.13: // the request comes late, when nobody waits for it
		l.w.tasks.Go(func() {
			time.Sleep(l.w.draw(name+" late").between(10*time.Millisecond, 2*time.Second))
			_ = keep()
		})
		l.travel(name + " in vain")
		return record.ErrDoubt.Because(errLost)
	case p < 0.135:
		return errDisk
	case p < 0.14:
		_ = keep()
		return errDisk
	}
	err := keep()
	if !l.travel(name + " back") {
		return record.ErrDoubt.Because(errLost)
	}
	return err
}

// Head is the last position.
func (l *line) Head(ctx context.Context) (head fact.Pos, err error) {
	err = l.ask("head", "", func() error { head, err = l.Memory.Head(ctx); return err })
	return head, err
}

// Facts calls fn for at most n facts from position from on.
func (l *line) Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) error {
	err := l.ask("facts", fmt.Sprint(from, "+", n), func() error { return l.Memory.Facts(context.Background(), from, n, fn) })
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// Command returns what is remembered of the command id.
func (l *line) Command(ctx context.Context, id string) (m record.Remembered, ok bool, err error) {
	err = l.ask("command", id, func() error { m, ok, err = l.Memory.Command(ctx, id); return err })
	return m, ok, err
}

// Commands returns at most n commands in order of First, from there on.
func (l *line) Commands(ctx context.Context, from fact.Pos, n int) (list []record.Remembered, err error) {
	err = l.ask("commands", from, func() error { list, err = l.Memory.Commands(ctx, from, n); return err })
	return list, err
}

// Text returns the text called id.
func (l *line) Text(ctx context.Context, id string) (t text.Sealed, ok bool, err error) {
	err = l.ask("text", id, func() error { t, ok, err = l.Memory.Text(ctx, id); return err })
	return t, ok, err
}

// Cursor is the stored cursor of a subscriber.
func (l *line) Cursor(ctx context.Context, name string) (pos fact.Pos, err error) {
	err = l.ask("cursor", name, func() error { pos, err = l.Memory.Cursor(ctx, name); return err })
	if err == nil {
		l.w.hears(l.life, heard{pos, true})
	}
	return pos, err
}

// SetCursor moves the cursor of a subscriber.
func (l *line) SetCursor(ctx context.Context, name string, pos fact.Pos) error {
	return l.ask("set cursor", fmt.Sprint(name, pos), func() error { return l.Memory.SetCursor(ctx, name, pos) })
}

// Turn asks for the turn of a subscriber.
func (l *line) Turn(_ context.Context, name string, want bool) (mine bool, err error) {
	err = l.ask("turn", name, func() error { mine = l.turn(l, name, want); return nil })
	return mine, err
}

// Now is the time by the database's own clock, which is right. It is asked on
// the way of every decision, and answers at once.
func (l *line) Now(ctx context.Context) (now time.Time, err error) {
	err = l.ask("now", "", func() error { now = time.Now(); return nil })
	return now, err
}

// Watch calls changed when another hub has appended, if word of it arrives.
func (l *line) Watch(ctx context.Context, changed func()) {
	l.database.mu.Lock()
	l.watchers[l] = changed
	l.database.mu.Unlock()
	<-ctx.Done()
	l.database.mu.Lock()
	delete(l.watchers, l)
	l.database.mu.Unlock()
}

// told brings word of an append, two times out of three.
func (l *line) told(first fact.Pos, changed func()) {
	name := l.name("told of", first)
	if l.travel(name) && l.w.draw(name+" lost").of(3) > 0 {
		changed()
	}
}

// Close does nothing: the database outlives the hub.
func (l *line) Close() error { return nil }
