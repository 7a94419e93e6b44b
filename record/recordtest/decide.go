package recordtest

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
)

var decideTests = []test{
	{"decide/records and folds", testDecide},
	{"decide/the same command again", testAgain},
	{"decide/the same command at once", testAtOnce},
	{"decide/nothing to record", testNothing},
	{"decide/lost and run again", testLost},
	{"decide/together in one transaction", testTogether},
	{"decide/everybody on one account", testContended},
	{"decide/rule that panics", testPanic},
	{"decide/time", testTime},
	{"decide/text", testText},
	{"decide/marked, and pointers", testBodies},
	{"decide/replay", testReplay},
}

func testDecide(t *testing.T, s record.Store) {
	w := hire(t, s)
	id := w.open("ada", 5)
	if got := w.Balance(id); got != 5 || w.Head() != 1 {
		t.Errorf("balance %d at head %d; want 5 at 1", got, w.Head())
	}
	raw, f, err := w.Fact(t.Context(), 1)
	must(t, err)
	want := fact.Fact{Pos: 1, At: f.At, Cmd: "pay ada", By: "person/1", Seat: "teller", Kind: "account.moved",
		Streams: []string{id}, Realm: fact.Real, Marking: tlp.Clear, Figure: true, Salt: f.Salt, Body: Moved{To: id, Amount: 5}}
	if !reflect.DeepEqual(f, want) || !reflect.DeepEqual(w.Folded()[1], want) {
		t.Errorf("fact %+v\nfolded %+v\nwant %+v", f, w.Folded()[1], want)
	}
	if again, err := fact.Encode(f); err != nil || !bytes.Equal(again, raw) {
		t.Errorf("stored %s\nencoded %s, %v", raw, again, err)
	}
	if f.Salt == ([16]byte{}) || f.Salt == w.Folded()[0].Salt {
		t.Errorf("salt %x", f.Salt)
	}
	if got := w.Stream(id); !reflect.DeepEqual(got, []fact.Pos{0, 1}) {
		t.Errorf("Stream(%s) = %v", id, got)
	}
	if got := w.Stream("owner/ada"); !reflect.DeepEqual(got, []fact.Pos{0}) {
		t.Errorf("Stream(owner/ada) = %v", got)
	}
	if got := w.Stream("owner/none"); len(got) != 0 {
		t.Errorf("Stream(owner/none) = %v", got)
	}
	kept, err := w.Facts(t.Context(), -3, 10)
	if err != nil || len(kept) != 2 || !bytes.Equal(kept[1].Raw, raw) {
		t.Errorf("Facts(-3, 10) = %v, %v", kept, err)
	}
	for _, pos := range []fact.Pos{-1, 2} {
		if _, _, err := w.Fact(t.Context(), pos); !errors.Is(err, record.ErrNoFact) {
			t.Errorf("Fact(%d): %v; want ErrNoFact", pos, err)
		}
	}
	clean(t, s)
}

func testAgain(t *testing.T, s record.Store) {
	w := hire(t, s)
	first := w.do("1", w.Open("ada"))
	w.do("2", w.Open("bob"))
	never := func(*record.Tx) ([]fact.Body, error) { t.Error("the rule ran again"); return nil, nil }
	want := first
	want.Repeated = true
	for _, who := range []*teller{w, hire(t, s)} { // the second has replayed
		if got := who.do("1", never); !reflect.DeepEqual(got, want) {
			t.Errorf("again: %+v; want %+v", got, want)
		}
	}
	for _, cmd := range []record.Command{Command("1", "else", "1"), Command("1", "do", "2")} {
		if _, err := w.Decide(t.Context(), cmd, never); !errors.Is(err, record.ErrReused) {
			t.Errorf("%s with other arguments: %v; want ErrReused", cmd.ID, err)
		}
	}
}

// testAtOnce sends each command many times at once: its rule takes effect
// once and all get the same answer.
func testAtOnce(t *testing.T, s record.Store) {
	w := hire(t, s)
	id := w.open("ada", 0)
	const commands, times = 10, 8
	results := make([][]record.Result, commands)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range commands * times {
		wg.Go(func() {
			c := i % commands
			res, err := w.Decide(t.Context(), Command(fmt.Sprint(c), "gift", c), w.Gift(id, 1))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			results[c] = append(results[c], res)
			mu.Unlock()
		})
	}
	wg.Wait()
	for c, all := range results {
		fresh := 0
		for _, res := range all {
			if !res.Repeated {
				fresh++
			}
			if res.First != all[0].First || res.Last != all[0].Last {
				t.Errorf("command %d: %+v and %+v", c, res, all[0])
			}
		}
		if fresh != 1 {
			t.Errorf("command %d was recorded %d times", c, fresh)
		}
	}
	if got := w.Balance(id); got != commands {
		t.Errorf("balance %d; want %d", got, commands)
	}
	clean(t, s)
}

