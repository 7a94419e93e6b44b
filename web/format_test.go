package web

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/fact"
)

// nb writes "_" for the no-break space.
func nb(s string) string { return strings.ReplaceAll(s, "_", nbsp) }

func TestMoney(t *testing.T) {
	for _, tt := range []struct{ value, currency, en, uk string }{
		{"187402118.50", "EUR", "€187,402,118.50", "187_402_118,50_€"},
		{"135000000.00", "SEK", "SEK_135,000,000.00", "135_000_000,00_SEK"},
		{"999", "JPY", "JPY_999", "999_JPY"},
		{"1000", "JPY", "JPY_1,000", "1_000_JPY"},
		{"0.00", "EUR", "€0.00", "0,00_€"},
		{"12345678901234567890.123456789012", "EUR", "€12,345,678,901,234,567,890.123456789012", "12_345_678_901_234_567_890,123456789012_€"},
		{"", "EUR", "", ""},
	} {
		if got := Money(English, tt.value, tt.currency); got != nb(tt.en) {
			t.Errorf("Money(en, %q) = %q, want %q", tt.value, got, tt.en)
		}
		if got := Money(Ukrainian, tt.value, tt.currency); got != nb(tt.uk) {
			t.Errorf("Money(uk, %q) = %q, want %q", tt.value, got, tt.uk)
		}
	}
}

func TestMoneyShort(t *testing.T) {
	for _, tt := range []struct{ value, en, uk string }{
		{"241700000.00", "€241.7_m", "241,7_млн_€"},
		{"200000000.00", "€200_m", "200_млн_€"},
		{"1250000000.00", "€1.3_bn", "1,3_млрд_€"},
		{"999950000.00", "€1_bn", "1_млрд_€"},
		{"1500.00", "€1.5_k", "1,5_тис._€"},
		{"949.99", "€949", "949_€"},
		{"999.99", "€1_k", "1_тис._€"},
		{"0.00", "€0", "0_€"},
	} {
		if got := MoneyShort(English, tt.value, "EUR"); got != nb(tt.en) {
			t.Errorf("MoneyShort(en, %q) = %q, want %q", tt.value, got, tt.en)
		}
		if got := MoneyShort(Ukrainian, tt.value, "EUR"); got != nb(tt.uk) {
			t.Errorf("MoneyShort(uk, %q) = %q, want %q", tt.value, got, tt.uk)
		}
	}
}

// TestDecimalKeepsDigits: grouping adds signs and changes no digit.
func TestDecimalKeepsDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`-?[1-9][0-9]{0,24}(\.[0-9]{1,12})?`).Draw(t, "value")
		for l, s := range numbers {
			got := Decimal(l, value)
			plain := strings.NewReplacer(s.group, "", s.decimal, ".", "−", "-").Replace(got)
			if plain != value {
				t.Fatalf("Decimal(%s, %q) = %q", l, value, got)
			}
			for i, group := range strings.Split(strings.Split(got, s.decimal)[0], s.group) {
				if n := len(strings.TrimPrefix(group, "−")); i > 0 && n != 3 || n > 3 {
					t.Fatalf("Decimal(%s, %q) = %q has a group of %d", l, value, got, n)
				}
			}
		}
	})
}

func TestDate(t *testing.T) {
	for _, tt := range []struct {
		d                        fact.Date
		en, enShort, uk, ukShort string
	}{
		{"2024-12-20", "20_December 2024", "20_Dec 2024", "20_грудня 2024_р.", "20_груд. 2024_р."},
		{"2024-05-02", "2_May 2024", "2_May 2024", "2_травня 2024_р.", "2_трав. 2024_р."},
		{"2024-12", "December 2024", "Dec 2024", "грудень 2024_р.", "груд. 2024_р."},
		{"2024", "2024", "2024", "2024_р.", "2024_р."},
		{"", "date not stated", "date not stated", "дату не вказано", "дату не вказано"},
	} {
		for got, want := range map[string]string{
			Date(English, tt.d): tt.en, DateShort(English, tt.d): tt.enShort,
			Date(Ukrainian, tt.d): tt.uk, DateShort(Ukrainian, tt.d): tt.ukShort,
		} {
			if got != nb(want) {
				t.Errorf("%q: %q, want %q", tt.d, got, want)
			}
		}
	}
}

// TestTime: Kyiv is two hours ahead of UTC in winter and three in summer, and
// the day may be another.
func TestTime(t *testing.T) {
	winter := time.Date(2024, 12, 20, 22, 5, 0, 0, time.UTC)
	if got, want := Time(English, winter), nb("21_December 2024, 00:05 Kyiv time"); got != want {
		t.Errorf("Time = %q, want %q", got, want)
	}
	summer := time.Date(2025, 7, 2, 11, 5, 0, 0, time.UTC)
	if got, want := Time(Ukrainian, summer), nb("2_липня 2025_р., 14:05 за київським часом"); got != want {
		t.Errorf("Time = %q, want %q", got, want)
	}
}
