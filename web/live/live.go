// Package live tells open pages what changes, by server-sent events (WHATWG
// HTML, section 9.2). A page has one Place, whose content an event replaces;
// app's script live.js takes care of the rest. A stream ends when the time of
// a request is over: the browser asks again, says what it was told last, and
// is told what it has missed, so that its reader notices nothing.
package live

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tallinn/fact"
)

// How a stream behaves on a line that drops.
const (
	again = 1000             // milliseconds until a browser asks again
	beat  = 15 * time.Second // between signs of life, so that proxies keep it open
)

// An Event is what a page is told. ID names what its reader then knows, in
// letters and digits; it comes back when the browser asks again.
type Event struct {
	ID   string
	Part templ.Component // takes the place of the Place's content
}

// A Show says what a reader who was told so far as told is to be told now;
// false: nothing. It is asked first when a stream opens, and after every
// change. An error ends the stream: what was hidden meanwhile is then asked
// for again, and is missing.
type Show func(told string) (Event, bool, error)

// Since is the name of the parameter by which a page says what it knows.
const Since = "since"

// Follow sends what show gives as events, until the reader goes, the request's
// time is over, or changes closes.
func Follow(w http.ResponseWriter, r *http.Request, changes <-chan fact.Pos, show Show) error {
	ctx, out := r.Context(), http.NewResponseController(w)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("No-Gzip-Compression", "1") // each event goes out by itself
	head.Set("X-Accel-Buffering", "no")
	if _, err := fmt.Fprintf(w, "retry: %d\n\n", again); err != nil {
		return nil // the reader has gone
	}
	pulse := time.NewTicker(beat)
	defer pulse.Stop()
	for told := toldLast(r); ; {
		e, news, err := show(told)
		if err != nil {
			return nil
		}
		if news {
			told = e.ID
			if e.write(ctx, w) != nil {
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

// toldLast is what the event told last stands for, or else the page.
func toldLast(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get(Since)
}

// write sends e; each line of its HTML has a field of its own.
func (e Event) write(ctx context.Context, w http.ResponseWriter) error {
	var b bytes.Buffer
	if err := e.Part.Render(ctx, &b); err != nil {
		return err
	}
	data := strings.ReplaceAll(strings.ReplaceAll(b.String(), "\r", ""), "\n", "\ndata: ")
	_, err := fmt.Fprintf(w, "id: %s\nevent: swap\ndata: %s\n\n", e.ID, data)
	return err
}

// ID names what a reader knows who has seen the record up to pos.
func ID(pos fact.Pos) string { return strconv.FormatInt(int64(pos), 10) }

// Pos is the position that an ID names; what names none stands before all.
func Pos(id string) fact.Pos {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return fact.None
	}
	return fact.Pos(n)
}

// Tag names what a reader knows who has seen what parts say.
func Tag(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(sum, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
