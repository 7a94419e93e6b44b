package statement_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// Rules 1, 2, 3 and 6: every figure is what the rules say when each flow is
// counted by hand in fractions, and is the sum of its own rows.
func TestFiguresAreWhatTheRulesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, asOf := drawWorld(t), drawDay(t, "as of")
		in := fold(w.stories(), inOrder)
		st := statement.Compute(in, statement.Query{AsOf: asOf})
		want := w.reckon(asOf)
		for _, f := range st.Figures() {
			checkAgainst(t, f, want[f.Name])
			checkRows(t, f)
			delete(want, f.Name)
		}
		for name := range want {
			t.Errorf("%s is not in the statement", name)
		}
	})
}

func checkAgainst(t *rapid.T, f statement.Figure, want byHand) {
	if f.Name == "statement.left_out" {
		return // counted by hand under the total
	}
	if f.Listed {
		if f.Count != want.count+want.without || !f.Value.IsZero() || f.Found() {
			t.Errorf("%s lists %d and adds up %v; want %d, and no value", f.Name, f.Count, f.Value, want.count+want.without)
		}
		return
	}
	value := want.value
	if value == nil {
		value = new(big.Rat)
	}
	if f.Value.Rat().Cmp(value) != 0 || f.Count != want.count || f.Without != want.without {
		t.Errorf("%s = %v of %d, %d left out; by hand %s of %d, %d", f.Name, f.Value, f.Count, f.Without,
			value.FloatString(money.Places), want.count, want.without)
	}
	if f.Found() != (want.count > 0) {
		t.Errorf("%s: found is %v with %d rows", f.Name, f.Found(), want.count)
	}
}

func checkRows(t *rapid.T, f statement.Figure) {
	var sum money.Exact
	rows := f.Rows()
	for _, r := range rows {
		if !f.Listed && (!r.Rated || r.Spoken.IsZero()) {
			t.Errorf("%s adds up %s, which has no rate or amount", f.Name, r.Flow)
		}
		sum = sum.Add(r.Converted)
	}
	if !f.Listed && sum != f.Value || len(rows) != f.Count || len(f.LeftOut()) != f.Without {
		t.Errorf("%s = %v of %d, %d left out; its rows are %v of %d, %d", f.Name, f.Value, f.Count, f.Without, sum, len(rows), len(f.LeftOut()))
	}
	for _, r := range f.LeftOut() {
		if r.Rated || r.Used != nil || !r.Converted.IsZero() {
			t.Errorf("%s leaves out %s, which has a rate", f.Name, r.Flow)
		}
	}
}

// The order in which the facts were recorded changes nothing.
func TestOrderOfFactsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, asOf := drawWorld(t), drawDay(t, "as of")
		straight := statement.Compute(fold(w.stories(), inOrder), statement.Query{AsOf: asOf})
		mixed := statement.Compute(fold(w.stories(), func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "turn") }), statement.Query{AsOf: asOf})
		if a, b := outline(straight), outline(mixed); !slices.Equal(a, b) {
			t.Fatalf("told in order:\n%s\ntold otherwise:\n%s", a, b)
		}
	})
}

// outline is everything of a statement but positions.
func outline(st statement.Statement) (out []string) {
	for _, f := range st.Figures() {
		out = append(out, fmt.Sprint(f.Name, f.Definition, f.Value, f.Count, f.Without, f.Listed))
		for _, r := range append(f.Rows(), f.LeftOut()...) {
			out = append(out, fmt.Sprint(r.Flow, r.On, r.Year, r.Provider, r.Receiver, r.Status, r.Crossing, r.Spoken, r.Converted, r.Rated))
		}
		for _, u := range f.Rates() {
			out = append(out, fmt.Sprint(u.Currency, u.Rate, u.On, u.Issuer))
		}
	}
	return out
}

