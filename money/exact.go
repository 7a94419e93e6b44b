package money

import (
	"cmp"
	"fmt"
	"math/big"
	"math/bits"
	"strings"

	"tallinn/fault"
)

// Places is the number of decimals of an Exact.
const Places = 12

// An Exact is a converted amount, or a sum of such, in major units of some
// currency that its holder names: a whole number of 10^-12 in 128 bits. The
// zero Exact is 0.
//
// Twelve decimals are enough: a conversion is off by at most half of the
// twelfth, so the sum of a million of them is off by at most 0.0000005 of a
// major unit, far under half a cent. Sums are exact, so that the order in
// which a total is added up cannot change it, and its parts add up to it.
//
// Room is enough: the largest Amount at the smallest Rate is 10^33 of the
// 3.4 × 10^38 that fit; 340,000 of these would have to be added.
type Exact struct{ hi, lo uint64 }

// ErrExact refuses what is no converted amount.
var ErrExact = fault.New(fault.Invalid, "money.exact",
	"{{.value}} is not a converted amount; write digits with a point and at most twelve decimals, for example 187402118.50")

// pow10 holds the powers of ten that fit 64 bits.
var pow10 = func() (p [20]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// Same is a in its own currency.
func Same(a Amount) Exact {
	hi, lo := bits.Mul64(uint64(a.minor), pow10[Places-a.currency.Minor()])
	return Exact{hi, lo}
}

// Divide is a / r, rounded half to even at the twelfth decimal: r is the units
// of a's currency for one unit of the currency that the result is in. It
// panics when r is the zero Rate, which ParseRate never returns.
func Divide(a Amount, r Rate) Exact {
	return NewDivisor(a.currency, r).Divide(a.minor)
}

// A Divisor converts many amounts of one currency at one rate, or by way of
// two.
type Divisor struct {
	up   [2]uint64 // multiply by both: 10^(12 - decimals of the currency), 10^scale
	down uint64    // then divide
	also uint64    // multiply by this too, before dividing; 0: not
}

// NewDivisor prepares the conversion of amounts of c at r. The zero Rate keeps
// amounts in their own currency.
func NewDivisor(c Currency, r Rate) Divisor {
	d := Divisor{up: [2]uint64{pow10[Places-c.Minor()], pow10[r.scale]}, down: r.digits}
	if r.IsZero() {
		d.down = 1
	}
	return d
}

// mostCross bounds what one unit may come to by way of two rates: more is a
// rate mistyped, and would not leave room for sums.
const mostCross = 1e9

// NewCross prepares the conversion of amounts of c by way of two rates: from
// is units of c for one of some base, to is units of the wanted currency for
// one of it. The zero from is one: c is the base itself. It is rounded once,
// as if by the quotient of the two. False: the rates are out of all
// proportion.
func NewCross(c Currency, from, to Rate) (Divisor, bool) {
	if to.IsZero() {
		return NewDivisor(c, from), true
	}
	if from.IsZero() {
		from = Rate{digits: 1}
	}
	if to.Float() > mostCross*from.Float() {
		return Divisor{}, false
	}
	d := Divisor{up: [2]uint64{1, 1}, down: from.digits, also: to.digits}
	tens := Places - c.Minor() + int(from.scale) - int(to.scale) // -1 to 21
	switch {
	case tens < 0:
		d.down *= pow10[-tens] // below 10^18 × 10
	case tens > Places:
		d.up = [2]uint64{pow10[Places], pow10[tens-Places]}
	default:
		d.up[0] = pow10[tens]
	}
	return d, true
}

// Divide converts minor units, rounding half to even at the twelfth decimal.
func (d Divisor) Divide(minor int64) Exact {
	// minor < 10^15, so minor × 10^12 × 10^9 < 10^36 fits 128 bits.
	hi, lo := bits.Mul64(uint64(minor), d.up[0])
	over, lo := bits.Mul64(lo, d.up[1])
	hi = hi*d.up[1] + over
	if d.also != 0 {
		return d.cross(hi, lo)
	}
	return divide(hi, lo, d.down)
}

// cross multiplies once more, in 192 bits, before it divides; what NewCross
// lets through comes back into 128.
func (d Divisor) cross(hi, lo uint64) Exact {
	mid, low := bits.Mul64(lo, d.also)
	top, more := bits.Mul64(hi, d.also)
	mid, carry := bits.Add64(mid, more, 0)
	top += carry
	// top < down: the quotient fits 128 bits.
	qhi, rest := bits.Div64(top, mid, d.down)
	qlo, rest := bits.Div64(rest, low, d.down)
	x := Exact{qhi, qlo}
	if half := d.down - rest; rest > half || rest == half && qlo&1 == 1 {
		return x.Add(Exact{0, 1})
	}
	return x
}

// divide is the 128-bit hi, lo over by, rounded half to even.
func divide(hi, lo, by uint64) Exact {
	qhi, rest := hi/by, hi%by
	qlo, rest := bits.Div64(rest, lo, by)
	x := Exact{qhi, qlo}
	if half := by - rest; rest > half || rest == half && qlo&1 == 1 {
		return x.Add(Exact{0, 1})
	}
	return x
}

// Add is x + y. It panics past 3.4 × 10^26 major units, which no amounts that
// can be held reach (see Exact): a wrong figure would be worse.
func (x Exact) Add(y Exact) Exact {
	lo, carry := bits.Add64(x.lo, y.lo, 0)
	hi, carry := bits.Add64(x.hi, y.hi, carry)
	if carry != 0 {
		panic("money: a sum does not fit 128 bits")
	}
	return Exact{hi, lo}
}

// Sub is x - y, and whether y was not more than x; else the zero Exact.
func (x Exact) Sub(y Exact) (Exact, bool) {
	lo, borrow := bits.Sub64(x.lo, y.lo, 0)
	hi, borrow := bits.Sub64(x.hi, y.hi, borrow)
	if borrow != 0 {
		return Exact{}, false
	}
	return Exact{hi, lo}, true
}

// Cmp is -1 when x < y, 0, or +1.
func (x Exact) Cmp(y Exact) int {
	return cmp.Or(cmp.Compare(x.hi, y.hi), cmp.Compare(x.lo, y.lo))
}

// IsZero reports whether x is 0.
func (x Exact) IsZero() bool { return x == Exact{} }

// Float is x for the length of a bar or the height of a column, never for a
// figure that is read.
func (x Exact) Float() float64 {
	return (float64(x.hi)*(1<<64) + float64(x.lo)) / 1e12
}

// Rat is x as a fraction, for whoever checks our arithmetic.
func (x Exact) Rat() *big.Rat {
	n := new(big.Int).SetUint64(x.hi)
	n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(x.lo))
	return new(big.Rat).SetFrac(n, new(big.Int).SetUint64(pow10[Places]))
}

