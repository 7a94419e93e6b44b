package app_test

import (
	"bufio"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// validated submits a need and takes it through both groups.
func (s *site) validated(t *testing.T, officer *visitor) (page string) {
	t.Helper()
	form := asked()
	form.Del("hide_region")
	page = officer.submits(form)
	for _, group := range []string{"technical group", "interagency group"} {
		for n := range 2 {
			s.acts(t, group, n).votes(page, "pass", "")
		}
	}
	return page
}

// offers makes an offer of money and returns its page.
func (v *visitor) offers(more url.Values) string {
	v.t.Helper()
	form := url.Values{"key": {v.get("/offers/new").hidden("key")}, "form": {"money"}, "amount": {"500 000"}, "currency": {"EUR"},
		"from": {"2026-01-01"}, "until": {"2027-06-30"}, "lead_days": {"0"}}
	for name, values := range more {
		form[name] = values
	}
	a := v.post("/offers", form)
	if a.status != http.StatusSeeOther {
		v.t.Fatalf("making an offer answers %d: %s", a.status, a.says(v.t, ".error-summary li, .notice p"))
	}
	page, _, _ := strings.Cut(a.to, "?")
	return page
}

// TestOfferForm: everything that is wrong is said at once, each at its field,
// and what was typed stays.
func TestOfferForm(t *testing.T) {
	s := playSite(t)
	partner := s.acts(t, "programme officer", 0)
	a := partner.post("/offers", url.Values{"key": {"k"}, "form": {"goods"}, "quantity": {"some"}, "amount": {"much"}, "currency": {"EUR"},
		"origin": {"Estonia"}, "from": {"2026-01-01"}, "until": {"2020-01-01"}, "lead_days": {"soon"}, "least": {"9"}, "most": {"3"}, "terms": {"As agreed"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("it answers %d", a.status)
	}
	var fields []string
	for _, m := range regexp.MustCompile(`<li><a href="#([a-z_]+)">`).FindAllStringSubmatch(a.body, -1) {
		fields = append(fields, m[1])
	}
	if got := strings.Join(fields, " "); got != "what quantity amount origin until lead_days most" {
		t.Errorf("wrong are %s", got)
	}
	for _, f := range fields {
		if a.says(t, "#"+f+"-error") == "" || !strings.Contains(a.body, `aria-describedby="`+f+`-hint `+f+`-error"`) && !strings.Contains(a.body, `aria-describedby="`+f+`-error"`) {
			t.Errorf("nothing is said at %s", f)
		}
	}
	if !strings.Contains(a.body, `value="much"`) || a.says(t, "#terms") != "As agreed" || a.hidden("key") != "k" {
		t.Error("what was typed is gone")
	}
	if got := partner.post("/offers", url.Values{"key": {"k2"}, "form": {"money"}, "amount": {"5"}, "currency": {"EUR"}, "from": {"2026-01-01"},
		"until": {"2027-06-30"}, "terms": {strings.Repeat("x", 4001)}}).says(t, ".error-summary li"); !strings.Contains(got, "4000 characters") {
		t.Errorf("of long conditions it says %q", got)
	}
}

// TestReserveForm: what does not fit is said at its field; what cannot be
// mended there, above the form.
func TestReserveForm(t *testing.T) {
	s := playSite(t)
	partner := s.acts(t, "programme officer", 0)
	need := s.validated(t, s.acts(t, "cyber officer", 0))
	offer := partner.offers(nil)
	ask := offer + "/reserve?need=" + strings.TrimPrefix(need, "/needs/") + "&lot=a"
	form := url.Values{"key": {partner.get(ask).hidden("key")}, "need": {strings.TrimPrefix(need, "/needs/")}, "lot": {"a"}}
	for _, one := range []struct{ quantity, amount, until, wrong string }{
		{"", "x", "soon", "quantity amount until"},
		{"2000", "600 000", "2025-01-01", "quantity amount until"},
		{"10", "100", "2026-04-20", "quantity"},
		{"1500", "0", "2026-04-20", "amount"},
	} {
		form["quantity"], form["amount"], form["until"] = []string{one.quantity}, []string{one.amount}, []string{one.until}
		a := partner.post(offer+"/reservations", form)
		var fields []string
		for _, m := range regexp.MustCompile(`<li><a href="#([a-z_]+)">`).FindAllStringSubmatch(a.body, -1) {
			fields = append(fields, m[1])
		}
		if got := strings.Join(fields, " "); a.status != http.StatusUnprocessableEntity || got != one.wrong {
			t.Errorf("%+v answers %d, wrong are %q: %s", one, a.status, got, a.says(t, ".error-summary li, .notice p"))
		}
	}
	s.standing(t, partner, need)
	s.reopened(t, partner, need)
	s.marked(t, need)
	s.lightAlarm(t)
}

// TestDealSentAgain: a reservation and its answers, each sent twice, from two
// tabs, from a stale page and after a lost answer: each does the right thing
// once, and says so.
func TestDealSentAgain(t *testing.T) {
	s := playSite(t)
	officer, partner := s.acts(t, "cyber officer", 0), s.acts(t, "programme officer", 0)
	need := s.validated(t, officer)
	id := strings.TrimPrefix(need, "/needs/")
	offer := partner.offers(nil)
	tab, other := partner.get(offer+"/reserve?need="+id+"&lot=a"), partner.get(offer+"/reserve?need="+id+"&lot=a")
	form := url.Values{"key": {tab.hidden("key")}, "need": {id}, "lot": {"a"}, "quantity": {"1500"}, "amount": {"12500"}, "until": {today.AddDate(0, 0, 10).Format(time.DateOnly)}}
	first := partner.post(offer+"/reservations", form)
	deal, _, _ := strings.Cut(first.to, "?")
	if got := partner.get(first.to).says(t, ".notice-good .notice-title"); first.status != http.StatusSeeOther || !strings.HasPrefix(got, "Done. B-") {
		t.Fatalf("reserving answers %d, and says %q", first.status, got)
	}
	// The same click again, or the answer was lost: the same reservation.
	again := partner.post(offer+"/reservations", form)
	if got := partner.get(again.to).says(t, ".notice-good .notice-title"); !strings.HasPrefix(again.to, deal) || !strings.HasPrefix(got, "This was sent before, and recorded once. Done.") {
		t.Errorf("the same again leads to %s and says %q", again.to, got)
	}
	// Back, and something else typed into the form that was used.
	form.Set("quantity", "800")
	back := partner.post(offer+"/reservations", form)
	if back.status != http.StatusConflict || !strings.Contains(back.says(t, ".notice"), "sent before, with other words") || back.hidden("key") == form.Get("key") {
		t.Errorf("a used form answers %d: %s", back.status, back.says(t, ".notice"))
	}
	// The other tab has a key of its own, and nothing is left.
	form.Set("key", other.hidden("key"))
	if a := partner.post(offer+"/reservations", form); a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict ||
		!strings.Contains(a.says(t, ".notice, .error-summary"), "0 of lot a are left") && !strings.Contains(a.says(t, ".notice, .error-summary"), "partners already") {
		t.Errorf("the other tab answers %d: %s", a.status, a.says(t, ".notice, .error-summary"))
	}
	// Accept and commit, each from two tabs and twice.
	acts := func(v *visitor, act, said, refused string) {
		t.Helper()
		one, two := v.get(deal), v.get(deal)
		form := url.Values{"key": {one.key(act)}, "act": {act}}
		for i, want := range []string{"Done.", "This was sent before, and recorded once. Done."} {
			a := v.post(deal, form)
			if got := v.get(a.to).says(t, ".notice-good .notice-title"); a.status != http.StatusSeeOther || !strings.HasPrefix(got, want) || !strings.Contains(got, said) {
				t.Errorf("%s, time %d, answers %d and says %q", act, i+1, a.status, got)
			}
		}
		form.Set("key", two.key(act))
		if a := v.post(deal, form); a.status != http.StatusConflict || !strings.Contains(a.says(t, ".notice"), refused) || v.get(deal).key(act) != "" {
			t.Errorf("%s from a stale page answers %d: %s", act, a.status, a.says(t, ".notice"))
		}
	}
	stale := officer.get(deal)
	acts(officer, "accept", "is accepted", "is accepted already")
	acts(partner, "commit", "is committed", "is committed")
	s.hasDossier(t, partner, need)
	declined := officer.post(deal, url.Values{"key": {stale.key("decline")}, "act": {"decline"}, "reason": {"too_late"}})
	if declined.status != http.StatusConflict || !strings.Contains(declined.says(t, ".notice"), "is committed") {
		t.Errorf("declining what is committed answers %d: %s", declined.status, declined.says(t, ".notice"))
	}
	// Closing: a reason is asked for, and twice is once.
	closing := url.Values{"key": {partner.get(offer).hidden("key")}}
	if a := partner.post(offer+"/close", closing); a.status != http.StatusUnprocessableEntity || a.says(t, "#reason-error") != "Error: Choose a reason" {
		t.Errorf("closing without a reason answers %d: %s", a.status, a.says(t, ".error"))
	}
	closing.Set("reason", "used_up")
	for _, want := range []string{"Done.", "This was sent before, and recorded once. Done."} {
		if got := partner.get(partner.post(offer+"/close", closing).to).says(t, ".notice-good .notice-title"); !strings.HasPrefix(got, want) {
			t.Errorf("closing says %q", got)
		}
	}
}

// hasDossier: what was committed for a need is in its dossier in order, with
// who and when, up to where it ends; and so it is in that of its flow.
func (s *site) hasDossier(t *testing.T, partner *visitor, need string) {
	t.Helper()
	page, table := partner.get(need+"/dossier"), partner.get(need+"/dossier.csv")
	for _, want := range []string{"delivery not recorded yet", "payment not recorded", "programme officer", "cyber officer"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the dossier of a need does not say %q", want)
		}
	}
	last := -1
	for _, step := range []string{"asked", "validated", "reserved", "accepted", "committed", "delivered"} {
		at := strings.Index(table.body, ","+step+",")
		if at <= last {
			t.Errorf("%s stands at %d of the table, after %d", step, at, last)
		}
		last = at
	}
	flow := regexp.MustCompile(`/flows/F-\d+`).FindString(page.body)
	if flow == "" {
		t.Fatal("the dossier of a need leads to no flow")
	}
	of := partner.get(flow + "/dossier")
	if of.status != http.StatusOK || !strings.Contains(of.body, strings.TrimPrefix(need, "/needs/")) || strings.Contains(of.body, "commitment not recorded") {
		t.Errorf("the dossier of its flow answers %d", of.status)
	}
	other := s.acts(t, "programme officer", 3)
	for _, x := range []struct {
		v     *visitor
		wants bool
	}{{other, false}, {partner, true}} {
		if got := strings.Contains(x.v.get(need+"/dossier.csv").body, "offer.accepted"); got != x.wants {
			t.Errorf("whether what passed between two sides stands in the dossier: %v", got)
		}
	}
}

// key is that of the button of an act; empty: there is none.
func (a answer) key(act string) string {
	m := regexp.MustCompile(`name="key" value="([^"]+-` + act + `)"`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1]
}

// hears opens a stream and returns what it is told.
func (v *visitor) hears(live, lastID string) (events <-chan string, close func()) {
	v.t.Helper()
	r, err := http.NewRequest("GET", v.site.url+live, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := v.client.Do(r)
	if err != nil || resp.StatusCode != http.StatusOK {
		v.t.Fatalf("the stream answers %v, %v", resp, err)
	}
	told := make(chan string, 100)
	go func() {
		id := ""
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if s, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				id = s
			}
			if s, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				told <- id + " " + s
			}
		}
	}()
	return told, func() { resp.Body.Close() }
}

