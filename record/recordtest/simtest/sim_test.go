package simtest_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"
	"testing/synctest"

	"tallinn/record/recordtest/simtest"
)

// simSeeds, when set, is how many seeds TestSimulation plays; make crash sets it.
const simSeeds = "TALLINN_SIM_SEEDS"

var (
	seed = flag.Uint64("seed", 0, "play this seed alone")
	show = flag.Bool("show", false, "with -seed: print all that the database was asked")
)

func seeds(otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(simSeeds)); err == nil {
		return n
	}
	return otherwise
}

func play(t *testing.T, seed uint64, lines io.Writer) (run simtest.Run) {
	synctest.Test(t, func(*testing.T) { run = simtest.Play(seed, lines) })
	return run
}

// TestSimulation plays many runs. One that fails says its seed, and is that
// run again with it.
//
// ASVS 2.3.3
func TestSimulation(t *testing.T) {
	first, n := uint64(1), seeds(6)
	var lines io.Writer
	if *seed != 0 {
		if first, n = *seed, 1; *show {
			lines = os.Stdout
		}
	}
	facts, asked, vain := 0, 0, 0
	for s := first; s < first+uint64(n); s++ {
		run := play(t, s, lines)
		for _, flaw := range run.Flaws {
			t.Errorf("seed %d: %s", s, flaw)
		}
		if len(run.Flaws) > 0 {
			t.Fatalf("play it again: go test -count=1 -v -run Simulation ./record/recordtest/simtest -seed %d -show", s)
		}
		facts, asked, vain = facts+run.Facts, asked+run.Asked, vain+run.Vain
	}
	t.Logf("%d runs: %d facts, %d attempts, %d of them without an answer", n, facts, asked, vain)
	if *seed == 0 && vain < n {
		t.Error("there was no trouble")
	}
}

// TestSameSeed plays runs twice: each is the same, to the nanosecond.
func TestSameSeed(t *testing.T) {
	for s := range uint64(2 + seeds(0)/20) {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			one, two := play(t, 100+s, nil), play(t, 100+s, nil)
			if one.Trace != two.Trace || one.Facts != two.Facts {
				t.Errorf("two runs differ: %+v, %+v", one, two)
			}
		})
	}
	if one, two := play(t, 200, nil), play(t, 201, nil); one.Trace == two.Trace {
		t.Error("two seeds gave one run")
	}
}
