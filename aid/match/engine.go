package match

import (
	"math/big"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/fault"
)

// Options say how a plan is made. The zero value works.
type Options struct {
	Moves     int64                    // of ruin and recreate; 0 takes DefaultMoves
	Workers   int                      // goroutines; 0 takes GOMAXPROCS. The plan does not depend on it
	Stop      func() bool              // asked often, from several goroutines; true ends with the best so far
	Progress  func(Progress)           // told now and then, from one goroutine
	Previous  *certificate.Plan        // a plan in force, whose prices and allocations are the start
	Locked    []certificate.Allocation // accepted; they stay as they are
	ByGoals   bool                     // goal by goal rather than by the composite
	Tolerance map[string]int64         // by goal, in millionths; absent is DefaultTolerance
	Declined  []instance.Pair          // refused by one side; not eligible
	Finisher  Finisher                 // solves small rounds to the end; nil is none
}

// DefaultTolerance is what a later goal may take from an earlier one, in
// millionths.
const DefaultTolerance = 1000

// DefaultMoves is how many moves a round of n requirements gets.
func DefaultMoves(n int) int64 { return int64(min(max(1000*n, 200_000), 4_000_000)) }

// Progress is how far the planner has come.
type Progress struct {
	Phase string // "prices", "plan", "finish" or a goal's name
	Score int64  // of the plan so far, by the composite
	Bound int64  // that no plan passes
	Moves int64
	Of    int64
}

// ErrLock refuses locked allocations that no plan can keep.
var ErrLock = fault.New(fault.Conflict, "plan.lock",
	"the accepted allocation of {{.lots}} lots for {{.requirement}} from {{.offer}} cannot stay: {{.why}}; withdraw it or change the instance")

// A planner is one run.
type planner struct {
	o      Options
	m      *model
	b      objective
	market *market
	guide  []int64 // the search's prices
	search *search
	l      *layout
	cut    atomic.Bool
	finish *certificate.Finisher
}

// Make makes a plan for in, with its proof. The same instance, moves,
// previous plan and locks give the same plan on any machine, unless Stop cut
// the run short, which the plan then says.
//
// Errors: ErrLock.
func Make(in *instance.Instance, o Options) (*certificate.Plan, error) {
	p, err := newPlanner(in, o)
	if err != nil {
		return nil, err
	}
	p.setPrices()
	p.start()
	if p.o.ByGoals {
		return p.byGoals()
	}
	if p.o.Previous != nil {
		p.repair()
	} else {
		p.improve(p.o.Moves)
	}
	if err := p.finishUp(); err != nil {
		return nil, err
	}
	return p.publish(p.plainGoals()), nil
}

func newPlanner(in *instance.Instance, o Options) (*planner, error) {
	if o.Moves == 0 && o.Previous != nil {
		o.Moves = repairMoves
	}
	if o.Moves == 0 {
		o.Moves = DefaultMoves(len(in.Requirements))
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if err := known(in, o.Declined); err != nil {
		return nil, err
	}
	p := &planner{o: o, m: newModel(in, o.Declined)}
	if err := p.m.setLocks(o.Locked); err != nil {
		return nil, err
	}
	p.b = p.m.composite()
	return p, nil
}

// known refuses declined pairs that name nothing.
func known(in *instance.Instance, declined []instance.Pair) error {
	requirements, offers := in.Index()
	for i, p := range declined {
		_, r := requirements[p.Requirement]
		_, o := offers[p.Offer]
		if !r || !o {
			return instance.ErrUnknown.With("field", "declined["+strconv.Itoa(i)+"]").With("value", p.Requirement+", "+p.Offer).With("among", "requirements and offers")
		}
	}
	return nil
}

// stop asks the caller and remembers a yes.
func (p *planner) stop() bool {
	if p.cut.Load() {
		return true
	}
	if p.o.Stop == nil || !p.o.Stop() {
		return false
	}
	p.cut.Store(true)
	return true
}

func (p *planner) tell(phase string, moves int64) {
	if p.o.Progress == nil {
		return
	}
	t := Progress{Phase: phase, Bound: p.market.bound.points(p.b.shift), Moves: moves, Of: p.o.Moves}
	if p.l != nil {
		t.Score = p.l.total() >> p.b.shift
	}
	p.o.Progress(t)
}

// guideStep ends the first part of the passes, in millionths. Prices that are
// settled further prove more and guide the search less well: whole groups of
// offers then cost the same.
const guideStep = 300

// passWork is about how many pairs all passes of a phase look at together.
const passWork = 200_000_000

// passesPerMove ties the work on prices to the moves asked for, so that one
// number says how much is done: a pass for so many moves, and at least 60.
const passesPerMove = 100

// passes is how many times a phase looks at every pair, at most most.
func (p *planner) passes(most int) int {
	n := min(max(passWork/max(1, len(p.m.pairs)), 150), most)
	return min(n, int(max(60, p.o.Moves/passesPerMove)))
}

// setPrices finds prices for the composite: from the plan in force when there
// is one, else by way of samples.
func (p *planner) setPrices() {
	x := p.m.whole(p.b, p.o.Workers)
	price, first := p.m.firstPrices(&p.b), int64(50_000)
	if known := p.previousPrices(); known != nil {
		price, first = known, 2_000
	} else {
		for _, part := range []int{20, 5} {
			if len(x.needs)/part >= 500 {
				k := newMarket(x.sample(part), price, p.stop)
				k.settle(schedule{min(300, p.passes(3000)*2), first, 500})
				price, first = k.best, 10_000
			}
		}
	}
	p.market = newMarket(x, price, p.stop)
	n := p.passes(3000)
	if p.o.Previous != nil {
		p.market.settle(schedule{repairPasses, first, 200})
		p.guide = slices.Clone(p.market.best)
		p.tell("prices", 0)
		return
	}
	p.market.settle(schedule{n * 3 / 8, first, min(first, guideStep)})
	p.guide = slices.Clone(p.market.best)
	p.market.settle(schedule{n * 5 / 8, 5000, 100 + 30_000/int64(n)})
	p.tell("prices", 0)
}

// previousPrices are those of the plan in force, in this run's scale.
func (p *planner) previousPrices() []int64 {
	if p.o.Previous == nil {
		return nil
	}
	return p.m.read(&certificate.Proof{Prices: p.o.Previous.Prices}, &p.b)
}

// read takes prices from another plan's proof; an offer without one starts
// at nothing if the plan knew it as worth nothing, which is the same to it.
func (m *model) read(proof *certificate.Proof, b *objective) []int64 {
	if proof == nil || len(proof.Prices) == 0 {
		return nil
	}
	price := make([]int64, len(m.capacity))
	for o := range price {
		v, ok := new(big.Rat).SetString(proof.Prices[m.in.Offers[o].ID])
		if !ok || v.Sign() < 0 {
			continue
		}
		v.Mul(v, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), b.shift)))
		if n := new(big.Int).Quo(v.Num(), v.Denom()); n.IsInt64() {
			price[o] = min(n.Int64(), dearest(m.capacity[o]))
		}
	}
	return price
}

