package match

import "math/bits"

// A market looks for the prices at which what is asked for meets what is
// there. The price of each offer moves in proportion to itself and to a
// smoothed excess of demand, by steps that shorten geometrically. Long first
// steps find the level, short last ones the balance; currencies and units do
// not matter, for only parts of an offer and of its price are compared.
type market struct {
	x     *relaxation
	price []int64 // to be tried
	floor []int64 // what a price at nothing rises from
	drift []int64 // smoothed excess, in 2^-excessBits of the offer
	taken []int64
	best  []int64 // of the lowest bound
	bound wide    // at best
	stop  func() bool
}

const (
	excessBits = 16
	mostExcess = 100 << excessBits // beyond, an offer counts as asked for 101 times over
	strideBits = 40
	floorPart  = 128 // a price at nothing rises from this part of an early one
)

// A schedule says how steps shorten: from first to last, in millionths of a
// price for an offer asked for twice over.
type schedule struct {
	passes      int
	first, last int64
}

func newMarket(x *relaxation, price []int64, stop func() bool) *market {
	n := len(price)
	k := &market{x: x, stop: stop, price: make([]int64, n), best: make([]int64, n), floor: make([]int64, n),
		drift: make([]int64, n), taken: make([]int64, n), bound: wide{hi: 1<<64 - 1}}
	copy(k.price, price)
	copy(k.best, price)
	return k
}

// settle makes the passes of s, or fewer when told to stop, and leaves the
// best prices and their bound.
func (k *market) settle(s schedule) {
	for o, p := range k.price {
		k.floor[o] = max(1, p/floorPart, k.floor[o])
	}
	stride, ratio := (s.first<<strideBits)/1_000_000, shrink(s)
	for i := range s.passes {
		clear(k.taken)
		if bound := k.x.pass(k.price, k.taken); bound.less(k.bound) {
			k.bound = bound
			copy(k.best, k.price)
		}
		if k.stop() && i > 0 {
			return
		}
		k.move(stride)
		stride = mulDiv(stride, ratio, 1<<strideBits)
	}
}

// shrink is the ratio, in 2^-strideBits, whose power to the number of passes
// leads from the first step to the last; found by halving.
func shrink(s schedule) int64 {
	lo, hi := int64(0), int64(1)<<strideBits
	for lo+1 < hi {
		mid := (lo + hi) / 2
		if power(mid, s.passes) < mulDiv(s.last, 1<<strideBits, s.first) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

func power(base int64, n int) int64 {
	p := int64(1) << strideBits
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			p = mulDiv(p, base, 1<<strideBits)
		}
		base = mulDiv(base, base, 1<<strideBits)
	}
	return p
}

// move sets the prices to be tried next.
func (k *market) move(stride int64) {
	for o := range k.price {
		excess := min(mulDiv(k.taken[o], 1<<excessBits, max(1, k.x.supply[o]))-1<<excessBits, mostExcess)
		k.drift[o] = (3*excess + 7*k.drift[o]) / 10
		step := mulDiv(max(k.price[o], k.floor[o]), mulDiv(stride, abs(k.drift[o]), 1<<excessBits), 1<<strideBits)
		if k.drift[o] < 0 {
			step = -step
		}
		k.price[o] = max(0, min(dearest(k.x.m.capacity[o]), k.price[o]+step))
	}
}

// mulDiv is a × b / c of non-negative numbers; what passes 62 bits is the
// largest such number.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return 1<<62 - 1
	}
	quo, _ := bits.Div64(hi, lo, uint64(c))
	return int64(min(quo, 1<<62-1))
}

func abs(v int64) int64 { return max(v, -v) }
