package flow_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

// Rule 7: whatever is said of the worth of goods, in whatever order methods
// take turns, the latest word by the strongest method that gives a value
// counts; without one there is no value, and never a zero. How many there are
// stays as it was.
func TestValueIsTheStrongestWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		goods := promised(t, "1")
		goods.Amount, goods.Goods = money.Amount{}, &flow.Goods{What: "edr_seats", Quantity: rapid.Int64Range(1, 5000).Draw(t, "quantity"), Unit: "seat"}
		var said []fact.Body
		for range rapid.IntRange(0, 8).Draw(t, "valuations") {
			v := flow.Valued{Flow: "F-0001", Party: "NL", Method: rapid.SampledFrom(flow.Methods).Draw(t, "method"), On: dates.Draw(t, "on")}
			if rapid.IntRange(0, 2).Draw(t, "none") > 0 {
				a := inMinor(t, rapid.Int64Range(1, 1000).Draw(t, "minor"), rapid.SampledFrom([]money.Currency{"EUR", "SEK"}).Draw(t, "currency"))
				v.Amount = &a
			}
			said = append(said, v)
		}
		want := money.Amount{}
		for _, m := range []flow.Method{"statement", "list_price", "invoice"} { // a stronger one overrules
			for _, b := range said {
				if v := b.(flow.Valued); v.Method == m && lastOf(said, m) == v && v.Amount != nil {
					want = *v.Amount
				}
			}
		}
		b := tell(append([]fact.Body{goods}, said...)...)
		f, _ := b.Get("F-0001")
		got, found := f.Value()
		if got != want || found != (want != money.Amount{}) || f.Standing().Amount != want || b.Tallies()[0].Minor != want.Minor() {
			t.Fatalf("worth %v, %v, counted as %v; want %v", got, found, f.Standing().Amount, want)
		}
		if found && got.IsZero() || f.Goods.Quantity != goods.Goods.Quantity {
			t.Fatalf("%v for %d of %d", got, f.Goods.Quantity, goods.Goods.Quantity)
		}
		// Only whose turn it is changes: each method's own words keep their order.
		slices.SortStableFunc(said, func(x, y fact.Body) int {
			return slices.Index(flow.Methods, x.(flow.Valued).Method) - slices.Index(flow.Methods, y.(flow.Valued).Method)
		})
		again, _ := tell(append([]fact.Body{goods}, said...)...).Get("F-0001")
		if again.Standing() != f.Standing() {
			t.Fatalf("told otherwise it is worth %v; first %v", again.Standing().Amount, f.Standing().Amount)
		}
	})
}

func lastOf(said []fact.Body, m flow.Method) (last flow.Valued) {
	for _, b := range said {
		if v := b.(flow.Valued); v.Method == m {
			last = v
		}
	}
	return last
}

// Rule 7, on the terminals of the public record: 5,175 of them, 1,508 bought
// by one party and 3,667 given by another, with one receiver and no value in
// any source. They are two flows; what was delivered adds up, and nothing is
// made up about what it was worth.
func TestTerminalsHaveNoValue(t *testing.T) {
	terminals := func(id flow.ID, from party.ID, quantity int64) flow.Recorded {
		f := se2025(t)
		said := *f.Said
		said.Source.Row = "us-starlink/" + string(from)
		f.Flow, f.Provider, f.Receiver, f.Amount, f.Status, f.Scope = id, from, "ssscip", money.Amount{}, flow.Paid, flow.Satellite
		f.Said, f.Goods = &said, &flow.Goods{What: "satellite_terminals", Quantity: quantity, Unit: "terminal"}
		return f
	}
	var told []fact.Body
	for _, f := range []flow.Recorded{terminals("F-1", "US", 1508), terminals("F-2", "spacex", 3667)} {
		out, err := flow.Record(flow.Flow{}, f)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, out...)
	}
	var quantity int64
	for _, f := range tell(told...).All() {
		quantity += f.Goods.Quantity
		if v, found := f.Value(); found || f.Standing().Amount != (money.Amount{}) {
			t.Errorf("%s is worth %v", f.Recorded.Flow, v)
		}
	}
	if quantity != 5175 {
		t.Errorf("%d terminals", quantity)
	}
	f, _ := tell(told...).Get("F-1")
	zero := money.Amount{}
	if _, err := f.Appraise(flow.Valued{Method: flow.ByStatement, Amount: &zero, On: "2025"}, sits("US", seat.Programme), day); !errors.Is(err, flow.ErrNoAmount) {
		t.Errorf("no value is taken for one of zero: %v", err)
	}
}

// Rule 9: whatever stands, the same number in another currency, a thousand or
// a million times a number that stands, and an amount out of proportion each
// ask for a second look; what fits asks for none; and nothing is refused.
func TestDoubtAsksAndRefusesNothing(t *testing.T) {
	currencies := []money.Currency{"EUR", "USD", "SEK", "UAH"}
	rapid.Check(t, func(t *rapid.T) {
		var stands []fact.Body
		for i := range rapid.IntRange(1, 5).Draw(t, "flows") {
			f := promised(t, "1")
			f.Flow = flow.ID("F-00" + string(rune('A'+i)))
			f.Amount = inMinor(t, 100*rapid.Int64Range(1_000, 9_999).Draw(t, "amount"), rapid.SampledFrom(currencies).Draw(t, "currency"))
			stands = append(stands, f)
		}
		b := tell(stands...)
		like := rapid.SampledFrom(stands).Draw(t, "like").(flow.Recorded)
		wanted := promised(t, "1")
		asks := func(how string, a money.Amount, why flow.DoubtWhy) {
			wanted.Amount = a
			doubts := b.Doubts(wanted, worth)
			if !slices.ContainsFunc(doubts, func(d flow.Doubt) bool { return d.Why == why }) {
				t.Fatalf("%v, %s, asks only %v", a, how, doubts)
			}
			if out, err := flow.Record(flow.Flow{}, wanted); err != nil || len(out) != 1 {
				t.Fatalf("%v is refused: %v", a, err)
			}
		}
		other := rapid.SampledFrom(currencies).Filter(func(c money.Currency) bool { return c != like.Amount.Currency() }).Draw(t, "other")
		asks("the number of "+like.Amount.String(), inMinor(t, like.Amount.Minor(), other), flow.DoubtCurrency)
		asks("a thousand times", inMinor(t, 1_000*like.Amount.Minor(), like.Amount.Currency()), flow.DoubtThousand)
		asks("a million times", inMinor(t, 1_000_000*like.Amount.Minor(), like.Amount.Currency()), flow.DoubtThousand)
		// 21 times the most that could stand, in the currency that weighs most.
		asks("out of proportion", inMinor(t, 21*100*9_999, "EUR"), flow.DoubtProportion)
		wanted.Amount = inMinor(t, like.Amount.Minor()+1, like.Amount.Currency())
		if doubts := b.Doubts(wanted, worth); len(doubts) != 0 {
			t.Fatalf("%v, beside %v, asks %v", wanted.Amount, like.Amount, doubts)
		}
	})
}
