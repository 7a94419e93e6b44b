package money

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
)

// MaxMinor bounds an Amount, in minor units: 10^13 euros is more than any aid
// and leaves room to add 9,000 of the largest.
const MaxMinor = 1_000_000_000_000_000 - 1

// An Amount is money as it was said: whole minor units of one currency, never
// negative. The zero Amount is "no amount", which is not the amount zero.
type Amount struct {
	minor    int64
	currency Currency
}

var (
	// ErrAmount refuses what is not digits and a point.
	ErrAmount = fault.New(fault.Invalid, "money.amount",
		"{{.value}} is not an amount; enter the amount in {{.currency}} in digits alone, without spaces or marks between thousands, for example {{.example}}")
	// ErrNegative refuses an amount below nothing.
	ErrNegative = fault.New(fault.Invalid, "money.negative",
		"{{.value}} is below zero; enter what was given in {{.currency}}, for example {{.example}}, and mend a wrong flow by a correction")
	// ErrDecimals refuses a fraction finer than the currency has.
	ErrDecimals = fault.New(fault.Invalid, "money.decimals",
		"{{.value}} has more decimals than {{.currency}} has; enter the amount in {{.currency}}, for example {{.example}}")
	// ErrTooLarge refuses an amount over MaxMinor.
	ErrTooLarge = fault.New(fault.Invalid, "money.too_large",
		"{{.value}} {{.currency}} is more than this record takes for one flow; look at the number of zeros and at the currency, for example {{.example}}")
	// ErrMixed refuses arithmetic over two currencies.
	ErrMixed = fault.New(fault.Invalid, "money.mixed",
		"{{.one}} and {{.other}} cannot be added; give every part in the currency of the whole")
)

// ParseAmount reads an amount of c in major units: "135000000", or
// "135000000.5". It takes plain decimal digits only: no sign, exponent,
// space, leading zero, mark between thousands or digits of another script.
//
// Errors: ErrCurrency, ErrAmount, ErrNegative, ErrDecimals, ErrTooLarge.
func ParseAmount(value string, c Currency) (Amount, error) {
	if _, err := ParseCurrency(string(c)); err != nil {
		return Amount{}, err
	}
	refuse := func(e *fault.Error) (Amount, error) {
		return Amount{}, e.With("value", quote(value)).With("currency", c).With("example", example(c))
	}
	if rest, ok := strings.CutPrefix(value, "-"); ok && isDecimal(rest) {
		return refuse(ErrNegative)
	}
	if !isDecimal(value) {
		return refuse(ErrAmount)
	}
	whole, fraction, _ := strings.Cut(value, ".")
	if len(fraction) > c.Minor() {
		return refuse(ErrDecimals)
	}
	digits := whole + fraction + strings.Repeat("0", c.Minor()-len(fraction))
	minor, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || minor > MaxMinor {
		return refuse(ErrTooLarge)
	}
	return Amount{minor, c}, nil
}

// isDecimal reports whether s is ASCII digits, with no needless leading zero,
// and at most one point that has a digit on either side.
func isDecimal(s string) bool {
	whole, fraction, point := strings.Cut(s, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return false
	}
	return len(whole) == 1 || whole[0] != '0'
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || '9' < s[i] {
			return false
		}
	}
	return s != ""
}

// FromMinor is minor units of c.
//
// Errors: ErrCurrency, ErrNegative, ErrTooLarge.
func FromMinor(minor int64, c Currency) (Amount, error) {
	if _, err := ParseCurrency(string(c)); err != nil {
		return Amount{}, err
	}
	a := Amount{minor, c}
	var refused *fault.Error
	switch {
	case minor < 0:
		refused = ErrNegative
	case minor > MaxMinor:
		refused = ErrTooLarge
	default:
		return a, nil
	}
	return Amount{}, refused.With("value", strconv.FormatInt(minor, 10)).
		With("currency", c).With("example", example(c))
}

// example is an amount as c writes it, for errors to show.
func example(c Currency) string {
	return Amount{135_000_000 * int64(pow10[c.Minor()]), c}.Value()
}

// Currency is the currency that was spoken; empty when there is no amount.
func (a Amount) Currency() Currency { return a.currency }

// Minor is the amount in minor units.
func (a Amount) Minor() int64 { return a.minor }

// IsZero reports whether a is no amount, or nothing of its currency.
func (a Amount) IsZero() bool { return a.minor == 0 }

// Value is the amount in major units with all its currency's decimals.
func (a Amount) Value() string {
	places, digits := a.currency.Minor(), strconv.FormatInt(a.minor, 10)
	if places == 0 {
		return digits
	}
	if lack := places + 1 - len(digits); lack > 0 {
		digits = strings.Repeat("0", lack) + digits
	}
	point := len(digits) - places
	return digits[:point] + "." + digits[point:]
}

// String is the amount with its currency, "135000000.00 SEK"; empty when
// there is no amount.
func (a Amount) String() string {
	if a.currency == "" {
		return ""
	}
	return a.Value() + " " + string(a.currency)
}

// Add is a and b together, exactly. No amount adds nothing.
//
// Errors: ErrMixed, ErrTooLarge.
func (a Amount) Add(b Amount) (Amount, error) {
	switch {
	case a.currency == "":
		return b, nil
	case b.currency == "":
		return a, nil
	case a.currency != b.currency:
		return Amount{}, ErrMixed.With("one", a.currency).With("other", b.currency)
	}
	return FromMinor(a.minor+b.minor, a.currency)
}

// Sub is a less b, and whether they are of one currency and b is not more
// than a; else no amount.
func (a Amount) Sub(b Amount) (Amount, bool) {
	if a.currency != b.currency || a.minor < b.minor {
		return Amount{}, false
	}
	return Amount{a.minor - b.minor, a.currency}, true
}

// Cmp orders amounts of one currency: -1 when a is less than b, 0, or +1. It
// orders amounts of different currencies by code, which says nothing of worth.
func (a Amount) Cmp(b Amount) int {
	return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.minor, b.minor))
}

// stored is an Amount's stored form: strings, for a reader in another
// language must not take it for a binary fraction.
type stored struct {
	Currency string `json:"currency"`
	Value    string `json:"value"`
}

// MarshalJSON writes {"currency":"SEK","value":"135000000.00"}, or null when
// there is no amount.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a.currency == "" {
		return []byte("null"), nil
	}
	return json.Marshal(stored{string(a.currency), a.Value()})
}

// MarshalJSONTo is MarshalJSON without a buffer between.
func (a Amount) MarshalJSONTo(e *jsontext.Encoder) error {
	if a.currency == "" {
		return e.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(e, stored{string(a.currency), a.Value()})
}

// UnmarshalJSON reads what MarshalJSON writes and refuses whatever
// ParseAmount refuses.
func (a *Amount) UnmarshalJSON(b []byte) error {
	var s *stored
	if err := json.Unmarshal(b, &s, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	return a.take(s)
}

// UnmarshalJSONFrom is UnmarshalJSON without a buffer between.
func (a *Amount) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var s *stored
	if err := json.UnmarshalDecode(d, &s, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	return a.take(s)
}

func (a *Amount) take(s *stored) (err error) {
	if s == nil {
		*a = Amount{}
		return nil
	}
	*a, err = ParseAmount(s.Value, Currency(s.Currency))
	return err
}
