package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"tallinn/web/webtest"
)

// fill types into the fields of the page's form, by id.
func fill(p *webtest.Page, fields map[string]string) {
	for id, value := range fields {
		webtest.Ask[bool](p, fmt.Sprintf(`document.getElementById(%q).value = %q, true`, id, value))
	}
}

const onward = "main form .do .primary"

// testOnboarding: the front office enters a water company from its letter and
// prints two sheets; a phone that opens the first ends on the desk, and asks
// for help; a preview of the link, and a second use, do nothing. Then a
// validator is away: a colleague gets a seat and votes for them.
func testOnboarding(t *testing.T, b *webtest.Browser, _ *site) {
	s := playSite(t)
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://localhost:" + at.Port()
	seats := s.seats()
	desk := webtest.Desk.In("uk")
	p := b.Page(t, desk)
	s.enters(p, seats["front office"][0])
	p.Go(s.url + "/seats/admit")
	picture(p, "admit-sort", desk)
	p.Sound()
	webtest.Ask[bool](p, `document.querySelector("input[name=sort][value=company]").checked = true, true`)
	p.Follow(onward)
	fill(p, map[string]string{"name_uk": "Обласний водоканал «Джерело»", "name_en": "Spring Water Company"})
	p.Follow(onward)
	fill(p, map[string]string{"number": "01-12/345"})
	p.Follow(onward)
	fill(p, map[string]string{"head": "Галина Криничка", "deputy": "галина криничка"})
	p.Follow(onward)
	if got := say(p, ".notice-danger"); !strings.Contains(got, "дві різні людини") {
		t.Fatalf("one person twice is answered with %q", got)
	}
	p.Expect("422")
	p.Expect("400")
	fill(p, map[string]string{"deputy": "Остап Ставок"})
	p.Follow(onward)
	picture(p, "admit-check", desk)
	p.Sound()
	p.Follow(onward)
	if got := path(p); !strings.HasPrefix(got, "/seats/sheets?") {
		t.Fatalf("the institution is entered, and the page is %s: %s", got, say(p, "main"))
	}
	p.Follow(onward)
	picture(p, "sheets", desk)
	p.Sound()
	links := webtest.Ask[[]string](p, `[...document.querySelectorAll(".sheet code")].map(e => e.innerText)`)
	if len(links) != 2 || links[0] == links[1] {
		t.Fatalf("the sheets lead to %q", links)
	}

	// What opens a link ahead of its reader uses nothing up.
	for range 2 {
		s.get(strings.TrimPrefix(links[0], s.url))
	}
	phone := webtest.Phone.In("uk")
	q := b.Page(t, phone)
	q.Go(links[0])
	q.Follow("main form button")
	picture(q, "onboard-desk", phone)
	q.Sound()
	if got := path(q); got != "/desk" || !strings.Contains(say(q, "main"), "Джерело") {
		t.Fatalf("scanning ends on %s: %s", got, say(q, "main"))
	}
	if got := say(q, "main"); !strings.Contains(got, "ключ доступу") {
		t.Errorf("the desk offers no passkey: %s", got)
	}
	q.Go(s.url + "/needs/new")
	if got := say(q, "h1"); !strings.Contains(got, "потреб") {
		t.Errorf("a new officer cannot ask: %s", got)
	}
	again := b.Page(t, phone)
	again.Go(links[0])
	again.Expect("401")
	again.Follow("main form button")
	if got := say(again, "main"); !strings.Contains(got, "більше не діє") {
		t.Errorf("the link works twice: %s", got)
	}

	// A validator is away.
	validator := seats["technical group"][0]
	p.Go(s.url + "/seats/" + validator)
	holder := webtest.Ask[string](p, `document.querySelector('main a[href^="/parties/"]').getAttribute("href").split("/").pop()`)
	p.Go(s.url + "/seats/new?role=officer&holder=" + holder)
	picture(p, "seat-new", desk)
	p.Sound()
	fill(p, map[string]string{"name": "Ірина Заступниця"})
	p.Follow(onward)
	p.Follow(onward)
	link := webtest.Ask[string](p, `document.querySelector(".sheet code").innerText`)
	away := b.Page(t, webtest.Desk)
	s.enters(away, validator)
	away.Go(s.url + "/seats/" + validator + "/delegate")
	picture(away, "delegate", webtest.Desk)
	away.Sound()
	away.Follow(onward)
	picture(away, "seat-delegated", webtest.Desk)
	away.Sound()
	if got := say(away, ".notice-good"); !strings.Contains(got, "has a deputy") {
		t.Fatalf("delegating says %q", got)
	}
	deputy := b.Page(t, webtest.Phone)
	deputy.Go(link)
	deputy.Follow("main form button")
	deputy.Go(s.url + "/account")
	webtest.Ask[bool](deputy, fmt.Sprintf(`(() => { const f = document.createElement("form"); f.method = "post"; f.action = "/seat";
		f.innerHTML = '<input name="seat" value="%s"><button id="switch">.</button>'; document.querySelector("main").append(f); return true })()`, validator))
	deputy.Follow("#switch")
	deputy.Go(s.url + "/queue")
	deputy.Follow("#queue tbody a")
	webtest.Ask[bool](deputy, `(document.querySelector("[name=verdict][value=abstain]").checked = true, true)`)
	deputy.Follow("form.ballot .do .primary")
	if got := say(deputy, ".summary"); !strings.Contains(got, ", for ") {
		t.Errorf("the summary does not say for whom: %s", got)
	}
	deputy.Follow("form button[value=sign]")
	picture(deputy, "voted-for", webtest.Phone)
	deputy.Sound()
	if got := say(deputy, "main"); !strings.Contains(got, ", for technical group") {
		t.Errorf("the vote does not show for whom it was cast: %s", got)
	}
	away.Go(s.url + "/seats/" + validator)
	away.Follow(`form[action$="/undelegate"] button`)
	deputy.Expect("401")
	deputy.Go(s.url + "/queue")
	if got := webtest.Ask[int](deputy, `document.querySelectorAll("#queue tbody a").length`); got != 0 {
		t.Error("a deputy whose delegation was taken back still has a queue")
	}
	left, next := officerLeaves(t, b, s, p, seats["programme officer"][3])
	for _, page := range []*webtest.Page{p, q, again, away, deputy, left, next} {
		for _, c := range page.Complaints() {
			t.Errorf("the browser complains: %s", c)
		}
	}
}

