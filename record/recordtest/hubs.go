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

var hubTests = []test{
	{"hubs/the loser folds and decides again", testLoser},
	{"hubs/a command that the other has recorded", testOtherCommand},
	{"hubs/a command that turns out to be recorded", testWaitingCommand},
	{"hubs/many writers on two", testTwoHubs},
	{"hubs/refresh", testRefresh},
}

// testLoser has the second hub decide on an old balance.
func testLoser(t *testing.T, s record.Store) {
	one := hire(t, s)
	a, b := one.open("ada", 5), one.open("bob", 0)
	two := hire(t, s)
	one.do("1", one.Move(a, b, 4))
	two.refused("2", ErrPoor, two.Move(a, b, 4)) // by its own state it could
	if two.Balance(a) != 1 || two.Head() != one.Head() {
		t.Errorf("the loser has %d at %d; want 1 at %d", two.Balance(a), two.Head(), one.Head())
	}
	one.do("3", one.Pay(b, 1))
	two.do("4", two.Move(a, b, 1))
	must(t, one.Refresh(t.Context()))
	if !reflect.DeepEqual(one.Folded(), two.Folded()) {
		t.Error("the hubs folded different facts")
	}
	clean(t, s)
}

func testOtherCommand(t *testing.T, s record.Store) {
	one := hire(t, s)
	a := one.open("ada", 0)
	two := hire(t, s)
	first := one.do("1", one.Pay(a, 1))
	again := two.do("1", two.Pay(a, 1))
	if !again.Repeated || again.First != first.First {
		t.Errorf("on the other hub: %+v; first %+v", again, first)
	}
	one.do("2", one.Pay(a, 1))
	if _, err := two.Decide(t.Context(), Command("2", "else"), two.Pay(a, 1)); !errors.Is(err, record.ErrReused) {
		t.Errorf("reused on the other hub: %v; want ErrReused", err)
	}
	clean(t, s)
}

// testWaitingCommand has a command wait on the second hub, by a rule that has
// read nothing, while that hub finds out that the first has recorded it.
func testWaitingCommand(t *testing.T, s record.Store) {
	h := &hooked{Store: s}
	one, two := hire(t, s), hire(t, h)
	entered, release := stall(h)
	one.do("both", one.Gift("a", 1))
	results := make(chan record.Result, 2)
	decide := func(id string, asked chan bool) {
		res, err := two.Decide(t.Context(), Command(id, "do", id), func(tx *record.Tx) ([]fact.Body, error) {
			if asked != nil {
				close(asked)
				asked = nil
			}
			return two.Gift("a", 1)(tx)
		})
		if err != nil {
			t.Errorf("command %s: %v", id, err)
		}
		results <- res
	}
	go decide("loses", nil)
	<-entered
	asked := make(chan bool)
	go decide("both", asked)
	<-asked
	time.Sleep(5 * time.Millisecond) // it is in the queue, most likely
	release()
	repeated := 0
	for range 2 {
		if res := <-results; res.Repeated {
			repeated++
		}
	}
	if repeated != 1 || two.Balance("a") != 2 {
		t.Errorf("%d answers were repeated, balance %d; want 1 and 2", repeated, two.Balance("a"))
	}
	clean(t, s)
}

// testTwoHubs sends every command to both hubs at once.
func testTwoHubs(t *testing.T, s record.Store) {
	hubs := []*teller{hire(t, s)}
	a, b := hubs[0].open("ada", 1000), hubs[0].open("bob", 0)
	hubs = append(hubs, hire(t, s))
	var wg sync.WaitGroup
	for i := range 40 {
		for _, w := range hubs {
			wg.Go(func() {
				if _, err := w.Decide(t.Context(), Command(fmt.Sprint(i), "move"), w.Move(a, b, 2)); err != nil {
					t.Error(err)
				}
				if _, err := w.Decide(t.Context(), Command(fmt.Sprint(i, "gift"), "gift"), w.Gift(b, 1)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, w := range hubs {
		must(t, w.Refresh(t.Context()))
		if w.Balance(a) != 920 || w.Balance(b) != 120 {
			t.Errorf("balances %d and %d; want 920 and 120", w.Balance(a), w.Balance(b))
		}
	}
	if !reflect.DeepEqual(hubs[0].Folded(), hubs[1].Folded()) {
		t.Error("the hubs folded different facts")
	}
	clean(t, s)
}

func testRefresh(t *testing.T, s record.Store) {
	one, two := hire(t, s), hire(t, s)
	told := make(chan fact.Pos, 10)
	two.Subscribe("ear", func(_ context.Context, f fact.Fact) error { told <- f.Pos; return nil })
	one.open("ada", 1)
	if two.Head() != fact.None {
		t.Errorf("head %d before Refresh", two.Head())
	}
	must(t, two.Refresh(t.Context()))
	if two.Head() != 1 {
		t.Errorf("head %d; want 1", two.Head())
	}
	for want := range fact.Pos(2) {
		select {
		case got := <-told:
			if got != want {
				t.Errorf("told %d; want %d", got, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("fact %d was not told", want)
		}
	}
}
