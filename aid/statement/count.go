package statement

import (
	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A class is the one place that a flow has in a statement.
type class uint8

const (
	absent    class = iota // not by the day, or withdrawn: in no figure
	entering               // committed or paid into the boundary: the total
	pledged                // would enter, and binds nobody (rule 2)
	within                 // between parties inside (rule 3)
	leaving                // from inside to outside (rule 3)
	beside                 // of the mechanism, and none of these
	elsewhere              // of another scope
	again                  // enters, and had been inside before: no new money (rule 4)
	denied                 // a side knows of no such flow (rule 5)
	novalue                // would enter, and has no value: never zero (rule 7)
	classes
)

// A sum is a figure in the making.
type sum struct {
	value   money.Exact
	count   int // flows added up
	without int // flows left out, for want of a rate
}

func (s *sum) add(x money.Exact) { s.value, s.count = s.value.Add(x), s.count+1 }

// take is add, or a note that there was no rate.
func (s *sum) take(x money.Exact, rated bool) {
	if rated {
		s.add(x)
	} else {
		s.without++
	}
}

// years is room for "year not stated" and each year a date may have.
const years = fact.LastYear - fact.FirstYear + 2

// yearPlace is where a year's sum stands; 0 is "year not stated".
func yearPlace(year int) int { return year - fact.FirstYear + 1 }

// A count holds every sum of a statement while the flows are read once.
type count struct {
	in       Input
	asOf     flow.Day
	currency money.Currency
	inside   []bool    // by flow.Book.Names
	first    flow.Day  // of any flow
	rates    [][]int32 // by currency and by days from first: 1 + index into quotes, or 0
	quotes   []quote

	classes  [classes]sum // elsewhere is not summed, only counted
	partners []sum        // by flow.Book.Names
	lines    []sum        // by flow.Lines
	statuses []sum        // by flow.Statuses
	bases    []sum        // by flow.Bases
	scopes   []sum        // by flow.Scopes, counted only
	years    [years]sum
	held     sum // what programme accounts have not passed on
	open     int // flows of the total whose sides do not say the same

	lineage *flow.Lineage // nil: nothing is linked
	onward  []int64       // by flow: what links take of it
	account []bool        // by flow.Book.Names: a programme account
	room    *scratch      // of whoever reads the flows
}

// A quote is a rate made ready, or the absence of one.
type quote struct {
	divisor money.Divisor
	rated   bool
}

func newCount(in Input, q Query) *count {
	names := in.Flows.Names()
	c := &count{
		in: in, asOf: flow.DayOf(fact.Date(q.AsOf)), currency: q.Currency,
		inside: make([]bool, len(names)), account: make([]bool, len(names)),
	}
	for i, id := range names {
		p, ok := in.Parties.Get(id)
		c.inside[i] = q.Boundary.Inside(id, p)
		c.account[i] = ok && p.Type == party.Account
	}
	c.clear()
	return c
}

// clear makes room for the sums.
func (c *count) clear() {
	c.classes, c.years, c.held, c.open = [classes]sum{}, [years]sum{}, sum{}, 0
	c.room = &scratch{}
	c.partners = make([]sum, len(c.inside))
	c.lines = make([]sum, len(flow.Lines))
	c.statuses = make([]sum, len(flow.Statuses))
	c.bases = make([]sum, len(flow.Bases))
	c.scopes = make([]sum, len(flow.Scopes))
	first, last := c.in.Flows.Span()
	c.first, c.quotes = first, nil
	c.rates = make([][]int32, len(c.in.Flows.Currencies()))
	for i := range c.rates {
		c.rates[i] = make([]int32, last-first+1)
	}
}

// read reads the flows from index from to before index to, each once.
func (c *count) read(from, to int) {
	tallies := c.in.Flows.Tallies()[:to]
	for i := from; i < to; i++ {
		t := &tallies[i]
		k := c.class(i, t)
		switch k {
		case absent:
			continue
		case elsewhere:
			c.scopes[t.Scope].count++
			continue
		case entering:
			c.enter(i, t)
		case denied, novalue, again:
			c.classes[k].count++
		default:
			q := c.quote(i, t)
			c.classes[k].take(c.value(t, q), q.rated)
		}
		if left := c.left(i, t, k); left > 0 {
			q := c.quote(i, t)
			c.held.take(q.of(left), q.rated)
		}
	}
}

// left is what the account that received a flow has not passed on.
func (c *count) left(i int, t *flow.Tally, k class) int64 {
	if !c.account[t.Receiver] || t.Minor == 0 || t.Committed > c.asOf || k == denied || k == elsewhere || k == absent {
		return 0
	}
	if c.onward == nil {
		return t.Minor
	}
	return max(0, t.Minor-c.onward[i])
}

// class places a flow; it is the only reading of rules 2, 3, 4, 5 and 7 here.
func (c *count) class(i int, t *flow.Tally) class {
	if t.Gone || t.On > c.asOf {
		return absent
	}
	if flow.Scopes[t.Scope] != flow.Mechanism {
		return elsewhere
	}
	if t.Denied {
		return denied
	}
	crossing := flow.CrossingOf(c.inside[t.Provider], c.inside[t.Receiver])
	binding := t.Committed <= c.asOf
	switch {
	case t.Minor == 0 && crossing == flow.Incoming && binding:
		return novalue
	case t.Minor == 0:
		return beside
	case crossing == flow.Incoming && binding && t.Parents > 0 && c.lineage.Fresh(i) == 0:
		return again
	case crossing == flow.Incoming && binding:
		return entering
	case crossing == flow.Incoming:
		return pledged
	case crossing == flow.Internal && binding:
		return within
	case crossing == flow.Outgoing && binding:
		return leaving
	}
	return beside
}

// enter adds a flow to the total and to each way the total is broken down.
func (c *count) enter(i int, t *flow.Tally) {
	q := c.quote(i, t)
	x := c.spread(i, t, q)
	c.classes[entering].take(x, q.rated)
	c.lines[t.Line].take(x, q.rated)
	c.statuses[c.status(t)].take(x, q.rated)
	c.bases[t.Basis].take(x, q.rated)
	if t.Open {
		c.open++
	}
}

// spread adds a flow to its years and to those who gave it first, and returns
// its value.
func (c *count) spread(i int, t *flow.Tally, q *quote) (x money.Exact) {
	if c.lineage == nil || t.Parents == 0 {
		x = c.enterYears(t, q)
		c.partners[t.Provider].take(x, q.rated)
		return x
	}
	room := c.room
	room.byPartner, room.byYear = room.byPartner[:0], room.byYear[:0]
	c.cellsIn(room, i, t, func(k cell) {
		worth := q.of(k.minor)
		x = x.Add(worth)
		room.byPartner, room.byYear = addPart(room.byPartner, k.provider, worth), addPart(room.byYear, k.year, worth)
	})
	for _, p := range room.byPartner {
		c.partners[p.of].take(p.x, q.rated)
	}
	for _, p := range room.byYear {
		c.years[yearAt(p.of)].take(p.x, q.rated)
	}
	return x
}

func yearAt(year int32) int {
	if year == 0 {
		return 0
	}
	return yearPlace(int(year))
}

// enterYears adds a flow to its years and returns its value.
func (c *count) enterYears(t *flow.Tally, q *quote) (x money.Exact) {
	if t.Portions == 0 {
		x = q.of(t.Minor)
		c.years[0].take(x, q.rated)
		return x
	}
	for _, p := range c.portions(t) {
		part := q.of(p.Minor)
		c.years[yearPlace(int(p.Year))].take(part, q.rated)
		x = x.Add(part)
	}
	return x
}

// value is a flow's converted amount: the sum of its portions when it has
// any, so that the years add up to the total exactly.
func (c *count) value(t *flow.Tally, q *quote) (x money.Exact) {
	if t.Portions == 0 {
		return q.of(t.Minor)
	}
	for _, p := range c.portions(t) {
		x = x.Add(q.of(p.Minor))
	}
	return x
}

// of converts minor units; without a rate it is nothing, which take leaves out.
func (q *quote) of(minor int64) money.Exact {
	if !q.rated {
		return money.Exact{}
	}
	return q.divisor.Divide(minor)
}

func (c *count) portions(t *flow.Tally) []flow.PortionTally {
	return c.in.Flows.Portions()[t.Portion:][:t.Portions]
}

// status is the place in flow.Statuses of a flow that is binding.
func (c *count) status(t *flow.Tally) int {
	if t.Paid <= c.asOf {
		return 2
	}
	return 1
}

// quote is the rate for the flow at index i, looked up once for each currency
// and day.
func (c *count) quote(i int, t *flow.Tally) *quote {
	place := &c.rates[t.Currency][t.On-c.first]
	if *place == 0 {
		currency := c.in.Flows.Currencies()[t.Currency]
		c.quotes = append(c.quotes, c.find(currency, c.in.Flows.At(i).On.First()))
		*place = int32(len(c.quotes))
	}
	return &c.quotes[*place-1]
}

func (c *count) find(currency money.Currency, day string) quote {
	w, ok := c.in.Rates.Way(currency, c.currency, day)
	if !ok {
		return quote{}
	}
	return quote{w.Divisor(currency), true}
}
