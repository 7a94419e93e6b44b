package app_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/web/webtest"
)

// drafted is an edition drafted on the page, and the visitors of its steps.
func (s *site) drafted(t *testing.T) (front *visitor, page string) {
	t.Helper()
	front = s.acts(t, "front office", 0)
	form := url.Values{"key": {front.get("/editions/new").hidden("key")}, "as_of": {today.Format(time.DateOnly)}, "until": {today.AddDate(0, 0, 7).Format(time.DateOnly)}}
	a := front.post("/editions", form)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, "/editions/E-") {
		t.Fatalf("drafting answers %d: %s", a.status, a.says(t, ".notice"))
	}
	return front, a.to
}

// released is an edition that was cleared and signed on its pages.
func (s *site) released(t *testing.T, page string, answers ...string) {
	t.Helper()
	for i, mode := range answers {
		v := s.acts(t, "programme officer", i)
		if a := v.post(page, url.Values{"key": {v.get(page).hidden("key")}, "do": {"clear"}, "mode": {mode}, "floor": {"1 000"}}); a.status != http.StatusSeeOther {
			t.Fatalf("clearing as %s answers %d: %s", mode, a.status, a.says(t, ".notice"))
		}
	}
	for i := range 2 {
		v := s.acts(t, "co-chair", i)
		if a := v.post(page, url.Values{"key": {v.get(page).hidden("key")}, "do": {"sign"}, "content": {v.get(page).hidden("content")}}); a.status != http.StatusSeeOther {
			t.Fatalf("signing answers %d: %s", a.status, a.says(t, ".notice"))
		}
	}
}

// testEditions takes an edition from its draft to paper.
func testEditions(t *testing.T, b *webtest.Browser, _ *site) {
	s := playSite(t)
	front, page := s.drafted(t)
	partner, chair, officer := s.acts(t, "programme officer", 0), s.acts(t, "co-chair", 0), s.acts(t, "cyber officer", 0)
	if got := partner.get("/desk").says(t, "#waiting"); !strings.Contains(got, "Say how your figures are stated") {
		t.Errorf("the desk of a partner says %s", got)
	}
	if got := chair.get("/desk").says(t, "main"); strings.Contains(got, "Read and sign") {
		t.Error("a co-chair is to sign while parties may answer")
	}
	if a, missing := officer.get(page), officer.get("/editions/E-0000"); a.status != http.StatusNotFound || strings.ReplaceAll(a.body, strings.TrimPrefix(page, "/editions/"), "E-0000") != missing.body {
		t.Error("a draft is not hidden from a recipient, or not as what is missing is")
	}
	if got := partner.get(page); strings.Contains(got.body, `id="asked"`) || strings.Contains(got.body, `id="partners"`) || !strings.Contains(got.body, `id="own-rows"`) {
		t.Error("a partner sees more than its own part, or less")
	}
	if a := partner.post(page, url.Values{"key": {"floor"}, "do": {"clear"}, "mode": {"more"}, "floor": {"much"}}); a.status != http.StatusBadRequest || !strings.Contains(a.body, `value="much"`) {
		t.Errorf("a floor that is no amount answers %d", a.status)
	}
	seen := func(name, seat, path string, looks ...webtest.Look) {
		for _, look := range looks {
			p := b.Page(t, look)
			s.enters(p, s.seats()[seat][0])
			p.Go(s.url + path)
			p.Sound()
			picture(p, name, look)
			if foreign := p.Foreign(names...); look.Lang == "uk" && len(foreign) > 0 {
				t.Errorf("%s is not in Ukrainian: %s", name, strings.Join(foreign, " | "))
			}
			p.Close()
		}
	}
	seen("edition-own", "programme officer", page, webtest.Phone.In("uk").AtNight())
	seen("edition-new", "front office", "/editions", webtest.Phone)
	s.released(t, page, "total", "row", "total", "total", "more")
	seen("edition-list", "programme officer", "/editions", webtest.Phone.In("uk"))

	// The second is of the same day, and asks otherwise.
	_, second := s.drafted(t)
	seen("edition-draft", "front office", second, webtest.Desk.AtNight())
	s.released(t, second, "total", "total", "total", "total", "total")
	seen("edition", "programme officer", "/editions/2", webtest.Phone.AtNight())
	for _, lang := range []string{"en", "uk"} {
		look := webtest.Desk.In(lang)
		p := b.Page(t, look)
		s.enters(p, s.seats()["programme officer"][0])
		p.Go(s.url + "/editions/2")
		if !strings.Contains(webtest.Ask[string](p, "document.body.innerText"), map[string]string{"en": "stated otherwise than last time", "uk": "показано інакше, ніж минулого разу"}[lang]) {
			t.Error("the difference to the last edition has no reason")
		}
		picture(p, "edition-"+lang, look)
		look.Print = true
		p.Turn(look)
		if !webtest.Ask[bool](p, `getComputedStyle(document.querySelector(".edition-mark")).position == "fixed"`) {
			t.Error("an edition of the exercise is not marked on each sheet")
		}
		file := filepath.Join(t.TempDir(), "edition.pdf")
		if dir := os.Getenv("TALLINN_SHOTS"); dir != "" {
			file = filepath.Join(dir, "edition-"+lang+".pdf")
		}
		p.PDF(file)
		pdf, err := os.ReadFile(file)
		if sheets := regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(pdf, -1); err != nil || len(sheets) != 2 {
			t.Errorf("it is printed on %d sheets, %v", len(sheets), err)
		}
		p.Close()
	}

	// It stands as it is: the same bytes, whatever is recorded later.
	first := front.read("/editions/1").body
	var e struct {
		Number  int
		Content struct {
			Total    string
			Partners []struct{ Mode, Value string }
		}
	}
	if err := json.Unmarshal([]byte(first), &e, json.MatchCaseInsensitiveNames(true)); err != nil || e.Number != 1 || len(e.Content.Partners) != 5 {
		t.Errorf("edition 1 is %.300s, %v", first, err)
	}
	for _, path := range []string{"/editions/1/figures.csv", "/editions/1/rows.csv"} {
		if a := front.get(path); a.status != http.StatusOK || !strings.Contains(a.body, "XB") && strings.HasSuffix(path, "rows.csv") {
			t.Errorf("%s answers %d %.200s", path, a.status, a.body)
		}
	}
}
