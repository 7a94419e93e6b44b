package statementhttp

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/a-h/templ"

	"tallinn/web"
)

// TestDesks: no more compute at a time than there are processors, no more wait
// than are bound to be served, nobody waits for long, and who gives up makes room.
func TestDesks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Handler{}
		var leave []func()
		for range runtime.GOMAXPROCS(0) {
			out, err := h.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, out)
		}
		ctx, giveUp := context.WithCancel(t.Context())
		waited := make(chan error, maxWaiting)
		for range maxWaiting {
			go func() {
				_, err := h.enter(ctx)
				waited <- err
			}()
		}
		synctest.Wait()
		if _, err := h.enter(t.Context()); !errors.Is(err, web.ErrTooSlow) {
			t.Errorf("one too many: %v", err)
		}
		giveUp()
		for range maxWaiting {
			if err := <-waited; !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up: %v", err)
			}
		}
		began := time.Now()
		if _, err := h.enter(t.Context()); !errors.Is(err, web.ErrTooSlow) || time.Since(began) != waitTime {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		leave[0]()
		out, err := h.enter(t.Context())
		if err != nil {
			t.Fatalf("after one has left: %v", err)
		}
		out()
	})
}

// TestWritten: a page is written once for each language and day, and one that
// failed is written again.
func TestWritten(t *testing.T) {
	a, times := &account{}, map[writing]int{}
	fail := errors.New("the reader is gone")
	ask := func(k writing, err error) (string, error) {
		var b strings.Builder
		got := a.written(k, func() templ.Component {
			return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				times[k]++
				io.WriteString(w, string(k.lang)+k.today)
				return err
			})
		}).Render(t.Context(), &b)
		return b.String(), got
	}
	first := writing{web.English, "2026-01-02"}
	if _, err := ask(first, fail); !errors.Is(err, fail) {
		t.Errorf("a failure is answered with %v", err)
	}
	for range 3 {
		for _, k := range []writing{first, {web.Ukrainian, "2026-01-02"}, {web.English, "2026-01-03"}} {
			if got, err := ask(k, nil); err != nil || got != string(k.lang)+k.today {
				t.Errorf("%v: %q, %v", k, got, err)
			}
		}
	}
	if times[first] != 2 || times[writing{web.Ukrainian, "2026-01-02"}] != 1 {
		t.Errorf("written %v times", times)
	}
	for day := range 100 {
		ask(writing{web.English, strings.Repeat("x", day)}, nil)
	}
	if n := len(a.pages.written); n > len(web.Langs)+1 {
		t.Errorf("%d pages are kept", n)
	}
}
