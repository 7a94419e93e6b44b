// Package lines reads text logs line by line with a bound on a line's length,
// for the readers of such logs.
package lines

import (
	"bufio"
	"errors"
	"io"
)

// Max is the longest line that is given out, in bytes; what is beyond it on
// the same line is dropped and counted.
const Max = 1 << 20

// A Reader gives the lines of a text, without their ends.
type Reader struct {
	r   *bufio.Reader
	buf []byte
	Cut int // lines that were longer than Max
	err error
}

// NewReader reads src.
func NewReader(src io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(src, 1<<16)}
}

// Next returns the next line, which stands until the next call.
func (l *Reader) Next() ([]byte, bool) {
	l.buf = l.buf[:0]
	cut := false
	for {
		part, err := l.r.ReadSlice('\n')
		if room := Max - len(l.buf); len(part) > room {
			part, cut = part[:room], true
		}
		l.buf = append(l.buf, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if cut {
			l.Cut++
		}
		if err != nil && !errors.Is(err, io.EOF) {
			l.err = err
		}
		if err != nil && len(l.buf) == 0 {
			return nil, false
		}
		return trimEnd(l.buf), true
	}
}

// Err is the error that ended the reading, or nil at the end of the text.
func (l *Reader) Err() error { return l.err }

func trimEnd(b []byte) []byte {
	for n := len(b); n > 0 && (b[n-1] == '\n' || b[n-1] == '\r'); n = len(b) {
		b = b[:n-1]
	}
	return b
}
