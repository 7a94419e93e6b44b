package hubs_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/bench/hubtest"
	"tallinn/fact"
	"tallinn/record/postgres"
	"tallinn/record/postgres/cluster/clustertest"
)

const (
	rate     = 200 // writes a second
	senders  = 64
	patience = time.Second
	harmGap  = 5 * time.Second
	pause    = 2 * time.Second
)

// BenchmarkTwoHubs runs once, for as long as hubtest.Seconds says.
func BenchmarkTwoHubs(b *testing.B) {
	dsn := clustertest.Start(b, nil).DSN("postgres")
	p := start(b, dsn)
	s := &sending{b: b, pair: p, token: hubtest.Enter(b, p.urls[0]), ids: map[string]string{}}
	for b.Loop() {
		s.run(hubtest.Seconds(30))
	}
	s.judge(dsn)
}

// A pair is two hubs that run, and their processes.
type pair struct {
	urls [2]string
	mu   sync.Mutex
	pids [2]int
}

var readyLine = regexp.MustCompile(`^ready (http://\S+) \(hub (\d), process (\d+);`)

func start(b *testing.B, dsn string) *pair {
	b.Helper()
	cmd := exec.Command(hubtest.Build(b), "demo", "--two", "--addr", freePorts(b))
	cmd.Env = append(os.Environ(), "TALLINN_DATABASE="+dsn)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	p := &pair{}
	ready := make(chan bool, 1000)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				pid, _ := strconv.Atoi(m[3])
				p.mu.Lock()
				p.urls[m[2][0]-'1'], p.pids[m[2][0]-'1'] = m[1], pid
				p.mu.Unlock()
				ready <- true
			}
		}
	}()
	<-ready
	<-ready
	return p
}

// freePorts is an address whose port, and the next, nobody listens on.
func freePorts(b *testing.B) string {
	for range 100 {
		port := 20000 + mathrand.IntN(20000)
		one, err1 := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
		two, err2 := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port+1))
		for _, l := range []net.Listener{one, two} {
			if l != nil {
				l.Close()
			}
		}
		if err1 == nil && err2 == nil {
			return fmt.Sprint("127.0.0.1:", port)
		}
	}
	b.Fatal("no free ports")
	return ""
}

// A sending is all that the senders do, and what they are told.
type sending struct {
	b     *testing.B
	pair  *pair
	token string

	mu      sync.Mutex
	ids     map[string]string // of needs, by the key that they were sent under
	last    time.Time
	gap     time.Duration
	slowest time.Duration
	again   int
	harms   int
}

func (s *sending) run(long time.Duration) {
	ctx, stop := context.WithTimeout(context.Background(), long)
	defer stop()
	var harming, all sync.WaitGroup
	harming.Go(func() { s.harm(ctx) })
	due := make(chan int, rate*60)
	for range senders {
		all.Go(func() {
			for n := range due {
				s.send(n)
			}
		})
	}
	tick := time.NewTicker(time.Second / rate)
	defer tick.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		<-tick.C
		due <- n
	}
	close(due)
	all.Wait()
	harming.Wait()
}

func (s *sending) harm(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(harmGap):
		}
		s.pair.mu.Lock()
		pid := s.pair.pids[mathrand.IntN(2)]
		s.pair.mu.Unlock()
		if mathrand.IntN(2) == 0 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		} else if syscall.Kill(pid, syscall.SIGSTOP) == nil {
			time.Sleep(pause)
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
		s.harms++
	}
}

var client = &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: senders}}

// send submits one need, to one hub after the other until it is answered.
func (s *sending) send(n int) {
	key := fmt.Sprint("bench/", n)
	body, err := json.Marshal(map[string]any{"title": fmt.Sprint("Need ", n), "summary": "For the desks.", "line": "detection",
		"sector": "energy", "lots": []any{map[string]any{"what": "edr_seats", "quantity": 5,
			"cost": map[string]any{"currency": "EUR", "value": "10.50"}}},
		"urgency": "short", "useful_until": time.Now().AddDate(0, 3, 0).Format(time.DateOnly), "lead_days": 3, "criticality": "low"})
	if err != nil {
		s.b.Error(err)
		return
	}
	began := time.Now()
	for try := n; time.Since(began) < time.Minute; try++ {
		id, err := s.ask(s.pair.urls[try%2], key, body)
		if err != nil {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		s.answered(key, id, time.Since(began), try-n)
		return
	}
	s.b.Errorf("need %d was not answered in a minute", n)
}

func (s *sending) ask(hub, key string, body []byte) (id string, err error) {
	r, err := http.NewRequest("POST", hub+"/api/v1/needs", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "Accept": "application/json",
		"Authorization": "Bearer " + s.token, "Idempotency-Key": key} {
		r.Header.Set(name, value)
	}
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		if resp.StatusCode != http.StatusServiceUnavailable {
			s.b.Errorf("%s: %d %s", key, resp.StatusCode, raw)
		}
		return "", fmt.Errorf("status %d", resp.StatusCode)
	}
	var n struct {
		ID string `json:"id"`
	}
	return n.ID, json.Unmarshal(raw, &n)
}

func (s *sending) answered(key, id string, took time.Duration, again int) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.last.IsZero() {
		s.gap = max(s.gap, now.Sub(s.last))
	}
	s.last, s.slowest, s.again = now, max(s.slowest, took), s.again+again
	s.ids[key] = id
}

// judge looks for every acknowledged need in the record.
func (s *sending) judge(dsn string) {
	store, err := postgres.Open(s.b.Context(), postgres.Config{DSN: dsn, Random: rand.Reader, ReadOnly: true})
	if err != nil {
		s.b.Fatal(err)
	}
	defer store.Close()
	times := map[string]int{} // how often a need was submitted
	err = store.Facts(s.b.Context(), 0, 1<<31-1, func(_ fact.Pos, raw []byte) error {
		var f struct {
			Kind    string
			Streams []string
		}
		if err := json.Unmarshal(raw, &f, json.MatchCaseInsensitiveNames(true)); err != nil {
			return err
		}
		if f.Kind == "need.submitted" {
			times[f.Streams[0]]++
		}
		return nil
	})
	if err != nil {
		s.b.Fatal(err)
	}
	lost, doubled := 0, 0
	keys := map[string]string{}
	for key, id := range s.ids {
		switch {
		case times[id] == 0:
			lost++
		case times[id] > 1 || keys[id] != "":
			doubled++
		}
		keys[id] = key
	}
	s.b.ReportMetric(float64(len(s.ids)), "acknowledged")
	s.b.ReportMetric(float64(s.harms), "stops")
	s.b.ReportMetric(float64(lost), "lost")
	s.b.ReportMetric(float64(doubled), "doubled")
	s.b.ReportMetric(s.gap.Seconds(), "gap-s")
	s.b.ReportMetric(s.slowest.Seconds(), "slowest-s")
	s.b.ReportMetric(float64(s.again), "tried-again")
	if lost+doubled > 0 {
		s.b.Errorf("%d acknowledged needs were lost, %d doubled", lost, doubled)
	}
}
