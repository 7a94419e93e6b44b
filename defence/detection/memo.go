package detection

import "tallinn/defence/event"

// A memo remembers which needles were found in texts seen before. Logs say
// the same again and again (the same program, the same user, the same call
// trace), and what is in a text depends on the text alone. Each text has one
// place, and gives it up to the next text of that place.
type memo struct {
	places [memoPlaces]memory
}

const (
	memoPlaces = 1 << 11
	memoLeast  = 8    // a shorter text is scanned as fast as it is found here
	memoMost   = 2048 // a longer one is seldom the same
)

// A memory is what index x found in a text, packed or not.
type memory struct {
	x      *index
	packed bool
	text   []byte
	found  []*entry
}

// place is where what x finds in the value of f is remembered.
func (m *memo) place(x *index, f *event.Field) *memory {
	return &m.places[(digest(f.Value)^uint64(x.number)*mix)*mix>>53]
}

// is reports whether p remembers what x finds in the value of f.
func (p *memory) is(x *index, f *event.Field) bool {
	return p.x == x && p.packed == f.Packed() && string(p.text) == f.Value
}

// begin makes p remember the value of f, in which nothing was found yet.
func (p *memory) begin(x *index, f *event.Field) {
	p.x, p.packed = x, f.Packed()
	p.text, p.found = append(p.text[:0], f.Value...), p.found[:0]
}

// digest mixes the length of s, which is at least eight, with up to eight of its words.
func digest(s string) uint64 {
	n := len(s)
	h := uint64(n)
	step := max(8, n>>3)
	for i := 0; i+8 <= n; i += step {
		h = (h ^ load8(s, i)) * mix
		h ^= h >> 29
	}
	return (h ^ load8(s, n-8)) * mix
}
