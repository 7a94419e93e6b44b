package input

import (
	"bytes"
	"errors"
	"io"

	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/event"
)

// A Block is a part of a log that can be read by itself, so that several
// processors can read one large log. Where a log is cut depends on the log
// alone.
type Block struct {
	data   []byte
	format string
	rest   io.Reader // what follows data and cannot be cut, or nil
}

// Follows reports whether the block goes on with what is still to be read of
// its log, which must not be closed before.
func (b Block) Follows() bool { return b.rest != nil }

// blockSize is about how long a block is: enough records for the handing over
// not to count, few enough for a log of some megabytes to keep all at work.
const blockSize = 4 * evtx.ChunkSize

// A splitter cuts a log.
type splitter struct {
	src    io.Reader
	format string
	left   []byte // read, and not yet given out
	done   bool
	err    error
}

// Splits reports whether l is given out by Block rather than by Next. Only EVTX
// and NDJSON are: the others carry state from one record to the next.
func (l *Log) Splits() bool { return l.split != nil }

// Block returns the next part of a log that splits. It may reuse the memory of
// spare, a block that was read to its end.
func (l *Log) Block(spare Block) (Block, bool) {
	s := l.split
	if s.done {
		return Block{}, false
	}
	if s.format == "evtx" {
		return s.chunks(spare.data)
	}
	return s.lines(spare.data)
}

// chunks cuts an event log after some of its chunks; before the first stands
// the header of the file.
func (s *splitter) chunks(buf []byte) (Block, bool) {
	b := Block{format: "evtx"}
	n := blockSize
	if s.left == nil {
		s.left = []byte{}
		b.format, n = "evtx file", evtx.HeaderSize+blockSize
	}
	buf = room(buf, n)
	n = s.fill(buf)
	b.data = buf[:n]
	return b, n > 0
}

// lines cuts a text after a line. Where an object may be written over several
// lines, and where a line is longer than any record, the rest is one block.
func (s *splitter) lines(buf []byte) (Block, bool) {
	buf = room(buf, max(blockSize, 2*len(s.left)))
	n := copy(buf, s.left)
	n += s.fill(buf[n:])
	b := Block{format: "ndjson"}
	cut := bytes.LastIndexByte(buf[:n], '\n') + 1
	for cut == 0 && !s.done && n < ndjson.MaxRecord {
		buf = append(buf, make([]byte, n)...)
		n += s.fill(buf[n:])
		cut = bytes.LastIndexByte(buf[:n], '\n') + 1
	}
	switch {
	case s.done:
		b.data = buf[:n]
		return b, n > 0
	case cut == 0 || spread(buf[:cut]):
		s.done = true
		b.data, b.rest = buf[:n], s.src
		return b, true
	}
	s.left = append(s.left[:0], buf[cut:n]...)
	b.data = buf[:cut]
	return b, true
}

// spread reports whether some line of text is a lone brace, which begins an
// object written over several lines.
func spread(text []byte) bool {
	for i := 0; ; {
		k := bytes.IndexByte(text[i:], '{')
		if k < 0 {
			return false
		}
		line, _, _ := bytes.Cut(text[i+k+1:], []byte("\n"))
		if len(bytes.TrimSpace(line)) == 0 {
			return true
		}
		i += k + 1 + len(line)
	}
}

func room(buf []byte, n int) []byte {
	if cap(buf) < n {
		return make([]byte, n)
	}
	return buf[:n]
}

// fill reads into buf until it is full or the log ends. A packed log that is
// cut off ends with io.ErrUnexpectedEOF, which is an error here.
func (s *splitter) fill(buf []byte) (n int) {
	for n < len(buf) && !s.done {
		k, err := s.src.Read(buf[n:])
		n += k
		if err != nil {
			s.done = true
			if !errors.Is(err, io.EOF) {
				s.err = err
			}
		}
	}
	return n
}

// A Decoder reads blocks, one after another.
type Decoder struct {
	json *ndjson.Reader
	evtx *evtx.Reader
	next func(*event.Event) bool
	b    Block
	rep  Report
}

// Open starts on b. Texts are given packed (package event).
func (d *Decoder) Open(b Block) error {
	d.b, d.rep = b, Report{}
	if b.format == "ndjson" {
		if d.json == nil {
			d.json = ndjson.NewReader(nil)
			d.json.Pack()
		}
		d.json.Reset(b.data, b.rest)
		d.next = d.json.Next
		return nil
	}
	if d.evtx == nil {
		d.evtx = evtx.New()
	}
	d.next = d.evtx.Next
	if b.format == "evtx" {
		d.evtx.ResetChunks(bytes.NewReader(b.data))
		return nil
	}
	return d.evtx.Reset(bytes.NewReader(b.data))
}

// Next puts the next event into e and reports whether there was one.
func (d *Decoder) Next(e *event.Event) bool {
	if !d.next(e) {
		return false
	}
	d.rep.Records++
	return true
}

// Report is what became of the block.
func (d *Decoder) Report() Report {
	if d.b.format == "ndjson" {
		ofJSON(&d.rep, d.json)
	} else {
		ofEVTX(&d.rep, d.evtx)
	}
	return d.rep
}

func ofJSON(rep *Report, r *ndjson.Reader) { rep.Damaged, rep.Err = r.Stats().Bad, r.Err() }

func ofEVTX(rep *Report, r *evtx.Reader) {
	s := r.Stats()
	rep.Damaged, rep.Lost, rep.Truncated = s.Damaged, s.Lost, s.Truncated
}

// Add makes r the report of what it reported and of part, which follows it.
func (r *Report) Add(part Report) {
	r.Records += part.Records
	r.Damaged += part.Damaged
	r.Lost += part.Lost
	r.Truncated = r.Truncated || part.Truncated
	if r.Err == nil {
		r.Err = part.Err
	}
}
