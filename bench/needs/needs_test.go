package needs_test

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tallinn/aid/need"
)

const (
	perSecond = 200
	pages     = 500
)

func seconds() int {
	if n, err := strconv.Atoi(os.Getenv("TALLINN_BENCH_SECONDS")); err == nil && n > 0 {
		return n
	}
	return 10
}

func socket() *http.Transport { return &http.Transport{MaxIdleConnsPerHost: 1024} }

// enter is a client that acts from the first seat of a role.
func enter(b *testing.B, by http.RoundTripper, at, role string) *http.Client {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: by}
	list, err := read(client, at+"/exercise?lang=en")
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range regexp.MustCompile(`(?s)<tr[^>]* id="(R-\d+)".*?</tr>`).FindAllStringSubmatch(list, -1) {
		if strings.Contains(row[0], role) {
			answer, err := client.PostForm(at+"/exercise/enter", url.Values{"seat": {row[1]}})
			if err != nil {
				b.Fatal(err)
			}
			answer.Body.Close()
			return client
		}
	}
	b.Fatalf("no seat of the %s is free", role)
	return nil
}

func read(client *http.Client, address string) (string, error) {
	answer, err := client.Get(address)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", address, answer.Status)
	}
	return string(raw), err
}

// Roles whose first seat asks.
const (
	group   = "technical group"
	partner = "programme officer"
)

// asked are the pages that are asked for: each alone, and by turns.
var asked = []struct {
	name, role string
	path       func(i int) string
}{
	{"list", group, func(i int) string { return "/needs?page=" + strconv.Itoa(1+i%10) }},
	{"list of a partner", partner, func(i int) string { return "/needs?page=" + strconv.Itoa(1+i%10) }},
	{"list of one sector", partner, func(i int) string { return "/needs?sector=" + need.Sectors[i%len(need.Sectors)] }},
	{"list of what waits", group, func(int) string { return "/needs?mine=waits" }},
	{"one need", group, oneNeed},
	{"desk", group, func(int) string { return "/desk" }},
	{"queue", group, func(i int) string { return "/queue?page=" + strconv.Itoa(1+i%10) }},
	{"API", partner, func(int) string { return "/api/v1/needs?limit=100" }},
	{"by turns", group, byTurns},
}

func byTurns(i int) string { return []string{"/needs", oneNeed(i), "/desk"}[i%3] }

func oneNeed(i int) string { return fmt.Sprintf("/needs/N-M%05d", i*7919%needs) }

// BenchmarkPages asks over a socket.
func BenchmarkPages(b *testing.B) {
	hub := serve(b)
	at := hub.url
	clients := map[string]*http.Client{group: enter(b, socket(), at, group), partner: enter(b, socket(), at, partner)}
	for _, one := range asked {
		b.Run(one.name, func(b *testing.B) { load(b, hub, clients[one.role], func(i int) string { return at + one.path(i) }) })
	}
}

// BenchmarkStreams asks for all pages by turns while 500 others are open and
// wait for what is new.
func BenchmarkStreams(b *testing.B) {
	hub := serve(b)
	at := hub.url
	client := enter(b, socket(), at, group)
	told := make(chan time.Time, 2*pages)
	for i := range pages {
		follow(b, client, at, at+byTurns(i), told)
	}
	load(b, hub, client, func(i int) string { return at + byTurns(i) })
}

// follow opens the page at address and listens; told hears when it changes.
func follow(b *testing.B, client *http.Client, at, address string, told chan<- time.Time) {
	b.Helper()
	shown, err := read(client, address)
	if err != nil {
		b.Fatal(err)
	}
	place := regexp.MustCompile(`data-live="([^"]+)"`).FindStringSubmatch(shown)
	if place == nil {
		b.Fatalf("%s is not live", address)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, at+html.UnescapeString(place[1]), nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	stream, err := client.Do(r)
	if err != nil || stream.StatusCode != http.StatusOK {
		b.Fatal(err, stream)
	}
	b.Cleanup(func() { stream.Body.Close() })
	go func() {
		for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "event: swap") {
				told <- time.Now()
			}
		}
	}()
}

// load asks for what address says, on schedule, and reports how long answers
// took from when they were due.
func load(b *testing.B, hub served, client *http.Client, address func(i int) string) {
	for i := range 4 {
		if _, err := read(client, address(i)); err != nil {
			b.Fatal(err)
		}
	}
	took, errs := make([]time.Duration, perSecond*seconds()), make([]error, perSecond*seconds())
	before, mine, began := usage(b, hub.pid), usage(b, os.Getpid()), time.Now()
	var wg sync.WaitGroup
	for i := range took {
		due := began.Add(time.Duration(i) * time.Second / perSecond)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			_, errs[i] = read(client, address(i))
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	elapsed, used, mine := time.Since(began), usage(b, hub.pid)-before, usage(b, os.Getpid())-mine
	for _, err := range errs {
		if err != nil {
			b.Fatal(err)
		}
	}
	report(b, took)
	b.ReportMetric(100*used.Seconds()/elapsed.Seconds(), "cpu-%")
	b.ReportMetric(100*mine.Seconds()/elapsed.Seconds(), "client-cpu-%")
	b.ReportMetric(resident(b, hub.pid), "rss-MB")
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []struct {
		share float64
		name  string
	}{{0.5, "p50-ms"}, {0.99, "p99-ms"}, {1, "max-ms"}} {
		b.ReportMetric(float64(took[int(p.share*float64(len(took)-1))])/float64(time.Millisecond), p.name)
	}
	b.ReportMetric(0, "ns/op") // a run has its own length
}

// BenchmarkVote votes on a need that 500 open pages show.
func BenchmarkVote(b *testing.B) {
	at := serve(b).url
	client := enter(b, socket(), at, group)
	page := at + "/needs/N-M00000"
	told := make(chan time.Time, 2*pages)
	for range pages {
		follow(b, client, at, page, told)
	}
	var took []time.Duration
	for i := range seconds() {
		began, err := vote(client, page, i)
		if err != nil {
			b.Fatal(err)
		}
		for range pages {
			select {
			case when := <-told:
				took = append(took, when.Sub(began))
			case <-time.After(10 * time.Second):
				b.Fatal("not every page was told")
			}
		}
		time.Sleep(time.Until(began.Add(time.Second)))
	}
	report(b, took)
}

// vote signs a vote, and changes it every time; began is when it was sent.
func vote(client *http.Client, page string, i int) (began time.Time, err error) {
	form, err := read(client, page+"/vote")
	if err != nil {
		return began, err
	}
	q := url.Values{"verdict": {"pass"}, "step": {"sign"}, "key": {fmt.Sprintf("bench-%d-%d", i, time.Now().UnixNano())}}
	for _, name := range []string{"stage", "round", "mine"} {
		q.Set(name, regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(form)[1])
	}
	for _, m := range regexp.MustCompile(`name="(score\.[a-z_]+)"`).FindAllStringSubmatch(form, -1) {
		q.Set(m[1], strconv.Itoa(1+i%2))
	}
	began = time.Now()
	answer, err := client.PostForm(page+"/vote", q)
	if err != nil {
		return began, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return began, fmt.Errorf("the vote answers %s", answer.Status)
	}
	return began, nil
}
