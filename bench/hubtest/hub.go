// Package hubtest runs the program beside a benchmark, as a process of its own,
// and signs in to it.
package hubtest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Build builds the program.
func Build(tb testing.TB) (program string) {
	tb.Helper()
	program = filepath.Join(tb.TempDir(), "tallinn")
	if out, err := exec.Command("go", "build", "-o", program, "tallinn/cmd/tallinn").CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return program
}

// A Hub is a process that serves.
type Hub struct {
	URL     string
	PID     int
	metrics string
	tb      testing.TB
}

// Start runs the program with words, such as "demo" and "--data", until tb
// ends. It listens on free ports.
func Start(tb testing.TB, program string, words ...string) *Hub {
	tb.Helper()
	h := &Hub{metrics: free(tb), tb: tb}
	cmd := exec.Command(program, append(words, "--addr", "127.0.0.1:0", "--metrics", h.metrics)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	h.PID = cmd.Process.Pid
	ended := make(chan error, 1)
	tb.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	})
	ready := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if at, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				ready <- at
			}
		}
		ended <- cmd.Wait()
		close(ready)
	}()
	select {
	case h.URL = <-ready:
	case <-time.After(5 * time.Minute):
	}
	if h.URL == "" {
		tb.Fatal("the hub did not say that it is ready in time, or ended; what it said stands above")
	}
	return h
}

func free(tb testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var seats = regexp.MustCompile(`(?s)<tr[^>]* id="(R-\d+)"`)

// Enter signs in to the exercise of the hub at base, as the first cyber officer
// of it, and returns the session's token.
func Enter(tb testing.TB, base string) (token string) {
	tb.Helper()
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	resp, err := c.Get(base + "/exercise?lang=en")
	if err != nil {
		tb.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	seat := seats.FindSubmatch(page)
	if err != nil || seat == nil {
		tb.Fatalf("no seat to enter: %v", err)
	}
	if resp, err = c.PostForm(base+"/exercise/enter", url.Values{"seat": {string(seat[1])}}); err != nil {
		tb.Fatal(err)
	}
	resp.Body.Close()
	home, _ := url.Parse(base)
	for _, cookie := range jar.Cookies(home) {
		if cookie.Name == "session" {
			token = cookie.Value
		}
	}
	if token == "" {
		tb.Fatal("nobody entered")
	}
	return token
}

// Memory is how much the hub holds now, and has held at most, in bytes.
func (h *Hub) Memory() (now, most int64) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.PID))
	if err != nil {
		h.tb.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		n, _ := strconv.ParseInt(kb, 10, 64)
		switch name {
		case "VmRSS":
			now = n << 10
		case "VmHWM":
			most = n << 10
		}
	}
	return now, most
}

// Metric is the sum of what the hub says of name, over its labels.
func (h *Hub) Metric(name string) (sum float64) {
	resp, err := http.Get("http://" + h.metrics + "/metrics")
	if err != nil {
		h.tb.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), " ")
		if bare, _, _ := strings.Cut(key, "{"); bare == name {
			n, _ := strconv.ParseFloat(value, 64)
			sum += n
		}
	}
	return sum
}

// Seconds is how long a benchmark goes on: TALLINN_BENCH_SECONDS, or otherwise.
func Seconds(otherwise int) time.Duration {
	if n, err := strconv.Atoi(os.Getenv("TALLINN_BENCH_SECONDS")); err == nil && n > 0 {
		otherwise = n
	}
	return time.Duration(otherwise) * time.Second
}
