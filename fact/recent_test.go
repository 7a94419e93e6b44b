package fact_test

import (
	"slices"
	"testing"

	"tallinn/fact"
)

func TestRecent(t *testing.T) {
	var r fact.Recent[int]
	after := func(pos fact.Pos) (keys []int) {
		r.After(pos, func(k int, _ fact.Pos) bool { keys = append(keys, k); return len(keys) < 3 })
		return keys
	}
	if r.Last() != fact.None || after(fact.None) != nil {
		t.Error("it remembers what never was")
	}
	r.Add(0, 7)
	r.Add(5, 8)
	if got := after(fact.None); !slices.Equal(got, []int{8, 7}) || r.Last() != 5 {
		t.Errorf("after none: %v, last %d", got, r.Last())
	}
	if got := after(0); !slices.Equal(got, []int{8}) {
		t.Errorf("after 0: %v", got)
	}
	for i := range fact.MostRecent {
		r.Add(fact.Pos(10+i), i)
	}
	last := fact.MostRecent - 1
	if got := after(5); !slices.Equal(got, []int{last, last - 1, last - 2}) {
		t.Errorf("of a full ring: %v", got)
	}
	n := 0
	r.After(fact.None, func(k int, pos fact.Pos) bool {
		if n++; pos != fact.Pos(10+k) {
			t.Fatalf("%d changed at %d", k, pos)
		}
		return true
	})
	if n != fact.MostRecent {
		t.Errorf("%d are remembered", n)
	}
}
