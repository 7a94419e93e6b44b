package inspect_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tallinn/app/inspect"
	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/blobs"
	"tallinn/record/keyring"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

// flips, when set in the environment, is how many bits are turned.
const flips = "TALLINN_FLIPS"

// owners are blobs here: the bank has no attachments.
type owners struct{ sums []string }

func (o *owners) Fold(f fact.Fact) {
	if b, ok := f.Body.(recordtest.Opened); ok && len(b.Owner) == 64 {
		o.sums = append(o.sums, b.Owner)
	}
}

func (o *owners) Sums() []string { return o.sums }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folder is a data folder of a hub that was stopped: facts with sealed texts,
// a text whose key was destroyed, and blobs.
func folder(t *testing.T) string {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	must(t, err)
	keys, err := keyring.Open(ctx, dir, rand.Reader)
	must(t, err)
	files, err := blobs.Open(dir, rand.Reader)
	must(t, err)
	r, err := record.Open(ctx, record.Config{Store: store, Keys: keys, Registry: recordtest.Registry(), State: recordtest.NewBank(), Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	for i := range 12 {
		id := fmt.Sprint("account-", i)
		locks, err := keys.Make(ctx, []string{id})
		must(t, err)
		owner, err := files.Put(locks[id], func(w io.Writer) error { _, err := io.WriteString(w, strings.Repeat(id, 20)); return err })
		must(t, err)
		_, err = r.Decide(ctx, recordtest.Command(id, "open"), func(tx *record.Tx) ([]fact.Body, error) {
			note, err := tx.Text("note of " + id)
			return []fact.Body{recordtest.Opened{Account: id, Owner: owner, Note: note}, recordtest.Moved{To: id, Amount: 7}}, err
		})
		must(t, err)
	}
	must(t, keys.Destroy(ctx, "account-3"))
	must(t, store.SetCursor(ctx, "ear", 5))
	must(t, errors.Join(r.Close(), keys.Close(), store.Close()))
	return dir
}

// contents is everything that a hub reads from a folder.
func contents(t *testing.T, dir string) (string, error) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir, ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer store.Close()
	keys, err := keyring.OpenToRead(ctx, dir)
	if err != nil {
		return "", err
	}
	defer keys.Close()
	var b strings.Builder
	if err := store.Facts(ctx, 0, math.MaxInt, func(pos fact.Pos, raw []byte) error {
		fmt.Fprintf(&b, "%d %s\n", pos, raw)
		return nil
	}); err != nil {
		return "", err
	}
	commands, err := store.Commands(ctx, 0, math.MaxInt32)
	if err != nil {
		return "", err
	}
	texts, err := store.Texts(ctx, "", math.MaxInt32)
	if err != nil {
		return "", err
	}
	cursor, err := store.Cursor(ctx, "ear")
	fmt.Fprintf(&b, "%v\n%v\n%v\n", commands, texts, cursor)
	files := blobs.In(dir)
	for i := range 12 {
		lock, err := keys.Key(ctx, fmt.Sprint("account-", i))
		fmt.Fprintf(&b, "%x %v\n", lock, err)
	}
	o := owners{}
	err = errors.Join(err, store.Facts(ctx, 0, math.MaxInt, func(_ fact.Pos, raw []byte) error {
		f, err := recordtest.Registry().Decode(raw)
		o.Fold(f)
		return err
	}))
	bad, checking := files.Check(o.sums)
	fmt.Fprint(&b, len(o.sums), bad)
	return b.String(), errors.Join(err, checking)
}

// TestFlips turns one bit at a time in every file of a folder. Each is found
// and named by the file or the thing it is in, or changes nothing that a hub
// reads.
func TestFlips(t *testing.T) {
	t.Parallel()
	n := 30
	if set, err := strconv.Atoi(os.Getenv(flips)); err == nil {
		n = set
	}
	seed := mathrand.Uint64()
	t.Logf("seed %d", seed)
	draw := mathrand.New(mathrand.NewPCG(seed, 0))
	dir := folder(t)
	want, err := contents(t, dir)
	must(t, err)
	if report, err := look(t, dir); err != nil || !report.Clean() || report.Erased != 1 {
		t.Fatalf("a sound folder: %+v, %v", report, err)
	}
	paths := []string{filepath.Join(dir, sqlite.File), filepath.Join(dir, keyring.File)}
	sealed, err := filepath.Glob(filepath.Join(dir, blobs.Folder, "*", "*"))
	must(t, err)
	paths = append(paths, sealed[0])
	found, harmless := 0, 0
	for i := range n {
		path := paths[i%len(paths)]
		whole, err := os.ReadFile(path)
		must(t, err)
		at, bit := draw.IntN(len(whole)), byte(1)<<draw.IntN(8)
		turned := bytes.Clone(whole)
		turned[at] ^= bit
		must(t, os.WriteFile(path, turned, 0o600))
		report, err := look(t, dir)
		if err != nil || !report.Clean() {
			found++
		} else if got, err := contents(t, dir); err == nil && got == want {
			harmless++
		} else {
			t.Errorf("bit %08b of byte %d of %s: nothing is found, and what is read differs (%v)", bit, at, filepath.Base(path), err)
		}
		for _, journal := range []string{"-wal", "-shm"} {
			_ = os.Remove(path + journal)
		}
		must(t, os.WriteFile(path, whole, 0o600))
	}
	t.Logf("%d bits turned: %d found, %d harmless", n, found, harmless)
	if found == 0 {
		t.Error("no bit was found")
	}
}

func look(t *testing.T, dir string) (record.Report, error) {
	return inspect.Folder{Dir: dir, Kinds: recordtest.Registry(), Attachments: &owners{}}.Check(t.Context())
}