func (a answer) live() string {
	return strings.ReplaceAll(regexp.MustCompile(`data-live="([^"]+)"`).FindStringSubmatch(a.body)[1], "&amp;", "&")
}

func soon(t *testing.T, events <-chan string, want string) (id string) {
	t.Helper()
	for deadline := time.After(5 * time.Second); ; {
		select {
		case got := <-events:
			id, _, _ = strings.Cut(got, " ")
			if strings.Contains(got, want) {
				return id
			}
		case <-deadline:
			t.Fatalf("nobody is told %q", want)
		}
	}
}

// TestListsAreLive: the lists of needs, of offers and the queue say how many
// rows are new, each to whom may see them; a stream that broke off tells what
// was missed, and nothing twice.
func TestListsAreLive(t *testing.T) {
	s := playSite(t)
	officer, partner, voter, observer := s.acts(t, "cyber officer", 0), s.acts(t, "programme officer", 0), s.acts(t, "technical group", 0), s.acts(t, "observer", 0)
	queue := voter.get("/queue").live()
	events, end := voter.hears(queue, "")
	deaf, endDeaf := observer.hears(observer.get("/needs").live(), "")
	defer endDeaf()
	officer.submits(asked())
	id := soon(t, events, "1 new or changed. Show it")
	end()
	// The line breaks; meanwhile another comes. The browser says what it knows.
	officer.submits(asked())
	events, end = voter.hears(queue, id)
	id = soon(t, events, "2 new or changed. Show them")
	end()
	events, end = voter.hears(queue, id)
	page := s.validated(t, officer)
	soon(t, events, "3 new or changed")
	end()
	// Voted on by this seat: it waits for it no longer, and is not counted.
	events, end = voter.hears(voter.get("/queue").live(), "")
	list, endList := partner.hears(partner.get("/offers").live(), "")
	offer := partner.offers(nil)
	soon(t, list, "1 new or changed")
	endList()
	item, endItem := partner.hears(partner.get(offer).live(), "")
	shown, endShown := officer.hears(officer.get(page).live(), "")
	form := url.Values{"key": {"reserve-1"}, "need": {strings.TrimPrefix(page, "/needs/")}, "lot": {"a"}, "quantity": {"1500"}, "amount": {"100"}, "until": {today.AddDate(0, 0, 10).Format(time.DateOnly)}}
	if a := partner.post(offer+"/reservations", form); a.status != http.StatusSeeOther {
		t.Fatalf("reserving answers %d: %s", a.status, a.says(t, ".notice, .error-summary"))
	} else {
		deal, _, _ := strings.Cut(a.to, "?")
		told, endDeal := partner.hears(partner.get(deal).live(), "")
		officer.post(deal, url.Values{"key": {"accept-1"}, "act": {"accept"}})
		soon(t, told, "This has changed")
		endDeal()
	}
	soon(t, item, "This has changed")
	soon(t, shown, "This need has changed")
	endItem()
	endShown()
	end()
	select {
	case got := <-events:
		t.Errorf("the queue is told of what does not wait: %s", got)
	case got := <-deaf:
		t.Errorf("an observer is told %s", got)
	default:
	}
}

