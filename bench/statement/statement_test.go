package statement

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

const flows = 100_000

var query = statement.Query{AsOf: "2026-06-30", Boundary: statement.Mechanism, Currency: money.EUR}

// BenchmarkStatement100k computes every total of a statement from the books.
// Peer "fractions" is the plain way over the same books.
func BenchmarkStatement100k(b *testing.B) {
	in := input(flows)
	b.Run("compute", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			statement.Compute(in, query)
		}
	})
	b.Run("fractions", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			byFractions(in, query)
		}
	})
}

// BenchmarkOpen100k opens the largest figure: its rows, rates and facts.
func BenchmarkOpen100k(b *testing.B) {
	st := statement.Compute(input(flows), query)
	b.Run("rows", func(b *testing.B) {
		for b.Loop() {
			st.Total.Rows()
		}
	})
	b.Run("rows of a partner", func(b *testing.B) {
		for b.Loop() {
			st.ByPartner[0].Rows()
		}
	})
}

// BenchmarkStatement40 computes a statement of the size of the public data.
func BenchmarkStatement40(b *testing.B) {
	in := input(40)
	b.ReportAllocs()
	for b.Loop() {
		statement.Compute(in, query)
	}
}

// BenchmarkFold100k makes the books from facts.
func BenchmarkFold100k(b *testing.B) {
	facts := facts(flows)
	b.ReportAllocs()
	for b.Loop() {
		fold(facts)
	}
}

// TestPeersAgree holds the two ways to one total.
func TestPeersAgree(t *testing.T) {
	in := input(flows)
	st := statement.Compute(in, query)
	peer := byFractions(in, query)
	for _, f := range st.Figures() {
		if want, ok := peer[f.Name]; ok && f.Value.Rat().Cmp(want) != 0 {
			t.Errorf("%s is %v; by fractions %s", f.Name, f.Value, want.FloatString(money.Places))
		}
		delete(peer, f.Name)
	}
	for _, f := range []statement.Figure{st.Total, st.Pledges, st.ByPartner[0].Figure, st.ByYear[0]} {
		var sum money.Exact
		rows := f.Rows()
		for _, r := range rows {
			sum = sum.Add(r.Converted)
		}
		if sum != f.Value || len(rows) != f.Count || len(f.LeftOut()) != f.Without {
			t.Errorf("%s = %v of %d, %d left out; its rows are %v of %d", f.Name, f.Value, f.Count, f.Without, sum, len(rows))
		}
	}
	if st.Total.Count < flows/5 || len(peer) > 0 {
		t.Errorf("%d flows were added up, and %d figures of the peer are missing", st.Total.Count, len(peer))
	}
}

// byFractions is the account as one would write it first: every flow, in
// maps, with math/big. Conversions round to the twelfth decimal, as defined.
func byFractions(in statement.Input, q statement.Query) map[string]*big.Rat {
	sums := map[string]*big.Rat{}
	add := func(name string, x *big.Rat) {
		if sums[name] == nil {
			sums[name] = new(big.Rat)
		}
		sums[name].Add(sums[name], x)
	}
	inside := func(id party.ID) bool { p, _ := in.Parties.Get(id); return p.Inside() }
	for _, f := range in.Flows.All() {
		if f.Gone || !f.On.HeldBy(q.AsOf) || f.Scope != flow.Mechanism {
			continue
		}
		binding := f.StatusOn(q.AsOf).Binding()
		parts := f.Portions
		if len(parts) == 0 {
			parts = []flow.Portion{{Amount: f.Amount}}
		}
		for _, p := range parts {
			x, ok := convert(in.Rates, p.Amount, q.Currency, f.On.First())
			if !ok {
				continue
			}
			switch c := flow.Cross(f, inside); {
			case c == flow.Incoming && binding:
				add("statement.total", x)
				add("statement.partner."+string(f.Provider), x)
				add("statement.line."+orNone(string(f.Line)), x)
				add("statement.year."+orNone(yearOf(p)), x)
			case c == flow.Incoming:
				add("statement.pledges", x)
			case c == flow.Internal && binding:
				add("statement.internal", x)
			case c == flow.Outgoing && binding:
				add("statement.outgoing", x)
			}
		}
	}
	return sums
}

