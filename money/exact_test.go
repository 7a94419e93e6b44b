package money_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tallinn/money"
)

var (
	currencies = rapid.SampledFrom([]money.Currency{"EUR", "SEK", "JPY", "KWD", "CLF", "UAH"})
	amounts    = rapid.Custom(func(t *rapid.T) money.Amount {
		minor := rapid.OneOf(rapid.Int64Range(0, money.MaxMinor), rapid.Int64Range(0, 1000)).Draw(t, "minor")
		a, err := money.FromMinor(minor, currencies.Draw(t, "currency"))
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
	rates = rapid.Custom(func(t *rapid.T) money.Rate {
		s := rapid.SampledFrom([]string{
			fmt.Sprintf("%d.%04d", rapid.IntRange(0, 200).Draw(t, "whole"), rapid.IntRange(1, 9999).Draw(t, "fraction")),
			fmt.Sprintf("0.%06d", rapid.IntRange(1, 999999).Draw(t, "small")),
			fmt.Sprintf("%d.%09d", rapid.IntRange(0, 999999999).Draw(t, "large"), rapid.IntRange(1000, 999999999).Draw(t, "fine")),
			fmt.Sprint(rapid.IntRange(1, 64).Draw(t, "round")), // ties occur
		}).Draw(t, "rate")
		r, err := money.ParseRate(s)
		if err != nil {
			t.Fatal(err)
		}
		return r
	})
)

// halfEven rounds r to decimals, the slow and plain way.
func halfEven(r *big.Rat, decimals int) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(scale))
	q, rest := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	switch twice := new(big.Int).Lsh(rest, 1).Cmp(scaled.Denom()); {
	case twice > 0, twice == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(1))
	}
	return new(big.Rat).SetFrac(q, scale)
}

func inMajor(a money.Amount) *big.Rat {
	r, ok := new(big.Rat).SetString(a.Value())
	if !ok {
		panic("an amount's value is no number: " + a.Value())
	}
	return r
}

// Rule 6: a conversion is the exact quotient, rounded half even at the twelfth
// decimal and nowhere else.
func TestDivideIsTheExactQuotient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, r := amounts.Draw(t, "amount"), rates.Draw(t, "rate")
		want := halfEven(new(big.Rat).Quo(inMajor(a), r.Rat()), money.Places)
		if got := money.Divide(a, r); got.Rat().Cmp(want) != 0 {
			t.Fatalf("%v / %v = %v; want %s", a, r, got, want.FloatString(money.Places))
		}
		if got := money.Same(a); got.Rat().Cmp(inMajor(a)) != 0 {
			t.Fatalf("Same(%v) = %v", a, got)
		}
	})
}

func TestExactArithmetic(t *testing.T) {
	exact := rapid.Custom(func(t *rapid.T) money.Exact {
		return money.Divide(amounts.Draw(t, "amount"), rates.Draw(t, "rate"))
	})
	rapid.Check(t, func(t *rapid.T) {
		x, y := exact.Draw(t, "x"), exact.Draw(t, "y")
		sum := x.Add(y)
		if want := new(big.Rat).Add(x.Rat(), y.Rat()); sum.Rat().Cmp(want) != 0 {
			t.Fatalf("%v + %v = %v", x, y, sum)
		}
		if back, ok := sum.Sub(y); !ok || back != x {
			t.Fatalf("%v - %v = %v, %v; want %v", sum, y, back, ok, x)
		}
		if x.Cmp(y) != x.Rat().Cmp(y.Rat()) {
			t.Fatalf("%v against %v is %d", x, y, x.Cmp(y))
		}
		if _, ok := y.Sub(x); ok != (x.Cmp(y) <= 0) {
			t.Fatalf("%v - %v does not agree with Cmp", y, x)
		}
		decimals := rapid.IntRange(0, money.Places).Draw(t, "decimals")
		if want := halfEven(x.Rat(), decimals).FloatString(decimals); x.Round(decimals) != want {
			t.Fatalf("%v.Round(%d) = %s; want %s", x, decimals, x.Round(decimals), want)
		}
		if back, err := money.ParseExact(sum.String()); err != nil || back != sum {
			t.Fatalf("ParseExact(%s) = %v, %v", sum, back, err)
		}
	})
}

func TestAddPanicsRatherThanWrap(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a sum over 128 bits came out as a number")
		}
	}()
	x, err := money.ParseExact("99999999999999999999999999")
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		x = x.Add(x)
	}
}
