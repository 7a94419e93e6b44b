package partyhttp

import (
	"context"
	"encoding/csv"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/webtest"
)

const evil = `<script>alert(1)</script>"'&`

func source(row string) fact.Source {
	return fact.Source{Cite: "https://www.example.org/" + row, File: "members.csv", Row: row}
}

// given is what is on record: members with dates of each precision, a body
// whose composition is public and one whose is not, and one party whose every
// field is markup.
var given = []fact.Body{
	party.Registered{Party: "EE", Type: party.State, Name: "Estonia", NameUk: "Естонія", Country: "EE", Source: source("EE")},
	party.Registered{Party: "UA", Type: party.State, Name: "Ukraine", NameUk: "Україна", Country: "UA", Source: source("UA")},
	party.Registered{Party: "IT", Type: party.State, Name: "Italy", NameUk: "Італія", Country: "IT", Source: source("IT")},
	party.Joined{Party: "EE", Role: party.Partner, On: "2023-12-20", Precision: party.JoinedOn, Source: source("EE")},
	party.Joined{Party: "IT", Role: party.Observer, On: "2024", Precision: party.SeenBy, Source: source("IT")},
	party.Joined{Party: "IT", Role: party.Partner, On: "2024-12", Precision: party.SeenBy, Note: "signed", Source: source("IT")},
	party.Registered{Party: "front-office", Type: party.Body, Name: "Front office", NameUk: "Фронт-офіс", Country: "EE", Sort: "office",
		Place: "Kyiv", Function: "Estonian front office in Kyiv", Composition: "Estonia", On: "2023-12-20", Source: source("front-office")},
	party.Registered{Party: "gov-wg", Type: party.Body, Name: "Governmental working group", Country: "UA", Sort: "group",
		Function: "validates", On: "2024-03-01", Source: fact.Source{Cite: "Joint statement", File: "bodies.csv", Row: "gov-wg"}},
	party.Registered{Party: "estdev-account", Type: party.Account, Name: "Account of ESTDEV", Country: "EE", Source: source("a")},
	party.Registered{Party: "evil", Type: party.Body, Name: evil, NameUk: evil, Sort: evil, Place: evil, Function: evil, Composition: evil,
		Source: fact.Source{Cite: "javascript:alert(1)//" + evil, File: evil, Row: evil}},
	party.Corrected{Party: "gov-wg", Correction: fact.Correction{Fact: 7, Pointer: "/place", Was: jsontext.Value("null"),
		Now: jsontext.Value(`"Kyiv"`), Reason: "source_changed"}},
}

// serve is the handler over facts, on 20 June 2025.
func serve(t testing.TB, bodies []fact.Body, sections ...Section) http.Handler {
	t.Helper()
	book := party.NewBook()
	var facts []fact.Fact
	for i, b := range bodies {
		f := fact.Fact{Pos: fact.Pos(i), At: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC), Kind: b.Kind(), Marking: tlp.Clear, Body: b}
		facts = append(facts, f)
		book.Fold(f)
	}
	log := slog.New(slog.DiscardHandler)
	h := &Handler{
		View:     func(fn func(Books)) { fn(Books{book}) },
		Fact:     func(_ context.Context, pos fact.Pos) (fact.Fact, error) { return facts[pos], nil },
		Now:      func() time.Time { return time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC) },
		Log:      log,
		Sections: sections,
	}
	mux := http.NewServeMux()
	h.Routes(mux)
	h.API(api.New(mux, log, "test"))
	return web.Routes(log, mux)
}

func TestList(t *testing.T) {
	h := serve(t, given)
	for _, tt := range []struct {
		lang, title string
		members     []string // in the reader's alphabet
		since       []string
		none        string
	}{
		{"en", "Parties", []string{"Estonia", "Italy"}, []string{"20 Dec 2023", "by Dec 2024"}, "composition not published"},
		{"uk", "Учасники", []string{"Естонія", "Італія"}, []string{"20 груд. 2023 р.", "уже станом на груд. 2024 р."}, "склад не опубліковано"},
	} {
		d := webtest.Get(t, h, "/parties", tt.lang)
		if d.Status != http.StatusOK || d.Text("h1") != tt.title {
			t.Errorf("%s: status %d, title %q", tt.lang, d.Status, d.Text("h1"))
		}
		if got := d.All("#members-list tbody th"); !slices.Equal(got, tt.members) {
			t.Errorf("%s: members %q, want %q", tt.lang, got, tt.members)
		}
		if got := d.All("#members-list tbody tr td:nth-child(3)"); !slices.Equal(got, tt.since) {
			t.Errorf("%s: since %q, want %q", tt.lang, got, tt.since)
		}
		if got := d.All("#gov-wg .none"); !slices.Contains(got, tt.none) {
			t.Errorf("%s: the working group says %q, want %q", tt.lang, got, tt.none)
		}
		if strings.Contains(d.Body, "⟦") {
			t.Errorf("%s: a text is missing", tt.lang)
		}
	}
	uk := webtest.Get(t, h, "/parties", "uk")
	if got := uk.Attrs("#gov-wg th a", "lang"); !slices.Equal(got, []string{"en"}) {
		t.Errorf("an English name on a Ukrainian page has lang %q, want en", got)
	}
}

