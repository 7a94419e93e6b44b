package ndjson

import "encoding/binary"

const (
	ones = 0x0101010101010101
	high = 0x8080808080808080
)

// survey finds every quote and backslash of text in one go, whatever they mean,
// and whether there is nothing but ASCII. It returns a bit for each byte, in the
// memory of bits. Texts and their escapes are then stepped through by these
// bits, and most of a record is not looked at again.
func survey(bits []uint64, text []byte) (_ []uint64, ascii bool) {
	words := (len(text) + 63) / 64
	if cap(bits) < words {
		bits = make([]uint64, words, 2*words)
	}
	bits = bits[:words]
	whole := len(text) / 64
	other := flag(bits[:whole], text)
	if whole < words {
		var rest [64]byte
		copy(rest[:], text[64*whole:])
		other |= flag(bits[whole:], rest[:])
	}
	return bits, other == 0
}

// flagPlain sets the bits for 64 bytes of text each. What it returns is 0 if all
// of them are ASCII. Where there is a faster way to say the same, flag is that.
func flagPlain(bits []uint64, text []byte) (other uint64) {
	for i := range bits {
		t := text[64*i:][:64]
		var set uint64
		for k := 0; k < 64; k += 8 {
			x := binary.LittleEndian.Uint64(t[k:][:8])
			other |= x
			set |= specials(x) << k
		}
		bits[i] = set
	}
	return other & high
}

// specials says by the lowest eight bits which of eight bytes are a quote or a
// backslash.
func specials(x uint64) uint64 {
	const low = ^uint64(high)
	quote, back := x^('"'*ones), x^('\\'*ones)
	quote = (quote&low + low) | quote // the high bit: there is another byte
	back = (back&low + low) | back
	return ^(quote & back) & high * 0x0002040810204081 >> 56
}
