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

// object reads the JSON object that stands next in the line: those of an array
// may stand on one, and a comma behind it must be followed by another.
func (r *Reader) object(e *event.Event) (object []byte, ok bool) {
	b, at := r.text, r.at
	if b[at] != '{' {
		return nil, false
	}
	r.depth, r.marks, r.odd = 0, 0, false
	end, ok := r.members(b, at+1, e, r.root)
	if !ok {
		return nil, false
	}
	r.at = end
	if end < len(b) {
		next := blanks(b, end)
		if next == len(b) || b[next] != ',' {
			return nil, false
		}
		if r.at = blanks(b, next+1); r.at == len(b) {
			return nil, false
		}
	}
	return b[at:end], true
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
	text, end, escaped, ok := r.literal(b, i+1)
	if !ok {
		return nil, end, false
	}
	if escaped {
		text = r.unpack(text)
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
		s, next, escaped, ok := r.literal(b, i+1)
		if !ok {
			return next, false
		}
		r.marks |= key.mark
		switch {
		case !escaped:
			e.AddNumbered(key.field, s, event.Text, key.num)
		case r.packed:
			e.AddPacked(key.field, s, key.num)
		default:
			e.AddNumbered(key.field, r.unpack(s), event.Text, key.num)
		}
		return next, true
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
		e.AddNumbered(key.field, s, event.Number, key.num)
	case s == "null":
		e.AddNumbered(key.field, "", event.Null, key.num)
		return i, true
	case s == "true" || s == "false":
		e.AddNumbered(key.field, s, event.Bool, key.num)
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

// literal finds the end of a string whose opening quote stands before i: s is
// what stands between the quotes, next where it goes on behind the closing one.
// Escapes are checked, and left as they are.
func (r *Reader) literal(b []byte, i int) (s string, next int, escaped, ok bool) {
	start := i
	for w := i >> 6; w < len(r.bits); {
		m := r.bits[w] & (^uint64(0) << (i & 63))
		for m == 0 {
			if w++; w == len(r.bits) {
				return "", i, false, false
			}
			m = r.bits[w]
		}
		if i = w<<6 + bits.TrailingZeros64(m); b[i] == '"' {
			return event.View(b[start:i]), i + 1, escaped, true
		}
		escaped = true
		if i, ok = r.escapes(b, i+1); !ok {
			return "", i, false, false
		}
		w = i >> 6
	}
	return "", i, false, false
}

// escapes checks the escape whose backslash stands before i, and those that
// follow it at once, and returns where they end.
func (r *Reader) escapes(b []byte, i int) (int, bool) {
	for ; i < len(b); i++ {
		if escapes[b[i]] == 0 {
			if b[i] != 'u' {
				return i, false
			}
			if _, ok := hex4(b[i+1:]); !ok {
				return i, false
			}
			r.odd = true
			i += 4
		}
		if i++; i >= len(b) || b[i] != '\\' {
			return i, true
		}
	}
	return i, false
}

// unpack writes out text, whose escapes literal has checked, into the arena.
func (r *Reader) unpack(text string) string {
	dst := r.arena.Reserve(len(text) + 8) // an escape never lengthens
	n := 0
	for i := 0; i < len(text); {
		for i+8 <= len(text) {
			x := load(text[i:])
			binary.LittleEndian.PutUint64(dst[n:], x)
			m := special(x)
			k := bits.TrailingZeros64(m) >> 3 // 8 when there is none
			i, n = i+k, n+k
			if m != 0 {
				break
			}
		}
		for i < len(text) && text[i] != '\\' {
			dst[n] = text[i]
			i, n = i+1, n+1
		}
		if i+1 >= len(text) {
			break
		}
		if c := escapes[text[i+1]]; c != 0 {
			dst[n] = c
			i, n = i+2, n+1
			continue
		}
		letter, length := unicodeEscape(text[i+2:])
		n += utf8.EncodeRune(dst[n:n+utf8.UTFMax:n+utf8.UTFMax], letter)
		i += 2 + length
	}
	return r.arena.Keep(n)
}

// special marks the quotes and backslashes among eight bytes by their high
// bits. The lowest mark is right; one above it may be too much.
func special(x uint64) uint64 {
	quote, back := x^('"'*ones), x^('\\'*ones)
	return ((quote-ones)&^quote | (back-ones)&^back) & high
}

// escapes holds what a backslash and one more character stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unicodeEscape reads the letter of an escape whose \u stands before s, and
// how many bytes it takes; a pair of surrogates is one letter.
func unicodeEscape(s string) (letter rune, length int) {
	u, _ := hex4(s)
	if utf16.IsSurrogate(u) && len(s) >= 10 && s[4] == '\\' && s[5] == 'u' {
		if low, ok := hex4(s[6:]); ok {
			if pair := utf16.DecodeRune(u, low); pair != utf8.RuneError {
				return pair, 10
			}
		}
	}
	return u, 4 // half a pair is encoded as U+FFFD
}

func hex4[T string | []byte](b T) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var u rune
	for i := range 4 {
		switch c := b[i]; {
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
