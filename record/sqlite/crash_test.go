package sqlite_test

import (
	"bufio"
	"bytes"
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

// crashDir, when set, makes the test binary the hub that is killed: it records
// in that folder until it dies.
const crashDir = "TALLINN_CRASH_DIR"

// crashRounds is how often TestKill kills; more for a longer look.
const crashRounds = "TALLINN_CRASH_ROUNDS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if err := hub(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writers is how many goroutines of the hub decide at a time.
const writers = 8

// hub records payments from several writers for ever, and prints a line for
// each one that is acknowledged: its command, its position and its text.
func hub(dir string) error {
	ctx := context.Background()
	lock, err := sqlite.Lock(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		return err
	}
	keys, err := keyring.Open(ctx, dir, cryptorand.Reader)
	if err != nil {
		return err
	}
	bank := recordtest.NewBank()
	r, err := record.Open(ctx, record.Config{Store: store, Registry: recordtest.Registry(), State: bank, Keys: keys})
	if err != nil {
		return err
	}
	r.Subscribe("ear", func(_ context.Context, f fact.Fact) error { return printLine("told %d\n", f.Pos) })
	if err := printLine("ready %d\n", r.Head()); err != nil {
		return err
	}
	round := os.Getpid()
	errs := make(chan error, writers)
	for w := range writers {
		go func() { errs <- write(ctx, r, bank, fmt.Sprint(round, "-", w)) }()
	}
	return <-errs
}

func write(ctx context.Context, r *record.Record, bank *recordtest.Bank, writer string) error {
	for n := 0; ; n++ {
		id := fmt.Sprint(writer, "-", n)
		res, err := r.Decide(ctx, recordtest.Command(id, "open", id), func(tx *record.Tx) ([]fact.Body, error) {
			ref, err := tx.Text("note of " + id)
			if err != nil {
				return nil, err
			}
			account, err := tx.NewID("A")
			return []fact.Body{recordtest.Opened{Account: account, Owner: id, Note: ref},
				recordtest.Moved{To: account, Amount: 1}}, err
		})
		if err != nil {
			return err
		}
		if err := printLine("done %s %d %d\n", id, res.First, res.Last); err != nil {
			return err
		}
	}
}

var printing sync.Mutex

// printLine writes a whole line at once, so that a kill never leaves half.
func printLine(format string, args ...any) error {
	printing.Lock()
	defer printing.Unlock()
	_, err := os.Stdout.WriteString(fmt.Sprintf(format, args...))
	return err
}

// TestKill kills a hub under eight writers, again and again in one folder,
// and holds the store against what the hub had acknowledged.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds, longest := 50, 60
	if n, err := strconv.Atoi(os.Getenv(crashRounds)); err == nil {
		rounds, longest = n, 300
	}
	w := &witness{t: t, dir: t.TempDir(), done: map[string][2]fact.Pos{}, told: fact.None}
	for range rounds {
		w.round(time.Duration(1+rand.IntN(longest)) * time.Millisecond)
	}
	t.Logf("%d rounds, %d decisions acknowledged", rounds, len(w.done))
	if len(w.done) == 0 {
		t.Error("no decision was acknowledged in any round")
	}
}

// A witness remembers everything that any hub has acknowledged.
type witness struct {
	t    *testing.T
	dir  string
	done map[string][2]fact.Pos
	told fact.Pos // up to here the subscriber was told, without a gap
}

// round runs a hub until life after it is ready, kills it, and checks.
func (w *witness) round(life time.Duration) {
	w.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+w.dir)
	out, err := cmd.StdoutPipe()
	w.must(err)
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	w.must(cmd.Start())
	lines := bufio.NewScanner(out)
	resumed := false
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "ready") {
			time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
		}
		resumed = w.note(lines.Text(), resumed)
	}
	if err := cmd.Wait(); err == nil || trouble.Len() > 0 {
		w.t.Fatalf("the hub ended by itself: %v\n%s", err, &trouble)
	}
	w.check()
}

// note takes one line of the hub's. A hub that starts may tell again what was
// told, from any position up to the next.
func (w *witness) note(line string, resumed bool) bool {
	f := strings.Fields(line)
	switch {
	case f[0] == "done" && len(f) == 4:
		w.done[f[1]] = [2]fact.Pos{w.pos(f[2]), w.pos(f[3])}
	case f[0] == "told" && len(f) == 2:
		pos := w.pos(f[1])
		if pos != w.told+1 && (resumed || pos > w.told) {
			w.t.Errorf("told %d after %d", pos, w.told)
		}
		w.told = pos
		return true
	}
	return resumed
}

func (w *witness) check() {
	ctx := w.t.Context()
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: w.dir})
	w.must(err)
	defer store.Close()
	keys, err := keyring.OpenToRead(ctx, w.dir) // every text that is there opens: its key was durable before it
	w.must(err)
	defer keys.Close()
	report, err := record.Check(ctx, store, recordtest.Registry(), keys)
	w.must(err)
	for _, v := range report.Violations {
		w.t.Error(v)
	}
	found := map[string][2]fact.Pos{}
	w.must(store.Facts(ctx, 0, 1<<30, func(pos fact.Pos, raw []byte) error {
		f, err := recordtest.Registry().Decode(raw)
		at, ok := found[f.Cmd]
		if !ok {
			at[0] = pos
		}
		at[1] = pos
		found[f.Cmd] = at
		return err
	}))
	for id, at := range w.done {
		if found[id] != at {
			w.t.Errorf("command %s was acknowledged at %v; the store has %v", id, at, found[id])
		}
	}
}

func (w *witness) pos(s string) fact.Pos {
	n, err := strconv.ParseInt(s, 10, 64)
	w.must(err)
	return fact.Pos(n)
}

func (w *witness) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir() + "/new"
	lock, err := sqlite.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Lock(dir); !errors.Is(err, record.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second lock: %v; want ErrLocked with the folder", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlite.Lock(dir)
	if err != nil {
		t.Fatalf("a lock that was given back: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
