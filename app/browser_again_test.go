package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"tallinn/web/webtest"
)

// A gate stands before a hub and can cut the line of open pages.
type gate struct {
	hub  http.Handler
	shut atomic.Pointer[string] // the stream whose line is gone; nil: none
	bad  atomic.Int64           // how often it was asked for meanwhile
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if shut := g.shut.Load(); shut != nil && *shut == r.URL.Path {
		if g.bad.Add(1) == 1 {
			w.WriteHeader(http.StatusBadGateway) // as a proxy says while the hub starts anew: browsers then give up
			return
		}
		panic(http.ErrAbortHandler)
	}
	g.hub.ServeHTTP(w, r)
}

// A gated site is that of a hub with the exercise, whose line can be cut.
type gated struct {
	*site
	server *httptest.Server
	line   *gate
}

// gatedSite is playSite with a line that can be cut.
func gatedSite(t testing.TB) gated {
	t.Helper()
	_, hub := playHub(t)
	h, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{hub: h}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return gated{&site{t: t, url: server.URL}, server, g}
}

// awaits until p says words in what selector finds.
func awaits(p *webtest.Page, selector, words string) {
	p.Await("document.querySelector(" + quote(selector) + ")?.innerText.includes(" + quote(words) + ")")
}

// presses a button of a page to which the back button led. The browser has kept
// it as it was, and does not tell those who drive it of its elements.
func presses(p *webtest.Page, selector string) {
	webtest.Ask[bool](p, "setTimeout(() => document.querySelector("+quote(selector)+").click()), true")
}

// testAgain: what was sent twice, sent again from a page that was left, from
// another window, or on what has changed meanwhile does the right thing and
// says so; and a page whose line is cut shows in the end what is so.
func testAgain(t *testing.T, b *webtest.Browser, s gated) {
	tech := s.seats()["technical group"]
	officer := s.acts(t, "cyber officer", 0)
	watched, stale := officer.submits(asked()), officer.submits(asked())

	// The line of an open page is cut, and meanwhile both groups vote.
	watcher := b.Page(t, webtest.Desk)
	s.enters(watcher, tech[2])
	watcher.Go(s.url + watched)
	before := say(watcher, ".phases")
	watcher.Expect("Failed to load resource")
	watcher.Expect("502")
	stream := watched + "/events"
	s.line.shut.Store(&stream)
	s.server.CloseClientConnections()
	for _, group := range []string{"technical group", "interagency group"} {
		for n := range 2 {
			s.acts(t, group, n).votes(watched, "pass", "")
		}
	}

	s.submitsTwice(t, b)
	s.votesFromTwoWindows(t, b, tech[0], stale)

	awaits(watcher, ".live-bar.lost", "The connection is lost; trying again")
	if got := say(watcher, ".phases"); got != before {
		t.Fatalf("what nobody could tell is shown: %q", got)
	}
	picture(watcher, "line-lost", webtest.Desk)
	s.line.shut.Store(nil)
	awaits(watcher, ".live-bar:not(.lost)", "This need has changed")
	now := officer.get(watched).says(t, ".phases")
	if got := say(watcher, ".phases"); got == before || strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(now, " ", "") {
		t.Errorf("when the line is back the page says %q, not %q", got, now)
	}
	if got := say(watcher, ".live-bar.lost"); got != "" {
		t.Errorf("when the line is back the page still says %q", got)
	}
	for _, c := range watcher.Complaints() {
		t.Errorf("the browser complains: %s", c)
	}
}