func TestListAsOf(t *testing.T) {
	h := serve(t, given)
	for _, tt := range []struct {
		asOf            string
		members, bodies int
	}{
		{"2023-12-19", 0, 1}, // evil says no date, and is there always
		{"2023-12-20", 1, 2},
		{"2023-12-31", 1, 2},
		{"2024-01-01", 2, 2}, // 2024 holds from its first day
		{"2024-02-29", 2, 2},
		{"2024-03-01", 2, 3},
	} {
		d := webtest.Get(t, h, "/parties?as_of="+tt.asOf, "en")
		if got := len(d.All("#members-list tbody th")); got != tt.members {
			t.Errorf("%s: %d members, want %d", tt.asOf, got, tt.members)
		}
		if got := len(d.All("#type-body-list tbody th")); got != tt.bodies {
			t.Errorf("%s: %d bodies, want %d", tt.asOf, got, tt.bodies)
		}
		for _, href := range d.Attrs("tbody th a", "href") {
			if !strings.HasSuffix(href, "?as_of="+tt.asOf) {
				t.Errorf("%s: the link %s forgets the day", tt.asOf, href)
			}
		}
	}
	role := webtest.Get(t, h, "/api/v1/parties/IT?as_of=2024-11-30", "en").Body
	if !strings.Contains(role, `"member":{"role":"observer"`) {
		t.Errorf("on 30 November 2024 Italy is %s", role)
	}
}

func TestListFilters(t *testing.T) {
	h := serve(t, given)
	for query, want := range map[string][]string{
		"type=account":                   {"estdev-account"},
		"role=partner":                   {"EE", "IT"},
		"role=observer":                  nil,
		"role=member":                    {"EE", "IT"},
		"type=state&role=none":           {"UA"},
		"role=recipient+member":          nil,
		"role=observer&as_of=2024-06-01": {"IT"},
	} {
		got := webtest.Get(t, h, "/parties?"+query, "en").Attrs("tbody tr", "id")
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
		rows, err := csv.NewReader(strings.NewReader(webtest.Get(t, h, "/parties.csv?"+query, "en").Body)).ReadAll()
		if err != nil || len(rows) != len(want)+1 {
			t.Errorf("%s: the table has %d rows, error %v", query, len(rows)-1, err)
		}
	}
	d := webtest.Get(t, h, "/parties?type=body&as_of=2025-01-01", "en")
	if got := d.Attrs("#type-body .downloads a", "href"); !slices.Equal(got, []string{
		"/parties.csv?as_of=2025-01-01&role=none&type=body", "/api/v1/parties?as_of=2025-01-01&role=none&type=body"}) {
		t.Errorf("downloads %q", got)
	}
}

func TestRefused(t *testing.T) {
	h := serve(t, given)
	for path, status := range map[string]int{
		"/parties?type=planet":         400,
		"/parties?role=king":           400,
		"/parties?as_of=yesterday":     400,
		"/parties?as_of=3000-01-01":    400,
		"/parties.csv?as_of=2024-13":   400,
		"/parties/EE?as_of=x":          400,
		"/api/v1/parties?role=king":    400,
		"/api/v1/parties/EE?as_of=x":   400,
		"/api/v1/parties?after=-1":     400,
		"/parties/XX":                  404,
		"/parties/exercise-only":       404,
		"/api/v1/parties/XX":           404,
		"/parties/EE?as_of=2000-01-01": 200,
	} {
		for _, lang := range []string{"en", "uk"} {
			d := webtest.Get(t, h, path, lang)
			if d.Status != status {
				t.Errorf("%s: %d, want %d", path, d.Status, status)
			}
			if strings.Contains(d.Body, "⟦") {
				t.Errorf("%s: a text is missing in %s", path, lang)
			}
		}
	}
	a, b := webtest.Get(t, h, "/parties/XX", "en"), webtest.Get(t, h, "/parties/exercise-only", "en")
	if a.Text("main") != b.Text("main") {
		t.Errorf("two parties that are not there read differently: %q, %q", a.Text("main"), b.Text("main"))
	}
}

