package record

import (
	"hash/maphash"
	"slices"
	"sync"

	"tallinn/fact"
	"tallinn/ids"
)

// index knows each stream's version, realm and positions, and which commands
// are remembered. A million facts must fit: it holds no pointer per stream, so
// that the collector has nothing to walk. Names lie in chunks of bytes; a
// stream's positions are a chain of links, newest first.
//
// The committer writes it under both Record.mu and mu. To read it hold either.
type index struct {
	mu       sync.RWMutex
	seed     maphash.Seed
	byName   []uint32 // open addressing: 1 + place in streams, 0 is free
	streams  []stream
	names    [][]byte
	links    []link
	prefixes map[string]int // how many drawn ids there are of each prefix
	commands hashSet        // of remembered command ids
}

type stream struct {
	hash    uint64
	name    nameRef
	version uint32
	last    uint32 // 1 + place of the newest link
	realm   realmCode
	newer   bool // holds a fact of an unknown kind
}

type link struct {
	pos  fact.Pos
	prev uint32 // 1 + place of the link before
}

type nameRef struct {
	chunk  uint32
	offset uint32
	length uint16
}

type realmCode uint8

const (
	noRealm realmCode = iota
	realRealm
	exerciseRealm
)

func codeOf(r fact.Realm) realmCode {
	switch r {
	case fact.Real:
		return realRealm
	case fact.Exercise:
		return exerciseRealm
	}
	return noRealm
}

const nameChunk = 1 << 20

func newIndex() *index {
	return &index{seed: maphash.MakeSeed(), byName: make([]uint32, 1<<10), prefixes: map[string]int{}}
}

func (x *index) hash(name string) uint64 { return maphash.String(x.seed, name) }

// grow makes room for n facts.
func (x *index) grow(n int) {
	x.streams = slices.Grow(x.streams, n)
	x.links = slices.Grow(x.links, n)
	x.rehash(2 * n)
	x.commands.grow(n)
}

// add takes f into the index.
func (x *index) add(f fact.Fact) {
	for _, name := range f.Streams {
		s := x.ensure(name)
		if s.version == 0 {
			s.realm = codeOf(f.Realm)
		}
		s.version++
		s.newer = s.newer || !f.Known()
		x.links = append(x.links, link{f.Pos, s.last})
		s.last = uint32(len(x.links))
	}
	x.commands.add(x.hash(f.Cmd))
}

// find returns the stream called name, or a stream of version 0.
func (x *index) find(name string) stream {
	if i := x.byName[x.slot(x.hash(name), name)]; i != 0 {
		return x.streams[i-1]
	}
	return stream{}
}

// slot is where the stream called name is in byName, or where it would be.
func (x *index) slot(hash uint64, name string) int {
	mask := len(x.byName) - 1
	for at := int(hash) & mask; ; at = (at + 1) & mask {
		i := x.byName[at]
		if i == 0 {
			return at
		}
		if s := &x.streams[i-1]; s.hash == hash && string(x.nameOf(s.name)) == name {
			return at
		}
	}
}

func (x *index) ensure(name string) *stream {
	hash := x.hash(name)
	at := x.slot(hash, name)
	if i := x.byName[at]; i != 0 {
		return &x.streams[i-1]
	}
	x.streams = append(x.streams, stream{hash: hash, name: x.keep(name)})
	x.byName[at] = uint32(len(x.streams))
	if p := ids.Prefix(name); p != "" {
		x.prefixes[p]++
	}
	s := &x.streams[len(x.streams)-1]
	x.rehash(len(x.streams))
	return s
}

// rehash keeps byName large enough for n streams: at most half full.
func (x *index) rehash(n int) {
	size := len(x.byName)
	for size < 2*n {
		size *= 2
	}
	if size == len(x.byName) {
		return
	}
	x.byName = make([]uint32, size)
	for i, s := range x.streams {
		at := int(s.hash) & (size - 1)
		for x.byName[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		x.byName[at] = uint32(i + 1)
	}
}

func (x *index) nameOf(r nameRef) []byte {
	return x.names[r.chunk][r.offset : r.offset+uint32(r.length)]
}

func (x *index) keep(name string) nameRef {
	last := len(x.names) - 1
	if last < 0 || len(x.names[last])+len(name) > cap(x.names[last]) {
		x.names = append(x.names, make([]byte, 0, nameChunk))
		last++
	}
	offset := len(x.names[last])
	x.names[last] = append(x.names[last], name...)
	return nameRef{uint32(last), uint32(offset), uint16(len(name))}
}

// positions returns the history of the stream called name, oldest first.
func (x *index) positions(name string) []fact.Pos {
	s := x.find(name)
	out := make([]fact.Pos, 0, s.version)
	for i := s.last; i != 0; i = x.links[i-1].prev {
		out = append(out, x.links[i-1].pos)
	}
	slices.Reverse(out)
	return out
}

// mayKnow reports whether the command id may be remembered. False is certain.
func (x *index) mayKnow(id string) bool {
	return x.commands.has(x.hash(id))
}

// A hashSet holds 64-bit hashes, in a table at most half full. It may say that
// it has what only shares the hash. Zero stands for a free place, and a hash
// of zero is kept as one.
type hashSet struct {
	table []uint64
	n     int
}

func (h *hashSet) place(hash uint64) int {
	mask := len(h.table) - 1
	at := int(hash) & mask
	for h.table[at] != 0 && h.table[at] != hash {
		at = (at + 1) & mask
	}
	return at
}

func (h *hashSet) has(hash uint64) bool {
	return h.n > 0 && h.table[h.place(max(hash, 1))] != 0
}

func (h *hashSet) add(hash uint64) {
	h.grow(1)
	at := h.place(max(hash, 1))
	if h.table[at] == 0 {
		h.table[at] = max(hash, 1)
		h.n++
	}
}

// grow makes room for n more.
func (h *hashSet) grow(n int) {
	size := max(len(h.table), 1<<10)
	for size < 2*(h.n+n) {
		size *= 2
	}
	if size == len(h.table) {
		return
	}
	old := h.table
	h.table = make([]uint64, size)
	for _, hash := range old {
		if hash != 0 {
			h.table[h.place(hash)] = hash
		}
	}
}
