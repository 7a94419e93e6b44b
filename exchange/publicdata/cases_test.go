package publicdata_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/demo"
	"tallinn/exchange/ecb"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// An accounted hub is the public tables with the European Central Bank's rates.
type accounted struct {
	hub
	rates *rate.Table
}

func newAccounted(t testing.TB) accounted {
	h := accounted{newHub(), rate.NewTable()}
	h.mustRun(t, first(files(t)))
	var problems table.Problems
	days, _ := ecb.Read(demo.RatesFile, demo.Rates(), &problems)
	if problems.Len() > 0 {
		t.Fatal(problems.List)
	}
	for _, d := range days {
		h.rates.Fold(fact.Fact{Kind: d.Kind(), Body: d})
	}
	return h
}

// statement is the account as of 1 July 2026, with facts that are not recorded.
func (h accounted) statement(more ...fact.Body) statement.Statement {
	flows := flow.NewBook()
	for _, f := range h.Facts {
		flows.Fold(f)
	}
	for i, b := range more {
		flows.Fold(fact.Fact{Pos: fact.Pos(len(h.Facts) + i), Kind: b.Kind(), Streams: b.Streams(), Body: b})
	}
	return statement.Compute(statement.Input{Parties: h.books.Parties, Flows: flows, Rates: h.rates},
		statement.Query{AsOf: "2026-07-01"})
}

// row is the flow that a row of contributions.csv made.
func (h accounted) row(t testing.TB, id string) flow.Flow {
	f, ok := h.books.Flows.ByRow("row/contributions.csv/" + id)
	if !ok {
		t.Fatalf("%s made no flow", id)
	}
	return f
}

// mentioned reports whether a row is a mention, and why.
func (h accounted) mentioned(id string) (flow.Mention, bool) {
	for _, m := range h.books.Flows.Mentions() {
		if m.Said.Source.Row == id && m.Said.Source.File == "contributions.csv" {
			return m, true
		}
	}
	return flow.Mention{}, false
}

func euros(value string) money.Amount {
	a, err := money.ParseAmount(value, "EUR")
	if err != nil {
		panic(err)
	}
	return a
}

func kronor(value string) money.Amount {
	a, err := money.ParseAmount(value, "SEK")
	if err != nil {
		panic(err)
	}
	return a
}