func yearOf(p flow.Portion) string {
	if p.Year == 0 {
		return ""
	}
	return fmt.Sprint(p.Year)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func convert(t *rate.Table, a money.Amount, to money.Currency, day string) (*big.Rat, bool) {
	x, _ := new(big.Rat).SetString(a.Value())
	if a.Currency() == to {
		return x, true
	}
	used, ok := t.Find(a.Currency(), to, day)
	if !ok {
		return nil, false
	}
	// Half a unit of the twelfth decimal up, then down to a whole number of
	// them: ties do not occur in this data.
	x.Quo(x, used.Rate.Rat())
	scale := big.NewInt(1_000_000_000_000)
	x.Mul(x, new(big.Rat).SetInt(scale)).Add(x, big.NewRat(1, 2))
	n := new(big.Int).Quo(x.Num(), x.Denom())
	return new(big.Rat).SetFrac(n, scale), true
}

func input(n int) statement.Input { return fold(facts(n)) }

func fold(facts []fact.Fact) statement.Input {
	in := statement.Input{Parties: party.NewBook(), Flows: flow.NewBook(), Rates: rate.NewTable()}
	for _, f := range facts {
		in.Parties.Fold(f)
		in.Flows.Fold(f)
		in.Rates.Fold(f)
	}
	return in
}

var (
	states     = []party.ID{"CA", "DK", "EE", "FR", "DE", "NL", "PL", "SE", "GB", "US", "IT", "NO", "FI"}
	currencies = []money.Currency{"EUR", "USD", "SEK", "GBP", "JPY", "UAH"} // no rate for the last
)

func facts(n int) []fact.Fact {
	r := rand.New(rand.NewPCG(20, 12))
	var bodies []fact.Body
	for _, id := range states {
		bodies = append(bodies,
			party.Registered{Party: id, Type: party.State, Name: string(id), Country: string(id)},
			party.Joined{Party: id, Role: party.Partner, On: "2023-12-20", Precision: party.JoinedOn})
	}
	bodies = append(bodies,
		party.Registered{Party: "UA", Type: party.State, Name: "Ukraine", Country: "UA"},
		party.Registered{Party: "account", Type: party.Account, Name: "An account", Country: "EE"},
		party.Registered{Party: "supplier", Type: party.Company, Name: "A supplier", Country: "EE"})
	for d := range 3 * 365 {
		bodies = append(bodies, dayOfRates(r, d))
	}
	for i := range n {
		bodies = append(bodies, madeUp(r, i))
	}
	var out []fact.Fact
	for i, b := range bodies {
		out = append(out, fact.Fact{Pos: fact.Pos(i), Kind: b.Kind(), Streams: b.Streams(), Realm: fact.Real, Body: b})
	}
	return out
}

func date(d int) fact.Date {
	return fact.Date(fmt.Sprintf("%04d-%02d-%02d", 2023+d/365, 1+d%365/31, 1+d%28))
}

func dayOfRates(r *rand.Rand, d int) fact.Body {
	rates := map[money.Currency]money.Rate{}
	for i, c := range currencies[1:5] {
		rates[c], _ = money.ParseRate(fmt.Sprintf("%d.%04d", 1+10*i, r.IntN(10000)))
	}
	return rate.Published{Base: money.EUR, On: date(d), Issuer: "ECB", Rates: rates}
}

func madeUp(r *rand.Rand, i int) fact.Body {
	a, _ := money.FromMinor(1+r.Int64N(1_000_000_000_00), currencies[r.IntN(len(currencies))])
	f := flow.Recorded{
		Flow: flow.ID(fmt.Sprintf("F-%06d", i)), Provider: states[r.IntN(len(states))], Receiver: "UA",
		Amount: a, Status: flow.Statuses[(i%5+1)/2], Basis: flow.Published, Scope: flow.Mechanism,
		Line: flow.Lines[r.IntN(len(flow.Lines))], On: date(r.IntN(3 * 365)),
	}
	switch r.IntN(10) {
	case 0:
		f.Provider, f.Receiver = "account", "supplier" // leaves
	case 1:
		f.Provider = "account" // stays within
	case 2, 3:
		f.Scope = flow.Satellite
	}
	if i%3 == 0 && a.Minor() > 3 {
		for y, part := range split(a) {
			f.Portions = append(f.Portions, flow.Portion{Year: 2024 + y, Amount: part})
		}
	}
	return f
}

// split cuts an amount in three that add up to it.
func split(a money.Amount) (parts [3]money.Amount) {
	third := a.Minor() / 3
	for i, n := range []int64{third, third, a.Minor() - 2*third} {
		parts[i], _ = money.FromMinor(n, a.Currency())
	}
	return parts
}
