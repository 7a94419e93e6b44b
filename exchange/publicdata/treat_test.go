package publicdata

import (
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/money"
)

func given(change func(*Contribution)) Contribution {
	a, _ := money.ParseAmount("1000", money.EUR)
	c := Contribution{ID: "x", Amount: a, Announced: "2025-07", Status: "decided", Scope: flow.Mechanism, Kind: "financial", Enters: true}
	if change != nil {
		change(&c)
	}
	return c
}

func TestTreat(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(*Contribution)
		want    string
		year    int
		counted bool
	}{
		{"decided", nil, "flow.recorded commitment", 0, true},
		{"committed", func(c *Contribution) { c.Status = "committed" }, "flow.recorded commitment", 0, true},
		{"allocated", func(c *Contribution) { c.Status = "allocated" }, "flow.recorded commitment", 0, true},
		{"contracted", func(c *Contribution) { c.Status = "contracted" }, "flow.recorded commitment", 0, true},
		{"spent", func(c *Contribution) { c.Status = "spent" }, "flow.recorded paid", 0, true},
		{"delivered with an amount", func(c *Contribution) { c.Status = "delivered" }, "flow.recorded paid", 0, true},
		{"announced", func(c *Contribution) { c.Status = "announced" }, "flow.recorded pledge", 0, false},
		{"promised", func(c *Contribution) { c.Status = "promised" }, "flow.recorded pledge", 0, false},
		{"planned", func(c *Contribution) { c.Status = "planned" }, "flow.recorded pledge", 0, false},
		{"budgeted", func(c *Contribution) { c.Status = "budgeted" }, "flow.recorded pledge", 0, false},
		{"recurring", func(c *Contribution) { c.Status = "recurring" }, "flow.recorded commitment", 2025, true},
		{"yearly", func(c *Contribution) { c.Period = "yearly" }, "flow.recorded commitment", 2025, true},
		{"one year", func(c *Contribution) { c.Period = "2024" }, "flow.recorded commitment", 2024, true},
		{"two years", func(c *Contribution) { c.Period = "2024 to 2025" }, "flow.recorded commitment", 0, true},
		{"months", func(c *Contribution) { c.Period = "14 months" }, "flow.recorded commitment", 0, true},
		{"a month is no year", func(c *Contribution) { c.Period = "2024-05" }, "flow.recorded commitment", 0, true},
		{"year out of bounds", func(c *Contribution) { c.Period = "3000" }, "flow.recorded commitment", 0, true},

		{"total", func(c *Contribution) { c.Kind = "total" }, "mention.recorded total", 0, false},
		{"hoped for", func(c *Contribution) { c.Status = "hoped for" }, "mention.recorded status", 0, false},
		{"reported", func(c *Contribution) { c.Status = "reported" }, "mention.recorded status", 0, false},
		{"hoped for every year", func(c *Contribution) { c.Status, c.Period = "hoped for", "yearly" }, "mention.recorded status", 0, false},
		{"delivered without an amount", func(c *Contribution) { c.Status, c.Amount = "delivered", money.Amount{} }, "mention.recorded no_amount", 0, false},
		{"no amount", func(c *Contribution) { c.Amount = money.Amount{} }, "mention.recorded no_amount", 0, false},
		{"mixed", func(c *Contribution) { c.Scope = flow.Mixed }, "mention.recorded scope", 0, false},
		{"unclear", func(c *Contribution) { c.Scope = flow.Unclear }, "mention.recorded scope", 0, false},
		{"part of another", func(c *Contribution) { c.Note = "part of whole-2025" }, "mention.recorded overlap", 0, false},
		{"whole of others", func(c *Contribution) { c.Note = "whole-2025 is part of x" }, "flow.recorded commitment", 0, true},

		{"before launch", func(c *Contribution) { c.Scope = flow.BeforeLaunch }, "flow.recorded commitment", 0, false},
		{"military", func(c *Contribution) { c.Scope = flow.Military }, "flow.recorded commitment", 0, false},
		{"satellite", func(c *Contribution) { c.Scope = flow.Satellite }, "flow.recorded commitment", 0, false},
		{"does not enter", func(c *Contribution) { c.Enters = false }, "flow.recorded commitment", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Treat(given(tt.change), map[string]bool{"x": true, "whole-2025": true})
			if got.String() != tt.want || got.Year != tt.year || got.Counted != tt.counted || got.Reason == "" {
				t.Errorf("Treat = %s, year %d, counted %v (%s); want %s, %d, %v", got, got.Year, got.Counted, got.Reason, tt.want, tt.year, tt.counted)
			}
		})
	}
}

// Whatever the words, what counts is a binding flow of the mechanism that
// enters, has an amount, and is neither a total nor part of another row.
func TestOnlyBindingFlowsCount(t *testing.T) {
	pick := func(words []string) *rapid.Generator[string] { return rapid.SampledFrom(words) }
	rapid.Check(t, func(t *rapid.T) {
		c := given(func(c *Contribution) {
			c.Status = pick(statusWords).Draw(t, "status")
			c.Scope = flow.Scope(pick(scopeWords).Draw(t, "scope"))
			c.Kind = pick([]string{"financial", "total", "in kind"}).Draw(t, "kind")
			c.Period = pick([]string{"", "2024", "yearly", "2024 to 2025"}).Draw(t, "period")
			c.Note = pick([]string{"", "part of whole", "not part of whole"}).Draw(t, "note")
			c.Enters = rapid.Bool().Draw(t, "enters")
			c.Announced = fact.Date(pick([]string{"2025", ""}).Draw(t, "announced"))
			if rapid.Bool().Draw(t, "nothing") {
				c.Amount = money.Amount{}
			}
		})
		got := Treat(c, map[string]bool{"x": true, "whole": true})
		pledge := bindings[c.Status] == flow.Pledge && c.Period != yearly
		want := c.Scope == flow.Mechanism && c.Kind != kindTotal && c.Note != "part of whole" && c.Enters &&
			!c.Amount.IsZero() && !unbound[c.Status] && !pledge && bindings[c.Status] != ""
		if !totalWords[c.Status] && got.Counted != want {
			t.Fatalf("%+v: counted %v, want %v", c, got.Counted, want)
		}
		if (got.Fact == FlowFact) == (got.Why != "") {
			t.Fatalf("%+v is both flow and mention, or neither: %+v", c, got)
		}
	})
}
