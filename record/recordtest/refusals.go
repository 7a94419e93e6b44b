package recordtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/ids"
	"tallinn/record"
	"tallinn/text"
)

var refusalTests = []test{
	{"refuse/and forget", testRefusal},
	{"refuse/bad commands", testBadCommand},
	{"refuse/newer kinds", testNewer},
	{"refuse/mixed realms", testRealms},
	{"refuse/too much", testTooMuch},
	{"refuse/clocks apart", testClock},
	{"refuse/after a failed append", testStopped},
	{"refuse/a full queue", testBusy},
	{"refuse/who has left the queue", testLeft},
	{"refuse/after Close", testClosed},
	{"ids/drawn", testIDs},
	{"ids/the same drawn by two", testSameID},
}

func testRefusal(t *testing.T, s record.Store) {
	w := hire(t, s)
	w.refused("1", ErrNone, w.Pay("A-0000", 1))
	if res := w.do("1", w.Open("ada")); res.Repeated {
		t.Error("a refusal was remembered")
	}
	// A failed method of Tx refuses, whatever the rule makes of it.
	w.refused("2", record.ErrText, func(tx *record.Tx) ([]fact.Body, error) {
		_, _ = tx.Text("\xff")
		return w.Open("bob")(tx)
	})
	if w.Head() != 0 {
		t.Errorf("head %d; want 0", w.Head())
	}
}

func testBadCommand(t *testing.T, s record.Store) {
	w := hire(t, s)
	good := Command("1", "do")
	for name, change := range map[string]func(*record.Command){
		"no id": func(c *record.Command) { c.ID = "" }, "long id": func(c *record.Command) { c.ID = strings.Repeat("x", record.MaxName+1) },
		"zero byte": func(c *record.Command) { c.ID = "a\x00b" }, "no UTF-8": func(c *record.Command) { c.Op = "\xff" },
		"no operation": func(c *record.Command) { c.Op = "" }, "long author": func(c *record.Command) { c.By = strings.Repeat("x", 600) },
		"bad seat": func(c *record.Command) { c.Seat = "\n" },
	} {
		cmd := good
		change(&cmd)
		if _, err := w.Decide(t.Context(), cmd, w.Open("ada")); !errors.Is(err, record.ErrCommand) {
			t.Errorf("%s: %v; want ErrCommand", name, err)
		}
	}
	good.Realm = "dream"
	if _, err := w.Decide(t.Context(), good, w.Open("ada")); err == nil {
		t.Error("an unknown realm was recorded")
	}
	for _, stream := range []string{"", "a\x00", strings.Repeat("x", 600)} {
		if _, err := w.Decide(t.Context(), Command("2", "do"), func(*record.Tx) ([]fact.Body, error) {
			return []fact.Body{Moved{To: stream}}, nil
		}); err == nil {
			t.Errorf("stream %.10q was recorded", stream)
		}
	}
}

func testNewer(t *testing.T, s record.Store) {
	newer := hire(t, s)
	a, b := newer.open("ada", 5), newer.open("bob", 5)
	newer.do("audit", func(*record.Tx) ([]fact.Body, error) { return []fact.Body{Audited{a}}, nil })
	newer.do("after", newer.Pay(a, 1)) // what the older program knows comes after
	must(t, newer.Close())

	w := hire(t, s, func(c *record.Config) { c.Registry = OldRegistry() })
	if w.Balance(a) != 6 {
		t.Error("a fact of a newer kind was not read past")
	}
	w.refused("read", record.ErrNewerKind, w.Move(b, a, 1))
	w.refused("write", record.ErrNewerKind, func(*record.Tx) ([]fact.Body, error) { return []fact.Body{Moved{To: a}}, nil })
	w.do("other", w.Pay(b, 1))
	_, f, err := w.Fact(t.Context(), w.Stream(a)[2])
	if err != nil || f.Known() || f.Kind != "account.audited" {
		t.Errorf("the newer fact: %+v, %v", f, err)
	}
	report, err := record.Check(t.Context(), s, OldRegistry(), TheKeys)
	if err != nil || !report.Clean() || report.Unknown != 1 {
		t.Errorf("Check by the older program: %+v, %v", report, err)
	}
}

