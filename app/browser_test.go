package app_test

import (
	"strings"
	"sync"
	"testing"

	"tallinn/web/webtest"
)

// TestBrowser looks at every public page in a browser and walks through them
// as readers do, on a hub with the public data. One browser serves all.
func TestBrowser(t *testing.T) {
	b := webtest.Open(t)
	s := demoSite(t)
	play := sync.OnceValue(func() gated { return gatedSite(t) })
	onPlay := func(test func(*testing.T, *webtest.Browser, *site)) func(*testing.T, *webtest.Browser, *site) {
		return func(t *testing.T, b *webtest.Browser, _ *site) { test(t, b, play().site) }
	}
	for _, part := range []struct {
		name string
		test func(*testing.T, *webtest.Browser, *site)
	}{
		{"pages", testPages},
		{"following a number to its source", testFollow},
		{"keyboard", testKeyboard},
		{"switching the language", testLanguage},
		{"another day", testAnotherDay},
		{"without script", testNoScript},
		{"on paper", testPaper},
		{"weight of a first visit", testWeight},
		{"hostile text", testHostile},
		{"needs", onPlay(testNeeds)},
		{"guided walk", testWalk},
		{"exercise", onPlay(testExercise)},
		{"voting by keyboard", onPlay(testVoting)},
		{"again", func(t *testing.T, b *webtest.Browser, _ *site) { testAgain(t, b, play()) }},
		{"emergency", onPlay(testKept)},
		{"search", testSearch},
		{"passkeys", testPasskeys},
		{"push", testPush},
		{"onboarding", testOnboarding},
		{"editions", testEditions},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, b, s) })
	}
}

// A sight is one page and what it is expected to be.
type sight struct {
	name, path string
	status     int // 200 unless said
}

// sights are all public pages, with the ways that one page can be that look
// different: empty, filtered, wrong.
func sights(s *site) []sight {
	return []sight{
		{name: "statement", path: "/"},
		{name: "statement-2024", path: "/statement?as_of=2024-12-20"},
		{name: "statement-empty", path: "/statement?as_of=2020-01-01"},
		{name: "statement-bad-day", path: "/statement?as_of=2024-13-40", status: 400},
		{name: "figure-total", path: "/figures/statement.total"},
		{name: "figure-partner", path: "/figures/statement.partner.SE"},
		{name: "figure-scope", path: "/figures/statement.scope.military"},
		{name: "flows", path: "/flows"},
		{name: "flows-filtered", path: "/flows?status=pledge&scope=mechanism"},
		{name: "flows-none", path: "/flows?as_of=2020-01-01"},
		{name: "flow", path: s.flow("SE")},
		{name: "mentions", path: "/mentions"},
		{name: "mention", path: s.mention("total")},
		{name: "parties", path: "/parties"},
		{name: "state", path: "/parties/EE"},
		{name: "body", path: "/parties/tmpo"},
		{name: "projects", path: "/projects"},
		{name: "project", path: s.project()},
		{name: "record", path: "/record"},
		{name: "fact", path: "/record/" + s.fact("flow.recorded")},
		{name: "rates", path: "/record/" + s.fact("rate.published")},
		{name: "methods", path: "/methods"},
		{name: "problem", path: "/problems/statement.as_of"},
		{name: "missing", path: "/nothing/here", status: 404},
	}
}

// testPages visits each page on a phone and on a desk; language and colours
// alternate so that each page is seen in both of each, and the statement in
// all four.
func testPages(t *testing.T, b *webtest.Browser, s *site) {
	for i, one := range sights(s) {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			phone, desk := webtest.Phone, webtest.Desk.In("uk").AtNight()
			if i%2 == 1 {
				phone, desk = webtest.Phone.In("uk").AtNight(), webtest.Desk
			}
			looks := []webtest.Look{phone, desk}
			if one.name == "statement" {
				looks = append(looks, webtest.Phone.In("uk"), webtest.Desk.AtNight())
			}
			for _, look := range looks {
				visit(t, b, s, one, look)
			}
		})
	}
}

// visit opens a page and fails for whatever is wrong with it.
func visit(t *testing.T, b *webtest.Browser, s *site, one sight, look webtest.Look) {
	t.Helper()
	lang := "en"
	if look.Lang != "" {
		lang = look.Lang
	}
	p := b.Page(t, look)
	p.Go(s.url + one.path)
	if one.status != 0 {
		p.Expect("the server responded with a status of")
	}
	p.Sound()
	picture(p, one.name, look)
	if got := webtest.Ask[int](p, `performance.getEntriesByType("navigation")[0].responseStatus`); got != max(one.status, 200) {
		t.Errorf("%s answers %d", one.path, got)
	}
	if got := webtest.Ask[string](p, "document.documentElement.lang"); got != lang {
		t.Errorf("the page says it is in %q, not %q", got, lang)
	}
	if foreign := p.Foreign(names...); len(foreign) > 0 {
		t.Errorf("not in the language of the page: %s", strings.Join(foreign, " | "))
	}
	disclaimed(t, p, lang)
	look.Print = true
	p.Turn(look)
	disclaimed(t, p, lang)
	p.Close()
}

// names are proper names that Ukrainian writes in Latin letters.
var names = []string{"Tallinn", "CybExer", "SpaceX", "CRDF Global", "EU CyberNet", "OpenAPI", "Starlink"}

// disclaimers say whose account this is not.
var disclaimers = map[string]string{
	"en": "Compiled from public sources; not a publication of the Tallinn Mechanism or any government",
	"uk": "Укладено з відкритих джерел; не є публікацією Талліннського механізму чи будь-якого уряду",
}

func disclaimed(t *testing.T, p *webtest.Page, lang string) {
	t.Helper()
	const seen = `[...document.querySelectorAll("p")].filter(e => e.checkVisibility({visibilityProperty: true})).map(e => e.innerText).join("\n")`
	if !strings.Contains(webtest.Ask[string](p, seen), disclaimers[lang]) {
		t.Errorf("the page does not say: %s", disclaimers[lang])
	}
}
