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
	Spoken    money.Amount // in the currency that was spoken
	Rated     bool         // whether it could be converted
	Converted money.Exact  // by Used, or as spoken; rounded only when shown
	Used      *rate.Used   // nil when no conversion was needed, or possible
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
)

// A pick says which flows stand under a figure.
type pick struct {
	kind kind
	key  int
}

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

// Rates are the rates used, each once, by currency and day.
func (f Figure) Rates() []rate.Used {
	seen := map[rate.Used]bool{}
	for _, r := range f.Rows() {
		if r.Used != nil {
			seen[*r.Used] = true
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
	for _, r := range f.all() {
		w, _ := in.Flows.Get(r.Flow)
		add(w.History)
		provider, _ := in.Parties.Get(r.Provider)
		add(provider.History)
		receiver, _ := in.Parties.Get(r.Receiver)
		add(receiver.History)
	}
	for _, u := range f.Rates() {
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
		if f.picks(&tallies[i]) {
			out = f.count.rows(out, i, f.pick)
		}
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.On.First(), b.On.First()), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Year, b.Year))
	})
	return out
}

func (f Figure) picks(t *flow.Tally) bool {
	k, key := f.count.class(t), f.pick.key
	switch f.pick.kind {
	case byClass:
		return k == class(key)
	case byScope:
		return k == elsewhere && int(t.Scope) == key
	}
	if k != entering {
		return false
	}
	switch f.pick.kind {
	case byProvider:
		return int(t.Provider) == key
	case byLine:
		return int(t.Line) == key
	case byStatus:
		return f.count.status(t) == key
	case byBasis:
		return int(t.Basis) == key
	}
	return true // byYear and unrated are told by portion and by rate
}

// rows appends what the flow at index i puts under p: itself, or its portion
// of the year.
func (c *count) rows(out []Row, i int, p pick) []Row {
	t, w := &c.in.Flows.Tallies()[i], c.in.Flows.At(i)
	q := c.find(w.Amount.Currency(), w.On.First())
	if p.kind == unrated && q.rated {
		return out
	}
	r := Row{
		Flow: w.Recorded.Flow, Pos: w.Pos, On: w.On, Provider: w.Provider, Receiver: w.Receiver,
		Basis: w.Basis, Scope: w.Scope, Line: w.Line, Status: c.statusOf(t),
		Crossing: flow.CrossingOf(c.inside[t.Provider], c.inside[t.Receiver]),
		Spoken:   w.Amount, Rated: q.rated, Converted: c.value(t, &q),
	}
	if used, ok := c.in.Rates.Find(w.Amount.Currency(), c.currency, w.On.First()); ok && w.Amount.Currency() != c.currency {
		r.Used = &used
	}
	if p.kind != byYear {
		return append(out, r)
	}
	if len(w.Portions) == 0 && p.key == 0 {
		return append(out, r)
	}
	for _, part := range w.Portions {
		if part.Year == p.key {
			r.Year, r.Spoken, r.Converted = part.Year, part.Amount, q.of(part.Amount.Minor())
			out = append(out, r)
		}
	}
	return out
}

func (c *count) statusOf(t *flow.Tally) flow.Status {
	if t.Committed > c.asOf {
		return flow.Pledge
	}
	return flow.Statuses[c.status(t)]
}

// figure is a named sum.
func (c *count) figure(name string, p pick, s sum) Figure {
	return Figure{Name: name, Definition: define(name), Value: s.value, Currency: c.currency,
		Count: s.count, Without: s.without, count: c, pick: p}
}

// listed is a figure that only lists.
func (c *count) listed(name string, p pick, n int) Figure {
	return Figure{Name: name, Definition: define(name), Currency: c.currency, Count: n, Listed: true, count: c, pick: p}
}

// define is the definition of a figure: its name without what it is about.
func define(name string) Definition {
	parts := strings.SplitN(name, ".", 3)
	return Definition{strings.Join(parts[:2], "."), 1}
}

// slug makes a word fit to stand in an address.
func slug(word string) string { return strings.ReplaceAll(word, " ", "_") }

func compare(a, b party.ID) int { return strings.Compare(string(a), string(b)) }
