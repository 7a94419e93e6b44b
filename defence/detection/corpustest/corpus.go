// Package corpustest gives tests and benchmarks the detection data that lies
// beside the repository (../shared/data/detection, or where TALLINN_SHARED
// says ../shared is): rules, event logs, expected matches. It is too large,
// and in part not licensed, to be copied in; where it is absent the tests say
// so and are skipped.
package corpustest

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Dir returns the folder of the detection data, or skips the test.
func Dir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(shared(t), "data/detection")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: the detection data is not at %s; only the sample in testdata was checked", dir)
	}
	return dir
}

// shared is the folder beside the repository. A test runs in the folder of
// its package; the source's own path is no help, for -trimpath takes it away.
func shared(t testing.TB) string {
	if dir := os.Getenv("TALLINN_SHARED"); dir != "" {
		return dir
	}
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir := at; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared")
		}
		if dir == filepath.Dir(dir) {
			t.Fatalf("no go.mod above %s", at)
		}
	}
}

var (
	mu     sync.Mutex
	opened = map[string]map[string][]byte{}
)

// Archive returns the files of a .tar.zst of the data by their paths.
func Archive(t testing.TB, name string) map[string][]byte {
	t.Helper()
	dir := Dir(t)
	mu.Lock()
	defer mu.Unlock()
	if files, ok := opened[name]; ok {
		return files
	}
	files, err := read(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	opened[name] = files
	return files
}

func read(path string) (map[string][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	files := make(map[string][]byte)
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if files[filepath.Clean(h.Name)], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
}

// File returns one plain file of the data.
func File(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(Dir(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