func testRealms(t *testing.T, s record.Store) {
	w := hire(t, s)
	a := w.open("ada", 5)
	exercise := func(id string) record.Command {
		c := Command(id, "do")
		c.Realm = fact.Exercise
		return c
	}
	res, err := w.Decide(t.Context(), exercise("e1"), w.Open("eve"))
	must(t, err)
	e := res.IDs[0]
	if f := w.Folded()[2]; f.Realm != fact.Exercise {
		t.Errorf("realm %s", f.Realm)
	}
	blind := func(to string) record.Rule {
		return func(*record.Tx) ([]fact.Body, error) { return []fact.Body{Moved{To: to}}, nil }
	}
	leans := func(on, to string) record.Rule {
		return func(tx *record.Tx) ([]fact.Body, error) { return []fact.Body{Moved{To: to}}, tx.Read(on) }
	}
	for name, try := range map[string]struct {
		cmd  record.Command
		rule record.Rule
		want error
	}{
		"exercise looks for real":  {exercise("x1"), w.Pay(a, 1), ErrNone},
		"exercise leans on real":   {exercise("x6"), leans(a, e), record.ErrRealmMixed},
		"exercise writes real":     {exercise("x2"), blind(a), record.ErrRealmMixed},
		"real looks for exercise":  {Command("x3", "do"), w.Move(e, a, 0), ErrNone},
		"real leans on exercise":   {Command("x7", "do"), leans(e, a), record.ErrRealmMixed},
		"real writes exercise":     {Command("x4", "do"), blind(e), record.ErrRealmMixed},
		"real takes what is taken": {Command("x5", "do"), w.Open("eve"), record.ErrRealmMixed},
	} {
		if _, err := w.Decide(t.Context(), try.cmd, try.rule); !errors.Is(err, try.want) {
			t.Errorf("%s: %v; want %v", name, err, try.want)
		}
	}
	_, err = w.Decide(t.Context(), exercise("e2"), w.Pay(e, 1))
	must(t, err)
	clean(t, s)
}

func testTooMuch(t *testing.T, s record.Store) {
	w := hire(t, s, func(c *record.Config) { c.MaxFacts, c.MaxBytes = 3, 8000 })
	many := func(n int) record.Rule {
		return func(*record.Tx) ([]fact.Body, error) {
			bodies := make([]fact.Body, n)
			for i := range bodies {
				bodies[i] = Moved{To: "A"}
			}
			return bodies, nil
		}
	}
	w.do("3", many(3))
	w.refused("4", record.ErrTooMany, many(4))
	w.refused("bytes", record.ErrTooLarge, func(*record.Tx) ([]fact.Body, error) {
		return []fact.Body{Opened{Account: "B", Note: text.Ref{ID: strings.Repeat("x", 8000)}}}, nil
	})
	w.refused("text", record.ErrTextTooLong, func(tx *record.Tx) ([]fact.Body, error) {
		_, err := tx.Text(strings.Repeat("x", text.MaxBytes+1))
		return nil, err
	})
	big := hire(t, s)
	if _, err := big.Decide(t.Context(), Command("big", "do"), func(*record.Tx) ([]fact.Body, error) {
		return []fact.Body{Opened{Account: strings.Repeat("x", 400), Owner: strings.Repeat("<", 400),
			Note: text.Ref{ID: strings.Repeat("x", fact.MaxBytes)}}}, nil
	}); err == nil {
		t.Error("a fact over MaxBytes was recorded")
	}
	big.do("after", many(1)) // it has not stopped the record
	clean(t, s)
}

