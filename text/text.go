// Package text holds the reference by which a fact names free text without
// containing it, and seals the text. The text lies in a table beside the
// record, encrypted under the key of the person or thing that it belongs to.
// The keys lie elsewhere: destroying one erases the texts under it, in the
// database, in its journal and in every copy, while the facts, and every proof
// over them, stand.
package text

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"tallinn/fault"
)

// ErrErased says that what was there has been erased for good.
var ErrErased = fault.New(fault.Missing, "text.erased",
	"this was erased, and nobody can read it any more; what was recorded about it stands")

// MaxBytes bounds one text.
const MaxBytes = 64 << 10

// KeyBytes is the length of the random key inside a commitment.
const KeyBytes = 32

// A Ref stands in a fact for a text. The zero Ref is no text.
type Ref struct {
	ID     string `json:"id"`     // names the row that holds the text
	Commit string `json:"commit"` // hexadecimal SHA-256 of key and text
}

// A Plain text is one that can be read, with the random key that keeps its
// commitment from being guessed.
type Plain struct {
	Ref  Ref
	Key  []byte // KeyBytes random bytes
	Text string
}

// Commit draws a key from random and commits to s under id.
//
// Errors: those of random.
func Commit(random io.Reader, id, s string) (Plain, error) {
	key := make([]byte, KeyBytes)
	if _, err := io.ReadFull(random, key); err != nil {
		return Plain{}, fmt.Errorf("text: read randomness: %w", err)
	}
	return Plain{Ref{id, commit(key, s)}, key, s}, nil
}

// Opens reports whether p holds exactly the text that its Ref committed to.
func (p Plain) Opens() bool {
	return len(p.Key) == KeyBytes && commit(p.Key, p.Text) == p.Ref.Commit
}

func commit(key []byte, s string) string {
	h := sha256.New()
	h.Write(key)
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}
