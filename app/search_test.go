package app_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/search"
)

// sought are searches in which words, forms, ids and amounts meet, each as its
// parts; "%" is the id of a need.
var sought = [][]string{{"%"}, {"endpoint"}, {"old", "systems"}, {"кінцевих", "точок"}, {"оборони"}, {"desks", "all"},
	{"12 500"}, {"реєстрів"}, {"ре"}, {"%", "licences"}}

// A finding is what a search tells a program.
type finding struct {
	Items []struct {
		ID, Kind, Title, Href, Marking, Snippet string
	}
	Kinds    []struct{ Count int }
	Total    int
	Complete bool
}

func (v *visitor) finds(typed string) (f finding) {
	v.t.Helper()
	var header []string
	if v.token != "" {
		header = []string{"Authorization", "Bearer " + v.token}
	}
	a := v.send("GET", "/api/v1/search?limit=100&q="+url.QueryEscape(typed), "", "", append(header, "Accept", "application/json")...)
	if err := json.Unmarshal([]byte(a.body), &f, json.MatchCaseInsensitiveNames(true)); err != nil || a.status != http.StatusOK || !f.Complete {
		v.t.Fatalf("a search for %q answers %d %.300s, %v", typed, a.status, a.body, err)
	}
	return f
}

// An everything is every part of everything in a realm, and which words a word
// that is typed finds.
type everything struct {
	parts []app.FoundPart
	found map[string]map[string]bool
}

// finds looks at every part in turn.
func (e *everything) finds(typed []string, sees func(app.FoundPart) bool) map[string]bool {
	out := map[string]bool{}
	if search.Parse(strings.Join(typed, " ")).Short() {
		return out // one letter would find half of everything, and finds nothing
	}
	for _, p := range e.parts {
		if sees(p) && !slices.ContainsFunc(typed, func(t string) bool {
			if strings.Contains(t, " ") { // digits in groups, which are one number or several
				return !search.Parse(t).Finds(p.Words)
			}
			return !slices.ContainsFunc(p.Words, func(w string) bool { return e.word(t, w) })
		}) {
			out[p.Name] = true
		}
	}
	return out
}

func (e *everything) word(typed, w string) bool {
	if e.found[typed] == nil {
		e.found[typed] = map[string]bool{}
	}
	answer, known := e.found[typed][w]
	if !known {
		answer = search.Parse(typed).Finds([]string{w})
		e.found[typed][w] = answer
	}
	return answer
}

// searches compares what v finds, and how many it is told of, with what asking
// Cedar about every part of everything in turn, and looking at its words,
// would find.
func (v *visitor) searches(role string, all *everything, sees func(app.FoundPart) bool, ids []string) {
	v.t.Helper()
	for _, parts := range sought {
		for _, id := range ids {
			var typed []string
			for _, p := range parts {
				typed = append(typed, strings.ReplaceAll(p, "%", id))
			}
			got, want := v.finds(strings.Join(typed, " ")), all.finds(typed, sees)
			found, counted := map[string]bool{}, 0
			for _, x := range got.Items {
				found[x.Kind+" "+x.Href] = true
			}
			for _, k := range got.Kinds {
				counted += k.Count
			}
			if len(want) <= 100 && !maps.Equal(found, want) || got.Total != len(want) || counted != len(want) {
				v.t.Errorf("%s finds %d of %q, counts %d; Cedar one by one lets %d through: %v, %v", role, got.Total, typed, counted, len(want), found, want)
			}
			if !slices.Contains(parts, "%") {
				break // the same for every need
			}
		}
	}
}

// searchesRed: what is TLP:RED is found by its id alone, without its words;
// what it is marked back to is found again.
func searchesRed(t *testing.T, owner *visitor, red subject) {
	for _, x := range owner.finds("endpoints desks").Items {
		if x.ID == red.id {
			t.Errorf("the words of %s, which is TLP:RED, are found: %+v", red.id, x)
		}
	}
	got := owner.finds(strings.ToLower(red.id))
	if got.Total != 1 || got.Items[0].Title != "TLP:RED: open it to read" || got.Items[0].Marking != "TLP:RED" {
		t.Errorf("%s is found as %+v", red.id, got)
	}
	if a := owner.call("/needs/"+red.id+"/marking", "back", map[string]any{"marking": "TLP:AMBER"}); a.status != http.StatusOK {
		t.Fatalf("marking back answers %d", a.status)
	}
	if got := owner.finds("endpoints " + red.id); got.Total != 1 || got.Items[0].Title != "Endpoints <b>&" {
		t.Errorf("%s, marked back, is found as %+v", red.id, got)
	}
}

// TestSearchErased: a person is found by their name by whom that is for, and
// once two others have erased them by nobody; the word is in the index no
// more.
func TestSearchErased(t *testing.T) {
	hub, done := openHub(t, t.TempDir())
	defer done()
	h, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	s := &site{t: t, url: server.URL}
	const word = "стиранівська"
	victim, _, err := hub.SitNew(t.Context(), "Олена Стиранівська-Приклад", "officer")
	if err != nil {
		t.Fatal(err)
	}
	_, admin, err := hub.SitNew(t.Context(), "Admin Example", "administrator")
	if err != nil {
		t.Fatal(err)
	}
	_, desk, err := hub.SitNew(t.Context(), "Desk Example", "front_office")
	if err != nil {
		t.Fatal(err)
	}
	office, keeper := s.acts(t, "", 0), s.acts(t, "", 0)
	office.token, keeper.token = desk, admin
	if got := office.finds("Стиранівській"); got.Total != 1 || got.Items[0].Kind != "seat" || !strings.Contains(got.Items[0].Snippet, "Стиранівська") {
		t.Errorf("the front office finds %+v", got)
	}
	if got := s.acts(t, "", 0).finds(word); got.Total != 0 || len(got.Kinds) != 0 {
		t.Errorf("a visitor finds %+v", got)
	}
	if !hub.Holds(fact.Real, word) {
		t.Fatal("the index does not hold the name before either: this test sees nothing")
	}
	for _, v := range []*visitor{keeper, office} {
		if a := v.call("/erasures", "k", map[string]any{"person": victim, "confirm": v == office}); a.status != http.StatusOK {
			t.Fatalf("erasing answers %d %s", a.status, a.body)
		}
	}
	if hub.Holds(fact.Real, word) {
		t.Error("the index still holds the name of whom two persons have erased")
	}
	if got := office.finds(word); got.Total != 0 || hub.Holds(fact.Real, word) {
		t.Errorf("after the erasure the front office finds %+v", got)
	}
}
