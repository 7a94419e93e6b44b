package search

import (
	"math"
	"slices"
	"strings"
)

// A Likeness is how much of a text a thing shares, 0 to 1.
type Likeness struct {
	Item  string
	Share float64
	Words int // how many words are shared
}

// Like returns the things of kind most like a text that may lets through, the
// likest first. Words that few of the reader's things have say more than those
// that many have; what nobody else may see plays no part in that either. Tags
// count as words.
func (x *Index) Like(text string, tags []string, may Reader, kind string, n int) []Likeness {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var seen []*bucket
	docs := 0
	for _, b := range x.buckets {
		if b.used > 0 && b.kind == kind && may.sees(b.key) {
			seen = append(seen, b)
			docs += b.used
		}
	}
	asked := x.asked(text, tags)
	if docs == 0 || len(asked) == 0 {
		return nil
	}
	total := 0.0
	shares := map[*doc]*Likeness{}
	for _, words := range asked {
		count := 0
		for _, b := range seen {
			for _, i := range words {
				count += len(b.posts[i])
			}
		}
		says := math.Log(1 + float64(docs)/(0.5+float64(min(count, docs))))
		total += says
		if count == 0 {
			continue
		}
		for _, b := range seen {
			x.share(b, words, says, shares)
		}
	}
	var out []Likeness
	for _, l := range shares {
		l.Share /= total
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Likeness) int {
		if a.Share != b.Share {
			return int(math.Copysign(1, b.Share-a.Share))
		}
		return strings.Compare(a.Item, b.Item)
	})
	return out[:min(len(out), n)]
}

func (x *Index) share(b *bucket, words []uint32, says float64, shares map[*doc]*Likeness) {
	met := map[uint32]bool{}
	for _, i := range words {
		for _, p := range b.posts[i] {
			slot := p.number()
			d := b.docs[slot]
			if met[slot] || d.part != "" {
				continue
			}
			met[slot] = true
			if shares[d] == nil {
				shares[d] = &Likeness{Item: d.docKey.item}
			}
			shares[d].Share += says
			shares[d].Words++
		}
	}
}

// joins are words that join others and say nothing by themselves.
var joins = strings.Fields("для про від або при над під щоб що які яка який яке цей ця через після " +
	"the and for with from that this our are after which")

// mostAsked bounds the words of a text that are compared.
const mostAsked = 200

// asked are the words of the index that each word of a text, or a form of it,
// stands for. A word that the index does not have stands for none.
func (x *Index) asked(text string, tags []string) (out [][]uint32) {
	var stems [][]string
	for _, w := range Words(text) {
		if len(out) >= mostAsked {
			break
		}
		s := Stems(w)
		if len([]rune(w)) < leastStem || slices.Contains(joins, w) || slices.ContainsFunc(stems, func(o []string) bool { return overlap(o, s) }) {
			continue // it says nothing, or was counted
		}
		stems = append(stems, s)
		var words []uint32
		if i, known := x.dict.index[w]; known {
			words = append(words, i)
		}
		for _, stem := range s {
			for _, i := range x.dict.stems[stem] {
				if !slices.Contains(words, i) {
					words = append(words, i)
				}
			}
		}
		out = append(out, words)
	}
	for _, t := range tags {
		if i, known := x.dict.index[tag(t)]; known {
			out = append(out, []uint32{i})
		}
	}
	return out
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
