package detection

import (
	"slices"
	"strings"
)

// An index finds in one pass over a text all needles that it holds (search.go).
//
// A needle that may stand anywhere is found by its grams of four bytes: a
// bitmap that fits the first cache says whether to look closer. When every
// needle is longer than a gram, only each stride-th position of the text is
// looked at, and of each needle as many neighbouring grams are known, the
// rarest ones. Needles at an end or as the whole are found by a hash of up to
// eight bytes there. Unlike an automaton of all texts this takes a few bytes
// a needle, and an ordinary text passes without a single hit.
type index struct {
	grams   [5]gramTable // by length, 1 to 4
	short   bool         // some grams are shorter than 4
	stride  int          // of grams[4]
	least   int          // how long the shortest needle is
	number  int32        // tells it from other indexes of the engine
	sieve   *index       // finds something in each packed text that holds a needle; or nil
	prefix  endTable
	suffix  endTable
	exact   endTable
	entries []entry
}

// An entry is a needle in its index. delta is where its gram stands in it.
type entry struct {
	text  string
	atom  int32
	delta int32
	sure  bool
}

// A gramTable maps grams to runs of entries. What says whether a gram can be
// in it at all is one of three, by how many it holds: a byte needs less work
// than a bit, but more of the cache.
type gramTable struct {
	few   *[1 << 13]uint8  // a byte a hash of 13 bits
	small *[1 << 10]uint64 // a bit a hash of 16 bits
	large *[1 << 14]uint64 // a bit a hash of 20 bits
	slots []slot           // open addressing; len is a power of two
	empty bool
}

// Up to how many grams the first two are thin enough to be of use.
const (
	fewGrams  = 300
	someGrams = 2000
)

// maybe reports whether g can be in t.
func (t *gramTable) maybe(g uint64) bool {
	h := uint32(g * mix >> 44) // the shorter hashes are the upper bits of the longest
	switch {
	case t.few != nil:
		return t.few[h>>7] != 0
	case t.small != nil:
		return t.small[h>>10]>>(h>>4&63)&1 != 0
	}
	return t.large[h>>6]>>(h&63)&1 != 0
}

// add makes t say so of g.
func (t *gramTable) add(g uint64) {
	h := uint32(g * mix >> 44)
	switch {
	case t.few != nil:
		t.few[h>>7] = 1
	case t.small != nil:
		t.small[h>>10] |= 1 << (h >> 4 & 63)
	default:
		t.large[h>>6] |= 1 << (h & 63)
	}
}

type slot struct {
	key         uint64
	from, until int32 // in entries; until 0: free
}

// An endTable maps the bytes at an end of the text to runs of entries.
type endTable struct {
	lengths []int // of the keys, 1 to 8, each once
	slots   []slot
}

const mix = 0x9e3779b97f4a7c15

// gramAt is the gram of n bytes at s[i:], with the case bit of every byte
// set: a letter's two cases give one gram. (So do '[' and '{' and a few more
// pairs: that costs a closer look, no more.)
func gramAt(s string, i, n int) uint64 {
	switch n {
	case 1:
		return uint64(s[i] | 0x20)
	case 2:
		return (uint64(s[i]) | uint64(s[i+1])<<8) | 0x2020
	case 3:
		return (uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16) | 0x202020
	}
	return gram4(s, i)
}

func gram4(s string, i int) uint64 {
	b := s[i : i+4] // one check of the bounds, and one load
	return uint64(uint32(b[0])|uint32(b[1])<<8|uint32(b[2])<<16|uint32(b[3])<<24) | 0x20202020
}

// edges packs the first eight bytes of s and the last eight, lowered; of a
// shorter text the one is filled up above, the other below.
func edges(s string) (head, tail uint64) {
	n := len(s)
	if n >= 8 {
		return lower8(load8(s, 0)), lower8(load8(s, n-8))
	}
	for i := range n {
		head |= uint64(s[i]) << (8 * i)
	}
	head = lower8(head)
	return head, head << (8 * (8 - n))
}

// headKey and tailKey are keys for the n bytes (1 to 8) at an end of a text.
func headKey(head uint64, n int) uint64 { return head<<(64-8*n)*mix ^ uint64(n) }
func tailKey(tail uint64, n int) uint64 { return tail>>(64-8*n)*mix ^ uint64(n) }

