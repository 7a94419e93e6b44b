package money_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tallinn/money"
)

// A conversion by way of two rates is the quotient of the two, rounded once:
// compared with fractions.
func TestCrossIsOneRounding(t *testing.T) {
	some := rapid.Custom(func(t *rapid.T) money.Rate {
		r, err := money.ParseRate(fmt.Sprintf("%d.%0*d", rapid.IntRange(0, 60).Draw(t, "whole"),
			rapid.IntRange(1, 9).Draw(t, "places"), rapid.IntRange(1, 9).Draw(t, "fraction")))
		if err != nil {
			t.Skip(err)
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]money.Currency{"EUR", "JPY", "KWD", "CLF"}).Draw(t, "currency")
		a, err := money.FromMinor(rapid.Int64Range(0, money.MaxMinor).Draw(t, "minor"), c)
		if err != nil {
			t.Fatal(err)
		}
		from, to := some.Draw(t, "from"), some.Draw(t, "to")
		by := new(big.Rat).Quo(to.Rat(), from.Rat())
		if rapid.Bool().Draw(t, "from the base") {
			from, by = money.Rate{}, to.Rat()
		}
		d, ok := money.NewCross(c, from, to)
		if !ok {
			t.Skip("out of proportion")
		}
		said, _ := new(big.Rat).SetString(a.Value())
		if got, want := d.Divide(a.Minor()).Rat(), halfEven(said.Mul(said, by), money.Places); got.Cmp(want) != 0 {
			t.Fatalf("%v by %v to %v is %s; want %s", a, from, to, got.FloatString(12), want.FloatString(12))
		}
	})
	one, _ := money.ParseRate("0.000001")
	huge, _ := money.ParseRate("999999999")
	if _, ok := money.NewCross("EUR", one, huge); ok {
		t.Error("rates out of all proportion are crossed")
	}
}
