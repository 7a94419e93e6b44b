package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestFlowPages: a flow is announced, contradicted, settled, linked and valued
// on pages alone, and what is open between its sides is on the desks of both,
// and of nobody else.
func TestFlowPages(t *testing.T) {
	s := playSite(t)
	giver, taker, other := s.acts(t, "programme officer", 0), s.acts(t, "cyber officer", 0), s.acts(t, "programme officer", 1)
	if got := giver.get("/flows").says(t, ".actions"); !strings.Contains(got, "Record a flow") || !strings.Contains(got, "To confirm or settle") {
		t.Fatalf("the list of flows offers %q", got)
	}
	if got := s.acts(t, "observer", 0).get("/flows/new").status; got != http.StatusUnauthorized {
		t.Errorf("an observer is answered %d", got)
	}
	form := url.Values{"key": {giver.get("/flows/new").hidden("key")}, "provider": {"XA"}, "receiver": {"ex-rivers"}, "amount": {"12 000"},
		"currency": {"EUR"}, "status": {"commitment"}, "on": {"soon"}, "goods": {"edr_seats"}, "quantity": {"20"}, "unit": {"seat"}}
	wrong := giver.post("/flows/new", form)
	if wrong.status != http.StatusBadRequest || !strings.Contains(wrong.says(t, ".notice-danger"), "Nothing was recorded") || !strings.Contains(wrong.body, `value="12 000"`) {
		t.Fatalf("a day that is none is answered with %d %s", wrong.status, wrong.says(t, ".notice-danger"))
	}
	form.Set("on", "2026-04-01")
	done := giver.post("/flows/new", form)
	id := strings.TrimPrefix(strings.Split(done.to, "?")[0], "/flows/")
	if done.status != http.StatusSeeOther || !strings.HasPrefix(id, "F-") {
		t.Fatalf("announcing answers %d %s: %s", done.status, done.to, done.says(t, ".notice-danger"))
	}
	if got := giver.get(done.to).says(t, ".notice-good"); !strings.HasPrefix(got, "Done. "+id) {
		t.Errorf("it says %q", got)
	}
	if got := giver.get(giver.post("/flows/new", form).to).says(t, ".notice-good"); !strings.HasPrefix(got, "This was recorded before") {
		t.Errorf("sent again it says %q", got)
	}
	page := "/flows/" + id
	if got := taker.get("/flow-desk").says(t, "#awaits"); !strings.Contains(got, id) {
		t.Fatalf("the receiver is not asked about %s: %s", id, got)
	}

	say := func(v *visitor, settle, amount string) {
		t.Helper()
		q := url.Values{"settle": {settle}, "amount": {amount}, "status": {"commitment"}, "on": {"2026-04-01"}}
		q.Set("key", v.get(page+"/say?"+q.Encode()).hidden("key"))
		if a := v.post(page+"/say", q); a.status != http.StatusSeeOther {
			t.Fatalf("saying answers %d: %s", a.status, a.says(t, ".notice-danger"))
		}
	}
	say(taker, "", "11500")
	for name, v := range map[string]*visitor{"giver": giver, "taker": taker} {
		desk := v.get("/desk")
		if got := desk.says(t, "#settle-"+id); !strings.Contains(got, "settle") || !strings.Contains(desk.body, page+"/say?settle=yes") {
			t.Errorf("on the desk of the %s stands %q", name, got)
		}
	}
	if strings.Contains(other.get("/desk").body, "settle-") {
		t.Error("a third party has it on its desk")
	}
	say(giver, "yes", "11500")
	say(taker, "yes", "11500")
	if strings.Contains(giver.get("/desk").body, "settle-") || strings.Contains(taker.get("/desk").body, "settle-") {
		t.Error("what is settled is still on a desk")
	}

	value := giver.get(page + "/value")
	q := url.Values{"key": {value.hidden("key")}, "method": {"invoice"}, "amount": {"11 000"}, "currency": {"EUR"}, "on": {"2026-04-02"}}
	if got := giver.get(giver.post(page+"/value", q).to).says(t, ".notice-good"); !strings.HasPrefix(got, "Done. The value of "+id) {
		t.Errorf("a value: it says %q", got)
	}
	q = url.Values{"key": {"l"}, "child": {id}, "amount": {"500"}, "how": {"passed_on"}, "on": {"2026-04-02"}}
	if a := giver.post(page+"/link", q); a.status < 400 || !strings.Contains(a.says(t, ".notice-danger"), "Nothing was recorded") {
		t.Errorf("a flow that pays for itself is answered %d", a.status)
	}
	if got := other.get(page + "/link").status; got != http.StatusForbidden {
		t.Errorf("a third party's link is answered %d", got)
	}
	for name, v := range map[string]*visitor{"a visitor": s.acts(t, "", 0), "the giver": giver, "the front office": s.acts(t, "front office", 0)} {
		v.opensNumbers(name)
	}
}

// opensNumbers walks along the links of pages, a few of each sort, and finds
// numbers that open nothing.
func (v *visitor) opensNumbers(name string) {
	v.t.Helper()
	const each, atLeast = 3, 40
	sort := regexp.MustCompile(`[A-Z]-\d+|\d+|=[^&]*|statement\.[\w.-]+|/parties/[\w-]+`)
	todo, seen, sorts, pages := []string{"/", "/desk", "/needs", "/offers", "/statement/pictures"}, map[string]bool{}, map[string]int{}, 0
	for len(todo) > 0 {
		path, _, _ := strings.Cut(todo[0], "#")
		todo = todo[1:]
		kind := sort.ReplaceAllString(path, "*")
		if seen[path] || sorts[kind] == each || !strings.HasPrefix(path, "/") || regexp.MustCompile(`\.csv|^/api/|/raw$|lang=|theme=`).MatchString(path) {
			continue
		}
		seen[path] = true
		sorts[kind]++
		a := v.get(path)
		if a.status != http.StatusOK || !strings.Contains(a.body, "<main") {
			continue
		}
		pages++
		d := a.document(v.t)
		if closed := d.Unopened(); len(closed) > 0 {
			v.t.Errorf("%s, for %s, has numbers that open nothing: %q", path, name, closed)
		}
		todo = append(todo, d.Attrs("main a, nav a", "href")...)
	}
	if pages < atLeast {
		v.t.Errorf("%s walked over %d pages", name, pages)
	}
}
