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
	text   []byte // the line at hand, or the lines of an object spread over several
	at     int    // where in it the next object stands
	eof    bool
	err    error
	line   int
	root   *name       // the names met, as a tree
	recent [1024]*name // some of them, by hash
	known  int         // the memory they take, about
	count  int32       // how many they are
	names  *event.Names
	marks  mark     // of the record at hand
	packed bool     // texts with escapes are given packed
	odd    bool     // the record at hand has \u escapes
	bits   []uint64 // where text has a quote or a backslash
	ascii  bool     // text is
	write  func(string) string
	arena  event.Arena
	stats  Stats
	depth  int
}

// NewReader reads src.
func NewReader(src io.Reader) *Reader {
	r := &Reader{src: src}
	r.forget()
	return r
}

// Pack makes the reader give texts with escapes as they stand (package event,
// packed.go): most of them are never looked at.
func (r *Reader) Pack() { r.packed, r.write = true, r.unpack }

// Reset starts on another text, which it gives views into and which rest, if
// not nil, goes on with; it keeps what it knows of names.
func (r *Reader) Reset(text []byte, rest io.Reader) {
	r.src, r.err, r.eof = rest, nil, rest == nil
	r.buf, r.pos, r.end = text, 0, len(text)
	r.text, r.at = nil, 0
	r.line, r.stats = 0, Stats{}
}

func (r *Reader) forget() {
	r.root, r.known, r.count, r.names = newName(), 0, 0, new(event.Names)
}

// Stats is what was met so far.
func (r *Reader) Stats() Stats { return r.stats }

// Err is the error that ended the reading before the end of the input.
func (r *Reader) Err() error { return r.err }

// Next puts the next record into e and reports whether there was one. The
// strings in e stand until the next call.
func (r *Reader) Next(e *event.Event) bool {
	for {
		if r.at >= len(r.text) {
			var ok bool
			if r.text, ok = r.record(); !ok {
				return false
			}
			if r.at = 0; len(r.text) == 0 {
				continue
			}
			r.bits, r.ascii = survey(r.bits, r.text)
		}
		e.Reset()
		r.arena.Reset()
		if r.known > maxKnown { // a hostile log; begin anew
			r.forget()
		}
		rec, ok := r.object(e)
		if !ok {
			r.text = nil
			if r.stats.Bad++; r.stats.Bad == 1 {
				r.stats.FirstAt = r.line
			}
			continue
		}
		e.Names = r.names
		if r.packed {
			r.hand(rec, e)
		}
		r.complete(e)
		e.Index = r.stats.Records
		r.stats.Records++
		return true
	}
}

// record returns the next record without the blanks round it: a line, unless
// that is a lone brace: then the object is written over several lines, and goes
// on to the one that closes it.
func (r *Reader) record() ([]byte, bool) {
	line, sought := 0, 0 // where the line at hand begins; up to where there is no end of it
	var braces braces
	for {
		window := r.buf[r.pos:r.end]
		if i := bytes.IndexByte(window[sought:], '\n'); i >= 0 {
			end := sought + i + 1
			r.line++
			if line == 0 && string(trim(window[:end])) != "{" {
				return r.take(end), true
			}
			if !braces.open(window[line:end]) || end >= MaxRecord {
				return r.take(end), true
			}
			line, sought = end, end
			continue
		}
		if r.eof {
			r.line++
			return r.take(len(window)), len(window) > 0
		}
		if sought = len(window); sought >= MaxRecord {
			// One endless line: give it up, piece by piece.
			r.pos = r.end
			return window[:1], true
		}
		r.fill()
	}
}

// take gives out the next n bytes as a record.
func (r *Reader) take(n int) []byte {
	rec := trim(r.buf[r.pos : r.pos+n])
	r.pos += n
	return rec
}

// braces counts those of an object that is written over several lines.
type braces struct{ depth int }

// open reports whether an object is not closed yet after the next line of it.
// No text goes over the end of a line.
func (b *braces) open(line []byte) bool {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			b.depth++
		case c == '}':
			b.depth--
		}
	}
	return b.depth > 0
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
		r.buf = append(r.buf, make([]byte, max(len(r.buf), 1<<16))...)
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

// hand gives e what it needs to write out its packed texts.
func (r *Reader) hand(rec []byte, e *event.Event) {
	record := ""
	if !r.odd && r.ascii {
		record = event.View(rec)
	}
	e.Packed(r.write, record)
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
