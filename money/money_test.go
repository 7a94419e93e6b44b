package money_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/money"
)

func TestParseAmount(t *testing.T) {
	for _, tt := range []struct {
		value    string
		currency money.Currency
		minor    int64
		err      error
	}{
		{"135000000", "SEK", 13_500_000_000, nil},
		{"135000000.5", "SEK", 13_500_000_050, nil},
		{"135000000.05", "SEK", 13_500_000_005, nil},
		{"0", "EUR", 0, nil},
		{"0.01", "EUR", 1, nil},
		{"7", "JPY", 7, nil},
		{"1.234", "KWD", 1234, nil},
		{"9999999999999.99", "EUR", money.MaxMinor, nil},
		{"10000000000000", "EUR", 0, money.ErrTooLarge},
		{"1000000000000000000", "EUR", 0, money.ErrTooLarge},
		{"99999999999999999999999999", "EUR", 0, money.ErrTooLarge},
		{"-1", "EUR", 0, money.ErrNegative},
		{"-0.00", "EUR", 0, money.ErrNegative},
		{"--1", "EUR", 0, money.ErrAmount},
		{"+1", "EUR", 0, money.ErrAmount},
		{"1e6", "EUR", 0, money.ErrAmount},
		{"NaN", "EUR", 0, money.ErrAmount},
		{"Infinity", "EUR", 0, money.ErrAmount},
		{"", "EUR", 0, money.ErrAmount},
		{".", "EUR", 0, money.ErrAmount},
		{"5.", "EUR", 0, money.ErrAmount},
		{".5", "EUR", 0, money.ErrAmount},
		{"007", "EUR", 0, money.ErrAmount},
		{"1.2.3", "EUR", 0, money.ErrAmount},
		{" 1", "EUR", 0, money.ErrAmount},
		{"1 000", "EUR", 0, money.ErrAmount},
		{"1\u00a0000", "EUR", 0, money.ErrAmount},
		{"1,000", "EUR", 0, money.ErrAmount},
		{"1_000", "EUR", 0, money.ErrAmount},
		{"1'000", "EUR", 0, money.ErrAmount},
		{"0x10", "EUR", 0, money.ErrAmount},
		{"١٣٥", "EUR", 0, money.ErrAmount},
		{"１３５", "EUR", 0, money.ErrAmount},
		{"<b>1</b>", "EUR", 0, money.ErrAmount},
		{"0.001", "EUR", 0, money.ErrDecimals},
		{"0.0", "JPY", 0, money.ErrDecimals},
		{"1", "", 0, money.ErrCurrency},
		{"1", "sek", 0, money.ErrCurrency},
		{"1", "SEКs", 0, money.ErrCurrency},
		{"1", "XAU", 0, money.ErrCurrency},
		{"1", "XXX", 0, money.ErrCurrency},
	} {
		got, err := money.ParseAmount(tt.value, tt.currency)
		if !errors.Is(err, tt.err) || got.Minor() != tt.minor {
			t.Errorf("ParseAmount(%q, %q) = %d, %v; want %d, %v", tt.value, tt.currency, got.Minor(), err, tt.minor, tt.err)
		}
		if err != nil && (got != money.Amount{} || strings.Contains(err.Error(), "{{")) {
			t.Errorf("ParseAmount(%q, %q) = %v, %q; want no amount and a filled text", tt.value, tt.currency, got, err)
		}
	}
}

func TestAmountSaysWhatToEnter(t *testing.T) {
	_, err := money.ParseAmount("135,000,000 "+strings.Repeat("9", 200), "SEK")
	const want = `"135,000,000 9999999999999999999999999999…" is not an amount; enter the amount in SEK in digits alone, ` +
		`without spaces or marks between thousands, for example 135000000.00`
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	_, err = money.ParseAmount("12.5", "JPY")
	if !strings.HasSuffix(err.Error(), "in JPY, for example 135000000") {
		t.Errorf("got %s; want an example that yen allow", err)
	}
}

