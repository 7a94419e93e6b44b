package statementhttp

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMoments: from a day to another there are a few days, in order, each the
// last of its month, and the last is the last.
func TestMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(label string) string {
			return fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(1990, 2099).Draw(t, label), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		}
		first, last := day("first"), day("last")
		most := rapid.SampledFrom([]int{fewMoments, mostMoments}).Draw(t, "most")
		got := momentsOf(first, last, most)
		if len(got) > most || !slices.IsSorted(got) || got[len(got)-1] != last {
			t.Fatalf("from %s to %s there are %v", first, last, got)
		}
		for _, d := range got[:len(got)-1] {
			if d < first || d >= last || !slices.Contains([]string{"28", "29", "30", "31"}, d[8:]) {
				t.Fatalf("between %s and %s lies %s", first, last, d)
			}
		}
	})
	if got := momentsOf("2025-07-02", "2026-01-02", mostMoments); fmt.Sprint(got) != "[2025-07-31 2025-08-31 2025-09-30 2025-10-31 2025-11-30 2025-12-31 2026-01-02]" {
		t.Errorf("half a year has %v", got)
	}
	if got := momentsOf("2025-07-02", "2025-08-31", mostMoments); fmt.Sprint(got) != "[2025-07-31 2025-08-31]" {
		t.Errorf("up to the end of a month there are %v", got)
	}
}
