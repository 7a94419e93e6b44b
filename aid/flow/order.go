package flow

import (
	"slices"
	"sort"
)

// blockMost is the length at which a block is split in two.
const blockMost = 1024

// An order is a sorted list of indexes in blocks of bounded length, so that
// folding a fact moves a few kilobytes and not the whole list. The zero order
// is empty. What "before" says of an index in it may not change.
type order struct{ blocks [][]int32 }

// insert puts i at its place.
func (o *order) insert(i int32, before func(i, j int32) bool) {
	if len(o.blocks) == 0 {
		o.blocks = [][]int32{{i}}
		return
	}
	n := o.block(i, before)
	block := o.blocks[n]
	at := sort.Search(len(block), func(k int) bool { return before(i, block[k]) })
	block = slices.Insert(block, at, i)
	o.blocks[n] = block
	if len(block) < blockMost {
		return
	}
	half := len(block) / 2
	// The right half is a copy, or inserting into the left would overwrite it.
	o.blocks = slices.Insert(o.blocks, n+1, slices.Clone(block[half:]))
	o.blocks[n] = block[:half]
}

// remove takes i out.
func (o *order) remove(i int32, before func(i, j int32) bool) {
	n := o.block(i, before)
	block := o.blocks[n]
	at := sort.Search(len(block), func(k int) bool { return !before(block[k], i) })
	if o.blocks[n] = slices.Delete(block, at, at+1); len(o.blocks[n]) == 0 {
		o.blocks = slices.Delete(o.blocks, n, n+1)
	}
}

// block is the last block that does not begin after i, or the first.
func (o *order) block(i int32, before func(i, j int32) bool) int {
	n := sort.Search(len(o.blocks), func(k int) bool { return before(i, o.blocks[k][0]) })
	return max(n-1, 0)
}

// all yields the indexes in order until yield returns false.
func (o *order) all(yield func(i int32) bool) {
	for _, block := range o.blocks {
		for _, i := range block {
			if !yield(i) {
				return
			}
		}
	}
}

// clone is o with blocks of its own.
func (o order) clone() order {
	blocks := make([][]int32, len(o.blocks))
	for i, block := range o.blocks {
		blocks[i] = slices.Clone(block)
	}
	return order{blocks}
}
