package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"tallinn/record"
	"tallinn/record/recordtest"
)

// TestPausedHub pauses one hub again and again in the middle of its work: the
// other never waits for it, and what the paused one had decided on is decided
// again when it comes back. Nothing acknowledged is lost, nothing is recorded
// twice.
func TestPausedHub(t *testing.T) {
	t.Parallel()
	cfg := fresh(t)
	paused, other := launch(t, cfg), launch(t, cfg)
	const writers = 8
	pause, rounds := length(500*time.Millisecond), 5
	var mu sync.Mutex
	done := map[string]bool{}
	var longest time.Duration
	write := func(hub *process, name string, until chan bool, measure bool) {
		last := time.Now()
		for n := 0; ; n++ {
			select {
			case <-until:
				return
			default:
			}
			id := fmt.Sprint(name, "/", n)
			said := hub.ask(2*time.Minute, id, "gift", "-", "a", 1)
			mu.Lock()
			done[id] = said == "yes"
			if took := time.Since(last); measure && took > longest {
				longest = took
			}
			mu.Unlock()
			last = time.Now()
		}
	}
	until := make(chan bool)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() { write(paused, fmt.Sprint("paused", i), until, false) })
		wg.Go(func() { write(other, fmt.Sprint("other", i), until, true) })
	}
	for range rounds {
		time.Sleep(time.Duration(50+rand.IntN(100)) * time.Millisecond)
		paused.signal(syscall.SIGSTOP)
		time.Sleep(pause)
		paused.signal(syscall.SIGCONT)
	}
	time.Sleep(100 * time.Millisecond)
	close(until)
	wg.Wait()

	store := open(t, cfg)
	if report, err := record.Check(t.Context(), store, recordtest.Registry(), recordtest.TheKeys); err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report, err)
	}
	head, err := store.Head(t.Context())
	if err != nil || int(head)+1 != len(done) {
		t.Errorf("%d facts of %d commands, %v", head+1, len(done), err)
	}
	for id, acknowledged := range done {
		if _, kept, err := store.Command(t.Context(), id); err != nil || !acknowledged || !kept {
			t.Errorf("command %s: acknowledged %v, on record %v, %v", id, acknowledged, kept, err)
		}
	}
	t.Logf("%d pauses of %v, %d commands; the other hub's longest wait was %v", rounds, pause, len(done), longest)
	if longest > 2*time.Second {
		t.Errorf("the other hub waited %v", longest)
	}
}
