package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"tallinn/class"
)

// A Doc is a part of a thing that is found by its words. The parts of a thing
// are found as one.
type Doc struct {
	Item string // the thing, such as "N-0417"
	Part string // of the thing; empty: what everybody sees of it who sees it
	Kind string // such as "need"; that of all parts
	// Class is what its readers are asked about; And, when it is not zero, is
	// asked about as well: a part may be for fewer than the thing.
	Class, And class.Class
	At         int64 // orders what is equally good, the largest first
	Fields     []Field
	// Tags are words that nobody can type, for Like.
	Tags []string
}

// A Field is words of equal weight, 1 to 255.
type Field struct {
	Weight uint8
	Text   string
}

// Weights of fields.
const (
	Named  = 40 // the id
	Titled = 8
	Told   = 2
)

// A Hit is a thing that was found, by one of its parts.
type Hit struct {
	Item, Part, Kind string
	Score            int
	At               int64
}

// Found is what a search found.
type Found struct {
	Hits  []Hit          // the best first
	Kinds map[string]int // how many things of each kind there are, hits or not
}

// All is how many things were found.
func (f Found) All() (n int) {
	for _, k := range f.Kinds {
		n += k
	}
	return n
}

// An Index finds things. Its methods may be called at the same time. The zero
// Index is empty.
type Index struct {
	mu      sync.RWMutex
	dict    dict
	buckets []*bucket
	byKey   map[key]*bucket
	docs    map[docKey]*doc
	items   map[string]int32 // numbers of things, for counting each once
	free    []int32
	parts   []uint8 // how many docs a thing has, by its number
}

// A key is what a bucket's docs have in common.
type key struct {
	kind       string
	class, and class.Class
}

type docKey struct{ item, part string }

// A doc is a Doc as it is kept.
type doc struct {
	docKey
	item   int32
	bucket *bucket
	slot   int32
	at     int64
	words  []weighed
}

// A weighed is the number of a word or of a doc, with a weight, in four bytes:
// there is one for every word of every doc, twice.
type weighed uint32

// mostNumbers bounds the numbers of a weighed: the words of an index, and its
// docs, of which no bucket then has more. What is more is not found.
const mostNumbers = 1 << 24

func weighs(number uint32, weight uint8) weighed { return weighed(number<<8 | uint32(weight)) }

func (w weighed) number() uint32 { return uint32(w >> 8) }
func (w weighed) weight() uint8  { return uint8(w) }

func compareNumbers(a, b weighed) int { return cmp.Compare(a.number(), b.number()) }

// Put files d, in the place of what had its item and part.
func (x *Index) Put(d Doc) {
	words := weigh(d)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(docKey{d.Item, d.Part})
	if len(x.dict.words)+len(words) > mostNumbers || len(x.docs) >= mostNumbers {
		return
	}
	if x.docs == nil {
		x.docs, x.items, x.byKey = map[docKey]*doc{}, map[string]int32{}, map[key]*bucket{}
	}
	kept := &doc{docKey: docKey{d.Item, d.Part}, item: x.number(d.Item), at: d.At, words: make([]weighed, len(words))}
	for i, w := range words {
		kept.words[i] = weighs(x.dict.put(w.word), w.weight)
	}
	x.docs[kept.docKey] = kept
	x.file(kept, key{d.Kind, d.Class, d.And})
}

// Move files what has been put under other classes, and reports whether it was
// there.
func (x *Index) Move(item, part string, c, and class.Class) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	d := x.docs[docKey{item, part}]
	if d == nil {
		return false
	}
	if to := (key{d.bucket.kind, c, and}); to != d.bucket.key {
		d.bucket.take(d, &x.dict)
		x.file(d, to)
	}
	return true
}

// Drop takes a part of a thing out, with its words.
func (x *Index) Drop(item, part string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(docKey{item, part})
}

func (x *Index) drop(k docKey) {
	d := x.docs[k]
	if d == nil {
		return
	}
	delete(x.docs, k)
	d.bucket.take(d, &x.dict)
	for _, w := range d.words {
		x.dict.take(w.number())
	}
	if x.parts[d.item]--; x.parts[d.item] == 0 {
		delete(x.items, k.item)
		x.free = append(x.free, d.item)
	}
}

func (x *Index) file(d *doc, k key) {
	b := x.byKey[k]
	if b == nil {
		b = &bucket{key: k, posts: map[uint32][]weighed{}}
		x.byKey[k] = b
		x.buckets = append(x.buckets, b)
	}
	b.put(d, &x.dict)
}

