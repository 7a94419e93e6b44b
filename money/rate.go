package money

import (
	"math/big"
	"strconv"
	"strings"

	"tallinn/fault"
)

// A Rate is a reference rate as its source printed it: so many units of a
// currency for one unit of the base. It is positive, has at most nine digits
// before the point and nine after, and is at least 0.000001. Two rates that
// print differently ("1.10" and "1.1") are different values of equal worth;
// compare with Equal. The zero Rate is none.
type Rate struct {
	digits uint64 // the printed digits without the point
	scale  uint8  // how many of them follow the point
}

const (
	rateWhole    = 9 // digits before the point, at most
	rateFraction = 9 // digits after it, at most
	rateLeast    = 6 // the smallest rate is 10 to the minus this
)

// ErrRate refuses what is no reference rate.
var ErrRate = fault.New(fault.Invalid, "money.rate",
	"{{.rate}} is not an exchange rate; write it in digits with a point, as its source prints it, for example 1.0944")

// ParseRate reads a rate as its source prints it, such as "1.0944".
//
// Errors: ErrRate.
func ParseRate(s string) (Rate, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if !isDecimal(s) || len(whole) > rateWhole || len(fraction) > rateFraction {
		return Rate{}, ErrRate.With("rate", quote(s))
	}
	digits, err := strconv.ParseUint(whole+fraction, 10, 64)
	r := Rate{digits, uint8(len(fraction))}
	least := pow10[max(len(fraction), rateLeast)-rateLeast] // 10^-6 in units of the last digit
	if err != nil || digits < least {
		return Rate{}, ErrRate.With("rate", quote(s))
	}
	return r, nil
}

// IsZero reports whether r is no rate.
func (r Rate) IsZero() bool { return r.digits == 0 }

// String is r as its source printed it; empty when r is none.
func (r Rate) String() string {
	if r.digits == 0 {
		return ""
	}
	s := strconv.FormatUint(r.digits, 10)
	if r.scale == 0 {
		return s
	}
	if lack := int(r.scale) + 1 - len(s); lack > 0 {
		s = strings.Repeat("0", lack) + s
	}
	point := len(s) - int(r.scale)
	return s[:point] + "." + s[point:]
}

// Float is r for comparing sizes, never for converting.
func (r Rate) Float() float64 { return float64(r.digits) / float64(pow10[r.scale]) }

// Equal reports whether r and s are worth the same.
func (r Rate) Equal(s Rate) bool { return r.Rat().Cmp(s.Rat()) == 0 }

// Rat is r as a fraction, for whoever checks our arithmetic.
func (r Rate) Rat() *big.Rat {
	return new(big.Rat).SetFrac(new(big.Int).SetUint64(r.digits), new(big.Int).SetUint64(pow10[r.scale]))
}

// MarshalText writes r as its source printed it.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a rate and refuses what ParseRate refuses.
func (r *Rate) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRate(string(b))
	return err
}
