package policy

import "slices"

// An Index keeps objects by visibility class, so that what a reader sees of
// many thousands is a union of few buckets: Cedar is asked once a class. Each
// bucket is in the order of compare. It is not safe for use by several at the
// same time; it is folded under the record's lock.
type Index[T comparable] struct {
	compare func(a, b T) int
	class   map[T]Class
	buckets map[Class][]T
}

// NewIndex returns an empty index in the order of compare.
func NewIndex[T comparable](compare func(a, b T) int) *Index[T] {
	return &Index[T]{compare, map[T]Class{}, map[Class][]T{}}
}

// Put files item under class, and takes it from the class it was in.
func (x *Index[T]) Put(item T, class Class) {
	if was, ok := x.class[item]; ok {
		if was == class {
			return
		}
		x.take(item, was)
	}
	x.class[item] = class
	bucket := x.buckets[class]
	i, _ := slices.BinarySearchFunc(bucket, item, x.compare)
	x.buckets[class] = slices.Insert(bucket, i, item)
}

func (x *Index[T]) take(item T, class Class) {
	bucket := x.buckets[class]
	if i, ok := slices.BinarySearchFunc(bucket, item, x.compare); ok {
		bucket = slices.Delete(bucket, i, i+1)
	}
	if len(bucket) == 0 {
		delete(x.buckets, class)
		return
	}
	x.buckets[class] = bucket
}

// Class is the class that item is filed under.
func (x *Index[T]) Class(item T) (Class, bool) {
	c, ok := x.class[item]
	return c, ok
}

// Count is how many items p may read.
func (x *Index[T]) Count(e *Engine, p Principal) int {
	n := 0
	for class, bucket := range x.buckets {
		if e.May(p, Read, class) {
			n += len(bucket)
		}
	}
	return n
}

// Visible are the items that p may read, in order.
func (x *Index[T]) Visible(e *Engine, p Principal) []T {
	var out []T
	runs := 0
	for class, bucket := range x.buckets {
		if e.May(p, Read, class) {
			out = append(out, bucket...)
			runs++
		}
	}
	if runs > 1 {
		slices.SortFunc(out, x.compare)
	}
	return out
}
