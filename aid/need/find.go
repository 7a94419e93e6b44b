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

// found walks the needs as they are kept: comparing words as numbers is many
// times faster than unpacking what is then passed over.
func (b *Book) found(classes []class.Class, f Filter) iter.Seq[*item] {
	return func(yield func(*item) bool) {
		lets, possible := b.filter(f)
		if !possible {
			return
		}
		for i := range b.filed.In(classes) {
			if it := b.items[i]; lets(it) && !yield(it) {
				return
			}
		}
	}
}

// filter is what f lets through; it is not possible when f asks for a word
// that no need has.
func (b *Book) filter(f Filter) (lets func(*item) bool, possible bool) {
	possible = true
	find := func(s string) word {
		i, known := b.index[s]
		possible = possible && known
		return word(i)
	}
	line, urgency, criticality := find(string(f.Line)), find(string(f.Urgency)), find(string(f.Criticality))
	sector, region := find(f.Sector), find(f.Region)
	any := func(asked, is word) bool { return asked == 0 || asked == is }
	return func(it *item) bool {
		return any(line, it.line) && any(urgency, it.urgency) && any(criticality, it.criticality) && any(sector, it.sector) &&
			any(region, it.region) && (region == 0 || f.Hidden || !it.hideRegion) && (f.Stage == "" || b.waitsIn(it, f.Stage))
	}, possible
}

func (b *Book) waitsIn(it *item, stage string) bool {
	s, ok := b.stageOf(it)
	return ok && s.ID == stage
}
