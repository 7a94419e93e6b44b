package statement_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
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

// Of the same books only what may differ is looked at; the answer is the one
// of two books that are folded apart.
func TestComparisonOfOneBook(t *testing.T) {
	differed := 0
	rapid.Check(t, func(t *rapid.T) {
		stories := drawWorld(t).stories()
		one, other := fold(stories, inOrder), fold(stories, inOrder)
		from, to := statement.Query{AsOf: drawDay(t, "before")}, statement.Query{AsOf: drawDay(t, "after")}
		before, after, apart := statement.Compute(one, from), statement.Compute(one, to), statement.Compute(other, from)
		for _, f := range after.Figures() {
			same, err := statement.Compare(&before, &after, f.Name)
			if err != nil {
				t.Fatal(err)
			}
			slow, err := statement.Compare(&apart, &after, f.Name)
			if err != nil || same.By != slow.By || !slices.Equal(same.Flows, slow.Flows) || !maps.Equal(same.ByReason, slow.ByReason) {
				t.Fatalf("%s: %+v; of two books %+v, %v", f.Name, same.Flows, slow.Flows, err)
			}
			differed += len(same.Flows)
		}
	})
	if differed == 0 {
		t.Error("nothing ever differed: the test compares nothing")
	}
}

// A link that is said later moves money from who passed it on to who gave it
// first: the flow is the same in both statements, and counts elsewhere.
func TestLinkReclassifies(t *testing.T) {
	in := folded([]fact.Body{hand("SE", party.State, "SE"), hand("GB", party.State, "GB"), hand("UA", party.State, "UA"),
		gave(t, "F-1", "SE", "GB", "10000000", "EUR"), gave(t, "F-2", "GB", "UA", "10000000", "EUR"),
		link(t, "F-1", "F-2", "4000000", "EUR", "4000000", "EUR")})
	before, after := statement.Compute(in, statement.Query{AsOf: "2025-07-02"}), statement.Compute(in, statement.Query{AsOf: "2025-12-31"})
	for name, want := range map[string]string{"statement.partner.GB": "true 4000000.00", "statement.partner.SE": "false 4000000.00", "statement.total": "false 0.00"} {
		c, err := statement.Compare(&before, &after, name)
		got := fmt.Sprint(c.By.Less, " ", c.By.Value.Round(2))
		if err != nil || got != want || c.ByReason[statement.Reclassified] != c.By {
			t.Errorf("%s differs by %s, %+v, %v; want %s", name, got, c.ByReason, err, want)
		}
	}
}
