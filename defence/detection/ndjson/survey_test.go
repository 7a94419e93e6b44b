package ndjson

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A bit is set exactly where a quote or a backslash stands, in texts of every
// length, however the bits are found; and one byte above ASCII is seen wherever
// it stands.
func TestSurvey(t *testing.T) {
	some := rapid.OneOf(rapid.SampledFrom([]byte("\"\\\"\\#![]\xa2\xdc\x00\x7f\x80a")), rapid.Byte())
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(some, 0, 300).Draw(t, "text")
		if rapid.Bool().Draw(t, "ascii") {
			for i := range text {
				text[i] &= 0x7f
			}
		}
		bits, ascii := survey([]uint64{1, 2, 3}[:2], text)
		if want := !bytes.ContainsFunc(text, func(r rune) bool { return r > 0x7f }); ascii != want {
			t.Fatalf("%q: ASCII: %v", text, ascii)
		}
		for i := range 64 * len(bits) {
			want := i < len(text) && (text[i] == '"' || text[i] == '\\')
			if got := bits[i>>6]>>(i&63)&1 != 0; got != want {
				t.Fatalf("%q: at %d: %v", text, i, got)
			}
		}
		whole := text[:len(text)/64*64]
		fast, plain := make([]uint64, len(whole)/64), make([]uint64, len(whole)/64)
		if a, b := flag(fast, whole), flagPlain(plain, whole); (a == 0) != (b == 0) || !slices.Equal(fast, plain) {
			t.Fatalf("%q: %x and %x", whole, fast, plain)
		}
	})
}
