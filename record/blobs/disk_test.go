package blobs

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tallinn/record/disktest"
)

// failing is a disk that fails when it is told to.
type failing struct{ *disktest.Disk }

func (d failing) CreateTemp(dir, pattern string) (file, error) {
	f, err := d.Disk.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err // no file in the interface
	}
	return f, nil
}

// TestDisk makes every operation fail in turn, in every way: what was put is
// there after a cut of power, what was not leaves nothing by its name, and the
// next try goes well.
func TestDisk(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		for i := range 2 * len(disktest.Faults) {
			if !tryPut(t, n, disktest.Faults[i/2], i%2 == 0) {
				if n < 10 {
					t.Errorf("the disk was asked for fewer than %d operations", n)
				}
				return
			}
		}
	}
}

// tryPut reports whether there was an operation n to fail.
func tryPut(t *testing.T, n int, fault disktest.Fault, onwards bool) bool {
	dir := t.TempDir()
	d := disktest.New(t, dir)
	d.Fail(n, fault, onwards)
	lock, said := bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte("said "), 30_000)
	put := map[string][]byte{}
	s, err := openOn(failing{d}, dir, rand.Reader)
	if err == nil {
		for _, said := range [][]byte{said, said[:100]} {
			sum, err := s.Put(lock, func(w io.Writer) error {
				_, err := w.Write(said)
				return err
			})
			if err == nil {
				put[sum] = said
			}
		}
	}
	what := d.Failed()
	d.Fail(0, 0, false)
	if s, err = openOn(failing{d}, dir, rand.Reader); err != nil {
		t.Fatalf("%s: on a disk that is sound again: %v", what, err)
	}
	sum, err := s.Put(lock, func(w io.Writer) error { _, err := w.Write(said); return err })
	if err != nil {
		t.Fatalf("%s: on a disk that is sound again: %v", what, err)
	}
	put[sum] = said
	cut := t.TempDir()
	if err := d.Cut(cut); err != nil {
		t.Fatal(err)
	}
	left, err := Open(cut, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for sum, said := range put {
		r, err := left.Open(sum, lock)
		if err != nil {
			t.Errorf("%s: what was put is lost: %v", what, err)
			continue
		}
		got, err := io.ReadAll(r)
		if r.Close(); err != nil || !bytes.Equal(got, said) {
			t.Errorf("%s: of what was put %d bytes are left, %v", what, len(got), err)
		}
	}
	for _, path := range glob(t, dir) {
		if _, known := put[filepath.Base(path)]; !known && sums.MatchString(filepath.Base(path)) {
			if bad, err := s.Check([]string{filepath.Base(path)}); err != nil || bad != nil {
				t.Errorf("%s: %s is there, and is not whole", what, path)
			}
		}
	}
	return what != ""
}

func glob(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, Folder, "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d blobs, %v", len(paths), err)
	}
	_, err = os.Stat(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