// A builder gathers needles before they are laid out.
type indexBuilder struct {
	grams                 [5]map[uint64][]entry
	prefix, suffix, exact map[uint64][]entry
	lengths               [3]map[int]bool
	seen                  []uint16 // how many needles hold a gram of four, by counter
	costs                 []int    // scratch
	stride                int
	all                   []pending
}

// maxStride bounds how many grams a needle puts in the table.
const maxStride = 8

type pending struct {
	n    needle
	atom int32
}

func (b *indexBuilder) add(n needle, atom int32) { b.all = append(b.all, pending{n, atom}) }

func (b *indexBuilder) build() *index {
	b.seen = make([]uint16, 1<<16)
	b.stride = maxStride
	for _, p := range b.all {
		if p.n.form == contains {
			if n := len(p.n.text); n >= 4 {
				b.stride = min(b.stride, n-3)
			}
			for i := 0; i+4 <= len(p.n.text); i++ {
				if k := counter(p.n.text, i); b.seen[k] < 1<<15 {
					b.seen[k]++
				}
			}
		}
	}
	for i := range b.grams {
		b.grams[i] = make(map[uint64][]entry)
	}
	b.prefix, b.suffix, b.exact = map[uint64][]entry{}, map[uint64][]entry{}, map[uint64][]entry{}
	for i := range b.lengths {
		b.lengths[i] = make(map[int]bool)
	}
	for _, p := range b.all {
		b.place(p)
	}
	x := &index{stride: b.stride, least: 1 << 30}
	for _, p := range b.all {
		x.least = min(x.least, len(p.n.text))
	}
	for n := 1; n <= 4; n++ {
		x.grams[n] = x.gramTable(b.grams[n])
		x.short = x.short || n < 4 && !x.grams[n].empty
	}
	x.prefix = x.endTable(b.prefix, b.lengths[0])
	x.suffix = x.endTable(b.suffix, b.lengths[1])
	x.exact = x.endTable(b.exact, b.lengths[2])
	x.entries = slices.Clip(x.entries)
	return x
}

func (b *indexBuilder) place(p pending) {
	t := p.n.text
	e := entry{text: t, atom: p.atom, sure: p.n.sure}
	k := min(len(t), 8)
	head, tail := edges(t)
	switch p.n.form {
	case prefix:
		key := headKey(head, k)
		b.prefix[key] = append(b.prefix[key], e)
		b.lengths[0][k] = true
	case suffix:
		key := tailKey(tail, k)
		b.suffix[key] = append(b.suffix[key], e)
		b.lengths[1][k] = true
	case exact:
		key := exactKey(head, tail, len(t))
		b.exact[key] = append(b.exact[key], e)
	default:
		n, stride := min(len(t), 4), 1
		if n == 4 {
			stride = b.stride
		}
		at := b.rarest(t, n, stride)
		for i := at; i < at+stride; i++ {
			e.delta = int32(i)
			g := gramAt(t, i, n)
			b.grams[n][g] = append(b.grams[n][g], e)
		}
	}
}

// A sieve is an index over a piece of each needle, to look through a text as it
// stands in its log before it is written out (package event, packed.go): the
// pieces have only letters that stand there as themselves. It is nil if a
// needle has no piece of use, which is one of at least four bytes, or there
// are too many needles for most texts to fall through.
func (b *indexBuilder) sieve(piece func(needle) needle) *index {
	if len(b.all) > maxSieve {
		return nil
	}
	var pieces indexBuilder
	for _, p := range b.all {
		n := piece(p.n)
		if n.form == none {
			continue
		}
		if len(n.text) < 4 {
			return nil
		}
		pieces.add(n, p.atom)
	}
	return pieces.build()
}

// pieceOfRecord is a piece of n to be looked for in a whole record.
func pieceOfRecord(n needle) needle {
	best := ""
	for _, piece := range strings.FieldsFunc(n.text, writtenOtherwise) {
		if len(piece) > len(best) {
			best = piece
		}
	}
	return needle{text: best, form: contains}
}

