package input

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"tallinn/defence/detection/auditd"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/journald"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/syslog"
	"tallinn/defence/detection/winxml"
	"tallinn/defence/event"
)

// Empty is the format of a log that holds nothing but blanks.
const Empty = "empty"

// A Report is what became of a log.
type Report struct {
	Name      string
	Format    string // "evtx", "ndjson", "xml", "auditd", "journald", "syslog", Empty
	Records   int
	Damaged   int // chunks or lines that could not be read
	Lost      int // records known to be lost with them
	Truncated bool
	Err       error // why the reading ended early, or nil
}

// Whole reports whether everything in the log was read.
func (r Report) Whole() bool {
	return r.Damaged == 0 && r.Lost == 0 && !r.Truncated && r.Err == nil
}

// A Log gives the events of a source.
type Log struct {
	split  *splitter
	next   func(*event.Event) bool
	report func(*Report)
	rep    Report
	close  []io.Closer
	pos    counter
}

// Next puts the next event into e and reports whether there was one. The
// strings in e stand until the next call.
func (l *Log) Next(e *event.Event) bool {
	if l.next == nil {
		l.whole()
	}
	if !l.next(e) {
		return false
	}
	l.rep.Records++
	return true
}

// Report is what became of the log so far.
func (l *Log) Report() Report {
	r := l.rep
	switch {
	case l.report != nil:
		l.report(&r)
	case l.split != nil:
		r.Err = l.split.err
	}
	return r
}

// Read is how many bytes of the source, as stored, were read so far.
func (l *Log) Read() int64 { return l.pos.n }

// Close ends the reading.
func (l *Log) Close() {
	for i := len(l.close) - 1; i >= 0; i-- {
		l.close[i].Close() // nothing was written, so nothing can be lost
	}
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Open opens s and looks at its first bytes to tell what it is.
func (s Source) Open() (*Log, error) {
	file, err := s.open()
	if err != nil {
		return nil, err
	}
	l := &Log{close: []io.Closer{file}, rep: Report{Name: s.Name}}
	l.pos.r = file
	src, err := l.unpack(bufio.NewReaderSize(&l.pos, 1<<16))
	if err == nil {
		err = l.detect(src, s.Year)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// A closeFunc is a function as an io.Closer.
type closeFunc func()

func (f closeFunc) Close() error { f(); return nil }

// unpack takes off up to two layers of packing.
func (l *Log) unpack(src *bufio.Reader) (*bufio.Reader, error) {
	for range 2 {
		head, _ := src.Peek(4)
		switch {
		case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(src)
			if err != nil {
				return nil, fmt.Errorf("gzip: %w", err)
			}
			l.close = append(l.close, z)
			src = bufio.NewReaderSize(z, 1<<16)
		case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
			if err != nil {
				return nil, fmt.Errorf("zstd: %w", err)
			}
			l.close = append(l.close, closeFunc(z.Close))
			src = bufio.NewReaderSize(z, 1<<16)
		default:
			return src, nil
		}
	}
	return src, nil
}

// detect chooses the reader.
func (l *Log) detect(src *bufio.Reader, year int) error {
	head, _ := src.Peek(4096)
	switch {
	case bytes.HasPrefix(head, []byte("ElfFile\x00")):
		l.rep.Format = "evtx"
		l.split = &splitter{src: src, format: "evtx"}
		return nil
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		plain := transform.NewReader(src, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		src = bufio.NewReaderSize(plain, 1<<16)
		head, _ = src.Peek(4096)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(text) == 0:
		l.rep.Format = Empty
		l.next, l.report = func(*event.Event) bool { return false }, func(*Report) {}
	case text[0] == '{' || text[0] == '[' && (len(text) == 1 || bytes.IndexByte([]byte("{ \t\r\n]"), text[1]) >= 0):
		l.rep.Format = "ndjson"
		l.split = &splitter{src: src, format: "ndjson"}
	case text[0] == '<' && !isPriority(text):
		r := winxml.NewReader(src)
		l.rep.Format, l.next = "xml", r.Next
		l.report = func(rep *Report) { rep.Err = r.Err() }
	case bytes.HasPrefix(text, []byte("__CURSOR=")) || bytes.HasPrefix(text, []byte("__REALTIME_TIMESTAMP=")):
		r := journald.NewReader(src)
		l.rep.Format, l.next = "journald", r.Next
		l.report = func(rep *Report) { rep.Err = r.Err() }
	case isAudit(text):
		r := auditd.NewReader(src)
		l.rep.Format, l.next = "auditd", r.Next
		l.report = func(rep *Report) { rep.Damaged, rep.Err = r.Bad(), r.Err() }
	case binary(text):
		return ErrFormat.With("path", l.rep.Name)
	default:
		r := syslog.NewReader(src, year)
		l.rep.Format, l.next = "syslog", r.Next
		l.report = func(rep *Report) { rep.Err = r.Err() }
	}
	return nil
}

// whole makes a log that splits be given out by Next after all.
func (l *Log) whole() {
	src := l.split.src
	if l.split.format == "ndjson" {
		r := ndjson.NewReader(src)
		l.next, l.report = r.Next, func(rep *Report) { ofJSON(rep, r) }
		return
	}
	r := evtx.New()
	l.next, l.report = r.Next, func(rep *Report) { ofEVTX(rep, r) }
	if err := r.Reset(src); err != nil {
		l.next = func(*event.Event) bool { return false }
	}
}

// isPriority tells a syslog line <34>… from XML.
func isPriority(text []byte) bool { return len(text) > 1 && text[1] >= '0' && text[1] <= '9' }

func isAudit(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return bytes.Contains(line, []byte("type=")) && bytes.Contains(line, []byte("msg=audit("))
}

// binary reports whether text holds bytes that no text log has.
func binary(text []byte) bool {
	return bytes.IndexByte(text, 0) >= 0
}
