package api

import (
	"errors"
	"log/slog"
	"net/http"

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
)

// A Problem is the answer to a request that failed (RFC 9457).
type Problem struct {
	web.Problem `json:",inline"`
	Errors      []Detail `json:"errors,omitempty" doc:"What is wrong, place by place"`
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

// maxDetails bounds how many things wrong one answer lists.
const maxDetails = 50

// problemFor makes the answer to what huma or a handler found. A fault keeps
// its code and text; what is none is logged and withheld.
func problemFor(ctx huma.Context, log *slog.Logger, status int, errs []error) *Problem {
	lang, r := web.English, (*http.Request)(nil)
	if ctx != nil {
		r, _ = humago.Unwrap(ctx)
		lang = web.LangOf(r)
	}
	if len(errs) == 1 {
		if _, ok := fault.Of(errs[0]); ok || status >= http.StatusInternalServerError {
			return answered(lang, log, r, errs[0])
		}
	}
	if status >= http.StatusInternalServerError {
		return answered(lang, log, r, nil)
	}
	f, ok := byStatus[status]
	if !ok {
		f = ErrRequest
	}
	p := &Problem{Problem: web.ProblemOf(lang, web.WithStatus(status, f))}
	for _, err := range errs[:min(len(errs), maxDetails)] {
		if d, ok := err.(huma.ErrorDetailer); ok {
			e := d.ErrorDetail()
			p.Errors = append(p.Errors, Detail{Location: e.Location, Message: e.Message})
		}
	}
	return p
}

func answered(lang web.Lang, log *slog.Logger, r *http.Request, err error) *Problem {
	p := &Problem{Problem: web.ProblemOf(lang, err)}
	var d *detailed
	if errors.As(err, &d) {
		p.Errors = d.details
	}
	if p.Status >= http.StatusInternalServerError && r != nil {
		log.ErrorContext(r.Context(), "request failed", "method", r.Method, "pattern", r.Pattern, "error", err)
	}
	return p
}
