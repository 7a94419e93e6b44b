package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const jsonType = "application/json"

// strict is JSON with v2 semantics: duplicate members, invalid UTF-8 and deep
// nesting are errors, so that no two readers understand one body differently.
var strict = huma.Format{
	Marshal: func(w io.Writer, v any) error { return json.MarshalWrite(w, v, json.Deterministic(true)) },
	Unmarshal: func(data []byte, v any) error {
		if err := json.Unmarshal(data, v); err != nil {
			return unread(err)
		}
		return nil
	},
}

// What unread says; the table sayings knows these words.
const (
	saidTwice  = "json: %s stands twice"
	saidUTF8   = "json: byte %s is not UTF-8"
	saidDepth  = "json: too deep at byte %s"
	saidSyntax = "json: broken at byte %s"
	saidValue  = "json: %s does not fit"
)

// unread says what is wrong with a body in words without a name of our types,
// which huma hands on as the message of a detail.
func unread(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at := strconv.FormatInt(syntax.ByteOffset, 10)
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			return fmt.Errorf(saidTwice, clipped(string(syntax.JSONPointer)))
		case strings.Contains(syntax.Err.Error(), "UTF-8"):
			return fmt.Errorf(saidUTF8, at)
		case strings.Contains(syntax.Err.Error(), "depth"):
			return fmt.Errorf(saidDepth, at)
		}
		return fmt.Errorf(saidSyntax, at)
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return fmt.Errorf(saidValue, clipped(string(semantic.JSONPointer)))
	}
	return fmt.Errorf(saidSyntax, "0")
}

// answersJSON refuses a client that takes anything but JSON, in JSON. To the
// rest of the frame every client asks for JSON: huma's own reading of Accept
// panics on some headers.
func answersJSON(a huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		accept, plain := ctx.Header("Accept"), asksJSON{ctx}
		if takesJSON(accept) {
			next(plain)
			return
		}
		huma.WriteErr(a, plain, http.StatusNotAcceptable, "")
	}
}

// asksJSON is a request whose Accept says JSON.
type asksJSON struct{ humaContext }

type humaContext huma.Context // a name that does not hide the method Context

// Header returns a header of the request.
func (c asksJSON) Header(name string) string {
	if strings.EqualFold(name, "Accept") {
		return jsonType
	}
	return c.humaContext.Header(name)
}

// Unwrap returns the context below, for humago.Unwrap.
func (c asksJSON) Unwrap() huma.Context { return c.humaContext }

// takesJSON reports whether a client with this Accept header takes JSON (RFC
// 9110, section 12.5.1). A range that cannot be read asks for nothing.
func takesJSON(accept string) bool {
	if strings.TrimSpace(accept) == "" {
		return true
	}
	for one := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(one, ";")
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "*/*", "application/*", jsonType, "application/problem+json":
			if !refused(params) {
				return true
			}
		}
	}
	return false
}

// refused reports whether the parameters of a media range say q=0.
func refused(params string) bool {
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if q, err := strconv.ParseFloat(value, 64); strings.EqualFold(name, "q") && err == nil && q == 0 {
			return true
		}
	}
	return false
}
