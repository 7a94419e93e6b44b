package flowhttp

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/webtest"
)

func TestVerdicts(t *testing.T) {
	h := open(given)
	for _, tt := range []struct {
		id      flow.ID
		day     string
		want    verdict
		figures string
	}{
		{"F-0001", "2025-11-20", counted, "statement.total statement.partner.SE statement.line.training statement.year.2025"},
		{"F-0001", "2025-07-02", later, ""}, // its day was corrected to 3 July
		{"F-0001", "2025-07-03", counted, "statement.total statement.partner.SE statement.line.training statement.year.2025"},
		{"F-0002", "2023-12-19", later, ""},
		{"F-0002", "2023-12-20", counted, "statement.total statement.partner.SE statement.line.none statement.year.none"},
		{"F-0003", "2025-11-20", noRate, "statement.left_out"},
		{"F-0004", "2025-02-28", pledged, "statement.pledges"},
		{"F-0004", "2025-03-01", counted, "statement.total statement.partner.SE statement.line.none statement.year.none"},
		{"F-0005", "2025-11-20", internal, "statement.internal"},
		{"F-0006", "2025-11-20", outgoing, "statement.outgoing"},
		{"F-0007", "2025-11-20", outside, "statement.beside"},
		{"F-0008", "2025-11-20", otherwise, "statement.scope.before_launch"},
		{"F-0009", "2025-11-20", withdrawn, ""},
	} {
		a, ok := h.one(tt.id, tt.day)
		if got := strings.Join(a.figures(), " "); !ok || a.verdict != tt.want || got != tt.figures {
			t.Errorf("%s on %s: %s in %q, want %s in %q", tt.id, tt.day, a.verdict, got, tt.want, tt.figures)
		}
	}
	for _, v := range verdicts {
		for _, l := range web.Langs {
			if s := web.T(l, "flow.rule."+string(v)); strings.Contains(s, "⟦") {
				t.Errorf("verdict %s has no rule in %s", v, l)
			}
		}
	}
}

func TestList(t *testing.T) {
	h := serve(t, given)
	for _, tt := range []struct{ lang, title, first, foot string }{
		{"en", "Flows", "F-0001 Sweden → to The fund published, not confirmed here SEK 135,000,000.00 commitment 3 Jul 2025 €12,053,033.35",
			"4 flows counted, as spoken SEK 135,000,000.00 €507,015.00"},
		{"uk", "Потоки допомоги", "F-0001 Швеція → до: The fund опубліковано, тут не підтверджено 135 000 000,00 SEK зобов’язання 3 лип. 2025 р. 12 053 033,35 €",
			"Враховано 4 потоки, як названо 135 000 000,00 SEK 507 015,00 €"},
	} {
		d := webtest.Get(t, h, "/flows", tt.lang)
		if d.Status != http.StatusOK || d.Text("h1") != tt.title || strings.Contains(d.Body, "⟦") {
			t.Errorf("%s: status %d, title %q", tt.lang, d.Status, d.Text("h1"))
		}
		if got := strings.Join(d.All("#F-0001 > *"), " "); webtest.Plain(got) != tt.first {
			t.Errorf("%s: first row %q, want %q", tt.lang, got, tt.first)
		}
		if got := strings.Join(d.All("tfoot th, tfoot .fig"), " "); got != tt.foot {
			t.Errorf("%s: foot %q, want %q", tt.lang, got, tt.foot)
		}
		if ids := d.Attrs("tbody tr", "id"); len(ids) != 9 || slices.Contains(ids, "F-0009") {
			t.Errorf("%s: rows %q, want nine without the withdrawn one", tt.lang, ids)
		}
	}
}

