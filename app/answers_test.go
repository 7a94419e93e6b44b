package app_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"tallinn/app"
	"tallinn/record/disktest"
)

// lines is a log that is written from many sides.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// TestAnswers: every answer says what it is, a session's cookie is for no
// script, what a proxy might say is not believed, nothing for developers is
// there, and nothing that is sent makes a line of the log.
//
// ASVS 3.3.4, 4.1.1, 4.1.3, 13.4.2, 16.4.1
func TestAnswers(t *testing.T) {
	t.Parallel()
	data, log := t.TempDir(), &lines{}
	disktest.New(t, data) // spares syncs
	hub, err := app.Open(t.Context(), app.Config{Data: data, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	if err := hub.LoadDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	s := &site{t, server.URL, data}
	officer := s.acts(t, "cyber officer", 0)
	ask := func(path string, header ...string) (*http.Response, string) {
		r, err := http.NewRequest("GET", s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := officer.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(raw)
	}
	for _, path := range []string{"/", "/desk", "/needs", "/account", "/api/v1/needs", "/record", "/flows.csv", "/missing", "/api/v1/missing"} {
		resp, plain := ask(path)
		kind := resp.Header.Get("Content-Type")
		if !strings.Contains(kind, "; charset=utf-8") && kind != "application/json" && kind != "application/problem+json" {
			t.Errorf("%s says that it is %q", path, kind)
		}
		resp, told := ask(path, "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9",
			"Forwarded", "for=203.0.113.9;host=evil.example;proto=https", "X-Real-IP", "203.0.113.9", "X-Original-URL", "/erasures", "X-Rewrite-URL", "/erasures")
		if strings.Contains(told, "evil.example") || strings.Contains(told, "203.0.113.9") || resp.Header.Get("Strict-Transport-Security") != "" ||
			resp.StatusCode == http.StatusOK && len(told) != len(plain) {
			t.Errorf("%s believes what a proxy might say: %d bytes, and %d without it", path, len(told), len(plain))
		}
	}
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/.git/config", "/.env", "/metrics", "/tokens.json", "/record.db"} {
		if resp, _ := ask(path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", path, resp.StatusCode)
		}
	}
	home, _ := url.Parse(s.url)
	visitor := s.acts(t, "", 0)
	resp, err := visitor.client.PostForm(s.url+"/exercise/enter", url.Values{"seat": {s.seats()["cyber officer"][0]}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(visitor.client.Jar.Cookies(home)) == 0 {
		t.Error("entering gives no cookie")
	}
	for _, c := range resp.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("the cookie %v", c)
		}
	}
	for _, path := range []string{"/x%0Atime=2026-01-01T00:00:00Z%20level=INFO%20msg=forged", "/flows?status=%0D%0Atime=2026%20msg=forged", "/problems/a%0A%1B%5B2Jmsg=forged"} {
		ask(path, "Referer", "x\tmsg=forged", "User-Agent", "\" msg=forged")
	}
	said := strings.Split(strings.TrimSpace(log.String()), "\n")
	for _, line := range said {
		if !strings.HasPrefix(line, "time=") || strings.Contains(line, "forged") || strings.Contains(line, "\x1b") {
			t.Errorf("a line of the log: %.200q", line)
		}
	}
	if len(said) < 20 {
		t.Errorf("the log has %d lines", len(said))
	}
}
