package sqlite_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record/disktest"
)

// cutRounds is how often TestCut cuts the power; make crash sets it.
const cutRounds = "TALLINN_CUT_ROUNDS"

// mostIdle is how many more cuts there are at most until one meets a decision.
const mostIdle = 20

// TestCut runs a hub, a program of its own under eight writers, on a disk whose
// power is cut at any moment: what was not synchronised is gone. The next hub
// starts on what is left, and everything that any hub has acknowledged is
// there.
//
// ASVS 2.3.3
func TestCut(t *testing.T) {
	t.Parallel()
	rounds := 2
	if n, err := strconv.Atoi(os.Getenv(cutRounds)); err == nil {
		rounds = n
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &witness{t: t, dir: filepath.Join(dir, "0"), done: map[string][2]fact.Pos{}, told: fact.None}
	w.must(os.Mkdir(w.dir, 0o700))
	cuts := 0
	for ; cuts < rounds || len(w.done) == 0 && cuts < rounds+mostIdle; cuts++ {
		// On a busy machine a short life may see nothing acknowledged.
		life := time.Duration(1+rand.IntN(200)*(1+max(0, cuts-rounds))) * time.Millisecond
		w.cut(filepath.Join(dir, "disk"), filepath.Join(dir, fmt.Sprint(cuts+1)), life)
	}
	t.Logf("%d cuts, %d decisions acknowledged", cuts, len(w.done))
	if len(w.done) == 0 {
		t.Error("no decision was acknowledged in any round")
	}
}

// cut runs a hub on the disk until life after it is ready, cuts the power, and
// checks what is left, in the folder to.
func (w *witness) cut(at, to string, life time.Duration) {
	w.t.Helper()
	w.must(os.MkdirAll(at, 0o700))
	disk, end := disktest.Mount(w.t, at, w.dir)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+at)
	out, err := cmd.StdoutPipe()
	w.must(err)
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	w.must(cmd.Start())
	var mu sync.Mutex // what the hub has said, and the cut
	off, resumed := false, false
	var cutting error
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		mu.Lock()
		if off {
			mu.Unlock()
			continue // said by a hub that has no power any more
		}
		if strings.HasPrefix(lines.Text(), "ready") {
			time.AfterFunc(life, func() {
				mu.Lock()
				off = true
				cutting = disk.Cut(to)
				mu.Unlock()
				_ = cmd.Process.Kill()
			})
		}
		resumed = w.note(lines.Text(), resumed)
		mu.Unlock()
	}
	if err := cmd.Wait(); err == nil || trouble.Len() > 0 {
		w.t.Fatalf("the hub ended by itself: %v\n%s", err, &trouble)
	}
	w.must(cutting)
	end()
	w.must(os.RemoveAll(w.dir))
	w.dir = to
	w.check()
}
