package app_test

import (
	"bufio"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/identity"
)

// TestStolenSession: a cookie that was taken to another device reads until its
// owner ends it, does nothing that weighs much, and what it has open is over
// within a second.
//
// ASVS 7.4.1
func TestStolenSession(t *testing.T) {
	t.Parallel()
	now := time.Now()
	hub, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hub.Close() })
	handler, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s, ctx := &site{t: t, url: server.URL}, t.Context()
	person, stolen, err := hub.SitNew(ctx, "Олена Приклад", "front_office")
	if err != nil {
		t.Fatal(err)
	}
	home, _ := url.Parse(server.URL)
	with := func(token string) *visitor {
		v := s.browses(t)
		v.client.Jar.SetCookies(home, []*http.Cookie{{Name: "session", Value: token}})
		return v
	}
	thief := with(stolen)
	if a := thief.send("GET", "/desk", "", "", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/1"); a.status != http.StatusOK {
		t.Fatalf("the stolen cookie reads nothing before it is ended: %d", a.status)
	}
	now = now.Add(identity.FreshTime + time.Minute)
	if a := thief.send("POST", "/seats/new", "application/x-www-form-urlencoded", "key=k", "Accept", "application/json"); a.status != http.StatusForbidden || !strings.Contains(a.body, "identity.stale") {
		t.Errorf("with the stolen cookie a seat is given: %d", a.status)
	}

	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/desk/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.AddCookie(&http.Cookie{Name: "session", Value: stolen})
	open, err := http.DefaultClient.Do(r)
	if err != nil || open.StatusCode != http.StatusOK {
		t.Fatalf("the stream answers %v, %v", open, err)
	}
	defer open.Body.Close()

	// The owner comes in on another device, sees the session and ends it.
	own, err := hub.People().SignIn(ctx, identity.Visit{Person: person})
	if err != nil {
		t.Fatal(err)
	}
	owner := with(own)
	handle := owner.get("/account").hidden("session")
	if handle == "" {
		t.Fatal("the account does not show the other session")
	}
	began := time.Now()
	if a := owner.post("/account/sessions/end", url.Values{"session": {handle}}); a.status != http.StatusSeeOther {
		t.Fatalf("ending answers %d", a.status)
	}
	io.Copy(io.Discard, bufio.NewReader(open.Body))
	if took := time.Since(began); took > time.Second {
		t.Errorf("what the thief had open ended after %v", took)
	}
	for _, path := range []string{"/account", "/desk"} {
		if a := thief.get(path); a.status == http.StatusOK && !strings.Contains(a.to, "/sign-in") && strings.Contains(a.body, "Олена") {
			t.Errorf("%s is shown by an ended session", path)
		}
	}
	if a := thief.send("GET", "/api/v1/machines", "", "", "Accept", "application/json", "Authorization", "Bearer "+stolen); a.status == http.StatusOK {
		t.Error("the ended session is a bearer's token still")
	}
	if a := owner.get("/account"); a.status != http.StatusOK {
		t.Errorf("the owner is out as well: %d", a.status)
	}
}

// TestPreviewedLink: what opens links ahead of their readers, as mail programs,
// messengers and crawlers do, uses nothing up and signs nobody in.
//
// ASVS 3.5.3
func TestPreviewedLink(t *testing.T) {
	t.Parallel()
	s, hub := newSite(t)
	_, _, link := invited(t, hub)
	preview := s.browses(t)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, header := range [][]string{{"Sec-Purpose", "prefetch;prerender"}, {"Purpose", "prefetch"}, {"User-Agent", "TelegramBot (like TwitterBot)"}} {
			if a := preview.send(method, "/sign-in/"+link, "", "", header...); a.status != http.StatusOK {
				t.Errorf("%s with %v answers %d", method, header, a.status)
			}
		}
	}
	if home, _ := url.Parse(s.url); len(preview.client.Jar.Cookies(home)) > 0 {
		t.Error("a preview is given a cookie")
	}
	// A page of another site that sends the form by itself is refused.
	if a := preview.send("POST", "/sign-in/"+link, "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); a.status != http.StatusForbidden {
		t.Errorf("another site's form answers %d", a.status)
	}
	reader := s.browses(t)
	if a := reader.post("/sign-in/"+link, nil); a.status != http.StatusSeeOther || a.to != "/desk" {
		t.Fatalf("its reader finds the link used: %d", a.status)
	}
	if a := s.browses(t).post("/sign-in/"+link, nil); a.status != http.StatusUnauthorized {
		t.Errorf("the link works twice: %d", a.status)
	}
}
