package web_test

import (
	"slices"
	"strings"
	"testing"

	"tallinn/web"
	"tallinn/web/assets"
	"tallinn/web/webtest"
)

func TestFrame(t *testing.T) {
	h, _ := site(t, web.Site{Search: "/search"})
	for lang, want := range map[string]struct{ rail, sentence, other string }{
		"en": {"Statement Parties Flows Mentions Record Methods",
			"Compiled from public sources; not a publication of the Tallinn Mechanism or any government", "uk"},
		"uk": {"Звіт Учасники Потоки Згадки Журнал Методика",
			"Укладено з відкритих джерел; не є публікацією Талліннського механізму чи будь-якого уряду", "en"},
	} {
		d := webtest.Get(t, h, "/page/x?as_of=2024-12-20", lang)
		if got := strings.Join(d.All(".rail a"), " "); got != want.rail {
			t.Errorf("%s: rail %q", lang, got)
		}
		if got := d.Text(".foot .source"); got != want.sentence {
			t.Errorf("%s: foot %q", lang, got)
		}
		if got := d.All(".tlp")[0]; got != "TLP:RED" {
			t.Errorf("a page that forgets its marking shows %q, want TLP:RED", got)
		}
		if got := d.Attrs(".langs a", "href"); !slices.Equal(got, []string{"/page/x?as_of=2024-12-20&lang=" + want.other}) {
			t.Errorf("%s: the other language is at %v", lang, got)
		}
		if n := len(d.All("[style], style")); n > 0 || len(d.All("script")) != len(d.Attrs("script", "src")) {
			t.Errorf("%s: inline styles or scripts", lang)
		}
		if !strings.Contains(string(assets.Read(assets.Style)), `"`+want.sentence+`"`) {
			t.Errorf("%s: the sentence is not on every printed sheet", lang)
		}
	}
	none, _ := site(t, web.Site{})
	if got := webtest.Get(t, none, "/page/x", "en").All("[role=search]"); len(got) > 0 {
		t.Error("a search box without a search page")
	}
}
