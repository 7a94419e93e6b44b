package statement_test

import (
	"fmt"
	"math/big"
	"slices"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A world is what happened, as a test made it up: enough to count by hand,
// and to tell as facts in any order.
type world struct {
	flows []flow.Recorded // as they stand
	paths []path          // by flow: how its status moved, whether it was withdrawn
	rates []quoted
}

type path struct {
	advances []flow.Advanced
	gone     bool
	mistyped *flow.Recorded // as first recorded, when a correction followed
}

type quoted struct {
	currency money.Currency
	day      fact.Date
	rate     money.Rate
}

// The parties of the world, and whether each is inside by rule 3.
var people = []struct {
	party.Registered
	inside bool
}{
	{party.Registered{Party: "SE", Type: party.State, Name: "Sweden", Country: "SE"}, false},
	{party.Registered{Party: "EE", Type: party.State, Name: "Estonia", Country: "EE"}, false},
	{party.Registered{Party: "NL", Type: party.State, Name: "Netherlands", Country: "NL"}, false},
	{party.Registered{Party: "UA", Type: party.State, Name: "Ukraine", Country: "UA"}, true},
	{party.Registered{Party: "estdev-account", Type: party.Account, Name: "Account of ESTDEV", Country: "EE"}, true},
	{party.Registered{Party: "estdev", Type: party.Organisation, Name: "ESTDEV", Country: "EE"}, false},
	{party.Registered{Party: "supplier-ee", Type: party.Company, Name: "A supplier", Country: "EE"}, false},
	{party.Registered{Party: "supplier-ua", Type: party.Company, Name: "A supplier", Country: "UA"}, true},
}

// members are partners of the world, from these days.
var members = []party.Joined{
	{Party: "SE", Role: party.Partner, On: "2023-12-20", Precision: party.JoinedOn},
	{Party: "EE", Role: party.Partner, On: "2023-12-20", Precision: party.JoinedOn},
	{Party: "NL", Role: party.Partner, On: "2025", Precision: party.SeenBy},
	{Party: "UA", Role: party.Recipient, On: "2023-12-20", Precision: party.JoinedOn},
}

func drawDate(t *rapid.T, label string) fact.Date {
	y, m, d := rapid.IntRange(2023, 2026).Draw(t, label+" year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day")
	return fact.Date(rapid.SampledFrom([]string{
		fmt.Sprintf("%04d-%02d-%02d", y, m, d), fmt.Sprintf("%04d-%02d", y, m), fmt.Sprintf("%04d", y),
	}).Draw(t, label))
}

func drawDay(t *rapid.T, label string) string {
	return fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(2022, 2027).Draw(t, label),
		rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
}

func drawAmount(t *rapid.T, c money.Currency) money.Amount {
	minor := rapid.OneOf(rapid.Int64Range(3, 100), rapid.Int64Range(3, 2_000_000_000_00), rapid.Just(int64(money.MaxMinor))).Draw(t, "minor")
	a, err := money.FromMinor(minor, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func drawFlow(t *rapid.T, i int) flow.Recorded {
	ends := rapid.SampledFrom(people)
	provider := ends.Draw(t, "provider").Party
	receiver := ends.Filter(func(p struct {
		party.Registered
		inside bool
	}) bool {
		return p.Party != provider
	}).Draw(t, "receiver").Party
	f := flow.Recorded{
		Flow: flow.ID(fmt.Sprintf("F-%04d", i)), Provider: provider, Receiver: receiver,
		Amount: drawAmount(t, rapid.SampledFrom([]money.Currency{"EUR", "SEK", "JPY", "KWD", "UAH"}).Draw(t, "currency")),
		Status: rapid.SampledFrom(flow.Statuses).Draw(t, "status"), Basis: flow.ByProvider,
		Scope: rapid.SampledFrom([]flow.Scope{flow.Mechanism, flow.Mechanism, flow.Mechanism, flow.Military}).Draw(t, "scope"),
		Line:  rapid.SampledFrom(flow.Lines).Draw(t, "line"),
		On:    drawDate(t, "on"),
	}
	if f.Status == flow.Paid && rapid.Bool().Draw(t, "moved later") {
		f.Moved = "2026-11"
	}
	if rapid.Bool().Draw(t, "portions") {
		third := f.Amount.Minor() / 3
		for y, n := range []int64{third, third, f.Amount.Minor() - 2*third} {
			a, _ := money.FromMinor(n, f.Amount.Currency())
			f.Portions = append(f.Portions, flow.Portion{Year: 2024 + y, Amount: a})
		}
	}
	return f
}

func drawWorld(t *rapid.T) world {
	var w world
	for i := range rapid.IntRange(0, 12).Draw(t, "flows") {
		f := drawFlow(t, i)
		var p path
		if f.Status == flow.Pledge && rapid.Bool().Draw(t, "commits") {
			p.advances = append(p.advances, flow.Advanced{Flow: f.Flow, Status: flow.Commitment, On: drawDate(t, "committed")})
		}
		if f.Status != flow.Paid && rapid.Bool().Draw(t, "pays") {
			p.advances = append(p.advances, flow.Advanced{Flow: f.Flow, Status: flow.Paid, On: drawDate(t, "paid")})
		}
		p.gone = rapid.IntRange(0, 7).Draw(t, "withdrawn") == 0
		if rapid.IntRange(0, 3).Draw(t, "mistyped") == 0 {
			first := f
			first.Amount, first.Portions, first.Provider, first.On = drawAmount(t, "USD"), nil, "nobody", "2020"
			p.mistyped = &first
		}
		w.flows, w.paths = append(w.flows, f), append(w.paths, p)
	}
	for _, c := range []money.Currency{"SEK", "JPY", "KWD"} {
		for range rapid.IntRange(0, 4).Draw(t, "rates") {
			r, err := money.ParseRate(fmt.Sprintf("%d.%04d", rapid.IntRange(0, 200).Draw(t, "rate"), rapid.IntRange(1, 9999).Draw(t, "fraction")))
			if err != nil {
				t.Fatal(err)
			}
			q := quoted{c, fact.Date(drawDay(t, "rate day")), r}
			if len(w.flows) > 0 && rapid.Bool().Draw(t, "on a flow's day") {
				q.day = fact.Date(rapid.SampledFrom(w.flows).Draw(t, "flow").On.First())
			}
			if !slices.ContainsFunc(w.rates, func(o quoted) bool { return o.day == q.day }) {
				w.rates = append(w.rates, q)
			}
		}
	}
	return w
}

// A story is the facts of one thing; each is told the position of its first.
type story []func(first fact.Pos) fact.Body

func tell(b fact.Body) func(fact.Pos) fact.Body { return func(fact.Pos) fact.Body { return b } }

// stories tells the world: one thing's facts keep their order, and things may
// be told in any.
func (w world) stories() (out []story) {
	for _, p := range people {
		s := story{tell(p.Registered)}
		for _, m := range members {
			if m.Party == p.Party {
				s = append(s, tell(m))
			}
		}
		out = append(out, s)
	}
	for _, q := range w.rates {
		wrong, _ := money.ParseRate("7.77")
		said := rate.Published{Base: "EUR", On: q.day, Issuer: "ECB", Rates: map[money.Currency]money.Rate{q.currency: wrong}}
		right := rate.Published{Base: "EUR", On: q.day, Issuer: "ECB", Rates: map[money.Currency]money.Rate{q.currency: q.rate}}
		s := story{tell(said)}
		patches, _ := fact.Differences(0, said, right, "mistyped")
		for _, c := range patches {
			s = append(s, func(first fact.Pos) fact.Body {
				c.Fact = first
				return rate.Corrected{Issuer: "ECB", On: q.day, Correction: c}
			})
		}
		out = append(out, s)
	}
	for i, f := range w.flows {
		out = append(out, w.flowStory(f, w.paths[i]))
	}
	return out
}

func (w world) flowStory(f flow.Recorded, p path) (s story) {
	if p.mistyped == nil {
		s = append(s, tell(f))
	} else {
		s = append(s, tell(*p.mistyped))
		patches, _ := fact.Differences(0, *p.mistyped, f, "mistyped")
		for _, c := range patches {
			s = append(s, func(first fact.Pos) fact.Body { c.Fact = first; return flow.Corrected{Flow: f.Flow, Correction: c} })
		}
	}
	for _, a := range p.advances {
		s = append(s, tell(a))
	}
	if p.gone {
		s = append(s, tell(flow.Withdrawn{Flow: f.Flow, Reason: "duplicate"}))
	}
	return s
}

// fold tells the stories, next choosing whose turn it is among n.
func fold(stories []story, next func(n int) int) statement.Input {
	in := statement.Input{Parties: party.NewBook(), Flows: flow.NewBook(), Rates: rate.NewTable()}
	firsts := map[int]fact.Pos{}
	left := make([]int, len(stories))
	for i := range left {
		left[i] = i
	}
	told := make([]int, len(stories))
	for pos := fact.Pos(0); len(left) > 0; pos++ {
		k := next(len(left))
		i := left[k]
		if told[i] == 0 {
			firsts[i] = pos
		}
		b := stories[i][told[i]](firsts[i])
		if told[i]++; told[i] == len(stories[i]) {
			left = slices.Delete(left, k, k+1)
		}
		f := fact.Fact{Pos: pos, Kind: b.Kind(), Streams: b.Streams(), Realm: fact.Real, Body: b}
		in.Parties.Fold(f)
		in.Flows.Fold(f)
		in.Rates.Fold(f)
	}
	return in
}

// inOrder tells one story after the other.
func inOrder(int) int { return 0 }

// A tally by hand: the value and the number of flows of a figure.
type byHand struct {
	value          *big.Rat
	count, without int
}

// reckon is the account in fractions, straight from the world and the words
// of the rules, sharing nothing with the packages under test but the reading
// of an amount's digits.
func (w world) reckon(asOf string) map[string]byHand {
	out := map[string]byHand{}
	add := func(name string, x *big.Rat) {
		h := out[name]
		if h.value == nil {
			h.value = new(big.Rat)
		}
		if x == nil {
			h.without++
		} else {
			h.value, h.count = h.value.Add(h.value, x), h.count+1
		}
		out[name] = h
	}
	for i, f := range w.flows {
		p := w.paths[i]
		if p.gone || f.On.First() > asOf {
			continue
		}
		if f.Scope != flow.Mechanism {
			add("statement.scope."+string(f.Scope), nil)
			continue
		}
		whole, parts := w.value(f)
		from, to := isInside(f.Provider), isInside(f.Receiver)
		if _, binding := reached(f, p, asOf); binding && f.Receiver == "estdev-account" {
			unsplit := f
			unsplit.Portions = nil
			held, _ := w.value(unsplit)
			add("statement.held", held)
		}
		switch paid, binding := reached(f, p, asOf); {
		case !from && to && binding:
			add("statement.total", whole)
			add("statement.partner."+string(f.Provider), whole)
			add("statement.line."+orNone(string(f.Line)), whole)
			add("statement.status."+map[bool]string{true: "paid", false: "commitment"}[paid], whole)
			add("statement.basis."+string(f.Basis), whole)
			for i, x := range parts {
				year := "none"
				if len(f.Portions) > 0 {
					year = fmt.Sprint(f.Portions[i].Year)
				}
				add("statement.year."+year, x)
			}
		case !from && to:
			add("statement.pledges", whole)
		case from && to && binding:
			add("statement.internal", whole)
		case from && !to && binding:
			add("statement.outgoing", whole)
		default:
			add("statement.beside", whole)
		}
	}
	return out
}

func reached(f flow.Recorded, p path, asOf string) (paid, binding bool) {
	binding = f.Status != flow.Pledge
	paid = f.Status == flow.Paid && f.Moved.First() <= asOf
	for _, a := range p.advances {
		if a.On.First() <= asOf {
			binding = true
			paid = paid || a.Status == flow.Paid
		}
	}
	return paid, binding
}

// value is a flow's converted value and its parts; nil without a rate.
func (w world) value(f flow.Recorded) (whole *big.Rat, parts []*big.Rat) {
	portions := f.Portions
	if len(portions) == 0 {
		portions = []flow.Portion{{Amount: f.Amount}}
	}
	divisor := big.NewRat(1, 1)
	if f.Amount.Currency() != "EUR" {
		divisor = nil
		var best fact.Date
		for _, q := range w.rates {
			if q.currency == f.Amount.Currency() && string(q.day) <= f.On.First() && q.day > best {
				best = q.day
				divisor, _ = new(big.Rat).SetString(q.rate.String())
			}
		}
	}
	whole = new(big.Rat)
	for _, p := range portions {
		if divisor == nil {
			whole, parts = nil, append(parts, nil)
			continue
		}
		said, _ := new(big.Rat).SetString(p.Amount.Value())
		x := halfEven(said.Quo(said, divisor))
		whole, parts = new(big.Rat).Add(whole, x), append(parts, x)
	}
	return whole, parts
}

// halfEven rounds to twelve decimals, the slow and plain way.
func halfEven(r *big.Rat) *big.Rat {
	scale := big.NewInt(1_000_000_000_000)
	r = new(big.Rat).Mul(r, new(big.Rat).SetInt(scale))
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if twice := rest.Lsh(rest, 1).Cmp(r.Denom()); twice > 0 || twice == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return new(big.Rat).SetFrac(q, scale)
}

func isInside(id party.ID) bool {
	for _, p := range people {
		if p.Party == id {
			return p.inside
		}
	}
	return false
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
