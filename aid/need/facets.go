package need

import (
	"iter"
	"math/bits"
	"slices"

	"tallinn/class"
	"tallinn/mechanism/seat"
)

// A facet is one word under which needs are found.
type facet uint8

const (
	byLine facet = iota
	byUrgency
	byCriticality
	bySector
	byRegion
	byShownRegion // that is hidden from nobody
	byStage       // that a need waits in
)

type facetWord struct {
	facet
	word
}

// A set of needs, by number: a bit for each.
type set []uint64

func (s *set) put(i int32) {
	if missing := int(i)/64 + 1 - len(*s); missing > 0 {
		*s = append(*s, make([]uint64, missing)...)
	}
	(*s)[i/64] |= 1 << (i % 64)
}

func (s set) drop(i int32) {
	if int(i)/64 < len(s) {
		s[i/64] &^= 1 << (i % 64)
	}
}

// words are those that it is found under, its stage left out.
func (it *item) words() []facetWord {
	out := []facetWord{{byLine, it.line}, {byUrgency, it.urgency}, {byCriticality, it.criticality}, {bySector, it.sector}, {byRegion, it.region}}
	if !it.hideRegion {
		out = append(out, facetWord{byShownRegion, it.region})
	}
	return out
}

func (b *Book) putFacet(f facet, w word, i int32) {
	if w == 0 {
		return // not stated
	}
	at := facetWord{f, w}
	if b.facets[at] == nil {
		b.facets[at] = &set{}
	}
	b.facets[at].put(i)
}

func (b *Book) dropFacet(f facet, w word, i int32) {
	if s := b.facets[facetWord{f, w}]; s != nil {
		s.drop(i)
	}
}

// A Voter narrows a list to what waits for the vote of a seat, in the stages in
// which it may vote.
type Voter struct {
	Seat   seat.ID
	Stages []string
}

// narrowed are the sets whose common members f lets through; none when it lets
// everything through. It is not possible when nothing can be found.
func (b *Book) narrowed(f Filter) (sets []set, possible bool) {
	region := byShownRegion
	if f.Hidden {
		region = byRegion
	}
	for _, asked := range []struct {
		facet
		said string
	}{{byLine, string(f.Line)}, {byUrgency, string(f.Urgency)}, {byCriticality, string(f.Criticality)},
		{bySector, f.Sector}, {region, f.Region}, {byStage, f.Stage}} {
		if asked.said == "" {
			continue
		}
		w, known := b.index[asked.said]
		s := b.facets[facetWord{asked.facet, word(w)}]
		if !known || s == nil {
			return nil, false
		}
		sets = append(sets, *s)
	}
	if f.For != nil {
		var waits set
		for _, stage := range f.For.Stages {
			for _, e := range b.open[stage].of(f.For.Seat) {
				waits.put(e.i)
			}
		}
		sets = append(sets, waits)
	}
	return sets, true
}

// common yields the members of all sets that are of some classes, the largest
// first.
func (b *Book) common(sets []set, classes []class.Class) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		shortest := slices.MinFunc(sets, func(a, b set) int { return len(a) - len(b) })
		in := b.filed.Among(classes)
		for k := len(shortest) - 1; k >= 0; k-- {
			left := ^uint64(0)
			for _, s := range sets {
				left &= s[k]
			}
			for left != 0 {
				top := 63 - bits.LeadingZeros64(left)
				left &^= 1 << top
				if i := int32(64*k + top); in(i) && !yield(i) {
					return
				}
			}
		}
	}
}
