package web

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tallinn/web/assets"
)

// A Class is a kind of request that has places of its own: many of one never
// keep the others out.
type Class string

// The classes. What is asked of a hub beyond its strength is mostly reading,
// and reading can wait; what somebody decides is kept, and an emergency passes
// by both.
const (
	Reading   Class = "read"
	Deciding  Class = "write"
	Emergency Class = "emergency"
)

// places is how many requests of a class are worked on at once, and how many
// more wait for a place, at most waitTime. Reading is work for processors: more
// at once only take longer together. Deciding waits for the disk.
var places = map[Class]struct{ at, most int }{
	Reading:   {8 * runtime.GOMAXPROCS(0), 128},
	Deciding:  {64, 512},
	Emergency: {64, 1024},
}

const waitTime = time.Second

// A gate lets requests in as long as there is place.
type gate struct {
	mu    sync.Mutex
	busy  int
	at    int
	most  int
	known []*waiter // were in before, oldest first
	queue []*waiter // are new, oldest first
}

// A waiter is let in, or gives up, whichever is first under the gate's mu.
type waiter struct {
	in   chan struct{}
	done bool
}

// enter returns true when there is place, at once or in time.
func (g *gate) enter(ctx context.Context, patience time.Duration) bool {
	g.mu.Lock()
	if g.busy < g.at {
		g.busy++
		g.mu.Unlock()
		return true
	}
	if len(g.queue) >= g.most {
		g.mu.Unlock()
		return false
	}
	w := &waiter{in: make(chan struct{})}
	g.queue = append(g.queue, w)
	g.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-w.in:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return !g.giveUp(w)
}

// giveUp reports whether w was still waiting.
func (g *gate) giveUp(w *waiter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	was := !w.done
	w.done = true
	return was
}

// back is enter for who was in before: it waits as long as it takes, before
// all that are new.
func (g *gate) back() {
	g.mu.Lock()
	if g.busy < g.at {
		g.busy++
		g.mu.Unlock()
		return
	}
	w := &waiter{in: make(chan struct{})}
	g.known = append(g.known, w)
	g.mu.Unlock()
	<-w.in
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	for _, line := range []*[]*waiter{&g.known, &g.queue} {
		for g.busy < g.at && len(*line) > 0 {
			w := (*line)[0]
			*line = (*line)[1:]
			if !w.done {
				w.done = true
				g.busy++
				close(w.in)
			}
		}
	}
}

// sheds answers 503 at once to what is more than the hub can do, so that what
// it does take on is answered in time. A place is for the hub's own work: while
// a body is waited for, and from the first byte of the answer on, the request
// has none, and a slow client keeps nobody out.
func (s *Site) sheds(next http.Handler) http.Handler {
	gates := map[Class]*gate{}
	for class, n := range places {
		gates[class] = &gate{at: n.at, most: n.most}
	}
	var shed atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		class := s.class(r)
		g := gates[class]
		if g == nil {
			next.ServeHTTP(w, r)
			return
		}
		if !g.enter(r.Context(), waitTime) {
			if s.Shed != nil {
				s.Shed(class)
			}
			after := 1 + shed.Add(1)%3 // not all at once
			w.Header().Set("Retry-After", strconv.FormatInt(after, 10))
			Fail(w, r, s.Log, ErrBusy.With("seconds", after))
			return
		}
		p := &place{gate: g, has: true}
		defer p.leave()
		if r.ContentLength != 0 {
			r.Body = &unplaced{r.Body, p}
		}
		next.ServeHTTP(&begins{w, p}, r)
	})
}

// class of r; none for what costs nothing and tells how the hub is.
func (s *Site) class(r *http.Request) Class {
	switch {
	case strings.HasPrefix(r.URL.Path, assets.Prefix), r.URL.Path == "/healthz", r.URL.Path == "/readyz":
		return ""
	case s.Emergency != nil && s.Emergency(r):
		return Emergency
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		return Reading
	}
	return Deciding
}

// A place is what one request has of a gate.
type place struct {
	gate *gate
	mu   sync.Mutex
	has  bool
	over bool // it needs none any more
}

// leave gives it back for good.
func (p *place) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.give()
}

func (p *place) give() {
	if p.has {
		p.has = false
		p.gate.leave()
	}
}

// pause gives it back for a moment.
func (p *place) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.give()
}

func (p *place) again() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over && !p.has {
		p.gate.back()
		p.has = true
	}
}

// unplaced is a body whose reading takes no place.
type unplaced struct {
	io.ReadCloser
	place *place
}

// Read waits for the client.
func (b *unplaced) Read(p []byte) (int, error) {
	b.place.pause()
	defer b.place.again()
	return b.ReadCloser.Read(p)
}

// begins is an answer that gives the place back as it begins.
type begins struct {
	http.ResponseWriter
	place *place
}

// Write waits for the client.
func (p *begins) Write(b []byte) (int, error) {
	p.place.leave()
	return p.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (p *begins) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// FlushError sends what was written.
func (p *begins) FlushError() error {
	p.place.leave()
	return http.NewResponseController(p.ResponseWriter).Flush()
}

// Flush is FlushError for who asks for no error.
func (p *begins) Flush() { _ = p.FlushError() }
