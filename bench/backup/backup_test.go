package backup_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tallinn/app/backup"
	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/blobs"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
	"tallinn/tlp"
)

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

const megabyte = 1 << 20

// BenchmarkBackup runs once: one backup, one restore, one bare copy.
func BenchmarkBackup(b *testing.B) {
	facts, megabytes := number("TALLINN_BENCH_FACTS", 1_000_000), number("TALLINN_BENCH_MEGABYTES", 5_000)
	dir := b.TempDir()
	data, out := filepath.Join(dir, "data"), filepath.Join(dir, "out")
	check(b, fill(b, data, facts))
	for i := range megabytes / 10 {
		check(b, attach(filepath.Join(data, blobs.Folder), i, 10*megabyte))
	}
	for b.Loop() {
		began := time.Now()
		made, err := backup.Make(b.Context(), backup.Config{Data: data, Out: out, Now: time.Now, Random: rand.Reader})
		check(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "backup-s")
		b.ReportMetric(float64(made.Bytes)/1e6, "MB")
		began = time.Now()
		_, report, err := backup.Restore(b.Context(), backup.Source{From: out, Data: filepath.Join(dir, "restored"), Kinds: recordtest.Registry()})
		check(b, err)
		b.ReportMetric(time.Since(began).Seconds(), "restore-s")
		if report.Facts != facts {
			b.Fatalf("%d facts of %d", report.Facts, facts)
		}
		began = time.Now()
		check(b, bare(filepath.Join(data, blobs.Folder), filepath.Join(dir, "bare")))
		b.ReportMetric(time.Since(began).Seconds(), "bare-copy-s")
	}
}

func fill(b *testing.B, dir string, n int) error {
	store, err := sqlite.Open(b.Context(), sqlite.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer store.Close()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for first := 0; first < n; first += 5000 {
		batch := record.Batch{First: fact.Pos(first)}
		for pos := first; pos < min(first+5000, n); pos++ {
			body := recordtest.Moved{To: fmt.Sprint("A-", pos%5000), Amount: 1}
			f := fact.Fact{Pos: fact.Pos(pos), At: start.Add(time.Duration(pos) * time.Millisecond), Cmd: fmt.Sprint("made-up/", pos), By: "bench",
				Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Real, Marking: tlp.Clear, Figure: true, Body: body}
			raw, err := fact.Encode(f)
			if err != nil {
				return err
			}
			batch.Facts = append(batch.Facts, raw)
			batch.Commands = append(batch.Commands, record.Remembered{ID: f.Cmd, Op: "gift", First: f.Pos, Last: f.Pos})
		}
		if err := store.Append(b.Context(), batch); err != nil {
			return err
		}
	}
	return nil
}

func attach(dir string, i, size int) error {
	folder := filepath.Join(dir, fmt.Sprintf("%02x", i%256))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(folder, fmt.Sprintf("%064x", i)))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.CopyN(f, rand.Reader, int64(size))
	return err
}

// bare copies every file of from into one, and synchronises it.
func bare(from, to string) error {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	err = filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		defer in.Close()
		_, err = io.Copy(out, in)
		return err
	})
	if err != nil {
		return err
	}
	return out.Sync()
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
