package projecthttp

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/project"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/webtest"
)

const evil = `<script>alert(1)</script>"'&`

var given = []fact.Body{
	party.Registered{Party: "EE", Type: party.State, Name: "Estonia", NameUk: "Естонія"},
	project.Recorded{Project: "W-0001", Name: "Cyber range", Providers: []party.ID{"EE"}, Implementers: []party.ID{"EE", "gone"},
		Capability: "training", Quantity: 24560, Unit: "terminals", Start: "2024-12-09", End: "2024-12-11",
		Source: fact.Source{Cite: "https://www.example.org/a", File: "projects.csv", Row: "a"}},
	project.Recorded{Project: "W-0002", Name: evil, ProviderSaid: evil, ImplementerSaid: evil, Recipients: evil, Capability: evil, Unit: evil,
		Result: evil, Source: fact.Source{Cite: "javascript:" + evil, File: evil, Row: evil}},
	project.Corrected{Project: "W-0001", Correction: fact.Correction{Fact: 1, Pointer: "/result", Was: jsontext.Value("null"),
		Now: jsontext.Value(`"=done"`), Reason: "source_changed"}},
}

func open() (*Handler, http.Handler) {
	b := Books{party.NewBook(), project.NewBook()}
	var facts []fact.Fact
	for i, body := range given {
		f := fact.Fact{Pos: fact.Pos(i), At: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC), Kind: body.Kind(), Body: body}
		facts = append(facts, f)
		b.Parties.Fold(f)
		b.Projects.Fold(f)
	}
	h := &Handler{
		View: func(fn func(Books)) { fn(b) },
		Fact: func(_ context.Context, pos fact.Pos) (fact.Fact, error) { return facts[pos], nil },
		Now:  func() time.Time { return time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC) },
		Log:  slog.New(slog.DiscardHandler),
	}
	mux := http.NewServeMux()
	h.Routes(mux)
	h.API(api.New(mux, h.Log, "test"))
	return h, web.Routes(h.Log, mux)
}

func TestPages(t *testing.T) {
	_, h := open()
	for path, status := range map[string]int{
		"/projects": 200, "/projects.csv": 200, "/projects/W-0001": 200, "/projects/W-0002": 200, "/api/v1/projects": 200,
		"/projects/W-9999": 404, "/projects?as_of=x": 400, "/projects/W-0001?as_of=x": 400, "/projects.csv?as_of=x": 400, "/api/v1/projects?as_of=x": 400,
	} {
		for _, lang := range []string{"en", "uk"} {
			d := webtest.Get(t, h, path, lang)
			if d.Status != status || strings.Contains(d.Body, "⟦") {
				t.Errorf("%s in %s: %d, want %d", path, lang, d.Status, status)
			}
			page := strings.HasPrefix(d.Header.Get("Content-Type"), "text/html")
			if page && (strings.Contains(d.Body, "<script>alert") || strings.Contains(d.Body, `href="javascript`)) {
				t.Errorf("%s in %s passes markup on", path, lang)
			}
		}
	}
	for asOf, want := range map[string][]string{"2024-12-08": {"W-0002"}, "2024-12-09": {"W-0001", "W-0002"}} {
		if got := webtest.Get(t, h, "/projects?as_of="+asOf, "en").Attrs("tbody tr", "id"); !slices.Equal(got, want) {
			t.Errorf("on %s the list has %q, want %q", asOf, got, want)
		}
	}
	item := webtest.Get(t, h, "/projects/W-0001", "en")
	if got := item.All(".summary dd"); !slices.Contains(got, "24,560 terminals") || !slices.Contains(got, "Estonia, gone") {
		t.Errorf("the page says %q", got)
	}
	if got := webtest.Get(t, h, "/projects.csv", "en").Body; !strings.Contains(got, ",'=done,") {
		t.Errorf("a formula stays one: %s", got)
	}
	body := webtest.Get(t, h, "/api/v1/projects", "en").Body
	if strings.Contains(body, `"quantity":0`) || !strings.Contains(body, `"quantity":24560`) {
		t.Errorf("the API takes what is not stated for zero: %s", body)
	}
}

func TestOfParty(t *testing.T) {
	h, _ := open()
	for day, want := range map[string]bool{"2024-12-08": false, "2024-12-09": true} {
		var b strings.Builder
		if err := h.OfParty(web.Page{Lang: web.English}, "EE", day).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "provides and carries out"); got != want {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, b := range given[1:] {
		for _, l := range web.Langs {
			said, ok := Describe(l, fact.Fact{Body: b}, func(id party.ID) string { return string(id) })
			if !ok || strings.Contains(said, "⟦") || strings.Contains(said, "{{") {
				t.Errorf("%s in %s: %q, %v", b.Kind(), l, said, ok)
			}
		}
	}
}
