// Package journald reads the export format of the systemd journal
// (journalctl -o export): records of NAME=value lines, or of a name, a length
// and that many bytes, ended by an empty line. Field names stay the
// journal's; MESSAGE is also what keywords are looked for in.
package journald

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"

	"tallinn/defence/detection/syslog"
	"tallinn/defence/event"
)

// ErrFormat says that an export broke off or has a field that is too long.
var ErrFormat = errors.New("the journal export is damaged: the rest of it was not read")

const (
	maxValue  = 16 << 20
	maxFields = 4096
)

// A Reader gives the records of one export.
type Reader struct {
	r   *bufio.Reader
	n   int
	err error
}

// NewReader reads src.
func NewReader(src io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(src, 1<<16)} }

// Err is the error that ended the reading early.
func (r *Reader) Err() error { return r.err }

// Next puts the next record into e and reports whether there was one.
func (r *Reader) Next(e *event.Event) bool {
	e.Reset()
	for r.err == nil {
		name, value, end, err := r.field()
		if err != nil && !errors.Is(err, io.EOF) {
			r.err = err
			return false
		}
		if name != "" && len(e.Fields) < maxFields {
			e.Add(name, value, event.Text)
		}
		if (end || err != nil) && len(e.Fields) > 0 {
			Complete(e)
			e.Index = r.n
			r.n++
			return true
		}
		if err != nil {
			return false
		}
	}
	return false
}

// Complete sets what a journal record says of its own kind. It serves the
// journal's JSON form too.
func Complete(e *event.Event) {
	e.Product, e.Service = "linux", "syslog"
	if id, ok := e.Get("SYSLOG_IDENTIFIER"); ok {
		e.Service = syslog.Service(id)
	} else if comm, ok := e.Get("_COMM"); ok {
		e.Service = syslog.Service(comm)
	}
	if m, ok := e.Get("MESSAGE"); ok {
		e.Raw = m
	}
	if us, ok := e.Get("__REALTIME_TIMESTAMP"); ok {
		if n, err := strconv.ParseInt(us, 10, 64); err == nil && n < 1<<53 {
			e.SetTime(n * 1000)
		}
	}
}

// field reads one field; end is an empty line.
func (r *Reader) field() (name, value string, end bool, err error) {
	line, err := r.line()
	if err != nil && line == "" {
		return "", "", false, err
	}
	if line == "" {
		return "", "", true, nil
	}
	if name, value, ok := strings.Cut(line, "="); ok {
		return name, value, false, nil
	}
	var size [8]byte
	if _, err := io.ReadFull(r.r, size[:]); err != nil {
		return "", "", false, ErrFormat
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n > maxValue {
		return "", "", false, ErrFormat
	}
	// Read piece by piece: a length alone must not make us reserve memory.
	var b strings.Builder
	if _, err := io.CopyN(&b, r.r, int64(n)); err != nil {
		return "", "", false, ErrFormat
	}
	if c, err := r.r.ReadByte(); err != nil || c != '\n' {
		return "", "", false, ErrFormat
	}
	return line, b.String(), false, nil
}

func (r *Reader) line() (string, error) {
	var b strings.Builder
	for {
		part, err := r.r.ReadSlice('\n')
		if b.Len()+len(part) > maxValue {
			return "", ErrFormat
		}
		b.Write(part)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return strings.TrimSuffix(b.String(), "\n"), err
	}
}
