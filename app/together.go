package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/web"
)

// Several hubs on one database are behind one another by a moment. Whoever has
// written on one must find it on the next: the answer to a write tells the
// position of the record, and a request that brings one back waits until this
// hub has read as far.

const (
	// seenCookie holds the position for a browser, SeenHeader for a program.
	seenCookie = "seen"
	seenTime   = time.Minute // by then every hub that is ready has read it
	seenWait   = time.Second
	// seenAhead bounds what is believed: more facts than a hub that is ready
	// can be behind.
	seenAhead = 1 << 20
	// maxBehind is how far a hub may be behind and still be ready.
	maxBehind = 5 * time.Second
)

// SeenHeader tells, in the answer to a write, the position of the record, and
// asks with it in a later request for a state at least as new.
const SeenHeader = "Tallinn-Seen"

// ErrNotReady tells the balancer before several hubs to leave this one out.
var ErrNotReady = fault.New(fault.Unavailable, "app.not_ready",
	"this hub has not heard from its database for {{.behind}}; another hub answers, or this one in a moment")

// together lets a reader go from one hub to another.
func (h *Hub) together(next http.Handler) http.Handler {
	if !h.shared() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pos, ok := seen(r); ok && pos > h.record.Head() && pos < h.record.Head()+seenAhead {
			ctx, cancel := context.WithTimeout(r.Context(), seenWait)
			err := h.record.Reach(ctx, pos)
			cancel()
			if err != nil {
				web.Fail(w, r, h.cfg.Log, err)
				return
			}
		}
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
		default:
			w = &telling{ResponseWriter: w, to: r, head: h.record.Head}
		}
		next.ServeHTTP(w, r)
	})
}

// seen is the position that a request brings.
func seen(r *http.Request) (fact.Pos, bool) {
	value := r.Header.Get(SeenHeader)
	if cookie, ok := web.CookieOf(r, seenCookie); ok && value == "" {
		value = cookie
	}
	pos, err := strconv.ParseInt(value, 10, 64)
	return fact.Pos(pos), err == nil && pos >= 0
}

// telling adds the position to an answer.
type telling struct {
	http.ResponseWriter
	to   *http.Request
	head func() fact.Pos
	told bool
}

func (t *telling) tell() {
	if t.told {
		return
	}
	t.told = true
	value := strconv.FormatInt(int64(t.head()), 10)
	t.Header().Set(SeenHeader, value)
	web.SetCookie(t, t.to, seenCookie, value, int(seenTime.Seconds()))
}

// WriteHeader tells before the answer begins.
func (t *telling) WriteHeader(status int) {
	t.tell()
	t.ResponseWriter.WriteHeader(status)
}

// Write tells before the answer begins.
func (t *telling) Write(b []byte) (int, error) {
	t.tell()
	return t.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *telling) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// ready answers a balancer: whether readers should be sent here.
func (h room) ready(w http.ResponseWriter, _ *http.Request) error {
	if err := h.record.Stopped(); err != nil {
		return err
	}
	if behind := h.record.Behind(); behind > maxBehind {
		return ErrNotReady.With("behind", behind.Round(time.Second))
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
