package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// marked: an owner opens a need to more people, and closes it again; what the
// page foretells is what each of them then sees.
func (s *site) marked(t *testing.T, need string) {
	t.Helper()
	owner, office := s.acts(t, "cyber officer", 0), s.acts(t, "front office", 0)
	others := map[string]*visitor{"officer": s.acts(t, "cyber officer", 1), "observer": s.acts(t, "observer", 0),
		"programme": s.acts(t, "programme officer", 0), "technical": s.acts(t, "technical group", 0)}
	page := need + "/marking"
	cell := func(body, role string) (now, then string) {
		row := regexp.MustCompile(`(?s)<tr[^>]* id="readers-` + role + `".*?</tr>`).FindString(body)
		var cells []string
		for _, m := range regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`).FindAllStringSubmatch(row, -1) {
			cells = append(cells, strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")))
		}
		if len(cells) < 2 {
			t.Fatalf("the page foretells nothing of %q: %s", role, row)
		}
		return cells[len(cells)-3], cells[len(cells)-2]
	}
	sees := func(v *visitor) bool { return v.get(need).status == http.StatusOK }
	was := map[string]bool{}
	for role, v := range others {
		was[role] = sees(v)
	}
	for _, m := range []string{"TLP:GREEN", "TLP:CLEAR", "TLP:AMBER+STRICT", "TLP:RED", "TLP:AMBER"} {
		form := url.Values{"marking": {m}}
		told := owner.post(page, form)
		if told.status != http.StatusOK {
			t.Fatalf("%s is answered %d: %s", m, told.status, told.says(t, ".notice"))
		}
		foretold := map[string]bool{}
		for role := range others {
			now, then := cell(told.body, role)
			if (now != "nobody") != was[role] && role != "officer" {
				t.Errorf("before %s the page says %q of %q", m, now, role)
			}
			foretold[role] = strings.HasPrefix(then, "all")
		}
		form.Set("step", "sign")
		form.Set("key", told.hidden("key"))
		if a := owner.post(page, form); a.status != http.StatusSeeOther || !strings.Contains(owner.get(a.to).says(t, ".notice-good"), m+" now") {
			t.Fatalf("marking it %s answers %d: %s", m, a.status, a.says(t, ".notice"))
		}
		for role, v := range others {
			if was[role] = sees(v); was[role] != foretold[role] {
				t.Errorf("as %s %q sees it: %v; it was foretold: %v", m, role, was[role], foretold[role])
			}
		}
	}
	// The front office makes it stricter and not wider; another institution is
	// offered nothing.
	if got := office.get(page).body; !strings.Contains(got, `value="TLP:AMBER+STRICT"`) || strings.Contains(got, `value="TLP:GREEN"`) {
		t.Error("the front office is offered other markings than stricter ones")
	}
	if a := office.post(page, url.Values{"marking": {"TLP:CLEAR"}}); a.status != http.StatusForbidden {
		t.Errorf("the front office opens it: %d", a.status)
	}
	if a := others["technical"].get(page); a.status != http.StatusForbidden || strings.Contains(others["technical"].get(need).body, page) {
		t.Errorf("a group is answered %d", a.status)
	}
	if got := owner.get(page+"?lang=uk").says(t, "main"); !strings.Contains(got, "Показати, хто бачитиме") {
		t.Errorf("in Ukrainian it says %q", got)
	}
	if got := owner.get(need + "?lang=en").body; strings.Count(got, "was marked TLP:") != 5 {
		t.Errorf("its history tells of %d markings", strings.Count(got, "was marked TLP:"))
	}
}
