package app_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// standing: a standing offer is made, found on the page of a need by who may
// call off from it and by nobody else, and called off in the form, in both
// languages.
func (s *site) standing(t *testing.T, partner *visitor, need string) {
	t.Helper()
	officer, other := s.acts(t, "cyber officer", 0), s.acts(t, "cyber officer", 1)
	form := url.Values{"key": {"standing"}, "form": {"money"}, "amount": {"90 000"}, "currency": {"EUR"}, "from": {"2026-01-01"},
		"until": {"2027-06-30"}, "use": {"any"}, "terms": {"Reported within 30 days."}}
	if a := partner.post("/offers", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.says(t, "#call_amount-error"), "over zero and no more than is offered") {
		t.Errorf("without a ceiling it answers %d: %s", a.status, a.says(t, ".error-summary li"))
	}
	offer := partner.offers(url.Values{"amount": {"90 000"}, "use": {"any"}, "call_amount": {"50 000"}, "terms": {"Reported within 30 days."}})
	if got := partner.get(offer).says(t, ".summary-list, dl"); !strings.Contains(got, "For any validated need") || !strings.Contains(got, "50,000.00") {
		t.Errorf("its page says %q", got)
	}
	call := offer + "/call-off?lot=a&amp;need=" + strings.TrimPrefix(need, "/needs/")
	if page := officer.get(need).body; !strings.Contains(page, call) || !strings.Contains(page, "Standing offers you may call off from") {
		t.Error("the recipient is not shown the standing offer")
	}
	for name, v := range map[string]*visitor{"its partner": partner, "another recipient": other} {
		if strings.Contains(v.get(need).body, call) {
			t.Errorf("%s may call off", name)
		}
	}
	ask := officer.get(strings.ReplaceAll(call, "&amp;", "&"))
	if got := ask.says(t, "main"); !strings.Contains(got, "promised this beforehand") || !strings.Contains(got, "Reported within 30 days.") {
		t.Errorf("the form says %q", got)
	}
	sent := url.Values{"key": {ask.hidden("key")}, "need": {strings.TrimPrefix(need, "/needs/")}, "lot": {"a"}, "quantity": {"1500"},
		"amount": {"50 000.01"}, "until": {"2026-04-20"}}
	if a := officer.post(offer+"/call-offs", sent); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.says(t, "#amount-error"), "at the most") {
		t.Errorf("over the ceiling it answers %d: %s", a.status, a.says(t, ".error-summary li, .notice"))
	}
	sent.Set("amount", "40 000")
	a := officer.post(offer+"/call-offs", sent)
	if got := officer.get(a.to).says(t, ".notice-good .notice-title"); a.status != http.StatusSeeOther || !strings.Contains(got, "is called off and accepted") {
		t.Fatalf("calling off answers %d and says %q: %s", a.status, got, a.says(t, ".error-summary li, .notice"))
	}
	deal, _, _ := strings.Cut(a.to, "?")
	for lang, want := range map[string]string{"en": `was called off P-\d+ for N-\d+ by `, "uk": `замовляє з постійної пропозиції P-\d+ для потреби N-\d+`} {
		if page := partner.get(deal + "?lang=" + lang).body; !regexp.MustCompile(want).MatchString(page) || strings.Contains(page, `value="release"`) || !strings.Contains(page, `value="commit"`) {
			t.Errorf("in %s its partner's page does not say %q, or takes it back", lang, want)
		}
	}
	if got := partner.get("/desk").body; !strings.Contains(got, deal) {
		t.Error("it does not wait on its partner's desk")
	}
}

// lightAlarm: the page of an emergency, with all that it asks for, is under
// 30 kB on the line.
func (s *site) lightAlarm(t *testing.T) {
	t.Helper()
	officer := s.acts(t, "cyber officer", 0)
	var sent bytes.Buffer
	count := func(body string) {
		z := gzip.NewWriter(&sent)
		z.Write([]byte(body))
		z.Close()
	}
	page := officer.get("/emergency").body
	count(page)
	parts := regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, m := range parts {
		count(officer.get(m[1]).body)
	}
	count(officer.get("/emergency/worker.js").body)
	if len(parts) < 3 || sent.Len() > 30_000 {
		t.Errorf("the page and its %d parts are %d bytes, want at most 30,000", len(parts), sent.Len())
	}
}