func TestAmountString(t *testing.T) {
	for _, tt := range []struct {
		minor    int64
		currency money.Currency
		want     string
	}{
		{13_500_000_000, "SEK", "135000000.00 SEK"},
		{5, "EUR", "0.05 EUR"},
		{0, "EUR", "0.00 EUR"},
		{7, "JPY", "7 JPY"},
		{7, "KWD", "0.007 KWD"},
		{12345, "CLF", "1.2345 CLF"},
	} {
		a, err := money.FromMinor(tt.minor, tt.currency)
		if err != nil || a.String() != tt.want {
			t.Errorf("FromMinor(%d, %s) = %q, %v; want %q", tt.minor, tt.currency, a, err, tt.want)
		}
	}
	if got := (money.Amount{}).String(); got != "" {
		t.Errorf("no amount is %q; want nothing", got)
	}
}

func TestFromMinorRefuses(t *testing.T) {
	for _, tt := range []struct {
		minor    int64
		currency money.Currency
		err      error
	}{
		{-1, "EUR", money.ErrNegative},
		{money.MaxMinor + 1, "EUR", money.ErrTooLarge},
		{1, "???", money.ErrCurrency},
	} {
		if a, err := money.FromMinor(tt.minor, tt.currency); !errors.Is(err, tt.err) || a != (money.Amount{}) {
			t.Errorf("FromMinor(%d, %s) = %v, %v; want %v", tt.minor, tt.currency, a, err, tt.err)
		}
	}
}

func TestAdd(t *testing.T) {
	sek, more, eur := amount(t, "1.50", "SEK"), amount(t, "2.25", "SEK"), amount(t, "1", "EUR")
	most, _ := money.FromMinor(money.MaxMinor, "SEK")
	for _, tt := range []struct {
		name string
		a, b money.Amount
		want string
		err  error
	}{
		{"same currency", sek, more, "3.75 SEK", nil},
		{"no amount first", money.Amount{}, sek, "1.50 SEK", nil},
		{"no amount second", sek, money.Amount{}, "1.50 SEK", nil},
		{"two currencies", sek, eur, "", money.ErrMixed},
		{"too large", most, sek, "", money.ErrTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.a.Add(tt.b)
			if got.String() != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%v + %v = %v, %v; want %s, %v", tt.a, tt.b, got, err, tt.want, tt.err)
			}
		})
	}
	if sek.Cmp(more) != -1 || more.Cmp(sek) != 1 || sek.Cmp(sek) != 0 {
		t.Error("Cmp does not order 1.50 before 2.25")
	}
}

func TestCurrencyTable(t *testing.T) {
	for _, tt := range []struct {
		code  money.Currency
		minor int
		name  string
	}{
		{"EUR", 2, "Euro"}, {"UAH", 2, "Hryvnia"}, {"JPY", 0, "Yen"}, {"ISK", 0, "Iceland Krona"},
		{"KWD", 3, "Kuwaiti Dinar"}, {"CLF", 4, "Unidad de Fomento"},
		{"BGN", 2, "Bulgarian Lev"}, // withdrawn in 2026; rates and amounts before it still read
	} {
		c, err := money.ParseCurrency(string(tt.code))
		if err != nil || c.Minor() != tt.minor || c.Name() != tt.name {
			t.Errorf("%s: %d, %q, %v; want %d, %q", tt.code, c.Minor(), c.Name(), err, tt.minor, tt.name)
		}
	}
}

