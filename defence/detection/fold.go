package detection

import (
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// appendFold appends s with its letters folded by Unicode simple case
// folding, so that two texts that differ in case only become the same bytes.
// Bytes that are no UTF-8 stay as they are.
func appendFold(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			if x := load8(s, i); x&0x8080808080808080 == 0 {
				dst = binary.LittleEndian.AppendUint64(dst, lower8(x))
				i += 8
				continue
			}
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, foldRune(r))
		}
		i += size
	}
	return dst
}

// foldASCII folds s into dst, which is as long, and reports whether s was all
// ASCII; else dst holds nothing of use.
func foldASCII(dst []byte, s string) bool {
	dst = dst[:len(s)]
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := load8(s, i)
		if x&0x8080808080808080 != 0 {
			return false
		}
		binary.LittleEndian.PutUint64(dst[i:], lower8(x))
	}
	for ; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return false
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst[i] = c
	}
	return true
}

// isASCII reports whether s has no byte above 0x7f.
func isASCII(s string) bool {
	for ; len(s) >= 16; s = s[16:] {
		if (load8(s, 0)|load8(s, 8))&0x8080808080808080 != 0 {
			return false
		}
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lower8 lowers the ASCII capitals among eight bytes.
func lower8(x uint64) uint64 {
	const ones = 0x0101010101010101
	low := x & (0x7f * ones)
	fromA := low + (0x80-'A')*ones   // high bit: at least A
	pastZ := low + (0x80-'Z'-1)*ones // high bit: above Z
	return x | (fromA&^pastZ&^x&(0x80*ones))>>2
}

func load8(s string, i int) uint64 {
	b := s[i : i+8] // one check of the bounds, and one load
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// foldRune returns the one member of r's case orbit that stands for all:
// the smallest, or its lower case when that is an ASCII capital.
func foldRune(r rune) rune {
	if uint32(r) < uint32(len(folds)) {
		return folds[r]
	}
	return foldSlow(r)
}

// folds holds the answers for the letters that logs are mostly written in:
// Latin, Greek, Cyrillic.
var folds = func() (t [0x530]rune) {
	for r := range t {
		t[r] = foldSlow(rune(r))
	}
	return t
}()

func foldSlow(r rune) rune {
	least := r
	for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
		least = min(least, x)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

func fold(s string) string { return string(appendFold(nil, s)) }