// TestHiddenRegionOpens: where it is needed is shown to the partner whose
// reservation was accepted, and to no other.
func TestHiddenRegionOpens(t *testing.T) {
	s := playSite(t)
	officer, partner, other := s.acts(t, "cyber officer", 0), s.acts(t, "programme officer", 0), s.acts(t, "programme officer", 1)
	page := officer.submits(asked())
	for _, group := range []string{"technical group", "interagency group"} {
		for n := range 2 {
			s.acts(t, group, n).votes(page, "pass", "")
		}
	}
	region := func(v *visitor) bool { return strings.Contains(v.get(page).body, "Kharkiv") }
	if region(partner) || !region(officer) {
		t.Fatal("the region is not hidden as it should be")
	}
	earmarked := partner.offers(url.Values{"region": {"UA-63"}})
	id := strings.TrimPrefix(page, "/needs/")
	if a := partner.get(earmarked + "/reserve?need=" + id + "&lot=a"); !strings.Contains(a.says(t, ".notice"), "where "+id+" is needed is not shown") {
		t.Errorf("an offer for its region is told %q", a.says(t, ".notice"))
	}
	offer := partner.offers(nil)
	a := partner.post(offer+"/reservations", url.Values{"key": {"r"}, "need": {id}, "lot": {"a"}, "quantity": {"1500"}, "amount": {"100"}, "until": {today.AddDate(0, 0, 10).Format(time.DateOnly)}})
	deal, _, _ := strings.Cut(a.to, "?")
	if a.status != http.StatusSeeOther || region(partner) {
		t.Fatalf("reserving answers %d, and shows the region: %v", a.status, region(partner))
	}
	officer.post(deal, url.Values{"key": {"y"}, "act": {"accept"}})
	if !region(partner) || region(other) {
		t.Errorf("after acceptance the partner sees the region: %v; another partner: %v", region(partner), region(other))
	}
}
