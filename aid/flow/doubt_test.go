package flow_test

import (
	"fmt"
	"slices"
	"testing"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// worth is roughly euros, as on some day of 2025.
func worth(a money.Amount, _ fact.Date) (money.Exact, bool) {
	text, ok := map[money.Currency]string{"EUR": "1", "USD": "1.17", "SEK": "11.1", "CAD": "1.6", "UAH": "48"}[a.Currency()]
	if !ok {
		return money.Exact{}, false
	}
	r, err := money.ParseRate(text)
	return money.Divide(a, r), err == nil
}

// Rule 9, on the one real error of the public record: UAH 92 million from
// Canada, which one outlet printed as dollars.
func TestDoubts(t *testing.T) {
	flowOf := func(id flow.ID, from party.ID, value string, c money.Currency, row string) flow.Recorded {
		f := se2025(t)
		said := *f.Said
		said.Source.Row = row
		f.Flow, f.Provider, f.Receiver, f.Amount, f.Said = id, from, "UA", amount(t, value, c), &said
		return f
	}
	before := flowOf("F-0001", "CA", "2700000", "CAD", "ca-2023")
	hryvnia := flowOf("F-0002", "CA", "92000000", "UAH", "ca-2025")
	dollars := flowOf("F-0003", "CA", "92000000", "USD", "an outlet")
	printed := flowOf("F-0002", "CA", "92000000", "UAH", "ca-2025")
	printed.Said.Equivalents = "USD 92000000 (one outlet, wrong currency)"
	total := total2025(t)
	total.Parties = []party.ID{"CA"}
	said := total
	said.Mention, said.Total, said.Said.Source.Row = "S-0002", false, "ca-said"
	for _, tt := range []struct {
		name   string
		given  []fact.Body
		wanted flow.Recorded
		want   []string
	}{
		{"the hryvnias", []fact.Body{before, se2025(t)}, hryvnia, nil},
		{"the hryvnias again", []fact.Body{before, hryvnia}, hryvnia, nil},
		{"the dollars, from an empty book", nil, dollars, nil},
		{"the dollars, beside what Canada gave before", []fact.Body{before}, dollars, []string{"proportion F-0001"}},
		{"the dollars, beside what others gave", []fact.Body{se2025(t)}, dollars, []string{"proportion F-0032"}},
		{"the dollars, beside the hryvnias", []fact.Body{hryvnia}, dollars, []string{"currency F-0002", "proportion F-0002"}},
		{"the hryvnias, printed as dollars by another", []fact.Body{before}, printed, []string{"currency "}},
		{"the same number from another provider", []fact.Body{flowOf("F-0009", "NO", "92000000", "USD", "no")}, hryvnia, nil},
		{"a thousand times", []fact.Body{before}, flowOf("F-0004", "CA", "2700", "CAD", "x"), []string{"thousand F-0001"}},
		{"a million times", []fact.Body{before}, flowOf("F-0004", "CA", "2.70", "CAD", "x"), []string{"thousand F-0001"}},
		{"a hundred times", []fact.Body{before}, flowOf("F-0004", "CA", "27000", "CAD", "x"), nil},
		{"a thousand times and a cent", []fact.Body{flowOf("F-0001", "CA", "2700000.01", "CAD", "x")}, flowOf("F-0004", "CA", "2700", "CAD", "x"), nil},
		{"a correction from hryvnias to dollars", []fact.Body{hryvnia}, flowOf("F-0002", "CA", "92000000", "USD", "ca-2025"), []string{"currency F-0002", "proportion F-0002"}},
		{"withdrawn flows say nothing", []fact.Body{hryvnia, flow.Withdrawn{Flow: "F-0002"}}, dollars, nil},
		{"totals say nothing", []fact.Body{total}, flowOf("F-0004", "CA", "241700000", "USD", "x"), nil},
		{"mentions do", []fact.Body{said}, flowOf("F-0004", "CA", "241700000", "USD", "x"), []string{"currency S-0002"}},
		{"of a currency nobody can weigh", []fact.Body{before}, flowOf("F-0004", "CA", "92000000", "PLN", "x"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range tell(tt.given...).Doubts(tt.wanted, worth) {
				got = append(got, fmt.Sprintf("%s %s%s", d.Why, d.Flow, d.Mention))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
