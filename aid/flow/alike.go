package flow

import (
	"math"
	"slices"

	"tallinn/mechanism/party"
	"tallinn/money"
)

// What a flow may be taken for is looked up by its two ends and its size, or
// its reference: a list of a hundred thousand asks for each row.

type likeKey struct {
	from, to party.ID
	currency money.Currency
	size     int16
}

type referenceKey struct {
	from, to  party.ID
	reference string
}

// sizes are steps of amounts, each larger than what is near: what is near an
// amount is of its own size or of the next.
const sizes = 1.025

func sizeOf(a money.Amount) int16 { return int16(math.Log(float64(a.Minor())) / math.Log(sizes)) }

// noteLike files flow i by what it may be taken for. What it was filed by
// before stays: whoever looks compares.
func (b *Book) noteLike(i int32, w Flow) {
	if !w.Amount.IsZero() {
		put(b.alike, likeKey{w.Provider, w.Receiver, w.Amount.Currency(), sizeOf(w.Amount)}, i)
	}
	if w.Reference != "" {
		put(b.references, referenceKey{w.Provider, w.Receiver, w.Reference}, i)
	}
	for _, a := range w.Asserted {
		if a.Reference != "" {
			put(b.references, referenceKey{w.Provider, w.Receiver, a.Reference}, i)
		}
	}
}

func put[K comparable](into map[K][]int32, key K, i int32) {
	if list := into[key]; len(list) == 0 || !slices.Contains(list[max(0, len(list)-8):], i) {
		into[key] = append(list, i)
	}
}

// likely are the flows that wanted may be, and others, in order of record.
func (b *Book) likely(wanted Recorded) []int32 {
	var out []int32
	if !wanted.Amount.IsZero() {
		key := likeKey{wanted.Provider, wanted.Receiver, wanted.Amount.Currency(), 0}
		for size := sizeOf(wanted.Amount) - 1; size <= sizeOf(wanted.Amount)+1; size++ {
			key.size = size
			out = append(out, b.alike[key]...)
		}
	}
	if wanted.Reference != "" {
		out = append(out, b.references[referenceKey{wanted.Provider, wanted.Receiver, wanted.Reference}]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
