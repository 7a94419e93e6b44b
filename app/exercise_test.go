package app_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/app"
	"tallinn/demo/exercise"
	"tallinn/fact"
)

// openHub opens the hub of a data folder; it ends with t, or by close.
func openHub(t testing.TB, data string) (hub *app.Hub, closeHub func()) {
	t.Helper()
	hub, err := app.Open(context.Background(), app.Config{Data: data, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	return hub, func() {
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
	}
}

// heads counts the facts of every realm, and reports the commands that wrote
// to each.
func realmsOf(t testing.TB, hub *app.Hub) (count map[fact.Realm]int) {
	t.Helper()
	count = map[fact.Realm]int{}
	for f := range hub.AllFacts(t.Context()) {
		count[f.Realm]++
		if strings.HasPrefix(f.Cmd, "exercise/") != (f.Realm == fact.Exercise) {
			t.Errorf("fact %d of realm %s was decided by %s", f.Pos, f.Realm, f.Cmd)
		}
	}
	return count
}

// TestExercise plays the exercise, and plays it again.
func TestExercise(t *testing.T) {
	data := t.TempDir()
	hub, closeHub := openHub(t, data)
	began := time.Now()
	if err := hub.LoadExercise(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("first start of the exercise took %v", time.Since(began))
	hub.View(fact.Exercise, func(b *app.Books) {
		if got, want := b.Needs.Len(), len(exercise.Needs()); got != want {
			t.Errorf("%d needs, want %d", got, want)
		}
		seen := map[need.Status]int{}
		stages := map[string]int{}
		states := map[offer.State]int{}
		for h := range b.Needs.All() {
			seen[h.Status]++
			stages[h.Stage]++
			for _, r := range b.Offers.ByNeed(h.ID) {
				states[r.State(today)]++
			}
		}
		for _, s := range need.Statuses {
			if seen[s] == 0 {
				t.Errorf("no need is %s", s)
			}
		}
		for _, s := range offer.States {
			if states[s] == 0 && s != offer.Lapsed {
				t.Errorf("no reservation is %s", s)
			}
		}
		for _, s := range []string{"technical", "interagency"} {
			if stages[s] < 3 {
				t.Errorf("%d needs wait in stage %s", stages[s], s)
			}
		}
		if b.Flows.Len() < 6 {
			t.Errorf("%d flows, want 6 or more", b.Flows.Len())
		}
		for _, s := range b.Seats.All() {
			if s.Person == "" {
				t.Errorf("nobody sits on %s, %s of %s", s.ID, s.Role, s.Holder)
			}
		}
		t.Logf("%v %v %v, %d flows", seen, stages, states, b.Flows.Len())
	})
	hub.View(fact.Real, func(b *app.Books) {
		if len(b.Parties.All())+b.Needs.Len()+b.Flows.Len()+len(b.Seats.All()) > 0 {
			t.Error("the exercise is seen in the real realm")
		}
	})
	first := realmsOf(t, hub)
	if first[fact.Real] != 0 {
		t.Errorf("%d facts of the real realm", first[fact.Real])
	}
	closeHub()

	hub, closeHub = openHub(t, data)
	defer closeHub()
	if err := hub.LoadExercise(t.Context()); err != nil {
		t.Fatal(err)
	}
	if second := realmsOf(t, hub); second[fact.Exercise] != first[fact.Exercise] {
		t.Errorf("%d facts after a second start, %d after the first", second[fact.Exercise], first[fact.Exercise])
	}
}

// TestRealmsApart loads both realms and sees that no command wrote to both.
func TestRealmsApart(t *testing.T) {
	hub, closeHub := openHub(t, t.TempDir())
	defer closeHub()
	began := time.Now()
	if err := hub.LoadDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("first start took %v", time.Since(began))
	count := realmsOf(t, hub)
	if count[fact.Real] == 0 || count[fact.Exercise] == 0 {
		t.Errorf("facts by realm: %v", count)
	}
}
