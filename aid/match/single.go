package match

import (
	"cmp"
	"slices"
)

// A candidate is a pair as one requirement sees it at given prices.
type candidate struct {
	cost   int64 // of a lot
	fix    int64 // of using the pair at all
	pair   int32
	lo, hi int32
	lots   int32 // of the best plan found
}

// A single finds the best plan of one requirement alone, each unit of an
// offer at its price. It may be used again, by one goroutine.
//
// Its value is exact. Where too many sets of pairs would have to be tried, a
// table gives the exact value and the plan is the best one seen; a quick one
// then gives the plan's value.
type single struct {
	quick bool
	m     *model
	b     *objective
	price []int64

	n      *need
	worth  int64       // of a lot, before its cost
	bonus  int64       // of having all lots
	relief int64       // the most that a further pair can add by being kept
	limit  int64       // no plan is worth more
	list   []candidate // the locked ones first
	locked int
	chosen []int32
	steps  int
	best   int64
	plan   []candidate // lots of the best plan
	trial  []int32
	table  []int64
}

// stepLimit is how many sets of pairs are tried before the table takes over.
const stepLimit = 2000

// solve returns the value of requirement r's best plan; s.plan then holds the
// plan. It is at least 0, which is to give r nothing, unless r has locks.
func (s *single) solve(r int) int64 {
	s.begin(r)
	s.gather()
	return s.choose()
}

func (s *single) begin(r int) {
	s.n = &s.m.needs[r]
	s.worth = s.b.lot * s.n.points
	s.bonus = s.b.full * s.n.weight
	s.relief = max(0, s.b.keep-s.b.pair)
	s.limit = s.worth*int64(s.n.lots) + s.bonus + s.relief*int64(s.n.partners)
	s.list, s.plan = s.list[:0], s.plan[:0]
	s.best, s.locked = 0, 0
	if locks := s.m.locks[int32(r)]; len(locks) > 0 {
		s.hold(locks)
	}
}

// hold lists the locked pairs first; every set holds them.
func (s *single) hold(locks []lock) {
	for _, k := range locks {
		p := &s.m.pairs[k.pair]
		s.list = append(s.list, candidate{cost: s.price[p.offer] * p.use, fix: s.b.fix(p), pair: k.pair, lo: k.lots, hi: k.lots})
	}
	s.locked = len(locks)
}

// isLocked reports whether the pair is one of the locked.
func (s *single) isLocked(pair int32) bool {
	for i := range s.locked {
		if s.list[i].pair == pair {
			return true
		}
	}
	return false
}

// gather lists the pairs that some best plan may use. A pair that costs no
// less than an easy one, which can carry all lots and asks for no more at
// least than any other, is never needed: its lots can move there.
func (s *single) gather() {
	n, b := s.n, s.b
	easy := candidate{cost: 1<<63 - 1, pair: -1}
	for i := n.first; i < n.last; i++ {
		p := &s.m.pairs[i]
		cost := s.price[p.offer] * p.use
		if cost >= easy.cost && !p.kept || s.isLocked(i) {
			continue
		}
		c := candidate{cost: cost, fix: b.fix(p), pair: i, lo: p.lo, hi: p.hi}
		if p.hi >= n.lots && p.lo <= n.easiest && cost < easy.cost && !p.kept {
			easy = c
			continue
		}
		s.list = append(s.list, c)
	}
	if easy.pair >= 0 {
		free := slices.DeleteFunc(s.list[s.locked:], func(c candidate) bool { return c.cost >= easy.cost && c.fix >= easy.fix })
		s.list = append(s.list[:s.locked+len(free)], easy)
	}
}

// choose finds the best plan over the list.
func (s *single) choose() int64 {
	if len(s.list) == 1 && s.locked == 0 {
		s.alone(&s.list[0])
		return s.best
	}
	slices.SortFunc(s.list[s.locked:], func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.pair, b.pair))
	})
	s.steps, s.chosen = 0, s.chosen[:0]
	most, fix := int32(0), int64(0)
	for i := range s.locked {
		s.chosen = append(s.chosen, int32(i))
		most += s.list[i].hi
		fix += s.list[i].fix
	}
	if s.locked > 0 {
		s.best = never
		s.weigh()
	}
	s.extend(s.locked, most, fix)
	if s.steps > stepLimit && !s.quick {
		s.best = s.tabulate()
	}
	return s.best
}

