package statement_test

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/statement"
	"tallinn/mechanism/party"
)

// TestFirstIsTheBeginningOfRows: whatever stands under a figure, its first
// rows are those that all its rows begin with, and its providers those of all.
func TestFirstIsTheBeginningOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, asOf := drawWorld(t), drawDay(t, "as of")
		in := fold(w.stories(), func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "turn") })
		st := statement.Compute(in, statement.Query{AsOf: asOf})
		n := rapid.IntRange(0, 12).Draw(t, "n")
		for _, f := range st.Figures() {
			all := slices.Concat(f.Rows(), f.LeftOut())
			slices.SortFunc(all, func(a, b statement.Row) int {
				return cmp.Or(cmp.Compare(a.On.First(), b.On.First()), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Year, b.Year))
			})
			if got, want := f.First(n), all[:min(n, len(all))]; len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: the first %d are %v, want %v", f.Name, n, got, want)
			}
			if strings.HasPrefix(f.Name, "statement.year") {
				continue // its rows are portions
			}
			counts := map[party.ID]int{}
			for _, r := range all {
				counts[r.Provider]++
			}
			if got := f.Providers(); !reflect.DeepEqual(got, counts) {
				t.Fatalf("%s: providers %v, want %v", f.Name, got, counts)
			}
		}
	})
}
