package statement_test

import (
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/statement"
)

// What differs between two statements, by reason and by flow, comes to the
// difference exactly, whichever two they are.
func TestComparisonAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		stories := w.stories()
		first := fold(stories[:rapid.IntRange(len(people), len(stories)).Draw(t, "known")], inOrder)
		second := fold(stories, inOrder)
		before := statement.Compute(first, statement.Query{AsOf: drawDay(t, "before")})
		after := statement.Compute(second, statement.Query{AsOf: drawDay(t, "after")})
		for _, f := range after.Figures() {
			c, err := statement.Compare(&before, &after, f.Name)
			if err != nil {
				t.Fatal(err)
			}
			var byReason, byFlow statement.Signed
			for _, s := range c.ByReason {
				byReason = byReason.Add(s)
			}
			for _, d := range c.Flows {
				byFlow = byFlow.Add(d.By)
			}
			if byReason != c.By || byFlow != c.By {
				t.Fatalf("%s differs by %+v; by reason %+v, by flow %+v", f.Name, c.By, byReason, byFlow)
			}
		}
	})
}
