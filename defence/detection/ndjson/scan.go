package ndjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"

	"tallinn/defence/event"
)

// maxDepth bounds how deep a record may nest.
const maxDepth = 64

// object reads rec, one JSON object and nothing after it.
func (r *Reader) object(rec []byte, e *event.Event) bool {
	if rec[0] != '{' {
		return false
	}
	r.depth, r.marks = 0, 0
	end, ok := r.members(rec, 1, e, r.root)
	return ok && end == len(rec)
}

// members reads the members of the object called in up to and with its
// closing brace. What stood after a name last time is tried first: comparing
// it takes less than looking for its end and what it is called.
func (r *Reader) members(b []byte, i int, e *event.Event, in *name) (int, bool) {
	if r.depth++; r.depth > maxDepth {
		return i, false
	}
	i = blanks(b, i)
	if i < len(b) && b[i] == '}' {
		r.depth--
		return i + 1, true
	}
	guess := &in.first
	for i < len(b) && b[i] == '"' {
		key, ok := *guess, true
		if key != nil && len(b)-i >= len(key.quoted) && string(b[i:i+len(key.quoted)]) == key.quoted {
			i += len(key.quoted)
		} else if key, i, ok = r.key(b, i, in); !ok {
			return i, false
		} else {
			*guess = key
		}
		guess = &key.next
		if i, ok = r.value(b, blanks(b, i), e, key); !ok {
			return i, false
		}
		if i = blanks(b, i); i >= len(b) {
			return i, false
		}
		if b[i] == '}' {
			r.depth--
			return i + 1, true
		}
		if b[i] != ',' {
			return i, false
		}
		i = blanks(b, i+1)
	}
	return i, false
}

// key reads a member's name and the colon behind it.
func (r *Reader) key(b []byte, i int, in *name) (*name, int, bool) {
	text, end, ok := r.text(b, i+1)
	if !ok {
		return nil, end, false
	}
	colon := blanks(b, end)
	if colon >= len(b) || b[colon] != ':' {
		return nil, colon, false
	}
	key := r.find(in, text)
	if key == nil {
		key = r.learn(in, text, b[i:colon+1])
	}
	return key, colon + 1, true
}

// value reads one value of the name key.
func (r *Reader) value(b []byte, i int, e *event.Event, key *name) (int, bool) {
	if i >= len(b) {
		return i, false
	}
	switch b[i] {
	case '"':
		s, next, ok := r.text(b, i+1)
		if ok {
			r.marks |= key.mark
			e.Add(key.field, s, event.Text)
		}
		return next, ok
	case '{':
		return r.members(b, i+1, e, key)
	case '[':
		return r.items(b, i+1, e, key)
	}
	return r.word(b, i, key, e)
}

// items reads the items of an array: each is a value of the same name.
func (r *Reader) items(b []byte, i int, e *event.Event, key *name) (int, bool) {
	if r.depth++; r.depth > maxDepth {
		return i, false
	}
	i = blanks(b, i)
	if i < len(b) && b[i] == ']' {
		r.depth--
		return i + 1, true
	}
	for {
		var ok bool
		if i, ok = r.value(b, i, e, key); !ok {
			return i, false
		}
		i = blanks(b, i)
		if i >= len(b) {
			return i, false
		}
		if b[i] == ']' {
			r.depth--
			return i + 1, true
		}
		if b[i] != ',' {
			return i, false
		}
		i = blanks(b, i+1)
	}
}

func blanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// word reads a number, true, false or null.
func (r *Reader) word(b []byte, i int, key *name, e *event.Event) (int, bool) {
	start := i
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	s := event.View(b[start:i])
	switch {
	case isNumber(s):
		e.Add(key.field, s, event.Number)
	case s == "null":
		e.Add(key.field, "", event.Null)
		return i, true
	case s == "true" || s == "false":
		e.Add(key.field, s, event.Bool)
	default:
		return i, false
	}
	r.marks |= key.mark
	return i, true
}

// isNumber checks the form a number must have in JSON.
func isNumber(s string) bool {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	from := i
	i = digits(s, i)
	if i == from || s[from] == '0' && i > from+1 {
		return false
	}
	if i < len(s) && s[i] == '.' {
		from = i + 1
		if i = digits(s, from); i == from {
			return false
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from = i
		if i = digits(s, from); i == from {
			return false
		}
	}
	return i == len(s)
}

func digits(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

// text reads a string whose opening quote stands before i, and returns where
// it goes on behind the closing one. It looks for quote and backslash in one
// go, eight bytes at a time: most names and values are short.
func (r *Reader) text(b []byte, i int) (s string, next int, ok bool) {
	start := i
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		if m := special(x); m != 0 {
			i += bits.TrailingZeros64(m) >> 3
			if b[i] == '"' {
				return event.View(b[start:i]), i + 1, true
			}
			return r.escaped(b, start, i)
		}
		i += 8
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' {
		i++
	}
	if i >= len(b) {
		return "", len(b), false
	}
	if b[i] == '"' {
		return event.View(b[start:i]), i + 1, true
	}
	return r.escaped(b, start, i)
}

// escaped reads into the arena a string that begins at start and has its
// first backslash at i.
func (r *Reader) escaped(b []byte, start, i int) (s string, next int, ok bool) {
	dst := r.arena.Reserve(len(b) - start + 8) // an escape never lengthens
	n := copy(dst, b[start:i])
	for {
		if b[i] == '"' {
			return r.arena.Keep(n), i + 1, true
		}
		if i+1 >= len(b) {
			return "", i, false
		}
		if c := escapes[b[i+1]]; c != 0 {
			dst[n] = c
			i, n = i+2, n+1
		} else {
			out, rest, ok := unicodeEscape(dst[:n], b[i+2:])
			if !ok || b[i+1] != 'u' {
				return "", i, false
			}
			n, i = len(out), len(b)-len(rest)
		}
		for i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:])
			binary.LittleEndian.PutUint64(dst[n:], x)
			m := special(x)
			k := bits.TrailingZeros64(m) >> 3 // 8 when there is none
			i, n = i+k, n+k
			if m != 0 {
				break
			}
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' {
			dst[n] = b[i]
			i, n = i+1, n+1
		}
		if i >= len(b) {
			return "", i, false
		}
	}
}

// special marks the quotes and backslashes among eight bytes by their high
// bits. The lowest mark is right; one above it may be too much.
func special(x uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, back := x^('"'*ones), x^('\\'*ones)
	return ((quote-ones)&^quote | (back-ones)&^back) & high
}

// escapes holds what a backslash and one more character stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unicodeEscape appends the letter of an escape whose \u stands before src.
func unicodeEscape(dst, src []byte) ([]byte, []byte, bool) {
	u, ok := hex4(src)
	if !ok {
		return dst, src, false
	}
	src = src[4:]
	if utf16.IsSurrogate(u) && len(src) >= 6 && src[0] == '\\' && src[1] == 'u' {
		if low, ok := hex4(src[2:]); ok {
			if pair := utf16.DecodeRune(u, low); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), src[6:], true
			}
		}
	}
	return utf8.AppendRune(dst, u), src, true
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var u rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			u = u<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			u = u<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			u = u<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return u, true
}