func testNothing(t *testing.T, s record.Store) {
	w := hire(t, s)
	if res := w.do("1", nothing); !res.Empty() || res.Repeated {
		t.Errorf("nothing to record: %+v", res)
	}
	if res := w.do("1", w.Open("ada")); res.Empty() || res.Repeated {
		t.Errorf("a command that recorded nothing was remembered: %+v", res)
	}
}

// testLost changes what a rule has read while the rule runs.
func testLost(t *testing.T, s record.Store) {
	var between func()
	h := &hooked{Store: s}
	w := hire(t, h)
	id := w.open("ada", 5)
	other := w.open("bob", 0)
	h.append = func(b record.Batch) error {
		if between != nil {
			fn := between
			between = nil
			fn()
		}
		return nil
	}
	runs := 0
	done := make(chan error)
	// While the first movement is on its way to the disk, the second is
	// decided on the same balance; it must see the first before it counts.
	between = func() {
		decided := make(chan bool)
		go func() {
			_, err := w.Decide(t.Context(), Command("second", "move"), func(tx *record.Tx) ([]fact.Body, error) {
				runs++
				if runs == 1 {
					defer close(decided)
				}
				return w.Move(id, other, 5)(tx)
			})
			done <- err
		}()
		<-decided
	}
	w.do("first", w.Move(id, other, 5))
	if err := <-done; !errors.Is(err, ErrPoor) {
		t.Errorf("the second movement: %v; want ErrPoor", err)
	}
	if runs != 2 || w.Balance(id) != 0 || w.Balance(other) != 5 {
		t.Errorf("%d runs, balances %d and %d", runs, w.Balance(id), w.Balance(other))
	}
	clean(t, s)
}

// testTogether has several decisions wait for one transaction, each allowed
// by what is folded, but not after the one before it.
func testTogether(t *testing.T, s record.Store) {
	h := &hooked{Store: s}
	w := hire(t, h)
	a, b := w.open("ada", 5), w.open("bob", 0)
	exercise := Command("exercise", "gift")
	exercise.Realm = fact.Exercise
	tries := map[error]int{}
	var mu sync.Mutex
	var wg, asked sync.WaitGroup
	try := func(cmd record.Command, rule record.Rule) {
		asked.Add(1)
		var once sync.Once
		wg.Go(func() {
			_, err := w.Decide(t.Context(), cmd, func(tx *record.Tx) ([]fact.Body, error) {
				defer once.Do(asked.Done)
				return rule(tx)
			})
			mu.Lock()
			defer mu.Unlock()
			for _, known := range []error{nil, ErrPoor, ErrOwner, record.ErrRealmMixed} {
				if errors.Is(err, known) {
					tries[known]++
					return
				}
			}
			t.Error(err)
		})
	}
	entered, release := stall(h)
	try(Command("first", "gift"), w.Gift("elsewhere", 1))
	<-entered
	for i := range 5 {
		try(Command(fmt.Sprint("m", i), "move"), w.Move(a, b, 3))
		try(Command(fmt.Sprint("o", i), "open"), w.Open("eve"))
	}
	try(Command("real", "gift"), w.Gift("new", 1))
	try(exercise, w.Gift("new", 1))
	asked.Wait()
	time.Sleep(5 * time.Millisecond) // all are in the queue, most likely
	release()
	wg.Wait()
	want := map[error]int{nil: 4, ErrPoor: 4, ErrOwner: 4, record.ErrRealmMixed: 1}
	if !reflect.DeepEqual(tries, want) || w.Balance(a) != 2 {
		t.Errorf("outcomes %v; want %v; balance %d, want 2", tries, want, w.Balance(a))
	}
	clean(t, s)
}

