package verify

import (
	"math/big"
	"math/bits"
	"slices"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// listPairs finds who may serve whom, by asking the rules of every pair.
// Offers are first sorted by line, which most of them name.
func (c *check) listPairs() {
	byLine, open := map[string][]int{}, []int{}
	for o := range c.in.Offers {
		if lines := c.in.Offers[o].Lines; lines != nil {
			for _, line := range slices.Compact(slices.Sorted(slices.Values(lines))) {
				byLine[line] = append(byLine[line], o)
			}
			continue
		}
		open = append(open, o)
	}
	c.pairs = make([][]edge, len(c.in.Requirements))
	for r := range c.in.Requirements {
		for _, list := range [][]int{byLine[c.in.Requirements[r].Line], open} {
			for _, o := range list {
				if forbidden(&c.in.Requirements[r], &c.in.Offers[o]) != "" {
					continue
				}
				pair := instance.Pair{Requirement: c.in.Requirements[r].ID, Offer: c.in.Offers[o].ID}
				if e := c.edge(r, o); e.least <= e.most && (len(c.refused) == 0 || !c.refused[pair]) {
					c.pairs[r] = append(c.pairs[r], e)
				}
			}
		}
	}
}

// prove is the bound that the prices give, over 2^shift.
func (n *pricing) prove(c *check) (*big.Int, error) {
	if err := n.fits(c); err != nil {
		return nil, err
	}
	sum := new(big.Int)
	for o := range n.price {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(n.price[o]), big.NewInt(limit(&c.in.Offers[o]))))
	}
	a := &alone{}
	for r := range c.pairs {
		sum.Add(sum, big.NewInt(a.best(c, n, r)))
	}
	return sum, nil
}

// fits refuses prices and weights so large that one requirement's worth or
// cost, taken twice, does not fit 62 bits.
func (n *pricing) fits(c *check) error {
	for o := range n.price {
		if hi, lo := bits.Mul64(uint64(n.price[o]), uint64(limit(&c.in.Offers[o]))); hi != 0 || lo > 1<<61 {
			return ErrRational.With("field", "prices."+c.in.Offers[o].ID).With("value", n.price[o]).With("want", "the whole offer then costs more than 2^61; use a lower price")
		}
	}
	for r := range c.in.Requirements {
		q := &c.in.Requirements[r]
		worth := new(big.Int)
		for _, part := range [][2]int64{
			{n.weight[certificate.Coverage], q.Points * q.Lots}, {n.weight[certificate.Completion], q.Weight},
			{n.weight[certificate.Fragments], q.MaxPartners}, {n.weight[certificate.Kept], q.MaxPartners},
		} {
			worth.Add(worth, new(big.Int).Mul(big.NewInt(part[0]), big.NewInt(part[1])))
		}
		if worth.BitLen() > 60 {
			return ErrRational.With("field", "weights").With("value", worth.String()).With("want", "with these weights "+q.ID+" is worth more than 2^60; use smaller ones")
		}
	}
	return nil
}

// An option is an edge at its price.
type option struct {
	cost, fix   int64 // of a lot; of the pair
	least, most int64
}

// An alone finds the best plan of one requirement alone.
type alone struct {
	options []option
	rows    [][]int64
	queue   []int64
}

// unreached marks a total that no set of pairs gives.
const unreached = -1 << 62