func testClock(t *testing.T, s record.Store) {
	skew := 3 * time.Second
	h := &hooked{Store: s, now: func() time.Time { return time.Now().Add(skew) }}
	w := hire(t, h)
	w.refused("1", record.ErrClock, w.Open("ada"))
	skew = -3 * time.Second
	w.refused("1", record.ErrClock, w.Open("ada"))
	skew = time.Second
	w.do("1", w.Open("ada"))
}

// testStopped fails an append before and after it took effect.
func testStopped(t *testing.T, s record.Store) {
	broken := errors.New("the disk is full")
	h := &hooked{Store: s}
	w := hire(t, h)
	a := w.open("ada", 1)
	h.append = func(record.Batch) error { return broken }
	w.refused("lost", record.ErrStopped, w.Pay(a, 1))
	h.append = nil
	w.refused("later", record.ErrStopped, w.Pay(a, 1))
	if err := w.Refresh(t.Context()); !errors.Is(err, record.ErrStopped) {
		t.Errorf("Refresh() = %v; want ErrStopped", err)
	}
	if _, _, err := w.Fact(t.Context(), 1); err != nil || w.Balance(a) != 1 {
		t.Errorf("reading after the failure: %v, balance %d", err, w.Balance(a))
	}

	h2 := &hooked{Store: s, after: func(record.Batch) error { return broken }}
	w2 := hire(t, h2)
	w2.refused("kept", record.ErrStopped, w2.Pay(a, 1))
	// After the restart the same commands say what became of them.
	w3 := hire(t, s)
	if res := w3.do("kept", w3.Pay(a, 1)); !res.Repeated {
		t.Error("the decision that was kept is not known after the restart")
	}
	if res := w3.do("lost", w3.Pay(a, 1)); res.Repeated {
		t.Error("the decision that was lost is known after the restart")
	}
	if w3.Balance(a) != 3 {
		t.Errorf("balance %d; want 3", w3.Balance(a))
	}
	clean(t, s)
}

// stall makes the next append wait until the returned function is called.
func stall(h *hooked) (entered chan bool, release func()) {
	entered, leave := make(chan bool), make(chan bool)
	var once sync.Once
	h.append = func(record.Batch) error {
		once.Do(func() { close(entered) })
		<-leave
		return nil
	}
	return entered, func() { close(leave) }
}

func testBusy(t *testing.T, s record.Store) {
	h := &hooked{Store: s}
	w := hire(t, h, func(c *record.Config) { c.Queue = 2 })
	a := w.open("ada", 0)
	entered, release := stall(h)
	results := make(chan error, 11)
	pay := func(id string) {
		_, err := w.Decide(t.Context(), Command(id, "pay"), w.Pay(a, 1))
		results <- err
	}
	go pay("committing")
	<-entered
	for i := range 10 { // two of them find a place
		go pay(fmt.Sprint(i))
	}
	for range 8 {
		if err := <-results; !errors.Is(err, record.ErrBusy) {
			t.Errorf("a full queue: %v; want ErrBusy", err)
		}
	}
	release()
	for range 3 {
		must(t, <-results)
	}
	if w.Balance(a) != 3 {
		t.Errorf("balance %d; want 3", w.Balance(a))
	}
}

func testLeft(t *testing.T, s record.Store) {
	h := &hooked{Store: s}
	w := hire(t, h)
	a := w.open("ada", 0)
	entered, release := stall(h)
	results := make(chan error, 2)
	go func() {
		_, err := w.Decide(t.Context(), Command("stays", "pay"), w.Pay(a, 1))
		results <- err
	}()
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	left, asked := make(chan error), make(chan bool)
	go func() {
		_, err := w.Decide(ctx, Command("leaves", "pay"), func(tx *record.Tx) ([]fact.Body, error) {
			close(asked)
			return w.Gift(a, 1)(tx)
		})
		left <- err
	}()
	<-asked
	time.Sleep(20 * time.Millisecond) // it is in the queue, most likely
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left the queue: %v", err)
	}
	release()
	must(t, <-results)
	must(t, w.Close())
	if _, ok, err := s.Command(t.Context(), "leaves"); ok || err != nil || w.Balance(a) != 1 {
		t.Errorf("the command of who left: %v, %v; balance %d", ok, err, w.Balance(a))
	}
	clean(t, s)
}

