package evtx

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"tallinn/defence/event"
)

// The header of a file, and each of the chunks after it, in bytes. A chunk can
// be read by itself.
const (
	HeaderSize = 4096
	ChunkSize  = 65536
)

const (
	headerSize  = HeaderSize
	chunkSize   = ChunkSize
	firstRecord = 512
	recordHead  = 24
	recordMagic = 0x00002a2a
)

// ErrFormat says that a file does not begin as an event log does.
var ErrFormat = errors.New("this is no Windows event log: it does not begin with ElfFile")

// Stats counts what was read and what could not be.
type Stats struct {
	Records   int // given out
	Chunks    int // with at least a header
	Damaged   int // chunks skipped, wholly or from the damage on
	Dirty     int // chunks whose header's checksum is stale, as in logs copied live; read all the same
	Lost      int // records that damaged chunks say they held, beyond those given out
	Truncated bool
}

// A Reader gives the records of one log in the order of the file.
type Reader struct {
	src   io.Reader
	buf   []byte // one chunk
	chunk chunk
	pos   int // of the next record in the chunk; 0: a new chunk is due
	end   int
	given int // records given out of this chunk
	names map[string]string
	stats Stats
	arena event.Arena
	done  bool
}

// NewReader reads the file header of src.
//
// Errors: ErrFormat, and those of src.
func NewReader(src io.Reader) (*Reader, error) {
	r := New()
	return r, r.Reset(src)
}

// New returns a reader of nothing, to be Reset.
func New() *Reader {
	r := &Reader{names: make(map[string]string), buf: make([]byte, chunkSize+8), done: true}
	r.chunk.r = r
	return r
}

// Reset starts on another log and keeps the memory.
func (r *Reader) Reset(src io.Reader) error {
	r.ResetChunks(src)
	n, err := io.ReadFull(src, r.buf[:headerSize])
	if n < 8 || string(r.buf[:8]) != "ElfFile\x00" {
		return ErrFormat
	}
	if err != nil {
		r.stats.Truncated, r.done = true, true
	}
	return nil
}

// ResetChunks is Reset for a part of a log: chunks, without the file's header.
func (r *Reader) ResetChunks(src io.Reader) {
	r.src, r.pos, r.done, r.stats = src, 0, false, Stats{}
}

// Stats is what was met so far.
func (r *Reader) Stats() Stats { return r.stats }

// Next puts the next record into e and reports whether there was one. The
// strings in e stand until the next call.
func (r *Reader) Next(e *event.Event) bool {
	for {
		if r.pos == 0 && !r.nextChunk() {
			return false
		}
		if r.record(e) {
			e.Index = r.stats.Records
			r.stats.Records++
			r.given++
			return true
		}
	}
}

// nextChunk reads on to a chunk that holds records.
func (r *Reader) nextChunk() bool {
	for !r.done {
		n, err := io.ReadFull(r.src, r.buf[:chunkSize])
		if err != nil {
			r.done = true
			if n == 0 {
				return false
			}
			r.stats.Truncated = true
			clear(r.buf[n:])
		}
		if unused(r.buf[:n]) {
			continue
		}
		r.stats.Chunks++
		if n < firstRecord || string(r.buf[:8]) != "ElfChnk\x00" {
			r.stats.Damaged++
			continue
		}
		if !headerIntact(r.buf) {
			r.stats.Dirty++
		}
		r.open(n)
		return true
	}
	return false
}

func (r *Reader) open(n int) {
	r.pos, r.given, r.end = firstRecord, 0, n
	if free := int(binary.LittleEndian.Uint32(r.buf[48:])); free >= firstRecord && free <= n {
		r.end = free
	}
	r.chunk.reset(r.buf[:n])
}

// unused reports whether a chunk was set aside and never written.
func unused(b []byte) bool {
	for _, c := range b[:min(len(b), firstRecord)] {
		if c != 0 {
			return false
		}
	}
	return true
}

// headerIntact checks the chunk header's checksum.
func headerIntact(b []byte) bool {
	want := binary.LittleEndian.Uint32(b[124:])
	sum := crc32.ChecksumIEEE(b[:120])
	return want == crc32.Update(sum, crc32.IEEETable, b[128:firstRecord])
}

// damaged gives the rest of the chunk up.
func (r *Reader) damaged() bool {
	r.stats.Damaged++
	first, last := binary.LittleEndian.Uint64(r.buf[8:]), binary.LittleEndian.Uint64(r.buf[16:])
	if held := last - first + 1; last >= first && held <= chunkSize/recordHead && int(held) > r.given {
		r.stats.Lost += int(held) - r.given
	}
	r.pos = 0
	return false
}

// record decodes the record at pos. false: there is none left in this chunk.
func (r *Reader) record(e *event.Event) bool {
	if r.pos+recordHead+4 > r.end {
		r.pos = 0
		return false
	}
	b := r.buf[r.pos:r.end]
	if binary.LittleEndian.Uint32(b) != recordMagic {
		if r.end == chunkSize || r.stats.Truncated {
			r.pos = 0 // no free-space mark: the records simply end here
			return false
		}
		return r.damaged()
	}
	size := int(binary.LittleEndian.Uint32(b[4:]))
	if size < recordHead+4 || size > len(b) {
		return r.damaged()
	}
	r.arena.Reset()
	e.Reset()
	e.Product = "windows"
	id := binary.LittleEndian.Uint64(b[8:])
	// When it was written; TimeCreated, when it happened, replaces it.
	if written := fileTime(binary.LittleEndian.Uint64(b[16:])); written != 0 {
		e.SetTime(written)
	}
	start := r.pos
	r.pos += size
	if err := r.chunk.decode(e, start+recordHead, start+size-4, id); err != nil {
		return r.damaged()
	}
	return true
}

// intern returns s as a string that stands for good: a log has few names.
func (r *Reader) intern(s string) string {
	if known, ok := r.names[s]; ok {
		return known
	}
	if len(r.names) > 1<<16 { // a hostile log; begin anew
		clear(r.names)
	}
	s = string([]byte(s))
	r.names[s] = s
	return s
}

// fileTime turns 100 ns since 1601 into nanoseconds since 1970, clamped to
// what fits.
func fileTime(t uint64) int64 {
	const offset = 116444736000000000
	if t < offset || t-offset > (1<<63-1)/100 {
		return 0
	}
	return int64(t-offset) * 100
}
