package text_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"

	"tallinn/text"
)

func TestCommit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.String().Draw(t, "text")
		s, err := text.Commit(rand.Reader, "t1", said)
		if err != nil || s.Ref.ID != "t1" || s.Text != said || len(s.Key) != text.KeyBytes {
			t.Fatalf("committed %+v, %v", s, err)
		}
		// As Commit says: SHA-256 of 32 random bytes and the text.
		sum := sha256.Sum256(append(append([]byte{}, s.Key...), said...))
		if s.Ref.Commit != hex.EncodeToString(sum[:]) || !s.Opens() {
			t.Fatalf("commitment %s", s.Ref.Commit)
		}
		again, err := text.Commit(rand.Reader, "t1", said)
		if err != nil || again.Ref.Commit == s.Ref.Commit {
			t.Fatalf("the same text has the same commitment: %v", err)
		}
	})
}

// TestOpens: nothing else opens a commitment.
func TestOpens(t *testing.T) {
	s, err := text.Commit(rand.Reader, "t1", "ab")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*text.Plain){
		"text":          func(s *text.Plain) { s.Text = "ac" },
		"key":           func(s *text.Plain) { s.Key = make([]byte, text.KeyBytes) },
		"commitment":    func(s *text.Plain) { s.Ref.Commit = "" },
		"zero":          func(s *text.Plain) { *s = text.Plain{} },
		"moved a byte":  func(s *text.Plain) { s.Key, s.Text = append(s.Key, s.Text[0]), s.Text[1:] },
		"moved another": func(s *text.Plain) { s.Text = string(s.Key[31]) + s.Text; s.Key = s.Key[:31] },
	} {
		c := s
		c.Key = append([]byte(nil), s.Key...)
		change(&c)
		if c.Opens() {
			t.Errorf("%s: opens", name)
		}
	}
}

func TestCommitFails(t *testing.T) {
	short := io.LimitReader(rand.Reader, text.KeyBytes-1)
	if s, err := text.Commit(short, "t1", "x"); !errors.Is(err, io.ErrUnexpectedEOF) || s.Opens() {
		t.Errorf("a short source: %+v, %v", s, err)
	}
}
