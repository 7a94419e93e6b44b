package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestOnboardingInEnglish: the front office enters a company, an implementer
// and a partner from their letters; whoever opens a sheet is at the desk, and
// does what their institution came for. The journey of a water company in
// Ukrainian, on a phone, is among the browser's.
func TestOnboardingInEnglish(t *testing.T) {
	t.Parallel()
	s := playSite(t)
	front := s.acts(t, "front office", 0)
	whole := asked()
	link := regexp.MustCompile(`http://[^/<]+(/sign-in/[^<"]+)`)
	for _, one := range []struct {
		sort, name, country string
		opens, shut         string // what the new officer may open, and what not
	}{
		{"company", "Spring Water Company", "", "/needs/new", "/offers/new"},
		{"implementer", "Bridge Builders Ltd", "EE", "/offers", "/queue"},
		{"partner", "Agency of the North", "SE", "/offers/new", "/needs/new"},
	} {
		form := url.Values{"key": {front.get("/seats/admit").hidden("key")}, "sort": {one.sort}, "name_uk": {"Установа «Приклад» " + one.sort}, "name_en": {one.name},
			"country": {one.country}, "number": {"01-12/345"}, "date": {"2026-04-01"}, "head": {"Helen Springfield"}, "deputy": {"helen springfield"}}
		var a answer
		for _, step := range []string{"sort", "names", "letter", "people", "check"} {
			form.Set("step", step)
			if a = front.post("/seats/admit", form); step == "people" {
				if a.status < 400 || !strings.Contains(a.body, "two persons") {
					t.Errorf("%s: one person twice answers %d", one.sort, a.status)
				}
				form.Set("deputy", "Oscar Pond")
				a = front.post("/seats/admit", form)
			}
			if a.status != http.StatusOK && a.status != http.StatusSeeOther {
				t.Fatalf("%s, %s: answers %d: %s", one.sort, step, a.status, a.says(t, ".notice-danger"))
			}
		}
		if !strings.HasPrefix(a.to, "/seats/sheets?") {
			t.Fatalf("%s: entered, it leads to %q", one.sort, a.to)
		}
		asked, _ := url.Parse(a.to)
		if a := front.get(a.to); link.MatchString(a.body) {
			t.Errorf("%s: looking at the sheets makes links", one.sort)
		}
		printed := front.post("/seats/sheets", asked.Query())
		links := link.FindAllStringSubmatch(html.UnescapeString(printed.body), -1)
		if len(links) < 2 || !strings.Contains(printed.body, "Helen Springfield") || !strings.Contains(printed.body, "Oscar Pond") {
			t.Fatalf("%s: printed %d links: %s", one.sort, len(links), printed.says(t, "main"))
		}
		officer := s.browses(t)
		if a := officer.post(links[0][1], nil); a.to != "/desk" {
			t.Fatalf("%s: the sheet leads to %d %s", one.sort, a.status, a.to)
		}
		desk := officer.get("/desk")
		if got := desk.says(t, "body"); !strings.Contains(got, one.name) || !strings.Contains(got, "passkey") {
			t.Errorf("%s: the desk says %s", one.sort, got)
		}
		if a := officer.get(one.opens); a.status != http.StatusOK {
			t.Errorf("%s: %s answers %d", one.sort, one.opens, a.status)
		}
		if a := officer.get(one.shut); a.status == http.StatusOK && !strings.Contains(a.body, "notice-danger") {
			t.Errorf("%s: %s is open", one.sort, one.shut)
		}
		if a := s.browses(t).post(links[0][1], nil); a.status != http.StatusUnauthorized {
			t.Errorf("%s: the sheet works twice: %d", one.sort, a.status)
		}
		if one.sort == "company" {
			if page := officer.submits(whole); !strings.HasPrefix(page, "/needs/N-") {
				t.Errorf("the company's need is at %q", page)
			}
		}
	}
}
