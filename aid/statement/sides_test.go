package statement_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A dispute is one flow with what its sides say of it, and by hand what of it
// counts: the smallest that all bind themselves to, until both have signed the
// same (rule 5). Goods are worth their latest valuation (rule 7).
type dispute struct {
	flow.Recorded
	words  []flow.Asserted
	signed [2]*flow.Settled // by provider and by receiver, after all words
	worth  []flow.Valued
}

// A term is what somebody says: an amount in cents, and since when it binds
// and is paid, as days; "9" for never.
type term struct {
	cents           int64
	committed, paid string
	denied          bool
}

const never = "9"

func termOf(a money.Amount, s flow.Status, on, paid fact.Date) term {
	t := term{cents: a.Minor(), committed: never, paid: never}
	if s != flow.Pledge {
		t.committed = on.First()
	}
	if s == flow.Paid {
		t.paid = max(on.First(), paid.First())
	}
	return t
}

func drawDispute(t *rapid.T, i int) dispute {
	d := dispute{Recorded: drawFlow(t, i)}
	d.Scope, d.Moved, d.Portions = flow.Mechanism, "", nil
	d.Basis = rapid.SampledFrom([]flow.Basis{flow.ByProvider, flow.ByReceiver, flow.Published}).Draw(t, "basis")
	cents := func() money.Amount {
		a, _ := money.FromMinor(rapid.Int64Range(1, 20).Draw(t, "cents"), "EUR")
		return a
	}
	d.Amount = cents()
	goods := rapid.IntRange(0, 3).Draw(t, "in kind") == 0
	if goods {
		d.Amount, d.Goods = money.Amount{}, &flow.Goods{What: "x", Quantity: 1, Unit: "piece"}
		for range rapid.IntRange(0, 3).Draw(t, "valuations") {
			v := flow.Valued{Flow: d.Flow, Party: d.Provider, Method: flow.ByInvoice, On: "2025"}
			if rapid.Bool().Draw(t, "a value") {
				a := cents()
				v.Amount = &a
			}
			d.worth = append(d.worth, v)
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "words") {
		side := rapid.SampledFrom(flow.Sides[:2]).Draw(t, "side")
		w := flow.Asserted{Flow: d.Flow, Side: side, Party: d.Party(side), On: drawDate(t, "said")}
		if w.Denied = rapid.IntRange(0, 5).Draw(t, "denies") == 0; !w.Denied {
			w.Status = rapid.SampledFrom(flow.Statuses).Draw(t, "status")
			if !goods {
				w.Amount = cents()
			}
		}
		d.words = append(d.words, w)
	}
	if rapid.Bool().Draw(t, "signs") {
		s := flow.Settled{Flow: d.Flow, Status: rapid.SampledFrom(flow.Statuses).Draw(t, "agreed"), On: drawDate(t, "agreed on")}
		if !goods {
			s.Amount = cents()
		}
		for i, side := range flow.Sides[:2] {
			one := s
			one.Side, one.Party = side, d.Party(side)
			if rapid.IntRange(0, 3).Draw(t, "differs") == 0 {
				one.On = "1999"
			}
			if rapid.IntRange(0, 3).Draw(t, "absent") > 0 {
				d.signed[i] = &one
			}
		}
	}
	return d
}

func (d dispute) Party(s flow.Side) party.ID {
	if s == flow.Giver {
		return d.Provider
	}
	return d.Receiver
}

// counts is what of d counts, straight from the words of rules 5 and 7.
func (d dispute) counts() (t term, open bool) {
	first := termOf(d.Amount, d.Status, d.On, d.On)
	say := map[flow.Side]term{}
	switch d.Basis {
	case flow.ByProvider:
		say[flow.Giver] = first
	case flow.ByReceiver:
		say[flow.Taker] = first
	}
	for _, w := range d.words {
		say[w.Side] = termOf(w.Amount, map[bool]flow.Status{true: flow.Pledge, false: w.Status}[w.Denied], w.On, w.On)
		if w.Denied {
			say[w.Side] = term{committed: never, paid: never, denied: true}
		}
	}
	a, b := d.signed[0], d.signed[1]
	giver, taken := say[flow.Giver]
	taker, both := say[flow.Taker]
	switch {
	case a != nil && b != nil && a.On == b.On:
		t = termOf(a.Amount, a.Status, a.On, a.On)
	case taken && both:
		t = term{min(giver.cents, taker.cents), max(giver.committed, taker.committed), max(giver.paid, taker.paid), giver.denied || taker.denied}
		if giver.cents == 0 || taker.cents == 0 {
			t.cents = max(giver.cents, taker.cents) // who denies it says no amount
		}
		open = giver.cents != taker.cents || giver.denied != taker.denied ||
			(giver.committed == never) != (taker.committed == never) || (giver.paid == never) != (taker.paid == never)
	case taken:
		t = giver
	case both:
		t = taker
	default:
		t = first
	}
	if t.denied {
		t.committed, t.paid = never, never
	}
	if n := len(d.worth); n > 0 && d.worth[n-1].Amount != nil {
		t.cents = d.worth[n-1].Amount.Minor()
	}
	return t, open
}

func (d dispute) story() (s story) {
	s = story{tell(d.Recorded)}
	for _, w := range d.words {
		s = append(s, tell(w))
	}
	for _, one := range d.signed {
		if one != nil {
			s = append(s, tell(*one))
		}
	}
	for _, v := range d.worth {
		s = append(s, tell(v))
	}
	return s
}

// Rules 2, 3, 5, 7 and 9: random flows of money and goods, with what both
// sides say and sign of them, told in any order among restated totals, give in
// every boundary what the rules say when it is counted by hand.
func TestWhatSidesSayIsCountedByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []dispute
		stories := world{}.stories()
		for i := range rapid.IntRange(1, 8).Draw(t, "flows") {
			all = append(all, drawDispute(t, i))
			stories = append(stories, all[i].story())
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "restated") {
			a, _ := money.FromMinor(rapid.Int64Range(1, 1_000_000).Draw(t, "total"), "EUR")
			stories = append(stories, story{tell(flow.Mentioned{Mention: flow.MentionID(fmt.Sprint("S-", i)), Amount: &a, Total: true,
				Scope: flow.Mechanism, Why: flow.WhyTotal, On: "2024", Said: said(fmt.Sprint("restated-", i), "provided")})})
		}
		in := fold(stories, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "turn") })
		q := statement.Query{AsOf: drawDay(t, "as of"), Boundary: drawBoundary(t)}
		st := statement.Compute(in, q)
		want := map[string]byHand{}
		for _, d := range all {
			name, entersOpen := d.place(q)
			h := want[name]
			c, _ := d.counts()
			if h.value == nil {
				h.value = new(big.Rat)
			}
			h.value.Add(h.value, big.NewRat(c.cents, 100))
			h.count++
			want[name] = h
			if entersOpen {
				h := want["open"]
				h.count++
				want["open"] = h
			}
		}
		for name, f := range map[string]statement.Figure{"total": st.Total, "pledges": st.Pledges, "internal": st.Internal,
			"outgoing": st.Outgoing, "beside": st.Beside, "denied": st.Denied, "no_value": st.NoValue, "open": st.Open} {
			h := want[name]
			if f.Count != h.count || !f.Listed && h.value != nil && f.Value.Rat().Cmp(h.value) != 0 || f.Without != 0 {
				t.Errorf("in %s, %s is %v of %d, %d without; by hand %v of %d", q.Boundary, name, f.Value, f.Count, f.Without, h.value, h.count)
			}
		}
		var years money.Exact
		for _, f := range st.ByYear {
			years = years.Add(f.Value)
		}
		if years != st.Total.Value {
			t.Errorf("the years come to %v, the total is %v", years, st.Total.Value)
		}
	})
}

