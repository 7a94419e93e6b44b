package statementhttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement/statementhttp"
	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// given folds bodies into books, as the record would.
func given(t *testing.T, bodies ...fact.Body) (statementhttp.Books, fact.Pos) {
	t.Helper()
	b := statementhttp.Books{Parties: party.NewBook(), Milestones: milestone.NewBook(), Rates: rate.NewTable(), Flows: flow.NewBook()}
	for i, body := range bodies {
		f := fact.Fact{Pos: fact.Pos(i), Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Real, Marking: tlp.Clear, Body: body}
		b.Parties.Fold(f)
		b.Milestones.Fold(f)
		b.Rates.Fold(f)
		b.Flows.Fold(f)
	}
	return b, fact.Pos(len(bodies) - 1)
}

func amount(t *testing.T, value string, c money.Currency) money.Amount {
	t.Helper()
	a, err := money.ParseAmount(value, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func source(row string) fact.Source {
	return fact.Source{Cite: "https://example.org/" + row, File: "contributions.csv", Row: row}
}

const hostile = `<script>alert(1)</script>`

// world is Sweden with a commitment in kronor, Poland with nothing, a pledge
// that has no rate, and a published total.
func world(t *testing.T) (statementhttp.Books, fact.Pos) {
	t.Helper()
	said := func(row string) *flow.Said {
		return &flow.Said{Reporter: hostile, Provider: "Sweden", Receiver: "Ukraine", Status: "decided", Purpose: hostile, Source: source(row)}
	}
	var bodies []fact.Body
	for _, p := range [][3]string{{"SE", "Sweden", "Швеція"}, {"PL", "Poland", "Польща"}, {"UA", "Ukraine", "Україна"}} {
		bodies = append(bodies,
			party.Registered{Party: party.ID(p[0]), Type: party.State, Name: p[1], NameUk: p[2], Country: p[0], Source: source(p[0])},
			party.Joined{Party: party.ID(p[0]), Role: map[string]party.Role{"UA": party.Recipient}[p[0]], On: "2023-12-20", Precision: party.JoinedOn, Source: source(p[0])})
	}
	for i, b := range bodies {
		if j, ok := b.(party.Joined); ok && j.Role == "" {
			j.Role = party.Partner
			bodies[i] = j
		}
	}
	krona, err := money.ParseRate("11.2005")
	if err != nil {
		t.Fatal(err)
	}
	total := amount(t, "241700000", "EUR")
	return given(t, append(bodies,
		rate.Published{Base: "EUR", Issuer: "ECB", On: "2025-07-01", Rates: map[money.Currency]money.Rate{"SEK": krona}, Source: source("rate")},
		flow.Recorded{Flow: "F-0001", Provider: "SE", Receiver: "UA", Amount: amount(t, "135000000", "SEK"), Status: flow.Commitment,
			Basis: flow.Published, Scope: flow.Mechanism, On: "2025-07-02", Said: said("a")},
		flow.Recorded{Flow: "F-0002", Provider: "SE", Receiver: "UA", Amount: amount(t, "92000000", "UAH"), Status: flow.Pledge,
			Basis: flow.Published, Scope: flow.Mechanism, On: "2025-09", Said: said("b")},
		flow.Mentioned{Mention: "S-0001", Amount: &total, Scope: flow.Mechanism, Why: flow.WhyTotal, Total: true, On: "2025-10-31", Said: *said("c")},
	)...)
}

func serve(t *testing.T) http.Handler {
	t.Helper()
	books, head := world(t)
	log := slog.New(slog.DiscardHandler)
	h := &statementhttp.Handler{Log: log,
		Now:  func() time.Time { return time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC) },
		View: func(fn func(statementhttp.Books, fact.Pos)) { fn(books, head) }}
	mux := http.NewServeMux()
	h.Routes(mux)
	h.API(api.New(mux, log, "test"))
	return web.Routes(log, mux)
}

func get(t *testing.T, h http.Handler, path, lang string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", lang)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, strings.ReplaceAll(w.Body.String(), "\u00a0", " ")
}

func TestPages(t *testing.T) {
	h := serve(t)
	for _, tt := range []struct {
		path, lang string
		status     int
		has, lacks []string
	}{
		{"/", "en", 200, []string{"€12,053,033.35", "no amount found", "€241,700,000.00", "UAH 92,000,000.00",
			"we found no published breakdown of the totals", "&lt;script&gt;alert(1)"}, []string{"<script>alert", "⟦"}},
		{"/", "uk", 200, []string{"12 053 033,35 €", "суми не знайдено", "92 000 000,00 UAH", "Швеція", "Польща",
			"Укладено з відкритих джерел"}, []string{"<script>alert", "⟦", "no amount found"}},
		{"/statement?as_of=2025-07-01", "en", 200, []string{"no amount found"}, []string{"12,053,033.35", "⟦"}},
		{"/figures/statement.total", "en", 200, []string{"11.2005", "example.org", "F-0001", "/record/6"}, []string{"⟦", "<script>alert"}},
		{"/figures/statement.pledges", "en", 200, []string{"UAH 92,000,000.00", "no rate"}, []string{"enters the boundary", "⟦"}},
		{"/figures/statement.line.none", "uk", 200, []string{"не поділено між напрямами"}, []string{"⟦"}},
		{"/figures/statement.partner.PL", "en", 200, []string{"no amount found"}, []string{"€0", "⟦"}},
		{"/figures/statement.total/compare?from=2025-01-01&as_of=2025-12-31", "en", 200, []string{"+€12,053,033.35", "new", "no amount found", "/flows/F-0001"}, []string{"⟦", "€0.00"}},
		{"/figures/statement.total/compare?from=2025-08-01&as_of=2025-12-31", "uk", 200, []string{"Різниці немає", "12 053 033,35 €"}, []string{"⟦"}},
		{"/figures/statement.moon/compare", "en", 404, []string{"statement.figure"}, nil},
		{"/figures/statement.total?page=2", "en", 400, []string{"query.page"}, nil},
		{"/figures/statement.moon", "en", 404, []string{"statement.figure"}, nil},
		{"/statement?as_of=1.5.2024", "en", 400, []string{"statement.as_of"}, nil},
		{"/statement?boundary=moon", "uk", 400, []string{"statement.boundary"}, nil},
		{"/methods", "uk", 200, []string{"Правила обліку"}, []string{"⟦"}},
		{"/statement/partners.csv", "en", 200, []string{"SE,Sweden,2023-12-20,day,12053033.35,1,0,1,0,2026-01-02", "PL,Poland,2023-12-20,day,,0,0,0,0"}, nil},
		{"/statement/published.csv", "en", 200, []string{"241700000.00,EUR"}, nil},
		{"/statement/pictures", "en", 200, []string{"The largest part, €12,053,033.35 of €12,053,033.35: Sweden → not broken down → state",
			"/figures/statement.path.SE.none.state?", `class="sankey"`, `class="trend"`, "/figures/statement.status.commitment?as_of=2025-07-31", "UAH"}, []string{"⟦", "<script>alert", "style="}},
		{"/statement/pictures?as_of=2024-01-01", "uk", 200, []string{"Суми не знайдено", "На жоден день суми не знайдено"}, []string{"⟦", `class="sankey"`, `class="trend"`, "0,00"}},
		{"/figures/statement.path.SE.none.state", "en", 200, []string{"Sweden → not broken down → state", "F-0001", "€12,053,033.35"}, []string{"⟦"}},
		{"/figures/statement.path.SE.none.account", "en", 404, []string{"statement.figure"}, nil},
		{"/figures/statement.account.UA", "en", 404, []string{"statement.figure"}, nil},
		{"/statement/paths.csv", "en", 200, []string{"SE,,state,statement.path.SE.none.state,12053033.35,1,0,2026-01-02"}, nil},
		{"/statement/moments.csv", "en", 200, []string{"2025-07-31,,12053033.35,", "2026-01-02,,12053033.35,"}, []string{"2025-06-30"}},
		{"/statement/accounts.csv", "en", 200, []string{"figure,value_eur"}, nil},
		{"/statement/moon.csv", "en", 404, nil, nil},
		{"/statement/partners", "en", 404, nil, nil},
		{"/figures/statement.total/rows.csv", "en", 200, []string{"F-0001,2025-07-02,SE,UA,135000000.00,SEK,commitment,published,mechanism,,,11.2005,2025-07-01,12053033.3467", "https://example.org/a"}, nil},
		{"/figures/statement.total/rates.csv", "en", 200, []string{"SEK,EUR,11.2005,2025-07-01,ECB,6"}, nil},
	} {
		t.Run(tt.lang+tt.path, func(t *testing.T) {
			status, body := get(t, h, tt.path, tt.lang)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			for _, want := range tt.has {
				if !strings.Contains(body, want) {
					t.Errorf("lacks %q", want)
				}
			}
			for _, not := range tt.lacks {
				if strings.Contains(body, not) {
					t.Errorf("has %q", not)
				}
			}
		})
	}
}

// Partners stand in the alphabet of the reader, which is no ranking.
func TestAlphabet(t *testing.T) {
	h := serve(t)
	_, en := get(t, h, "/", "en")
	_, uk := get(t, h, "/", "uk")
	if strings.Index(en, `id="partner-PL"`) > strings.Index(en, `id="partner-SE"`) {
		t.Error("in English Poland stands before Sweden")
	}
	if strings.Index(uk, `id="partner-PL"`) > strings.Index(uk, `id="partner-SE"`) {
		t.Error("in Ukrainian Польща stands before Швеція")
	}
}

func TestAPI(t *testing.T) {
	h := serve(t)
	var st statementhttp.StatementJSON
	_, body := get(t, h, "/api/v1/statement?as_of=2025-12-31", "uk")
	if err := json.Unmarshal([]byte(body), &st); err != nil {
		t.Fatal(err)
	}
	if st.Total.Value != "12053033.35" || st.Total.Flows != 1 || len(st.Pledges) != 1 || len(st.Published) != 1 || st.KnownAt != 9 {
		t.Errorf("statement = %+v", st.Total)
	}
	for _, p := range st.Partners {
		if p.Party == "PL" && (p.Figure.Value != "" || p.Figure.Flows != 0) {
			t.Errorf("Poland has %q; what was not found has no value", p.Figure.Value)
		}
	}
	var d statementhttp.FigureDetailJSON
	_, body = get(t, h, "/api/v1/figures/statement.total", "en")
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Rows) != 1 || d.Rows[0].Source != "https://example.org/a" || len(d.Rates) != 1 || len(d.Facts) == 0 {
		t.Errorf("figure = %+v", d)
	}
	_, body = get(t, h, "/api/v1/figures/statement.total?as_of=2025-01-01", "en")
	if d = (statementhttp.FigureDetailJSON{}); json.Unmarshal([]byte(body), &d) != nil || d.AsOf != "2025-01-01" || d.Value != "" {
		t.Errorf("as of a day before every flow: %s", body)
	}
	if status, _ := get(t, h, "/api/v1/statement?asof=2025-01-01", "en"); status != 422 {
		t.Errorf("a misspelt parameter: status %d, want 422", status)
	}
	if status, body := get(t, h, "/api/v1/figures/statement.moon", "uk"); status != 404 || !strings.Contains(body, `"code":"statement.figure"`) {
		t.Errorf("%d %s", status, body)
	}
}

