package recordtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
)

var subscribeTests = []test{
	{"subscribe/from the start, in order", testTold},
	{"subscribe/failing in the middle, and reopening", testToldAgain},
	{"subscribe/a failure holds up nobody", testDeaf},
	{"subscribe/Close drains", testDrain},
	{"subscribe/Close has patience", testPatience},
	{"subscribe/a panic", testSubscriberPanics},
	{"subscribe/listening from now on", testListen},
}

// An ear notes what it is told.
type ear struct {
	mu    sync.Mutex
	heard []fact.Pos
	fail  func(fact.Pos) error
}

func (e *ear) hear(_ context.Context, f fact.Fact) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail != nil {
		if err := e.fail(f.Pos); err != nil {
			return err
		}
	}
	e.heard = append(e.heard, f.Pos)
	return nil
}

func (e *ear) all() []fact.Pos {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// whole reports whether heard are the positions from first to last in order;
// some may come again, none may be left out.
func whole(heard []fact.Pos, first, last fact.Pos) error {
	next := first
	for _, pos := range heard {
		if pos > next || pos < first {
			return fmt.Errorf("heard %d where %d was due, in %v", pos, next, heard)
		}
		if pos == next {
			next++
		}
	}
	if next != last+1 {
		return fmt.Errorf("heard up to %d of %d", next-1, last)
	}
	return nil
}

func testTold(t *testing.T, s record.Store) {
	w := hire(t, s)
	a := w.open("ada", 1)
	var e ear
	w.Subscribe("ear", e.hear)
	for i := range 600 { // more than is read at a time
		if i%100 == 0 {
			w.do(fmt.Sprint(i), w.Pay(a, 1))
		}
		if i%100 == 50 {
			w.do(fmt.Sprint(i), func(*record.Tx) (bodies []fact.Body, _ error) {
				for range 100 {
					bodies = append(bodies, Moved{To: a, Amount: 1})
				}
				return bodies, nil
			})
		}
	}
	must(t, w.Close())
	if got := e.all(); len(got) != int(w.Head())+1 {
		t.Errorf("heard %d facts of %d; want each once", len(got), w.Head()+1)
	}
	if err := whole(e.all(), 0, w.Head()); err != nil {
		t.Error(err)
	}
	if pos, err := s.Cursor(t.Context(), "ear"); pos != w.Head() || err != nil {
		t.Errorf("cursor %d, %v; want %d", pos, err, w.Head())
	}
}

// testToldAgain fails at one fact until the record is closed, as if the
// program had crashed there.
func testToldAgain(t *testing.T, s record.Store) {
	w := hire(t, s, func(c *record.Config) { c.Drain = time.Millisecond })
	a := w.open("ada", 1)
	for i := range 10 {
		w.do(fmt.Sprint(i), w.Pay(a, 1))
	}
	e := ear{fail: func(pos fact.Pos) error {
		if pos == 5 {
			return errors.New("crash")
		}
		return nil
	}}
	w.Subscribe("ear", e.hear)
	eventually(t, "five facts are told", func() bool { return len(e.all()) == 5 })
	must(t, w.Close())

	e.fail = nil
	again := hire(t, s)
	again.do("10", again.Pay(a, 1))
	again.Subscribe("ear", e.hear)
	must(t, again.Close())
	if err := whole(e.all(), 0, again.Head()); err != nil {
		t.Error(err)
	}
}

func testDeaf(t *testing.T, s record.Store) {
	w := hire(t, s, func(c *record.Config) { c.Drain = time.Millisecond })
	deaf, good := ear{fail: func(fact.Pos) error { return errors.New("no line") }}, ear{}
	w.Subscribe("deaf", deaf.hear)
	w.Subscribe("good", good.hear)
	a := w.open("ada", 1)
	for i := range 20 {
		w.do(fmt.Sprint(i), w.Pay(a, 1))
	}
	eventually(t, "the other is told", func() bool { return len(good.all()) == 22 })
	if len(deaf.all()) != 0 {
		t.Errorf("the failing one heard %v", deaf.all())
	}
	deaf.mu.Lock()
	deaf.fail = nil
	deaf.mu.Unlock()
	eventually(t, "the line is back", func() bool { return len(deaf.all()) == 22 })
}

func testDrain(t *testing.T, s record.Store) {
	w := hire(t, s)
	e := ear{fail: func(fact.Pos) error { time.Sleep(time.Millisecond); return nil }}
	w.Subscribe("slow", e.hear)
	a := w.open("ada", 1)
	for i := range 30 {
		w.do(fmt.Sprint(i), w.Pay(a, 1))
	}
	must(t, w.Close())
	must(t, w.Close()) // again, to no harm
	if err := whole(e.all(), 0, w.Head()); err != nil {
		t.Error(err)
	}
}

// testPatience closes while a subscriber hangs until its context ends.
func testPatience(t *testing.T, s record.Store) {
	w := hire(t, s, func(c *record.Config) { c.Drain = 10 * time.Millisecond })
	entered := make(chan bool, 1)
	w.Subscribe("hangs", func(ctx context.Context, f fact.Fact) error {
		entered <- true
		<-ctx.Done()
		return ctx.Err()
	})
	w.open("ada", 1)
	<-entered
	must(t, w.Close())
	if pos, err := s.Cursor(t.Context(), "hangs"); pos != fact.None || err != nil {
		t.Errorf("cursor %d, %v; nothing was finished", pos, err)
	}
}

func testSubscriberPanics(t *testing.T, s record.Store) {
	w := hire(t, s)
	times := 0
	done := make(chan bool)
	w.Subscribe("panics", func(context.Context, fact.Fact) error {
		if times++; times == 1 {
			panic("a defect")
		}
		close(done)
		return nil
	})
	w.do("1", w.Open("ada"))
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("the fact was not told again")
	}
	defer func() {
		if recover() == nil {
			t.Error("one name was given to two subscribers")
		}
	}()
	w.Subscribe("panics", func(context.Context, fact.Fact) error { return nil })
}

// testListen is told what comes after, and nothing is kept of it.
func testListen(t *testing.T, s record.Store) {
	w := hire(t, s)
	a := w.open("ada", 1)
	var e ear
	w.Listen("page", e.hear)
	for i := range 5 {
		w.do(fmt.Sprint(i), w.Pay(a, 1))
	}
	must(t, w.Close())
	if err := whole(e.all(), 2, 6); err != nil {
		t.Error(err)
	}
	if pos, err := s.Cursor(t.Context(), "page"); pos != fact.None || err != nil {
		t.Errorf("cursor %d, %v; none was to be kept", pos, err)
	}
}