// Round is x in digits with decimals after the point, 0 to 12, rounded half
// to even: "187402118.50". Only display rounds.
func (x Exact) Round(decimals int) string {
	decimals = min(max(decimals, 0), Places)
	q := divide(x.hi, x.lo, pow10[Places-decimals])
	// The whole and the fraction, each of at most 27 and 12 digits.
	s := q.digits()
	if decimals == 0 {
		return s
	}
	if lack := decimals + 1 - len(s); lack > 0 {
		s = strings.Repeat("0", lack) + s
	}
	point := len(s) - decimals
	return s[:point] + "." + s[point:]
}

// digits prints the 128-bit number without its point.
func (x Exact) digits() string {
	const step = 19 // digits that fit 64 bits
	if x.hi == 0 {
		return fmt.Sprint(x.lo)
	}
	qhi, rest := x.hi/pow10[step], x.hi%pow10[step]
	qlo, rest := bits.Div64(rest, x.lo, pow10[step])
	return Exact{qhi, qlo}.digits() + fmt.Sprintf("%019d", rest)
}

// String is x with all twelve decimals.
func (x Exact) String() string { return x.Round(Places) }

// ParseExact reads what String writes; fewer decimals are filled with zeros.
//
// Errors: ErrExact.
func ParseExact(s string) (Exact, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if !isDecimal(s) || len(whole) > 26 || len(fraction) > Places {
		return Exact{}, ErrExact.With("value", quote(s))
	}
	var x Exact
	for _, c := range whole + fraction + strings.Repeat("0", Places-len(fraction)) {
		over, lo := bits.Mul64(x.lo, 10)
		x = Exact{x.hi*10 + over, lo}.Add(Exact{0, uint64(c - '0')})
	}
	return x, nil
}

// MarshalText writes x with all twelve decimals.
func (x Exact) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (x *Exact) UnmarshalText(b []byte) (err error) {
	*x, err = ParseExact(string(b))
	return err
}
