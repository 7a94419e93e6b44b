package statement_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

func amount(t *testing.T, value string, c money.Currency) money.Amount {
	t.Helper()
	a, err := money.ParseAmount(value, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func rates(t *testing.T, on fact.Date, pairs ...string) rate.Published {
	t.Helper()
	p := rate.Published{Base: "EUR", On: on, Issuer: "ECB", Rates: map[money.Currency]money.Rate{}}
	for i := 0; i < len(pairs); i += 2 {
		r, err := money.ParseRate(pairs[i+1])
		if err != nil {
			t.Fatal(err)
		}
		p.Rates[money.Currency(pairs[i])] = r
	}
	return p
}

func said(row, status string) flow.Said {
	return flow.Said{Reporter: "a reporter", Status: status, Source: fact.Source{Cite: "https://example.org", File: "contributions.csv", Row: row}}
}

// given is the people and partners of the property tests, and more facts.
func given(more ...fact.Body) statement.Input {
	var all []fact.Body
	for _, p := range people {
		all = append(all, p.Registered)
	}
	for _, m := range members {
		all = append(all, m)
	}
	in := statement.Input{Parties: party.NewBook(), Flows: flow.NewBook(), Rates: rate.NewTable()}
	for i, b := range append(all, more...) {
		f := fact.Fact{Pos: fact.Pos(i), Kind: b.Kind(), Body: b}
		in.Parties.Fold(f)
		in.Flows.Fold(f)
		in.Rates.Fold(f)
	}
	return in
}

func recorded(id flow.ID, from, to party.ID, a money.Amount, on fact.Date) flow.Recorded {
	return flow.Recorded{Flow: id, Provider: from, Receiver: to, Amount: a, Status: flow.Commitment,
		Basis: flow.Published, Scope: flow.Mechanism, On: on}
}

// The chain of the public data: Sweden's SEK 135 million go to an account that
// ESTDEV keeps, and on from there to suppliers. They count once, as Sweden's.
func TestPassThroughCountsOnce(t *testing.T) {
	in := given(
		rates(t, "2025-07-01", "SEK", "11.129"),
		recorded("F-0001", "SE", "estdev-account", amount(t, "135000000", "SEK"), "2025-07-02"),
		recorded("F-0002", "estdev-account", "supplier-ee", amount(t, "5000000", "EUR"), "2025-09"),
		recorded("F-0003", "estdev-account", "UA", amount(t, "7000000", "EUR"), "2025-10"))
	st := statement.Compute(in, statement.Query{AsOf: "2025-12-31"})
	if st.Total.Value.Round(2) != "12130469.94" || st.Total.Count != 1 {
		t.Errorf("the total is %s of %d", st.Total.Value.Round(2), st.Total.Count)
	}
	if st.Outgoing.Value.Round(2) != "5000000.00" || st.Internal.Value.Round(2) != "7000000.00" {
		t.Errorf("outgoing %v, internal %v", st.Outgoing.Value, st.Internal.Value)
	}
	sweden, err := st.Figure("statement.partner.SE")
	if err != nil || sweden.Value != st.Total.Value || sweden.Definition != (statement.Definition{Key: "statement.partner", Version: 2}) {
		t.Errorf("Sweden's figure is %+v, %v", sweden, err)
	}
	used := st.Total.Rates()
	if len(used) != 1 || used[0].On != "2025-07-01" || used[0].Rate.String() != "11.129" {
		t.Errorf("the rates used are %+v", used)
	}
}

func TestAsOf(t *testing.T) {
	in := given(
		recorded("F-0001", "EE", "UA", amount(t, "500000", "EUR"), "2024"),
		recorded("F-0002", "EE", "UA", amount(t, "1", "EUR"), "2024-03"))
	for _, tt := range []struct{ asOf, want string }{
		{"2023-12-31", "0.00"}, {"2024-01-01", "500000.00"}, {"2024-02-29", "500000.00"}, {"2024-03-01", "500001.00"},
	} {
		st := statement.Compute(in, statement.Query{AsOf: tt.asOf})
		if got := st.Total.Value.Round(2); got != tt.want || st.Total.Found() != (tt.want != "0.00") {
			t.Errorf("as of %s: %s, found %v; want %s", tt.asOf, got, st.Total.Found(), tt.want)
		}
	}
}

func TestPartners(t *testing.T) {
	in := given(recorded("F-0001", "stranger", "UA", amount(t, "5", "EUR"), "2024"))
	for _, tt := range []struct {
		asOf string
		want string
	}{
		{"2023-12-19", ""},
		{"2023-12-20", "EE:no amount found SE:no amount found"},
		{"2025-01-01", "EE:no amount found NL:no amount found SE:no amount found stranger:5.00"},
	} {
		st := statement.Compute(in, statement.Query{AsOf: tt.asOf})
		var got []string
		for _, p := range st.ByPartner {
			value := "no amount found"
			if p.Found() {
				value = p.Value.Round(2)
			}
			got = append(got, fmt.Sprintf("%s:%s", p.Party.Registered.Party, value))
			if p.Name != "statement.partner."+string(p.Party.Registered.Party) {
				t.Errorf("the figure of %s is called %s", p.Party.Registered.Party, p.Name)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("as of %s: %v; want %s", tt.asOf, got, tt.want)
		}
	}
	st := statement.Compute(in, statement.Query{AsOf: "2025-01-01"})
	if m := st.ByPartner[0].Member; m.Role != party.Partner || st.ByPartner[3].Member.Role != "" {
		t.Errorf("Estonia is %q, a stranger %q", m.Role, st.ByPartner[3].Member.Role)
	}
	// No amount found is an answer too, and stands on the facts of membership.
	estonia, _ := in.Parties.Get("EE")
	if got := st.ByPartner[0].Facts(); !slices.Equal(got, estonia.History) || len(got) != 2 {
		t.Errorf("Estonia's figure stands on %v; want %v", got, estonia.History)
	}
}

// Rule 6 and rule 7: what has no rate is left out and listed, and not zero.
func TestNoRateIsLeftOutAndListed(t *testing.T) {
	in := given(
		rates(t, "2025-07-01", "SEK", "11"),
		recorded("F-0001", "SE", "UA", amount(t, "92000000", "UAH"), "2025-09"),
		recorded("F-0002", "SE", "UA", amount(t, "11", "SEK"), "2025-06-30"),
		recorded("F-0003", "SE", "UA", amount(t, "11", "SEK"), "2025-07-01"))
	st := statement.Compute(in, statement.Query{AsOf: "2025-12-31"})
	if st.Total.Value.Round(2) != "1.00" || st.Total.Count != 1 || st.Total.Without != 2 {
		t.Errorf("the total is %v of %d, without %d", st.Total.Value, st.Total.Count, st.Total.Without)
	}
	var left []flow.ID
	for _, r := range st.LeftOut.Rows() {
		left = append(left, r.Flow)
	}
	if !slices.Equal(left, []flow.ID{"F-0002", "F-0001"}) {
		t.Errorf("left out are %v", left)
	}
	none := statement.Compute(given(recorded("F-0001", "SE", "UA", amount(t, "1", "UAH"), "2025")), statement.Query{AsOf: "2025-12-31"})
	if sweden, _ := none.Figure("statement.partner.SE"); sweden.Found() || sweden.Without != 1 {
		t.Errorf("Sweden's figure is found: %v, without %d", sweden.Found(), sweden.Without)
	}
}

func TestYears(t *testing.T) {
	split := recorded("F-0001", "SE", "UA", amount(t, "10", "SEK"), "2025-07-01")
	split.Portions = []flow.Portion{{Year: 2025, Amount: amount(t, "3.33", "SEK")}, {Year: 2026, Amount: amount(t, "6.67", "SEK")}}
	in := given(rates(t, "2025-07-01", "SEK", "7"), rates(t, "2026-01-01", "SEK", "9"), split,
		recorded("F-0002", "SE", "UA", amount(t, "7", "SEK"), "2025-07-02"))
	st := statement.Compute(in, statement.Query{AsOf: "2026-12-31"})
	var got []string
	for _, f := range st.ByYear {
		got = append(got, fmt.Sprintf("%s=%s", f.Name, f.Value.Round(6)))
	}
	// Portions convert by the day of their flow, 7, and not by their year's.
	if want := "statement.year.2025=0.475714 statement.year.2026=0.952857 statement.year.none=1.000000"; strings.Join(got, " ") != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
	if row := st.ByYear[1].Rows()[0]; row.Year != 2026 || row.Spoken.String() != "6.67 SEK" {
		t.Errorf("the row of 2026 is %+v", row)
	}
}

// A total that others published is never part of ours; of an unclear scope it
// is no total of the mechanism.
func TestMentionsStandApart(t *testing.T) {
	unclear := mention(t, "us-82", "reported", "82000000", "USD", "")
	unclear.Scope = flow.Unclear
	late := mention(t, "tot-2025-12", "provided", "241700000", "EUR", "2025-12-22")
	in := given(late, unclear, mention(t, "tot-2024-eur", "accumulated", "200000000", "EUR", "2024-12-20"),
		mention(t, "gone", "accumulated", "1", "EUR", "2024"), flow.MentionWithdrawn{Mention: "gone"})
	st := statement.Compute(in, statement.Query{AsOf: "2025-12-22"})
	if got := rows(st.Published); got != "tot-2024-eur tot-2025-12" {
		t.Errorf("published totals are %s", got)
	}
	if got := rows(st.Mentions); got != "us-82" {
		t.Errorf("other mentions are %s", got)
	}
	if st.Total.Found() || !st.Total.Value.IsZero() {
		t.Errorf("a mention was counted: %v", st.Total.Value)
	}
	if got := rows(statement.Compute(in, statement.Query{AsOf: "2025-12-21"}).Published); got != "tot-2024-eur" {
		t.Errorf("a day before, published totals are %s", got)
	}
}

func mention(t *testing.T, row, status, value string, c money.Currency, on fact.Date) flow.Mentioned {
	a := amount(t, value, c)
	return flow.Mentioned{Mention: flow.MentionID(row), Amount: &a, Scope: flow.Mechanism, Why: flow.WhyTotal,
		Total: true, On: on, Said: said(row, status)}
}

func rows(mentions []flow.Mention) string {
	var out []string
	for _, m := range mentions {
		out = append(out, m.Said.Source.Row)
	}
	return strings.Join(out, " ")
}

// Rule 9, on the published figures themselves.
func TestReconcile(t *testing.T) {
	published := []fact.Body{
		mention(t, "tot-2024-eur", "accumulated", "200000000", "EUR", "2024-12-20"),
		mention(t, "tot-2025-10", "accumulated", "240000000", "EUR", "2025-10"),
		mention(t, "new-2025-paris", "announced", "60000000", "EUR", "2025-10"),
		mention(t, "tot-2025-10-31", "pledged", "241700000", "EUR", "2025-10-31"),
		mention(t, "new-2025-10-31", "announced", "60900000", "EUR", "2025-10-31"),
		mention(t, "tot-2025-12", "provided", "241700000", "EUR", "2025-12-22"),
	}
	rest := "statement.note.rest tot-2025-10-31 new-2025-10-31 tot-2024-eur 180800000.00 EUR"
	wording := "statement.note.wording tot-2025-10-31 tot-2025-12 "
	sum := "statement.note.sum tot-2025-10 new-2025-paris tot-2025-10-31 300000000.00 EUR"
	correct := func(row, now string) fact.Body {
		return flow.MentionCorrected{Mention: flow.MentionID(row), Correction: fact.Correction{Fact: positionOf(published, row),
			Pointer: "/amount", Was: []byte(amountOf(published, row)), Now: []byte(now), Reason: "source_changed"}}
	}
	for _, tt := range []struct {
		name string
		asOf string
		more []fact.Body
		want []string
	}{
		{"today", "2026-01-01", nil, []string{rest, wording, sum}},
		{"before the anniversary", "2025-12-21", nil, []string{rest, sum}},
		{"before the joint statement", "2025-10-30", nil, nil},
		{"a row was withdrawn", "2026-01-01", []fact.Body{flow.MentionWithdrawn{Mention: "new-2025-10-31"}}, []string{wording, sum}},
		{"corrected until it fits", "2026-01-01",
			[]fact.Body{correct("new-2025-10-31", `{"currency":"EUR","value":"41700000.00"}`)}, []string{wording, sum}},
		{"no amount any more", "2026-01-01", []fact.Body{correct("tot-2024-eur", `null`)}, []string{wording, sum}},
		{"another currency", "2026-01-01",
			[]fact.Body{correct("tot-2024-eur", `{"currency":"USD","value":"210000000.00"}`)}, []string{wording, sum}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st := statement.Compute(given(append(slices.Clone(published), tt.more...)...), statement.Query{AsOf: tt.asOf})
			var got []string
			for _, n := range st.Notes {
				got = append(got, n.Key+" "+rows(n.Mentions)+" "+n.Result.String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestSameWordsNeedNoNote(t *testing.T) {
	var published []flow.Mention
	for _, row := range []string{"tot-2025-10-31", "tot-2025-12"} {
		published = append(published, flow.Mention{Mentioned: mention(t, row, "provided", "241700000", "EUR", "2025-12")})
	}
	if notes := statement.Reconcile(published); notes != nil {
		t.Errorf("one figure in the same words is noted: %v", notes)
	}
}

// positionOf is where given puts the mention of a row.
func positionOf(published []fact.Body, row string) fact.Pos {
	i := slices.IndexFunc(published, func(b fact.Body) bool { return b.(flow.Mentioned).Said.Source.Row == row })
	return fact.Pos(len(people) + len(members) + i)
}

func amountOf(published []fact.Body, row string) []byte {
	for _, b := range published {
		if m := b.(flow.Mentioned); m.Said.Source.Row == row {
			raw, _ := m.Amount.MarshalJSON()
			return raw
		}
	}
	return nil
}

func TestParse(t *testing.T) {
	if b, err := statement.ParseBoundary("mechanism"); err != nil || b != statement.Mechanism || b.String() != "mechanism" {
		t.Errorf("ParseBoundary = %v, %v", b, err)
	}
	for _, s := range []string{"", "Mechanism", "<b>", strings.Repeat("x", 10_000)} {
		if _, err := statement.ParseBoundary(s); !errors.Is(err, statement.ErrBoundary) || len(err.Error()) > 200 {
			t.Errorf("ParseBoundary(%.20q) = %v", s, err)
		}
	}
	if s, err := statement.ParseAsOf("2024-12-20"); err != nil || s != "2024-12-20" {
		t.Errorf("ParseAsOf = %s, %v", s, err)
	}
	for _, s := range []string{"", "2024", "2024-12", "2024-02-30", "1900-01-01", "3000-01-01", "20.12.2024", "2024-12-20T00:00:00Z"} {
		if _, err := statement.ParseAsOf(s); !errors.Is(err, statement.ErrAsOf) {
			t.Errorf("ParseAsOf(%q) = %v", s, err)
		}
	}
	st := statement.Compute(given(), statement.Query{AsOf: "2024-12-20"})
	if _, err := st.Figure("statement.partner.ZZ"); !errors.Is(err, statement.ErrFigure) {
		t.Errorf("a figure that is not there: %v", err)
	}
	if st.Query.Boundary != statement.Mechanism || st.Total.Currency != money.EUR {
		t.Errorf("the zero query asks for %+v", st.Query)
	}
	if (statement.Figure{}).Facts() != nil || (statement.Figure{}).Rows() != nil {
		t.Error("the zero figure has rows or facts")
	}
}
