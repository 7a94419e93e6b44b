package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tallinn/fault"
	"tallinn/web"
)

// Faults of requests that do not fit the API's description.
var (
	ErrRequest = fault.New(fault.Invalid, "api.request",
		"the request does not fit the description of this operation; mend what errors lists, or read /api/openapi.json")
	ErrMedia = fault.New(fault.Invalid, "api.media",
		"the body must be application/json; set the header Content-Type")
	ErrAccept = fault.New(fault.Invalid, "api.accept",
		"this operation answers application/json only; set the header Accept")
	ErrBody = fault.New(fault.TooLarge, "api.body_too_large",
		"the body is larger than this operation takes; send less, or in parts")
	ErrBodyTime = fault.New(fault.Invalid, "api.body_time",
		"the body did not arrive in time; send it again")
	ErrBodyCut = fault.New(fault.Invalid, "api.body_cut",
		"the body ended before the length that was announced, or was sent in broken pieces; send it again")
	ErrBodyMissing = fault.New(fault.Invalid, "api.body_missing",
		"this operation needs a body and none was sent; send what /api/openapi.json describes, as JSON")
)

// A Problem is the answer to a request that failed (RFC 9457): a web.Problem,
// and what is wrong place by place.
type Problem struct {
	Type      string   `json:"type" doc:"A path on this server that explains the code"`
	Title     string   `json:"title" doc:"What the status means"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail" doc:"What is wrong and what to do, in the reader's language"`
	Code      string   `json:"code" doc:"Stable for ever; what a program should branch on"`
	Reference string   `json:"reference,omitempty" doc:"Names the failure in the hub's log"`
	Errors    []Detail `json:"errors,omitempty" doc:"What is wrong, place by place"`
}

// said is err as a reader of lang may be told of it.
func said(lang web.Lang, err error) *Problem {
	p := web.ProblemOf(lang, err)
	return &Problem{Type: p.Type, Title: p.Title, Status: p.Status, Detail: p.Detail, Code: p.Code, Reference: p.Reference}
}

// A Detail is one thing wrong in a request.
type Detail struct {
	Location string `json:"location" doc:"Such as query.as_of, body.files or contributions.csv:12, amount"`
	Code     string `json:"code,omitempty" doc:"Stable, where the place has its own fault"`
	Message  string `json:"message"`
}

// Detailed is err answered with what is wrong, place by place.
func Detailed(err error, details []Detail) error { return &detailed{err, details} }

type detailed struct {
	error
	details []Detail
}

func (d *detailed) Unwrap() error { return d.error }

// Error is the code, for logs.
func (p *Problem) Error() string { return p.Code }

// GetStatus answers huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType answers huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var byStatus = map[int]*fault.Error{
	http.StatusNotFound:              web.ErrNotFound,
	http.StatusNotAcceptable:         ErrAccept,
	http.StatusRequestTimeout:        ErrBodyTime,
	http.StatusRequestEntityTooLarge: ErrBody,
	http.StatusUnsupportedMediaType:  ErrMedia,
}

// What huma says where it gives no details.
const (
	saidNoBody  = "request body is required"
	saidBodyCut = "cannot read request body"
)

// ownErrors makes huma's errors ours, and its names of members exact: huma lets
// "Files" pass for "files", which strict then does not read. These are variables
// of its package, so this is done once, and each API's logger comes with its
// requests.
var ownErrors = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false // strict writes an empty list as []
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return problemFor(ctx, status, msg, errs)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return problemFor(nil, status, msg, errs)
	}
})

type logKey struct{}

// logged gives requests their logger.
func logged(log *slog.Logger) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) { next(huma.WithValue(ctx, logKey{}, log)) }
}

// maxDetails bounds how many things wrong one answer lists.
const maxDetails = 50

// problemFor makes the answer to what huma or a handler found. A fault keeps
// its code and text; what is none is logged and withheld.
func problemFor(ctx huma.Context, status int, msg string, errs []error) *Problem {
	lang := web.English
	if ctx != nil {
		r, _ := humago.Unwrap(ctx)
		lang = web.LangOf(r)
	}
	p := problemOf(ctx, lang, status, msg, errs)
	if ctx != nil {
		ctx.SetHeader("Content-Language", string(lang))
		ctx.SetHeader("Cache-Control", "no-store")
		ctx.AppendHeader("Vary", "Accept-Language, Cookie")
		if p.Status == http.StatusUnauthorized {
			ctx.SetHeader("WWW-Authenticate", "Bearer") // RFC 9110, section 11.6.1
		}
	}
	return p
}

func problemOf(ctx huma.Context, lang web.Lang, status int, msg string, errs []error) *Problem {
	switch {
	case msg == saidBodyCut:
		return said(lang, ErrBodyCut)
	case msg == saidNoBody:
		return said(lang, ErrBodyMissing)
	case len(errs) == 1 && isFault(errs[0]), status >= http.StatusInternalServerError:
		return answered(ctx, lang, errors.Join(errs...))
	}
	f, ok := byStatus[status]
	if !ok {
		f = ErrRequest
	}
	p := said(lang, web.WithStatus(status, f))
	if f != ErrRequest {
		return p
	}
	for _, err := range errs[:min(len(errs), maxDetails)] {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, detail(lang, d.ErrorDetail()))
		}
	}
	return p
}

func isFault(err error) bool { _, ok := fault.Of(err); return ok }

// answered is a handler's error. What nobody can act on is logged under a
// reference, which is all that the reader is told.
func answered(ctx huma.Context, lang web.Lang, err error) *Problem {
	if errors.Is(err, context.DeadlineExceeded) && !isFault(err) {
		err = web.ErrTooSlow.Because(err)
	}
	p := said(lang, err)
	var d *detailed
	if errors.As(err, &d) {
		p.Errors = d.details
	}
	if ctx == nil || p.Status < http.StatusInternalServerError || ctx.Context().Err() == context.Canceled {
		return p
	}
	if log, ok := ctx.Context().Value(logKey{}).(*slog.Logger); ok {
		p.Reference = newReference()
		log.ErrorContext(ctx.Context(), "request failed", "reference", p.Reference,
			"method", ctx.Method(), "pattern", ctx.Operation().Path, "error", err)
	}
	return p
}

// newReference names one failure in the log: eight hexadecimal digits, short
// enough to be read out over a telephone.
func newReference() string {
	var b [4]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
