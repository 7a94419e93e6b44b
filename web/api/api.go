package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json"
)

// Prefix is where the first version of the API stands.
const Prefix = "/api/v1"

// New returns an API on mux, with its OpenAPI 3.1 document at
// /api/openapi.json (and .yaml). Log takes what readers are not told.
//
// huma makes errors through package variables, so a process has one API.
func New(mux *http.ServeMux, log *slog.Logger, version string) huma.API {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return problemFor(ctx, log, status, errs)
	}
	cfg := huma.DefaultConfig("Tallinn", version)
	cfg.Info.Description = "The public account of aid under the Tallinn Mechanism, compiled from public sources; " +
		"not a publication of the Tallinn Mechanism or any government. Amounts are decimal strings with their " +
		"ISO 4217 currency. Errors are RFC 9457 problems with a stable code."
	cfg.OpenAPIPath = "/api/openapi"
	cfg.DocsPath, cfg.SchemasPath = "", "" // the documentation page of huma loads scripts of a third host
	cfg.CreateHooks = nil                  // no $schema member in answers
	cfg.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	cfg.RejectUnknownQueryParameters = false
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of the hub's tokens.json"},
	}
	return humago.New(mux, cfg)
}

// strict is JSON with v2 semantics: duplicate members, invalid UTF-8 and deep
// nesting are errors, so that no two readers understand one body differently.
var strict = huma.Format{
	Marshal:   func(w io.Writer, v any) error { return json.MarshalWrite(w, v, json.Deterministic(true)) },
	Unmarshal: func(data []byte, v any) error { return json.Unmarshal(data, v) },
}

// Get adds a reading operation at Prefix + path.
func Get[I, O any](a huma.API, path, id, summary string, fn func(context.Context, *I) (*O, error)) {
	huma.Register(a, huma.Operation{OperationID: id, Method: http.MethodGet, Path: Prefix + path,
		Summary: summary, Tags: []string{tag(path)},
		Errors: []int{http.StatusBadRequest, http.StatusNotFound}}, fn)
}

// Post adds an operation that decides, for the holder of a token. MaxBytes
// bounds the body.
func Post[I, O any](a huma.API, path, id, summary string, maxBytes int64, fn func(context.Context, *I) (*O, error)) {
	huma.Register(a, huma.Operation{OperationID: id, Method: http.MethodPost, Path: Prefix + path,
		Summary: summary, Tags: []string{tag(path)}, MaxBodyBytes: maxBytes,
		Security: []map[string][]string{{"token": {}}},
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden,
			http.StatusConflict, http.StatusRequestEntityTooLarge}}, fn)
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
