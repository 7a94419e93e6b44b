package needhttp

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tallinn/aid/need"
	"tallinn/web"
	"tallinn/web/webtest"
)

// drawnAt is the page of pictures with needs in two regions, one of them said
// to be elsewhere, and hidden or not.
func drawnAt(region string, hidden bool) http.Handler {
	return manyBut(12, func(i int, a *need.Asked) {
		switch {
		case i == 5:
			a.Region, a.HideRegion = region, hidden
		case i < 4:
			a.Region = "UA-63"
		case i < 6:
			a.Region = "UA-30"
		}
	})
}

// TestHiddenRegionInNoTile: whatever region is hidden, pages and their figures
// are the same to the letter, and the same as of a need for the whole country;
// what is shown is counted, and each count opens a list of as many.
func TestHiddenRegionInNoTile(t *testing.T) {
	page := func(h http.Handler, path string) string { return webtest.Get(t, h, path, "en").Body }
	country, shown := drawnAt("", false), drawnAt("UA-07", false)
	paths := []string{"/needs/pictures"}
	for _, r := range need.Regions {
		paths = append(paths, "/needs?region="+r)
	}
	for _, region := range []string{"UA-63", "UA-07", "UA-30"} {
		hidden := drawnAt(region, true)
		for _, path := range paths {
			if page(hidden, path) != page(country, path) {
				t.Errorf("%s tells that a need is in %s, which is hidden", path, region)
			}
		}
	}
	if page(shown, "/needs/pictures") == page(country, "/needs/pictures") {
		t.Error("a region that is shown is on no map")
	}
	d := webtest.Get(t, shown, "/needs/pictures", "uk")
	if got := strings.Join(d.All("#regions tbody tr"), " | "); !strings.Contains(got, "Харківська область4") ||
		!strings.Contains(got, "Волинська область1") || !strings.Contains(got, "уся країна або приховано6") {
		t.Errorf("the regions are %s", got)
	}
	for i, href := range d.Attrs("#regions tbody a", "href") {
		q, err := url.Parse(href)
		if err != nil || q.Path != "/needs" {
			t.Fatalf("a count opens %s", href)
		}
		n := d.All("#regions tbody a")[i]
		if got := webtest.Get(t, shown, href, "en").Text("#needs caption"); q.RawQuery != "" && !strings.HasPrefix(got, n+" need") {
			t.Errorf("%s is counted as %s and opens %q", href, n, got)
		}
	}
	if got := strings.Join(d.All(".tile-number"), ""); got != "114" {
		t.Errorf("the tiles say %q", got)
	}
}

// TestTilesStandApart: every region has a square of its own and a short name
// in both languages.
func TestTilesStandApart(t *testing.T) {
	h := drawnAt("", false)
	for _, l := range web.Langs {
		d := webtest.Get(t, h, "/needs/pictures", string(l))
		if n := len(d.All(".tile-name")); n != len(need.Regions) {
			t.Errorf("%d of %d regions have a square", n, len(need.Regions))
		}
		x, y := d.Attrs("rect.tile", "x"), d.Attrs("rect.tile", "y")
		seen := map[string]bool{}
		for i := range x {
			if seen[x[i]+" "+y[i]] {
				t.Errorf("two squares stand at %s, %s", x[i], y[i])
			}
			seen[x[i]+" "+y[i]] = true
		}
		names := map[string]bool{}
		for _, n := range d.All(".tile-name") {
			if names[n] || len([]rune(n)) > 4 || n == "" || strings.Contains(n, "⟦") {
				t.Errorf("a square is called %q", n)
			}
			names[n] = true
		}
	}
}

// TestPicturesOfNothing: where no need has been through a step the page says
// so, a step that is none is refused, and the list leads to the page.
func TestPicturesOfNothing(t *testing.T) {
	h := drawnAt("", false)
	d := webtest.Get(t, h, "/needs/pictures", "en")
	if got := d.Text("#steps tbody"); got != "No need that you may see has been through a step yet" {
		t.Errorf("of needs that nobody closed, the steps are %q", got)
	}
	if got := webtest.Get(t, h, "/needs/pictures?step=moon", "en").Status; got != http.StatusBadRequest {
		t.Errorf("a step that is none answers %d", got)
	}
	if !regexp.MustCompile(`href="/needs/pictures"`).MatchString(webtest.Get(t, h, "/needs", "en").Body) {
		t.Error("the list does not lead to its pictures")
	}
}