// best is the worth of the best plan of requirement r, each unit at its
// price: at least 0, unless something is locked. It fills a table: for each
// number of pairs and each total of lots, the most that any such set is worth
// beside the lots' own points.
func (a *alone) best(c *check, n *pricing, r int) int64 {
	q := &c.in.Requirements[r]
	point := n.weight[certificate.Coverage] * q.Points
	whole := n.weight[certificate.Completion] * q.Weight
	most := point*q.Lots + whole + n.weight[certificate.Kept]*q.MaxPartners
	if len(c.locked[r]) > 0 {
		most = 1 << 55 // what is locked has to be completed at any cost
	}
	locked, lots, paid := a.gather(c, n, r, most)
	a.clear(int(q.MaxPartners), int(q.Lots))
	if locked > int(q.MaxPartners) || lots > q.Lots {
		return 0
	}
	a.rows[locked][lots] = -paid
	for i := range a.options {
		for k := int(q.MaxPartners); k > locked; k-- {
			a.add(a.rows[k], a.rows[k-1], &a.options[i], most)
		}
	}
	result := int64(0)
	if locked > 0 {
		result = unreached
	}
	for k := max(1, locked); k <= int(q.MaxPartners); k++ {
		for t := q.MinLots; t <= q.Lots; t++ {
			if a.rows[k][t] == unreached {
				continue
			}
			worth := a.rows[k][t] + point*t
			if t == q.Lots {
				worth += whole
			}
			result = max(result, worth)
		}
	}
	return result
}

// gather lists the options that can matter, and what is locked: how many
// pairs, their lots and their cost. An option is passed over when another
// can carry all lots from the first on, costs no more for a lot and no more
// to use: whatever it gives, the other could give too.
func (a *alone) gather(c *check, n *pricing, r int, most int64) (locked int, lots, paid int64) {
	q := &c.in.Requirements[r]
	a.options = a.options[:0]
	for _, e := range c.pairs[r] {
		p := option{fix: n.weight[certificate.Fragments], least: e.least, most: e.most}
		if e.kept {
			p.fix -= n.weight[certificate.Kept]
		}
		hi, lo := bits.Mul64(uint64(n.price[e.offer]), uint64(e.use))
		held := slices.IndexFunc(c.locked[r], func(g gift) bool { return g.offer == e.offer })
		if hi != 0 || lo > uint64(most) && held < 0 {
			continue // one lot costs more than all can be worth
		}
		p.cost = int64(lo)
		if held >= 0 {
			locked++
			lots += c.locked[r][held].lots
			paid += p.cost*c.locked[r][held].lots + p.fix
			continue
		}
		a.options = append(a.options, p)
	}
	a.thin(q.Lots)
	return locked, lots, paid
}

func (a *alone) thin(lots int64) {
	full := option{cost: 1<<63 - 1}
	for _, p := range a.options {
		if p.least == 1 && p.most >= lots && (p.cost < full.cost || p.cost == full.cost && p.fix < full.fix) {
			full = p
		}
	}
	if full.least == 0 {
		return
	}
	found := false
	a.options = slices.DeleteFunc(a.options, func(p option) bool {
		if p == full && !found {
			found = true
			return false
		}
		return p.cost >= full.cost && p.fix >= full.fix
	})
}

func (a *alone) clear(partners, lots int) {
	for len(a.rows) <= partners {
		a.rows = append(a.rows, nil)
	}
	for k := range a.rows[:partners+1] {
		if cap(a.rows[k]) <= lots {
			a.rows[k] = make([]int64, lots+1)
		}
		a.rows[k] = a.rows[k][:lots+1]
		for t := range a.rows[k] {
			a.rows[k][t] = unreached
		}
	}
}

// add raises row, sets of one more pair than before's, by the sets that use
// p. For each total it needs the best of a window of before's totals, which a
// queue keeps: totals that a later and better one makes useless leave it.
func (a *alone) add(row, before []int64, p *option, most int64) {
	reach := p.most
	if p.cost > 0 {
		reach = min(reach, 2*most/p.cost) // more lots cost more than all is worth
	}
	if reach < p.least {
		return
	}
	from := func(t, to int64) int64 { return before[t] - p.cost*(to-t) }
	a.queue = a.queue[:0]
	for to := p.least; to < int64(len(row)); to++ {
		for len(a.queue) > 0 && a.queue[0] < to-reach {
			a.queue = a.queue[1:]
		}
		if t := to - p.least; before[t] != unreached {
			for len(a.queue) > 0 && from(a.queue[len(a.queue)-1], t) <= before[t] {
				a.queue = a.queue[:len(a.queue)-1]
			}
			a.queue = append(a.queue, t)
		}
		if len(a.queue) > 0 {
			row[to] = max(row[to], from(a.queue[0], to)-p.fix)
		}
	}
}
