package evtx_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"

	"tallinn/defence/detection/evtx"
	"tallinn/defence/event"
)

func sampleLog(t testing.TB, name string) []byte {
	f, err := os.Open("../testdata/sample/logs/" + name + ".evtx.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever the bytes, the reader ends, gives no more records than there is
// room for, and does not panic. Only the front of a chunk is fuzzed: the rest
// of a real one follows it.
func FuzzReader(f *testing.F) {
	for _, name := range []string{"certutil", "defender", "firewall"} {
		b := sampleLog(f, name)
		f.Add(b[4096:8192], uint16(0))
		f.Add(b[4096+512:4096+4096], uint16(512))
	}
	base := sampleLog(f, "certutil")
	f.Fuzz(func(t *testing.T, patch []byte, at uint16) {
		b := bytes.Clone(base)
		copy(b[4096+int(at):], patch)
		r, err := evtx.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		var e event.Event
		n := 0
		for r.Next(&e) {
			if n++; n > len(b)/24 {
				t.Fatal("more records than fit")
			}
			e.Time()
		}
	})
}

// Any flipped byte costs at most the chunk.
func TestFlippedBytes(t *testing.T) {
	base := sampleLog(t, "mimikatz-service")
	for i := 4096; i < len(base) && i < 4096+6000; i += 7 {
		b := bytes.Clone(base)
		b[i] ^= 0xff
		r, err := evtx.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		var e event.Event
		for r.Next(&e) {
		}
	}
}
