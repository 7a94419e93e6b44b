package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestHistoryOpens: each line of a need's history opens its fact for those who
// may read it, and for nobody else, by the page as by the bytes.
func TestHistoryOpens(t *testing.T) {
	s := playSite(t)
	officer, voter, other, front := s.acts(t, "cyber officer", 0), s.acts(t, "technical group", 0), s.acts(t, "cyber officer", 1), s.acts(t, "front office", 0)
	page := officer.submits(asked())
	voter.votes(page, "pass", "")
	facts := func(v *visitor) []string {
		return regexp.MustCompile(`/record/\d+`).FindAllString(v.get(page).body, -1)
	}
	asked, voted := facts(officer), facts(voter)
	if len(asked) != 1 || len(voted) != 2 || !slices.Contains(voted, asked[0]) || !slices.Equal(facts(front), voted) {
		t.Fatalf("the owner opens %v, the group %v, the front office %v", asked, voted, facts(front))
	}
	for _, href := range voted {
		for _, raw := range []string{"", "/raw"} {
			for _, one := range []struct {
				name string
				v    *visitor
				may  bool
			}{{"the group", voter, true}, {"the owner", officer, href == asked[0]}, {"another recipient", other, false}, {"a visitor", s.acts(t, "", 0), false}} {
				want := http.StatusNotFound
				if one.may {
					want = http.StatusOK
				}
				if a := one.v.get(href + raw); a.status != want || one.may && !strings.Contains(a.body, strings.TrimPrefix(page, "/needs/")) {
					t.Errorf("%s%s answers %s %d; want %d", href, raw, one.name, a.status, want)
				}
			}
		}
	}
}
