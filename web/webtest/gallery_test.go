package webtest

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shots, when set in the environment, is the folder that these tests leave
// their pictures in.
const shots = "TALLINN_SHOTS"

func serve(t testing.TB) *httptest.Server {
	t.Helper()
	h, err := Gallery(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// picture keeps what p shows when pictures are asked for.
func picture(p *Page, name string) {
	if dir := os.Getenv(shots); dir != "" {
		p.Screenshot(filepath.Join(dir, name+".png"))
	}
}

// TestGallery looks at every component on a phone and a desk, by day and by
// night, in both languages.
func TestGallery(t *testing.T) {
	s, b := serve(t), Open(t)
	for name, look := range map[string]Look{
		"390-light-en": Phone, "390-dark-uk": Phone.In("uk").AtNight(),
		"1280-light-en": Desk, "1280-dark-uk": Desk.In("uk").AtNight(),
		"720-light-uk": {Width: 720, Height: 900, Lang: "uk"}, "320-light-uk": {Width: 320, Height: 700, Lang: "uk"},
	} {
		t.Run(name, func(t *testing.T) {
			p := b.Page(t, look)
			for page, path := range map[string]string{"gallery": "/", "item": "/item", "problem": "/problems/web.too_large"} {
				p.Go(s.URL + path)
				p.Sound()
				picture(p, page+"-"+name)
			}
		})
	}
}

// TestErrorPages looks at each status a page can have.
func TestErrorPages(t *testing.T) {
	s, b := serve(t), Open(t)
	p := b.Page(t, Phone.In("uk"))
	for _, status := range []int{400, 401, 403, 404, 409, 413, 422, 429, 500, 503} {
		p.Go(fmt.Sprintf("%s/fail/%d", s.URL, status))
		for _, f := range p.Axe() {
			t.Errorf("%d: axe: %v", status, f)
		}
		body := Ask[string](p, "document.body.innerText")
		if strings.Contains(body, "secret") || strings.Contains(body, "⟦") || !strings.Contains(body, fmt.Sprint(status)) {
			t.Errorf("%d: the page says %s", status, body)
		}
		picture(p, fmt.Sprintf("error-%d", status))
	}
}

// TestWithoutScript: theme, language, filters and every text work without it.
func TestWithoutScript(t *testing.T) {
	s, b := serve(t), Open(t)
	look := Desk
	look.NoScript = true
	p := b.Page(t, look)
	p.Go(s.URL + "/")
	p.Follow(".themes a:nth-child(3)")
	p.Follow(".langs a")
	if got := Ask[string](p, "document.documentElement.lang+' '+document.documentElement.dataset.theme+' '+location.search"); got != "uk dark ?lang=uk" {
		t.Errorf("after two choices: %q", got)
	}
	if got := Ask[string](p, "getComputedStyle(document.documentElement).backgroundColor"); got != "rgb(17, 22, 27)" {
		t.Errorf("dark paper is %s", got)
	}
	p.Follow(".filters:not(.as-of) button")
	if got := Ask[string](p, "location.search"); !strings.Contains(got, "provider=SE") || !strings.Contains(got, "as_of=2024-12-20") {
		t.Errorf("the filters lead to %q", got)
	}
	p.Follow(".themes a:nth-child(1)")
	if got := Ask[bool](p, "document.documentElement.hasAttribute('data-theme')"); got {
		t.Error("the system's colours cannot be chosen again")
	}
}

// TestKeyboard: the first step skips to the content, the focus is always seen,
// and the letter keys do what the frame says.
func TestKeyboard(t *testing.T) {
	s, b := serve(t), Open(t)
	p := b.Page(t, Desk)
	p.Go(s.URL + "/")
	way := p.Walk(40)
	if way[0] != "a Skip to the content" {
		t.Errorf("the first step is %q", way[0])
	}
	for _, step := range way {
		if strings.Contains(step, "(unseen)") {
			t.Errorf("the focus is not seen on %q", step)
		}
	}
	for _, want := range []string{"a Tallinn", "input Search", "a Укр, Українська", "a Dark colours", "a Methods", "button Show", "a definition", "a Canada"} {
		if !slices.Contains(way, want) {
			t.Errorf("Tab does not reach %q; it goes %q", want, way)
		}
	}
	p.Go(s.URL + "/")
	p.Press("j")
	p.Press("j")
	p.Press("k")
	if got := p.Focus(); got != "a Canada" {
		t.Errorf("j j k leads to %q", got)
	}
	p.Press("/")
	p.Press("jk")
	if got := Ask[string](p, "document.activeElement.id+' '+document.activeElement.value"); got != "search jk" {
		t.Errorf("/ and typing gives %q", got)
	}
}

// TestPrint: the sentence and the marking are on paper, controls are not.
func TestPrint(t *testing.T) {
	s, b := serve(t), Open(t)
	look := Desk.In("uk").AtNight()
	look.Print = true
	p := b.Page(t, look)
	p.Go(s.URL + "/")
	seen := Ask[string](p, "document.body.innerText")
	for _, want := range []string{"Укладено з відкритих джерел", "TLP:CLEAR", "33\u00a0273\u00a0320,80\u00a0€"} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q is not on paper", want)
		}
	}
	for _, control := range []string{".rail", ".search", ".themes", ".filters button", ".downloads"} {
		if Ask[string](p, "getComputedStyle(document.querySelector('"+control+"')).display") != "none" {
			t.Errorf("%s is on paper", control)
		}
	}
	if got := Ask[string](p, "getComputedStyle(document.documentElement).color+getComputedStyle(document.documentElement).backgroundColor"); got != "rgb(0, 0, 0)rgb(255, 255, 255)" {
		t.Errorf("paper is %s", got)
	}
	if dir := os.Getenv(shots); dir != "" {
		p.PDF(filepath.Join(dir, "print.pdf"))
		picture(p, "print")
	}
}

