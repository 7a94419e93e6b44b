package blobs

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrDamaged says that a file is not what was sealed, or that the key is
// another.
var ErrDamaged = errors.New("blobs: the blob is not what was sealed")

const (
	version   = 1
	saltBytes = 32
	chunk     = 64 << 10
	tagBytes  = 16
)

func aeadOf(lock, salt []byte) (cipher.AEAD, error) {
	if len(lock) != 32 {
		return nil, fmt.Errorf("blobs: a key of %d bytes", len(lock))
	}
	key, err := hkdf.Key(sha256.New, lock, salt, "tallinn blob 1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// nonce is that of chunk n.
func nonce(n uint64, last bool) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 3, 12), n)
	if last {
		return append(b, 1)
	}
	return append(b, 0)
}

// A sealer seals what is written to it. Close writes the last chunk; it does
// not close what lies below.
type sealer struct {
	w    io.Writer
	aead cipher.AEAD
	buf  []byte
	n    uint64
}

func newSealer(w io.Writer, lock []byte, random io.Reader) (*sealer, error) {
	head := make([]byte, 1+saltBytes)
	head[0] = version
	if _, err := io.ReadFull(random, head[1:]); err != nil {
		return nil, err
	}
	aead, err := aeadOf(lock, head[1:])
	if err != nil {
		return nil, err
	}
	_, err = w.Write(head)
	return &sealer{w: w, aead: aead, buf: make([]byte, 0, chunk+tagBytes)}, err
}

// Write keeps a whole chunk back: only Close knows which one is the last.
func (s *sealer) Write(b []byte) (n int, err error) {
	for len(b) > 0 {
		if len(s.buf) == chunk {
			if err := s.flush(false); err != nil {
				return n, err
			}
		}
		k := min(chunk-len(s.buf), len(b))
		s.buf = append(s.buf, b[:k]...)
		b, n = b[k:], n+k
	}
	return n, nil
}

func (s *sealer) flush(last bool) error {
	_, err := s.w.Write(s.aead.Seal(s.buf[:0], nonce(s.n, last), s.buf, nil))
	s.n++
	s.buf = s.buf[:0]
	return err
}

func (s *sealer) Close() error { return s.flush(true) }

// An opener reads what a sealer wrote.
type opener struct {
	r    io.Reader
	aead cipher.AEAD
	buf  []byte // sealed: a chunk, and the first byte of the next
	have int    // bytes in buf
	out  []byte // opened, not yet read
	n    uint64
	err  error
}

func newOpener(r io.Reader, lock []byte) (*opener, error) {
	head := make([]byte, 1+saltBytes)
	if _, err := io.ReadFull(r, head); err != nil || head[0] != version {
		return nil, ErrDamaged
	}
	aead, err := aeadOf(lock, head[1:])
	if err != nil {
		return nil, err
	}
	return &opener{r: r, aead: aead, buf: make([]byte, chunk+tagBytes+1)}, nil
}

// Read gives nothing of a chunk that was not verified.
func (o *opener) Read(b []byte) (int, error) {
	for len(o.out) == 0 && o.err == nil {
		o.next()
	}
	if len(o.out) == 0 {
		return 0, o.err
	}
	n := copy(b, o.out)
	o.out = o.out[n:]
	return n, nil
}

func (o *opener) next() {
	got, err := io.ReadFull(o.r, o.buf[o.have:])
	o.have += got
	last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !last {
		o.err = err
		return
	}
	sealed := o.buf[:min(o.have, chunk+tagBytes)]
	kept := o.buf[len(sealed):o.have]
	o.out, err = o.aead.Open(make([]byte, 0, chunk), nonce(o.n, last), sealed, nil)
	if err != nil {
		o.out, o.err = nil, ErrDamaged
		return
	}
	o.n++
	o.have = copy(o.buf, kept)
	if last {
		o.err = io.EOF
	}
}
