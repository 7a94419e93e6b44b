package app

import (
	"context"
	"iter"

	"tallinn/fact"
)

// AllFacts yields every fact of the record.
func (h *Hub) AllFacts(ctx context.Context) iter.Seq[fact.Fact] {
	return func(yield func(fact.Fact) bool) {
		for from := fact.Pos(0); from <= h.record.Head(); {
			kept, err := h.record.Facts(ctx, from, 500)
			if err != nil {
				panic(err)
			}
			for _, k := range kept {
				if !yield(k.Fact) {
					return
				}
				from = k.Fact.Pos + 1
			}
		}
	}
}