func TestListFilters(t *testing.T) {
	h := serve(t, given)
	for q, want := range map[string]string{
		"":                               "F-0001 F-0010 F-0007 F-0006 F-0005 F-0004 F-0003 F-0002 F-0008",
		"status=pledge":                  "",
		"status=pledge&as_of=2025-02-28": "F-0004",
		"status=paid":                    "F-0002",
		"status=withdrawn":               "F-0009",
		"scope=before+launch":            "F-0008",
		"provider=fund":                  "F-0005",
		"receiver=fund":                  "F-0001",
		"line=training":                  "F-0001",
		"line=none&provider=UA":          "F-0006",
		"year=2025":                      "F-0001",
		"year=2024":                      "",
		"year=none&receiver=SE":          "F-0006",
		"as_of=2022-01-01":               "F-0008",
		"as_of=2021-12-31":               "",
		"as_of=2023-12-19":               "F-0008",
		"as_of=2023-12-20":               "F-0002 F-0008",
	} {
		d := webtest.Get(t, h, "/flows?"+q, "en")
		if got := strings.Join(d.Attrs("#flows tbody tr", "id"), " "); got != want {
			t.Errorf("%q lists %q, want %q", q, got, want)
		}
		n := len(strings.Fields(want))
		if rows := table(t, h, "/flows.csv?"+q); len(rows) != n {
			t.Errorf("%q: the table has %d rows, want %d", q, len(rows), n)
		}
		if body := webtest.Get(t, h, "/api/v1/flows?"+q, "en").Body; !strings.Contains(body, `"total":`+strconv.Itoa(n)+"}") {
			t.Errorf("%q: the API answers %s, want %d", q, body, n)
		}
	}
	d := webtest.Get(t, h, "/flows?scope=mechanism&as_of=2025-03-01", "en")
	if got := d.Attrs(".downloads a", "href"); !slices.Equal(got, []string{
		"/flows.csv?as_of=2025-03-01&scope=mechanism", "/flows.xlsx?as_of=2025-03-01&scope=mechanism", "/api/v1/flows?as_of=2025-03-01&scope=mechanism"}) {
		t.Errorf("downloads %q", got)
	}
	if got := d.Attrs("select[name=scope] option[selected]", "value"); !slices.Equal(got, []string{"mechanism"}) {
		t.Errorf("the select shows %q", got)
	}
}

func table(t *testing.T, h http.Handler, path string) [][]string {
	t.Helper()
	d := webtest.Get(t, h, path, "en")
	rows, err := csv.NewReader(strings.NewReader(d.Body)).ReadAll()
	if err != nil || d.Status != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, d.Status, err)
	}
	return rows[1:]
}

