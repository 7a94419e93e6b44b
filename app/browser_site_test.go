package app_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/app"
	"tallinn/identity"
	"tallinn/web/webtest"
)

// A site is a hub of its own behind a test server.
type site struct {
	t    testing.TB
	url  string
	data string // its data folder
}

// today is the day of every hub here, so that pages are the same every day.
var today = time.Date(2026, 4, 14, 9, 30, 0, 0, time.UTC)

// newSite starts an empty hub that ends with t.
func newSite(t testing.TB) (*site, *app.Hub) {
	t.Helper()
	return newSiteAt(t, func() time.Time { return today })
}

// newSiteAt starts one with a clock of its own.
func newSiteAt(t testing.TB, now func() time.Time) (*site, *app.Hub) {
	t.Helper()
	data := t.TempDir()
	hub, err := app.Open(t.Context(), app.Config{Data: data, Log: slog.New(slog.DiscardHandler),
		Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
	})
	h, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return &site{t, server.URL, data}, hub
}

// demoSite is a hub with the project's own copy of the public data.
func demoSite(t testing.TB) *site {
	t.Helper()
	s, hub := newSite(t)
	if err := hub.LoadDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// get reads an address of the site, which must answer 200.
func (s *site) get(path string) []byte {
	s.t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s answers %d: %s %v", path, resp.StatusCode, body, err)
	}
	return body
}

// ask reads an address of the API.
func ask[T any](s *site, path string) T {
	s.t.Helper()
	var v T
	if err := json.Unmarshal(s.get("/api/v1"+path), &v); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return v
}

// flow is the page of a flow that provider gave.
func (s *site) flow(provider string) string {
	list := ask[struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}](s, "/flows?provider="+provider)
	if len(list.Items) == 0 {
		s.t.Fatalf("no flow of %s", provider)
	}
	return "/flows/" + list.Items[0].ID
}

// project is the page of the first project.
func (s *site) project() string {
	list := ask[struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}](s, "/projects")
	if len(list.Items) == 0 {
		s.t.Fatal("no project")
	}
	return "/projects/" + list.Items[0].ID
}

// mention is the page of a mention that is no flow for the reason why.
func (s *site) mention(why string) string {
	list := ask[struct {
		Items []struct {
			ID  string `json:"id"`
			Why string `json:"why"`
		} `json:"items"`
	}](s, "/mentions")
	for _, m := range list.Items {
		if m.Why == why {
			return "/mentions/" + m.ID
		}
	}
	s.t.Fatalf("no mention that is %s", why)
	return ""
}

// fact is the position of the first fact of a kind.
func (s *site) fact(kind string) string {
	list := ask[struct {
		Items []struct {
			Pos  int64  `json:"pos"`
			Kind string `json:"kind"`
		} `json:"items"`
	}](s, "/facts?limit=1000")
	for _, f := range list.Items {
		if f.Kind == kind {
			return strconv.FormatInt(f.Pos, 10)
		}
	}
	s.t.Fatalf("no fact of kind %s", kind)
	return ""
}

// bring imports tables through the API, as their operator does.
func (s *site) bring(tables map[string]string) {
	s.t.Helper()
	tokens, err := identity.ReadTokens(filepath.Join(s.data, identity.TokensFile))
	if err != nil {
		s.t.Fatal(err)
	}
	files := map[string]string{}
	for name, text := range tables {
		files[name] = base64.StdEncoding.EncodeToString([]byte(text))
	}
	body, err := json.Marshal(map[string]any{"files": files})
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.url+"/api/v1/imports/mechanism", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+tokens[identity.Importer])
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if said, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		s.t.Fatalf("the import answers %d: %s", resp.StatusCode, said)
	}
}

// picture keeps what p shows in the folder that TALLINN_SHOTS names, if any.
func picture(p *webtest.Page, name string, look webtest.Look) {
	dir := os.Getenv("TALLINN_SHOTS")
	if dir == "" {
		return
	}
	parts := []string{name, strconv.FormatInt(look.Width, 10), "en", "light"}
	if look.Lang != "" {
		parts[2] = look.Lang
	}
	if look.Dark {
		parts[3] = "dark"
	}
	p.Screenshot(filepath.Join(dir, strings.Join(parts, "-")+".png"))
}
