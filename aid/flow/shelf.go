package flow

import "iter"

// shelfMost is how many things stand in one part of a shelf.
const shelfMost = 1024

// A shelf is a list that grows without moving what stands in it: a record of
// a million flows would else be copied over and over while it is read. The
// zero shelf is empty.
type shelf[T any] struct {
	parts [][]T
	n     int
}

// add puts x at the end and returns its index.
func (s *shelf[T]) add(x T) int32 {
	if s.n%shelfMost == 0 {
		s.parts = append(s.parts, make([]T, 0, min(shelfMost, 16+s.n)))
	}
	last := len(s.parts) - 1
	s.parts[last] = append(s.parts[last], x)
	s.n++
	return int32(s.n - 1)
}

// at is the thing at index i.
func (s *shelf[T]) at(i int32) *T { return &s.parts[i/shelfMost][i%shelfMost] }

// all yields every thing with its index.
func (s *shelf[T]) all() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for p, part := range s.parts {
			for i := range part {
				if !yield(p*shelfMost+i, part[i]) {
					return
				}
			}
		}
	}
}
