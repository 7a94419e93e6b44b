// Package text holds the reference by which a fact names free text without
// containing it. The text lies in a table beside the record, so that it can
// be erased while the fact, and every proof over it, stands.
package text

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// MaxBytes bounds one text.
const MaxBytes = 64 << 10

// KeyBytes is the length of the random key inside a commitment.
const KeyBytes = 32

// A Ref stands in a fact for a text. The zero Ref is no text.
type Ref struct {
	ID     string `json:"id"`     // names the row that holds the text
	Commit string `json:"commit"` // hexadecimal SHA-256 of key and text
}

// A Sealed text is what lies beside the record: the text and the random key
// that keeps its commitment from being guessed.
type Sealed struct {
	Ref  Ref
	Key  []byte // KeyBytes random bytes
	Text string
}

// Seal draws a key from random and commits to s under id.
//
// Errors: those of random.
func Seal(random io.Reader, id, s string) (Sealed, error) {
	key := make([]byte, KeyBytes)
	if _, err := io.ReadFull(random, key); err != nil {
		return Sealed{}, fmt.Errorf("text: read randomness: %w", err)
	}
	return Sealed{Ref{id, commit(key, s)}, key, s}, nil
}

// Opens reports whether s holds exactly the text that its Ref committed to.
func (s Sealed) Opens() bool {
	return len(s.Key) == KeyBytes && commit(s.Key, s.Text) == s.Ref.Commit
}

func commit(key []byte, s string) string {
	h := sha256.New()
	h.Write(key)
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}
