package text_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/text"
)

func lock(b byte) []byte { return bytes.Repeat([]byte{b}, text.LockBytes) }

func TestSeal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.String().Draw(t, "text")
		name := rapid.StringN(1, 100, text.MaxName).Draw(t, "name")
		plain, err := text.Commit(rand.Reader, "t1", said)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := plain.Seal(rand.Reader, name, lock(1))
		if err != nil || sealed.Under() != name || sealed.Clear() || len(said) > 8 && bytes.Contains(sealed.Box, []byte(said)) {
			t.Fatalf("sealed %+v, %v", sealed, err)
		}
		if got, err := sealed.Open(lock(1)); err != nil || got.Text != said || !got.Opens() {
			t.Fatalf("opened %+v, %v", got, err)
		}
		at := rapid.IntRange(0, len(sealed.Box)-1).Draw(t, "at")
		sealed.Box[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got, err := sealed.Open(lock(1)); !errors.Is(err, text.ErrBox) {
			t.Fatalf("a changed box opened as %q, %v", got.Text, err)
		}
	})
}

// TestSealedElsewhere: a box opens only with its key, and only as the text
// that it was sealed as.
func TestSealedElsewhere(t *testing.T) {
	plain, _ := text.Commit(rand.Reader, "t1", "said")
	other, _ := text.Commit(rand.Reader, "t2", "said")
	sealed, err := plain.Seal(rand.Reader, "N-0417", lock(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sealed.Open(lock(2)); !errors.Is(err, text.ErrBox) {
		t.Errorf("another key: %v", err)
	}
	moved := sealed
	moved.Ref = other.Ref
	if _, err := moved.Open(lock(1)); !errors.Is(err, text.ErrBox) {
		t.Errorf("another row: %v", err)
	}
	if _, err := plain.Seal(rand.Reader, strings.Repeat("n", text.MaxName+1), lock(1)); err == nil {
		t.Error("a name of any length")
	}
	if _, err := plain.Seal(rand.Reader, "n", nil); err == nil {
		t.Error("no key")
	}
}

func FuzzOpenBytes(f *testing.F) {
	box, err := text.SealBytes(rand.Reader, "n", lock(1), "p", []byte("said"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(box)
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Add([]byte{1, 1, 'n'})
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := text.OpenBytes(lock(1), "p", raw)
		if err == nil && string(got) != "said" {
			t.Fatalf("%x opens as %q", raw, got)
		}
	})
}
