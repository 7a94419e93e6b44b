package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"tallinn/web/webtest"
)

// testSearch: what is typed opens under the box, the arrows walk it and Enter
// opens what is chosen; the page of the same search works without.
func testSearch(t *testing.T, b *webtest.Browser, _ *site) {
	s := playSite(t)
	tech := s.seats()["technical group"][0]
	for i, look := range []webtest.Look{webtest.Phone.In("uk").AtNight(), webtest.Desk} {
		p := b.Page(t, look)
		s.enters(p, tech)
		p.Go(s.url + "/needs")
		p.Press("/")
		p.FocusOn("input")
		p.Press([]string{"лікарень", "backup copies"}[i])
		for deadline := time.Now().Add(10 * time.Second); say(p, ".suggestions [role=option]") == ""; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("nothing opens under the box: %q", say(p, ".suggestions"))
			}
		}
		picture(p, "search-typing", look)
		p.Sound()
		p.Press(kb.ArrowDown)
		if got := webtest.Ask[string](p, `document.querySelector("[aria-selected=true]").id`); got != "search-0" {
			t.Errorf("the arrow chooses %q", got)
		}
		first := webtest.Ask[string](p, `document.querySelector("#search-0").getAttribute("href")`)
		p.Enter()
		if got := path(p); !strings.HasPrefix(first, got) {
			t.Errorf("Enter opens %s, not %s", got, first)
		}
		p.Go(s.url + "/search?q=" + []string{"лікарень", "backup+copies"}[i])
		picture(p, "search", look)
		p.Sound()
		p.Close()
	}
}
