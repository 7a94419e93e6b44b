package app_test

import (
	"strings"
	"testing"
	"time"

	"tallinn/web/webtest"
)

// testWalk takes the guided walk from the public front page to the statement
// of the exercise, pressing only what the bar says, and looks at each page on
// the way. A reader must be able to do that in two minutes; here it is under
// one.
func testWalk(t *testing.T, b *webtest.Browser, _ *site) {
	s := playSite(t)
	began := time.Now()
	p := b.Page(t, webtest.Desk)
	p.Go(s.url + "/")
	p.Follow(".walk-begin button")
	p.Follow("form.form .do .primary")
	for range 4 {
		p.Follow(".walk .primary")
		p.Follow("form.ballot .do .primary")
		p.Follow("form button[value=sign]")
	}
	p.Follow(".walk .primary")
	p.Follow("form.form .primary")
	for range 2 {
		p.Follow(".walk .primary")
		p.Follow(".panel form .primary")
	}
	p.Follow(".walk .primary")
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the walk took %v", took)
	}
	bar := webtest.Ask[string](p, `document.querySelector(".walk").innerText`)
	if !strings.Contains(bar, "€960.00 from Tarnholm now count in this total") {
		t.Errorf("the walk ends with: %s", bar)
	}
	if got := webtest.Ask[string](p, "location.pathname"); got != "/statement" {
		t.Errorf("the walk ends at %s", got)
	}
	p.Sound()
	p.Follow(".walk .walk-acts form:last-child button")
	if got := webtest.Ask[string](p, "location.pathname + document.querySelectorAll('.walk, .exercise').length"); got != "/0" {
		t.Errorf("one click does not leave the walk: %s", got)
	}
	p.Close()
}

// testExercise looks at every page of offers, desks and the exercise, as the
// seats that use them.
func testExercise(t *testing.T, b *webtest.Browser, _ *site) {
	s := playSite(t)
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
