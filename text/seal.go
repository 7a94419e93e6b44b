package text

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A Sealed text is what lies beside the record. Box is the ciphertext, and
// says under which key. The first programs kept texts in clear: then Key is
// not empty, and Box is the text.
type Sealed struct {
	Ref Ref
	Key []byte
	Box []byte
}

// LockBytes is the length of a key that texts are sealed under.
const LockBytes = 32

// MaxName bounds the name of a key, in bytes.
const MaxName = 512

// boxFormat is the first byte of every box: AES-256-GCM, a nonce of 12 random
// bytes. Others may follow; old ones stay readable.
const boxFormat = 1

// ErrBox says that bytes are no box, or not the one that was sealed.
var ErrBox = errors.New("text: the sealed bytes are not what was sealed")

// Seal encrypts p under lock, the key called name. The box opens only as the
// text that Ref names.
//
// Errors: those of random.
func (p Plain) Seal(random io.Reader, name string, lock []byte) (Sealed, error) {
	box, err := SealBytes(random, name, lock, p.Ref.ID+" "+p.Ref.Commit, append(append([]byte{}, p.Key...), p.Text...))
	return Sealed{Ref: p.Ref, Box: box}, err
}

// Clear reports whether s was kept in clear.
func (s Sealed) Clear() bool { return len(s.Key) > 0 }

// Under is the name of the key that s is sealed under; empty when s is no box.
func (s Sealed) Under() string {
	name, _, err := parse(s.Box)
	if err != nil || s.Clear() {
		return ""
	}
	return name
}

// Plain is the text of s when it was kept in clear. It may be another than
// Ref committed to: ask Opens.
func (s Sealed) Plain() Plain { return Plain{s.Ref, s.Key, string(s.Box)} }

// Open decrypts s.
//
// Errors: ErrBox; also when what was sealed is not what Ref committed to.
func (s Sealed) Open(lock []byte) (Plain, error) {
	raw, err := OpenBytes(lock, s.Ref.ID+" "+s.Ref.Commit, s.Box)
	if err != nil || len(raw) < KeyBytes {
		return Plain{}, errors.Join(ErrBox, err)
	}
	p := Plain{s.Ref, raw[:KeyBytes:KeyBytes], string(raw[KeyBytes:])}
	if !p.Opens() {
		return Plain{}, ErrBox
	}
	return p, nil
}

// SealBytes encrypts raw under lock, the key called name. The box opens only
// for the same purpose: say where it lies.
//
// Errors: those of random.
func SealBytes(random io.Reader, name string, lock []byte, purpose string, raw []byte) ([]byte, error) {
	aead, err := cipherOf(lock)
	if err != nil {
		return nil, err
	}
	if name == "" || len(name) > MaxName {
		return nil, fmt.Errorf("text: a key's name of %d bytes", len(name))
	}
	box := append(binary.AppendUvarint([]byte{boxFormat}, uint64(len(name))), name...)
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("text: read randomness: %w", err)
	}
	bound := string(box) + purpose
	return aead.Seal(append(box, nonce...), nonce, raw, []byte(bound)), nil
}

// OpenBytes decrypts what SealBytes made.
//
// Errors: ErrBox.
func OpenBytes(lock []byte, purpose string, box []byte) ([]byte, error) {
	_, rest, err := parse(box)
	if err != nil {
		return nil, err
	}
	aead, err := cipherOf(lock)
	if err != nil {
		return nil, err
	}
	if len(rest) < aead.NonceSize() {
		return nil, ErrBox
	}
	bound := string(box[:len(box)-len(rest)]) + purpose
	raw, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], []byte(bound))
	if err != nil {
		return nil, ErrBox
	}
	return raw, nil
}

// NameOf is the name of the key that box was sealed under.
//
// Errors: ErrBox.
func NameOf(box []byte) (string, error) {
	name, _, err := parse(box)
	return name, err
}

// parse parts a box into the name of its key and what follows.
func parse(box []byte) (name string, rest []byte, err error) {
	if len(box) == 0 || box[0] != boxFormat {
		return "", nil, ErrBox
	}
	n, read := binary.Uvarint(box[1:])
	if read <= 0 || n == 0 || n > MaxName || uint64(len(box)-1-read) < n {
		return "", nil, ErrBox
	}
	start := 1 + read
	return string(box[start : start+int(n)]), box[start+int(n):], nil
}

func cipherOf(lock []byte) (cipher.AEAD, error) {
	if len(lock) != LockBytes {
		return nil, fmt.Errorf("text: a key of %d bytes", len(lock))
	}
	block, err := aes.NewCipher(lock)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
