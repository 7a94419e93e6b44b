package money_test

import (
	"testing"

	"pgregory.net/rapid"

	"tallinn/money"
)

// The fast way reads what MarshalJSON writes, and whatever else it takes the
// general way takes too, with the same result.
func TestCanonicalReadsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"EUR", "JPY", "KWD", "UAH"}).Draw(t, "currency")
		want, err := money.FromMinor(rapid.Int64Range(0, 999_999_999_999_999).Draw(t, "minor"), currency)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := want.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var got money.Amount
		if !got.UnmarshalCanonical(raw) || got != want {
			t.Fatalf("UnmarshalCanonical(%s) = %v, want %v", raw, got, want)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"currency":"EUR","value":"1.00"}`, `{"currency":"EUR","value":"1.00","value":"2.00"}`,
		`{"currency":"EUR","value":"-1"}`, `{"value":"1.00","currency":"EUR"}`, `null`, `{"currency":"E\u0055R","value":"1"}`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var fast, general money.Amount
		if !fast.UnmarshalCanonical(raw) {
			return
		}
		if err := general.UnmarshalJSON(raw); err != nil || fast != general {
			t.Fatalf("%q: fast %v, general %v, %v", raw, fast, general, err)
		}
	})
}
