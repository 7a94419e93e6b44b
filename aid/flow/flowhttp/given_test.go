package flowhttp

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/api"
)

const evil = `<script>alert(1)</script>"'&`

func amount(value string, c money.Currency) money.Amount {
	a, err := money.ParseAmount(value, c)
	if err != nil {
		panic(err)
	}
	return a
}

func ratio(s string) money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		panic(err)
	}
	return r
}

func worded(row string) *flow.Said {
	return &flow.Said{Reporter: "Government", Provider: "Sweden", Receiver: "ESTDEV", Status: "decided", Form: "financial",
		Period: "2025", Purpose: "support", Equivalents: "about EUR 16000000", Note: "=1+1",
		Source: fact.Source{Cite: "https://www.example.org/" + row, File: "contributions.csv", Row: row}}
}

func recorded(id flow.ID, from, to party.ID, a money.Amount, s flow.Status, on fact.Date) flow.Recorded {
	return flow.Recorded{Flow: id, Provider: from, Receiver: to, Amount: a, Status: s, Basis: flow.Published,
		Scope: flow.Mechanism, On: on, FirstReported: on, Said: worded(string(id))}
}

func with(f flow.Recorded, change func(*flow.Recorded)) flow.Recorded {
	change(&f)
	return f
}

// given is one flow for each verdict, one whose status moves, one withdrawn,
// one of markup, and mentions; positions are places in this list.
var given = []fact.Body{
	party.Registered{Party: "SE", Type: party.State, Name: "Sweden", NameUk: "Швеція", Country: "SE"},
	party.Registered{Party: "UA", Type: party.State, Name: "Ukraine", NameUk: "Україна", Country: "UA"},
	party.Registered{Party: "fund", Type: party.Account, Name: "The fund", Country: "EE"}, // no name in Ukrainian
	party.Registered{Party: "evil", Type: party.Company, Name: evil, NameUk: evil},
	rate.Published{Base: money.EUR, On: "2025-07-01", Issuer: "ECB", Rates: map[money.Currency]money.Rate{"SEK": ratio("11.2005")},
		Source: fact.Source{Cite: "European Central Bank, https://www.ecb.europa.eu/", File: "fx.csv", Row: "2025-07-01"}},
	// 5: counted, converted, with a portion
	with(recorded("F-0001", "SE", "fund", amount("135000000", "SEK"), flow.Commitment, "2025-07-02"), func(f *flow.Recorded) {
		f.Portions = []flow.Portion{{Year: 2025, Amount: f.Amount}}
		f.Line = flow.Training
	}),
	recorded("F-0002", "SE", "UA", amount("500000", money.EUR), flow.Paid, "2023-12-20"),     // counted, in euros
	recorded("F-0003", "SE", "UA", amount("1000", "SEK"), flow.Commitment, "2024-01-01"),     // before any rate
	recorded("F-0004", "SE", "UA", amount("7000", money.EUR), flow.Pledge, "2025-01-01"),     // a pledge, later committed
	recorded("F-0005", "fund", "UA", amount("10", money.EUR), flow.Commitment, "2025-01-01"), // internal
	recorded("F-0006", "UA", "SE", amount("11", money.EUR), flow.Commitment, "2025-01-01"),   // outgoing
	recorded("F-0007", "SE", "evil", amount("12", money.EUR), flow.Commitment, "2025-01-01"), // outside
	with(recorded("F-0008", "SE", "UA", amount("13", money.EUR), flow.Commitment, "2022"), func(f *flow.Recorded) { f.Scope = flow.BeforeLaunch }),
	recorded("F-0009", "SE", "UA", amount("14", money.EUR), flow.Commitment, "2025-01-01"), // withdrawn
	with(recorded("F-0010", "evil", "UA", amount("15", money.EUR), flow.Commitment, "2025-01-01"), func(f *flow.Recorded) {
		f.Said = &flow.Said{Reporter: evil, Provider: evil, Receiver: evil, Status: evil, Form: evil, Period: evil, Purpose: evil,
			Equivalents: evil, Note: evil, Source: fact.Source{Cite: "javascript:" + evil, File: evil, Row: evil}}
	}),
	flow.Advanced{Flow: "F-0004", Status: flow.Commitment, On: "2025-03-01"},
	flow.Withdrawn{Flow: "F-0009", Reason: "duplicate"},
	// 17
	flow.Corrected{Flow: "F-0001", Correction: fact.Correction{Fact: 5, Pointer: "/on", Was: jsontext.Value(`"2025-07-02"`),
		Now: jsontext.Value(`"2025-07-03"`), Reason: "mistyped"}},
	flow.Mentioned{Mention: "S-0001", Parties: []party.ID{"SE", "UA"}, Amount: ptr(amount("240000000", money.EUR)), Scope: flow.Mechanism,
		Why: flow.WhyTotal, Total: true, On: "2025-10", Said: *worded("s1")},
	flow.Mentioned{Mention: "S-0002", Scope: flow.Unclear, Why: flow.WhyNoAmount, Said: *worded("s2")},
	flow.Mentioned{Mention: "S-0003", Scope: flow.Unclear, Why: flow.WhyStatus, On: "2025-01-01", Said: *worded("s3")},
	flow.MentionWithdrawn{Mention: "S-0003", Reason: "reclassified"},
	flow.MentionCorrected{Mention: "S-0002", Correction: fact.Correction{Fact: 19, Pointer: "/scope", Was: jsontext.Value(`"unclear"`),
		Now: jsontext.Value(`"mixed"`), Reason: "source_changed"}},
	flow.Mentioned{Mention: "S-0004", Parties: []party.ID{"evil"}, Scope: flow.Mixed, Why: flow.WhyScope, Said: flow.Said{Reporter: evil, Provider: evil,
		Receiver: evil, Note: evil, Source: fact.Source{Cite: "javascript:" + evil, File: evil, Row: evil}}},
}

func ptr[T any](v T) *T { return &v }

// open is the handler over bodies, on 20 November 2025.
func open(bodies []fact.Body) *Handler {
	b := Books{Parties: party.NewBook(), Flows: flow.NewBook(), Rates: rate.NewTable()}
	var facts []fact.Fact
	for i, body := range bodies {
		f := fact.Fact{Pos: fact.Pos(i), At: time.Date(2025, 11, 1, 12, 0, 0, 0, time.UTC), Kind: body.Kind(), Body: body}
		facts = append(facts, f)
		b.Parties.Fold(f)
		b.Flows.Fold(f)
		b.Rates.Fold(f)
	}
	return &Handler{
		View: func(fn func(Books)) { fn(b) },
		Fact: func(_ context.Context, pos fact.Pos) (fact.Fact, error) { return facts[pos], nil },
		Now:  func() time.Time { return time.Date(2025, 11, 20, 9, 0, 0, 0, time.UTC) },
		Log:  slog.New(slog.DiscardHandler),
	}
}

func serve(t testing.TB, bodies []fact.Body) http.Handler {
	t.Helper()
	h, mux := open(bodies), http.NewServeMux()
	h.Routes(mux)
	h.API(api.New(mux, h.Log, "test"))
	return web.Routes(h.Log, mux)
}