// inFigure are the rows of a figure by the id of the public row, in order.
func (h accounted) inFigure(t testing.TB, st statement.Statement, name string) string {
	f, err := st.Figure(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range append(f.Rows(), f.LeftOut()...) {
		if w, _ := h.books.Flows.Get(r.Flow); w.Said != nil {
			out = append(out, w.Said.Source.Row)
		} else {
			out = append(out, string(r.Flow))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

const counted = "ee-2024 ee-yearly it-2025 no-yearly se-2025"

// Each counting rule on the row of the public data that asked for it; doc/account.md lists them.
func TestRulesOnTheRowsThatAskedForThem(t *testing.T) {
	h := newAccounted(t)
	public := h.statement()
	passed := func(id flow.ID, from, to party.ID, value string) flow.Recorded {
		return flow.Recorded{Flow: id, Provider: from, Receiver: to, Amount: euros(value), Status: flow.Commitment,
			Basis: flow.ByProvider, Scope: flow.Mechanism, On: "2025-09-01"}
	}
	total := func(t *testing.T, st statement.Statement, what string) {
		t.Helper()
		if st.Total.Value != public.Total.Value || st.Total.Count != 5 {
			t.Errorf("%s: the total is %s of %d; was %s", what, st.Total.Value.Round(2), st.Total.Count, public.Total.Value.Round(2))
		}
	}
	se := h.row(t, "se-2025")

	t.Run("1", func(t *testing.T) { // a yearly gift is one record for one year; parts are no further flows
		no := h.row(t, "no-yearly")
		if len(no.Portions) != 1 || no.Portions[0].Year != 2025 || no.Portions[0].Amount != no.Amount {
			t.Errorf("no-yearly has portions %v", no.Portions)
		}
		for _, part := range []string{"it-2026-regional", "it-2026-tmpo"} {
			if m, ok := h.mentioned(part); !ok || m.Why != flow.WhyOverlap {
				t.Errorf("%s is %q", part, m.Why)
			}
		}
		moved := h.statement(flow.Advanced{Flow: se.Recorded.Flow, Status: flow.Paid, On: "2025-12-01"})
		total(t, moved, "Sweden pays")
		if paid, _ := moved.Figure("statement.status.paid"); paid.Count != 2 {
			t.Errorf("%d flows are paid", paid.Count)
		}
	})
	t.Run("2", func(t *testing.T) { // announced is no commitment, and what is hoped for no flow
		if got := h.inFigure(t, public, "statement.total"); got != counted {
			t.Errorf("counted are %s", got)
		}
		if got := h.inFigure(t, public, "statement.pledges"); got != "ca-2025 nl-2025-uk" {
			t.Errorf("pledged are %s", got)
		}
		if m, ok := h.mentioned("uk-2023-partners"); !ok || m.Why != flow.WhyStatus {
			t.Errorf("uk-2023-partners is %q", m.Why)
		}
	})
	t.Run("3", func(t *testing.T) { // military money is outside; what an account passes on is not added
		if f := h.row(t, "dk-2024-itc"); f.Scope != flow.Military || !f.Counts() {
			t.Errorf("dk-2024-itc is %s, %s", f.Scope, f.Status)
		}
		if got := h.inFigure(t, public, "statement.scope.military"); got != "dk-2024-itc nl-2024-01" {
			t.Errorf("military are %s", got)
		}
		on := h.statement(passed("X-1", "estdev-account", "UA", "7000000"), passed("X-2", "estdev-account", "estdev", "5000000"))
		total(t, on, "ESTDEV passes it on")
		if on.Internal.Value.Round(2) != "7000000.00" || on.Outgoing.Value.Round(2) != "5000000.00" {
			t.Errorf("internal %v, outgoing %v", on.Internal.Value, on.Outgoing.Value)
		}
	})
	t.Run("4", func(t *testing.T) { // Sweden, ESTDEV, its supplier, Ukraine: once, as Sweden's
		links := []fact.Body{passed("X-1", "estdev-account", "estdev", "9000000"), passed("X-2", "estdev", "UA", "9000000"),
			flow.Linked{Parent: se.Recorded.Flow, Child: "X-1", Amount: kronor("101250000"), Part: euros("9000000"), How: flow.PassedOn, On: "2025-09"},
			flow.Linked{Parent: "X-1", Child: "X-2", Amount: euros("9000000"), Part: euros("9000000"), How: flow.PassedOn, On: "2025-09"}}
		on := h.statement(links...)
		total(t, on, "linked")
		before, _ := public.Figure("statement.partner.SE")
		if sweden, _ := on.Figure("statement.partner.SE"); sweden.Value != before.Value {
			t.Errorf("Sweden gave %v", sweden.Value)
		}
		if rest := on.OnHand.Value.Round(2); rest != "3013258.34" { // SEK 33,750,000 at 11.2005
			t.Errorf("the account holds %s", rest)
		}
	})
	t.Run("5", func(t *testing.T) { // the Netherlands confirm EUR 10 million, the programme says less
		nl := h.row(t, "nl-2025-uk")
		word := func(side flow.Side, id party.ID, value string) flow.Asserted {
			return flow.Asserted{Flow: nl.Recorded.Flow, Side: side, Party: id, Amount: euros(value), Status: flow.Commitment, On: "2025-12-01"}
		}
		both := h.statement(word(flow.Giver, "NL", "10000000"), word(flow.Taker, nl.Receiver, "9800000"))
		dutch, _ := both.Figure("statement.partner.NL")
		if dutch.Value.Round(2) != "9800000.00" || both.Open.Count != 1 || both.Total.Count != 6 {
			t.Errorf("the Netherlands gave %s, %d open", dutch.Value.Round(2), both.Open.Count)
		}
	})
	t.Run("6", func(t *testing.T) { // the rate of the day, not what somebody printed
		sweden, _ := public.Figure("statement.partner.SE")
		used := sweden.Rates()
		if sweden.Value.Round(2) != "12053033.35" || len(used) != 1 || used[0].Rate.String() != "11.2005" || used[0].On != "2025-07-02" {
			t.Errorf("Sweden gave %s by %+v", sweden.Value.Round(2), used)
		}
		if !strings.Contains(se.Said.Equivalents, "EUR 16000000") || se.Amount != kronor("135000000") {
			t.Errorf("se-2025 is %v, printed as %q", se.Amount, se.Said.Equivalents)
		}
	})
	t.Run("7", func(t *testing.T) { // 5,175 terminals without a value are not zero
		if m, ok := h.mentioned("us-starlink"); !ok || m.Why != flow.WhyNoAmount || m.Amount != nil {
			t.Errorf("us-starlink is %+v", m)
		}
		goods := passed("X-1", "US", "UA", "1")
		goods.Amount, goods.Goods = money.Amount{}, &flow.Goods{What: "satellite_terminals", Quantity: 1508, Unit: "terminal"}
		with := h.statement(goods)
		total(t, with, "terminals")
		if us, _ := with.Figure("statement.partner.US"); us.Found() || with.NoValue.Count != 1 {
			t.Errorf("the United States gave %v", us.Value)
		}
	})
	t.Run("8", func(t *testing.T) { // SEK 135 million for "government institutions" are of no line, once
		if got := h.inFigure(t, public, "statement.line.none"); got != "ee-yearly it-2025 no-yearly se-2025" {
			t.Errorf("not broken down are %s", got)
		}
		if got := h.inFigure(t, public, "statement.line.training"); got != "ee-2024" {
			t.Errorf("training is %s", got)
		}
	})
	t.Run("9", func(t *testing.T) { // 92 million hryvnias printed as dollars; totals that restate one another
		ca := h.row(t, "ca-2025")
		wanted := ca.Recorded
		wanted.Amount, _ = money.ParseAmount("92000000", "USD")
		var why []flow.DoubtWhy
		for _, d := range h.books.Flows.Doubts(wanted, func(a money.Amount, on fact.Date) (money.Exact, bool) {
			x, _, ok := h.rates.Convert(a, "EUR", on.First())
			return x, ok
		}) {
			why = append(why, d.Why)
		}
		if !slices.Contains(why, flow.DoubtCurrency) || ca.Amount.Currency() != "UAH" {
			t.Errorf("ca-2025 as dollars asks %v", why)
		}
		var restated []string
		for _, m := range public.Published {
			restated = append(restated, m.Said.Source.Row)
			if _, isFlow := h.books.Flows.ByRow("row/contributions.csv/" + m.Said.Source.Row); isFlow {
				t.Errorf("%s is a flow", m.Said.Source.Row)
			}
		}
		if slices.Sort(restated); fmt.Sprint(restated) != "[new-2025-10-31 new-2025-paris tot-2024-eur tot-2024-usd tot-2025-10 tot-2025-10-31 tot-2025-12]" || len(public.Notes) != 3 {
			t.Errorf("published totals are %v, with %d notes", restated, len(public.Notes))
		}
	})
}