func (x *Index) number(item string) int32 {
	n, known := x.items[item]
	switch {
	case known:
	case len(x.free) > 0:
		n, x.free = x.free[len(x.free)-1], x.free[:len(x.free)-1]
	default:
		n = int32(len(x.parts))
		x.parts = append(x.parts, 0)
	}
	x.items[item] = n
	x.parts[n]++
	return n
}

// Len is how many parts of things there are.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.docs)
}

// Has reports whether a part of a thing is there.
func (x *Index) Has(item, part string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.docs[docKey{item, part}] != nil
}

// Holds reports whether any part of any thing has the folded word w, whoever
// may see it: for those who must know that it is gone.
func (x *Index) Holds(w string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, known := x.dict.index[w]
	return known
}

type wordWeight struct {
	word   string
	weight uint8
}

// weigh are the words of d, each once, with the most that it weighs.
func weigh(d Doc) (out []wordWeight) {
	at := map[string]int{}
	for _, f := range d.Fields {
		for _, w := range Words(f.Text) {
			i, known := at[w]
			if !known {
				at[w] = len(out)
				out = append(out, wordWeight{w, f.Weight})
				continue
			}
			out[i].weight = max(out[i].weight, f.Weight)
		}
	}
	for _, t := range d.Tags {
		out = append(out, wordWeight{tag(t), Told})
	}
	return out
}

// tag is a word that cannot be typed.
func tag(t string) string { return "=" + t }

// A dict holds each word once for all buckets, and what its stems are.
type dict struct {
	words []string
	refs  []int32
	index map[string]uint32
	stems map[string][]uint32 // words by stem
	free  []uint32
}

func (d *dict) put(w string) uint32 {
	if d.index == nil {
		d.index, d.stems = map[string]uint32{}, map[string][]uint32{}
	}
	i, known := d.index[w]
	if !known {
		w = strings.Clone(w) // not a part of a longer text, which would then be kept
		if n := len(d.free); n > 0 {
			i, d.free = d.free[n-1], d.free[:n-1]
			d.words[i] = w
		} else {
			i = uint32(len(d.words))
			d.words, d.refs = append(d.words, w), append(d.refs, 0)
		}
		d.index[w] = i
		for _, s := range Stems(w) {
			d.stems[s] = append(d.stems[s], i)
		}
	}
	d.refs[i]++
	return i
}

// take forgets a word that nothing has any more.
func (d *dict) take(i uint32) {
	if d.refs[i]--; d.refs[i] > 0 {
		return
	}
	w := d.words[i]
	delete(d.index, w)
	for _, s := range Stems(w) {
		if left := slices.DeleteFunc(d.stems[s], func(o uint32) bool { return o == i }); len(left) > 0 {
			d.stems[s] = left
		} else {
			delete(d.stems, s)
		}
	}
	d.words[i] = ""
	d.free = append(d.free, i)
}

// A bucket is the docs of one kind and class.
type bucket struct {
	key
	sorted []uint32             // words, by their letters
	posts  map[uint32][]weighed // docs by word, in order of slot
	docs   []*doc               // by slot; nil: free
	spare  []int32
	used   int
}

func (b *bucket) put(d *doc, words *dict) {
	if n := len(b.spare); n > 0 {
		d.slot, b.spare = b.spare[n-1], b.spare[:n-1]
		b.docs[d.slot] = d
	} else {
		d.slot = int32(len(b.docs))
		b.docs = append(b.docs, d)
	}
	d.bucket = b
	b.used++
	for _, w := range d.words {
		word := w.number()
		posts, known := b.posts[word]
		if !known {
			at, _ := b.find(words.words[word], words)
			b.sorted = slices.Insert(b.sorted, at, word)
		}
		p := weighs(uint32(d.slot), w.weight())
		at, _ := slices.BinarySearchFunc(posts, p, compareNumbers)
		b.posts[word] = slices.Insert(posts, at, p)
	}
}

func (b *bucket) take(d *doc, words *dict) {
	b.docs[d.slot] = nil
	b.spare = append(b.spare, d.slot)
	b.used--
	for _, w := range d.words {
		word := w.number()
		posts := b.posts[word]
		if at, ok := slices.BinarySearchFunc(posts, weighs(uint32(d.slot), 0), compareNumbers); ok {
			posts = slices.Delete(posts, at, at+1)
		}
		if len(posts) > 0 {
			b.posts[word] = posts
			continue
		}
		delete(b.posts, word)
		if at, ok := b.find(words.words[word], words); ok {
			b.sorted = slices.Delete(b.sorted, at, at+1)
		}
	}
}

// find is where w stands, or would stand, among the bucket's words.
func (b *bucket) find(w string, words *dict) (int, bool) {
	return slices.BinarySearchFunc(b.sorted, w, func(i uint32, w string) int { return strings.Compare(words.words[i], w) })
}
