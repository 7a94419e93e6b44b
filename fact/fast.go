package fact

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/tlp"
)

// A scan reads bytes that are just as Encode writes them, several times faster
// than the general decoder: a replay is mostly decoding. It claims nothing of
// its own: whatever is odd in the least sets bad, and the general decoder then
// has the word. What it does accept it reads as the general decoder would.
type scan struct {
	b      []byte
	i      int
	bad    bool
	intern [256]string // strings seen lately, so that equal ones share memory
}

// Strings up to this length are worth sharing.
const internBytes = 40

var scans = sync.Pool{New: func() any { return new(scan) }}

// maxDepth is how deep a value may be nested for a scan to read it.
const maxDepth = 32

// decodeFast decodes raw if it is canonical and of a known kind.
func (r *Registry) decodeFast(raw []byte) (Fact, bool) {
	s := scans.Get().(*scan)
	s.b, s.i, s.bad = raw, 0, false
	f := s.fact(r)
	ok := !s.bad
	s.b = nil
	scans.Put(s)
	return f, ok
}

func (s *scan) fact(r *Registry) Fact {
	var f Fact
	t, known := r.types[string(s.kindAhead())]
	if !known || t.fast == nil {
		s.bad = true
		return f
	}
	s.lit(`{"at":"`)
	f.At = s.time()
	s.lit(`","body":`)
	if f.Body = t.fast(s); s.bad {
		return f
	}
	s.lit(`,"by":`)
	f.By = s.text()
	s.lit(`,"cmd":`)
	f.Cmd = s.text()
	s.lit(`,"figure":`)
	figure := s.integer()
	f.Figure = figure == 1
	s.lit(`,"format":`)
	format := s.integer()
	s.lit(`,"kind":`)
	kind := s.text()
	f.Kind = t.Kind // the same text, kept once
	s.lit(`,"marking":"`)
	f.Marking = s.marking()
	s.lit(`,"pos":`)
	f.Pos = Pos(s.integer())
	s.lit(`,"realm":`)
	f.Realm = s.realm()
	s.lit(`,"salt":"`)
	s.salt(&f.Salt)
	s.lit(`","seat":`)
	f.Seat = s.text()
	s.lit(`,"streams":`)
	f.Streams = s.texts()
	s.lit(`}`)
	s.bad = s.bad || s.i != len(s.b) || len(s.b) > MaxBytes || kind != t.Kind || figure&^1 != 0 ||
		format != Format || f.Pos < 0 || len(f.Streams) == 0
	return f
}

// kindAhead guesses the kind, which stands behind the body. If it is wrong,
// the kind as it is then read differs.
func (s *scan) kindAhead() []byte {
	at := bytes.Index(s.b, beforeKind)
	if at < 0 {
		return nil
	}
	rest := s.b[at+len(beforeKind):]
	return rest[:max(0, bytes.IndexByte(rest, '"'))]
}

// beforeKind starts with a rare letter: that is faster to find.
var beforeKind = fmt.Appendf(nil, `format":%d,"kind":"`, Format)

func (s *scan) lit(text string) {
	if s.i+len(text) > len(s.b) || string(s.b[s.i:s.i+len(text)]) != text {
		s.bad, s.i = true, len(s.b)
		return
	}
	s.i += len(text)
}

