package record_test

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/sqlite"
)

const benchWriters = 64

// BenchmarkDecide is the full decision: rule, commit, fold.
func BenchmarkDecide(b *testing.B) {
	store, err := sqlite.Open(b.Context(), sqlite.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	decide(b, store)
}

// decide measures full decisions on store.
func decide(b *testing.B, store record.Store) {
	r, err := record.Open(b.Context(), record.Config{Store: store, Registry: fact.NewRegistry(flow.Kinds()),
		State: &counter{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	measure(b, "decisions/s", func(n int) error {
		id := strconv.Itoa(n)
		cmd := record.Command{ID: id, Op: "flow.record", Args: sha256.Sum256([]byte(id)), By: "importer", Realm: fact.Real}
		_, err := r.Decide(context.Background(), cmd, func(tx *record.Tx) ([]fact.Body, error) {
			body, err := sample(n)
			if err != nil {
				return nil, err
			}
			if err := tx.Read("party/"+string(body.Provider), body.Said.Source.Stream()); err != nil {
				return nil, err
			}
			drawn, err := tx.NewID("F")
			body.Flow = flow.ID(drawn)
			return []fact.Body{body}, err
		})
		return err
	})
	if got := int(r.Head()) + 1; got < b.N {
		b.Fatalf("%d facts of %d decisions", got, b.N)
	}
}

// BenchmarkBareWriter is what the disk gives.
func BenchmarkBareWriter(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := &bare{file: f, queue: make(chan bareRecord, 4096)}
	go w.run()
	defer close(w.queue)
	batch, err := flows(0, 1)
	if err != nil {
		b.Fatal(err)
	}
	measure(b, "records/s", func(int) error {
		done := make(chan error, 1)
		w.queue <- bareRecord{batch.Facts[0], done}
		return <-done
	})
}

type bareRecord struct {
	bytes []byte
	done  chan error
}

type bare struct {
	file  *os.File
	queue chan bareRecord
}

func (w *bare) run() {
	var group []bareRecord
	var buffer []byte
	for first := range w.queue {
		group = append(group[:0], first)
		buffer = append(buffer[:0], first.bytes...)
		for waits := true; waits; {
			select {
			case r := <-w.queue:
				group = append(group, r)
				buffer = append(buffer, r.bytes...)
			default:
				waits = false
			}
		}
		_, err := w.file.Write(buffer)
		if err == nil {
			err = unix.Fdatasync(int(w.file.Fd()))
		}
		for _, r := range group {
			r.done <- err
		}
	}
}

// measure runs do b.N times from benchWriters goroutines and reports how many
// a second, and how long each took.
func measure(b *testing.B, unit string, do func(n int) error) {
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range benchWriters {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= b.N {
					return
				}
				start := time.Now()
				if err := do(n); err != nil {
					b.Error(err)
					return
				}
				took[n] = time.Since(start)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), unit)
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
