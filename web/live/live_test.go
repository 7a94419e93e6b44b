package live_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"tallinn/fact"
	"tallinn/web/live"
)

// A board is a page's content, which changes.
type board struct {
	mu      sync.Mutex
	at      fact.Pos
	readers map[chan fact.Pos]bool
}

func (b *board) change() fact.Pos {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at++
	for c := range b.readers {
		select {
		case c <- b.at:
		default:
		}
	}
	return b.at
}

func (b *board) now() fact.Pos {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *board) follow() (<-chan fact.Pos, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := make(chan fact.Pos, 1)
	b.readers[c] = true
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.readers, c)
	}
}

// serve answers streams whose time is over at each cut.
func (b *board) serve(cut <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, stop := context.WithCancel(r.Context())
		defer stop()
		go func() {
			select {
			case <-cut:
				stop()
			case <-ctx.Done():
			}
		}()
		changes, leave := b.follow()
		defer leave()
		_ = live.Follow(w, r.WithContext(ctx), changes, func(told string) (live.Event, bool, error) {
			at := b.now()
			return live.Event{ID: live.ID(at), Part: templ.Raw("up to " + live.ID(at))}, at > live.Pos(told), nil
		})
	}
}

// TestCut: a stream that is cut when its time is over is asked for again, as a
// browser does it. What changes while there is no stream is told then, nothing
// is told twice, and the reader ends up with what stands.
func TestCut(t *testing.T) {
	b := &board{at: 1, readers: map[chan fact.Pos]bool{}}
	cut := make(chan struct{})
	server := httptest.NewServer(b.serve(cut))
	defer server.Close()
	over := func() { cut <- struct{}{} }
	last := ""
	for range 3 {
		between := b.change() // while no stream is open
		var within fact.Pos
		told := read(t, server.URL, last, func(events int) {
			switch events {
			case 1:
				within = b.change()
			case 2:
				over()
			}
		})
		if want := []string{live.ID(between), live.ID(within)}; strings.Join(told, " ") != strings.Join(want, " ") {
			t.Fatalf("after %q the page is told %v, not %v", last, told, want)
		}
		last = live.ID(within)
		told = read(t, server.URL, last, func(events int) {
			if events == 0 {
				over()
			}
		})
		if len(told) != 0 {
			t.Errorf("nothing has changed since %s, and the page is told %v", last, told)
		}
	}
}

// read follows one stream to its end, for a page made at position 1 that was
// told last so, and gives the ids that it tells; came is called when the stream
// begins, and after each event.
func read(t *testing.T, url, last string, came func(events int)) (ids []string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, "GET", url+"?"+live.Since+"=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "retry: ") {
			came(0)
		}
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			ids = append(ids, id)
			came(len(ids))
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("after %v the stream ends with %v", ids, err)
	}
	return ids
}
