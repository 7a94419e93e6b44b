package ndjson

import (
	"bytes"
	"io"

	"tallinn/defence/detection/journald"
	"tallinn/defence/event"
)

// MaxRecord is the longest record that is read, in bytes.
const MaxRecord = 16 << 20

// Stats counts what was read and what could not be.
type Stats struct {
	Records int
	Bad     int // lines that are no JSON object
	FirstAt int // number of the first bad line, from 1
}

// A Reader gives the records of one log.
type Reader struct {
	src    io.Reader
	buf    []byte // buf[pos:end] is read and not yet given out
	pos    int
	end    int
	eof    bool
	err    error
	line   int
	root   *name       // the names met, as a tree
	recent [1024]*name // some of them, by hash
	known  int         // the memory they take, about
	marks  mark        // of the record at hand
	arena  event.Arena
	stats  Stats
	depth  int
}

// NewReader reads src.
func NewReader(src io.Reader) *Reader {
	return &Reader{src: src, buf: make([]byte, 1<<16), root: newName()}
}

// Stats is what was met so far.
func (r *Reader) Stats() Stats { return r.stats }

// Err is the error that ended the reading before the end of the input.
func (r *Reader) Err() error { return r.err }

// Next puts the next record into e and reports whether there was one. The
// strings in e stand until the next call.
func (r *Reader) Next(e *event.Event) bool {
	for {
		rec, ok := r.record()
		if !ok {
			return false
		}
		if len(rec) == 0 {
			continue
		}
		e.Reset()
		r.arena.Reset()
		if r.known > maxKnown { // a hostile log; begin anew
			r.root, r.known = newName(), 0
		}
		if !r.object(rec, e) {
			if r.stats.Bad++; r.stats.Bad == 1 {
				r.stats.FirstAt = r.line
			}
			continue
		}
		r.complete(e)
		e.Index = r.stats.Records
		r.stats.Records++
		return true
	}
}

// record returns the next record without the blanks round it: a line, unless
// the line breaks off inside an object, as pretty-printed ones do.
func (r *Reader) record() ([]byte, bool) {
	scanned := 0
	for {
		window := r.buf[r.pos:r.end]
		if i := bytes.IndexByte(window[scanned:], '\n'); i >= 0 {
			scanned += i + 1
			r.line++
			line := window[:scanned]
			if open(line) && scanned < MaxRecord {
				continue
			}
			r.pos += scanned
			return trim(line), true
		}
		if r.eof {
			r.pos = r.end
			r.line++
			return trim(window), len(window) > 0
		}
		scanned = len(window)
		if scanned >= MaxRecord {
			// One endless line: give it up, piece by piece.
			r.pos = r.end
			return window[:1], true
		}
		r.fill()
	}
}

// open reports whether text begins an object that a later line closes. One
// object a line is told by its last byte, without looking inside.
func open(text []byte) bool {
	text = trim(text)
	if len(text) == 0 || text[0] != '{' || text[len(text)-1] == '}' && balanced(text) {
		return false
	}
	return !balanced(text) && pretty(text)
}

// pretty reports whether text, which begins with a brace, is the beginning of an object written over
// several lines: its first line is a lone brace.
func pretty(text []byte) bool {
	for _, c := range text[1:] {
		if c == '\n' {
			return true
		}
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// balanced reports whether every brace of text is closed. Only a text that
// begins with a lone brace is looked through; others are whole by definition.
func balanced(text []byte) bool {
	if !pretty(text) {
		return true
	}
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			depth--
		}
	}
	return depth <= 0
}

// trim takes off blanks, and what stands between the objects of an array.
func trim(b []byte) []byte {
	b = bytes.TrimSpace(b)
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if len(b) > 0 && (b[0] == '[' || b[0] == ',') {
		b = bytes.TrimSpace(b[1:])
	}
	if n := len(b); n > 0 && (b[n-1] == ',' || b[n-1] == ']') {
		b = bytes.TrimSpace(b[:n-1])
	}
	if len(b) == 1 && b[0] == ']' {
		return nil
	}
	return b
}

// fill reads more input, moving what is left to the front of the buffer.
func (r *Reader) fill() {
	if r.pos > 0 {
		copy(r.buf, r.buf[r.pos:r.end])
		r.end -= r.pos
		r.pos = 0
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	n, err := r.src.Read(r.buf[r.end:])
	r.end += n
	if err != nil {
		r.eof = true
		if err != io.EOF {
			r.err = err
		}
	}
}

// complete adds what exporters keep under names of their own.
func (r *Reader) complete(e *event.Event) {
	switch {
	case r.marks&journal != 0:
		journald.Complete(e)
	case r.marks&(nxlog|provider) == nxlog:
		if v, ok := e.Get("SourceName"); ok {
			e.Add("Provider_Name", v, event.Text)
		}
	}
}
