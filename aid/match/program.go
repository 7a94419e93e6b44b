package match

import (
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// A Program is a round as an outside solver takes it: maximise Worth × values
// over whole numbers within Lower and Upper, each row between its limits.
// Rows are stored one after another: row i is Index and Factor from Start[i]
// to Start[i+1].
type Program struct {
	Worth, Lower, Upper []int64
	Start, Index        []int32
	Factor              []int64
	RowLower, RowUpper  []int64
	First               []int64 // a plan to begin with
}

// An Answer is what a solver found.
type Answer struct {
	Values  []int64
	Bound   int64 // no plan is worth more, by the solver's word
	Optimal bool  // the values reach the bound, by the solver's word
}

// Worth is what the values are worth in p.
func (a *Answer) Worth(p *Program) int64 {
	sum := int64(0)
	for i, v := range a.Values {
		sum += p.Worth[i] * v
	}
	return sum
}

// A Finisher solves a program, exactly or as far as its own limits let it.
type Finisher interface {
	// Name is the solver and its version, Hash the SHA-256 of its program.
	Name() string
	Hash() string
	// Solve solves p; stop is asked often, and true gives up with an error.
	Solve(p *Program, stop func() bool) (*Answer, error)
}

// without is the row limit that never binds.
const without = int64(1) << 52

// program writes the model down for a solver, with the plan laid out as its
// first. Columns: for each need whether it is served and finished; for each
// pair its lots and whether it is used.
func (m *model) program(l *layout) *Program {
	p := &Program{Start: []int32{0}}
	capacity := make([][]int32, len(m.capacity)) // lots columns by offer
	uses := make([][]int64, len(m.capacity))
	for r := range m.needs {
		n := &m.needs[r]
		if n.first == n.last {
			continue
		}
		m.programNeed(p, l, int32(r), capacity, uses)
	}
	for o := range capacity {
		if len(capacity[o]) > 0 {
			p.row(-without, m.capacity[o], capacity[o], uses[o])
		}
	}
	return p
}

func (m *model) programNeed(p *Program, l *layout, r int32, capacity [][]int32, uses [][]int64) {
	n := &m.needs[r]
	total := int64(l.lots(r))
	served := p.column(0, 0, 1, truth(total > 0))
	done := p.column(compositeFull*n.weight, 0, 1, truth(total == int64(n.lots)))
	lots, used := []int32{}, []int32{}
	for i := n.first; i < n.last; i++ {
		pair := &m.pairs[i]
		has, cost := l.on(r, i), int64(compositePair)
		if pair.kept {
			cost -= compositeKeep
		}
		x := p.column(n.points, 0, int64(pair.hi), has)
		y := p.column(-cost, 0, 1, truth(has > 0))
		p.row(-without, 0, []int32{x, y}, []int64{1, -int64(pair.hi)})
		p.row(0, without, []int32{x, y}, []int64{1, -int64(pair.lo)})
		lots, used = append(lots, x), append(used, y)
		capacity[pair.offer] = append(capacity[pair.offer], x)
		uses[pair.offer] = append(uses[pair.offer], pair.use)
	}
	ones := make([]int64, len(lots), len(lots)+1)
	for i := range ones {
		ones[i] = 1
	}
	p.row(-without, 0, append(lots, served), append(ones, -int64(n.lots)))
	p.row(0, without, append(lots, served), append(ones, -int64(n.least)))
	p.row(0, without, append(lots, done), append(ones, -int64(n.lots)))
	p.row(-without, 0, append(used, served), append(ones, -int64(n.partners)))
}

func truth(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

func (p *Program) column(worth, lower, upper, first int64) int32 {
	p.Worth, p.Lower, p.Upper = append(p.Worth, worth), append(p.Lower, lower), append(p.Upper, upper)
	p.First = append(p.First, first)
	return int32(len(p.Worth) - 1)
}

func (p *Program) row(lower, upper int64, index []int32, factor []int64) {
	p.Index, p.Factor = append(p.Index, index...), append(p.Factor, factor...)
	p.Start = append(p.Start, int32(len(p.Index)))
	p.RowLower, p.RowUpper = append(p.RowLower, lower), append(p.RowUpper, upper)
}

// on is how many lots r has from a pair.
func (l *layout) on(r, pair int32) int64 {
	for _, s := range l.of(r) {
		if s.pair == pair {
			return int64(s.lots)
		}
	}
	return 0
}

// mostPairs bounds the rounds that a finisher is asked for.
const mostPairs = 1000

// finishUp asks the finisher, when there is one and the round is small. What
// it says is used only as far as it can be checked: a plan that keeps every
// rule. Its bound stands in the certificate as a claim.
func (p *planner) finishUp() error {
	if p.o.Finisher == nil || len(p.o.Locked) > 0 || len(p.o.Declined) > 0 || p.m.eagerAt[len(p.m.capacity)] > mostPairs || p.stop() {
		return nil
	}
	p.tell("finish", p.search.moves)
	a, err := p.o.Finisher.Solve(p.m.program(p.l), p.stop)
	if err != nil {
		if p.cut.Load() {
			return nil
		}
		return err
	}
	if other, ok := p.m.layOut(&p.b, a.Values); ok && other.total() > p.l.total() {
		p.l = other
	}
	score := p.l.total() >> p.b.shift
	p.finish = &certificate.Finisher{Solver: p.o.Finisher.Name(), Hash: p.o.Finisher.Hash(),
		Bound: max(a.Bound, score), Optimal: a.Optimal && a.Bound <= score}
	return nil
}

// layOut reads a solver's values, and reports whether they keep every rule.
func (m *model) layOut(b *objective, values []int64) (*layout, bool) {
	l := newLayout(m, b)
	at := 0
	for r := range m.needs {
		n := &m.needs[r]
		if n.first == n.last {
			continue
		}
		at += 2
		for i := n.first; i < n.last; i++ {
			if lots := values[at]; lots > 0 {
				if int32(l.used[r]) == n.partners || lots < int64(m.pairs[i].lo) || lots > int64(m.pairs[i].hi) {
					return nil, false
				}
				l.slots[l.slotAt[r]+int32(l.used[r])] = slot{pair: i, lots: int32(lots)}
				l.used[r]++
			}
			at += 2
		}
		if total := l.lots(int32(r)); total > n.lots || total > 0 && total < n.least {
			return nil, false
		}
	}
	for _, rest := range l.rest() {
		if rest < 0 {
			return nil, false
		}
	}
	return l, true
}

// ProgramOf is a round as an outside solver takes it, beginning with nothing.
func ProgramOf(in *instance.Instance) *Program {
	m := newModel(in, nil)
	b := m.composite()
	return m.program(newLayout(m, &b))
}
