package class

import (
	"iter"
	"slices"
)

// An Index files items by class. An item is a number that its owner has given
// it, small and growing with time; a list shows the largest first. The zero
// Index is empty. It is folded under the record's lock, and read under it.
type Index struct {
	number  map[Class]uint32 // of a class, from 1
	classes []Class          // by number - 1
	buckets [][]int32        // by number - 1, ascending
	of      []uint32         // the number of an item's class; 0: it has none
	items   int
}

// Put files item under c, and takes it from the class that it was in.
func (x *Index) Put(item int32, c Class) {
	n, known := x.number[c]
	if !known {
		if x.number == nil {
			x.number = map[Class]uint32{}
		}
		x.classes, x.buckets = append(x.classes, c), append(x.buckets, nil)
		n = uint32(len(x.classes))
		x.number[c] = n
	}
	if missing := int(item) + 1 - len(x.of); missing > 0 {
		x.of = append(x.of, make([]uint32, missing)...)
	}
	if x.of[item] == n {
		return
	}
	x.Drop(item)
	x.of[item] = n
	x.items++
	bucket := &x.buckets[n-1]
	at, _ := slices.BinarySearch(*bucket, item)
	*bucket = slices.Insert(*bucket, at, item)
}

// Drop takes item out.
func (x *Index) Drop(item int32) {
	if int(item) >= len(x.of) || x.of[item] == 0 {
		return
	}
	bucket := &x.buckets[x.of[item]-1]
	if at, ok := slices.BinarySearch(*bucket, item); ok {
		*bucket = slices.Delete(*bucket, at, at+1)
	}
	x.of[item] = 0
	x.items--
}

// Len is how many items there are.
func (x *Index) Len() int { return x.items }

// Of is the class that item is filed under.
func (x *Index) Of(item int32) (Class, bool) {
	if item < 0 || int(item) >= len(x.of) || x.of[item] == 0 {
		return Class{}, false
	}
	return x.classes[x.of[item]-1], true
}

// Classes are those that hold items and that may lets through, in the order
// in which they were first met.
func (x *Index) Classes(may func(Class) bool) (out []Class) {
	for i, c := range x.classes {
		if len(x.buckets[i]) > 0 && may(c) {
			out = append(out, c)
		}
	}
	return out
}

// Bucket are the items of c, ascending. It must not be changed or kept.
func (x *Index) Bucket(c Class) []int32 {
	if n := x.number[c]; n > 0 {
		return x.buckets[n-1]
	}
	return nil
}

// Count is how many items some classes hold. One that is named twice counts
// once.
func (x *Index) Count(classes []Class) (n int) {
	counted := make([]bool, len(x.classes)+1)
	for _, c := range classes {
		if i := x.number[c]; i > 0 && !counted[i] {
			counted[i] = true
			n += len(x.buckets[i-1])
		}
	}
	return n
}

// Among says of an item whether it is of one of some classes.
func (x *Index) Among(classes []Class) func(item int32) bool {
	in := make([]bool, len(x.classes)+1)
	for _, c := range classes {
		in[x.number[c]] = true
	}
	in[0] = false
	return func(item int32) bool { return int(item) < len(x.of) && in[x.of[item]] }
}

// sparse is how many times less than all items some classes must hold for it
// to be quicker to go through their buckets than through the classes of items. Sixteen is a guess, not measured.
const sparse = 16

// In yields the items of some classes, the largest first.
func (x *Index) In(classes []Class) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if sparse*x.Count(classes) < len(x.of) {
			x.merged(classes, yield)
			return
		}
		in := x.Among(classes)
		for i := int32(len(x.of)) - 1; i >= 0; i-- {
			if in(i) && !yield(i) {
				return
			}
		}
	}
}

// merged is In by the buckets: it costs what it yields.
func (x *Index) merged(classes []Class, yield func(int32) bool) {
	m := merge{lists: make([][]int32, 0, len(classes))}
	for _, c := range classes {
		m.add(x.Bucket(c))
	}
	for i, some := m.next(); some; i, some = m.next() {
		if !yield(i) {
			return
		}
	}
}
