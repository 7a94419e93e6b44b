package statement_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// folded folds bodies in their order.
func folded(bodies []fact.Body) statement.Input {
	in := statement.Input{Parties: party.NewBook(), Flows: flow.NewBook(), Rates: rate.NewTable()}
	for pos, b := range bodies {
		f := fact.Fact{Pos: fact.Pos(pos), Kind: b.Kind(), Streams: b.Streams(), Realm: fact.Real, Body: b}
		in.Parties.Fold(f)
		in.Flows.Fold(f)
		in.Rates.Fold(f)
	}
	return in
}

func hand(id party.ID, kind party.Type, country string) fact.Body {
	return party.Registered{Party: id, Type: kind, Name: string(id), Country: country}
}

func moneyOf(t interface{ Fatal(...any) }, value string, c money.Currency) money.Amount {
	a, err := money.ParseAmount(value, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func gave(t interface{ Fatal(...any) }, id flow.ID, from, to party.ID, value string, c money.Currency) flow.Recorded {
	return flow.Recorded{Flow: id, Provider: from, Receiver: to, Amount: moneyOf(t, value, c), Status: flow.Commitment,
		Basis: flow.ByProvider, Scope: flow.Mechanism, On: "2025-07-02"}
}

func link(t interface{ Fatal(...any) }, parent, child flow.ID, amount string, c money.Currency, part string, d money.Currency) flow.Linked {
	return flow.Linked{Parent: parent, Child: child, Amount: moneyOf(t, amount, c), Part: moneyOf(t, part, d), How: flow.PassedOn, On: "2025-07-03"}
}

func quotes(t interface{ Fatal(...any) }, base money.Currency, inverse bool, pairs ...string) fact.Body {
	p := rate.Published{Base: base, On: "2025-07-01", Issuer: map[bool]string{false: "ECB", true: "NBU"}[inverse], Inverse: inverse, Rates: map[money.Currency]money.Rate{}}
	for i := 0; i < len(pairs); i += 2 {
		r, err := money.ParseRate(pairs[i+1])
		if err != nil {
			t.Fatal(err)
		}
		p.Rates[money.Currency(pairs[i])] = r
	}
	return p
}

// Rule 4, on the three chains of the public record: Sweden's SEK 135 million
// through ESTDEV to a supplier, the Netherlands' EUR 10 million through the
// United Kingdom's programme, Denmark's DKK 20 million through that of the
// United States.
func TestRealPassThrough(t *testing.T) {
	places := []fact.Body{hand("SE", party.State, "SE"), hand("NL", party.State, "NL"), hand("GB", party.State, "GB"),
		hand("DK", party.State, "DK"), hand("US", party.State, "US"), hand("UA", party.State, "UA"),
		hand("estdev-account", party.Account, "EE"), hand("ucp-account", party.Account, "GB"), hand("supplier", party.Company, "EE"),
		quotes(t, "EUR", false, "SEK", "11.25", "USD", "1.25", "DKK", "7.5")}
	for _, tt := range []struct {
		name  string
		facts []fact.Body
		want  map[string]string
	}{
		{"Sweden, ESTDEV, a supplier, Ukraine", []fact.Body{
			gave(t, "F-1", "SE", "estdev-account", "135000000", "SEK"), gave(t, "F-2", "estdev-account", "supplier", "9000000", "EUR"),
			gave(t, "F-3", "supplier", "UA", "9000000", "EUR"),
			link(t, "F-1", "F-2", "101250000", "SEK", "9000000", "EUR"), link(t, "F-2", "F-3", "9000000", "EUR", "9000000", "EUR")},
			map[string]string{"statement.total": "12000000.00", "statement.partner.SE": "12000000.00", "statement.held": "3000000.00",
				"statement.outgoing": "9000000.00", "statement.again": "1 listed"}},
		{"the same, when no link is known", []fact.Body{
			gave(t, "F-1", "SE", "estdev-account", "135000000", "SEK"), gave(t, "F-3", "supplier", "UA", "9000000", "EUR")},
			map[string]string{"statement.total": "21000000.00", "statement.partner.supplier": "9000000.00"}},
		{"the Netherlands, the United Kingdom, its programme", []fact.Body{
			gave(t, "F-1", "NL", "GB", "10000000", "EUR"), gave(t, "F-2", "GB", "ucp-account", "26000000", "EUR"),
			link(t, "F-1", "F-2", "10000000", "EUR", "10000000", "EUR")},
			map[string]string{"statement.total": "26000000.00", "statement.partner.NL": "10000000.00", "statement.partner.GB": "16000000.00"}},
		{"Denmark, the United States' programme", []fact.Body{
			gave(t, "F-1", "DK", "US", "20000000", "DKK"), gave(t, "F-2", "US", "UA", "10000000", "USD"),
			link(t, "F-1", "F-2", "20000000", "DKK", "3000000", "USD")},
			map[string]string{"statement.total": "8000000.00", "statement.partner.DK": "2400000.00", "statement.partner.US": "5600000.00"}},
		{"a reimbursement between states", []fact.Body{
			gave(t, "F-1", "GB", "UA", "4000000", "EUR"), gave(t, "F-2", "NL", "GB", "1000000", "EUR"),
			flow.Linked{Parent: "F-2", Child: "F-1", Amount: moneyOf(t, "1000000", "EUR"), Part: moneyOf(t, "1000000", "EUR"), How: flow.Reimbursed, On: "2025-08"}},
			map[string]string{"statement.total": "4000000.00", "statement.partner.NL": "1000000.00", "statement.partner.GB": "3000000.00"}},
		{"an account pays back what a state advanced", []fact.Body{
			gave(t, "F-1", "GB", "ucp-account", "4000000", "EUR"), gave(t, "F-2", "NL", "ucp-account", "4000000", "EUR"),
			gave(t, "F-3", "ucp-account", "GB", "4000000", "EUR"),
			flow.Linked{Parent: "F-3", Child: "F-1", Amount: moneyOf(t, "4000000", "EUR"), Part: moneyOf(t, "4000000", "EUR"), How: flow.Reimbursed, On: "2025-08"}},
			map[string]string{"statement.total": "4000000.00", "statement.partner.NL": "4000000.00", "statement.again": "1 listed"}},
		{"a pledge pays for nothing", []fact.Body{
			func() fact.Body {
				f := gave(t, "F-1", "NL", "GB", "10000000", "EUR")
				f.Status = flow.Pledge
				return f
			}(), gave(t, "F-2", "GB", "UA", "10000000", "EUR"), link(t, "F-1", "F-2", "10000000", "EUR", "10000000", "EUR")},
			map[string]string{"statement.total": "10000000.00", "statement.partner.GB": "10000000.00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := folded(append(slices.Clone(places), tt.facts...))
			st := statement.Compute(in, statement.Query{AsOf: "2025-12-31"})
			for name, want := range tt.want {
				f, err := st.Figure(name)
				got := f.Value.Round(2)
				if f.Listed {
					got = fmt.Sprint(f.Count, " listed")
				}
				if err != nil || got != want {
					t.Errorf("%s = %s, %v; want %s", name, got, err, want)
				}
			}
		})
	}
}

// Paths and accounts tell apart what differs in one word only.
func TestPathsAndAccounts(t *testing.T) {
	training := gave(t, "F-4", "SE", "UA", "8", "EUR")
	training.Line = flow.Training
	in := folded([]fact.Body{hand("SE", party.State, "SE"), hand("NL", party.State, "NL"), hand("UA", party.State, "UA"),
		hand("one", party.Account, "EE"), hand("two", party.Account, "GB"),
		gave(t, "F-1", "SE", "one", "1", "EUR"), gave(t, "F-2", "SE", "two", "2", "EUR"), gave(t, "F-3", "SE", "UA", "4", "EUR"), training,
		gave(t, "F-5", "NL", "two", "16", "EUR"), gave(t, "F-6", "two", "UA", "5", "EUR"), link(t, "F-5", "F-6", "5", "EUR", "5", "EUR")})
	st := statement.Compute(in, statement.Query{AsOf: "2025-12-31"})
	var got []string
	for _, p := range st.Paths() {
		got = append(got, fmt.Sprint(p.Name, " ", p.Value.Round(0), " ", len(p.Rows())))
	}
	for _, a := range st.Accounts() {
		got = append(got, fmt.Sprint(a.Name, " ", a.Value.Round(0), " ", len(a.Rows())))
	}
	want := []string{"statement.path.NL.none.account 16 1", "statement.path.SE.training.state 8 1", "statement.path.SE.none.account 3 2",
		"statement.path.SE.none.state 4 1", "statement.account.one 1 1", "statement.account.two 13 2"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Rule 4: however often money is passed on, and whoever reports it first,
// each unit is counted once, where it first enters, under whoever gave it
// first. The count by hand follows each unit of one currency from its first
// hand to its last.
func TestEachUnitCountsOnce(t *testing.T) {
	hands := []party.ID{"SE", "NL", "GB", "account", "supplier", "UA"}
	inside := map[party.ID]bool{"account": true, "UA": true}
	places := []fact.Body{hand("SE", party.State, "SE"), hand("NL", party.State, "NL"), hand("GB", party.State, "GB"),
		hand("account", party.Account, "EE"), hand("supplier", party.Company, "EE"), hand("UA", party.State, "UA")}
	rapid.Check(t, func(t *rapid.T) {
		bodies := slices.Clone(places)
		want := map[party.ID]int64{} // by first giver, in cents
		next := 0
		record := func(from, to party.ID, cents int64) flow.ID {
			next++
			f := gave(t, flow.ID(fmt.Sprintf("F-%04d", next)), from, to, "1", "EUR")
			f.Amount, _ = money.FromMinor(cents, "EUR")
			bodies = append(bodies, f)
			return f.Flow
		}
		// pass gives on what one flow brought, whole or in part, to the layers below.
		var pass func(parent flow.ID, first, at party.ID, cents int64, counted bool, layers int)
		pass = func(parent flow.ID, first, at party.ID, cents int64, counted bool, layers int) {
			for cents > 0 && layers > 0 && rapid.Bool().Draw(t, "passes on") {
				to := rapid.SampledFrom(hands).Filter(func(id party.ID) bool { return id != at }).Draw(t, "to")
				part := rapid.Int64Range(1, cents).Draw(t, "part")
				own := rapid.SampledFrom([]int64{0, 0, 7}).Draw(t, "own") // added by whoever passes on
				cents -= part
				child := record(at, to, part+own)
				a, _ := money.FromMinor(part, "EUR")
				bodies = append(bodies, flow.Linked{Parent: parent, Child: child, Amount: a, Part: a, How: flow.PassedOn, On: "2025-07-02"})
				enters := !inside[at] && inside[to]
				if enters && !counted {
					want[first] += part
				}
				if enters {
					want[at] += own
				}
				if own == 0 { // mixed money is divided by proportion, which the test of sums covers
					pass(child, first, to, part, counted || inside[at] || inside[to], layers-1)
				}
			}
		}
		for range rapid.IntRange(1, 4).Draw(t, "roots") {
			from := rapid.SampledFrom(hands[:3]).Draw(t, "from")
			to := rapid.SampledFrom(hands).Filter(func(id party.ID) bool { return id != from }).Draw(t, "to")
			cents := rapid.Int64Range(1, 1_000_000).Draw(t, "cents")
			root := record(from, to, cents)
			if inside[to] {
				want[from] += cents
			}
			pass(root, from, to, cents, inside[to], 4)
		}
		// Links follow their flows; otherwise facts come in any order.
		flows, links := split(bodies)
		in := folded(slices.Concat(rapid.Permutation(flows).Draw(t, "order"), rapid.Permutation(links).Draw(t, "links")))
		st := statement.Compute(in, statement.Query{AsOf: "2025-12-31"})
		got := map[party.ID]string{}
		for _, p := range st.ByPartner {
			got[p.Party.Registered.Party] = p.Value.Round(2)
		}
		var sum int64
		for id, cents := range want {
			sum += cents
			a, _ := money.FromMinor(cents, "EUR")
			if cents > 0 && got[id] != a.Value() {
				t.Errorf("%s gave %s first; want %s", id, got[id], a.Value())
			}
		}
		if a, _ := money.FromMinor(sum, "EUR"); st.Total.Value.Round(2) != a.Value() {
			t.Errorf("the total is %s; want %s", st.Total.Value.Round(2), a.Value())
		}
	})
}

func split(bodies []fact.Body) (flows, links []fact.Body) {
	for _, b := range bodies {
		if _, link := b.(flow.Linked); link {
			links = append(links, b)
		} else {
			flows = append(flows, b)
		}
	}
	return flows, links
}

// Rules 1, 4 and 6: with links of mixed money, portions and currencies, each
// way to break the total down adds up to it exactly, in whatever order the
// facts came, and no figure has other rows than it adds up.
func TestMixedMoneyAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		var links []fact.Body
		for range rapid.IntRange(0, 10).Draw(t, "links") {
			if len(w.flows) < 2 {
				break
			}
			i := rapid.IntRange(0, len(w.flows)-2).Draw(t, "parent")
			parent, child := w.flows[i], w.flows[rapid.IntRange(i+1, len(w.flows)-1).Draw(t, "child")]
			of, _ := money.FromMinor(rapid.Int64Range(1, parent.Amount.Minor()).Draw(t, "of"), parent.Amount.Currency())
			part, _ := money.FromMinor(rapid.Int64Range(1, child.Amount.Minor()).Draw(t, "part"), child.Amount.Currency())
			links = append(links, flow.Linked{Parent: parent.Flow, Child: child.Flow, Amount: of, Part: part, How: flow.PassedOn, On: drawDate(t, "link")})
		}
		slices.SortFunc(links, func(a, b fact.Body) int { return slices.Compare(a.Streams(), b.Streams()) })
		links = slices.CompactFunc(links, func(a, b fact.Body) bool { return slices.Equal(a.Streams(), b.Streams()) })
		query := statement.Query{AsOf: drawDay(t, "as of")}
		var in [2]statement.Input
		for k := range in {
			in[k] = fold(w.stories(), func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "turn") })
			for i, b := range links {
				in[k].Flows.Fold(fact.Fact{Pos: fact.Pos(10_000 + i), Kind: b.Kind(), Body: b})
			}
		}
		st, again := statement.Compute(in[0], query), statement.Compute(in[1], query)
		if a, b := outline(st), outline(again); !slices.Equal(a, b) {
			t.Fatalf("told in one order:\n%v\nin another:\n%v", a, b)
		}
		var partners []statement.Figure
		for _, p := range st.ByPartner {
			partners = append(partners, p.Figure)
		}
		for name, parts := range map[string][]statement.Figure{"partners": partners, "lines": st.ByLine, "years": st.ByYear, "bases": st.ByBasis} {
			var sum money.Exact
			for _, f := range parts {
				sum = sum.Add(f.Value)
			}
			if sum != st.Total.Value {
				t.Errorf("the %s come to %v, the total is %v", name, sum, st.Total.Value)
			}
		}
		checkPaths(t, st)
		for _, f := range st.Figures() {
			checkRows(t, f)
		}
		elsewhere := query
		elsewhere.Boundary = drawBoundary(t)
		checkPaths(t, statement.Compute(in[0], elsewhere))
		for _, b := range statement.Boundaries {
			q := query
			q.Boundary = b
			each := statement.Compute(in[0], q)
			for _, f := range each.Figures() {
				checkRows(t, f)
			}
		}
	})
}

