package search

import (
	"slices"
	"strings"
	"sync"

	"tallinn/class"
)

// A Reader says what whoever asks may read.
type Reader func(class.Class) bool

func (may Reader) sees(k key) bool {
	return may(k.class) && (k.and == class.Class{} || may(k.and))
}

// Find returns what q finds of what may lets through: how many there are of
// each kind, and the best n of kind, or of all kinds when kind is empty.
func (x *Index) Find(q Query, may Reader, kind string, n int) Found {
	out := Found{Kinds: map[string]int{}}
	x.mu.RLock()
	defer x.mu.RUnlock()
	w := works.Get().(*work)
	defer works.Put(w)
	w.begin(len(x.parts))
	best := top{n: n}
	for _, b := range x.buckets {
		if b.used == 0 || !may.sees(b.key) {
			continue
		}
		for _, reading := range q.readings {
			w.search(&x.dict, b, reading, func(d *doc, score int) {
				if w.met(d.item) {
					return
				}
				out.Kinds[b.kind]++
				if kind == "" || kind == b.kind {
					best.put(Hit{Item: d.docKey.item, Part: d.part, Kind: b.kind, Score: score, At: d.at})
				}
			})
		}
	}
	out.Hits = best.hits
	return out
}

// How well a word is met, times its weight.
const (
	likePrefix = 2
	likeForm   = 3
	likeWord   = 4
)

// A work is the room that a search works in. It is used again.
type work struct {
	best    []uint16 // by slot: of the present term
	total   []uint32 // by slot: of the terms before
	matched []uint8  // by slot: how many terms
	touched []int32
	all     []int32  // every slot that was touched by any term
	seen    []uint64 // by item: bits
}

var works = sync.Pool{New: func() any { return &work{} }}

func (w *work) begin(items int) {
	w.seen = slices.Grow(w.seen[:0], items/64+1)[:items/64+1]
	clear(w.seen)
}

// met reports whether item was met before, and meets it.
func (w *work) met(item int32) bool {
	bit := uint64(1) << (item % 64)
	was := w.seen[item/64]&bit != 0
	w.seen[item/64] |= bit
	return was
}

func (w *work) room(slots int) {
	if len(w.best) < slots {
		w.best, w.total, w.matched = make([]uint16, slots), make([]uint32, slots), make([]uint8, slots)
	}
	w.all = w.all[:0]
}

// search tells the docs of b in which every term of a reading is met.
func (w *work) search(words *dict, b *bucket, reading []term, tell func(*doc, int)) {
	w.room(len(b.docs))
	for i, t := range reading {
		w.touched = w.touched[:0]
		w.meet(words, b, t)
		some := false
		for _, slot := range w.touched {
			if w.matched[slot] == uint8(i) {
				w.matched[slot]++
				w.total[slot] += uint32(w.best[slot])
				some = true
			}
			w.best[slot] = 0
		}
		if i == 0 {
			w.all = append(w.all, w.touched...)
		}
		if !some {
			break
		}
	}
	for _, slot := range w.all {
		if int(w.matched[slot]) == len(reading) {
			tell(b.docs[slot], int(w.total[slot]))
		}
		w.matched[slot], w.total[slot] = 0, 0
	}
}

// meet notes every doc of b in which t is met, and how well.
func (w *work) meet(words *dict, b *bucket, t term) {
	for _, form := range t.forms {
		at, _ := b.find(form, words)
		for ; at < len(b.sorted); at++ {
			i := b.sorted[at]
			kept := words.words[i]
			if kept == form {
				w.note(b.posts[i], likeWord)
				continue
			}
			if t.whole || !strings.HasPrefix(kept, form) {
				break
			}
			w.note(b.posts[i], likePrefix)
		}
	}
	for _, s := range t.stems {
		for _, i := range words.stems[s] {
			w.note(b.posts[i], likeForm)
		}
	}
}

func (w *work) note(posts []weighed, like uint16) {
	for _, p := range posts {
		slot, score := p.number(), uint16(p.weight())*like
		if w.best[slot] == 0 {
			w.touched = append(w.touched, int32(slot))
		}
		w.best[slot] = max(w.best[slot], score)
	}
}

// A top keeps the best n hits, the best first.
type top struct {
	n    int
	hits []Hit
}

func (t *top) put(h Hit) {
	if len(t.hits) == t.n && (t.n == 0 || !better(h, t.hits[t.n-1])) {
		return
	}
	at, _ := slices.BinarySearchFunc(t.hits, h, func(a, b Hit) int {
		if better(a, b) {
			return -1
		}
		return 1
	})
	if len(t.hits) == t.n {
		t.hits = t.hits[:t.n-1]
	}
	t.hits = slices.Insert(t.hits, at, h)
}

func better(a, b Hit) bool {
	switch {
	case a.Score != b.Score:
		return a.Score > b.Score
	case a.At != b.At:
		return a.At > b.At
	}
	return a.Item < b.Item
}
