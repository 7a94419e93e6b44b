package detection

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// The search leaves out what is shorter than every needle, and reserves as
// much room for a folded text as the text has: folding must never lengthen.
func TestFoldNeverLengthens(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if s := string(r); len(fold(s)) > len(s) {
			t.Errorf("%U: %d bytes become %d", r, len(s), len(fold(s)))
		}
	}
}

// lower8 must leave alone what is no ASCII capital, whatever stands beside it.
func TestLower8(t *testing.T) {
	for c := range 256 {
		for _, beside := range []byte{0, 'A', 'z', 0x80, 0xff} {
			s := []byte{beside, byte(c), beside, byte(c), beside, beside, byte(c), beside}
			want := strings.Map(asciiLower, latin1(s))
			var got []byte
			for x, i := lower8(load8(string(s), 0)), 0; i < 8; i++ {
				got = append(got, byte(x>>(8*i)))
			}
			if latin1(got) != want {
				t.Fatalf("% x: got % x", s, got)
			}
		}
	}
}

func asciiLower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

func latin1(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.String()
}

// The letters beyond ASCII that are ASCII letters in another case.
func TestFoldToASCII(t *testing.T) {
	for from, to := range map[string]string{"\u212a": "k", "\u017f": "s", "\u212aIWI": "kiwi"} {
		if got := fold(from); got != to {
			t.Errorf("fold(%q) = %q, want %q", from, got, to)
		}
	}
}

// One letter beyond ASCII is found wherever it stands.
func TestIsASCII(t *testing.T) {
	for n := range 70 {
		s := strings.Repeat("a", n)
		if !isASCII(s) {
			t.Errorf("%d letters: not ASCII", n)
		}
		for i := range n {
			if isASCII(s[:i] + "\x80" + s[i+1:]) {
				t.Errorf("%d letters, byte %d is none: ASCII", n, i)
			}
		}
	}
}