// peek is the next byte, or 0 at the end.
func (s *scan) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// raw returns what stands between quotes. Plain means that it is the text:
// valid and without escapes.
func (s *scan) raw() (inside []byte, plain bool) {
	if s.peek() != '"' {
		s.bad = true
		return nil, false
	}
	s.i++
	from, ascii, plain := s.i, true, true
	for s.i < len(s.b) {
		if s.i+8 <= len(s.b) && ordinary(binary.LittleEndian.Uint64(s.b[s.i:])) {
			s.i += 8
			continue
		}
		switch c := s.b[s.i]; {
		case c == '"':
			inside = s.b[from:s.i]
			s.i++
			s.bad = s.bad || !ascii && !utf8.Valid(inside)
			return inside, plain
		case c == '\\':
			plain = false
			s.i++
		case c < ' ':
			s.bad = true
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
		s.i++
	}
	s.bad = true
	return nil, false
}

// ordinary reports whether none of eight bytes is a quote, a backslash, a
// control character or outside ASCII. It may say no where it could say yes.
func ordinary(w uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return (w|(w-ones*' ')|(quote-ones)|(slash-ones))&highs == 0
}

// text reads a string.
func (s *scan) text() string {
	inside, plain := s.raw()
	if s.bad {
		return ""
	}
	if !plain {
		return s.unquote(inside)
	}
	return s.share(inside)
}

func (s *scan) unquote(inside []byte) string {
	quoted := s.b[s.i-len(inside)-2 : s.i]
	out, err := jsontext.AppendUnquote(nil, quoted)
	s.bad = s.bad || err != nil
	return string(out)
}

func (s *scan) share(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > internBytes {
		return string(b)
	}
	slot := &s.intern[hash(b)%uint64(len(s.intern))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// hash mixes b's length with its first and last bytes.
func hash(b []byte) uint64 {
	var head, tail uint64
	if len(b) >= 8 {
		head, tail = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-8:])
	} else {
		for _, c := range b {
			head = head<<8 | uint64(c)
		}
	}
	h := (head ^ tail<<1 ^ uint64(len(b))) * 0x9E3779B97F4A7C15
	return h >> 32
}

func (s *scan) texts() []string {
	s.lit(`[`)
	var list [8]string
	out := list[:0]
	for !s.bad && s.peek() != ']' {
		if len(out) > 0 {
			s.lit(`,`)
		}
		out = append(out, s.text())
	}
	s.lit(`]`)
	return append([]string(nil), out...)
}

// integer reads a canonical integer of up to fifteen digits.
func (s *scan) integer() int64 {
	sign := int64(1)
	if s.peek() == '-' {
		sign = -1
		s.i++
	}
	from, n := s.i, int64(0)
	for ; s.i < len(s.b) && s.b[s.i]-'0' <= 9; s.i++ {
		n = n*10 + int64(s.b[s.i]-'0')
		if s.i-from > 15 {
			s.bad = true
			return 0
		}
	}
	digits := s.i - from
	switch s.peek() {
	case '.', 'e', 'E':
		s.bad = true
	}
	if digits == 0 || (s.b[from] == '0' && (digits > 1 || sign < 0)) {
		s.bad = true
	}
	return sign * n
}

// time reads 2006-01-02T15:04:05.000000Z, without the quotes.
func (s *scan) time() time.Time {
	if s.i+len(timeLayout) > len(s.b) {
		s.bad = true
		return time.Time{}
	}
	b := s.b[s.i : s.i+len(timeLayout)]
	s.i += len(timeLayout)
	year, month, date := s.digits(b[0:4]), s.digits(b[5:7]), s.digits(b[8:10])
	hour, minute, second := s.digits(b[11:13]), s.digits(b[14:16]), s.digits(b[17:19])
	micro := s.digits(b[20:26])
	if b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[19] != '.' || b[26] != 'Z' ||
		month < 1 || month > 12 || date < 1 || date > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		s.bad = true
	}
	return time.Date(year, time.Month(month), date, hour, minute, second, micro*1000, time.UTC)
}

func (s *scan) digits(b []byte) int {
	n, ok := digits(b)
	s.bad = s.bad || !ok
	return n
}

func (s *scan) marking() tlp.Marking {
	end := bytes.IndexByte(s.b[min(s.i, len(s.b)):], '"')
	if end < 0 {
		s.bad = true
		return tlp.Red
	}
	for m := tlp.Red; m <= tlp.Clear; m++ {
		if string(s.b[s.i:s.i+end]) == m.String() {
			s.i += end + 1
			return m
		}
	}
	s.bad = true
	return tlp.Red
}

func (s *scan) realm() Realm {
	inside, _ := s.raw()
	switch string(inside) {
	case string(Real):
		return Real
	case string(Exercise):
		return Exercise
	}
	s.bad = true
	return ""
}

func (s *scan) salt(salt *[16]byte) {
	if s.i+hex.EncodedLen(len(salt)) > len(s.b) {
		s.bad = true
		return
	}
	written := s.b[s.i : s.i+hex.EncodedLen(len(salt))]
	for _, c := range written {
		s.bad = s.bad || 'A' <= c && c <= 'F'
	}
	_, err := hex.Decode(salt[:], written)
	s.bad = s.bad || err != nil
	s.i += len(written)
}

// skip passes over one value and returns its bytes, unchecked but for their
// extent: who takes them decodes them.
func (s *scan) skip() []byte {
	from, depth := s.i, 0
	for s.i < len(s.b) && !s.bad {
		switch s.b[s.i] {
		case '"':
			s.raw()
			if depth == 0 {
				return s.b[from:s.i]
			}
			continue
		case '{', '[':
			if depth++; depth > maxDepth {
				s.bad = true
			}
		case '}', ']':
			if depth == 0 {
				return s.b[from:s.i]
			}
			if depth--; depth == 0 {
				s.i++
				return s.b[from:s.i]
			}
		case ',':
			if depth == 0 {
				return s.b[from:s.i]
			}
		}
		s.i++
	}
	s.bad = true
	return nil
}
