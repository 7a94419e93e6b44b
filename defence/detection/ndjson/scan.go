package ndjson

import (
	"bytes"
	"encoding/binary"
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
	r.path, r.depth = r.path[:0], 0
	end, ok := r.members(rec, 1, e)
	return ok && end == len(rec)
}

// members reads the members of an object up to and with its closing brace.
func (r *Reader) members(b []byte, i int, e *event.Event) (int, bool) {
	if r.depth++; r.depth > maxDepth {
		return i, false
	}
	defer func() { r.depth-- }()
	i = blanks(b, i)
	if i < len(b) && b[i] == '}' {
		return i + 1, true
	}
	base := len(r.path)
	for i < len(b) && b[i] == '"' {
		key, next, ok := r.text(b, i+1)
		if !ok {
			return i, false
		}
		i = blanks(b, next)
		if i >= len(b) || b[i] != ':' {
			return i, false
		}
		i = blanks(b, i+1)
		r.path = append(r.path, key...)
		if i, ok = r.value(b, i, e, key, base == 0); !ok {
			return i, false
		}
		r.path = r.path[:base]
		i = blanks(b, i)
		if i >= len(b) {
			return i, false
		}
		if b[i] == '}' {
			return i + 1, true
		}
		if b[i] != ',' {
			return i, false
		}
		i = blanks(b, i+1)
	}
	return i, false
}

// value reads one value; r.path is its name. At the top a plain key is the
// name itself and needs no look-up.
func (r *Reader) value(b []byte, i int, e *event.Event, key string, top bool) (int, bool) {
	if i >= len(b) {
		return i, false
	}
	switch b[i] {
	case '{':
		r.path = append(r.path, '.')
		return r.members(b, i+1, e)
	case '[':
		return r.items(b, i+1, e, key, top)
	}
	name := key
	if !top || bytes.IndexByte(r.path, '.') >= 0 {
		name = r.name(r.path)
	}
	if b[i] == '"' {
		s, next, ok := r.text(b, i+1)
		if ok {
			e.Add(name, s, event.Text)
		}
		return next, ok
	}
	return word(b, i, name, e)
}

// items reads the items of an array: each is a value of the same name.
func (r *Reader) items(b []byte, i int, e *event.Event, key string, top bool) (int, bool) {
	if r.depth++; r.depth > maxDepth {
		return i, false
	}
	defer func() { r.depth-- }()
	i = blanks(b, i)
	if i < len(b) && b[i] == ']' {
		return i + 1, true
	}
	base := len(r.path)
	for {
		var ok bool
		if i, ok = r.value(b, i, e, key, top); !ok {
			return i, false
		}
		r.path = r.path[:base]
		i = blanks(b, i)
		if i >= len(b) {
			return i, false
		}
		if b[i] == ']' {
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
func word(b []byte, i int, name string, e *event.Event) (int, bool) {
	start := i
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	s := event.View(b[start:i])
	switch {
	case s == "null":
		e.Add(name, "", event.Null)
	case s == "true" || s == "false":
		e.Add(name, s, event.Bool)
	case isNumber(s):
		e.Add(name, s, event.Number)
	default:
		return i, false
	}
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
// it goes on behind the closing one.
func (r *Reader) text(b []byte, i int) (string, int, bool) {
	n := bytes.IndexByte(b[i:], '"')
	if n < 0 {
		return "", len(b), false
	}
	if bytes.IndexByte(b[i:i+n], '\\') < 0 {
		return event.View(b[i : i+n]), i + n + 1, true
	}
	return r.escaped(b, i)
}

// escaped reads a string with escapes into the arena, eight bytes at a time
// where none of them is special.
func (r *Reader) escaped(b []byte, i int) (string, int, bool) {
	dst := r.arena.Reserve(len(b) - i + 8)
	n := 0
	for {
		for i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:])
			if special(x) {
				break
			}
			binary.LittleEndian.PutUint64(dst[n:], x)
			i, n = i+8, n+8
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' {
			dst[n] = b[i]
			i, n = i+1, n+1
		}
		if i >= len(b) {
			return "", i, false
		}
		if b[i] == '"' {
			return r.arena.Keep(n), i + 1, true
		}
		out, rest, ok := unescape(dst[:n], b[i+1:])
		if !ok {
			return "", i, false
		}
		n, i = len(out), len(b)-len(rest)
	}
}

// special reports whether one of eight bytes is a quote or a backslash. It
// may say so when there is none, never the other way round.
func special(x uint64) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, back := x^('"'*ones), x^('\\'*ones)
	return ((quote-ones)&^quote|(back-ones)&^back)&high != 0
}

// unescape appends what an escape stands for; src begins behind its backslash.
func unescape(dst, src []byte) ([]byte, []byte, bool) {
	if len(src) == 0 {
		return dst, src, false
	}
	c, rest := src[0], src[1:]
	switch c {
	case '"', '\\', '/':
		return append(dst, c), rest, true
	case 'b':
		return append(dst, '\b'), rest, true
	case 'f':
		return append(dst, '\f'), rest, true
	case 'n':
		return append(dst, '\n'), rest, true
	case 'r':
		return append(dst, '\r'), rest, true
	case 't':
		return append(dst, '\t'), rest, true
	case 'u':
		return unicodeEscape(dst, rest)
	}
	return dst, src, false
}

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
