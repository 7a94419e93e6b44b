package load_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"tallinn/bench/hubtest"
)

func demo(b *testing.B) *asker {
	h := hubtest.Start(b, hubtest.Build(b), "demo", "--data", b.TempDir()+"/data")
	return &asker{Hub: h, b: b, token: hubtest.Enter(b, h.URL), run: rand.Uint64()}
}

// An asker asks a hub for pages and records needs.
type asker struct {
	*hubtest.Hub
	b     *testing.B
	token string
	run   uint64
	n     atomic.Int64
}

var pages = []string{"/statement", "/", "/needs", "/flows", "/parties"}

// target is what is asked for next: one in writes is a need to record.
func (a *asker) target(writes int64) vegeta.Targeter {
	return func(t *vegeta.Target) error {
		n := a.n.Add(1)
		t.Header = http.Header{"Cookie": {"session=" + a.token}, "Accept": {"text/html"}, "Accept-Encoding": {"gzip"}}
		t.Method, t.URL, t.Body = http.MethodGet, a.URL+pages[n%int64(len(pages))], nil
		if writes == 0 || n%writes != 0 {
			return nil
		}
		body, err := json.Marshal(map[string]any{"title": fmt.Sprint("Need ", n), "summary": "For the desks.", "line": "detection",
			"sector": "energy", "lots": []any{map[string]any{"what": "edr_seats", "quantity": 5,
				"cost": map[string]any{"currency": "EUR", "value": "10.50"}}},
			"urgency": "short", "useful_until": time.Now().AddDate(0, 3, 0).Format(time.DateOnly), "lead_days": 3, "criticality": "low"})
		t.Method, t.URL, t.Body = http.MethodPost, a.URL+"/api/v1/needs", body
		t.Header = http.Header{"Authorization": {"Bearer " + a.token}, "Content-Type": {"application/json"}, "Accept": {"application/json"},
			"Idempotency-Key": {fmt.Sprint(a.run, "/", n)}}
		return err
	}
}

// A report is what came of an attack.
type report struct {
	vegeta.Metrics
	ids       []string // of needs that were acknowledged
	untold    int      // refusals that did not say when to come back
	unwelcome map[uint16]int
}

