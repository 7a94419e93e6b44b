package highs_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"tallinn/aid/match"
	"tallinn/aid/match/highs"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/matchtest"
	"tallinn/aid/match/verify"
)

// open compiles HiGHS once for all runs on this machine.
func open(t *testing.T) *highs.Solver {
	t.Helper()
	s, err := highs.Open(context.Background(), filepath.Join(os.TempDir(), "tallinn-wasm"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// The finisher proves the small instance's optimum. This also asks every name
// of the export table, the pin, and that the clock may stand still.
func TestSmallIsSolvedToTheEnd(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("it takes too long here")
	}
	data, err := os.ReadFile("../testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	in, err := instance.Read("small", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := match.Make(in, match.Options{Finisher: open(t)})
	if err != nil {
		t.Fatal(err)
	}
	if f := plan.Finisher; f == nil || !f.Optimal || plan.Composite != 10_801_570 {
		t.Fatalf("composite %d, finisher %+v; want 10,801,570, optimal", plan.Composite, plan.Finisher)
	}
	if _, err := verify.Check(in, plan); err != nil {
		t.Error(err)
	}
}

// HiGHS is the referee: on 1,000 small instances its optimum is never above
// our bound nor below our plan.
func TestBoundIsNeverBelowTheOptimum(t *testing.T) {
	n := 1_000
	if testing.Short() || raced {
		n = 50
	}
	s, met := open(t), 0
	for seed := range n {
		in := matchtest.Instance(uint64(seed), 8)
		searched, err := match.Make(in, match.Options{Moves: 200, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		finished, err := match.Make(in, match.Options{Moves: 1, Workers: 1, Finisher: s})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		f := finished.Finisher
		if f == nil || !f.Optimal {
			t.Fatalf("seed %d: not solved: %+v, composite %d", seed, f, finished.Composite)
		}
		if optimum := finished.Composite; searched.Bound < optimum || searched.Composite > optimum {
			t.Fatalf("seed %d: the optimum is %d; the bound says %d, the search %d", seed, optimum, searched.Bound, searched.Composite)
		}
		if searched.Composite == finished.Composite {
			met++
		}
	}
	t.Logf("200 moves found the optimum in %d of %d instances", met, n)
}

func TestStopEndsTheSolver(t *testing.T) {
	data, err := os.ReadFile("../testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	in, err := instance.Parse("small", data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t).Solve(match.ProgramOf(in), func() bool { return true }); err == nil {
		t.Error("HiGHS went on after it was told to stop")
	}
}