// testContended has many writers on one stream: each gets through.
func testContended(t *testing.T, s record.Store) {
	w := hire(t, s)
	from, to := w.open("ada", 100), w.open("bob", 0)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			if _, err := w.Decide(t.Context(), Command(fmt.Sprint(i), "move"), w.Move(from, to, 2)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if w.Balance(from) != 20 || w.Balance(to) != 80 {
		t.Errorf("balances %d and %d", w.Balance(from), w.Balance(to))
	}
	clean(t, s)
}

func testPanic(t *testing.T, s record.Store) {
	w := hire(t, s)
	from, to := w.open("ada", 100), w.open("bob", 0)
	var wg sync.WaitGroup
	for i := range 20 { // so many that the committer runs some rules itself
		wg.Go(func() {
			defer func() {
				if p := recover(); p != "a defect" {
					t.Errorf("recovered %v", p)
				}
			}()
			runs := 0
			_, err := w.Decide(t.Context(), Command(fmt.Sprint(i), "move"), func(tx *record.Tx) ([]fact.Body, error) {
				if runs++; runs == 5 || tx.Version(to) >= 15 {
					panic("a defect")
				}
				return w.Move(from, to, 1)(tx)
			})
			if err == nil {
				panic("a defect") // it got through before
			}
			t.Error(err)
		})
	}
	wg.Wait()
	w.do("after", w.Pay(to, 1)) // no lock is held, nobody waits
	clean(t, s)
}

func testTime(t *testing.T, s record.Store) {
	start := time.Now().UTC().Truncate(time.Second)
	now := start.Add(1500 * time.Nanosecond)
	h := &hooked{Store: s, now: func() time.Time { return now }}
	w := hire(t, h, func(c *record.Config) { c.Now = h.now })
	var seen []time.Time
	rule := func(owner string) record.Rule {
		return func(tx *record.Tx) ([]fact.Body, error) {
			seen = append(seen, tx.Now())
			return w.Open(owner)(tx)
		}
	}
	w.do("1", rule("ada"))
	now = now.Add(-time.Second) // the clock is set back
	w.do("2", rule("bob"))
	now = now.Add(time.Minute)
	w.do("3", rule("eve"))
	want := []time.Time{start.Add(time.Microsecond), start.Add(time.Microsecond), start.Add(59*time.Second + time.Microsecond)}
	for i, f := range w.Folded() {
		if !f.At.Equal(want[i]) || !seen[i].Equal(want[i]) {
			t.Errorf("fact %d at %v, decided at %v; want %v", i, f.At, seen[i], want[i])
		}
	}
}

func testText(t *testing.T, s record.Store) {
	w := hire(t, s)
	const said = "«Об’єкт» <b>\x00"
	var ref text.Ref
	w.do("1", func(tx *record.Tx) (_ []fact.Body, err error) {
		if ref, err = tx.Text(said); err != nil {
			return nil, err
		}
		return []fact.Body{Opened{Account: "A-0001", Owner: "ada", Note: ref}}, nil
	})
	if got, err := w.Text(t.Context(), ref); got != said || err != nil {
		t.Errorf("Text() = %q, %v", got, err)
	}
	if _, err := w.Decide(t.Context(), Command("2", "do"), func(tx *record.Tx) ([]fact.Body, error) {
		_, err := tx.Text("lost")
		return []fact.Body{Moved{To: "B"}}, err
	}); err == nil {
		t.Error("a text that no fact refers to was kept")
	}
	raw, _, err := w.Fact(t.Context(), 0)
	if err != nil || bytes.Contains(raw, []byte("єкт")) {
		t.Errorf("the fact holds the text: %s, %v", raw, err)
	}
	if _, err := w.Text(t.Context(), text.Ref{ID: "none"}); !errors.Is(err, record.ErrNoText) {
		t.Errorf("no text: %v; want ErrNoText", err)
	}
	if _, err := w.Text(t.Context(), text.Ref{ID: ref.ID, Commit: "other"}); err == nil {
		t.Error("a text opened under another commitment")
	}
	if report := clean(t, s); report.Texts != 1 {
		t.Errorf("%d texts; want 1", report.Texts)
	}
}

func testBodies(t *testing.T, s record.Store) {
	w := hire(t, s)
	w.do("1", func(*record.Tx) ([]fact.Body, error) {
		return []fact.Body{fact.Marked(Moved{From: "A", To: "A", Amount: 1}, tlp.Green), &Moved{To: "B"}}, nil
	})
	all := w.Folded()
	if all[0].Marking != tlp.Green || all[1].Marking != tlp.Clear || !all[0].Figure {
		t.Errorf("markings %v and %v, figure %v", all[0].Marking, all[1].Marking, all[0].Figure)
	}
	if !reflect.DeepEqual(all[0].Streams, []string{"A"}) {
		t.Errorf("streams %v; each should be there once", all[0].Streams)
	}
	if all[1].Body != (Moved{To: "B"}) {
		t.Errorf("a pointer was folded as %T", all[1].Body)
	}
	if _, err := w.Decide(t.Context(), Command("2", "do"), func(*record.Tx) ([]fact.Body, error) {
		return []fact.Body{unregistered{}}, nil
	}); err == nil {
		t.Error("a kind that is not registered was recorded")
	}
	clean(t, s)
}

type unregistered struct{}

func (unregistered) Kind() string      { return "toy.unregistered" }
func (unregistered) Streams() []string { return []string{"toy"} }

// testReplay compares a live state with a replayed one, over more facts than
// one batch of the replay.
func testReplay(t *testing.T, s record.Store) {
	w := hire(t, s)
	id := w.open("ada", 0)
	for i := range 3 {
		w.do(fmt.Sprint(i), func(*record.Tx) (bodies []fact.Body, _ error) {
			for n := range 700 {
				bodies = append(bodies, Moved{To: id, Amount: int64(n)})
			}
			return bodies, nil
		})
	}
	again := hire(t, s)
	if !reflect.DeepEqual(again.Folded(), w.Folded()) || again.Head() != w.Head() {
		t.Error("the replay differs from the live state")
	}
	if !reflect.DeepEqual(again.Stream(id), w.Stream(id)) || len(again.Stream(id)) != 2101 {
		t.Errorf("%d positions in the replayed stream, %d in the live one", len(again.Stream(id)), len(w.Stream(id)))
	}
	clean(t, s)
}