// TestWeight: a first visit is far under the 150 kB that the first page has.
func TestWeight(t *testing.T) {
	s, b := serve(t), Open(t)
	p := b.Page(t, Desk)
	p.Go(s.URL + "/")
	const expression = `performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).reduce((n, e) => n + e.transferSize, 0)`
	bytes := Ask[int](p, expression)
	t.Logf("first visit: %d bytes", bytes)
	if bytes == 0 || bytes > 40<<10 {
		t.Errorf("a first visit of the gallery is %d bytes, want under 40 kB", bytes)
	}
}

// TestChecksFindFaults: each check says so when a page is at fault.
func TestChecksFindFaults(t *testing.T) {
	b := Open(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/policy" {
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
		}
		fmt.Fprint(w, `<!DOCTYPE html><html lang=en><title>x</title><main><h1>x</h1><p style="color:#ccc">pale</p>
			<div style="width:3000px">wide</div><p id=late>text</p></main>
			<script>console.error("oh"); setTimeout(() => late.before(Object.assign(document.createElement("div"), {innerText: "pushed", style: "height:300px"})), 150)</script>`)
	}))
	defer s.Close()
	p := b.Page(t, Desk)
	p.Go(s.URL + "/")
	if p.Shift().Score == 0 {
		t.Error("a shift of the layout was not seen")
	}
	if got := fmt.Sprint(p.Axe()); !strings.Contains(got, "color-contrast") {
		t.Errorf("axe did not see the pale text: %s", got)
	}
	if len(p.Overflow()) == 0 {
		t.Error("what is past the edge was not seen")
	}
	if got := fmt.Sprint(p.Complaints()); !strings.Contains(got, "oh") {
		t.Errorf("an error of a script was not heard: %s", got)
	}
	p = b.Page(t, Desk)
	p.Go(s.URL + "/policy")
	if got := fmt.Sprint(p.Complaints()); !strings.Contains(got, "Content Security Policy") {
		t.Errorf("a violation of the policy was not heard: %s", got)
	}
}

// TestSlowLine: a page that comes in pieces moves nothing once it is painted.
func TestSlowLine(t *testing.T) {
	b := Open(t)
	h, err := Gallery(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			h.ServeHTTP(w, r)
			return
		}
		page := httptest.NewRecorder()
		r.Header.Del("Accept-Encoding")
		h.ServeHTTP(page, r)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for i, part := range strings.SplitAfter(page.Body.String(), "</a>") {
			if io.WriteString(w, part); i%8 == 7 {
				w.(http.Flusher).Flush()
				time.Sleep(60 * time.Millisecond)
			}
		}
	}))
	defer s.Close()
	p := b.Page(t, Desk)
	p.Go(s.URL + "/")
	if got := p.Shift(); got.Score > 0 {
		t.Errorf("layout shift %.6f: %s", got.Score, strings.Join(got.Moved, "; "))
	}
}
