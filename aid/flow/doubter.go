package flow

import (
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A Doubter finds the doubts of many amounts, one after the other: what
// Book.Doubts finds by looking at every flow, it keeps by party. It says why,
// and not which other amount it was. It serves one reader.
type Doubter struct {
	worth   func(a money.Amount, on fact.Date) (money.Exact, bool)
	byParty map[party.ID]*given
	anyone  peak
}

// given is what a party is known to have given.
type given struct {
	digits map[string]money.Currency // of each number: its currency, or several
	minor  map[money.Currency]map[int64]bool
	peak   peak
}

// several stands for more than one currency.
const several money.Currency = "*"

// Doubter is one over everything that b holds now.
func (b *Book) Doubter(worth func(a money.Amount, on fact.Date) (money.Exact, bool)) *Doubter {
	d := &Doubter{worth: worth, byParty: map[party.ID]*given{}, anyone: peak{worth: worth}}
	for _, o := range b.others() {
		d.see(o)
	}
	return d
}

// Add makes wanted one of the amounts that later ones are compared with.
func (d *Doubter) Add(wanted Recorded) {
	d.see(other{"", "", []party.ID{wanted.Provider}, wanted.Amount, wanted.On})
}

func (d *Doubter) see(o other) {
	d.anyone.see(o)
	for _, id := range o.parties {
		g := d.byParty[id]
		if g == nil {
			g = &given{digits: map[string]money.Currency{}, minor: map[money.Currency]map[int64]bool{}, peak: peak{worth: d.worth}}
			d.byParty[id] = g
		}
		g.peak.see(o)
		digits, c := whole(o.amount), o.amount.Currency()
		if was, ok := g.digits[digits]; ok && was != c {
			c = several
		}
		g.digits[digits] = c
		if g.minor[o.amount.Currency()] == nil {
			g.minor[o.amount.Currency()] = map[int64]bool{}
		}
		g.minor[o.amount.Currency()][o.amount.Minor()] = true
	}
}

// Doubts are the reasons to look twice at wanted.
func (d *Doubter) Doubts(wanted Recorded) (out []Doubt) {
	if wanted.Amount.IsZero() {
		return nil
	}
	own, times := d.anyone, timesAnyone
	if g := d.byParty[wanted.Provider]; g != nil {
		if c, ok := g.digits[whole(wanted.Amount)]; ok && c != wanted.Amount.Currency() {
			out = append(out, Doubt{Why: DoubtCurrency})
		}
		if near := g.minor[wanted.Amount.Currency()]; thousandsOf(near, wanted.Amount.Minor()) {
			out = append(out, Doubt{Why: DoubtThousand})
		}
		if g.peak.found {
			own, times = g.peak, timesOwn
		}
	}
	if wanted.Said != nil && printedAlike(wanted.Said.Equivalents, wanted.Amount) {
		out = append(out, Doubt{Why: DoubtCurrency})
	}
	if x, ok := d.worth(wanted.Amount, wanted.On); ok && own.found && x.Float() > float64(times)*own.value.Float() {
		out = append(out, Doubt{Why: DoubtProportion})
	}
	return out
}

// thousandsOf reports whether one of known is a thousand or a million times n,
// or the other way round.
func thousandsOf(known map[int64]bool, n int64) bool {
	for _, factor := range []int64{1_000, 1_000_000} {
		if n <= (1<<63-1)/factor && known[n*factor] || n%factor == 0 && known[n/factor] {
			return true
		}
	}
	return false
}
