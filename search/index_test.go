package search_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/class"
	"tallinn/search"
	"tallinn/tlp"
)

var vocabulary = strings.Fields("підстанція підстанцій підстанціями захист захисту вода води водоканал ґрунт зв’язок " +
	"endpoint endpoints licence licences policy policies 135 135000000 12500.50 m365 n-0417 n-0418 в і of")

func classOf(owner string) class.Class {
	return class.Class{Noun: "need", Owner: owner, Marking: tlp.Amber}
}

// reads lets through what belongs to some owners.
func reads(owners []string) search.Reader {
	return func(c class.Class) bool { return slices.Contains(owners, c.Owner) }
}

// naive is what an Index must agree with: every doc is looked at.
func naive(docs map[string]search.Doc, q search.Query, may search.Reader) map[string]string {
	out := map[string]string{}
	for _, d := range docs {
		var words []string
		for _, f := range d.Fields {
			words = append(words, search.Words(f.Text)...)
		}
		if may(d.Class) && (d.And == class.Class{} || may(d.And)) && q.Finds(words) {
			out[d.Item] = d.Kind
		}
	}
	return out
}

// TestIndex: whatever is put, moved and dropped, every reader finds what
// looking at each doc in turn would find, and counts as much; nothing of what
// is gone is kept.
func TestIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x search.Index
		docs := map[string]search.Doc{}
		owners := []string{"a", "b", "c"}
		owner := rapid.SampledFrom(owners)
		said := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 5).Draw(t, "words"), " ")
		})
		for range rapid.IntRange(1, 30).Draw(t, "moves") {
			item := fmt.Sprint("N-", rapid.IntRange(0, 7).Draw(t, "item"))
			part := rapid.SampledFrom([]string{"", "weakness"}).Draw(t, "part")
			d := search.Doc{Item: item, Part: part, Kind: "need", Class: classOf(owner.Draw(t, "owner")),
				Fields: []search.Field{{Weight: search.Titled, Text: said.Draw(t, "title")}, {Weight: search.Told, Text: said.Draw(t, "text")}}}
			if part != "" {
				d.And = classOf(owner.Draw(t, "and"))
			}
			switch rapid.IntRange(0, 3).Draw(t, "move") {
			case 0:
				x.Drop(item, part)
				delete(docs, item+part)
			case 1:
				was, known := docs[item+part]
				if x.Move(item, part, d.Class, d.And) != known {
					t.Fatalf("moving %s %s: known %v", item, part, known)
				}
				if known {
					was.Class, was.And = d.Class, d.And
					docs[item+part] = was
				}
			default:
				x.Put(d)
				docs[item+part] = d
			}
		}
		typed := said.Draw(t, "typed")
		if n := []rune(typed); len(n) > 1 && rapid.Bool().Draw(t, "cut") {
			typed = string(n[:rapid.IntRange(1, len(n)).Draw(t, "to")])
		}
		may := reads(rapid.SliceOfDistinct(owner, rapid.ID).Draw(t, "reader"))
		q := search.Parse(typed)
		found, want := x.Find(q, may, "", 100), naive(docs, q, may)
		got := map[string]string{}
		for _, h := range found.Hits {
			got[h.Item] = h.Kind
		}
		if !maps.Equal(got, want) || len(found.Hits) != len(want) || found.All() != len(want) {
			t.Fatalf("%q finds %v of %d; want %v", typed, found.Hits, found.All(), want)
		}
		if !slices.IsSortedFunc(found.Hits, func(a, b search.Hit) int { return b.Score - a.Score }) {
			t.Fatalf("out of order: %v", found.Hits)
		}
		if few := x.Find(q, may, "need", 2); len(few.Hits) != min(2, len(want)) || few.All() != len(want) {
			t.Fatalf("the best two of %d are %v", len(want), few.Hits)
		}
		for _, w := range vocabulary {
			kept := slices.ContainsFunc(slices.Collect(maps.Values(docs)), func(d search.Doc) bool {
				return slices.Contains(search.Words(d.Fields[0].Text+"  "+d.Fields[1].Text), search.Words(w)[0])
			})
			if x.Holds(search.Words(w)[0]) != kept && !kept {
				t.Fatalf("%q is kept, and nothing has it", w)
			}
		}
	})
}

// TestOrder: a title before a text, a word before a part of one.
func TestOrder(t *testing.T) {
	var x search.Index
	for i, f := range []search.Field{{Weight: search.Told, Text: "water"}, {Weight: search.Titled, Text: "waters"},
		{Weight: search.Titled, Text: "water"}, {Weight: search.Titled, Text: "waterworks"}, {Weight: search.Told, Text: "water"}} {
		x.Put(search.Doc{Item: fmt.Sprint(i), Kind: "need", At: int64(i), Class: classOf("a"), Fields: []search.Field{f}})
	}
	var got []string
	for _, h := range x.Find(search.Parse("water"), reads([]string{"a"}), "", 10).Hits {
		got = append(got, h.Item)
	}
	if want := []string{"2", "1", "3", "4", "0"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestLike: the likest first; what the reader may not see is never told of,
// and changes nothing.
func TestLike(t *testing.T) {
	var x search.Index
	put := func(item, owner, text string, tags ...string) {
		x.Put(search.Doc{Item: item, Kind: "need", Class: classOf(owner), Tags: tags, Fields: []search.Field{{Weight: search.Told, Text: text}}})
	}
	put("N-1", "a", "Захист 500 кінцевих точок обласної лікарні", "good/edr_seats")
	put("N-2", "a", "Резервні генератори для водоканалу", "good/generators")
	put("N-3", "a", "Навчання адміністраторів лікарні", "good/places")
	asked := func() []search.Likeness {
		return x.Like("Захист кінцевої точки для лікарень", []string{"good/edr_seats"}, reads([]string{"a"}), "need", 5)
	}
	before := asked()
	if len(before) < 2 || before[0].Item != "N-1" || before[0].Share < 0.6 || before[1].Item != "N-3" || before[1].Share > before[0].Share/2 {
		t.Errorf("%+v", before)
	}
	for i := range 20 {
		put(fmt.Sprint("N-9", i), "b", "Захист кінцевих точок лікарні", "good/edr_seats")
	}
	if after := asked(); !slices.Equal(after, before) {
		t.Errorf("what is hidden changes %+v to %+v", before, after)
	}
}
