package web_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tallinn/web"
	"tallinn/web/assets"
)

// A crowd asks a site whose handlers wait until they are let go.
type crowd struct {
	t      *testing.T
	site   http.Handler
	inside atomic.Int64
	letGo  chan bool
	shed   atomic.Int64
}

func newCrowd(t *testing.T) *crowd {
	c := &crowd{t: t, letGo: make(chan bool)}
	site := &web.Site{Log: slog.New(slog.DiscardHandler), Timeout: time.Hour, Shed: func(web.Class) { c.shed.Add(1) },
		Emergency: func(r *http.Request) bool { return r.URL.Path == "/emergency" }}
	h, err := site.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Query().Has("begin") {
			_, _ = io.WriteString(w, strings.Repeat("begun ", 1000))
			w.(http.Flusher).Flush()
		}
		c.inside.Add(1)
		<-c.letGo
	}))
	if err != nil {
		t.Fatal(err)
	}
	c.site = h
	return c
}

// ask sends n requests and returns the answers, in any order.
func (c *crowd) ask(n int, method, path string, body func() io.Reader) chan *httptest.ResponseRecorder {
	answers := make(chan *httptest.ResponseRecorder, n)
	for range n {
		go func() {
			w := httptest.NewRecorder()
			var b io.Reader
			if body != nil {
				b = body()
			}
			r := httptest.NewRequest(method, path, b)
			r.Header.Set("Accept-Encoding", "identity")
			c.site.ServeHTTP(w, r)
			answers <- w
		}()
	}
	synctest.Wait()
	return answers
}

func (c *crowd) wants(what string, inside int) {
	c.t.Helper()
	if got := int(c.inside.Load()); got != inside {
		c.t.Errorf("%s: %d are worked on; want %d", what, got, inside)
	}
}

// TestSheds: what is more than a hub can do is answered 503 at once; what
// somebody decides and an emergency have places of their own.
//
// ASVS 2.4.1
func TestSheds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		at, queue := 8*runtime.GOMAXPROCS(0), 128
		began := time.Now()
		readers := c.ask(at+queue, http.MethodGet, "/", nil)
		c.wants("readers", at)
		after := map[string]bool{}
		for range 20 {
			one := <-c.ask(1, http.MethodGet, "/api/v1/flows", nil)
			if one.Code != http.StatusServiceUnavailable || !strings.Contains(one.Body.String(), "web.busy") {
				t.Fatalf("one more: %d %s", one.Code, one.Body)
			}
			after[one.Header().Get("Retry-After")] = true
		}
		if len(after) < 3 || time.Since(began) != 0 || c.shed.Load() != 20 {
			t.Errorf("told to come back after %v, %v later; %d noted", after, time.Since(began), c.shed.Load())
		}
		writers := c.ask(64, http.MethodPost, "/", nil)
		c.wants("decisions", at+64)
		calls := c.ask(1, http.MethodPost, "/emergency", nil)
		c.wants("an emergency", at+65)
		for _, path := range []string{"/healthz", assets.Prefix + "x"} {
			c.ask(1, http.MethodGet, path, nil)
		}
		c.wants("what costs nothing", at+67)
		time.Sleep(time.Minute)
		c.wants("who waits too long gives up", at+67)
		close(c.letGo)
		busy := 0
		for range at + queue {
			if w := <-readers; w.Code == http.StatusServiceUnavailable {
				busy++
			}
		}
		if busy != queue {
			t.Errorf("%d waited in vain; want %d", busy, queue)
		}
		for _, other := range []chan *httptest.ResponseRecorder{writers, calls, c.ask(1, http.MethodGet, "/", nil)} {
			if w := <-other; w.Code != http.StatusOK {
				t.Errorf("status %d", w.Code)
			}
		}
	})
}

// TestQueued: who waits is let in, first come first served, as places are free.
func TestQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		at := 8 * runtime.GOMAXPROCS(0)
		readers := c.ask(3*at, http.MethodGet, "/", nil)
		for i := range 2 * at {
			c.letGo <- true
			synctest.Wait()
			c.wants("readers", at+i+1)
		}
		close(c.letGo)
		for range 3 * at {
			if w := <-readers; w.Code != http.StatusOK {
				t.Errorf("status %d", w.Code)
			}
		}
	})
}

// slowly is a body that comes when it likes.
type slowly struct{ wait chan bool }

func (s slowly) Read([]byte) (int, error) { <-s.wait; return 0, io.EOF }

// TestSlowHaveNoPlace: who sends slowly, or reads slowly, keeps nobody out.
func TestSlowHaveNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		wait := make(chan bool)
		slow := c.ask(600, http.MethodPost, "/slow", func() io.Reader { return slowly{wait} })
		talking := c.ask(600, http.MethodGet, "/?begin", nil)
		c.wants("answers that have begun", 600)
		quick := []chan *httptest.ResponseRecorder{c.ask(1, http.MethodPost, "/", nil), c.ask(1, http.MethodGet, "/", nil)}
		c.wants("others", 602)
		close(wait)
		synctest.Wait()
		c.wants("bodies that have come", 602+63) // beside the quick one
		close(c.letGo)
		for range 600 {
			for _, w := range []*httptest.ResponseRecorder{<-slow, <-talking} {
				if w.Code != http.StatusOK {
					t.Fatal(fmt.Sprint("status ", w.Code))
				}
			}
		}
		for _, q := range quick {
			<-q
		}
	})
}
