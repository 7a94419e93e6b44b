package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/app"
	"tallinn/record/postgres/cluster/clustertest"
)

// neighbours are n hubs on one database, each with a folder of its own, that
// hold the exercise. All start at the same time.
func neighbours(t *testing.T, dsn string, n int) []*site {
	t.Helper()
	sites, files := make([]*site, n), t.TempDir()
	var wg sync.WaitGroup
	for i := range sites {
		data := t.TempDir()
		hub, err := app.Open(t.Context(), app.Config{Data: data, Blobs: files, Database: dsn, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := hub.Close(); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := hub.LoadDemo(context.Background()); err != nil {
				t.Error(err)
				return
			}
			h, err := hub.Handler()
			if err != nil {
				t.Error(err)
				return
			}
			server := httptest.NewServer(h)
			t.Cleanup(server.Close)
			sites[i] = &site{t, server.URL, data}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return sites
}

// on is v before another hub: the browser, and its cookies, are the same.
func (v *visitor) on(s *site) *visitor {
	c := *v
	c.site = s
	return &c
}

// titled is a need with that title.
func titled(title string) url.Values {
	form := asked()
	form.Set("title", title)
	form.Set("useful_until", time.Now().AddDate(0, 3, 0).Format(time.DateOnly)) // these hubs live today
	return form
}

// TestTwoHubs takes needs through their validation, each step on the other
// hub: whoever has written finds it there at once.
func TestTwoHubs(t *testing.T) {
	s := neighbours(t, clustertest.Database(t, clustertest.Shared(t)), 2)
	officer := s[0].acts(t, "cyber officer", 0)
	for i := range 10 {
		here, there := s[i%2], s[(i+1)%2]
		page := officer.on(here).submits(titled(fmt.Sprint("Need number ", i)))
		if a := officer.on(there).get(page); a.status != http.StatusOK {
			t.Fatalf("need %d on the other hub, right after it was submitted: %d", i, a.status)
		}
	}
	page := officer.on(s[1]).submits(titled("Voted on both"))
	sent := officer.on(s[0]).send("POST", "/api/v1"+page+"/attachments?name=log.txt", "application/octet-stream", "what we saw",
		"Accept", "application/json", "Authorization", "Bearer "+officer.token, "Idempotency-Key", "file")
	var file struct{ ID string }
	if err := json.Unmarshal([]byte(sent.body), &file, json.MatchCaseInsensitiveNames(true)); err != nil || file.ID == "" {
		t.Fatalf("attaching answers %d %s", sent.status, sent.body)
	}
	if got := officer.on(s[1]).get("/attachments/" + file.ID); got.body != "what we saw" {
		t.Errorf("the file on the other hub: %d %.100s", got.status, got.body)
	}
	for i := range 2 {
		voter := s[i].acts(t, "technical group", i)
		voter.on(s[1-i]).votes(page, "pass", "")
		if got := voter.on(s[i]).get(page); !strings.Contains(got.body, "pass") {
			t.Errorf("the vote of member %d is not on the other hub", i)
		}
	}
	officer.on(s[0]).post("/sign-out", url.Values{})
	if a := officer.on(s[1]).call("/needs", "after", struct{}{}); a.status != http.StatusUnauthorized {
		t.Errorf("signed out on one hub, and the other answers %d", a.status)
	}
}

// TestSeen: a program asks with a header; a position that nobody has written
// is refused after a second, and nonsense is no position.
func TestSeen(t *testing.T) {
	s := neighbours(t, clustertest.Database(t, clustertest.Shared(t)), 1)[0]
	resp, err := s.acts(t, "", 0).client.Post(s.url+"/sign-out", "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	head := resp.Header.Get(app.SeenHeader)
	if head == "" || len(resp.Cookies()) == 0 {
		t.Fatalf("a write tells no position: %v", resp.Header)
	}
	var next int
	if _, err := fmt.Sscan(head, &next); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]int{head: 200, fmt.Sprint(next + 1): 503, "-1": 200, "soon": 200, "9223372036854775807": 200} {
		r, _ := http.NewRequest("GET", s.url+"/", nil)
		r.Header.Set(app.SeenHeader, value)
		began := time.Now()
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || want == 503 && (time.Since(began) < time.Second || resp.Header.Get("Retry-After") == "") {
			t.Errorf("seen %s: %d after %v; want %d", value, resp.StatusCode, time.Since(began), want)
		}
	}
}

// TestDatabaseAway: without its database a hub reads, records nothing, says so
// to the balancer after five seconds, and comes back by itself.
//
// ASVS 16.5.3
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	server := clustertest.Start(t, nil)
	s := neighbours(t, server.DSN("postgres"), 1)[0]
	status := func(path string) int {
		resp, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	until := func(path string, want int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); status(path) != want; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s never answers %d", path, want)
			}
		}
	}
	until("/readyz", http.StatusNoContent)
	officer := s.acts(t, "cyber officer", 0)
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, path := range []string{"/", "/desk", "/api/v1/needs"} { // nobody can say who asks
		resp, err := officer.client.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
			t.Errorf("%s for someone signed in answers %d, to be tried again after %q", path, resp.StatusCode, resp.Header.Get("Retry-After"))
		}
	}
	if status("/") != http.StatusOK || status("/readyz") != http.StatusNoContent {
		t.Error("the hub was out at once")
	}
	until("/readyz", http.StatusServiceUnavailable)
	if took := time.Since(began); took < 4*time.Second || status("/") != http.StatusOK {
		t.Errorf("out after %v; / answers %d", took, status("/"))
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	until("/readyz", http.StatusNoContent)
	if a := officer.get("/desk"); a.status != http.StatusOK {
		t.Errorf("the session does not go on: %d", a.status)
	}
}
