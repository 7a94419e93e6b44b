package match

import (
	"cmp"
	"slices"
	"sync"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
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
	fair    *fairness
	anchor  *layout
	toll    int64
	floors  []int64 // of the goals before, in order
	start   gains   // of the whole plan, when floors were set
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

// construct serves the requirements in order, once at each part of the
// prices, in eighths.
func (s *search) construct(order []int32, parts ...int64) {
	d := s.islands(1)[0]
	for _, part := range parts {
		for _, r := range order {
			if s.l.lots(r) < s.l.m.needs[r].lots {
				d.take(r)
				d.insert(r, part)
			}
		}
	}
	s.rememberAll()
}

func (s *search) rememberAll() {
	for r := range s.l.m.needs {
		s.l.remember(int32(r))
	}
}

// byRank orders requirements by what they are worth for their price.
func (s *search) byRank() []int32 {
	return s.sorted(func(r int32) int64 { return int64(s.rank[r]) })
}

// byWeight orders them by points for a lot's cost, as one does by hand.
func (s *search) byWeight() []int32 {
	return s.sorted(func(r int32) int64 {
		return mulDiv(s.l.m.needs[r].points, 1<<20, s.l.m.in.Requirements[r].LotCost)
	})
}

func (s *search) sorted(key func(r int32) int64) []int32 {
	var order []int32
	for r := range s.l.m.needs {
		if s.l.m.needs[r].first < s.l.m.needs[r].last {
			order = append(order, int32(r))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(key(b), key(a)) })
	return order
}

// resume puts what still holds of a plan in the place of what is laid out.
func (s *search) resume(plan *certificate.Plan) {
	requirements, offers := s.l.m.in.Index()
	want := make([][]slot, len(s.l.m.needs))
	for _, a := range plan.Allocations {
		r, known := requirements[a.Requirement]
		o, also := offers[a.Offer]
		if !known || !also || a.Lots > instance.MaxLots {
			continue
		}
		if at := s.l.m.find(r, o); at >= 0 && a.Lots > 0 {
			want[r] = append(want[r], slot{pair: at, lots: int32(a.Lots)})
		}
	}
	d := s.islands(1)[0]
	for r := range want {
		if s.l.m.needs[r].first < s.l.m.needs[r].last {
			d.take(int32(r))
		}
	}
	for r := range want {
		d.retake(int32(r), want[r])
	}
	s.rememberAll()
}

// retake gives r what it had, as far as it still holds.
func (d *island) retake(r int32, want []slot) {
	n, total := &d.l.m.needs[r], d.l.lots(r)
	for _, w := range want {
		p := &d.l.m.pairs[w.pair]
		lots := int32(min(int64(w.lots), int64(p.hi), int64(n.lots-total), d.rest[p.offer]/p.use))
		if lots < p.lo || int32(d.l.used[r]) == n.partners || d.l.uses(r, w.pair) {
			continue
		}
		d.count(r, -1)
		d.put(r, w.pair, lots)
		d.count(r, 1)
		total += lots
	}
	if total < n.least && total > 0 {
		d.take(r)
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
	s.start = l.sumGains()
	for i := range list {
		list[i] = &island{l: l, id: int32(i), home: home, price: s.price, rank: s.rank, heat: s.heat, firstCredit: s.credit, fair: s.fair, anchor: s.anchor, toll: s.toll,
			rest: make([]int64, len(rest)), users: make([][]int32, len(rest)), random: random(s.random.next()),
			mark: make([]bool, len(m.needs)), isOld: make([]bool, len(m.needs))}
		if s.floors != nil {
			list[i].floors = make([]int64, len(s.floors))
		}
		list[i].single = single{m: m, b: l.b, price: s.price, quick: true}
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
	for _, d := range list {
		d.best = d.value
		d.setFloors(s.floors, s.start)
	}
	return list
}

// setFloors shares what the goals may lose by what the island has of them.
func (d *island) setFloors(floors []int64, have gains) {
	for i, floor := range floors {
		d.floors[i] = d.gains[i] - mulDiv(have[i]-floor, abs(d.gains[i]), max(1, abs(have[i])))
	}
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
	d.count(r, 1)
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
