package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tallinn/web/webtest"
)

// testNoScript: every page says the same without script, and the day and the
// filters work.
func testNoScript(t *testing.T, b *webtest.Browser, s *site) {
	look := webtest.Desk
	with := b.Page(t, look)
	look.NoScript = true
	without := b.Page(t, look)
	const text = `document.body.innerText.replace(/\s+/g, " ").trim()`
	for _, path := range []string{"/", "/flows", "/record"} {
		with.Go(s.url + path)
		without.Go(s.url + path)
		if a, b := webtest.Ask[string](with, text), webtest.Ask[string](without, text); a != b || len(b) < 500 {
			t.Errorf("%s has %d characters with script and %d without", path, len(a), len(b))
		}
	}
	without.Go(s.url + "/flows?as_of=2025-12-31")
	webtest.Ask[string](without, `document.querySelector("select[name=status]").value = "paid"`)
	without.Follow(".filters:not(.as-of) button")
	q, err := url.Parse(path(without))
	if err != nil || q.Query().Get("status") != "paid" || q.Query().Get("as_of") != "2025-12-31" {
		t.Errorf("the filters lead to %s", q)
	}
}

// testPaper: on paper are the sentence, the marking, every table and what is
// folded on screen; controls are not.
func testPaper(t *testing.T, b *webtest.Browser, s *site) {
	look := webtest.Desk.In("uk").AtNight()
	p := b.Page(t, look)
	p.Go(s.url + "/")
	tables := webtest.Ask[int](p, `document.querySelectorAll("table").length`)
	look.Print = true
	p.Turn(look)
	disclaimed(t, p, "uk")
	const shown = `[...document.querySelectorAll("table")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 20).length`
	if got := webtest.Ask[int](p, shown); got != tables || tables < 8 {
		t.Errorf("%d of %d tables are on paper", got, tables)
	}
	if got := webtest.Ask[bool](p, `document.querySelector("#milestones").checkVisibility()`); !got {
		t.Error("what is folded on screen is not on paper")
	}
	for _, control := range []string{".rail", ".themes", ".filters button", ".downloads"} {
		if webtest.Ask[bool](p, "[...document.querySelectorAll("+quote(control)+")].some(e => e.checkVisibility())") {
			t.Errorf("%s is on paper", control)
		}
	}
	file := filepath.Join(t.TempDir(), "statement.pdf")
	if dir := os.Getenv("TALLINN_SHOTS"); dir != "" {
		file = filepath.Join(dir, "statement.pdf")
	}
	p.PDF(file)
	if pdf, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("the page cannot be printed: %v", err)
	}
}

// firstPage bounds what a first visit may transfer, compressed, in bytes.
const firstPage = 150_000

// testWeight: a first visit is light, asks nobody else, and a second visit
// asks for the page alone.
func testWeight(t *testing.T, b *webtest.Browser, s *site) {
	p := b.Page(t, webtest.Phone)
	p.Go(s.url + "/")
	const all = `performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))`
	bytes := webtest.Ask[int](p, all+`.reduce((n, e) => n + e.transferSize, 0)`)
	t.Logf("a first visit is %d bytes", bytes)
	if bytes == 0 || bytes > firstPage {
		t.Errorf("a first visit is %d bytes, want at most %d", bytes, firstPage)
	}
	for _, address := range webtest.Ask[[]string](p, all+".map(e => e.name)") {
		if !strings.HasPrefix(address, s.url+"/") {
			t.Errorf("the page asks another host: %s", address)
		}
	}
	p.Go(s.url + "/")
	if again := webtest.Ask[int](p, all+`.reduce((n, e) => n + e.transferSize, 0)`); again > bytes/4 {
		t.Errorf("a second visit is %d bytes of %d", again, bytes)
	}
}
