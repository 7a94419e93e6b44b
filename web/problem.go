package web

import (
	"log/slog"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
)

// codeInternal is the code of every error that is no fault.
const codeInternal = "internal"

// A Problem is what a program is told of an error (RFC 9457).
type Problem struct {
	Type      string `json:"type"` // a path on this server that explains the code
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"` // what is wrong and what to do, in the reader's language
	Code      string `json:"code"`   // stable for ever; what a program should branch on
	Reference string `json:"reference,omitempty"`
}

// ProblemOf is err as a reader of l may be told of it.
func ProblemOf(l Lang, err error) Problem {
	status, code := Status(err), CodeOf(err)
	return Problem{
		Type:   ProblemPath(code),
		Title:  statusTitle(l, status),
		Status: status,
		Detail: FaultText(l, err),
		Code:   code,
	}
}

// ProblemPath is where the code of a fault is explained.
func ProblemPath(code string) string { return "/problems/" + code }

// CodeOf is the stable code of err, "internal" when it is no fault.
func CodeOf(err error) string {
	if f, ok := fault.Of(err); ok && f.Kind() != fault.Internal {
		return f.Code()
	}
	return codeInternal
}

// WriteProblem answers err as application/problem+json. Whatever is no fault
// is logged to the default logger under the reference that the answer gives;
// Fail takes a logger.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	err = known(err)
	reference := ""
	if Status(err) >= http.StatusInternalServerError {
		reference = newReference()
		slog.Default().ErrorContext(r.Context(), "request failed", "reference", reference,
			"method", r.Method, "pattern", r.Pattern, "error", cause(err))
	}
	writeProblem(w, r, err, reference)
}

func writeProblem(w http.ResponseWriter, r *http.Request, err error, reference string) {
	l := LangOf(r)
	p := ProblemOf(l, err)
	p.Reference = reference
	body, jsonErr := json.Marshal(p)
	if jsonErr != nil {
		// Only invalid UTF-8 that a fault repeats of its input comes here.
		p.Detail = T(l, "error.internal")
		body, _ = json.Marshal(p)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", string(l))
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept, Accept-Language, Cookie")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	w.Write(body)
}

// statusTitle names a status in the reader's words.
func statusTitle(l Lang, status int) string {
	key := "status." + strconv.Itoa(status)
	if !hasText(l, key) {
		key = "status.500"
		if status < http.StatusInternalServerError {
			key = "status.400"
		}
	}
	return T(l, key)
}
