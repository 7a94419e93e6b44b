package match

import (
	"math/big"

	"tallinn/aid/match/certificate"
)

// A stage makes one goal best and leaves those before it their floors. Weigh
// are the weights that steer its search, in the order of gains.
type stage struct {
	goal  string
	at    int // among gains; -1 is Spread, which is none of them
	weigh gains
	// proofs are the weights to try for its bound, the goal's own among them.
	proofs []gains
}

// emphasis is how much more than in the composite a stage's own goal weighs.
const emphasis = 16

var stages = []stage{
	{certificate.Coverage, 0, gains{emphasis, compositeFull, compositePair, compositeKeep}, []gains{{1, 0, 0, 0}}},
	{certificate.Completion, 1, gains{1, emphasis * compositeFull, compositePair, compositeKeep},
		[]gains{{0, 1, 0, 0}, {1, 4000, 0, 0}, {1, 1000, 0, 0}, {1, 250, 0, 0}}},
	{certificate.Fragments, 2, gains{1, compositeFull, emphasis * compositePair, compositeKeep},
		[]gains{{1, 250, 1000, 0}, {1, 250, 10_000, 0}, {1, 250, 50_000, 0}, {1, 0, 10_000, 0}}},
	{certificate.Spread, -1, gains{1, compositeFull, compositePair, compositeKeep}, nil},
	{certificate.Kept, 3, gains{1, compositeFull, compositePair, emphasis * compositeKeep},
		[]gains{{0, 0, 0, 1}, {1, 250, 20, 1000}, {1, 250, 20, 10_000}}},
}

// byGoals makes the plan goal by goal. It starts from one that is good by the
// composite; each goal then gets a part of the moves, gives up no more of the
// goals before it than their tolerance, and is bounded for all plans that do
// the same.
func (p *planner) byGoals() (*certificate.Plan, error) {
	p.improve(p.o.Moves / 2)
	goals := map[string]certificate.Goal{}
	var floors []int64
	limit := int64(-1) // of the spread
	for _, s := range stages {
		limit = p.stage(s, floors, limit)
		g := certificate.Goal{Tolerance: p.tolerance(s.goal)}
		if s.at >= 0 {
			value := p.l.sumGains()[s.at]
			floor := value - mulDiv(abs(value), g.Tolerance, 1_000_000)
			p.bound(s, floors, &g)
			floors = append(floors, floor)
			g.Floor = ref(signed(s.goal, floor))
		}
		goals[s.goal] = g
		p.tell(s.goal, p.search.moves)
	}
	g := p.l.sumGains()
	for i, name := range []string{certificate.Coverage, certificate.Completion, certificate.Fragments, certificate.Kept} {
		p.setValue(goals, name, signed(name, g[i]))
	}
	p.setValue(goals, certificate.Spread, p.spread())
	return p.publish(goals), nil
}

func ref(v int64) *int64 { return &v }

// signed turns a gain into the goal's value: fragments gain by being fewer.
func signed(goal string, gain int64) int64 {
	if goal == certificate.Fragments {
		return -gain
	}
	return gain
}

func (p *planner) setValue(goals map[string]certificate.Goal, name string, value int64) {
	g := goals[name]
	g.Value = value
	goals[name] = g
}

func (p *planner) tolerance(goal string) int64 {
	if v, said := p.o.Tolerance[goal]; said {
		return max(0, min(v, 1_000_000))
	}
	return DefaultTolerance
}

// stage searches for the goal's best and returns the limit of the spread for
// the stages after it.
func (p *planner) stage(s stage, floors []int64, limit int64) int64 {
	b := p.m.newObjective(s.weigh[0], s.weigh[1], s.weigh[2], s.weigh[3])
	l := p.l.clone()
	l.b = &b
	l.best, l.bestUse = p.l.clone().slots, p.l.clone().used
	q := newSearch(l, p.rescaled(b), p.o.Workers, p.stop)
	q.random = random(len(floors) + 2)
	q.floors = floors
	islands := max(1, len(p.m.needs)/islandSize)
	if s.at < 0 || limit >= 0 {
		q.fair, islands = newFairness(p.m.in, l.rest()), 1
		q.fair.limit = limit
	} else {
		q.heat, q.credit = p.heat()/4, 1<<(creditBits-1)
	}
	if floors == nil {
		q.floors = []int64{}
	}
	q.round(islands, max(1, p.o.Moves/10))
	q.settle()
	l.b = &p.b
	if s.at < 0 || l.sumGains()[s.at] >= p.l.sumGains()[s.at] {
		p.l = l
	}
	p.search.moves += q.moves
	p.search.l = p.l
	if s.at < 0 {
		widest := newFairness(p.m.in, p.l.rest()).now
		return widest + mulDiv(widest, p.tolerance(s.goal), 1_000_000)
	}
	return limit
}

// bound proves how good the goal can be for plans that keep the floors: of
// the weights tried, those that prove most.
func (p *planner) bound(s stage, floors []int64, g *certificate.Goal) {
	var least *big.Int
	for _, w := range s.proofs {
		b := p.m.newObjective(w[0], w[1], w[2], w[3])
		k := newMarket(p.m.whole(b, p.o.Workers), p.rescaled(b), p.stop)
		k.settle(schedule{max(30, p.passes(800)/4), 20_000, 300})
		gain := k.left(w, s.at, floors)
		if least != nil && gain.Cmp(least) >= 0 {
			continue
		}
		least = gain
		g.Bound = signed(s.goal, gain.Int64())
		g.Proof = &certificate.Proof{Weights: weights(w, b.shift), Prices: k.prices(), Exact: k.exact()}
	}
}

// left is what the market's bound leaves for the goal at place at, when those
// before it keep their floors, rounded down.
func (k *market) left(w gains, at int, floors []int64) *big.Int {
	rest := new(big.Int).Lsh(new(big.Int).SetUint64(k.bound.hi), 64)
	rest.Or(rest, new(big.Int).SetUint64(k.bound.lo))
	for i, floor := range floors {
		if i == at {
			break
		}
		part := new(big.Int).Mul(big.NewInt(w[i]), big.NewInt(floor))
		rest.Sub(rest, part.Lsh(part, k.x.b.shift))
	}
	own := new(big.Int).Lsh(big.NewInt(w[at]), k.x.b.shift)
	q, m := new(big.Int).QuoRem(rest, own, new(big.Int))
	if m.Sign() < 0 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

// weights writes a proof's weights.
func weights(w gains, shift uint) map[string]string {
	list := map[string]string{}
	for i, name := range []string{certificate.Coverage, certificate.Completion, certificate.Fragments, certificate.Kept} {
		if w[i] > 0 {
			list[name] = rational(w[i]<<shift, shift)
		}
	}
	return list
}
