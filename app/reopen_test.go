package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// reopened: a stage of a need that was validated, and called for, is opened
// again by two persons on its pages; what was voted stays in its history in
// both languages, and what is reserved waits.
func (s *site) reopened(t *testing.T, partner *visitor, need string) {
	t.Helper()
	first, second := s.acts(t, "technical group", 0), s.acts(t, "technical group", 1)
	deal := regexp.MustCompile(`/reservations/B-\d+`).FindString(partner.get(need).body)
	page := need + "/reopen"
	if a := first.post(page, url.Values{"key": {"a"}}); a.status != http.StatusUnprocessableEntity || a.says(t, "#stage-error") == "" || a.says(t, "#reason-error") == "" || a.says(t, "#why-error") == "" {
		t.Errorf("an empty form answers %d: %s", a.status, a.says(t, ".error-summary li"))
	}
	for name, v := range map[string]*visitor{"a partner": partner, "the recipient": s.acts(t, "cyber officer", 0)} {
		if a := v.get(page); a.status != http.StatusForbidden || strings.Contains(v.get(need).body, page) {
			t.Errorf("%s is answered %d", name, a.status)
		}
	}
	if !strings.Contains(first.get(need).body, page) {
		t.Fatal("the group is offered nothing")
	}
	asked := first.post(page, url.Values{"key": {"a"}, "stage": {"technical"}, "reason": {"conflict_of_interest"}, "why": {"One of us had worked there."}})
	if got := first.get(asked.to).says(t, ".notice-good .notice-title"); asked.status != http.StatusSeeOther || !strings.Contains(got, "within seven days") {
		t.Fatalf("asking answers %d and says %q", asked.status, got)
	}
	if a := first.get(page); strings.Contains(a.body, `value="agree"`) {
		t.Error("who asked may agree")
	}
	if got := partner.get(need).body; strings.Contains(got, "asked to open") || strings.Contains(got, "worked there") {
		t.Error("a partner is told what the groups speak of among themselves")
	}
	if !strings.Contains(second.get("/desk").body, page) {
		t.Error("it waits on nobody's desk")
	}
	ask := second.get(page)
	if got := ask.says(t, "main"); !strings.Contains(got, "One of us had worked there.") || !strings.Contains(got, "a conflict of interest was not known") {
		t.Errorf("who is to agree reads %q", got)
	}
	agreed := second.post(page, url.Values{"key": {ask.hidden("key")}, "act": {"agree"}})
	if got := second.get(agreed.to).says(t, ".notice-good .notice-title"); agreed.status != http.StatusSeeOther || !strings.Contains(got, "is open again in the technical stage") {
		t.Fatalf("agreeing answers %d and says %q", agreed.status, got)
	}
	for lang, want := range map[string][]string{"en": {`The technical stage of N-\d+ was opened again, agreed to by .*: a conflict of interest was not known; round 2 began`, `voted on N-\d+ in the technical stage: pass`, `The technical stage of N-\d+ closed with 2 votes`},
		"uk": {`Знову відкрито технічний етап потреби N-\d+, погоджує .*: не було відомо про конфлікт інтересів`, `пропонує знову відкрити технічний етап потреби N-\d+`}} {
		body := second.get(need + "?lang=" + lang).body
		for _, w := range want {
			if !regexp.MustCompile(w).MatchString(body) {
				t.Errorf("in %s its history does not say %q", lang, w)
			}
		}
	}
	if strings.Contains(partner.get(deal).body, `value="commit"`) {
		t.Error("what is not validated any more can be committed")
	}
	if a := partner.post(deal, url.Values{"key": {"early"}, "act": {"commit"}}); a.status == http.StatusSeeOther {
		t.Error("what is not validated any more is committed")
	}
	second.get("/?lang=en")
}
