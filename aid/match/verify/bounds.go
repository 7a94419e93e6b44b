package verify

import (
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"tallinn/aid/match/certificate"
)

// bounds checks the composite's bound and each goal's.
func (c *check) bounds() error {
	c.listPairs()
	proof := &certificate.Proof{Weights: map[string]string{}, Prices: c.p.Prices, Exact: c.p.Exact}
	n, err := c.newPricing("", proof)
	if err != nil {
		return err
	}
	for name, weight := range composite {
		if n.weight[name], err = scaled(weight, n.shift); err != nil {
			return err
		}
	}
	exact, err := n.prove(c)
	if err != nil {
		return err
	}
	if err := exactly("bound_exact", c.p.Exact, exact, n.shift); err != nil {
		return err
	}
	if got := floorDiv(exact, pow2(n.shift)); got.Cmp(big.NewInt(c.p.Bound)) != 0 {
		return ErrProof.With("field", "bound").With("value", c.p.Bound).With("got", got)
	}
	for i, name := range certificate.Order {
		if err := c.goalBound(i, name); err != nil {
			return err
		}
	}
	return nil
}

func scaled(weight int64, shift uint) (int64, error) {
	if bits.Len64(uint64(weight))+int(shift) > 62 {
		return 0, ErrRational.With("field", "prices").With("value", "of denominator 2^"+strconv.Itoa(int(shift))).With("want", "use a smaller denominator")
	}
	return weight << shift, nil
}

// goalBound checks one goal's bound. The proof weighs the goal itself and
// those before it, whose floors any plan compared with keeps.
func (c *check) goalBound(i int, name string) error {
	g, field := c.p.Goals[name], "goals."+name+".bound"
	if g.Proof == nil {
		if got := c.plainBound(name); g.Bound != got {
			return ErrProof.With("field", field).With("value", g.Bound).With("got", got)
		}
		return nil
	}
	where := "goals." + name + ".proof."
	n, err := c.newPricing(where, g.Proof)
	if err != nil {
		return err
	}
	for _, later := range append([]string{certificate.Spread}, certificate.Order[i+1:]...) {
		if n.weight[later] != 0 {
			return ErrRational.With("field", where+"weights."+later).With("value", g.Proof.Weights[later]).With("want", "only the goal itself and those before it may weigh")
		}
	}
	if n.weight[name] <= 0 {
		return ErrRational.With("field", where+"weights."+name).With("value", g.Proof.Weights[name]).With("want", "the goal itself must weigh")
	}
	exact, err := n.prove(c)
	if err != nil {
		return err
	}
	if err := exactly(where+"exact", g.Proof.Exact, exact, n.shift); err != nil {
		return err
	}
	got, err := c.lessFloors(i, name, n, exact)
	if err != nil {
		return err
	}
	if got.Cmp(big.NewInt(g.Bound)) != 0 {
		return ErrProof.With("field", field).With("value", g.Bound).With("got", got)
	}
	return nil
}

// lessFloors is what is left for the goal itself when those before it keep
// their floors.
func (c *check) lessFloors(i int, name string, n *pricing, exact *big.Int) (*big.Int, error) {
	rest := new(big.Int).Set(exact)
	for _, earlier := range certificate.Order[:i] {
		if n.weight[earlier] == 0 {
			continue
		}
		floor := c.p.Goals[earlier].Floor
		if floor == nil {
			return nil, ErrRational.With("field", "goals."+name+".proof.weights."+earlier).With("value", n.weight[earlier]).With("want", "a goal without a floor cannot weigh")
		}
		gain := *floor
		if lessIsBetter[earlier] {
			gain = -gain
		}
		rest.Sub(rest, new(big.Int).Mul(big.NewInt(n.weight[earlier]), big.NewInt(gain)))
	}
	rest = floorDiv(rest, big.NewInt(n.weight[name]))
	if lessIsBetter[name] {
		rest.Neg(rest)
	}
	return rest, nil
}

// plainBound needs no proof.
func (c *check) plainBound(name string) int64 {
	switch name {
	case certificate.Kept:
		return int64(len(c.in.Previous))
	case certificate.Fragments, certificate.Spread:
		return 0
	}
	sum := int64(0)
	for i := range c.in.Requirements {
		q := &c.in.Requirements[i]
		if name == certificate.Coverage {
			sum += q.Points * q.Lots
		} else {
			sum += q.Weight
		}
	}
	return sum
}

func exactly(field, said string, exact *big.Int, shift uint) error {
	if got := exact.String() + "/" + pow2(shift).String(); got != said {
		return ErrProof.With("field", field).With("value", said).With("got", got)
	}
	return nil
}

func pow2(shift uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), shift) }

// floorDiv rounds towards less.
func floorDiv(a, b *big.Int) *big.Int {
	q, m := new(big.Int).QuoRem(a, b, new(big.Int))
	if m.Sign() < 0 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

// A pricing is a proof's numbers, all over 2^shift.
type pricing struct {
	shift  uint
	weight map[string]int64
	price  []int64 // by offer
}

// maxShift bounds the denominator of a proof.
const maxShift = 40

func (c *check) newPricing(where string, proof *certificate.Proof) (*pricing, error) {
	n := &pricing{weight: map[string]int64{}, price: make([]int64, len(c.in.Offers))}
	_, denominator, _ := strings.Cut(proof.Exact, "/")
	d, err := strconv.ParseUint(denominator, 10, 64)
	if err != nil || d == 0 || d&(d-1) != 0 || d > 1<<maxShift {
		return nil, ErrRational.With("field", where+"exact").With("value", strconv.Quote(proof.Exact)).With("want", "write it over a power of two, at most 2^40")
	}
	n.shift = uint(bits.TrailingZeros64(d))
	for name, text := range proof.Weights {
		if n.weight[name], err = numerator(where+"weights."+name, text, denominator); err != nil {
			return nil, err
		}
	}
	for id, text := range proof.Prices {
		o, known := c.offer[id]
		if !known {
			return nil, ErrRational.With("field", where+"prices."+id).With("value", text).With("want", "the instance has no such offer")
		}
		if n.price[o], err = numerator(where+"prices."+id, text, denominator); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// numerator reads a rational that must not be negative and stand over the
// proof's denominator. Only the plainest spelling is taken.
func numerator(field, text, denominator string) (int64, error) {
	top, bottom, _ := strings.Cut(text, "/")
	v, err := strconv.ParseInt(top, 10, 64)
	if err != nil || v < 0 || v >= 1<<62 || bottom != denominator || strconv.FormatInt(v, 10) != top {
		return 0, ErrRational.With("field", field).With("value", strconv.Quote(text)).With("want", "write a rational that is not negative, over "+denominator)
	}
	return v, nil
}
