package match

import (
	"math/bits"
	"slices"

	"tallinn/aid/match/instance"
)

// A Rule names a hard rule that a pair can fail, in the order in which they
// are asked.
type Rule uint8

// The rules of a pair, in order; Allowed is none.
const (
	Allowed Rule = iota
	Line
	Sector
	Region
	Beneficiary
	Validity
	CivilOnly
	Origin
	Ticket
	rules
)

var ruleNames = [rules]string{"allowed", "line", "sector", "region", "beneficiary", "validity", "civil_only", "origin", "ticket"}

func (r Rule) String() string { return ruleNames[r] }

// A set holds offers, one bit each.
type set []uint64

func (s set) has(o int) bool { return s[o/64]>>(o%64)&1 != 0 }
func (s set) add(o int)      { s[o/64] |= 1 << (o % 64) }

// An eligibility finds the offers that may serve a requirement by meeting
// seven sets, one for each rule but the last, which needs arithmetic.
type eligibility struct {
	in      *instance.Instance
	words   int
	by      [Origin + 1]map[string]set // for each rule, the offers that take a value
	any     [Origin + 1]set            // those that take every value
	starts  []int                      // offers by first valid day
	days    []set                      // days[i] holds starts[:i×dayStep]
	scratch set
}

func newEligibility(in *instance.Instance) *eligibility {
	e := &eligibility{in: in, words: (len(in.Offers) + 63) / 64}
	e.scratch = e.empty()
	for rule := Line; rule <= Origin; rule++ {
		e.by[rule], e.any[rule] = map[string]set{}, e.empty()
	}
	for o := range in.Offers {
		f := &in.Offers[o]
		for rule, values := range map[Rule][]string{Line: f.Lines, Sector: f.Sectors, Region: f.Regions, Beneficiary: f.Beneficiaries} {
			e.earmark(rule, o, values)
		}
		if !f.CivilOnly {
			e.any[CivilOnly].add(o)
		}
		if f.Origin != nil {
			e.earmark(Origin, o, []string{*f.Origin})
		}
	}
	e.sortDays()
	return e
}

func (e *eligibility) empty() set { return make(set, e.words) }

// earmark enters o under values; nil takes any.
func (e *eligibility) earmark(rule Rule, o int, values []string) {
	if values == nil {
		e.any[rule].add(o)
		return
	}
	for _, v := range values {
		if e.by[rule][v] == nil {
			e.by[rule][v] = e.empty()
		}
		e.by[rule][v].add(o)
	}
}

// sortDays keeps, for each distinct first day, the offers valid by then.
func (e *eligibility) sortDays() {
	order := make([]int, len(e.in.Offers))
	for o := range order {
		order[o] = o
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(e.in.Offers[a].ValidFrom - e.in.Offers[b].ValidFrom) })
	now := e.empty()
	for i, o := range order {
		day := int(e.in.Offers[o].ValidFrom)
		if i > 0 && day != e.starts[len(e.starts)-1] || i == 0 {
			e.starts, e.days = append(e.starts, day), append(e.days, nil)
		}
		now.add(o)
		if i+1 == len(order) || int(e.in.Offers[order[i+1]].ValidFrom) != day {
			e.days[len(e.days)-1] = slices.Clone(now)
		}
	}
}

// meets reports whether o passes rule for requirement q, by arithmetic on one
// value; offers asks the same of all at once.
func (e *eligibility) refusal(r, o int) Rule {
	q, f := &e.in.Requirements[r], &e.in.Offers[o]
	values := [...]string{Line: q.Line, Sector: q.Sector, Region: q.Region, Beneficiary: q.Beneficiary}
	for rule := Line; rule <= Beneficiary; rule++ {
		if !e.any[rule].has(o) && (e.by[rule][values[rule]] == nil || !e.by[rule][values[rule]].has(o)) {
			return rule
		}
	}
	switch {
	case f.ValidFrom > q.LatestCommitDay:
		return Validity
	case f.CivilOnly && q.MilitaryUse:
		return CivilOnly
	case f.Origin != nil && slices.Contains(q.ExcludedOrigins, *f.Origin):
		return Origin
	}
	if _, lo, hi := lotRange(e.in, r, o); lo > hi {
		return Ticket
	}
	return Allowed
}

// clone is e for another goroutine.
func (e *eligibility) clone() *eligibility {
	c := *e
	c.scratch = e.empty()
	return &c
}

// meetAll is the set of offers that pass every rule but Ticket for
// requirement r. It holds until the next call.
func (e *eligibility) meetAll(r int) set {
	q := &e.in.Requirements[r]
	s := e.scratch
	day, found := slices.BinarySearch(e.starts, int(q.LatestCommitDay))
	if found {
		day++
	}
	if day == 0 {
		clear(s)
		return s
	}
	copy(s, e.days[day-1])
	e.meet(s, Line, q.Line)
	e.meet(s, Sector, q.Sector)
	e.meet(s, Region, q.Region)
	e.meet(s, Beneficiary, q.Beneficiary)
	if q.MilitaryUse {
		for i := range s {
			s[i] &= e.any[CivilOnly][i]
		}
	}
	for _, origin := range q.ExcludedOrigins {
		for i, word := range e.by[Origin][origin] {
			s[i] &^= word
		}
	}
	return s
}

func (e *eligibility) meet(s set, rule Rule, value string) {
	named := e.by[rule][value]
	for i := range s {
		both := e.any[rule][i]
		if named != nil {
			both |= named[i]
		}
		s[i] &= both
	}
}

func (s set) len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all yields the offers in order.
func (s set) all(yield func(int) bool) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !yield(i*64 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}
