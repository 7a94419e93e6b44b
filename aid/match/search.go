package match

import (
	"cmp"
	"slices"
	"sync"
)

// A search improves a plan by ruin and recreate, on islands that are drawn
// anew each round.
type search struct {
	l       *layout
	price   []int64
	rank    []int32
	workers int
	stop    func() bool
	moves   int64 // made
	random  random
	heat    int64
	credit  int64
}

// leastRank is the worth for its price, in 64ths, under which a requirement
// is not worth a look; at 64 it just pays.
const leastRank = 40

// worstRank is the worth for its price under which a requirement is not tried.
const worstRank = 8

func newSearch(l *layout, price []int64, workers int, stop func() bool) *search {
	s := &search{l: l, price: price, workers: workers, stop: stop, random: 1}
	s.rank = make([]int32, len(l.m.needs))
	for r := range l.m.needs {
		n := &l.m.needs[r]
		if n.first == n.last {
			continue
		}
		p := &l.m.pairs[n.first] // the cheapest
		worth := l.b.lot*n.points + l.b.full*n.weight/int64(n.lots)
		s.rank[r] = int32(min(mulDiv(worth, 64, max(1, price[p.offer]*p.use)), 1<<20))
	}
	return s
}

// construct serves the requirements in the order of worth for price.
func (s *search) construct() {
	d := s.islands(1)[0]
	order := slices.Clone(d.needs)
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(s.rank[b], s.rank[a]), cmp.Compare(a, b)) })
	for _, part := range []int64{8, 4, 0} {
		for _, r := range order {
			if s.l.lots(r) < s.l.m.needs[r].lots {
				d.take(r)
				d.insert(r, part)
			}
		}
	}
	for r := range s.l.m.needs {
		s.l.remember(int32(r))
	}
}

// islands cuts the plan into n parts: each offer falls to one, with what is
// left of it, and each requirement goes with the offer of its first pair in
// use, or else of one it would like.
func (s *search) islands(n int) []*island {
	l, m := s.l, s.l.m
	offerHome := make([]int32, len(m.capacity))
	for o := range offerHome {
		offerHome[o] = int32(s.random.below(n))
	}
	home := make([]int32, len(m.needs))
	list := make([]*island, n)
	rest := l.rest()
	for i := range list {
		list[i] = &island{l: l, id: int32(i), home: home, price: s.price, rank: s.rank, heat: s.heat, firstCredit: s.credit,
			rest: make([]int64, len(rest)), users: make([][]int32, len(rest)), random: random(s.random.next()),
			mark: make([]bool, len(m.needs)), isOld: make([]bool, len(m.needs))}
		list[i].single = single{m: m, b: l.b, quick: true}
	}
	for o, i := range offerHome {
		list[i].rest[o] = rest[o]
	}
	for r := range m.needs {
		n := &m.needs[r]
		if n.first == n.last {
			home[r] = -1
			continue
		}
		at := n.first
		if l.used[r] > 0 {
			at = l.slots[l.slotAt[r]].pair
		} else {
			at += int32(s.random.below(int(min(8, n.last-n.first))))
		}
		home[r] = offerHome[m.pairs[at].offer]
		list[home[r]].enter(int32(r))
	}
	return list
}

// enter makes r one of the island's.
func (d *island) enter(r int32) {
	if d.rank[r] >= worstRank || d.l.used[r] > 0 {
		d.needs = append(d.needs, r)
	}
	for i := d.l.slotAt[r]; i < d.l.slotAt[r]+int32(d.l.used[r]); i++ {
		s := &d.l.slots[i]
		o := d.l.m.pairs[s.pair].offer
		s.place = int32(len(d.users[o]))
		d.users[o] = append(d.users[o], i)
	}
	v := d.l.value(r)
	d.value += v
	d.best += v
}

// round makes moves on n islands, side by side, and returns whether it was
// cut short.
func (s *search) round(n int, moves int64) bool {
	list := s.islands(n)
	var group sync.WaitGroup
	cut := make([]bool, len(list))
	next := make(chan int, len(list))
	for i := range list {
		next <- i
	}
	close(next)
	for range min(s.workers, n) {
		group.Go(func() {
			for i := range next {
				cut[i] = list[i].run(moves/int64(n), s.stop)
			}
		})
	}
	group.Wait()
	s.moves += moves
	return slices.Contains(cut, true)
}

// run makes moves unless it is stopped, which it reports.
func (d *island) run(moves int64, stop func() bool) bool {
	if len(d.needs) == 0 {
		return false
	}
	for i := range moves {
		if i%256 == 0 {
			if stop() {
				return true
			}
			d.cool(moves-i, moves)
		}
		d.move()
	}
	return false
}

// cool sets how much worse a move may be and what unused offers count for;
// both end at nothing. With the credit, room made in a scarce offer is an
// improvement even before it is filled.
func (d *island) cool(left, moves int64) {
	cold := mulDiv(left, 1<<20, moves)
	d.warm = mulDiv(d.heat, mulDiv(cold, mulDiv(cold, cold, 1<<20), 1<<20), 1<<20)
	d.credit = mulDiv(d.firstCredit, cold, 1<<20)
}

// settle puts the best plan seen in force.
func (s *search) settle() {
	copy(s.l.slots, s.l.best)
	copy(s.l.used, s.l.bestUse)
}
