package recordtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
)

// RunShared is what a store passes that several programs append to. Open
// returns as many stores on one record as are asked for.
func RunShared(t *testing.T, open func(t *testing.T, n int) []record.Shared) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T, []record.Shared)
	}{
		{"shared/told of what others append", testWatch},
		{"shared/followed", testFollowed},
		{"shared/no refusal on an old state", testCurrent},
		{"shared/what was written is read", testReach},
		{"shared/behind", testBehind},
		{"shared/many writers on two", testFollowing},
		{"shared/one turn", testTurn},
		{"shared/told once, by whoever has the turn", testOneTells},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t, 2)) })
	}
}

func following(c *record.Config) { c.Follow = true }

func testWatch(t *testing.T, s []record.Shared) {
	told := make(chan bool, 100)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() {
		defer close(done)
		s[1].Watch(ctx, func() { told <- true })
	}()
	wait := func(what string) {
		t.Helper()
		select {
		case <-told:
		case <-time.After(10 * time.Second):
			t.Fatal("not told " + what)
		}
	}
	wait("to look once at the start")
	must(t, s[0].Append(t.Context(), batch(0, 1)))
	wait("of what the other appended")
	must(t, s[1].Append(t.Context(), batch(1, 1)))
	must(t, s[0].Append(t.Context(), batch(2, 1)))
	wait("of what the other appended after its own")
	select {
	case <-told:
		t.Error("told of its own")
	case <-time.After(50 * time.Millisecond):
	}
	stop()
	<-done
}

func testFollowed(t *testing.T, s []record.Shared) {
	one, two := hire(t, s[0], following), hire(t, s[1], following)
	var e ear
	two.Subscribe("ear", e.hear)
	for i := range 20 {
		a := one.open(fmt.Sprint("ada", i), 1)
		eventually(t, "the other has folded it", func() bool { return two.Balance(a) == 1 })
	}
	eventually(t, "the subscriber is told", func() bool { return len(e.all()) == 40 })
	if !reflect.DeepEqual(one.Folded(), two.Folded()) {
		t.Error("the hubs folded different facts")
	}
}

// deaf is a store that is told nothing, so that a hub learns only what it asks.
type deaf struct{ record.Shared }

func (deaf) Watch(ctx context.Context, _ func()) { <-ctx.Done() }

// testCurrent asks the second hub for what its own state would refuse, right
// after the first has made it possible.
func testCurrent(t *testing.T, s []record.Shared) {
	one, two := hire(t, s[0], following), hire(t, deaf{s[1]}, following)
	a, b := one.open("ada", 0), one.open("bob", 0)
	must(t, two.Refresh(t.Context()))
	for i := range 10 {
		one.do(fmt.Sprint("pay", i), one.Pay(a, 5))
		two.do(fmt.Sprint("move", i), two.Move(a, b, 5))
		one.refused(fmt.Sprint("poor", i), ErrPoor, one.Move(a, b, 1))
	}
	if one.Balance(b) != 50 {
		t.Errorf("balance %d; want 50", one.Balance(b))
	}
}

func testReach(t *testing.T, s []record.Shared) {
	one, two := hire(t, s[0], following), hire(t, deaf{s[1]}, following)
	res := one.do("1", one.Open("ada"))
	must(t, two.Reach(t.Context(), res.Last))
	if two.Head() != res.Last {
		t.Errorf("head %d; want %d", two.Head(), res.Last)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := two.Reach(ctx, res.Last+1); !errors.Is(err, record.ErrBehind) {
		t.Errorf("a position that nobody has written: %v; want ErrBehind", err)
	}
}

// severed is a store that can be cut off.
type severed struct {
	deaf
	mu  sync.Mutex
	cut bool
}

func (s *severed) sever(cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = cut
}

func (s *severed) away() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut {
		return record.ErrAway
	}
	return nil
}

func (s *severed) Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) error {
	if err := s.away(); err != nil {
		return err
	}
	return s.deaf.Facts(ctx, from, n, fn)
}

func (s *severed) Append(ctx context.Context, b record.Batch) error {
	if err := s.away(); err != nil {
		return err
	}
	return s.deaf.Append(ctx, b)
}

