package blobs_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/record/blobs"
)

var lock = bytes.Repeat([]byte{7}, 32)

func store(t *testing.T) (*blobs.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := blobs.Open(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func put(t *testing.T, s *blobs.Store, said []byte) string {
	t.Helper()
	sum, err := s.Put(lock, func(w io.Writer) error {
		for b := said; len(b) > 0; {
			n := min(len(b), 40_000)
			if _, err := w.Write(b[:n]); err != nil {
				return err
			}
			b = b[n:]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func get(s *blobs.Store, sum string, lock []byte) ([]byte, error) {
	r, err := s.Open(sum, lock)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// TestBlobs: what was put comes back, of every length about a chunk's end; the
// file holds nothing of it, and is called by its hash.
//
// ASVS 5.3.2
func TestBlobs(t *testing.T) {
	s, dir := store(t)
	for _, n := range []int{0, 1, 65535, 65536, 65537, 131072, 131073, 300_000} {
		said := bytes.Repeat([]byte("plain text "), n/11+1)[:n]
		sum := put(t, s, said)
		if got, err := get(s, sum, lock); err != nil || !bytes.Equal(got, said) {
			t.Errorf("%d bytes came back as %d, %v", n, len(got), err)
		}
		raw, err := os.ReadFile(filepath.Join(dir, blobs.Folder, sum[:2], sum))
		if err != nil || bytes.Contains(raw, []byte("plain text")) {
			t.Errorf("the file holds the text, or %v", err)
		}
		if bad, err := s.Check([]string{sum}); err != nil || bad != nil {
			t.Errorf("Check() = %v, %v", bad, err)
		}
		if _, err := get(s, sum, bytes.Repeat([]byte{8}, 32)); !errors.Is(err, blobs.ErrDamaged) {
			t.Errorf("another key: %v", err)
		}
	}
	if _, err := get(s, "../../etc/passwd", lock); !errors.Is(err, blobs.ErrNone) {
		t.Errorf("a path: %v", err)
	}
}

// TestDamaged: a file that was changed, cut or added to gives an error, and
// nothing that was not sealed.
func TestDamaged(t *testing.T) {
	s, dir := store(t)
	said := bytes.Repeat([]byte("0123456789"), 20_000)
	sum := put(t, s, said)
	path := filepath.Join(dir, blobs.Folder, sum[:2], sum)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := 65536 + 16
	for name, raw := range map[string][]byte{"cut at a chunk": whole[:33+sealed], "cut": whole[:len(whole)-1], "empty": nil,
		"added": append(bytes.Clone(whole), 0), "chunks swapped": append(append(bytes.Clone(whole[:33]), whole[33+sealed:33+2*sealed]...), whole[33:33+sealed]...)} {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := get(s, sum, lock)
		if !errors.Is(err, blobs.ErrDamaged) || !bytes.HasPrefix(said, got) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if bad, err := s.Check([]string{sum}); err != nil || len(bad) != 1 {
			t.Errorf("%s: Check() = %v, %v", name, bad, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := bytes.Clone(whole)
		raw[rapid.IntRange(0, len(raw)-1).Draw(t, "at")] ^= byte(1 << rapid.IntRange(0, 7).Draw(t, "bit"))
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := get(s, sum, lock); err == nil || !bytes.HasPrefix(said, got) {
			t.Fatalf("a changed bit went unseen: %d bytes", len(got))
		}
	})
}

// TestSweep: what no fact names goes after a while, half-written files too.
func TestSweep(t *testing.T) {
	s, dir := store(t)
	named, orphan := put(t, s, []byte("a")), put(t, s, []byte("b"))
	stop := errors.New("stop")
	if _, err := s.Put(lock, func(io.Writer) error { return stop }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, blobs.Folder, "new-*")); len(left) > 0 {
		t.Errorf("a failed write leaves %v", left)
	}
	half := filepath.Join(dir, blobs.Folder, "new-1")
	if err := os.WriteFile(half, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	isNamed := func(sum string) bool { return sum == named }
	if n, err := s.Sweep(time.Now().Add(-time.Hour), isNamed); n != 0 || err != nil {
		t.Errorf("young files: %d removed, %v", n, err)
	}
	if n, err := s.Sweep(time.Now().Add(time.Hour), isNamed); n != 2 || err != nil {
		t.Errorf("%d removed, %v; want 2", n, err)
	}
	if _, err := get(s, named, lock); err != nil {
		t.Errorf("a named blob is gone: %v", err)
	}
	if _, err := get(s, orphan, lock); !errors.Is(err, blobs.ErrNone) {
		t.Errorf("the orphan is there: %v", err)
	}
}