// checkPaths: paths come to the total and to each partner and line, accounts to
// what is on hand; each has rows that come to it, and opens by its name.
func checkPaths(t *rapid.T, st statement.Statement) {
	opened := false
	opens := func(f statement.Figure) {
		checkRows(t, f)
		if opened {
			return // one shows it
		}
		opened = true
		again, err := st.Figure(f.Name)
		if err != nil || again.Value != f.Value || again.Count != f.Count || again.Without != f.Without {
			t.Errorf("%s = %v of %d opens as %v of %d, %v", f.Name, f.Value, f.Count, again.Value, again.Count, err)
		}
	}
	var all, held money.Exact
	partners, lines := map[party.ID]money.Exact{}, map[flow.Line]money.Exact{}
	for _, p := range st.Paths() {
		opens(p.Figure)
		all, partners[p.Provider], lines[p.Line] = all.Add(p.Value), partners[p.Provider].Add(p.Value), lines[p.Line].Add(p.Value)
	}
	for _, p := range st.ByPartner {
		if got := partners[p.Party.Registered.Party]; got != p.Value {
			t.Errorf("the paths from %s come to %v, it gave %v", p.Party.Registered.Party, got, p.Value)
		}
	}
	for _, f := range st.ByLine {
		line := flow.Line(strings.TrimPrefix(f.Name, "statement.line."))
		if line == "none" {
			line = ""
		}
		if lines[line] != f.Value {
			t.Errorf("the paths of %s come to %v, not %v", f.Name, lines[line], f.Value)
		}
	}
	for _, a := range st.Accounts() {
		opens(a.Figure)
		held = held.Add(a.Value)
	}
	if all != st.Total.Value || held != st.OnHand.Value {
		t.Errorf("paths come to %v of %v, accounts to %v of %v", all, st.Total.Value, held, st.OnHand.Value)
	}
}