func testClosed(t *testing.T, s record.Store) {
	w := hire(t, s)
	w.open("ada", 0)
	must(t, w.Close())
	w.refused("1", record.ErrClosed, w.Open("bob"))
	if _, _, err := w.Fact(t.Context(), 0); err != nil {
		t.Errorf("reading after Close: %v", err)
	}
	w.Subscribe("late", func(context.Context, fact.Fact) error { t.Error("told after Close"); return nil })
}

func testIDs(t *testing.T, s record.Store) {
	w := hire(t, s)
	seen := map[string]bool{}
	var last []string
	for i := range 3 {
		res := w.do(fmt.Sprint(i), func(tx *record.Tx) (bodies []fact.Body, _ error) {
			for range 1000 {
				id, err := tx.NewID("A")
				if err != nil {
					return nil, err
				}
				bodies = append(bodies, Opened{Account: id, Owner: id})
			}
			return bodies, nil
		})
		for n, id := range res.IDs {
			if seen[id] || ids.Prefix(id) != "A" {
				t.Fatalf("id %s was drawn twice, or is none", id)
			}
			seen[id] = true
			if taken := i*1000 + n; len(id) != len("A-0000")+taken/2500 {
				t.Fatalf("id %s after %d others", id, taken)
			}
		}
		last = res.IDs
	}
	again := hire(t, s)
	if res := again.do("2", nothing); !res.Repeated || !reflect.DeepEqual(res.IDs, last) {
		t.Error("a repeated command did not give the ids it drew")
	}
	if id := again.open("ada", 0); len(id) != len("A-00000") {
		t.Errorf("id %s; the replay has not counted", id)
	}
	other := again.do("other", func(tx *record.Tx) ([]fact.Body, error) {
		id, err := tx.NewID("B")
		return []fact.Body{Opened{Account: id, Owner: "o"}}, err
	})
	if len(other.IDs[0]) != len("B-0000") {
		t.Errorf("id %s; the prefixes are counted apart", other.IDs[0])
	}
}

// testSameID has two rules draw the same number before either is recorded.
func testSameID(t *testing.T, s record.Store) {
	h := &hooked{Store: s}
	source := &repeating{times: 2}
	w := hire(t, h, func(c *record.Config) { c.Random = source })
	entered, release := stall(h)
	results := make(chan record.Result, 3)
	decide := func(id string, rule record.Rule) {
		res, err := w.Decide(t.Context(), Command(id, "do"), rule)
		if err != nil {
			t.Errorf("command %s: %v", id, err)
		}
		results <- res
	}
	go decide("first", w.Gift("elsewhere", 1))
	<-entered
	go decide("ada", w.Open("ada"))
	go decide("bob", w.Open("bob"))
	eventually(t, "both have drawn", func() bool { return source.drawn() >= 2 })
	time.Sleep(20 * time.Millisecond) // both are in the queue, most likely
	release()
	seen := map[string]bool{}
	for range 3 {
		for _, id := range (<-results).IDs {
			if seen[id] {
				t.Errorf("id %s was given to two", id)
			}
			seen[id] = true
		}
	}
	if !seen["A-0007"] || len(seen) != 2 {
		t.Errorf("ids %v; want A-0007 and another", seen)
	}
	clean(t, s)
}

// A repeating source gives the first few ids the same number.
type repeating struct {
	mu    sync.Mutex
	times int
	n     int
}

func (r *repeating) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(b) == 8 {
		if r.n++; r.n <= r.times {
			clear(b)
			b[0] = 7 // little-endian, as package ids reads it
			return len(b), nil
		}
	}
	return rand.Read(b)
}

func (r *repeating) drawn() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}
