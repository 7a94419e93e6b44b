package statement

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A Definition names what a figure means. Its text stands in the catalogue,
// in every language, under its key and version.
type Definition struct {
	Key     string `json:"key"` // "statement.partner", for every partner's figure
	Version int    `json:"version"`
}

// A Figure is a named number with everything under it. Where Count is 0 no
// amount was found, which is not an amount of zero.
type Figure struct {
	Name       string
	Definition Definition
	Value      money.Exact // in Currency; of no meaning when Count is 0 or Listed
	Currency   money.Currency
	Count      int  // rows added up; when Listed, rows
	Without    int  // rows that belong here and have no rate: left out
	Listed     bool // the rows are listed and added nowhere; there is no Value

	count *count
	pick  pick
	about []fact.Pos // facts of what the figure is about, besides its rows'
}

// A Row is a flow, or in a figure of a year one portion of it, under a figure.
type Row struct {
	Flow      flow.ID
	Pos       fact.Pos
	On        fact.Date
	Provider  party.ID
	Receiver  party.ID
	Status    flow.Status // as of the statement's day
	Basis     flow.Basis
	Scope     flow.Scope
	Line      flow.Line
	Crossing  flow.Crossing
	Year      int          // of the portion; 0 for a whole flow
	Spoken    money.Amount // of it, what this figure counts, in the currency that was spoken
	Whole     money.Amount // the flow; more than Spoken where a part was counted before, or is another's
	Rated     bool         // whether it could be converted
	Converted money.Exact  // by Used, or as spoken; rounded only when shown
	Used      []rate.Used  // one, or two by way of the euro; none when no conversion was needed, or possible
	Open      bool         // its sides do not say the same: the smaller counts
}

// A kind is what a figure picks its rows by.
type kind uint8

const (
	byClass kind = iota
	byProvider
	byLine
	byYear
	byStatus
	byBasis
	byScope
	unrated
	byHeld
	byOpen
	byPath    // provider, line and sort of receiver at once
	byAccount // of byHeld, what one account has
)

// A pick says which flows stand under a figure.
type pick struct {
	kind kind
	key  int
	line uint8 // of byPath: a place in flow.Lines
	sort uint8 // of byPath: a place in sorts
}

// ofProvider reports whether rows under p are cut to what one provider gave.
func (p pick) ofProvider() bool { return p.kind == byProvider || p.kind == byPath }

// onHand reports whether rows under p are what an account has not passed on.
func (p pick) onHand() bool { return p.kind == byHeld || p.kind == byAccount }

// Found reports whether any amount was found. The page says "no amount
// found" where it is false, never zero.
func (f Figure) Found() bool { return f.Count > 0 && !f.Listed }

// Rows are the flows that the figure adds up, or lists, by day and then by id.
func (f Figure) Rows() []Row {
	return slices.DeleteFunc(f.all(), func(r Row) bool { return !r.Rated && !f.Listed })
}

// LeftOut are the flows that belong under the figure and have no rate.
func (f Figure) LeftOut() []Row {
	return slices.DeleteFunc(f.all(), func(r Row) bool { return r.Rated || f.Listed })
}

// An Opened figure is everything under it.
type Opened struct {
	Rows, LeftOut []Row
	Rates         []rate.Used
	Facts         []fact.Pos
}

// Open is Rows, LeftOut, Rates and Facts, whose rows are made once.
func (f Figure) Open() (o Opened) {
	all := f.all()
	for _, r := range all {
		if r.Rated || f.Listed {
			o.Rows = append(o.Rows, r)
		} else {
			o.LeftOut = append(o.LeftOut, r)
		}
	}
	o.Rates = ratesOf(o.Rows)
	o.Facts = f.facts(all, o.Rates)
	return o
}

// Rates are the rates used, each once, by currency and day.
func (f Figure) Rates() []rate.Used { return ratesOf(f.Rows()) }

func ratesOf(rows []Row) []rate.Used {
	seen := map[rate.Used]bool{}
	for _, r := range rows {
		for _, u := range r.Used {
			seen[u] = true
		}
	}
	out := slices.Collect(maps.Keys(seen))
	slices.SortFunc(out, func(a, b rate.Used) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.On, b.On), cmp.Compare(a.Issuer, b.Issuer))
	})
	return out
}

// Facts are the positions of every fact under the figure, in order: those of
// its flows, of the parties that decide on which side of the boundary they
// lie, and of the rates used.
func (f Figure) Facts() []fact.Pos {
	all := f.all()
	return f.facts(all, f.Rates())
}

func (f Figure) facts(all []Row, rates []rate.Used) []fact.Pos {
	if f.count == nil {
		return nil
	}
	set := map[fact.Pos]bool{}
	add := func(history []fact.Pos) {
		for _, pos := range history {
			set[pos] = true
		}
	}
	add(f.about)
	in := f.count.in
	for _, r := range all {
		w, _ := in.Flows.Get(r.Flow)
		add(w.History)
		for _, up := range f.count.above(w, map[flow.ID]bool{}) {
			above, _ := in.Flows.Get(up)
			add(above.History)
		}
		provider, _ := in.Parties.Get(r.Provider)
		add(provider.History)
		receiver, _ := in.Parties.Get(r.Receiver)
		add(receiver.History)
	}
	for _, u := range rates {
		add(in.Rates.History(u))
	}
	return slices.Sorted(maps.Keys(set))
}

// all are the rows that the figure picks, rated or not.
func (f Figure) all() []Row {
	if f.count == nil {
		return nil
	}
	var out []Row
	tallies := f.count.in.Flows.Tallies()
	for i := range tallies {
		if f.picks(i, &tallies[i]) {
			out = f.count.rows(out, i, f.pick)
		}
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.On.First(), b.On.First()), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Year, b.Year))
	})
	return out
}

