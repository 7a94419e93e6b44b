package needhttp

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/web"
)

// How a stream of events behaves on a line that drops.
const (
	again = 1000             // milliseconds until a browser asks again
	beat  = 15 * time.Second // between signs of life, so that proxies keep it open
)

// live is where the page is told what changes after the need's last fact.
func (v itemView) live() string {
	return href(v.ID, "/events?since="+strconv.FormatInt(int64(v.Changed), 10))
}

// events serves GET /needs/{id}/events.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	id, l := need.ID(r.PathValue("id")), web.LangOf(r)
	if _, err := h.glance(r.Context(), l, id); err != nil {
		return err
	}
	return h.follow(w, r, func(told fact.Pos) (templ.Component, fact.Pos, error) {
		a, err := h.glance(r.Context(), l, id)
		if err != nil || a.Changed <= told {
			return nil, told, err
		}
		return wayPart(l, a, true), a.Changed, nil
	})
}

// glance is the need called id without its texts.
//
// Errors: web.ErrNotFound.
func (h *Handler) glance(ctx context.Context, l web.Lang, id need.ID) (account, error) {
	a := account{reader: h.Reader(ctx), now: h.Now(), voters: map[seat.ID]string{}}
	found := false
	h.View(func(b Books) { found = a.read(b, l, id) })
	if !found {
		return a, web.ErrNotFound
	}
	return a, nil
}

// follow sends what show gives as events, until the reader goes or the
// request's time is over; then the browser asks again and says what it was
// told last. Show is asked after every change, and gives nil when there is
// nothing that the reader was not told.
func (h *Handler) follow(w http.ResponseWriter, r *http.Request, show func(told fact.Pos) (templ.Component, fact.Pos, error)) error {
	ctx := r.Context()
	changes := h.Changes(ctx)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("No-Gzip-Compression", "1") // each event goes out by itself
	head.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	if _, err := fmt.Fprintf(w, "retry: %d\n\n", again); err != nil {
		return nil // the reader has gone
	}
	pulse := time.NewTicker(beat)
	defer pulse.Stop()
	for told := toldLast(r); ; {
		part, at, err := show(told)
		if err != nil {
			return nil // it was hidden meanwhile; asking again answers 404
		}
		if part != nil {
			told = at
			if err := event(ctx, w, told, part); err != nil {
				return nil
			}
		}
		if out.Flush() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-changes:
			if !open {
				return nil
			}
		case <-pulse.C:
			if _, err := fmt.Fprint(w, ":\n\n"); err != nil {
				return nil
			}
		}
	}
}

// toldLast is the position that the page, or the event last told, stands for.
func toldLast(r *http.Request) fact.Pos {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("since")} {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return fact.Pos(n)
		}
	}
	return 0
}

// event writes one event whose data is HTML (WHATWG HTML, "server-sent
// events": each line of it has its own field).
func event(ctx context.Context, w http.ResponseWriter, at fact.Pos, part templ.Component) error {
	var b bytes.Buffer
	if err := part.Render(ctx, &b); err != nil {
		return err
	}
	data := strings.ReplaceAll(strings.ReplaceAll(b.String(), "\r", ""), "\n", "\ndata: ")
	_, err := fmt.Fprintf(w, "id: %d\nevent: swap\ndata: %s\n\n", at, data)
	return err
}
