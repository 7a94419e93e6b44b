package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"tallinn/web/webtest"
)

// path is where p is, with its query.
func path(p *webtest.Page) string { return webtest.Ask[string](p, "location.pathname+location.search") }

// say is what p shows in the first element that selector finds.
func say(p *webtest.Page, selector string) string {
	return webtest.Plain(webtest.Ask[string](p, "document.querySelector("+quote(selector)+")?.innerText ?? ''"))
}

func quote(s string) string { return "`" + strings.ReplaceAll(s, "`", "\\`") + "`" }

// testFollow: a newcomer follows the total down to the bytes of one rate, and
// the back button leads up again.
func testFollow(t *testing.T, b *webtest.Browser, s *site) {
	p := b.Page(t, webtest.Phone)
	p.Go(s.url + "/")
	total := say(p, "#total .value")
	p.Follow(`#total .figure-links a[href*="#rows"]`)
	if got := say(p, "#figure .value"); got != total || !strings.HasPrefix(path(p), "/figures/statement.total") {
		t.Fatalf("the total %q leads to %q at %s", total, got, path(p))
	}
	row := s.flow("SE")
	p.Follow(`#figure-rows a[href^="` + row + `"]`)
	if got := say(p, "h1"); !strings.Contains(got, "Sweden") {
		t.Fatalf("the row leads to %q", got)
	}
	p.Follow(`#amount .figure-links a[href^="/record/"]`)
	if got := say(p, "main"); !strings.Contains(got, "rate.published") || !strings.Contains(got, "ECB") {
		t.Fatalf("the rate leads to %q", got)
	}
	fact := path(p)
	p.Follow(`#raw a[href$="/raw"]`)
	if got := say(p, "body"); !strings.Contains(got, `"kind":"rate.published"`) {
		t.Fatalf("the bytes are %.200q", got)
	}
	for _, want := range []string{fact, row, "/figures/statement.total", "/"} {
		p.Back()
		if got := path(p); got != want && !strings.HasPrefix(got, want+"?") {
			t.Fatalf("back leads to %s, not %s", got, want)
		}
	}
	for _, c := range p.Complaints() {
		t.Errorf("the browser complains: %s", c)
	}
}

// testKeyboard: everything is reached without a mouse, in the order of the
// page, and the focus is always seen.
func testKeyboard(t *testing.T, b *webtest.Browser, s *site) {
	p := b.Page(t, webtest.Desk)
	p.Go(s.url + "/flows")
	way := p.Walk(30)
	want := []string{"a Skip to the content", "a Tallinn", "a Statement", "a Methods", "input as_of", "button Show", "select all"}
	at := -1
	for _, w := range want {
		i := slices.IndexFunc(way, func(got string) bool { return strings.HasPrefix(got, w) })
		if i <= at {
			t.Errorf("Tab reaches %q as number %d, after number %d; the way is %q", w, i, at, way)
		}
		at = max(at, i)
	}
	for _, step := range way {
		if strings.Contains(step, "(unseen)") {
			t.Errorf("the focus is not seen on %q", step)
		}
	}
	p.Go(s.url + "/flows")
	p.Press(kb.Tab + kb.Enter)
	if got := webtest.Ask[string](p, "location.hash+document.activeElement.id"); got != "#mainmain" {
		t.Errorf("the skip link leads to %q", got)
	}
	p.Go(s.url + "/flows")
	p.Press("jjk")
	first := webtest.Ask[string](p, `document.querySelector("#flows tbody a").innerText`)
	if got := p.Focus(); got != "a "+first {
		t.Errorf("j j k leads to %q, not to the first row, %q", got, first)
	}
	p.Enter()
	if got := path(p); got != "/flows/"+first {
		t.Errorf("Enter opens %s", got)
	}
	p.Press("/") // there is no search box yet: the key does nothing
	if got := p.Complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %s", got)
	}
}

// testLanguage: the switch keeps the page and its day, and the choice stays.
func testLanguage(t *testing.T, b *webtest.Browser, s *site) {
	p := b.Page(t, webtest.Desk)
	p.Go(s.url + "/figures/statement.total?as_of=2024-12-20&boundary=mechanism")
	p.Follow(".langs a")
	q, err := url.Parse(path(p))
	if err != nil || q.Path != "/figures/statement.total" || q.Query().Get("as_of") != "2024-12-20" || q.Query().Get("lang") != "uk" {
		t.Errorf("the switch leads to %s", q)
	}
	if got := say(p, "#figure .scope"); !strings.Contains(got, "20 грудня 2024 р.") {
		t.Errorf("the day of the figure is %q", got)
	}
	p.Go(s.url + "/flows?status=pledge&as_of=2025-12-31")
	if got := webtest.Ask[string](p, "document.documentElement.lang"); got != "uk" {
		t.Errorf("the next page is in %q", got)
	}
	p.Follow(".langs a")
	if q, _ := url.Parse(path(p)); q.Query().Get("status") != "pledge" || q.Query().Get("as_of") != "2025-12-31" {
		t.Errorf("the switch back leads to %s", q)
	}
	if got := webtest.Ask[string](p, "document.documentElement.lang"); got != "en" {
		t.Errorf("after the switch back the page is in %q", got)
	}
}

// testAnotherDay: an earlier day has an earlier account, and a day that is
// none is explained in both languages.
func testAnotherDay(t *testing.T, b *webtest.Browser, s *site) {
	const members = `document.querySelectorAll("#members tbody tr").length`
	p := b.Page(t, webtest.Phone)
	p.Go(s.url + "/")
	now := webtest.Ask[int](p, members)
	p.Go(s.url + "/statement?as_of=2024-12-20")
	if got := say(p, "#total .value"); got != "€500,000.00" {
		t.Errorf("by 20 December 2024 the total is %q", got)
	}
	if then := webtest.Ask[int](p, members); then >= now || then == 0 {
		t.Errorf("%d members by 20 December 2024, %d today", then, now)
	}
	p.Follow(`.as-of a`)
	if got := webtest.Ask[int](p, members); got != now {
		t.Errorf("Today leads to %s with %d members", path(p), got)
	}
	for lang, want := range map[string][2]string{
		"en": {"is not a day", "write YYYY-MM-DD"}, "uk": {"не день", "напишіть РРРР-ММ-ДД"},
	} {
		p := b.Page(t, webtest.Phone.In(lang))
		p.Expect("400")
		p.Go(s.url + "/statement?as_of=tomorrow")
		got := say(p, "main")
		for _, w := range []string{want[0], want[1], "statement.as_of"} {
			if !strings.Contains(strings.ToLower(got), strings.ToLower(w)) {
				t.Errorf("in %s the page does not say %q: %s", lang, w, got)
			}
		}
		p.Follow(`.code a`)
		if got := say(p, "h1"); !strings.Contains(got, "statement.as_of") {
			t.Errorf("the code leads to %q", got)
		}
	}
}
