package need

import (
	"iter"

	"tallinn/class"
	"tallinn/mechanism/capability"
)

// A Filter narrows a list. An empty field lets everything through.
type Filter struct {
	Line        capability.Line
	Urgency     Urgency
	Criticality Criticality
	Sector      string
	Stage       string // that the need waits in
	Region      string // a hidden region is not found, so that asking for it tells nothing
	Hidden      bool   // the reader may see hidden regions: they are found
	For         *Voter // whose vote the need waits for
}

// Find yields the needs of some classes that f lets through, last submitted
// first. Titles are left out: ask Head for those that are shown.
func (b *Book) Find(classes []class.Class, f Filter) iter.Seq[Head] {
	return func(yield func(Head) bool) {
		for it := range b.found(classes, f) {
			if !yield(b.head(it)) {
				return
			}
		}
	}
}

// CountFound is how many needs Find yields.
func (b *Book) CountFound(classes []class.Class, f Filter) (n int) {
	if f == (Filter{Hidden: f.Hidden}) {
		return b.Count(classes)
	}
	for range b.found(classes, f) {
		n++
	}
	return n
}

// Slice are the ids of those that Find yields from first to end, not including
// end.
func (b *Book) Slice(classes []class.Class, f Filter, first, end int) []ID {
	ids, at := make([]ID, 0, end-first), 0
	for it := range b.found(classes, f) {
		if at >= end {
			break
		}
		if at >= first {
			ids = append(ids, it.id)
		}
		at++
	}
	return ids
}

// found walks the sets of what f asks for; without any, the classes alone.
func (b *Book) found(classes []class.Class, f Filter) iter.Seq[*item] {
	return func(yield func(*item) bool) {
		sets, possible := b.narrowed(f)
		if !possible {
			return
		}
		all := b.filed.In(classes)
		if len(sets) > 0 {
			all = b.common(sets, classes)
		}
		for i := range all {
			if !yield(b.items[i]) {
				return
			}
		}
	}
}

func (b *Book) waitsIn(it *item, stage string) bool {
	s, ok := b.stageOf(it)
	return ok && s.ID == stage
}
