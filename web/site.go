package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// A Site is what wraps every handler of a hub. The zero values work.
type Site struct {
	Log      *slog.Logger  // default: slog.Default()
	Headings []Heading     // the rail; default: Public
	Search   string        // path of the search page; default: no search box
	MaxBody  int64         // bytes a request may send; default 1 MiB
	Timeout  time.Duration // a request's time; default 10 s
	// Secure says that readers come by https, here or at a balancer before.
	Secure bool
	// Observe, when not nil, is told of every answer, as the log is.
	Observe func(pattern string, status int, took time.Duration)
	// Emergency, when not nil, says what passes by all other requests.
	Emergency func(*http.Request) bool
	// Shed, when not nil, is told of every request that found no place.
	Shed func(Class)
}

const (
	defaultMaxBody = 1 << 20
	defaultTimeout = 10 * time.Second
	// minGzip is the smallest answer worth compressing: less fits in a packet.
	minGzip = 1 << 10
)

// policy is the content security policy: everything from this server, nothing
// inline, no frames.
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; " +
	"frame-ancestors 'none'; object-src 'none'"

// Wrap is next behind the site's middleware, outermost first: the access log,
// security headers, recovery from panics, refusal of what is too much,
// compression, refusal of requests
// forged by other sites, the limits of size and time, and the reader's choices
// of language and theme.
func (s *Site) Wrap(next http.Handler) (http.Handler, error) {
	if s.Log == nil {
		s.Log = slog.Default()
	}
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(minGzip), gzhttp.CompressionLevel(5))
	if err != nil {
		return nil, err
	}
	h := choices(s.limits(next))
	h = s.sameOrigin(h)
	h = s.sheds(compress(h))
	h = s.recovers(h)
	return s.logs(s.headers(s.remembered(h))), nil
}

// remembered puts the site where PageOf finds it.
func (s *Site) remembered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), siteKey{}, s)))
	})
}

// strict tells browsers to come by https only, for two years (RFC 6797).
const strict = "max-age=63072000; includeSubDomains"

func (s *Site) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.Secure || r.TLS != nil {
			h.Set("Strict-Transport-Security", strict)
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what another site makes a reader's browser send. Programs
// send no Origin, and pass.
func (s *Site) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Fail(w, r, s.Log, ErrCrossOrigin)
	}))
	return protection.Handler(next)
}

// limits bounds a request. A handler that reads past the size or works past
// the time gets an error, which Handle answers 413 or 503.
func (s *Site) limits(next http.Handler) http.Handler {
	size, span := s.MaxBody, s.Timeout
	if size == 0 {
		size = defaultMaxBody
	}
	if span == 0 {
		span = defaultTimeout
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > size {
			Fail(w, r, s.Log, ErrTooLarge.With("limit", size))
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), span)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, size)
		next.ServeHTTP(w, r)
	})
}

// recovers answers a panic as an internal error, once, and logs its stack.
func (s *Site) recovers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &watched{ResponseWriter: w}
		defer func() {
			caught := recover()
			if caught == nil {
				return
			}
			if caught == http.ErrAbortHandler {
				panic(caught) // the answer is cut on purpose
			}
			err := panicError{caught, string(debug.Stack())}
			if begun.wrote {
				s.Log.ErrorContext(r.Context(), "answer cut short", "error", err)
				panic(http.ErrAbortHandler)
			}
			Fail(w, r, s.Log, err)
		}()
		next.ServeHTTP(begun, r)
	})
}

// logs writes one line a request, with nothing in it of a person: no address,
// no query, no agent, and of the path only the pattern of its route.
func (s *Site) logs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		pattern := new(string)
		counted := &counted{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			took := time.Since(began)
			s.Log.InfoContext(r.Context(), "request", "method", r.Method, "pattern", *pattern,
				"status", counted.status, "bytes", counted.bytes, "took", took.Round(time.Microsecond))
			if s.Observe != nil {
				s.Observe(*pattern, counted.status, took)
			}
		}()
		next.ServeHTTP(counted, r.WithContext(context.WithValue(r.Context(), patternKey{}, pattern)))
	})
}

type patternKey struct{}

// Routed remembers for the access log which route answered. Routes calls it;
// the mux sets the pattern on a request that the log never sees.
func routed(r *http.Request, pattern string) {
	if p, ok := r.Context().Value(patternKey{}).(*string); ok {
		*p = pattern
	}
}

// counted remembers an answer's status and size.
type counted struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counted) WriteHeader(status int) {
	c.status = status
	if h := c.Header(); status == http.StatusServiceUnavailable && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1") // whatever is unavailable here is so for a moment
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// Flush sends what was written, for answers that go on, such as events.
func (c *counted) Flush() { _ = http.NewResponseController(c.ResponseWriter).Flush() }

// A panicError is a panic caught at the door.
type panicError struct {
	caught any
	stack  string
}

func (e panicError) Error() string {
	return fmt.Sprintf("panic: %v\n%s", e.caught, e.stack)
}
