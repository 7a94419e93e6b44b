package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Prefix is where the first version of the API stands.
const Prefix = "/api/v1"

// bodyTime bounds how long a body may take to arrive: a large table over a
// bad line takes its time, and must end before the request's own deadline.
const bodyTime = 50 * time.Second

// New returns an API on mux, with its OpenAPI 3.1 document at
// /api/openapi.json and /api/openapi.yaml. Log takes what readers are not told.
func New(mux *http.ServeMux, log *slog.Logger, version string) huma.API {
	ownErrors()
	cfg := huma.DefaultConfig("Tallinn", version)
	cfg.Info.Description = "The public account of aid under the Tallinn Mechanism, compiled from public sources; " +
		"not a publication of the Tallinn Mechanism or any government. Amounts are decimal strings with their " +
		"ISO 4217 currency. Errors are RFC 9457 problems with a stable code."
	// huma's documentation page loads scripts of a third host, and its document
	// is made at the first request without a lock: we serve our own.
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil // no $schema member in answers
	cfg.Formats = map[string]huma.Format{jsonType: strict, "json": strict}
	cfg.RejectUnknownQueryParameters = true // a misspelt as_of must not answer for today
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of the hub's tokens.json"},
	}
	a := humago.New(mux, cfg)
	a.UseMiddleware(logged(log), answersJSON(a))
	describe(mux, a)
	return a
}

// describe serves the API's description. It is made once, at the first
// request, when every operation has been added.
func describe(mux *http.ServeMux, a huma.API) {
	serve := func(path, media string, make func() ([]byte, error)) {
		once := sync.OnceValues(make)
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			doc, err := once()
			if err != nil {
				panic(err) // a type of ours that huma cannot describe; the site answers 500 and logs it
			}
			w.Header().Set("Content-Type", media)
			w.Write(doc)
		})
	}
	serve("/api/openapi.json", "application/openapi+json", a.OpenAPI().MarshalJSON)
	serve("/api/openapi.yaml", "application/openapi+yaml", a.OpenAPI().YAML)
}

// Get adds a reading operation at Prefix + path.
func Get[I, O any](a huma.API, path, id, summary string, fn func(context.Context, *I) (*O, error)) {
	huma.Register(a, huma.Operation{OperationID: id, Method: http.MethodGet, Path: Prefix + path,
		Summary: summary, Tags: []string{tag(path)},
		Errors: []int{http.StatusBadRequest, http.StatusNotFound, http.StatusNotAcceptable}}, fn)
}

// A Gate lets the holder of a token through, or returns the fault that says
// why not.
type Gate func(token string) error

// Post adds an operation that decides, for the holder of a token that gate
// lets through; of anyone else not even the body is read. MaxBytes bounds the
// body.
func Post[I, O any](a huma.API, path, id, summary string, maxBytes int64, gate Gate, fn func(context.Context, *I) (*O, error)) {
	huma.Register(a, huma.Operation{OperationID: id, Method: http.MethodPost, Path: Prefix + path,
		Summary: summary, Tags: []string{tag(path)}, MaxBodyBytes: maxBytes, BodyReadTimeout: bodyTime,
		Security:    []map[string][]string{{"token": {}}},
		Middlewares: huma.Middlewares{gated(a, gate)},
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden,
			http.StatusNotAcceptable, http.StatusRequestTimeout, http.StatusConflict,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, fn)
}

// Upload adds an operation that takes bytes as they are, in place of JSON. The
// input reads them itself, as they arrive: see huma.Resolver.
func Upload[I, O any](a huma.API, path, id, summary string, gate Gate, fn func(context.Context, *I) (*O, error)) {
	bytes := &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	huma.Register(a, huma.Operation{OperationID: id, Method: http.MethodPost, Path: Prefix + path,
		Summary: summary, Tags: []string{tag(path)},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": bytes}},
		Security:    []map[string][]string{{"token": {}}},
		Middlewares: huma.Middlewares{gated(a, gate)},
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
			http.StatusNotAcceptable, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, fn)
}

// gated refuses before the body is read whom gate does not let through, and
// closes the connection, so that the rest of a long or slow body is not
// waited for.
func gated(a huma.API, gate Gate) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		err := gate(bearer(ctx.Header("Authorization")))
		if err == nil {
			next(ctx)
			return
		}
		ctx.SetHeader("Connection", "close")
		huma.WriteErr(a, ctx, http.StatusUnauthorized, "", err)
	}
}

// bearer is the token of an Authorization header, empty when there is none.
// The scheme's name is written in any case (RFC 9110, section 11.1).
func bearer(authorization string) string {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// tag is the first word of path: the noun.
func tag(path string) string {
	for i, c := range path[1:] {
		if c == '/' {
			return path[1 : i+1]
		}
	}
	return path[1:]
}
