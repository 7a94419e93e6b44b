package highs_test

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"tallinn/aid/match"
	"tallinn/aid/match/highs"
	"tallinn/aid/match/instance"
)

func TestSmallIsSolvedToTheEnd(t *testing.T) {
	data, err := os.ReadFile("../testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	in, err := instance.Read("small", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	s, err := highs.Open(context.Background(), os.Getenv("HIGHS_CACHE"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	t.Log("compiled in", time.Since(begin))
	begin = time.Now()
	plan, err := match.Make(in, match.Options{Finisher: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("solved in", time.Since(begin))
	if f := plan.Finisher; f == nil || !f.Optimal || plan.Composite != 10_801_570 {
		t.Fatalf("composite %d, finisher %+v; want 10,801,570, optimal", plan.Composite, plan.Finisher)
	}
}
