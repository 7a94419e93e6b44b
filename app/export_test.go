package app

import (
	"context"
	"iter"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/seat"
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

// Waits are what waits for s, each as its kind and id.
func (b *Books) Waits(s seat.Seat, now time.Time, may func(class.Class) bool) (out []string) {
	all, _ := b.waitsFor(s, now, may)
	for _, w := range all {
		out = append(out, string(w.Kind)+" "+w.ID)
	}
	return out
}