// submits twice: pressed twice, a lost answer, the back button.
func (s *site) submitsTwice(t *testing.T, b *webtest.Browser) {
	p := b.Page(t, webtest.Desk)
	s.enters(p, s.seats()["cyber officer"][0])
	for _, title := range []string{"Twice pressed", "Lost answer"} {
		p.Go(s.url + "/needs/new")
		fill(p, map[string]string{"title": title, "summary": "For the desks.", "line": "detection", "sector": "energy",
			"lot-a-what": "edr_seats", "lot-a-quantity": "40", "useful_until": "2027-12-31", "lead_days": "5"})
		webtest.Ask[bool](p, `["short", "high"].forEach(v => document.querySelector("input[value=" + v + "]").click()), true`)
		// The first sending arrives, and its answer does not.
		webtest.Ask[bool](p, `fetch(document.querySelector("form.form").action, {method: "POST", redirect: "manual",
			body: new URLSearchParams(new FormData(document.querySelector("form.form")))}).then(() => true)`)
		p.Follow("form.form .do .primary")
		if got := say(p, ".notice-good"); !strings.HasPrefix(got, "This was recorded before; nothing was recorded twice. Done.") {
			t.Fatalf("sent again, the page says %q at %s: %s", got, path(p), say(p, "main"))
		}
		page, _, _ := strings.Cut(path(p), "?")
		p.Back()
		if got := webtest.Ask[string](p, `document.getElementById("title").value`); got != title {
			t.Fatalf("the back button leads to a form with the title %q", got)
		}
		presses(p, "form.form .do .primary")
		awaits(p, ".notice-good", "Done.")
		if got, _, _ := strings.Cut(path(p), "?"); got != page || !strings.HasPrefix(say(p, ".notice-good"), "This was recorded before") {
			t.Fatalf("sent again from the page before, it leads to %s, not %s, and says %q", got, page, say(p, ".notice-good"))
		}
	}

	// Back, and something else is typed: that is no slip, and is asked about.
	p.Back()
	fill(p, map[string]string{"title": "Something else", "summary": "Radios that reach the crews of two substations."})
	p.Expect("409")
	presses(p, "form.form .do .primary")
	awaits(p, ".notice-attention", "This form was sent before, and that is recorded; nothing was recorded now.")
	presses(p, "form.form .do .primary")
	awaits(p, ".notice-good", "Done.")
	p.Go(s.url + "/needs?mine=own")
	for title, want := range map[string]int{"Twice pressed": 1, "Lost answer": 1, "Something else": 1} {
		if got := strings.Count(say(p, "#needs"), title); got != want {
			t.Errorf("%q is listed %d times", title, got)
		}
	}
	for _, c := range p.Complaints() {
		t.Errorf("the browser complains: %s", c)
	}
}

// votesFromTwoWindows: one window votes; the other, which has not seen that,
// is told, and shown the vote that stands. Then the stage closes under it.
func (s *site) votesFromTwoWindows(t *testing.T, b *webtest.Browser, seat, page string) {
	one, two := b.Page(t, webtest.Desk), b.Page(t, webtest.Desk.In("uk"))
	summary := func(p *webtest.Page, verdict string) {
		p.Go(s.url + page + "/vote")
		webtest.Ask[bool](p, fmt.Sprintf(`document.querySelector("input[name=verdict][value=%s]").click(), true`, verdict))
		webtest.Ask[bool](p, `document.querySelectorAll("fieldset.radios input[value='4']").forEach(e => e.click()), true`)
		p.Follow(`button[value="check"]`)
	}
	const sign = `button[value="sign"]`
	for _, p := range []*webtest.Page{one, two} {
		s.enters(p, seat)
		p.Expect("409")
		summary(p, "pass")
	}
	one.Follow(sign)
	if got := say(one, ".notice-good"); !strings.HasPrefix(got, "Done. Your vote on") {
		t.Fatalf("the first window says %q", got)
	}
	two.Follow(sign)
	if got := say(two, ".notice-attention"); !strings.Contains(got, "в іншому вікні") {
		t.Fatalf("the second window says %q", got)
	}
	two.Follow(`button[value="check"]`)
	two.Follow(sign)
	if got := say(two, ".notice-good"); !strings.Contains(got, "Так воно вже й було") {
		t.Errorf("the same vote again is answered with %q", got)
	}

	// Back from the done page is the summary; signing it again does nothing twice.
	one.Back()
	presses(one, sign)
	awaits(one, ".notice", "recorded before")

	summary(one, "abstain")
	s.acts(t, "technical group", 1).votes(page, "pass", "")
	one.Follow(sign)
	if got := say(one, ".notice-danger"); !strings.Contains(got, "Nothing was recorded") || !strings.Contains(got, "stage") {
		t.Errorf("a vote in a stage that has closed is answered with %q", got)
	}
	if got := say(one, ".phases"); !strings.Contains(got, "interagency") {
		t.Errorf("the need is not shown as it is: %q", got)
	}
	for _, p := range []*webtest.Page{one, two} {
		for _, c := range p.Complaints() {
			t.Errorf("the browser complains: %s", c)
		}
	}
}