// officerLeaves: a partner's officer changes while a reservation waits for its
// commitment. Who left sees nothing more; who comes finds it on the desk, from
// a phone, and commits it. P is the front office.
func officerLeaves(t *testing.T, b *webtest.Browser, s *site, p *webtest.Page, seat string) (left, next *webtest.Page) {
	t.Helper()
	left = b.Page(t, webtest.Desk)
	s.enters(left, seat)
	left.Go(s.url + "/desk")
	const item = `#waiting-list a[href^="/reservations/"]`
	deal := webtest.Ask[string](left, `document.querySelector('`+item+`').getAttribute("href")`)
	p.Go(s.url + "/seats/" + seat + "/assign")
	picture(p, "seat-assign", webtest.Desk.In("uk"))
	p.Sound()
	fill(p, map[string]string{"name": "Нова Посадова"})
	p.Follow(onward)
	p.Follow(onward)
	link := webtest.Ask[string](p, `document.querySelector(".sheet code").innerText`)
	left.Go(s.url + "/desk")
	if got := webtest.Ask[int](left, `document.querySelectorAll("main table a").length`); got != 0 {
		t.Errorf("who left still has a desk: %s", say(left, "main"))
	}
	left.Expect("404")
	left.Go(s.url + deal)
	phone := webtest.Phone.In("uk")
	next = b.Page(t, phone)
	next.Go(link)
	next.Follow("main form button")
	picture(next, "officer-desk", phone)
	next.Sound()
	next.Follow(`#waiting-list a[href="` + deal + `"]`)
	next.Follow(`form:has(input[value="commit"]) button`)
	picture(next, "officer-committed", phone)
	if got := say(next, ".notice-good"); !strings.Contains(got, "Готово. Зобов’язання") {
		t.Errorf("committing says %q", got)
	}
	return left, next
}
