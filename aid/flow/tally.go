package flow

import (
	"math"
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// Statuses, Bases, Scopes, Whys and Lines list the words of this package. Their
// order is for display and is no ranking. Lines ends with the empty Line,
// "not broken down".
var (
	Statuses = []Status{Pledge, Commitment, Paid}
	Bases    = []Basis{ByProvider, ByReceiver, ByBoth, Published, ByImplementer}
	Scopes   = []Scope{Mechanism, BeforeLaunch, Military, Satellite, Mixed, Unclear}
	Whys     = []Why{WhyTotal, WhyOverlap, WhyScope, WhyNoAmount, WhyStatus}
	Lines    = []Line{Training, Detection, Response, Infrastructure, Connectivity, Continuity, Coordination, ""}
)

// A Day is a day as a number that orders as days do; it is no count of days.
type Day int32

// Never is after every day.
const Never Day = math.MaxInt32

// daysOfYear leaves room for 31 days in each month.
const daysOfYear = 12 * 31

// DayOf is the first day of d's period: 0 for the first day of
// fact.FirstYear, and -1 for the empty date.
func DayOf(d fact.Date) Day {
	s := d.First()
	if len(s) != len("2006-01-02") {
		return -1
	}
	return Day((d.Year()-fact.FirstYear)*daysOfYear + (number(s[5:7])-1)*31 + number(s[8:10]) - 1)
}

func number(two string) int { return int(two[0]-'0')*10 + int(two[1]-'0') }

// A Tally is what counting needs of one flow: 56 bytes, side by side in the
// order of record, so that a statement reads 100,000 flows in one pass
// without following a pointer.
type Tally struct {
	Minor     int64  // the amount in minor units of Currency
	On        Day    // holds from
	Committed Day    // binding from; Never for a pledge
	Paid      Day    // paid from; Never when not paid
	Provider  int32  // index into Book.Names
	Receiver  int32  // index into Book.Names
	Portion   int32  // index of its first in Book.Portions
	Portions  uint16 // how many it has; 0: year not stated
	Currency  uint16 // index into Book.Currencies
	Basis     uint8  // index into Bases
	Scope     uint8  // index into Scopes
	Line      uint8  // index into Lines
	Parents   uint8  // how many links pay for it; more than 255 are read as none
	Parent    int32  // index of its first in Book.Parents
	Gone      bool
	Denied    bool // a side knows of no such flow (rule 5)
	Open      bool // its sides do not say the same
}

// A ParentTally is one link that pays for a flow.
type ParentTally struct {
	Part int64 // of the child, in minor units of its currency
	Of   int64 // of the parent, in minor units of its own
	Flow int32 // the parent's place in Tallies
	On   Day
}

// A PortionTally is one year's part of a flow.
type PortionTally struct {
	Minor int64
	Year  int32
}

// tally makes f's line of the account.
func (b *Book) tally(f Flow) Tally {
	st := f.Standing()
	t := Tally{
		Minor: st.Amount.Minor(), On: DayOf(f.On), Committed: st.Committed, Paid: st.Paid,
		Provider: b.name(f.Provider), Receiver: b.name(f.Receiver), Currency: b.currency(st.Amount.Currency()),
		Basis: place(Bases, st.Basis, Published), Scope: place(Scopes, f.Scope, Unclear),
		Line: place(Lines, f.Line, ""), Gone: f.Gone, Denied: st.Denied, Open: st.Open,
	}
	if f.portioned(st.Amount) {
		t.Portion, t.Portions = int32(len(b.portions)), uint16(len(f.Portions))
		for _, p := range f.Portions {
			b.portions = append(b.portions, PortionTally{p.Amount.Minor(), int32(p.Year)})
		}
	}
	if n := len(f.Parents); n > 0 && n <= math.MaxUint8 {
		t.Parent, t.Parents = int32(len(b.parents)), uint8(n)
		for _, l := range f.Parents {
			b.parents = append(b.parents, ParentTally{l.Part.Minor(), l.Amount.Minor(), b.byID[l.Parent], DayOf(l.On)})
		}
	}
	return t
}

// portioned reports whether f's annual parts are the whole of what counts: of
// an amount that its sides have not agreed on, or that was valued anew, the
// years are not stated.
func (f Flow) portioned(whole money.Amount) bool {
	var sum money.Amount
	for _, p := range f.Portions {
		more, err := sum.Add(p.Amount)
		if err != nil {
			return false
		}
		sum = more
	}
	return len(f.Portions) > 0 && sum == whole
}

// place is where word stands in words. One that a newer program added is
// taken for the most careful of ours: not confirmed, not of the mechanism, not
// broken down.
func place[W comparable](words []W, word, careful W) uint8 {
	i := slices.Index(words, word)
	if i < 0 {
		i = slices.Index(words, careful)
	}
	return uint8(i)
}

func (b *Book) name(id party.ID) int32 {
	i, ok := b.nameIndex[id]
	if !ok {
		i = int32(len(b.names))
		b.nameIndex[id] = i
		b.names = append(b.names, id)
	}
	return i
}

func (b *Book) currency(c money.Currency) uint16 {
	for i, known := range b.currencies {
		if known == c {
			return uint16(i)
		}
	}
	b.currencies = append(b.currencies, c)
	return uint16(len(b.currencies) - 1)
}

// Tallies are the lines of the account, one for each of All, in its order.
// Like Portions, Names and Currencies the slice is the book's own: read it
// only.
func (b *Book) Tallies() []Tally { return b.tallies }

// Span is the first and the last On of any flow, withdrawn ones too; Never
// and -1 when there is none.
func (b *Book) Span() (first, last Day) {
	first, last = Never, -1
	if n := len(b.flowDays.blocks); n > 0 {
		end := b.flowDays.blocks[n-1]
		first, last = b.tallies[b.flowDays.blocks[0][0]].On, b.tallies[end[len(end)-1]].On
	}
	return first, last
}

// Portions are the annual parts that Tallies point into.
func (b *Book) Portions() []PortionTally { return b.portions }

// Parents are the links that Tallies point into.
func (b *Book) Parents() []ParentTally { return b.parents }

// Names are the providers and receivers that Tallies point into.
func (b *Book) Names() []party.ID { return b.names }

// Currencies are the currencies that Tallies point into.
func (b *Book) Currencies() []money.Currency { return b.currencies }