func TestAmountJSON(t *testing.T) {
	type body struct {
		Amount money.Amount  `json:"amount"`
		Maybe  *money.Amount `json:"maybe,omitempty"`
	}
	for _, tt := range []struct {
		in  string
		out string // as written again; empty when reading must fail
	}{
		{`{"amount":{"currency":"SEK","value":"135000000.00"}}`, `{"amount":{"currency":"SEK","value":"135000000.00"}}`},
		{`{"amount":{"value":"1","currency":"SEK"}}`, `{"amount":{"currency":"SEK","value":"1.00"}}`},
		{`{"amount":null}`, `{"amount":null}`},
		{`{"amount":null,"maybe":{"currency":"JPY","value":"1"}}`, `{"amount":null,"maybe":{"currency":"JPY","value":"1"}}`},
		{`{"amount":{"currency":"SEK","value":135}}`, ``},
		{`{"amount":{"currency":"SEK","value":"-1"}}`, ``},
		{`{"amount":{"currency":"SEK","value":"1e3"}}`, ``},
		{`{"amount":{"currency":"ZZZ","value":"1"}}`, ``},
		{`{"amount":{"currency":"SEK"}}`, ``},
		{`{"amount":{}}`, ``},
		{`{"amount":"1 SEK"}`, ``},
		{`{"amount":{"currency":"SEK","value":"1","value":"2"}}`, ``},
		{`{"amount":{"currency":"SEK","value":"1","note":"x"}}`, ``},
	} {
		var b body
		err := json.Unmarshal([]byte(tt.in), &b)
		if (err != nil) != (tt.out == "") {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if out, _ := json.Marshal(b); err == nil && string(out) != tt.out {
			t.Errorf("%s is written again as %s; want %s", tt.in, out, tt.out)
		}
	}
}

func TestParseRate(t *testing.T) {
	for _, s := range []string{"1.0944", "11.129", "0.86555", "186.75", "1", "1.10", "0.000001", "999999999.999999999"} {
		r, err := money.ParseRate(s)
		if err != nil || r.String() != s {
			t.Errorf("ParseRate(%q) = %q, %v; want it as printed", s, r, err)
		}
	}
	for _, s := range []string{"", "0", "0.0", "0.000000", "0.000000999", "-1", "+1", "1e3", "1,0944", "1 ", ".5", "5.", "01.5",
		"1000000000", "1.0000000001", "NaN", "Inf", "١", "1.0944\n"} {
		if r, err := money.ParseRate(s); !errors.Is(err, money.ErrRate) || !r.IsZero() {
			t.Errorf("ParseRate(%q) = %q, %v; want ErrRate", s, r, err)
		}
	}
	one, same := rate(t, "1.1"), rate(t, "1.10")
	if one == same || !one.Equal(same) {
		t.Error("1.1 and 1.10 must print apart and be worth the same")
	}
}

func TestConvertPublishedRates(t *testing.T) {
	// Amounts and rates of the public data; quotients by fractions, outside this program.
	for _, tt := range []struct{ amount, currency, rate, want, shown string }{
		{"210000000", "USD", "1.0390", "202117420.596727622714", "202117420.60"},
		{"135000000", "SEK", "11.129", "12130469.943391140264", "12130469.94"},
		{"1", "JPY", "3", "0.333333333333", "0.33"},
		{"2", "JPY", "3", "0.666666666667", "0.67"},
	} {
		got := money.Divide(amount(t, tt.amount, money.Currency(tt.currency)), rate(t, tt.rate))
		if got.String() != tt.want || got.Round(2) != tt.shown {
			t.Errorf("%s %s / %s = %s (%s); want %s (%s)", tt.amount, tt.currency, tt.rate, got, got.Round(2), tt.want, tt.shown)
		}
	}
}

func TestRoundHalfEven(t *testing.T) {
	for _, tt := range []struct {
		value    string
		decimals int
		want     string
	}{
		{"0.125", 2, "0.12"}, {"0.135", 2, "0.14"}, {"0.1250001", 2, "0.13"}, {"2.5", 0, "2"}, {"3.5", 0, "4"},
		{"9.999", 2, "10.00"}, {"0", 2, "0.00"}, {"0", 0, "0"}, {"0.05", 1, "0.0"}, {"1", 12, "1.000000000000"},
		{"1", 99, "1.000000000000"}, {"1.5", -1, "2"},
		{"12345678901234567890123456.5", 1, "12345678901234567890123456.5"},
	} {
		x, err := money.ParseExact(tt.value)
		if err != nil || x.Round(tt.decimals) != tt.want {
			t.Errorf("%s.Round(%d) = %s, %v; want %s", tt.value, tt.decimals, x.Round(tt.decimals), err, tt.want)
		}
	}
}

func amount(t *testing.T, value string, c money.Currency) money.Amount {
	t.Helper()
	a, err := money.ParseAmount(value, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func rate(t *testing.T, s string) money.Rate {
	t.Helper()
	r, err := money.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