// start lays out a first plan: the one in force where it still holds, or the
// better of one by prices and a greedy one.
func (p *planner) start() {
	l := p.m.greedy(&p.b)
	byHand, plan := l.total(), p.m.names(l)
	p.m.sortPairs(p.guide)
	_ = p.m.setLocks(p.o.Locked) // their places have changed; they were checked
	p.l = newLayout(p.m, &p.b)
	p.search = newSearch(p.l, p.guide, p.o.Workers, p.stop)
	if p.o.Previous != nil {
		p.search.resume(p.o.Previous)
		return
	}
	p.search.construct(p.search.byRank(), 8, 4, 0)
	if byHand > p.l.total() {
		p.search.resume(&certificate.Plan{Allocations: plan})
	}
}

// shares of the moves that the rounds get, in quarters. Between rounds the
// islands are drawn anew; each starts from the best plan so far.
var shares = []int64{2, 1, 1}

// islandSize is about how many requirements an island holds.
const islandSize = 2500

// improve makes the moves.
func (p *planner) improve(moves int64) {
	n := (len(p.m.needs) + islandSize - 1) / islandSize
	for i, share := range shares {
		part := int64(len(shares) - i)
		p.search.heat = p.heat() * part / int64(len(shares))
		p.search.credit = (1 << creditBits) * (part + 3) / int64(len(shares)+3)
		p.round(n, moves*share/4)
		if p.stop() {
			return
		}
	}
}

func (p *planner) round(islands int, moves int64) {
	p.search.round(max(1, islands), moves)
	p.search.settle()
	p.tell("plan", p.search.moves)
}

// heat is how much worse a move may be at first: a part of what a
// requirement is worth on the average.
func (p *planner) heat() int64 {
	return p.l.total() / int64(max(1, len(p.m.needs))) / 16
}

// names lists the plan by name, in the order of the instance.
func (m *model) names(l *layout) []certificate.Allocation {
	list := []certificate.Allocation{}
	for r := range m.needs {
		from := len(list)
		for _, s := range l.of(int32(r)) {
			list = append(list, certificate.Allocation{Requirement: m.in.Requirements[r].ID,
				Offer: m.in.Offers[m.pairs[s.pair].offer].ID, Lots: int64(s.lots)})
		}
		slices.SortFunc(list[from:], func(a, b certificate.Allocation) int { return compareText(a.Offer, b.Offer) })
	}
	return list
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// rational writes n / 2^shift.
func rational(n int64, shift uint) string {
	return strconv.FormatInt(n, 10) + "/" + strconv.FormatInt(1<<shift, 10)
}

// exact writes the market's bound as a rational.
func (k *market) exact() string {
	n := new(big.Int).Lsh(new(big.Int).SetUint64(k.bound.hi), 64)
	n.Or(n, new(big.Int).SetUint64(k.bound.lo))
	return n.String() + "/" + strconv.FormatInt(1<<k.x.b.shift, 10)
}

// prices writes the market's best prices by offer; those at nothing are left
// out.
func (k *market) prices() map[string]string {
	list := map[string]string{}
	for o, v := range k.best {
		if v > 0 {
			list[k.x.m.in.Offers[o].ID] = rational(v, k.x.b.shift)
		}
	}
	return list
}
