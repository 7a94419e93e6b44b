package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tallinn/web"
	"tallinn/web/webtest"
)

// site wraps sample routes and returns what it logs.
func site(t *testing.T, s web.Site) (http.Handler, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	s.Log = slog.New(slog.NewTextHandler(log, nil))
	mux := http.NewServeMux()
	mux.Handle("GET /page/{name}", web.Handle(s.Log, func(w http.ResponseWriter, r *http.Request) error {
		p := web.PageOf(r)
		p.Title = r.PathValue("name")
		return web.Render(w, r, p, web.Text(strings.Repeat("words ", 1000)))
	}))
	mux.Handle("POST /page", web.Handle(s.Log, func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		return err
	}))
	mux.Handle("GET /panic", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(errSecret) }))
	mux.Handle("GET /slow", web.Handle(s.Log, func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return context.Cause(r.Context())
	}))
	h, err := s.Wrap(web.Routes(s.Log, mux))
	if err != nil {
		t.Fatal(err)
	}
	return h, log
}

// ASVS 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8
func TestHeaders(t *testing.T) {
	h, _ := site(t, web.Site{})
	for _, path := range []string{"/page/x", "/nothing", "/panic"} {
		header := webtest.Get(t, h, path, "en").Header
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Permissions-Policy": "camera=()", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if !strings.Contains(header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, header.Get(name))
			}
		}
		if strings.Contains(header.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: the policy is unsafe", path)
		}
	}
}

// ASVS 3.5.3, 4.1.4
func TestMissingRoutesAndMethods(t *testing.T) {
	h, _ := site(t, web.Site{})
	if d := webtest.Get(t, h, "/nothing/here", "uk"); d.Status != 404 || d.Text("h1") != "Тут нічого немає" {
		t.Errorf("404: %d %q", d.Status, d.Text("h1"))
	}
	d := webtest.Do(t, h, httptest.NewRequest(http.MethodDelete, "/page/x", nil))
	if d.Status != 405 || d.Header.Get("Allow") != "GET, HEAD" || !strings.Contains(d.Text(".lead"), "DELETE") {
		t.Errorf("405: %d, Allow %q", d.Status, d.Header.Get("Allow"))
	}
}

// ASVS 3.5.1
func TestOtherSitesCannotPost(t *testing.T) {
	h, _ := site(t, web.Site{})
	for origin, want := range map[string]int{"cross-site": 403, "same-origin": 200, "": 200} {
		r := httptest.NewRequest(http.MethodPost, "/page", strings.NewReader("x"))
		if origin != "" {
			r.Header.Set("Sec-Fetch-Site", origin)
		}
		if d := webtest.Do(t, h, r); d.Status != want {
			t.Errorf("from %q: status %d, want %d", origin, d.Status, want)
		}
	}
}

// ASVS 5.2.1
func TestLimits(t *testing.T) {
	h, _ := site(t, web.Site{MaxBody: 100, Timeout: 20 * time.Millisecond})
	body := strings.Repeat("x", 101)
	declared := httptest.NewRequest(http.MethodPost, "/page", strings.NewReader(body))
	hidden := httptest.NewRequest(http.MethodPost, "/page", io.NopCloser(strings.NewReader(body)))
	hidden.ContentLength = -1
	for name, r := range map[string]*http.Request{"declared": declared, "hidden": hidden} {
		if d := webtest.Do(t, h, r); d.Status != 413 {
			t.Errorf("%s length: status %d, want 413", name, d.Status)
		}
	}
	if d := webtest.Get(t, h, "/slow", "en"); d.Status != 503 {
		t.Errorf("slow: status %d, want 503", d.Status)
	}
}

// ASVS 16.5.3
func TestPanicIsAnInternalError(t *testing.T) {
	h, log := site(t, web.Site{})
	d := webtest.Get(t, h, "/panic", "en")
	if d.Status != 500 || strings.Contains(d.Body, "secret") || !strings.Contains(log.String(), "secret.db") {
		t.Errorf("status %d, body %s", d.Status, d.Body)
	}
}

// ASVS 16.2.5
func TestLogHoldsNothingOfAPerson(t *testing.T) {
	h, log := site(t, web.Site{})
	r := httptest.NewRequest(http.MethodGet, "/page/olena?q=private", nil)
	r.Header.Set("User-Agent", "agent-of-a-person")
	r.RemoteAddr = "203.0.113.7:1234"
	h.ServeHTTP(httptest.NewRecorder(), r)
	line := log.String()
	if !strings.Contains(line, `pattern="GET /page/{name}"`) || !strings.Contains(line, "status=200") {
		t.Errorf("log %q does not say what was answered", line)
	}
	for _, private := range []string{"olena", "private", "agent-of", "203.0.113"} {
		if strings.Contains(line, private) {
			t.Errorf("log %q holds %q", line, private)
		}
	}
}

func TestCompressionAndRevalidation(t *testing.T) {
	h, _ := site(t, web.Site{})
	r := httptest.NewRequest(http.MethodGet, "/page/x", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("header %v", w.Header())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !bytes.Contains(b, []byte("</html>")) {
		t.Errorf("the page does not unpack: %v", err)
	}
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	h.ServeHTTP(again, r)
	if again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("the same page again: status %d, %d bytes", again.Code, again.Body.Len())
	}
	r.Header.Set("Accept-Language", "uk")
	other := httptest.NewRecorder()
	h.ServeHTTP(other, r)
	if other.Code != 200 || !strings.Contains(strings.Join(other.Header().Values("Vary"), ","), "Accept-Language") {
		t.Errorf("another language: status %d, Vary %q", other.Code, other.Header().Values("Vary"))
	}
}

func TestChoices(t *testing.T) {
	h, _ := site(t, web.Site{})
	theme := webtest.Get(t, h, "/page/x?as_of=2024&theme=dark", "en")
	if theme.Status != 303 || theme.Header.Get("Location") != "/page/x?as_of=2024" ||
		!strings.Contains(theme.Header.Get("Set-Cookie"), "theme=dark") {
		t.Errorf("theme: %d %v", theme.Status, theme.Header)
	}
	r := httptest.NewRequest(http.MethodGet, "/page/x", nil)
	r.Header.Set("Cookie", "theme=dark")
	if got := webtest.Do(t, h, r).Attrs("html", "data-theme"); len(got) != 1 || got[0] != "dark" {
		t.Errorf("data-theme %v", got)
	}
	r.Header.Set("Cookie", `theme="><script>`)
	if got := webtest.Do(t, h, r).Attrs("html", "data-theme"); len(got) != 0 {
		t.Errorf("data-theme %v", got)
	}
	lang := webtest.Get(t, h, "/page/x?lang=uk", "en")
	if lang.Status != 200 || lang.Attrs("html", "lang")[0] != "uk" || !strings.Contains(lang.Header.Get("Set-Cookie"), "lang=uk") {
		t.Errorf("lang: %d %v", lang.Status, lang.Header)
	}
	away := httptest.NewRequest(http.MethodGet, "/x?theme=dark", nil)
	away.URL.Path = "//evil.example/x"
	if got := webtest.Do(t, h, away).Header.Get("Location"); !strings.HasPrefix(got, "/evil.example") {
		t.Errorf("a theme link leads to %q", got)
	}
}