func drawBoundary(t *rapid.T) statement.Boundary {
	if rapid.Bool().Draw(t, "of one party") {
		return statement.OfParty(rapid.SampledFrom(people).Draw(t, "party").Party)
	}
	return rapid.SampledFrom(statement.Boundaries).Draw(t, "boundary")
}

// place is the one figure that d stands in, and whether it is open there.
func (d dispute) place(q statement.Query) (name string, isOpen bool) {
	within := func(id party.ID) bool {
		account := id == "estdev-account"
		switch q.Boundary.Name {
		case "mechanism":
			return isInside(id)
		case "ukraine":
			return isInside(id) && !account
		case "accounts":
			return account
		}
		return q.Boundary.Name == "party."+string(id)
	}
	c, open := d.counts()
	from, to, binding := within(d.Provider), within(d.Receiver), c.committed <= q.AsOf
	switch {
	case d.On.First() > q.AsOf:
		return "not yet", false
	case c.denied:
		return "denied", false
	case c.cents == 0 && !from && to && binding:
		return "no_value", false
	case c.cents == 0:
		return "beside", false
	case !from && to && binding:
		return "total", open
	case !from && to:
		return "pledges", false
	case from && to && binding:
		return "internal", false
	case from && !to && binding:
		return "outgoing", false
	}
	return "beside", false
}
