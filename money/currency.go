package money

import (
	"strconv"

	"tallinn/fault"
)

// A Currency is an ISO 4217 alphabetic code that stands in the table. The
// empty Currency is none.
type Currency string

// The currencies that the program itself speaks of.
const (
	EUR Currency = "EUR"
	USD Currency = "USD"
	UAH Currency = "UAH"
)

// ErrCurrency refuses a code that ISO 4217 does not have.
var ErrCurrency = fault.New(fault.Invalid, "money.currency",
	"{{.currency}} is not a currency code; write the three capital letters of ISO 4217, such as EUR, SEK or UAH")

var table = tabulate(iso4217, withdrawn)

func tabulate(lists ...[]entry) map[Currency]entry {
	m := map[Currency]entry{}
	for _, list := range lists {
		for _, e := range list {
			m[e.code] = e
		}
	}
	return m
}

// ParseCurrency reads a code exactly as ISO 4217 writes it.
//
// Errors: ErrCurrency.
func ParseCurrency(s string) (Currency, error) {
	e, ok := table[Currency(s)]
	if !ok {
		return "", ErrCurrency.With("currency", quote(s))
	}
	return e.code, nil
}

// Minor is the number of decimals of c's minor unit: EUR 2, JPY 0, KWD 3.
func (c Currency) Minor() int { return int(table[c].minor) }

// Name is c's English name in ISO 4217.
func (c Currency) Name() string { return table[c].name }

// UnmarshalText reads a code and refuses one that the table does not have.
func (c *Currency) UnmarshalText(b []byte) (err error) {
	*c, err = ParseCurrency(string(b))
	return err
}

// quote repeats input inside an error: clipped, and with what does not print
// made visible.
func quote(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
