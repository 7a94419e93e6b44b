package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"tallinn/fault"
	"tallinn/web/assets"
)

// Faults of the doors themselves. Their Ukrainian texts are in the catalogue.
var (
	ErrNotFound = fault.New(fault.Missing, "web.not_found",
		"there is nothing at this address; check it, or start from the headings of the site")
	ErrMethod = fault.New(fault.Invalid, "web.method",
		"this address does not take {{.method}}; use {{.allowed}}")
	ErrTooLarge = fault.New(fault.TooLarge, "web.too_large",
		"what was sent is larger than {{.limit}} bytes; send less, or in parts")
	ErrCrossOrigin = fault.New(fault.Denied, "web.cross_origin",
		"this request came from a page of another site and was not carried out; repeat it from a page of this site")
	ErrTooSlow = fault.New(fault.Unavailable, "web.too_slow",
		"this took too long and was stopped; try again in a minute, or ask for less")
	ErrBusy = fault.New(fault.Unavailable, "web.busy",
		"more is asked of this hub at the moment than it can answer; wait {{.seconds}} seconds and try again")
	ErrTooMany = fault.New(fault.TooOften, "web.too_many",
		"too many requests came from you; wait {{.seconds}} seconds and try again")
)

// statuses of the kinds. Statuses that kinds do not tell apart (405, 422) are
// given with WithStatus.
var statuses = map[fault.Kind]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Denied:          http.StatusForbidden,
	fault.Missing:         http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.TooOften:        http.StatusTooManyRequests,
}

type withStatus struct {
	error
	status int
}

func (e withStatus) Unwrap() error { return e.error }

// WithStatus is err answered with status instead of its kind's. The fault's
// code and text stay.
func WithStatus(status int, err error) error { return withStatus{err, status} }

// Status is the HTTP status of err: 500 for whatever is no fault.
func Status(err error) int {
	var chosen withStatus
	if errors.As(err, &chosen) {
		return chosen.status
	}
	if s, ok := statuses[fault.KindOf(err)]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Handle serves fn, and answers the error it returns: its kind gives the
// status; the page (or, to a client that asks for JSON, the problem) says the
// fault in the reader's language. An error that is no fault is logged under a
// reference, which is all that the reader is told of it.
//
// When fn has begun its answer before it fails, the connection is cut, so
// that a part is never taken for the whole.
func Handle(log *slog.Logger, fn func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &watched{ResponseWriter: w}
		err := fn(begun, r)
		if err == nil || errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return // answered, or nobody is there to answer
		}
		err = known(err)
		if begun.wrote {
			log.ErrorContext(r.Context(), "answer cut short", "pattern", r.Pattern, "error", err)
			panic(http.ErrAbortHandler)
		}
		Fail(w, r, log, err)
	})
}

// Fail answers err as Handle does, for callers that have no handler function.
func Fail(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	err = known(err)
	reference := ""
	if Status(err) >= http.StatusInternalServerError && !errors.Is(err, ErrBusy) { // a line for each would be a load of its own
		reference = newReference()
		log.ErrorContext(r.Context(), "request failed", "reference", reference,
			"method", r.Method, "pattern", r.Pattern, "error", cause(err))
	}
	if wantsProblem(r) {
		writeProblem(w, r, err, reference)
		return
	}
	writeErrorPage(w, r, log, err, reference)
}

// known turns the errors of net/http and of deadlines into faults.
func known(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return ErrTooLarge.With("limit", large.Limit).Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		if _, ok := fault.Of(err); !ok {
			return ErrTooSlow.Because(err)
		}
	}
	return err
}

// cause is err with what a fault withholds from its reader.
func cause(err error) string {
	text := err.Error()
	if f, ok := fault.Of(err); ok && f.Unwrap() != nil {
		text += ": " + f.Unwrap().Error()
	}
	return text
}

// newReference names one failure in the log: eight hexadecimal digits, short
// enough to be read out over a telephone.
func newReference() string {
	var b [4]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// wantsProblem reports whether r is a program's: one that calls the API, or
// asks for JSON rather than for a page.
func wantsProblem(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return true
	}
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// Routes serves mux, and answers what mux has no route for in our words
// instead of net/http's plain text.
func Routes(log *slog.Logger, mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" { // asked for beside what is no page
			http.Redirect(w, r, assets.URL(assets.Icon), http.StatusFound)
			return
		}
		h, pattern := mux.Handler(r)
		if pattern != "" {
			routed(r, pattern)
			mux.ServeHTTP(w, r)
			return
		}
		probe := &probe{header: make(http.Header)}
		h.ServeHTTP(probe, r)
		switch probe.status {
		case http.StatusMethodNotAllowed:
			allowed := probe.header.Get("Allow")
			w.Header().Set("Allow", allowed)
			err := ErrMethod.With("method", r.Method).With("allowed", allowed)
			Fail(w, r, log, WithStatus(http.StatusMethodNotAllowed, err))
		case http.StatusNotFound:
			Fail(w, r, log, ErrNotFound)
		default: // a redirect to the cleaned path
			mux.ServeHTTP(w, r)
		}
	})
}

// probe takes an answer's status and header, and drops its body.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header { return p.header }
func (p *probe) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}
func (p *probe) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return len(b), nil
}

// watched remembers whether an answer has begun.
type watched struct {
	http.ResponseWriter
	wrote bool
}

func (w *watched) WriteHeader(status int) {
	w.wrote = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what was written, for answers that go on, such as events. The
// compressor calls it, and knows no Unwrap.
func (w *watched) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }
