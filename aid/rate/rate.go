package rate

import (
	"cmp"
	"slices"
	"sort"

	"tallinn/fact"
	"tallinn/money"
)

// A Used is the rate that a conversion used: so many units of Currency for one
// of Base, and the fact that says so. It is comparable.
type Used struct {
	Currency money.Currency `json:"currency"`
	Base     money.Currency `json:"base"`
	Rate     money.Rate     `json:"rate"`
	On       fact.Date      `json:"on"` // on or before the day of the flow
	Issuer   string         `json:"issuer"`
	Fact     fact.Pos       `json:"fact"`
	Source   fact.Source    `json:"source"`
}

// A Table holds every published rate. It is no more than the fold of their
// facts; whoever folds into it while others read keeps them apart.
type Table struct {
	days   []day // in order of record
	index  map[string]int
	series map[pair][]quote // by day, then issuer
	on     []fact.Date      // the days that have rates, in order
}

// A day is what one issuer published for one day.
type day struct {
	Published
	pos     fact.Pos
	history []fact.Pos
}

// A pair is a currency and the base it is quoted against.
type pair struct{ base, currency money.Currency }

// A quote is one rate of a pair, and the day it stands in.
type quote struct {
	on   fact.Date
	rate money.Rate
	day  int // index in Table.days
}

// NewTable returns an empty table.
func NewTable() *Table {
	return &Table{index: map[string]int{}, series: map[pair][]quote{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (t *Table) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Published:
		t.publish(f.Pos, body)
	case Corrected:
		t.correct(f.Pos, body)
	}
}

func (t *Table) publish(pos fact.Pos, p Published) {
	key := stream(p.Issuer, p.On)
	if _, known := t.index[key]; known {
		return // no rule publishes twice; the first stands
	}
	t.index[key] = len(t.days)
	t.days = append(t.days, day{p, pos, []fact.Pos{pos}})
	t.enter(len(t.days) - 1)
}

func (t *Table) correct(pos fact.Pos, c Corrected) {
	i, known := t.index[stream(c.Issuer, c.On)]
	if !known {
		return
	}
	d := &t.days[i]
	d.history = append(slices.Clip(d.history), pos)
	mended, err := fact.Apply(d.Published, c.Correction)
	// The issuer and the day name the stream, and are never patched.
	if err != nil || c.Fact != d.pos || mended.Issuer != d.Issuer || mended.On != d.On {
		return
	}
	t.leave(i)
	d.Published = mended
	t.enter(i)
}

// pair is what the rate of currency is of.
func (d day) pair(currency money.Currency) pair {
	if d.Inverse {
		return pair{currency, d.Base}
	}
	return pair{d.Base, currency}
}

// enter puts the rates of days[i] into the series.
func (t *Table) enter(i int) {
	d := t.days[i]
	for currency, rate := range d.Rates {
		key := d.pair(currency)
		at, _ := t.find(key, i)
		t.series[key] = slices.Insert(t.series[key], at, quote{d.On, rate, i})
	}
	if at, found := slices.BinarySearch(t.on, d.On); !found {
		t.on = slices.Insert(t.on, at, d.On)
	}
}

// leave takes the rates of days[i] out of the series.
func (t *Table) leave(i int) {
	d := t.days[i]
	for currency := range d.Rates {
		key := d.pair(currency)
		if at, found := t.find(key, i); found {
			t.series[key] = slices.Delete(t.series[key], at, at+1)
		}
	}
}

// find is where the quote of days[i] stands in a series, or would.
func (t *Table) find(key pair, i int) (int, bool) {
	d := t.days[i]
	return slices.BinarySearchFunc(t.series[key], d, func(q quote, d day) int {
		return cmp.Or(cmp.Compare(q.on, d.On), cmp.Compare(t.days[q.day].Issuer, d.Issuer))
	})
}

// Find is the rate by which amounts of currency said on day (YYYY-MM-DD)
// convert to base: the last published on or before that day (rule 6); of two
// issuers on one day, the first by name.
func (t *Table) Find(currency, base money.Currency, day string) (Used, bool) {
	q, ok := t.last(currency, base, day)
	if !ok {
		return Used{}, false
	}
	d := &t.days[q.day]
	return Used{currency, base, q.rate, d.On, d.Issuer, d.pos, d.Source}, true
}

// Rate is the rate that Find finds, alone.
func (t *Table) Rate(currency, base money.Currency, day string) (money.Rate, bool) {
	q, ok := t.last(currency, base, day)
	return q.rate, ok
}

func (t *Table) last(currency, base money.Currency, day string) (quote, bool) {
	quotes := t.series[pair{base, currency}]
	i := sort.Search(len(quotes), func(i int) bool { return string(quotes[i].on) > day }) - 1
	if i < 0 {
		return quote{}, false
	}
	for i > 0 && quotes[i-1].on == quotes[i].on {
		i--
	}
	return quotes[i], true
}

// A Way is how amounts of one currency convert to another: by one rate, or by
// way of the euro with two. The zero Way is that none is needed.
type Way struct {
	Used  []Used // in the order of the conversion
	first money.Rate
	then  money.Rate
}

// via is the currency that all others are quoted against.
const via = money.EUR

// Way finds how amounts of a currency said on day convert (rule 6): by a rate
// of one against the other, whichever of the two it is quoted for, else by way
// of the euro; each rate the last on or before the day. False: there is none.
func (t *Table) Way(from, to money.Currency, day string) (Way, bool) {
	if from == to {
		return Way{}, true
	}
	if u, ok := t.Find(from, to, day); ok {
		return Way{Used: []Used{u}, first: u.Rate}, true
	}
	if u, ok := t.Find(to, from, day); ok {
		return Way{Used: []Used{u}, then: u.Rate}.sound(from)
	}
	one, ok := t.Find(from, via, day)
	two, also := t.Find(to, via, day)
	if !ok || !also {
		return Way{}, false
	}
	return Way{[]Used{one, two}, one.Rate, two.Rate}.sound(from)
}

// sound is w, when its rates are in proportion.
func (w Way) sound(from money.Currency) (Way, bool) {
	_, ok := money.NewCross(from, w.first, w.then)
	return w, ok
}

// Divisor converts amounts of from along w.
func (w Way) Divisor(from money.Currency) money.Divisor {
	d, _ := money.NewCross(from, w.first, w.then)
	return d
}

// Convert is a in currency to, by the rates of day (YYYY-MM-DD), and which
// these are: none when a is in that currency already. It is false when no rate
// is known on or before day: such an amount is left out and listed, never
// taken for zero.
func (t *Table) Convert(a money.Amount, to money.Currency, day string) (money.Exact, []Used, bool) {
	w, ok := t.Way(a.Currency(), to, day)
	if !ok {
		return money.Exact{}, nil, false
	}
	return w.Divisor(a.Currency()).Divide(a.Minor()), w.Used, true
}

// History is every fact behind a used rate: its publication and corrections.
func (t *Table) History(u Used) []fact.Pos {
	if i, ok := t.index[stream(u.Issuer, u.On)]; ok {
		return t.days[i].history
	}
	return nil
}

// On returns what issuer published for a day.
func (t *Table) On(issuer string, on fact.Date) (Published, bool) {
	if i, ok := t.index[stream(issuer, on)]; ok {
		return t.days[i].Published, true
	}
	return Published{}, false
}

// Days is the first and the last day that has rates, and how many have.
func (t *Table) Days() (first, last string, n int) {
	if n = len(t.on); n == 0 {
		return "", "", 0
	}
	return string(t.on[0]), string(t.on[n-1]), n
}