// above are the flows that pay for w, directly or through others.
func (c *count) above(w flow.Flow, seen map[flow.ID]bool) (out []flow.ID) {
	for _, l := range w.Parents {
		if seen[l.Parent] {
			continue
		}
		seen[l.Parent] = true
		up, _ := c.in.Flows.Get(l.Parent)
		out = append(append(out, l.Parent), c.above(up, seen)...)
	}
	return out
}

func (f Figure) picks(i int, t *flow.Tally) bool {
	k, key := f.count.class(i, t), f.pick.key
	switch f.pick.kind {
	case byClass:
		return k == class(key)
	case byScope:
		return k == elsewhere && int(t.Scope) == key
	case byHeld:
		return f.count.left(i, t, k) > 0
	case byAccount:
		return int(t.Receiver) == key && f.count.left(i, t, k) > 0
	}
	if k != entering {
		return false
	}
	switch f.pick.kind {
	case byProvider:
		return f.count.gave(i, t, key)
	case byPath:
		return t.Line == f.pick.line && f.count.gave(i, t, key) && f.count.sort(t.Receiver) == f.pick.sort
	case byLine:
		return int(t.Line) == key
	case byStatus:
		return f.count.status(t) == key
	case byBasis:
		return int(t.Basis) == key
	case byOpen:
		return t.Open
	}
	return true // byYear and unrated are told by portion and by rate
}

// gave reports whether any of a flow's new money was first given by provider.
func (c *count) gave(i int, t *flow.Tally, provider int) bool {
	if c.lineage == nil || t.Parents == 0 {
		return int(t.Provider) == provider
	}
	return slices.ContainsFunc(c.lineage.Of(i), func(s flow.Share) bool { return !s.Inside && int(s.Provider) == provider })
}

// rows appends what the flow at index i puts under p: itself, or its part of
// the year, or of the provider.
func (c *count) rows(out []Row, i int, p pick) []Row {
	t, w := &c.in.Flows.Tallies()[i], c.in.Flows.At(i)
	currency := c.in.Flows.Currencies()[t.Currency]
	way, rated := c.in.Rates.Way(currency, c.currency, w.On.First())
	q := quote{rated: rated}
	if rated {
		q.divisor = way.Divisor(currency)
	}
	if p.kind == unrated && q.rated {
		return out
	}
	k := c.class(i, t)
	r := Row{
		Flow: w.Recorded.Flow, Pos: w.Pos, On: w.On, Provider: w.Provider, Receiver: w.Receiver,
		Basis: flow.Bases[t.Basis], Scope: w.Scope, Line: w.Line, Status: c.statusOf(t),
		Crossing: flow.CrossingOf(c.inside[t.Provider], c.inside[t.Receiver]),
		Spoken:   minor(t.Minor, currency), Whole: minor(t.Minor, currency), Rated: q.rated, Used: way.Used, Open: t.Open,
	}
	switch {
	case p.onHand():
		left := c.left(i, t, k)
		r.Spoken, r.Converted = minor(left, currency), q.of(left)
		return append(out, r)
	case k != entering:
		r.Converted = c.value(t, &q)
		return append(out, r)
	}
	return append(out, c.parts(i, t, p, r, &q)...)
}

// parts is the row of a flow that enters, cut to what p counts of it; none
// when that is nothing.
func (c *count) parts(i int, t *flow.Tally, p pick, r Row, q *quote) []Row {
	var counted int64
	c.cells(i, t, func(k cell) {
		if p.kind == byYear && int(k.year) != p.key || p.ofProvider() && int(k.provider) != p.key {
			return
		}
		counted += k.minor
		r.Converted = r.Converted.Add(q.of(k.minor))
	})
	if counted == 0 {
		return nil
	}
	r.Spoken = minor(counted, r.Whole.Currency())
	if p.kind == byYear {
		r.Year = p.key
	}
	return []Row{r}
}

// minor is an amount that a flow has, or a part of one.
func minor(n int64, c money.Currency) money.Amount {
	if c == "" {
		return money.Amount{}
	}
	a, _ := money.FromMinor(n, c) // of a recorded amount: it fits
	return a
}

func (c *count) statusOf(t *flow.Tally) flow.Status {
	if t.Committed > c.asOf {
		return flow.Pledge
	}
	return flow.Statuses[c.status(t)]
}

// figure is a named sum.
func (c *count) figure(name string, p pick, s sum) Figure {
	return Figure{Name: name, Definition: Define(name), Value: s.value, Currency: c.currency,
		Count: s.count, Without: s.without, count: c, pick: p}
}

// listed is a figure that only lists.
func (c *count) listed(name string, p pick, n int) Figure {
	return Figure{Name: name, Definition: Define(name), Currency: c.currency, Count: n, Listed: true, count: c, pick: p}
}

// Define is the definition of the figure called name: its name without what it
// is about, and the version. Each is in doc/figures, in both languages.
func Define(name string) Definition {
	parts := strings.SplitN(name, ".", 3)
	key := strings.Join(parts[:2], ".")
	return Definition{key, max(1, versions[key])}
}

// versions are the definitions that have changed since they were first made.
var versions = map[string]int{
	"statement.total":   2, // money that was inside before is not added again, and disputed amounts count as the smaller
	"statement.partner": 2, // by who gave first, and no more by who gave last
}

// slug makes a word fit to stand in an address.
func slug(word string) string { return strings.ReplaceAll(word, " ", "_") }

func compare(a, b party.ID) int { return strings.Compare(string(a), string(b)) }