// A day has one answer until something is recorded; what is kept must not
// outlive that.
func TestKeptAccounts(t *testing.T) {
	books, head := world(t)
	h := &statementhttp.Handler{Log: slog.New(slog.DiscardHandler), Now: time.Now,
		View: func(fn func(statementhttp.Books, fact.Pos)) { fn(books, head) }}
	mux := http.NewServeMux()
	h.Routes(mux)
	path := "/statement/years.csv?as_of=2025-12-31"
	_, before := get(t, mux, path, "en")
	books.Flows.Fold(fact.Fact{Pos: head + 1, Kind: "flow.withdrawn", Body: flow.Withdrawn{Flow: "F-0001", Reason: "duplicate"}, Streams: []string{"F-0001"}})
	if _, same := get(t, mux, path, "en"); same != before {
		t.Error("the same position gave another answer")
	}
	head++
	if _, after := get(t, mux, path, "en"); after == before {
		t.Error("a further fact did not change the answer")
	}
}

// TestFigureIsPaged: a figure's rows come a page at a time, and its table has
// them all.
func TestFigureIsPaged(t *testing.T) {
	bodies := []fact.Body{party.Registered{Party: "SE", Type: party.State, Name: "Sweden", Country: "SE"}, party.Registered{Party: "UA", Type: party.State, Name: "Ukraine", Country: "UA"}}
	const all = 250
	for i := range all {
		bodies = append(bodies, flow.Recorded{Flow: flow.ID(fmt.Sprintf("F-%04d", i)), Provider: "SE", Receiver: "UA", Amount: amount(t, "1", "EUR"),
			Status: flow.Paid, Basis: flow.Published, Scope: flow.Mechanism, On: "2025-07-02"})
	}
	books, head := given(t, bodies...)
	h := &statementhttp.Handler{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC) },
		View: func(fn func(statementhttp.Books, fact.Pos)) { fn(books, head) }}
	mux := http.NewServeMux()
	h.Routes(mux)
	for page, want := range map[string]int{"": 100, "?page=2": 100, "?page=3": 50} {
		_, body := get(t, mux, "/figures/statement.total"+page, "en")
		if got := strings.Count(body, `href="/flows/F-`); got != want {
			t.Errorf("page %q lists %d rows, want %d", page, got, want)
		}
	}
	if _, table := get(t, mux, "/figures/statement.total/rows.csv", "en"); strings.Count(table, "\nF-") != all {
		t.Errorf("the table has %d rows", strings.Count(table, "\nF-"))
	}
}
