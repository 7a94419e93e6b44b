package keyring_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/postgres/cluster/clustertest"
	"tallinn/text"
)

func TestMain(m *testing.M) { os.Exit(clustertest.Main(m)) }

func open(t *testing.T, dir string) *keyring.Ring {
	t.Helper()
	r, err := keyring.Open(t.Context(), dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// TestKeys is what both databases promise, of two hubs' rings on one.
func TestKeys(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		testKeys(t, open(t, dir), open(t, dir))
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := clustertest.Database(t, clustertest.Shared(t))
		var rings [2]*keyring.Ring
		for i := range rings {
			r, err := keyring.OpenShared(t.Context(), dsn, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { r.Close() })
			rings[i] = r
		}
		testKeys(t, rings[0], rings[1])
	})
}

func testKeys(t *testing.T, a, b *keyring.Ring) {
	ctx := t.Context()
	names := []string{"N-2", "N-1", "person/1"}
	var wg sync.WaitGroup
	drawn := make([]map[string][]byte, 8)
	for i := range drawn {
		wg.Go(func() {
			var err error
			if drawn[i], err = []*keyring.Ring{a, b}[i%2].Make(ctx, names); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, d := range drawn {
		if len(d) != 3 || fmt.Sprint(d) != fmt.Sprint(drawn[0]) {
			t.Fatalf("the keys differ: %x and %x", d, drawn[0])
		}
	}
	if len(drawn[0]["N-1"]) != text.LockBytes || bytes.Equal(drawn[0]["N-1"], drawn[0]["N-2"]) {
		t.Errorf("keys %x", drawn[0])
	}
	if got, err := b.Key(ctx, "N-1"); err != nil || !bytes.Equal(got, drawn[0]["N-1"]) {
		t.Errorf("Key() = %x, %v", got, err)
	}
	if _, err := a.Key(ctx, "N-9"); !errors.Is(err, record.ErrNoKey) {
		t.Errorf("a key that never was: %v", err)
	}
	for _, name := range []string{"N-1", "N-1", "N-9"} { // again, and never drawn
		if err := a.Destroy(ctx, name); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Key(ctx, name); !errors.Is(err, text.ErrErased) {
			t.Errorf("%s, destroyed: %v", name, err)
		}
	}
	again, err := a.Make(ctx, []string{"N-1", "N-2", "N-9"})
	if err != nil || len(again) != 1 || !bytes.Equal(again["N-2"], drawn[0]["N-2"]) {
		t.Errorf("Make() after destroying = %x, %v", again, err)
	}
}

// TestDestroyed: no file of the folder holds the key any more.
func TestDestroyed(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprint("N-", i))
	}
	keys, err := r.Make(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	if !holds(t, dir, keys["N-7"]) {
		t.Fatal("the key is in no file before either: this test sees nothing")
	}
	if err := r.Destroy(t.Context(), "N-7"); err != nil {
		t.Fatal(err)
	}
	if holds(t, dir, keys["N-7"]) {
		t.Error("a file still holds the destroyed key")
	}
	if !holds(t, dir, keys["N-8"]) {
		t.Error("another key is gone too")
	}
	reader, err := keyring.OpenToRead(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if got, err := reader.Key(t.Context(), "N-8"); err != nil || !bytes.Equal(got, keys["N-8"]) {
		t.Errorf("beside the hub: %x, %v", got, err)
	}
	if _, err := keyring.OpenToRead(t.Context(), t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func holds(t *testing.T, dir string, what []byte) bool {
	t.Helper()
	found := false
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(raw, what)
	}
	return found
}

// TestPrepare: a hub needs no right to make tables, and may delete no key row.
func TestPrepare(t *testing.T) {
	owner := clustertest.Database(t, clustertest.Shared(t))
	if err := keyring.Prepare(t.Context(), owner, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.OpenShared(t.Context(), "postgres://u:hush@[::1", rand.Reader); err == nil || bytes.Contains([]byte(err.Error()), []byte("hush")) {
		t.Errorf("a bad address: %v", err)
	}
}
