package ids_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	mrand "math/rand/v2"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"tallinn/ids"
)

func none(string) bool { return false }

func TestNext(t *testing.T) {
	for _, tt := range []struct {
		taken int
		want  int // digits
	}{{0, 4}, {2499, 4}, {2500, 5}, {24_999, 5}, {25_000, 6}, {250_000, 7}, {1_000_000, 7}} {
		id, err := ids.Draw{Random: rand.Reader}.Next("N", tt.taken, none)
		if err != nil || len(id) != len("N-")+tt.want || ids.Prefix(id) != "N" {
			t.Errorf("after %d: %s, %v; want %d digits", tt.taken, id, err, tt.want)
		}
	}
}

// TestNobodys: the id of zeros is never drawn.
func TestNobodys(t *testing.T) {
	source := bytes.NewReader(append(make([]byte, 16), 7, 0, 0, 0, 0, 0, 0, 0))
	if id, err := (ids.Draw{Random: source}).Next("N", 0, none); err != nil || id != "N-0007" {
		t.Errorf("drawn %s, %v; want N-0007", id, err)
	}
}

// TestDistinct draws thousands: none twice, and not in the order of drawing.
func TestDistinct(t *testing.T) {
	var seed [32]byte
	draw := ids.Draw{Random: mrand.NewChaCha8(seed)}
	taken := map[string]bool{}
	rising := 0
	last := ""
	for n := range 10_000 {
		id, err := draw.Next("F", n, func(id string) bool { return taken[id] })
		if err != nil || taken[id] {
			t.Fatalf("id %d: %s, %v", n, id, err)
		}
		taken[id] = true
		if id > last {
			rising++
		}
		last = id
	}
	if rising < 4000 || rising > 6000 {
		t.Errorf("%d of 10000 ids follow the one before them; they should tell nothing", rising)
	}
}

func TestSourceFails(t *testing.T) {
	broken := errors.New("broken")
	if _, err := (ids.Draw{Random: iotest.ErrReader(broken)}).Next("N", 0, none); !errors.Is(err, broken) {
		t.Errorf("a broken source: %v", err)
	}
	if _, err := (ids.Draw{Random: bytes.NewReader(make([]byte, 7))}).Next("N", 0, none); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a short source: %v", err)
	}
}

// TestSourceIsStuck: a source that always says the same must not hang.
func TestSourceIsStuck(t *testing.T) {
	for _, said := range []always{0, 0xff} {
		id, err := ids.Draw{Random: said}.Next("N", 0, func(id string) bool { return id == "N-0000" })
		if !errors.Is(err, ids.ErrStuck) {
			t.Errorf("a source that says %x: %s, %v", byte(said), id, err)
		}
	}
}

type always byte

func (a always) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(a)
	}
	return len(b), nil
}

func TestPrefix(t *testing.T) {
	for id, want := range map[string]string{"N-0417": "N", "F-00032": "F", "AB-1234": "AB", "": "", "N": "", "N-": "",
		"N-123": "", "N-12a4": "", "row/a-1234x": "", "N-1234-5": "", "-1234": "", "N-١٢٣٤": ""} {
		if got := ids.Prefix(id); got != want {
			t.Errorf("Prefix(%q) = %q; want %q", id, got, want)
		}
	}
}

func FuzzPrefix(f *testing.F) {
	f.Add("N-0417")
	f.Fuzz(func(t *testing.T, id string) {
		if p := ids.Prefix(id); p != "" && id[:len(p)+1] != p+"-" {
			t.Errorf("Prefix(%q) = %q", id, p)
		}
	})
}

func TestUniform(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var seed [32]byte
		seed[0] = rapid.Byte().Draw(t, "seed")
		draw := ids.Draw{Random: mrand.NewChaCha8(seed)}
		var tenths [10]int
		for range 2000 {
			id, err := draw.Next("N", 0, none)
			if err != nil {
				t.Fatal(err)
			}
			tenths[id[2]-'0']++
		}
		for digit, n := range tenths {
			if n < 110 || n > 300 { // 200 expected; six standard deviations
				t.Fatalf("%d of 2000 ids begin with %d", n, digit)
			}
		}
	})
}
