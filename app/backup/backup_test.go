package backup_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tallinn/app/backup"
	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

// A folder is a data folder that is written to, with what else may lie there.
func folder(t *testing.T) (dir string, r *record.Record) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	store, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	keys, err := keyring.Open(t.Context(), dir, rand.Reader)
	check(t, err)
	t.Cleanup(func() { check(t, keys.Close()) })
	r, err = record.Open(t.Context(), record.Config{Store: store, Keys: keys, Registry: recordtest.Registry(), State: recordtest.NewBank(), Log: slog.New(slog.DiscardHandler)})
	check(t, err)
	t.Cleanup(func() { check(t, r.Close()) })
	for name, body := range map[string]string{"tokens.json": "{}", sqlite.LockFile: "", "blobs/ab/abcd": "sealed", "half.new": "x"} {
		check(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		check(t, os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600))
	}
	write(t, r, 0, 50)
	return dir, r
}

func write(t *testing.T, r *record.Record, from, n int) {
	for i := from; i < from+n; i++ {
		id := fmt.Sprint("open", i)
		if _, err := r.Decide(context.Background(), recordtest.Command(id, "open"), func(tx *record.Tx) ([]fact.Body, error) {
			note, err := tx.Text("note of " + id) // under a key of its own
			return []fact.Body{recordtest.Opened{Account: id, Owner: id, Note: note}}, err
		}); err != nil {
			t.Error(err)
			return
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func makeOne(t *testing.T, dir, out string) backup.Made {
	t.Helper()
	made, err := backup.Make(t.Context(), backup.Config{Data: dir, Out: out, Program: "test", Now: time.Now, Random: rand.Reader})
	check(t, err)
	return made
}

func restore(t *testing.T, src backup.Source) (backup.Manifest, record.Report, error) {
	src.Kinds = recordtest.Registry()
	return backup.Restore(t.Context(), src)
}

// TestBesideWriters backs up again and again while eight writers record:
// every backup restores to a whole record that was there at some moment, with
// all that had been acknowledged before it began.
func TestBesideWriters(t *testing.T) {
	dir, r := folder(t)
	stop := make(chan bool)
	var wg sync.WaitGroup
	defer func() { close(stop); wg.Wait() }()
	for w := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					write(t, r, 1000*(w+1)+n, 1)
				}
			}
		})
	}
	for i := range 4 {
		before := r.Head()
		out := filepath.Join(t.TempDir(), "b")
		made := makeOne(t, dir, out)
		after := r.Head()
		to := filepath.Join(t.TempDir(), "restored")
		m, report, err := restore(t, backup.Source{From: out, Data: to})
		check(t, err)
		if made.Head < before || made.Head > after || m.Head != int64(made.Head) || report.Facts != int(made.Head)+1 {
			t.Errorf("backup %d: fact %d, restored %d facts; the record stood between %d and %d", i, made.Head, report.Facts, before, after)
		}
		if report.Texts != report.Facts {
			t.Errorf("%d texts of %d facts", report.Texts, report.Facts)
		}
		for name, want := range map[string]bool{"tokens.json": true, keyring.File: true, "blobs/ab/abcd": true, sqlite.File: true, sqlite.LockFile: false, "half.new": false} {
			if _, err := os.Stat(filepath.Join(to, name)); (err == nil) != want {
				t.Errorf("%s restored: %v", name, err)
			}
		}
	}
}

