package app_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/web/webtest"
)

// playSite is a hub with the public data and the exercise, which visitors may
// enter.
func playSite(t testing.TB) *site {
	t.Helper()
	s, _ := playHub(t)
	return s
}

// playHub is playSite with its hub.
func playHub(t testing.TB) (*site, *app.Hub) {
	t.Helper()
	hub, closeHub := openHub(t, t.TempDir())
	t.Cleanup(closeHub)
	if err := hub.LoadDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return &site{t: t, url: server.URL}, hub
}

// seats are those of the exercise, by role in the order of its list.
func (s *site) seats() map[string][]string {
	s.t.Helper()
	out := map[string][]string{}
	row := regexp.MustCompile(`(?s)<tr[^>]* id="(R-\d+)".*?</tr>`)
	for _, m := range row.FindAllStringSubmatch(string(s.get("/exercise?lang=en")), -1) {
		for _, role := range []string{"cyber officer", "technical group", "interagency group", "programme officer", "front office", "observer", "implementer", "co-chair", "auditor"} {
			if strings.Contains(m[0], role) {
				out[role] = append(out[role], m[1])
				break
			}
		}
	}
	return out
}

// enters signs p in to a seat of the exercise.
func (s *site) enters(p *webtest.Page, seat string) {
	s.t.Helper()
	p.Go(s.url + "/exercise")
	p.Follow("#" + seat + " button")
}

// testNeeds looks at every page of needs as the seats that use it, in both
// languages, light and dark, on a phone and on a desk.
func testNeeds(t *testing.T, b *webtest.Browser, s *site) {
	seats := s.seats()
	officer, tech := seats["cyber officer"][0], seats["technical group"][0]
	for i, one := range []struct{ name, seat, path, follow string }{
		{"needs", tech, "/needs", ""},
		{"needs-board", tech, "/needs?view=board", ""},
		{"needs-none", tech, "/needs?stage=withdrawn&line=training", ""},
		{"queue", tech, "/queue", ""},
		{"vote", tech, "/queue", "#queue tbody a"},
		{"need-technical", tech, "/needs?stage=technical", "#needs tbody a"},
		{"need-validated", tech, "/needs?stage=validated", "#needs tbody a"},
		{"need-returned", officer, "/needs?stage=returned", "#needs tbody a"},
		{"need-rejected", tech, "/needs?stage=rejected", "#needs tbody a"},
		{"needs-new", officer, "/needs/new", ""},
		{"needs-wrong", officer, "/needs/new", "form .do button"},
		{"seats", tech, "/seats", ""},
		{"seat", tech, "/seats/" + tech, ""},
		{"procedure", tech, "/procedure", ""},
	} {
		t.Run(one.name, func(t *testing.T) {
			looks := []webtest.Look{webtest.Phone, webtest.Desk.In("uk").AtNight()}
			if i%2 == 1 {
				looks = []webtest.Look{webtest.Phone.In("uk").AtNight(), webtest.Desk}
			}
			for _, look := range looks {
				p := b.Page(t, look)
				s.enters(p, one.seat)
				p.Go(s.url + one.path)
				if one.name == "needs-wrong" {
					p.Expect("422")
				}
				if one.follow != "" {
					p.Follow(one.follow)
				}
				picture(p, one.name, look)
				p.Sound()
				p.Close()
			}
		})
	}
}

// testVoting: a need is voted on by keyboard alone, the other page that shows
// it changes by itself, and the next need is one key away.
func testVoting(t *testing.T, b *webtest.Browser, s *site) {
	tech := s.seats()["technical group"]
	p, other := b.Page(t, webtest.Desk), b.Page(t, webtest.Desk)
	s.enters(p, tech[0])
	s.enters(other, tech[1])
	p.Go(s.url + "/queue")
	p.Press("j")
	p.Enter()
	page := strings.TrimSuffix(path(p), "/vote")
	other.Go(s.url + page)
	before := say(other, ".phases")
	p.Go(s.url + page + "/vote")
	webtest.Ask[bool](p, `document.querySelector("input[name=verdict]").focus(), true`)
	p.Press(" ")
	webtest.Ask[bool](p, `document.querySelectorAll("fieldset.radios input[value='4']").forEach(e => e.click()), true`)
	p.Follow(`button[value="check"]`)
	p.FocusOn("button Sign")
	picture(p, "sign", webtest.Desk)
	p.Sound()
	p.Enter()
	// The first of the queue may have one vote already: then this one decides.
	if got := say(p, ".notice-good"); !strings.HasPrefix(got, "Done. Your vote on") && !strings.HasPrefix(got, "Done. "+strings.TrimPrefix(page, "/needs/")+" has passed") {
		t.Fatalf("after signing the page says %q", got)
	}
	picture(p, "voted", webtest.Desk)
	p.Sound()
	for deadline := time.Now().Add(5 * time.Second); say(other, ".live-bar") == ""; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the other page was not told of the vote")
		}
	}
	if got := say(other, ".phases"); got == before {
		t.Errorf("the other page still says %q", got)
	}
	picture(other, "told", webtest.Desk)
	p.FocusOn("a ")
	p.Enter()
	if got := path(p); !strings.HasSuffix(got, "/vote") || strings.HasPrefix(got, page+"/") {
		t.Errorf("Enter leads to %s, not to the next need", got)
	}
	for _, q := range []*webtest.Page{p, other} {
		for _, c := range q.Complaints() {
			t.Errorf("the browser complains: %s", c)
		}
	}
}
