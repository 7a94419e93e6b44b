package app_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"tallinn/app"
	"tallinn/record/disktest"
	"tallinn/record/sqlite"
)

// TestMetrics: an operator sees what a hub does, at an address of its own, and
// nobody's name, address or thing.
//
// ASVS 13.4.5
func TestMetrics(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	watched := free.Addr().String()
	free.Close()
	data := t.TempDir()
	disk := disktest.New(t, data)
	hub, err := app.Open(t.Context(), app.Config{Addr: "127.0.0.1:0", Data: data, Metrics: watched, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := hub.LoadDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- hub.Run(ctx, func(url string) { ready <- url }) }()
	defer func() {
		stop()
		if err := errors.Join(<-ended, hub.Close()); err != nil {
			t.Error(err)
		}
		if _, err := http.Get("http://" + watched + "/metrics"); err == nil {
			t.Error("metrics are served after the hub")
		}
	}()
	s := &site{t: t, url: <-ready}
	officer := s.acts(t, "cyber officer", 0)
	page := officer.submits(titled("Metered secret"))
	officer.get(page)
	officer.get("/nothing/at/all")
	if a := officer.get("/metrics"); a.status != http.StatusNotFound {
		t.Errorf("the public address answers /metrics with %d", a.status)
	}
	told := metricsAt(t, "http://"+watched+"/metrics")
	for _, want := range []string{`tallinn_facts [1-9]\d+`, `tallinn_recorded_facts_total [1-9]\d+`, `tallinn_append_seconds_count [1-9]`,
		`tallinn_append_failures_total\{why="failed"\} 0`, `tallinn_stopped 0`, `tallinn_shed_requests_total\{class="emergency"\} 0`, `tallinn_waiting 0`, `tallinn_behind_seconds 0`,
		`tallinn_request_seconds_count\{pattern="GET /needs/\{id\}",status="200"\} [1-9]`,
		`tallinn_request_seconds_count\{pattern="[^"]*",status="404"\} [1-9]`, `tallinn_build_info\{version="`,
		`go_goroutines `, `process_open_fds `} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(told) {
			t.Errorf("nothing like %s", want)
		}
	}
	for _, secret := range []string{"Metered", strings.TrimPrefix(page, "/needs/"), officer.token, "/nothing"} {
		if secret == "" || strings.Contains(told, secret) {
			t.Errorf("the metrics tell %q", secret)
		}
	}
	officer.onBrokenDisk(disk, page, "http://"+watched+"/metrics")
}

// onBrokenDisk goes on when the record's disk has failed once: nothing is
// recorded any more, as a page says, and everything can be read.
func (v *visitor) onBrokenDisk(disk *disktest.Disk, page, watched string) {
	t := v.t
	lost := titled("Lost")
	lost.Set("considered", strings.TrimPrefix(page, "/needs/")) // which looks the same, and was looked at
	disk.Break(sqlite.File)
	for range 2 {
		a := v.post("/needs", lost)
		if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "nothing is recorded until the hub is restarted") {
			t.Errorf("on a broken disk a need is answered %d: %.300s", a.status, a.says(t, "main"))
		}
		disk.Break("") // once is enough: nobody knows what it holds
	}
	if a := v.get(page); a.status != http.StatusOK || !strings.Contains(a.body, "Metered secret") {
		t.Errorf("on a broken disk a need is read with %d", a.status)
	}
	if a := v.get("/needs"); a.status != http.StatusOK || strings.Contains(a.body, "Lost") {
		t.Errorf("the list of needs answers %d, or shows what was not recorded", a.status)
	}
	if told := metricsAt(t, watched); !strings.Contains(told, "\ntallinn_stopped 1\n") {
		t.Error("the metrics do not tell that nothing is recorded")
	}
}

func metricsAt(t testing.TB, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, resp.StatusCode, err)
	}
	return string(raw)
}

// TestMetricsTaken: a hub that could not be watched does not start.
func TestMetricsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	hub, err := app.Open(t.Context(), app.Config{Addr: "127.0.0.1:0", Data: t.TempDir(), Metrics: taken.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	err = hub.Run(t.Context(), func(string) { t.Error("ready") })
	if !errors.Is(err, app.ErrAddr) {
		t.Errorf("%v; want ErrAddr", err)
	}
}

// TestAlarms: what the alarms and the dashboard look at is there, and the
// manual says what to do about each alarm.
func TestAlarms(t *testing.T) {
	hub, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	h, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/healthz", nil)) // one request, to be told of
	server := httptest.NewServer(hub.Metrics())
	defer server.Close()
	told := metricsAt(t, server.URL+"/metrics")
	manual := readFile(t, "../doc/operate.md")
	alarms := readFile(t, "../deploy/prometheus/alarms.yml")
	for _, name := range regexp.MustCompile(`\b(tallinn|go|process)_[a-z_]+`).FindAllString(alarms+readFile(t, "../deploy/grafana/tallinn.json"), -1) {
		if !strings.Contains(told, "\n"+name) {
			t.Errorf("there is no metric %s", name)
		}
	}
	names := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(alarms, -1)
	for _, m := range names {
		if !strings.Contains(manual, "\n| "+m[1]+" |") {
			t.Errorf("the manual does not say what to do about %s", m[1])
		}
	}
	if len(names) < 8 {
		t.Errorf("%d alarms", len(names))
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