// alone is choose for one candidate.
func (s *single) alone(c *candidate) {
	if s.n.partners == 0 || c.hi < s.n.least {
		return
	}
	margin := s.worth - c.cost
	s.offerAlone(c, max(c.lo, s.n.least), margin)
	s.offerAlone(c, min(c.hi, s.n.lots), margin)
}

func (s *single) offerAlone(c *candidate, lots int32, margin int64) {
	if lots < c.lo || lots < s.n.least || lots > c.hi {
		return
	}
	value := margin*int64(lots) - c.fix
	if lots == s.n.lots {
		value += s.bonus
	}
	if value > s.best {
		s.best = value
		s.plan = append(s.plan[:0], *c)
		s.plan[0].lots = lots
	}
}

// extend tries every set that adds candidates from i on to the chosen ones,
// whose most lots and fixed costs are given, and cuts what cannot be better.
func (s *single) extend(i int, most int32, fix int64) {
	left := int(s.n.partners) - len(s.chosen)
	for ; left > 0 && i < len(s.list); i++ {
		if s.steps++; s.steps > stepLimit {
			return
		}
		if s.ceiling(i, fix, left) <= s.best {
			return
		}
		c := &s.list[i]
		s.chosen = append(s.chosen, int32(i))
		s.weigh()
		if most < s.n.lots {
			s.extend(i+1, most+c.hi, fix+c.fix)
		}
		s.chosen = s.chosen[:len(s.chosen)-1]
	}
}

// ceiling is no less than the value of any set that holds the chosen
// candidates and more from i on: those have no cost under the i-th's.
func (s *single) ceiling(i int, fix int64, left int) int64 {
	next := s.worth - s.list[i].cost
	part, whole, open := int64(0), s.bonus, int64(s.n.lots)
	for _, j := range s.chosen {
		c := &s.list[j]
		lots := min(open, int64(c.hi))
		margin := s.worth - c.cost
		part += max(0, margin) * lots
		whole += margin * lots
		open -= lots
	}
	part += max(0, next) * open
	if next >= 0 || open == 0 || -next <= s.limit/open {
		part = max(part, whole+next*open)
	}
	return part - fix + s.relief*int64(left) - min(0, s.list[i].fix)
}

// weigh finds the best lots for the chosen candidates, each used, and keeps
// them when they are the best so far. Given the pairs, lots go to the
// cheapest first; the total is best where a lot stops paying, or complete.
func (s *single) weigh() {
	s.trial = s.trial[:0]
	total, fix := int64(0), int64(0)
	most := int64(0)
	for _, j := range s.chosen {
		c := &s.list[j]
		s.trial = append(s.trial, c.lo)
		total += int64(c.lo)
		most += int64(c.hi)
		fix += c.fix
	}
	if total > int64(s.n.lots) || most < int64(s.n.least) {
		return
	}
	total = s.fill(total, func(margin int64) bool { return margin > 0 }, int64(s.n.lots))
	total = s.fill(total, func(int64) bool { return true }, int64(s.n.least))
	s.keep(total, fix)
	if total < int64(s.n.lots) && most >= int64(s.n.lots) {
		total = s.fill(total, func(int64) bool { return true }, int64(s.n.lots))
		s.keep(total, fix)
	}
}

// fill raises the trial's lots, cheapest first, while they pay and the total
// is under goal.
func (s *single) fill(total int64, pays func(margin int64) bool, goal int64) int64 {
	for k, j := range s.chosen {
		c := &s.list[j]
		if total >= goal || !pays(s.worth-c.cost) {
			continue
		}
		more := min(int64(c.hi-s.trial[k]), goal-total)
		s.trial[k] += int32(more)
		total += more
	}
	return total
}

// keep remembers the trial when it is the best so far.
func (s *single) keep(total, fix int64) {
	value := -fix
	for k, j := range s.chosen {
		value += (s.worth - s.list[j].cost) * int64(s.trial[k])
	}
	if total == int64(s.n.lots) {
		value += s.bonus
	}
	if value <= s.best {
		return
	}
	s.best, s.plan = value, s.plan[:0]
	for k, j := range s.chosen {
		c := s.list[j]
		c.lots = s.trial[k]
		s.plan = append(s.plan, c)
	}
}
