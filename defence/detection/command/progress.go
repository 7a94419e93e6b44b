package command

import (
	"fmt"
	"io"
	"sync"
	"time"

	"tallinn/defence/detection/scan"
)

// A status is the line that says how far the reading is. It renews itself, and
// makes room for whatever else is written to the terminal.
type status struct {
	mu    sync.Mutex
	w     io.Writer
	shown bool
}

func (s *status) show(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = true
	fmt.Fprintf(s.w, "\r\x1b[K"+format, args...)
}

// erase takes the line away. s.mu is held.
func (s *status) erase() {
	if s.shown {
		s.shown = false
		fmt.Fprint(s.w, "\r\x1b[K")
	}
}

// beside writes to w where the status line was.
type beside struct {
	w io.Writer
	s *status
}

func (b beside) Write(p []byte) (int, error) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	b.s.erase()
	return b.w.Write(p)
}

// watched is s with a status line, if a person watches.
func (s Streams) watched() Streams {
	if s.Terminal {
		s.status = &status{w: s.Stderr}
		s.Stdout, s.Stderr = beside{s.Stdout, s.status}, beside{s.Stderr, s.status}
	}
	return s
}

// showProgress says how far the reading is, if a person watches; the function
// returned ends it.
func showProgress(s Streams, quiet bool, files int, p *scan.Progress) (stop func()) {
	if quiet || s.status == nil {
		return func() {}
	}
	start := s.now()
	tell := func() {
		rate := float64(p.Events()) / max(s.now().Sub(start).Seconds(), 0.001)
		s.status.show("%d of %s, %s, %.0f a second, %s", p.Files(), counted(files, "log", "logs"),
			counted(int(p.Events()), "event", "events"), rate, counted(int(p.Matches()), "match", "matches"))
	}
	done, ended := make(chan struct{}), make(chan struct{})
	tell()
	go func() {
		defer close(ended)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				tell()
			case <-done:
				s.status.mu.Lock()
				defer s.status.mu.Unlock()
				s.status.erase()
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}
