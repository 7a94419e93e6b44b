package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tallinn/web/webtest"
)

// testWalk takes the guided walk from the public front page to the statement
// of the exercise, pressing only what the bar says, on a desk and on a phone,
// each with a need of its own. A reader must be able to do that in two
// minutes; here it is under one.
func testWalk(t *testing.T, b *webtest.Browser, _ *site) {
	s := playSite(t)
	for _, one := range []struct {
		look webtest.Look
		ends string
	}{
		{webtest.Desk, "€960.00 from Tarnholm are now counted in this total"},
		{webtest.Phone.In("uk").AtNight(), "уже враховано в цьому підсумку"},
	} {
		p := b.Page(t, one.look)
		s.walks(t, p, one.look)
		bar := webtest.Plain(webtest.Ask[string](p, `document.querySelector(".walk").innerText`))
		if !strings.Contains(bar, one.ends) {
			t.Errorf("the walk ends with: %s", bar)
		}
		if got := webtest.Ask[string](p, "location.pathname"); got != "/statement" {
			t.Errorf("the walk ends at %s", got)
		}
		p.Follow(".walk .walk-acts form:last-child button")
		if got := webtest.Ask[string](p, "location.pathname + document.querySelectorAll('.walk, .exercise').length"); got != "/0" {
			t.Errorf("one click does not leave the walk: %s", got)
		}
		p.Close()
	}
}

// walks presses what the bar says until the walk has ended.
func (s *site) walks(t *testing.T, p *webtest.Page, look webtest.Look) {
	t.Helper()
	p.Go(s.url + "/")
	began, page := time.Now(), 0
	press := func(selector string) {
		webtest.Ask[bool](p, fmt.Sprintf(`(document.querySelector(%q)?.scrollIntoView({block: "center"}), true)`, selector))
		p.Follow(selector)
		page++
		picture(p, fmt.Sprintf("walk-%02d", page), look)
	}
	const on = ".walk .primary" // the bar's own button
	press(".walk-begin button")
	press("form.form .do .primary")
	for range 4 {
		press(on)
		press("form.ballot .do .primary")
		press("form button[value=sign]")
	}
	press(on)
	press("form.form .primary")
	for range 2 {
		press(on)
		press(".panel form .primary")
	}
	press(on)
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the walk took %v", took)
	}
	p.Sound()
}

// testExercise looks at every page of offers, desks and the exercise, as the
// seats that use them.
func testExercise(t *testing.T, b *webtest.Browser, s *site) {
	seats := s.seats()
	officer, partner, front, tech := seats["cyber officer"], seats["programme officer"], seats["front office"][0], seats["technical group"][0]
	for i, one := range []struct{ name, seat, path, follow string }{
		{"seats-to-enter", "", "/exercise", ""},
		{"walk-offer", "", "/walk", ""},
		{"desk-group", tech, "/desk", ""},
		{"desk-officer", officer[0], "/desk", ""},
		{"desk-partner", partner[1], "/desk", ""},
		{"desk-front", front, "/desk", ""},
		{"desk-empty", seats["observer"][0], "/desk", ""},
		{"offers", partner[0], "/offers", ""},
		{"offers-none", partner[0], "/offers?form=services&state=closed", ""},
		{"offer", partner[1], "/offers", "#offers tbody a"},
		{"offer-new", partner[0], "/offers/new", ""},
		{"need-to-give", partner[0], "/needs", "#needs tbody a"},
		{"statement-exercise", partner[0], "/statement", ""},
		{"statement-pictures", partner[0], "/statement/pictures", ""},
		{"needs-pictures", partner[0], "/needs/pictures?step=technical", ""},
	} {
		t.Run(one.name, func(t *testing.T) {
			looks := []webtest.Look{webtest.Phone, webtest.Desk.In("uk").AtNight()}
			if i%2 == 1 {
				looks = []webtest.Look{webtest.Phone.In("uk").AtNight(), webtest.Desk}
			}
			for _, look := range looks {
				p := b.Page(t, look)
				if one.seat != "" {
					s.enters(p, one.seat)
				}
				p.Go(s.url + one.path)
				if one.follow != "" {
					p.Follow(one.follow)
				}
				p.Sound()
				picture(p, one.name, look)
				p.Close()
			}
		})
	}
}
