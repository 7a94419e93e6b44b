package money_test

import (
	"math/big"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/money"
)

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"0", "135000000.00", "-1", "1e9", "١", "1 000", "99999999999999999999", "0.001"} {
		f.Add(s, "SEK")
		f.Add(s, "JPY")
	}
	f.Fuzz(func(t *testing.T, value, currency string) {
		a, err := money.ParseAmount(value, money.Currency(currency))
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(value)
		got, _ := new(big.Rat).SetString(a.Value())
		if !ok || want.Cmp(got) != 0 || a.Minor() < 0 || a.Minor() > money.MaxMinor {
			t.Fatalf("%q %s was read as %v", value, currency, a)
		}
		if again, err := money.ParseAmount(a.Value(), a.Currency()); err != nil || again != a {
			t.Fatalf("%v does not read back: %v, %v", a, again, err)
		}
	})
}

func FuzzParseRate(f *testing.F) {
	for _, s := range []string{"1.0944", "0", "0.000001", "-1", "1e3", "999999999.999999999", "1,5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := money.ParseRate(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || r.String() != s || r.Rat().Cmp(want) != 0 || want.Sign() <= 0 {
			t.Fatalf("%q was read as %v", s, r)
		}
	})
}

func FuzzAmountJSON(f *testing.F) {
	for _, s := range []string{`null`, `{"currency":"SEK","value":"1.00"}`, `{"currency":"SEK","value":"1","value":"2"}`,
		`{"value":1}`, `{}`, `[]`, `"1"`, "{\"currency\":\"\xff\"}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var a money.Amount
		if json.Unmarshal(raw, &a) != nil {
			return
		}
		out, err := json.Marshal(a)
		var again money.Amount
		if err != nil || json.Unmarshal(out, &again) != nil || again != a {
			t.Fatalf("%s was read as %v and written as %s, %v", raw, a, out, err)
		}
	})
}

func FuzzParseExact(f *testing.F) {
	for _, s := range []string{"0", "187402118.50", "1.0000000000001", "-1", "99999999999999999999999999.999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := money.ParseExact(s)
		if err != nil {
			return
		}
		if want, ok := new(big.Rat).SetString(s); !ok || x.Rat().Cmp(want) != 0 {
			t.Fatalf("%q was read as %v", s, x)
		}
	})
}