// testBehind cuts a hub off: it says so, records and refuses nothing, reads
// what it has, and goes on by itself when the line is back.
func testBehind(t *testing.T, s []record.Shared) {
	line := &severed{deaf: deaf{s[1]}}
	one, two := hire(t, s[0], following), hire(t, line, following)
	a := one.open("ada", 1)
	must(t, two.Refresh(t.Context()))
	if behind := two.Behind(); behind > time.Second {
		t.Errorf("behind by %v", behind)
	}
	line.sever(true)
	eventually(t, "it knows that it is behind", func() bool { return two.Behind() > 700*time.Millisecond })
	two.refused("pay", record.ErrAway, two.Pay(a, 1))
	two.refused("poor", record.ErrAway, two.Move(a, a, 100))
	if two.Balance(a) != 1 {
		t.Errorf("balance %d", two.Balance(a))
	}
	one.do("beside", one.Pay(a, 1))
	line.sever(false)
	eventually(t, "it has caught up", func() bool { return two.Balance(a) == 2 && two.Behind() < 700*time.Millisecond })
	two.do("pay", two.Pay(a, 1))
}

func testFollowing(t *testing.T, s []record.Shared) {
	hubs := []*teller{hire(t, s[0], following), hire(t, s[1], following)}
	a, b := hubs[0].open("ada", 100), hubs[0].open("bob", 0)
	must(t, hubs[1].Reach(t.Context(), hubs[0].Head()))
	var wg sync.WaitGroup
	for i := range 40 {
		for _, w := range hubs {
			wg.Go(func() {
				if _, err := w.Decide(t.Context(), Command(fmt.Sprint(i), "move"), w.Move(a, b, 2)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, w := range hubs {
		must(t, w.Refresh(t.Context()))
		if w.Balance(a) != 20 || w.Balance(b) != 80 {
			t.Errorf("balances %d and %d; want 20 and 80", w.Balance(a), w.Balance(b))
		}
	}
	if !reflect.DeepEqual(hubs[0].Folded(), hubs[1].Folded()) {
		t.Error("the hubs folded different facts")
	}
	clean(t, s[0])
}

func testTurn(t *testing.T, s []record.Shared) {
	for i, want := range []struct {
		store     int
		want, got bool
	}{{0, true, true}, {1, true, false}, {0, true, true}, {1, false, false}, {1, true, false}, {0, false, false}, {1, true, true}, {0, true, false}} {
		if got, err := s[want.store].Turn(t.Context(), "mail", want.want); err != nil || got != want.got {
			t.Errorf("step %d: %v, %v; want %v", i, got, err, want.got)
		}
	}
	if got, err := s[0].Turn(t.Context(), "other", true); err != nil || !got {
		t.Errorf("another's turn: %v, %v", got, err)
	}
}

// testOneTells subscribes the same on both hubs, and closes the one that tells.
func testOneTells(t *testing.T, s []record.Shared) {
	hubs := []*teller{hire(t, s[0], following), hire(t, s[1], following)}
	var mu sync.Mutex
	var heard []fact.Pos
	by := map[int]int{}
	for i, w := range hubs {
		w.Subscribe("mail", func(_ context.Context, f fact.Fact) error {
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, f.Pos)
			by[i]++
			return nil
		})
	}
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(heard)
	}
	a := hubs[0].open("ada", 1)
	for i := range 20 {
		hubs[i%2].do(fmt.Sprint(i), hubs[i%2].Gift(a, 1))
	}
	eventually(t, "all is told", func() bool { return count() == 22 })
	mu.Lock()
	first, second := 0, 1
	if by[1] > by[0] {
		first, second = 1, 0
	}
	mu.Unlock()
	must(t, hubs[first].Close())
	hubs[second].do("after", hubs[second].Gift(a, 1))
	eventually(t, "the other goes on", func() bool { return count() == 23 })
	mu.Lock()
	defer mu.Unlock()
	if err := whole(heard, 0, 22); err != nil || len(heard) != 23 {
		t.Errorf("told %d times, %v; by each %v", len(heard), err, by)
	}
}
