package flow

import (
	"slices"
	"strings"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A Doubt is a reason to look twice at an amount (rule 9): the currency may be
// mistaken, or thousands taken for units. It refuses nothing; whoever records
// the amount is asked, and what they answer stands.
type Doubt struct {
	Why     DoubtWhy
	Flow    ID           // the flow that it was compared with, if any
	Mention MentionID    // or the mention
	Amount  money.Amount // what stands there; none when the doubt is of others' printing
}

// A DoubtWhy names a sort of doubt. Its text stands in the catalogue under
// "flow.doubt." and the word.
type DoubtWhy string

const (
	DoubtCurrency   DoubtWhy = "currency"   // the same number stands in another currency
	DoubtThousand   DoubtWhy = "thousand"   // the same number a thousand, or a million, times larger or smaller
	DoubtProportion DoubtWhy = "proportion" // far above what this provider, or anyone, is known to have given
)

// ErrLook asks for a second look (rule 9). It refuses nothing: the same again
// with the reason is recorded.
var ErrLook = fault.New(fault.Conflict, "flow.look",
	"this amount asks for a second look ({{.doubts}}); mend it, or send it again and say in words why it is right")

// Amounts out of proportion: so many times the largest of the same provider,
// or, where it has none, the largest of anyone. The one real error in the
// public record, UAH 92 million printed as dollars, was about 40 times.
const (
	timesOwn    = 20
	timesAnyone = 5
)

// Doubts are the reasons to look twice at wanted, before it is recorded. Worth
// is what an amount said on a day comes to in some one currency, and whether
// that is known.
func (b *Book) Doubts(wanted Recorded, worth func(a money.Amount, on fact.Date) (money.Exact, bool)) []Doubt {
	var out []Doubt
	own, anyone := peak{worth: worth}, peak{worth: worth}
	for _, o := range b.others() {
		if o.of(wanted.Provider) {
			out = append(out, o.doubts(wanted.Amount)...)
			own.see(o)
		}
		anyone.see(o)
	}
	if wanted.Said != nil && printedAlike(wanted.Said.Equivalents, wanted.Amount) {
		out = append(out, Doubt{Why: DoubtCurrency})
	}
	largest, times := own, timesOwn
	if !own.found {
		largest, times = anyone, timesAnyone
	}
	if x, ok := worth(wanted.Amount, wanted.On); ok && largest.found && x.Float() > float64(times)*largest.value.Float() {
		out = append(out, Doubt{DoubtProportion, largest.other.flow, largest.other.mention, largest.other.amount})
	}
	return out
}

// An other is a flow or mention that an amount is compared with.
type other struct {
	flow    ID
	mention MentionID
	parties []party.ID
	amount  money.Amount
	on      fact.Date
}

// others are the flows that stand, and the mentions that are no totals. What
// wanted would correct is among them: a currency that changes is a doubt too.
func (b *Book) others() (out []other) {
	for _, f := range b.All() {
		if !f.Gone {
			out = append(out, other{f.Recorded.Flow, "", []party.ID{f.Provider}, f.Amount, f.On})
		}
	}
	for _, m := range b.Mentions() {
		if !m.Gone && !m.Total && m.Amount != nil {
			out = append(out, other{"", m.Mentioned.Mention, m.Parties, *m.Amount, m.On})
		}
	}
	return out
}

func (o other) of(id party.ID) bool { return slices.Contains(o.parties, id) }

// doubts compares the digits of a with those of o.
func (o other) doubts(a money.Amount) (out []Doubt) {
	switch {
	case a.Currency() != o.amount.Currency() && whole(a) == whole(o.amount):
		out = append(out, Doubt{DoubtCurrency, o.flow, o.mention, o.amount})
	case a.Currency() == o.amount.Currency() && thousands(a.Minor(), o.amount.Minor()):
		out = append(out, Doubt{DoubtThousand, o.flow, o.mention, o.amount})
	}
	return out
}

// thousands reports whether one is a thousand or a million times the other.
func thousands(a, b int64) bool {
	small, large := min(a, b), max(a, b)
	return large/1_000 == small && large%1_000 == 0 || large/1_000_000 == small && large%1_000_000 == 0
}

// whole is the amount in major units, without decimals that are all zero.
func whole(a money.Amount) string {
	s, fraction, _ := strings.Cut(a.Value(), ".")
	if strings.Trim(fraction, "0") == "" {
		return s
	}
	return s + "." + fraction
}

// printedAlike reports whether others printed the number of a in another
// currency: a currency code, a space, and the same digits.
func printedAlike(equivalents string, a money.Amount) bool {
	words := strings.FieldsFunc(equivalents, func(r rune) bool { return strings.ContainsRune(" ;,()", r) })
	for i := 1; i < len(words); i++ {
		c, err := money.ParseCurrency(words[i-1])
		if err == nil && c != a.Currency() && words[i] == whole(a) {
			return true
		}
	}
	return false
}

// A peak is the largest amount seen, by worth.
type peak struct {
	worth func(a money.Amount, on fact.Date) (money.Exact, bool)
	found bool
	value money.Exact
	other other
}

func (p *peak) see(o other) {
	if x, ok := p.worth(o.amount, o.on); ok && (!p.found || x.Cmp(p.value) > 0) {
		p.found, p.value, p.other = true, x, o
	}
}