// Partners, lines, years, statuses and bases each add up to the total, and
// every flow of the day stands in exactly one place.
func TestNothingIsLostOrCountedTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, asOf := drawWorld(t), drawDay(t, "as of")
		in := fold(w.stories(), inOrder)
		st := statement.Compute(in, statement.Query{AsOf: asOf})
		var partners []statement.Figure
		for _, p := range st.ByPartner {
			partners = append(partners, p.Figure)
		}
		for name, parts := range map[string][]statement.Figure{
			"partners": partners, "lines": st.ByLine, "years": st.ByYear, "statuses": st.ByStatus, "bases": st.ByBasis} {
			var sum money.Exact
			for _, f := range parts {
				sum = sum.Add(f.Value)
			}
			if sum != st.Total.Value {
				t.Errorf("the %s come to %v, the total is %v", name, sum, st.Total.Value)
			}
		}
		places := map[flow.ID]int{}
		for _, f := range append([]statement.Figure{st.Total, st.Pledges, st.Internal, st.Outgoing, st.Beside}, st.OtherScopes...) {
			for _, r := range append(f.Rows(), f.LeftOut()...) {
				places[r.Flow]++
			}
		}
		for _, f := range in.Flows.All() {
			want := 1
			if f.Gone || f.On.First() > asOf {
				want = 0
			}
			if places[f.Recorded.Flow] != want {
				t.Errorf("%s stands in %d places; want %d", f.Recorded.Flow, places[f.Recorded.Flow], want)
			}
		}
		if len(st.LeftOut.Rows()) != st.Total.Without {
			t.Errorf("%d are listed as left out, %d were", len(st.LeftOut.Rows()), st.Total.Without)
		}
	})
}

// Rule 3: whatever passes on from hand to hand inside, or leaves, the total
// counts what entered once. Rules 2 and scope: pledges, other scopes and
// flows between states change it neither.
func TestOnlyWhatEntersIsAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		query := statement.Query{AsOf: drawDay(t, "as of")}
		before := statement.Compute(fold(w.stories(), inOrder), query)
		for i := range rapid.IntRange(1, 4).Draw(t, "more") {
			f := drawFlow(t, 100+i)
			f.Status = flow.Commitment
			switch rapid.IntRange(0, 4).Draw(t, "sort") {
			case 0:
				f.Provider, f.Receiver = "estdev-account", "supplier-ee"
			case 1:
				f.Provider, f.Receiver = "estdev-account", "UA"
			case 2:
				f.Provider, f.Receiver = "SE", "EE"
			case 3:
				f.Provider, f.Receiver, f.Status = "SE", "UA", flow.Pledge
			case 4:
				f.Provider, f.Receiver, f.Scope = "SE", "UA", flow.Military
			}
			w.flows, w.paths = append(w.flows, f), append(w.paths, path{})
		}
		after := statement.Compute(fold(w.stories(), inOrder), query)
		if before.Total.Value != after.Total.Value || before.Total.Count != after.Total.Count {
			t.Fatalf("the total moved from %v to %v", before.Total.Value, after.Total.Value)
		}
	})
}

// Every partner of the day is named, whether or not an amount was found.
func TestEveryPartnerIsNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, asOf := drawWorld(t), drawDay(t, "as of")
		st := statement.Compute(fold(w.stories(), inOrder), statement.Query{AsOf: asOf})
		var named []party.ID
		for _, p := range st.ByPartner {
			named = append(named, p.Party.Registered.Party)
		}
		if !slices.IsSorted(named) || len(slices.Compact(slices.Clone(named))) != len(named) {
			t.Fatalf("%v is not each once by id", named)
		}
		for _, m := range members {
			if m.Role == party.Partner && m.On.First() <= asOf && !slices.Contains(named, m.Party) {
				t.Errorf("%s was a partner and is not named", m.Party)
			}
		}
		if slices.Contains(named, "UA") {
			t.Error("a recipient member that gave nothing is named among those who give")
		}
	})
}

// A figure's facts are the facts of its rows, their parties and rates, each once.
func TestFactsUnderAFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, asOf := drawWorld(t), drawDay(t, "as of")
		in := fold(w.stories(), inOrder)
		st := statement.Compute(in, statement.Query{AsOf: asOf})
		for _, f := range st.Figures() {
			facts := f.Facts()
			if !slices.IsSorted(facts) || len(slices.Compact(slices.Clone(facts))) != len(facts) {
				t.Fatalf("%s: %v is not each once in order", f.Name, facts)
			}
			for _, r := range f.Rows() {
				w, _ := in.Flows.Get(r.Flow)
				receiver, _ := in.Parties.Get(r.Receiver)
				want := slices.Concat(w.History, receiver.History)
				for _, u := range r.Used {
					want = append(want, in.Rates.History(u)...)
				}
				if i := slices.IndexFunc(want, func(p fact.Pos) bool { return !slices.Contains(facts, p) }); i >= 0 {
					t.Fatalf("%s stands on %v without %d", f.Name, facts, want[i])
				}
			}
		}
	})
}