func TestTableIsSafe(t *testing.T) {
	h := serve(t, given)
	rows := table(t, h, "/flows.csv?line=training")
	if got := rows[0][slices.Index(flowFields, "note")]; got != "'=1+1" {
		t.Errorf("a formula is written as %q", got)
	}
	for field, want := range map[string]string{"amount": "135000000.00", "currency": "SEK", "converted": "12053033.35",
		"rate": "11.2005", "rate_on": "2025-07-01", "portions": "2025=135000000.00", "counted": "true", "fact": "5"} {
		if got := rows[0][slices.Index(flowFields, field)]; got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	mentions := table(t, h, "/mentions.csv?total=yes")
	if len(mentions) != 1 || mentions[0][slices.Index(mentionFields, "note")] != "'=1+1" || len(mentions[0]) != len(mentionFields) {
		t.Errorf("mentions %q", mentions)
	}
}

func TestPages(t *testing.T) {
	bodies := slices.Clone(given)
	for i := range 2*query.PerPage + 5 {
		bodies = append(bodies, recorded(flow.ID("F-1"+strconv.Itoa(1000+i)), "SE", "UA", amount("1", money.EUR), flow.Commitment, "2025-05-01"))
	}
	h := serve(t, bodies)
	seen := map[string]bool{}
	path := "/flows?scope=mechanism"
	for n := 0; path != ""; n++ {
		d := webtest.Get(t, h, path, "en")
		for _, id := range d.Attrs("#flows tbody tr", "id") {
			if seen[id] {
				t.Errorf("%s is on two pages", id)
			}
			seen[id] = true
		}
		path = strings.Join(d.Attrs(".pager a[rel=next]", "href"), "")
		if n > 3 {
			t.Fatal("the pages do not end")
		}
	}
	if want := 8 + 2*query.PerPage + 5; len(seen) != want {
		t.Errorf("the pages list %d flows, want %d", len(seen), want)
	}
	if d := webtest.Get(t, h, "/flows?page=9", "uk"); d.Status != http.StatusBadRequest {
		t.Errorf("a page that is not there answers %d", d.Status)
	}
}

func TestItem(t *testing.T) {
	h := serve(t, given)
	d := webtest.Get(t, h, "/flows/F-0001", "en")
	for selector, want := range map[string]string{
		"h1":                "F-0001 · Sweden → The fund",
		"#amount .value":    "SEK 135,000,000.00",
		".figure-basis > p": "= €12,053,033.35, at the ECB rate of 1 July 2025: SEK 11.2005 for €1",
	} {
		if got := d.Text(selector); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	if got, want := d.All("#corrections tbody th, #corrections tbody td"), []string{"Decided or announced", "2 July 2025", "3 July 2025",
		"it was typed or copied wrongly", "17"}; !slices.Equal(got, want) {
		t.Errorf("corrections %q, want %q", got, want)
	}
	if got := d.Attrs("#history a", "href"); !slices.Equal(got, []string{"/record/17", "/record/5"}) {
		t.Errorf("history opens %q", got)
	}
	for _, href := range []string{"/record/4", "/figures/statement.partner.SE?as_of=2025-11-20&boundary=mechanism", "https://www.example.org/F-0001"} {
		if !slices.Contains(d.Attrs("main a", "href"), href) {
			t.Errorf("the page does not link %s", href)
		}
	}
	if got := d.Attrs("a[rel='noopener noreferrer external']", "href"); len(got) != 2 {
		t.Errorf("links outside are %q, want the source's and the rate's", got)
	}
	uk := webtest.Get(t, h, "/flows/F-0001", "uk")
	if got := uk.All("#said [lang=en]"); !slices.Contains(got, "about EUR 16000000") || !slices.Contains(got, "decided") {
		t.Errorf("wording marked as English is %q", got)
	}
}

func TestItemSays(t *testing.T) {
	h := serve(t, given)
	for path, want := range map[string]string{
		"/flows/F-0003":                  "no rate on or before 1 January 2024",
		"/flows/F-0002":                  "year not stated",
		"/flows/F-0004?as_of=2025-02-28": "Rule 2: a pledge binds nobody, and is in no total.",
		"/flows/F-0009":                  "Withdrawn: the same stands in another fact",
		"/flows/F-0002?as_of=2023-12-19": "On 19 December 2023 this had not been decided yet: it dates from 20 December 2023.",
		"/mentions/S-0001":               "A published total, or a part of one.",
		"/mentions/S-0002":               "date not stated",
		"/mentions/S-0003":               "Withdrawn: it is of another sort than was thought",
	} {
		d := webtest.Get(t, h, path, "en")
		if !strings.Contains(d.Text("main"), want) {
			t.Errorf("%s does not say %q", path, want)
		}
		if uk := webtest.Get(t, h, path, "uk"); uk.Status != 200 || strings.Contains(uk.Body, "⟦") {
			t.Errorf("%s in uk: %d, or a text is missing", path, uk.Status)
		}
	}
}

func TestMentions(t *testing.T) {
	h := serve(t, given)
	for q, want := range map[string]string{
		"":                 "S-0001 S-0004 S-0002", // those without a date last
		"why=total":        "S-0001",
		"total=no":         "S-0004 S-0002",
		"scope=mixed":      "S-0004 S-0002", // one was corrected to it
		"party=UA":         "S-0001",
		"status=withdrawn": "S-0003",
		"as_of=2025-09-30": "S-0004 S-0002",
		"as_of=2025-10-01": "S-0001 S-0004 S-0002",
	} {
		d := webtest.Get(t, h, "/mentions?"+q, "uk")
		if got := strings.Join(d.Attrs("#mentions tbody tr", "id"), " "); got != want {
			t.Errorf("%q lists %q, want %q", q, got, want)
		}
		if strings.Contains(d.Body, "⟦") {
			t.Errorf("%q: a text is missing", q)
		}
	}
	d := webtest.Get(t, h, "/mentions", "en")
	if got := d.All("#S-0002 td"); !slices.Equal(got, []string{"no amount was given", "no amount", "mixed", "date not stated", "no"}) {
		t.Errorf("a mention without amount and date says %q", got)
	}
}

func TestRefused(t *testing.T) {
	h := serve(t, given)
	for path, status := range map[string]int{
		"/flows?status=maybe":          400,
		"/flows?scope=mixed":           400, // no flow is
		"/flows?provider=XX":           400,
		"/flows?receiver=%3Cb%3E":      400,
		"/flows?line=other":            400,
		"/flows?year=25":               400,
		"/flows?year=2025-01":          400,
		"/flows?year=3000":             400,
		"/flows?as_of=2024-12":         400,
		"/flows?page=two":              400,
		"/flows.csv?status=maybe":      400,
		"/flows/F-0001?as_of=now":      400,
		"/mentions?why=because":        400,
		"/mentions?total=perhaps":      400,
		"/mentions?party=XX":           400,
		"/mentions/S-0001?as_of=now":   400,
		"/api/v1/flows?provider=XX":    400,
		"/api/v1/flows/F-0001?as_of=x": 400,
		"/api/v1/mentions?party=XX":    400,
		"/api/v1/mentions?after=x":     400,
		"/flows/F-9999":                404,
		"/flows/S-0001":                404,
		"/mentions/F-0001":             404,
		"/api/v1/flows/F-9999":         404,
		"/api/v1/mentions/S-9999":      404,
	} {
		for _, lang := range []string{"en", "uk"} {
			if d := webtest.Get(t, h, path, lang); d.Status != status || strings.Contains(d.Body, "⟦") {
				t.Errorf("%s in %s: %d, want %d", path, lang, d.Status, status)
			}
		}
	}
	a, b := webtest.Get(t, h, "/flows/F-9999", "en"), webtest.Get(t, h, "/flows/F-0777", "en")
	if a.Text("main") != b.Text("main") {
		t.Error("two flows that are not there read differently")
	}
}

// TestMarkup: whatever stands in a published field, no page takes it for
// markup or for an address.
func TestMarkup(t *testing.T) {
	h := serve(t, given)
	paths := []string{"/flows", "/flows/F-0010", "/flows/F-0007", "/mentions", "/mentions/S-0004"}
	for _, name := range []string{"status", "provider", "year", "as_of", "page"} {
		paths = append(paths, "/flows?"+name+"="+url.QueryEscape(evil), "/mentions?party="+url.QueryEscape(evil))
	}
	for _, path := range paths {
		for _, lang := range []string{"en", "uk"} {
			d := webtest.Get(t, h, path, lang)
			if strings.Contains(d.Body, "<script>alert") || strings.Contains(d.Body, `href="javascript`) {
				t.Errorf("%s in %s passes markup on", path, lang)
			}
		}
	}
}

func TestAPI(t *testing.T) {
	h := serve(t, given)
	const want = `{"id":"F-0001","provider":{"id":"SE","name":"Sweden","name_uk":"Швеція"},"receiver":{"id":"fund","name":"The fund"},` +
		`"amount":{"currency":"SEK","value":"135000000.00"},"status":"commitment","basis":"published","scope":"mechanism","line":"training",` +
		`"on":"2025-07-03","first_reported":"2025-07-02","portions":[{"year":2025,"amount":{"currency":"SEK","value":"135000000.00"}}],` +
		`"crossing":"incoming","counted":true,"verdict":"counted",` +
		`"figures":["statement.total","statement.partner.SE","statement.line.training","statement.year.2025"],` +
		`"converted":{"currency":"EUR","value":"12053033.35","exact":"12053033.346725592607",` +
		`"rate":{"rate":"11.2005","currency":"SEK","base":"EUR","on":"2025-07-01","issuer":"ECB","fact":4,` +
		`"source":{"cite":"European Central Bank, https://www.ecb.europa.eu/","file":"fx.csv","row":"2025-07-01"}}},` +
		`"said":{"reporter":"Government","provider":"Sweden","receiver":"ESTDEV","status":"decided","form":"financial","period":"2025",` +
		`"purpose":"support","equivalents":"about EUR 16000000","note":"=1+1",` +
		`"source":{"cite":"https://www.example.org/F-0001","file":"contributions.csv","row":"F-0001"}},"withdrawn":false,"counts":{"currency":"SEK","value":"135000000.00"},"open":false,"fact":5,"history":[5,17]}`
	if got := strings.TrimSpace(webtest.Get(t, h, "/api/v1/flows/F-0001", "en").Body); got != want {
		t.Errorf("flow %s\nwant %s", got, want)
	}
	if got := webtest.Get(t, h, "/api/v1/flows/F-0003", "en").Body; strings.Contains(got, "converted") || !strings.Contains(got, `"verdict":"no_rate"`) {
		t.Errorf("a flow without a rate is %s", got)
	}
	m := webtest.Get(t, h, "/api/v1/mentions/S-0001", "en").Body
	if !strings.Contains(m, `"amount":{"currency":"EUR","value":"240000000.00"}`) || !strings.Contains(m, `"why":"total","total":true,"on":"2025-10"`) {
		t.Errorf("mention %s", m)
	}
	page := webtest.Get(t, h, "/api/v1/flows?limit=4&after=4", "en").Body
	if !strings.Contains(page, `"next":"8","total":9}`) || !strings.Contains(page, `{"items":[{"id":"F-0005"`) {
		t.Errorf("second page %s", page)
	}
}

func TestOfParty(t *testing.T) {
	h := open(given)
	for id, want := range map[party.ID][]string{"fund": {`id="given"`, `id="received"`}, "evil": {`id="given"`, `id="received"`, `id="mentions"`}, "none": {"No flow from or to this party"}} {
		var b strings.Builder
		if err := h.OfParty(web.Page{Lang: web.English}, id, "2025-11-20").Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(b.String(), part) {
				t.Errorf("the page of %s has no %s", id, part)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	name := func(id party.ID) string { return string(id) }
	for i, b := range given {
		_, isParty := b.(party.Registered)
		known := !isParty && b.Kind() != "rate.published"
		for _, l := range web.Langs {
			said, ok := Describe(l, fact.Fact{Pos: fact.Pos(i), Body: b}, name)
			if ok != known || strings.Contains(said, "⟦") || strings.Contains(said, "{{") {
				t.Errorf("%s in %s: %q, %v", b.Kind(), l, said, ok)
			}
		}
	}
}

// FuzzLists: no query makes a list fail, other than as a refusal.
func FuzzLists(f *testing.F) {
	for _, q := range []string{"status=pledge&scope=mechanism&provider=SE&year=2025", "as_of=%00&page=-1", "line=%ff", "%", "party=UA&why=total;"} {
		f.Add(q)
	}
	h := serve(f, given)
	f.Fuzz(func(t *testing.T, q string) {
		for _, path := range []string{"/flows", "/flows.csv", "/mentions", "/mentions.csv", "/api/v1/flows", "/api/v1/mentions"} {
			r, err := http.NewRequest(http.MethodGet, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.RawQuery = q
			if d := webtest.Do(t, h, r); d.Status != 200 && d.Status != 400 && d.Status != 422 {
				t.Errorf("%s?%s: %d", path, q, d.Status)
			}
		}
	})
}
