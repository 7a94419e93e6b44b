package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// alike are the needs beside one, as a program is told of them.
type alike struct {
	Related, Likely []struct {
		ID, Relation string
		Share        float64
	}
}

func (v *visitor) alike(a answer) (out alike) {
	v.t.Helper()
	if err := json.Unmarshal([]byte(a.body), &out, json.MatchCaseInsensitiveNames(true)); err != nil || a.status != http.StatusOK {
		v.t.Fatalf("needs beside one: %d %.300s, %v", a.status, a.body, err)
	}
	return out
}

// TestLikely: what is asked for again is shown to its writer before it is
// submitted, if they may see it; "the same" leads there, and what is said of
// two needs stands on both, for those who see both.
func TestLikely(t *testing.T) {
	s := playSite(t)
	officer, other := s.acts(t, "cyber officer", 0), s.acts(t, "cyber officer", 1)
	written := func() url.Values {
		form := asked()
		form.Set("title", "Захист насосних станцій водоканалу")
		form.Set("summary", "Оператори насосних станцій працюють без контролю доступу.")
		return form
	}
	first := officer.submits(written())
	id := strings.TrimPrefix(first, "/needs/")

	again := written()
	again.Set("title", "Захист насосної станції водоканалів") // in other forms of the words
	if got := officer.post("/needs/likely", again); got.status != http.StatusOK || !strings.Contains(got.body, id) || !strings.Contains(got.body, `name="relation.`+id+`"`) {
		t.Errorf("while it is typed: %d %.400s", got.status, got.body)
	}
	if got := other.post("/needs/likely", again); got.status != http.StatusOK || strings.Contains(got.body, id) {
		t.Errorf("another recipient is told of %s: %d %.400s", id, got.status, got.body)
	}
	again.Set("key", "again")
	a := officer.post("/needs", again)
	if a.status != http.StatusOK || !strings.Contains(a.body, `name="considered" value="`+id+`"`) || !strings.Contains(a.body, "may be asked for already") {
		t.Fatalf("submitted again: %d %.400s", a.status, a.body)
	}
	again.Set("considered", id)
	again.Set("relation."+id, "same")
	if a = officer.post("/needs", again); a.status != http.StatusSeeOther || a.to != first+"?done=asked" {
		t.Errorf("the same leads to %d %s", a.status, a.to)
	}
	if got := officer.get(a.to).body; !strings.Contains(got, "Nothing was submitted") {
		t.Error("the need does not say why its writer was led there")
	}
	if a := other.post("/needs", url.Values{"considered": {id}, "relation." + id: {"same"}, "key": {"x"}, "title": again["title"]}); a.status == http.StatusSeeOther {
		t.Errorf("who does not see %s is led there: %d %s", id, a.status, a.to)
	}
	again.Set("relation."+id, "related")
	a = officer.post("/needs", again)
	second, _, _ := strings.Cut(a.to, "?")
	if a.status != http.StatusSeeOther || second == first {
		t.Fatalf("related: %d %s", a.status, a.to)
	}
	if repeat := officer.post("/needs", again); repeat.to != a.to+"&was=repeated" && !strings.HasPrefix(repeat.to, second+"?") {
		t.Errorf("sent twice: %d %s", repeat.status, repeat.to)
	}
	for _, page := range []string{first, second} {
		if got := officer.get(page).says(t, "#related li"); !strings.Contains(got, "Related to") {
			t.Errorf("%s says %q", page, got)
		}
	}

	// The front office says otherwise; a partner may not, and sees nothing of it.
	office, tech := s.acts(t, "front office", 0), s.acts(t, "technical group", 0)
	said := map[string]any{"other": id, "relation": "different"}
	got := office.alike(office.call(second+"/related", "k", said))
	if len(got.Related) != 1 || got.Related[0].ID != id || got.Related[0].Relation != "different" || len(got.Likely) != 0 {
		t.Errorf("the front office: %+v", got)
	}
	if a := tech.call(second+"/related", "k", said); a.status != http.StatusConflict || !strings.Contains(a.body, "need.related_already") {
		t.Errorf("said twice: %d %s", a.status, a.body)
	}
	if a := officer.call(second+"/related", "k", map[string]any{"other": "N-0000", "relation": "same"}); a.status != http.StatusBadRequest || !strings.Contains(a.body, "need.no_other") {
		t.Errorf("to nothing: %d %s", a.status, a.body)
	}

	// A need that only its owner and the groups see stays out of what a wider
	// need tells its readers.
	if a := officer.call(second+"/marking", "g", map[string]any{"marking": "TLP:GREEN"}); a.status != http.StatusOK {
		t.Fatalf("marking: %d", a.status)
	}
	observer := s.acts(t, "observer", 0)
	if got := observer.alike(observer.read(second + "/related")); len(got.Related) != 0 || len(got.Likely) != 0 {
		t.Errorf("an observer is told of %+v", got)
	}
	if body := observer.get(second).body; !strings.Contains(body, "Захист насосної") || strings.Contains(body, id) {
		t.Error("the page of a wider need tells an observer of one that is hidden")
	}
	hidden, missing := observer.call(second+"/related", "k", said), observer.call(second+"/related", "k", map[string]any{"other": "N-0000", "relation": "different"})
	if hidden.status != missing.status || hidden.body != missing.body {
		t.Errorf("hidden answers %d %s, missing %d %s", hidden.status, hidden.body, missing.status, missing.body)
	}
}