func TestItem(t *testing.T) {
	section := func(p web.Page, id party.ID, day string) templ.Component {
		return web.Text("section of " + string(id) + " on " + day)
	}
	h := serve(t, given, section)
	d := webtest.Get(t, h, "/parties/IT?as_of=2024-06-01", "en")
	if d.Text("h1") != "IT · Italy" || !strings.Contains(d.Body, "section of IT on 2024-06-01") {
		t.Errorf("title %q", d.Text("h1"))
	}
	if got := d.All("#memberships-list tbody tr.quiet th"); !slices.Equal(got, []string{"partner"}) {
		t.Errorf("memberships after the day are %q, want partner", got)
	}
	if got := d.Attrs("#history a", "href"); !slices.Equal(got, []string{"/record/5", "/record/4", "/record/2"}) {
		t.Errorf("history opens %q", got)
	}
	wg := webtest.Get(t, h, "/parties/gov-wg", "uk")
	if got, want := wg.All("#corrections tbody th, #corrections tbody td"), []string{"Місце", "не вказано", "Київ", "у джерелі тепер сказано інакше", "10"}; !slices.Equal(got, want) {
		t.Errorf("corrections %q, want %q", got, want)
	}
	if got := wg.Attrs("main .cite a", "href"); len(got) != 0 {
		t.Errorf("a source that is no address is linked to %q", got)
	}
	early := webtest.Get(t, h, "/parties/gov-wg?as_of=2024-02-01", "en")
	if got := early.Text(".notice"); !strings.Contains(got, "1 March 2024") {
		t.Errorf("before it existed the page says %q", got)
	}
}

// TestMarkup: whatever stands in a published field, no page takes it for
// markup or for an address.
func TestMarkup(t *testing.T) {
	h := serve(t, given)
	for _, path := range []string{"/parties", "/parties/evil", "/parties?type=" + url.QueryEscape(evil), "/parties?as_of=" + url.QueryEscape(evil)} {
		for _, lang := range []string{"en", "uk"} {
			d := webtest.Get(t, h, path, lang)
			if strings.Contains(d.Body, "<script>alert") || strings.Contains(d.Body, `href="javascript`) {
				t.Errorf("%s in %s passes markup on", path, lang)
			}
		}
	}
	if body := webtest.Get(t, h, "/parties.csv", "en").Body; !strings.Contains(body, `"<script>alert(1)</script>""'&"`) {
		t.Errorf("the table changes a text: %s", body)
	}
}

func TestAPI(t *testing.T) {
	h := serve(t, given)
	const want = `{"id":"IT","type":"state","name":"Italy","name_uk":"Італія","country":"IT","inside":false,` +
		`"member":{"role":"partner","since":"2024-12","since_precision":"by","note":"signed","source":{"cite":"https://www.example.org/IT","file":"members.csv","row":"IT"},"fact":5},` +
		`"memberships":[{"role":"observer","since":"2024","since_precision":"by","source":{"cite":"https://www.example.org/IT","file":"members.csv","row":"IT"},"fact":4},` +
		`{"role":"partner","since":"2024-12","since_precision":"by","note":"signed","source":{"cite":"https://www.example.org/IT","file":"members.csv","row":"IT"},"fact":5}],` +
		`"source":{"cite":"https://www.example.org/IT","file":"members.csv","row":"IT"},"fact":2,"history":[2,4,5]}`
	if got := strings.TrimSpace(webtest.Get(t, h, "/api/v1/parties/IT", "en").Body); got != want {
		t.Errorf("party %s\nwant %s", got, want)
	}
	first := webtest.Get(t, h, "/api/v1/parties?limit=2&type=state", "en").Body
	if !strings.Contains(first, `"next":"2"`) || !strings.Contains(first, `"total":3`) {
		t.Errorf("first page %s", first)
	}
	second := webtest.Get(t, h, "/api/v1/parties?limit=2&type=state&after=2", "en").Body
	if strings.Contains(second, `"next"`) || !strings.Contains(second, `"id":"UA"`) {
		t.Errorf("second page %s", second)
	}
}

func TestDescribe(t *testing.T) {
	name := func(id party.ID) string { return "<" + string(id) + ">" }
	for i, b := range given {
		for _, l := range web.Langs {
			said, ok := Describe(l, fact.Fact{Pos: fact.Pos(i), Body: b}, name)
			if !ok || said == "" || strings.Contains(said, "⟦") || strings.Contains(said, "{{") {
				t.Errorf("%s in %s: %q, %v", b.Kind(), l, said, ok)
			}
		}
	}
	if _, ok := Describe(web.English, fact.Fact{Kind: "flow.recorded"}, name); ok {
		t.Error("a fact of another noun is described")
	}
}

// FuzzList: no query makes the list fail, other than as a refusal.
func FuzzList(f *testing.F) {
	for _, q := range []string{"type=state&role=partner&as_of=2024-12-20", "as_of=%00", "role=%ff&type=%3Cb%3E", "%", "page=9;a=b"} {
		f.Add(q)
	}
	h := serve(f, given)
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/parties", "/parties.csv", "/api/v1/parties"} {
			r, err := http.NewRequest(http.MethodGet, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.RawQuery = query
			if d := webtest.Do(t, h, r); d.Status != 200 && d.Status != 400 && d.Status != 422 {
				t.Errorf("%s?%s: %d", path, query, d.Status)
			}
		}
	})
}