func (a *asker) attack(rate int, long time.Duration, writes int64) *report {
	attacker := vegeta.NewAttacker(vegeta.Timeout(30*time.Second), vegeta.Connections(2000), vegeta.MaxWorkers(4000), vegeta.Redirects(vegeta.NoFollow))
	r := &report{unwelcome: map[uint16]int{}}
	for res := range attacker.Attack(a.target(writes), vegeta.ConstantPacer{Freq: rate, Per: time.Second}, long, "") {
		r.Add(res)
		switch {
		case res.Code == http.StatusServiceUnavailable:
			if res.Headers.Get("Retry-After") == "" {
				r.untold++
			}
		case res.Method == http.MethodPost && res.Code == http.StatusOK:
			var need struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(res.Body, &need); err != nil || need.ID == "" {
				a.b.Errorf("an acknowledgement without an id: %v", err)
			}
			r.ids = append(r.ids, need.ID)
		case res.Code != http.StatusOK:
			r.unwelcome[res.Code]++
		}
	}
	r.Close()
	return r
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (a *asker) get(path string) (status int) {
	r, err := http.NewRequest(http.MethodGet, a.URL+path, nil)
	if err != nil {
		a.b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	r.Header.Set("Cookie", "session="+a.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// capacity is how many pages a second are answered when 32 ask by turns.
func (a *asker) capacity(long time.Duration) int {
	var done atomic.Int64
	var all sync.WaitGroup
	end := time.Now().Add(long)
	for n := range 32 {
		all.Go(func() {
			for i := n; time.Now().Before(end); i++ {
				if a.get(pages[i%len(pages)]) == http.StatusOK {
					done.Add(1)
				}
			}
		})
	}
	all.Wait()
	return int(float64(done.Load()) / long.Seconds())
}

func BenchmarkOverload(b *testing.B) {
	a := demo(b)
	for b.Loop() {
		able := a.capacity(3 * time.Second)
		quiet := a.attack(20, 3*time.Second, 0)
		r := a.attack(3*able, hubtest.Seconds(30), 10)
		ended, normal := time.Now(), time.Duration(-1)
		for time.Since(ended) < time.Minute {
			again := a.attack(20, time.Second, 0)
			if again.Success == 1 && again.Latencies.P95 < 4*quiet.Latencies.P95+20*time.Millisecond {
				normal = time.Since(ended)
				break
			}
		}
		lost := 0
		for _, id := range r.ids {
			if a.get("/api/v1/needs/"+id) != http.StatusOK {
				lost++
			}
		}
		refused := r.StatusCodes["503"]
		b.ReportMetric(float64(3*able), "asked-per-s")
		b.ReportMetric(r.Throughput, "answered-per-s")
		b.ReportMetric(float64(refused), "refused")
		b.ReportMetric(float64(r.StatusCodes["0"]), "no-answer")
		b.ReportMetric(float64(len(r.ids)), "acknowledged")
		b.ReportMetric(float64(lost), "lost")
		b.ReportMetric(ms(r.Latencies.P50), "p50-ms")
		b.ReportMetric(ms(r.Latencies.P99), "p99-ms")
		b.ReportMetric(normal.Seconds(), "normal-after-s")
		if refused == 0 || r.untold > 0 || lost > 0 || normal < 0 || len(r.ids) == 0 || len(r.unwelcome) > 1 {
			b.Errorf("%d refused, %d of them without Retry-After; %d lost of %d; normal after %v; other answers: %v", refused, r.untold, lost, len(r.ids), normal, r.unwelcome)
		}
	}
}

// dial opens a connection that is closed by the function it returns, and by
// stop.
func (a *asker) dial(stop chan bool) (c net.Conn, end func(), err error) {
	if c, err = net.Dial("tcp", strings.TrimPrefix(a.URL, "http://")); err != nil {
		return nil, nil, err
	}
	ended := make(chan bool)
	go func() {
		select {
		case <-stop:
		case <-ended:
		}
		c.Close()
	}()
	return c, sync.OnceFunc(func() { close(ended) }), nil
}

// stream keeps an event stream open, and opens it again as a browser does.
func (a *asker) stream(stop chan bool, open *atomic.Int64) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		c, ended, err := a.dial(stop)
		if err != nil {
			a.b.Error(err)
			return
		}
		fmt.Fprintf(c, "GET /needs/events HTTP/1.1\r\nHost: hub\r\nCookie: session=%s\r\nAccept: text/event-stream\r\n\r\n", a.token)
		lines := bufio.NewScanner(c)
		if lines.Scan() && strings.Contains(lines.Text(), "200") {
			open.Add(1)
			for lines.Scan() {
			}
			open.Add(-1)
		}
		ended()
		time.Sleep(20 * time.Millisecond)
	}
}

func BenchmarkStreams(b *testing.B) {
	a := demo(b)
	for b.Loop() {
		var open atomic.Int64
		var all sync.WaitGroup
		stop := make(chan bool)
		for range 500 {
			all.Go(func() { a.stream(stop, &open) })
		}
		for range 100 {
			if open.Load() == 500 {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		r := a.attack(200, hubtest.Seconds(10), 0)
		still := open.Load()
		_, most := a.Memory()
		close(stop)
		all.Wait()
		b.ReportMetric(float64(still), "streams")
		b.ReportMetric(ms(r.Latencies.P50), "p50-ms")
		b.ReportMetric(ms(r.Latencies.P99), "p99-ms")
		b.ReportMetric(float64(most)/1e6, "MB")
		b.ReportMetric(100*(1-r.Success), "refused-%")
		if still < 450 {
			b.Errorf("%d streams are open", still)
		}
	}
}

// slow are ways of asking that hold a server up.
var slow = []struct {
	name string
	n    int
	ask  func(c net.Conn, stop chan bool)
}{
	{"half a head", 400, func(c net.Conn, stop chan bool) {
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: hub\r\n")
		drip(c, stop, "X-More: 1\r\n")
	}},
	{"half a body", 400, func(c net.Conn, stop chan bool) {
		fmt.Fprint(c, "POST /emergency HTTP/1.1\r\nHost: hub\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\nwhat=")
		drip(c, stop, "x")
	}},
	{"reads nothing", 200, func(c net.Conn, stop chan bool) {
		_ = c.(*net.TCPConn).SetReadBuffer(1024)
		time.Sleep(time.Duration(rand.IntN(4000)) * time.Millisecond) // slow, not many at once
		for range 4 {                                                 // one after the other, none of which is read
			fmt.Fprint(c, "GET /flows.csv HTTP/1.1\r\nHost: hub\r\n\r\n")
		}
		<-stop
	}},
	{"a megabyte of headers", 4, func(c net.Conn, _ chan bool) {
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: hub\r\nX-Long: %s\r\n\r\n", strings.Repeat("x", 1<<20))
	}},
	{"a million headers", 4, func(c net.Conn, _ chan bool) {
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: hub\r\n")
		for range 1000 {
			if _, err := fmt.Fprint(c, strings.Repeat("A: b\r\n", 1000)); err != nil {
				return
			}
		}
	}},
}

func drip(c net.Conn, stop chan bool, s string) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(time.Second):
		}
		if _, err := fmt.Fprint(c, s); err != nil {
			return
		}
	}
}

func BenchmarkSlow(b *testing.B) {
	a := demo(b)
	for b.Loop() {
		a.capacity(2 * time.Second) // what it holds when it is busy with readers
		alone := a.attack(50, 5*time.Second, 0)
		before, _ := a.Memory()
		stop := make(chan bool)
		var all sync.WaitGroup
		for _, s := range slow {
			for range s.n {
				all.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						c, end, err := a.dial(stop)
						if err != nil {
							return
						}
						s.ask(c, stop)
						end()
						time.Sleep(50 * time.Millisecond) // a hub that closes at once is not dialled at once
					}
				})
			}
		}
		time.Sleep(5 * time.Second)
		among := a.attack(50, hubtest.Seconds(10), 0)
		after, _ := a.Memory()
		close(stop)
		all.Wait()
		b.ReportMetric(ms(alone.Latencies.P99), "alone-p99-ms")
		b.ReportMetric(ms(among.Latencies.P99), "p99-ms")
		b.ReportMetric(float64(after-before)/1e6, "growth-MB")
		b.ReportMetric(100*(1-among.Success), "refused-%")
		if among.Success < 1 {
			b.Errorf("readers were refused: %v %v", among.StatusCodes, among.Errors)
		}
	}
}

func BenchmarkSoak(b *testing.B) {
	a := demo(b)
	for b.Loop() {
		long := hubtest.Seconds(30)
		state := func() (held [3]float64) {
			time.Sleep(2 * time.Second)
			rss, _ := a.Memory()
			return [3]float64{float64(rss) / 1e6, a.Metric("go_goroutines"), a.Metric("process_open_fds")}
		}
		first := a.attack(50, long/3, 20)
		then := state()
		rest := a.attack(50, long-long/3, 20)
		end := state()
		for i, what := range []string{"MB", "goroutines", "files"} {
			b.ReportMetric(then[i], "first-"+what)
			b.ReportMetric(end[i], "last-"+what)
		}
		b.ReportMetric(float64(len(first.ids)+len(rest.ids)), "needs")
		b.ReportMetric(ms(rest.Latencies.P99), "p99-ms")
		if first.Success < 1 || rest.Success < 1 {
			b.Errorf("not all was answered: %v %v %v", first.StatusCodes, rest.StatusCodes, rest.Errors)
		}
	}
}
