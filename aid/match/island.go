package match

import (
	"cmp"
	"slices"
)

// An island searches among some requirements, with what is left of the offers
// for them. Islands share nothing that changes, and so run side by side with
// the same result in any order.
type island struct {
	l     *layout
	price []int64
	rest  []int64
	users [][]int32 // slots by offer
	needs []int32   // that may be ruined and recreated
	home  []int32   // of every requirement, the island's number
	id    int32
	rank  []int32 // of every requirement: by worth for the price of its cheapest pair

	single      single
	random      random
	value       int64
	slack       int64 // what has been left of offers since the start, at their prices
	firstCredit int64
	anchor      *layout   // the plan to stay close to; nil for none
	toll        int64     // what a requirement served otherwise costs
	fair        *fairness // nil where the use of pledges does not matter
	gains       gains     // of the goals, where there are floors
	floors      []int64   // of the goals in order; nil for none
	credit      int64     // the part of slack that counts as value, in 2^-creditBits
	best        int64
	heat        int64 // how much worse a move may leave the plan, at first
	warm        int64 // and now

	ruined []int32
	mark   []bool // of every requirement: in ruined
	backup []slot
	stale  []int32 // requirements whose best slots are not the present ones
	isOld  []bool
}

// take removes r's part from the plan, but for what is locked.
func (d *island) take(r int32) {
	l := d.l
	d.count(r, -1)
	locked := l.locked(r)
	for i := l.slotAt[r] + locked; i < l.slotAt[r]+int32(l.used[r]); i++ {
		s := &l.slots[i]
		p := &l.m.pairs[s.pair]
		d.rest[p.offer] += p.use * int64(s.lots)
		d.slack += p.use * int64(s.lots) * d.price[p.offer]
		list := d.users[p.offer]
		last := list[len(list)-1]
		list[s.place] = last
		l.slots[last].place = s.place
		d.users[p.offer] = list[:len(list)-1]
	}
	l.used[r] = uint8(locked)
	d.count(r, 1)
}

// count adds r's part of the plan to the sums, or takes it away.
func (d *island) count(r int32, sign int64) {
	d.value += sign * d.l.value(r)
	if d.anchor != nil && d.l.differs(r, d.anchor) {
		d.value -= sign * d.toll
	}
	if d.floors == nil {
		return
	}
	gains := d.l.gains(r)
	for i := range gains {
		d.gains[i] += sign * gains[i]
	}
}

// holds reports whether the goals that came before keep their floors.
func (d *island) holds() bool {
	for i := range d.floors {
		if d.gains[i] < d.floors[i] {
			return false
		}
	}
	return true
}

// put gives r one more pair.
func (d *island) put(r int32, pair, lots int32) {
	l := d.l
	i := l.slotAt[r] + int32(l.used[r])
	p := &l.m.pairs[pair]
	d.rest[p.offer] -= p.use * int64(lots)
	d.slack -= p.use * int64(lots) * d.price[p.offer]
	l.slots[i] = slot{pair: pair, lots: lots, place: int32(len(d.users[p.offer]))}
	d.users[p.offer] = append(d.users[p.offer], i)
	l.used[r]++
}

// insert gives r, which has nothing but locks, what is best for it of what is left, at
// part eighths of the prices. Pairs lie in the order of cost, so that the
// first that can carry everything ends the look.
func (d *island) insert(r int32, part int64) {
	s, m := &d.single, d.l.m
	s.begin(int(r))
	n := s.n
	easy := false
	for i := n.first; i < n.last && !easy; i++ {
		p := &m.pairs[i]
		left := d.rest[p.offer]
		if left < p.use || s.locked > 0 && s.isLocked(i) {
			continue
		}
		hi := p.hi
		if left < p.use*int64(hi) {
			hi = int32(left / p.use)
		}
		if hi < p.lo {
			continue
		}
		easy = hi >= n.lots && p.lo <= n.easiest
		s.list = append(s.list, candidate{cost: (d.price[p.offer] * p.use) >> 3 * part, fix: d.l.b.fix(p), pair: i, lo: p.lo, hi: hi})
		if len(s.list) == mostCandidates {
			break
		}
	}
	if len(s.list) == s.locked || s.choose() <= 0 && s.locked == 0 {
		return
	}
	d.count(r, -1)
	for i := range s.plan {
		if !s.isLocked(s.plan[i].pair) {
			d.put(r, s.plan[i].pair, s.plan[i].lots)
		}
	}
	d.count(r, 1)
}

// mostCandidates bounds the pairs looked at for one requirement in a move.
const mostCandidates = 10

// creditBits scales the credit for what is left of offers.
const creditBits = 10

// join adds r to those to be ruined, unless it is there or not of here.
func (d *island) join(r int32) {
	if !d.mark[r] && d.home[r] == d.id {
		d.mark[r] = true
		d.ruined = append(d.ruined, r)
	}
}

