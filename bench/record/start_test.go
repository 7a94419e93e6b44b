package record_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/record"
	"tallinn/record/sqlite"
	"tallinn/tlp"
)

// startFacts is how many facts a start replays.
var startFacts = number("TALLINN_BENCH_FACTS", 1_000_000)

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// BenchmarkStart opens a record of a million flows: reads, decodes, indexes
// and folds every fact.
func BenchmarkStart(b *testing.B) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("tallinn-bench-start-%d", startFacts))
	if err := fill(b.Context(), dir, startFacts); err != nil {
		b.Fatal(err)
	}
	store, err := sqlite.Open(b.Context(), sqlite.Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	for b.Loop() {
		start(b, store)
	}
	b.ReportMetric(float64(startFacts), "facts")
	b.ReportMetric(float64(startFacts)*float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}

func start(b *testing.B, store record.Store) {
	state := &counter{}
	r, err := record.Open(b.Context(), record.Config{Store: store,
		Registry: fact.NewRegistry(flow.Kinds()), State: state})
	if err != nil {
		b.Fatal(err)
	}
	if state.n != startFacts {
		b.Fatalf("folded %d facts of %d", state.n, startFacts)
	}
	b.StopTimer()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-after")
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
	b.StartTimer()
}

// counter is the smallest state: what is measured is the record's own part.
type counter struct{ n int }

func (c *counter) Fold(f fact.Fact) {
	if _, ok := f.Body.(flow.Recorded); ok {
		c.n++
	}
}

// fill makes a record of n flows in dir, unless it is there already.
func fill(ctx context.Context, dir string, n int) error {
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer store.Close()
	head, err := store.Head(ctx)
	if err != nil {
		return err
	}
	for first := head + 1; int(first) < n; {
		batch, err := flows(first, min(5000, n-int(first)))
		if err != nil {
			return err
		}
		if err := store.Append(ctx, batch); err != nil {
			return err
		}
		first += fact.Pos(len(batch.Facts))
	}
	return nil
}

var day = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func flows(first fact.Pos, n int) (record.Batch, error) {
	batch := record.Batch{First: first}
	for i := range n {
		pos := first + fact.Pos(i)
		body, err := sample(int(pos))
		if err != nil {
			return batch, err
		}
		f := fact.Fact{Pos: pos, At: day.Add(time.Duration(pos) * time.Millisecond),
			Cmd: fmt.Sprintf("contributions.csv/%d", pos), By: "importer", Kind: body.Kind(),
			Streams: body.Streams(), Realm: fact.Real, Marking: tlp.Clear, Figure: true, Body: body}
		f.Salt[0], f.Salt[1], f.Salt[2] = byte(pos), byte(pos>>8), byte(pos>>16)
		raw, err := fact.Encode(f)
		if err != nil {
			return batch, err
		}
		batch.Facts = append(batch.Facts, raw)
		batch.Commands = append(batch.Commands, record.Remembered{ID: f.Cmd, Op: "import", First: pos, Last: pos})
	}
	return batch, nil
}

// sample is a flow such as the public tables give, about 600 bytes in all.
func sample(i int) (flow.Recorded, error) {
	providers := []party.ID{"EE", "DE", "NL", "SE", "CA", "DK", "FR", "PL", "GB", "US"}
	amount, err := money.FromMinor(int64(1_000_000+i*137), "EUR")
	if err != nil {
		return flow.Recorded{}, err
	}
	return flow.Recorded{Flow: flow.ID(fmt.Sprintf("F-%07d", i)), Provider: providers[i%len(providers)],
		Receiver: "ua-recipients", Amount: amount, Status: flow.Commitment, Basis: flow.Published,
		Scope: flow.Mechanism, Line: flow.Training, On: "2024-12-20", FirstReported: "2024-12",
		Said: &flow.Said{Reporter: "government", Provider: "Estonia", Receiver: "Ukraine", Status: "decided",
			Form: "financial", Purpose: "cyber training",
			Source: fact.Source{Cite: "https://www.vm.ee/en/news/2024", File: "contributions.csv", Row: strconv.Itoa(i)}}}, nil
}