// pieceOfText is a piece of n to be looked for in one packed text. That has
// something which is written otherwise, so a needle that has nothing such is
// not the whole of it; and an end of the text may well be an end of the piece.
func pieceOfText(n needle) needle {
	until := strings.IndexFunc(n.text, writtenOtherwise)
	from := strings.LastIndexFunc(n.text, writtenOtherwise) + 1
	switch {
	case n.form == exact && until < 0:
		return needle{form: none}
	case n.form == prefix && until < 0, n.form == suffix && until < 0:
		return needle{text: n.text, form: n.form}
	case n.form == prefix && until >= 8:
		return needle{text: n.text[:until], form: prefix}
	case n.form == suffix && len(n.text)-from >= 8:
		return needle{text: n.text[from:], form: suffix}
	}
	return pieceOfRecord(n)
}

const maxSieve = 200

// writtenOtherwise reports whether a log may write r in another form though
// it is ASCII and the form does not show its code.
func writtenOtherwise(r rune) bool {
	return r < ' ' || r == '"' || r == '\\' || r == '/' || r >= 0x7f
}

// exactKey hashes a whole text by its length and both ends.
func exactKey(head, tail uint64, n int) uint64 {
	return (head*mix^tail)*mix ^ uint64(n)
}

// rarest returns where in t the stride neighbouring grams begin that the
// fewest needles hold and that look least like ordinary words.
func (b *indexBuilder) rarest(t string, n, stride int) int {
	costs := b.costs[:0]
	for i := 0; i+n <= len(t); i++ {
		cost := 16 * usual(t[i:i+n])
		if n == 4 {
			cost += 4 * int(b.seen[counter(t, i)])
		}
		costs = append(costs, cost)
	}
	b.costs = costs
	at, least, sum := 0, 1<<30, 0
	for i, c := range costs {
		sum += c
		if i >= stride {
			sum -= costs[i-stride]
		}
		if from := i - stride + 1; from >= 0 && sum < least {
			at, least = from, sum
		}
	}
	return at
}

// counter is where the gram at t[i:] is counted. Two grams may share a place:
// that costs a little speed in the search, never a match.
func counter(t string, i int) uint16 { return uint16(gram4(t, i) * mix >> 48) }

// usual guesses how frequent a gram is in logs from its characters.
func usual(gram string) int {
	cost := 0
	for i := range len(gram) {
		cost += int(usualness[gram[i]])
	}
	return cost
}

// usualness is how frequent each character is in logs, roughly.
var usualness = func() (t [256]uint8) {
	for c := range t {
		t[c] = 1
		switch {
		case strings.IndexByte(` \.estionr`, byte(c)) >= 0:
			t[c] = 3
		case c >= 'a' && c <= 'z' || c == '0' || c == '-':
			t[c] = 2
		}
	}
	return t
}()

func (x *index) gramTable(m map[uint64][]entry) gramTable {
	if len(m) == 0 {
		return gramTable{empty: true}
	}
	t := gramTable{slots: x.slots(m)}
	switch {
	case len(m) < fewGrams:
		t.few = new([1 << 13]uint8)
	case len(m) < someGrams:
		t.small = new([1 << 10]uint64)
	default:
		t.large = new([1 << 14]uint64)
	}
	for g := range m {
		t.add(g)
	}
	return t
}

func (x *index) endTable(m map[uint64][]entry, lengths map[int]bool) endTable {
	if len(m) == 0 {
		return endTable{}
	}
	t := endTable{slots: x.slots(m)}
	for n := range lengths {
		t.lengths = append(t.lengths, n)
	}
	slices.Sort(t.lengths)
	return t
}

// slots lays the runs of m out in entries and hashes to them.
func (x *index) slots(m map[uint64][]entry) []slot {
	size := 4
	for size < 2*len(m) {
		size *= 2
	}
	keys := make([]uint64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys) // the layout is the same each time
	slots := make([]slot, size)
	for _, k := range keys {
		from := int32(len(x.entries))
		x.entries = append(x.entries, m[k]...)
		i := k * mix >> 20 & uint64(size-1)
		for slots[i].until != 0 {
			i = (i + 1) & uint64(size-1)
		}
		slots[i] = slot{k, from, int32(len(x.entries))}
	}
	return slots
}