// move ruins and recreates a few requirements, and keeps the result when it
// is good enough.
func (d *island) move() {
	d.ruined = d.ruined[:0]
	d.choose()
	before := d.value + (d.slack>>creditBits)*d.credit
	d.save()
	for _, r := range d.ruined {
		d.take(r)
	}
	d.order()
	part := parts[d.random.below(len(parts))]
	for _, r := range d.ruined {
		d.insert(r, part)
	}
	d.complete()
	if d.fair != nil {
		d.judge(before)
	} else if d.holds() && d.value+(d.slack>>creditBits)*d.credit >= before-d.warm*int64(d.random.below(1024))>>10 {
		d.accept()
	} else {
		d.restore()
	}
	for _, r := range d.ruined {
		d.mark[r] = false
	}
}

// judge is move's verdict where the use of pledges matters.
func (d *island) judge(before int64) {
	spread := d.fair.spread(d.rest)
	closer := spread < d.fair.now || spread == d.fair.now && d.value > before
	if d.fair.limit >= 0 {
		closer = spread <= d.fair.limit && d.value >= before
	}
	if !d.holds() || !closer {
		d.restore()
		return
	}
	d.fair.now = spread
	d.best = min(d.best, d.value-1) // what is fairer is better, whatever its value
	d.accept()
}

// parts of the prices, in eighths, at which requirements are put back.
var parts = [...]int64{0, 4, 6, 7, 8, 8, 9}

// complete tries again, at no price, those that did not get everything.
func (d *island) complete() {
	for _, r := range d.ruined {
		if d.l.lots(r) < d.l.m.needs[r].lots {
			d.take(r)
			d.insert(r, d.fillPart())
		}
	}
}

// choose picks what is ruined: a requirement that wants more, or any, and
// users of the offers it would like.
func (d *island) choose() {
	m := d.l.m
	r := d.seed()
	d.join(r)
	n := &m.needs[r]
	size := 2 + d.random.below(5)
	for tries := 0; len(d.ruined) < size && tries < 12; tries++ {
		near := int(min(n.last-n.first, 2<<d.random.below(4)))
		o := m.pairs[n.first+int32(d.random.below(near))].offer
		if list := d.users[o]; len(list) > 0 && d.random.below(4) > 0 {
			d.join(d.l.owner[list[d.random.below(len(list))]])
			continue
		}
		wish := m.eager[m.eagerAt[o]:m.eagerAt[o+1]]
		if q := wish[d.random.below(len(wish))]; d.hopeful(q) || d.random.below(8) == 0 {
			d.join(q)
		}
	}
}

// seed is where a move begins: mostly at a requirement that could pay and has
// not got everything.
func (d *island) seed() int32 {
	r := int32(0)
	for range 4 {
		r = d.needs[d.random.below(len(d.needs))]
		if d.hopeful(r) && d.l.lots(r) < d.l.m.needs[r].lots || d.random.below(4) == 0 {
			break
		}
	}
	return r
}

// hopeful reports whether q is served, or might be at these prices.
func (d *island) hopeful(q int32) bool { return d.rank[q] >= leastRank }

// order sets who is put back first.
func (d *island) order() {
	switch d.random.below(3) {
	case 0:
		for i := len(d.ruined) - 1; i > 0; i-- {
			j := d.random.below(i + 1)
			d.ruined[i], d.ruined[j] = d.ruined[j], d.ruined[i]
		}
	case 1:
		slices.SortFunc(d.ruined, func(a, b int32) int { return cmp.Or(cmp.Compare(d.rank[b], d.rank[a]), cmp.Compare(a, b)) })
	}
}

// save remembers the parts of the ruined.
func (d *island) save() {
	d.backup = d.backup[:0]
	for _, r := range d.ruined {
		d.backup = append(d.backup, slot{lots: int32(d.l.used[r])})
		d.backup = append(d.backup, d.l.of(r)...)
	}
	// order may shuffle the ruined, so each remembers whose it is
	i := 0
	for _, r := range d.ruined {
		n := int(d.backup[i].lots)
		d.backup[i].pair = r
		i += n + 1
	}
}

func (d *island) restore() {
	for _, r := range d.ruined {
		d.take(r)
	}
	for i := 0; i < len(d.backup); {
		r, n := d.backup[i].pair, int(d.backup[i].lots)
		d.count(r, -1)
		for _, s := range d.backup[i+1+int(d.l.locked(r)) : i+1+n] {
			d.put(r, s.pair, s.lots)
		}
		d.count(r, 1)
		i += n + 1
	}
}

// accept keeps the move, and the plan when it is the best so far.
func (d *island) accept() {
	for _, r := range d.ruined {
		if !d.isOld[r] {
			d.isOld[r] = true
			d.stale = append(d.stale, r)
		}
	}
	if d.value <= d.best {
		return
	}
	d.best = d.value
	for _, r := range d.stale {
		d.isOld[r] = false
		d.l.remember(r)
	}
	d.stale = d.stale[:0]
}

// remember copies r's part to the best plan.
func (l *layout) remember(r int32) {
	from, to := l.slotAt[r], l.slotAt[r+1]
	copy(l.best[from:to], l.slots[from:to])
	l.bestUse[r] = l.used[r]
}

// fillPart is the part of the prices, in eighths, at which what did not get
// everything is completed: at first mostly such that only what pays is, at
// the end none.
func (d *island) fillPart() int64 {
	if int64(d.random.below(1<<creditBits)) < d.credit {
		return 6
	}
	return 0
}
