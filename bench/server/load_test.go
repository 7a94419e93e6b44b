package server_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

const perSecond = 200

func seconds() int {
	if n, err := strconv.Atoi(os.Getenv("TALLINN_BENCH_SECONDS")); err == nil && n > 0 {
		return n
	}
	return 10
}

// load asks for what address says, on schedule, and reports how long answers
// took from when they were due.
func load(b *testing.B, address func(i int) string) {
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true}}
	defer client.CloseIdleConnections()
	for i := range 4 { // connections, pools and the day that is kept
		if _, err := get(client, address(i)); err != nil {
			b.Fatal(err)
		}
	}
	took := make([]time.Duration, perSecond*seconds())
	bytes := make([]int, len(took))
	errs := make([]error, len(took))
	before, began := processor(b), time.Now()
	var wg sync.WaitGroup
	for i := range took {
		due := began.Add(time.Duration(i) * time.Second / perSecond)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			bytes[i], errs[i] = get(client, address(i))
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	elapsed, used := time.Since(began), processor(b)-before
	var answered []time.Duration
	for i, err := range errs {
		switch {
		case err == nil:
			answered = append(answered, took[i])
		case !errors.Is(err, errBusy):
			b.Fatal(err)
		}
	}
	if len(answered) == 0 {
		b.Fatal("nothing was answered")
	}
	slices.Sort(answered)
	at := func(share float64) float64 {
		return float64(answered[int(share*float64(len(answered)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(0, "ns/op") // a run has its own length
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(at(1), "max-ms")
	b.ReportMetric(100-100*float64(len(answered))/float64(len(took)), "refused-%")
	b.ReportMetric(100*used.Seconds()/elapsed.Seconds(), "cpu-%")
	b.ReportMetric(float64(bytes[0]), "bytes")
}

// errBusy is the answer of a hub that has more to compute than it can.
var errBusy = errors.New("busy")

// get reads one answer as it travels, and returns its length.
func get(client *http.Client, address string) (int, error) {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	if answer.StatusCode == http.StatusServiceUnavailable {
		return 0, errBusy
	}
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d", address, answer.StatusCode)
	}
	return int(n), err
}

// processor is the time that this process has had on all cores.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
