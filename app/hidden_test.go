package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// What an emergency then asks for exactly may hide where: no fact of it tells
// a partner, who sees the need otherwise.
func TestHiddenRegionOfEmergency(t *testing.T) {
	s := playSite(t)
	officer, partner := s.acts(t, "cyber officer", 0), s.acts(t, "programme officer", 0)
	a := officer.post("/emergency", url.Values{"key": {"e"}, "hit": {"Control room"}, "needed": {"People"}, "callback": {"+380 1"}})
	id := regexp.MustCompile(`N-\d+`).FindString(a.to + a.body)
	if id == "" {
		t.Fatalf("the emergency answers %d: %s", a.status, a.says(t, ".error-summary li, .problem"))
	}
	page := "/needs/" + id
	exact := asked()
	exact.Set("key", officer.get(page+"/detail").hidden("key"))
	if a := officer.post(page+"/detail", exact); a.status != http.StatusSeeOther {
		t.Fatalf("saying it exactly answers %d: %s", a.status, a.says(t, ".error-summary li, .problem"))
	}
	for _, group := range []string{"technical group", "interagency group"} {
		member := s.acts(t, group, 0)
		if a := member.post(page+"/emergency", url.Values{"key": {group}, "act": {"pass"}}); a.status != http.StatusSeeOther {
			t.Fatalf("the %s answers %d: %s", group, a.status, a.says(t, ".error-summary li, .problem"))
		}
	}
	told := 0
	for _, v := range []*visitor{officer, partner} {
		shown := v.get(page)
		if shown.status != http.StatusOK {
			t.Fatalf("the need answers %d", shown.status)
		}
		bodies := shown.body + v.get(page+"/dossier").body
		for _, fact := range regexp.MustCompile(`/record/\d+`).FindAllString(shown.body, -1) {
			bodies += v.get(fact).body + v.get("/api/v1/facts/"+strings.TrimPrefix(fact, "/record/")).body
		}
		switch where := strings.Contains(bodies, "UA-63") || strings.Contains(bodies, "Kharkiv"); {
		case v == officer && where:
			told++
		case v == partner && where:
			t.Error("a partner is told where")
		}
	}
	if told != 1 {
		t.Error("its own officer is not told where")
	}
}
