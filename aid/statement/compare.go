package statement

import (
	"slices"

	"tallinn/aid/flow"
	"tallinn/money"
)

// A Reason says why a figure differs between two statements.
type Reason string

const (
	New          Reason = "new"          // recorded, or holding, only in the second
	Corrected    Reason = "corrected"    // another amount, or withdrawn
	Reclassified Reason = "reclassified" // it counts elsewhere now: status, line, scope, links, provider
	ByRate       Reason = "rate"         // converted at another rate
)

// Reasons lists them, in the order of pages.
var Reasons = []Reason{New, Corrected, Reclassified, ByRate}

// A Signed is a difference: money over or under nothing.
type Signed struct {
	Less  bool
	Value money.Exact
}

// Add is s and o together.
func (s Signed) Add(o Signed) Signed {
	switch {
	case s.Less == o.Less:
		return Signed{s.Less && !s.Value.Add(o.Value).IsZero(), s.Value.Add(o.Value)}
	case s.Value.Cmp(o.Value) >= 0:
		rest, _ := s.Value.Sub(o.Value)
		return Signed{s.Less && !rest.IsZero(), rest}
	}
	rest, _ := o.Value.Sub(s.Value)
	return Signed{o.Less, rest}
}

// minus is later less earlier.
func minus(later, earlier money.Exact) Signed {
	return Signed{Value: later}.Add(Signed{!earlier.IsZero(), earlier})
}

// A Difference is what one flow does to a figure between two statements, for
// one reason.
type Difference struct {
	Flow   flow.ID
	Reason Reason
	By     Signed
}

// A Comparison is why a figure differs between two statements. By reason, and
// by flow, its parts come to the difference exactly.
type Comparison struct {
	Name          string
	Before, After Figure
	By            Signed
	ByReason      map[Reason]Signed
	Flows         []Difference // those that differ, by flow
}

// Compare explains what became of a figure from one statement to another: of
// another day, or of what was known at another position, in the same currency.
// A figure that one of them lacks has nothing there.
//
// Errors: ErrFigure when neither has it.
func Compare(before, after *Statement, name string) (Comparison, error) {
	a, missing := before.Figure(name)
	b, err := after.Figure(name)
	if missing != nil && err != nil {
		return Comparison{}, err
	}
	c := Comparison{Name: name, Before: a, After: b, By: minus(b.Value, a.Value), ByReason: map[Reason]Signed{}}
	if a.Listed || b.Listed {
		c.By = Signed{}
	}
	was, is := values(a, b)
	var ids []flow.ID
	for id := range was {
		ids = append(ids, id)
	}
	for id := range is {
		if _, both := was[id]; !both {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		for _, d := range differ(before, after, was[id], is[id], id) {
			if !d.By.Value.IsZero() {
				c.ByReason[d.Reason] = c.ByReason[d.Reason].Add(d.By)
				c.Flows = append(c.Flows, d)
			}
		}
	}
	return c, nil
}

// A worth is what one flow puts into a figure.
type worth struct {
	value   money.Exact
	spoken  money.Amount
	rated   bool
	present bool
}

// values are what each flow puts into a and into b, where they may differ; of
// a figure that only lists, nothing.
func values(a, b Figure) (was, is map[flow.ID]worth) {
	was, is = map[flow.ID]worth{}, map[flow.ID]worth{}
	alike := a.count != nil && b.count != nil && !a.Listed && !b.Listed && a.count.in == b.count.in &&
		a.Currency == b.Currency && a.pick == b.pick && slices.Equal(a.count.inside, b.count.inside)
	if !alike {
		a.put(was, nil)
		b.put(is, nil)
		return was, is
	}
	// Of the same books, a flow that stands under both with the same part of it
	// new is the same in both.
	changed := func(i int, t *flow.Tally) bool {
		return a.picks(i, t) != b.picks(i, t) || t.Parents > 0 && !slices.Equal(a.count.lineage.Of(i), b.count.lineage.Of(i))
	}
	a.put(was, changed)
	b.put(is, changed)
	return was, is
}

// put notes what flows put into f; only is nil for all.
func (f Figure) put(into map[flow.ID]worth, only func(i int, t *flow.Tally) bool) {
	if f.count == nil || f.Listed {
		return
	}
	tallies := f.count.in.Flows.Tallies()
	var rows []Row
	for i := range tallies {
		if t := &tallies[i]; f.picks(i, t) && (only == nil || only(i, t)) {
			rows = f.count.rows(rows[:0], i, f.pick)
			for _, r := range rows {
				into[r.Flow] = worth{r.Converted, r.Spoken, r.Rated, true}
			}
		}
	}
}

// differ splits what a flow does to the figure into its reasons.
func differ(before, after *Statement, was, is worth, id flow.ID) []Difference {
	all := minus(is.value, was.value)
	switch {
	case is.present && !was.present:
		if before.Total.count.holds(id) {
			return []Difference{{id, Reclassified, all}}
		}
		return []Difference{{id, New, all}}
	case was.present && !is.present:
		if after.Total.count.holds(id) {
			return []Difference{{id, Reclassified, all}}
		}
		return []Difference{{id, Corrected, all}} // withdrawn, or of a later day now
	case was.spoken == is.spoken || was.rated != is.rated:
		return []Difference{{id, ByRate, all}}
	case was.spoken.Currency() != is.spoken.Currency():
		return []Difference{{id, Corrected, all}}
	}
	why := Corrected
	if x, y := before.whole(id), after.whole(id); x == y {
		why = Reclassified // the flow is the same; another part of it counts here
	}
	middle, ok := before.convert(id, is.spoken)
	if !ok {
		return []Difference{{id, why, all}}
	}
	return []Difference{{id, why, minus(middle, was.value)}, {id, ByRate, minus(is.value, middle)}}
}

// holds reports whether a flow stood in the account of the day at all.
func (c *count) holds(id flow.ID) bool {
	f, ok := c.in.Flows.Get(id)
	if !ok {
		return false
	}
	i := c.in.Flows.Place(f.Recorded.Flow)
	return c.class(i, &c.in.Flows.Tallies()[i]) != absent
}

func (st *Statement) whole(id flow.ID) money.Amount {
	f, _ := st.Total.count.in.Flows.Get(id)
	return f.Standing().Amount
}

// convert is an amount of a flow at the rate of st.
func (st *Statement) convert(id flow.ID, a money.Amount) (money.Exact, bool) {
	c := st.Total.count
	f, _ := c.in.Flows.Get(id)
	way, ok := c.in.Rates.Way(a.Currency(), c.currency, f.On.First())
	if !ok {
		return money.Exact{}, false
	}
	return way.Divisor(a.Currency()).Divide(a.Minor()), true
}