// TestApart: neither file has what belongs in the other.
func TestApart(t *testing.T) {
	dir, _ := folder(t)
	out := filepath.Join(t.TempDir(), "b")
	makeOne(t, dir, out)
	for path, want := range map[string][]string{out: {sqlite.File, "blobs/ab/abcd"}, backup.KeysOf(out): {"keys.db", "tokens.json"}} {
		to := filepath.Join(t.TempDir(), "restored")
		m, _, err := restore(t, backup.Source{From: path, Data: to, WithoutKeys: true})
		if path != out {
			if !errors.Is(err, backup.ErrOtherPart) {
				t.Errorf("the keys restored as a record: %v", err)
			}
			continue
		}
		check(t, err)
		var got []string
		for _, f := range m.Files {
			got = append(got, f.Name)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("the file of the record holds %v", got)
		}
		if _, err := os.Stat(filepath.Join(to, "tokens.json")); !os.IsNotExist(err) {
			t.Errorf("tokens without keys: %v", err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// TestDamage turns one bit at a time, cuts, and mixes: nothing is restored
// that is not as it was.
func TestDamage(t *testing.T) {
	dir, _ := folder(t)
	out := filepath.Join(t.TempDir(), "b")
	makeOne(t, dir, out)
	good := map[string][]byte{}
	for _, path := range []string{out, backup.KeysOf(out)} {
		raw, err := os.ReadFile(path)
		check(t, err)
		good[path] = raw
	}
	rest := filepath.Join(t.TempDir(), "restored")
	try := func(what string) {
		t.Helper()
		_, _, err := restore(t, backup.Source{From: out, Data: rest})
		if err == nil {
			same := bytes.Equal(mustRead(t, filepath.Join(rest, "tokens.json")), []byte("{}"))
			if !same {
				t.Errorf("%s: restored something else", what)
			}
			check(t, os.RemoveAll(rest)) // a bit that nothing depends on
			return
		}
		if _, err := os.Stat(rest); !os.IsNotExist(err) {
			t.Errorf("%s: refused, and left a folder: %v", what, err)
		}
	}
	for path, raw := range good {
		for range 150 {
			at, bit := mathrand.IntN(len(raw)), byte(1)<<mathrand.IntN(8)
			bad := bytes.Clone(raw)
			bad[at] ^= bit
			check(t, os.WriteFile(path, bad, 0o600))
			try(fmt.Sprintf("%s, bit %08b of byte %d", filepath.Base(path), bit, at))
		}
		for _, n := range []int{0, 1, len(raw) / 2, len(raw) - 1} {
			check(t, os.WriteFile(path, raw[:n], 0o600))
			if _, _, err := restore(t, backup.Source{From: out, Data: rest}); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("cut to %d bytes: %v; want ErrDamaged", n, err)
			}
		}
		check(t, os.WriteFile(path, raw, 0o600))
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	check(t, err)
	return raw
}

// ASVS 5.3.3
func TestRefusals(t *testing.T) {
	dir, _ := folder(t)
	temp := t.TempDir()
	out, other := filepath.Join(temp, "b"), filepath.Join(temp, "c")
	makeOne(t, dir, out)
	makeOne(t, dir, other)
	full := filepath.Join(temp, "full")
	check(t, os.MkdirAll(filepath.Join(full, "x"), 0o700))
	check(t, os.MkdirAll(filepath.Join(temp, "empty"), 0o700))
	for name, tt := range map[string]struct {
		src  backup.Source
		want error
	}{
		"empty folder":       {backup.Source{From: out, Data: filepath.Join(temp, "empty")}, nil},
		"folder in use":      {backup.Source{From: out, Data: full}, backup.ErrNotEmpty},
		"no backup":          {backup.Source{From: out + "x", Data: filepath.Join(temp, "r1")}, backup.ErrFrom},
		"no keys":            {backup.Source{From: out, Keys: "none", Data: filepath.Join(temp, "r2")}, backup.ErrFrom},
		"keys of another":    {backup.Source{From: out, Keys: backup.KeysOf(other), Data: filepath.Join(temp, "r3")}, backup.ErrOtherPair},
		"the record as keys": {backup.Source{From: out, Keys: out, Data: filepath.Join(temp, "r4")}, backup.ErrOtherPart},
		"no backup at all":   {backup.Source{From: "backup_test.go", Data: filepath.Join(temp, "r5")}, backup.ErrDamaged},
	} {
		if _, _, err := restore(t, tt.src); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v; want %v", name, err, tt.want)
		}
	}
	for name, tt := range map[string]struct {
		data, out string
		want      error
	}{
		"twice":     {dir, out, backup.ErrExists},
		"no record": {temp, filepath.Join(temp, "d"), backup.ErrNoRecord},
		"no place":  {dir, filepath.Join(temp, "none", "d"), backup.ErrOut},
	} {
		_, err := backup.Make(t.Context(), backup.Config{Data: tt.data, Out: tt.out, Now: time.Now, Random: rand.Reader})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v; want %v", name, err, tt.want)
		}
	}
	left, err := filepath.Glob(filepath.Join(temp, ".tallinn*"))
	if parts, _ := filepath.Glob(filepath.Join(temp, "*.part")); err != nil || len(left)+len(parts) > 0 {
		t.Errorf("left behind: %v %v, %v", left, parts, err)
	}
}

// TestUnsound: a backup of a damaged record restores to nothing.
func TestUnsound(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
	check(t, err)
	check(t, store.Append(t.Context(), record.Batch{First: 0, Facts: [][]byte{[]byte(`{"pos":5}`)}}))
	check(t, store.Close())
	out := filepath.Join(t.TempDir(), "b")
	if made := makeOne(t, dir, out); made.Head != fact.Pos(0) {
		t.Errorf("head %d", made.Head)
	}
	to := filepath.Join(t.TempDir(), "restored")
	if _, _, err := restore(t, backup.Source{From: out, Data: to}); !errors.Is(err, backup.ErrUnsound) {
		t.Errorf("%v; want ErrUnsound", err)
	}
	if _, err := os.Stat(to); !os.IsNotExist(err) {
		t.Errorf("the folder is in place: %v", err)
	}
}
