package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// A document is what we look at of an OpenAPI document.
type document struct {
	OpenAPI string `json:"openapi"`
	Info    struct {
		Title       string `json:"title"`
		Version     string `json:"version"`
		Description string `json:"description"`
	} `json:"info"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID         string      `json:"operationId"`
	Summary    string      `json:"summary"`
	Parameters []parameter `json:"parameters"`
	Responses  map[string]struct {
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
	Security []map[string][]string `json:"security"`
}

type parameter struct {
	Name   string `json:"name"`
	In     string `json:"in"`
	Schema schema `json:"schema"`
}

// example is the first example of p, empty when it has none.
func (p parameter) example() string {
	if list, ok := p.Schema["examples"].([]any); ok && len(list) > 0 {
		return fmt.Sprint(list[0])
	}
	return ""
}

// operations are those on the public data: every example of theirs answers.
// Others are tried too, and may have nothing to show.
var operations = map[string]string{
	"get-statement": "GET /api/v1/statement", "list-figures": "GET /api/v1/figures", "get-figure": "GET /api/v1/figures/{name}",
	"list-flows": "GET /api/v1/flows", "get-flow": "GET /api/v1/flows/{id}",
	"list-mentions": "GET /api/v1/mentions", "get-mention": "GET /api/v1/mentions/{id}",
	"list-parties": "GET /api/v1/parties", "get-party": "GET /api/v1/parties/{id}",
	"list-projects": "GET /api/v1/projects",
	"list-facts":    "GET /api/v1/facts", "get-fact": "GET /api/v1/facts/{pos}",
	"import-mechanism": "POST /api/v1/imports/mechanism", "import-rates": "POST /api/v1/imports/rates",
}

// TestOpenAPI: the description says what the API does. Every operation is in
// it with its problems; every example answers; every answer is what its schema
// says, and nothing more.
func TestOpenAPI(t *testing.T) {
	h := besieged(t)
	r := h.send(t, attack{path: "/api/openapi.json"}, "en")
	var doc document
	if err := json.Unmarshal([]byte(r.body), &doc); err != nil || r.status != http.StatusOK {
		t.Fatalf("status %d, %v", r.status, err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Title == "" || doc.Info.Version == "" || doc.Info.Description == "" {
		t.Errorf("openapi %q, info %+v", doc.OpenAPI, doc.Info)
	}
	if yaml := h.send(t, attack{path: "/api/openapi.yaml"}, "en"); yaml.status != http.StatusOK || !strings.Contains(yaml.body, "openapi: 3.1.") {
		t.Errorf("YAML: status %d", yaml.status)
	}
	for _, ref := range regexp.MustCompile(`"\$ref":"([^"]*)"`).FindAllStringSubmatch(r.body, -1) {
		if name := strings.TrimPrefix(ref[1], schemas); doc.Components.Schemas[name] == nil {
			t.Errorf("%s leads nowhere", ref[1])
		}
	}
	c := checker(doc.Components.Schemas)
	for name, s := range c {
		if s["type"] != "object" || len(s.object("properties")) == 0 {
			t.Errorf("schema %s has no members", name)
		}
	}
	listed := map[string]string{}
	for path, byMethod := range doc.Paths {
		for method, o := range byMethod {
			listed[o.ID] = strings.ToUpper(method) + " " + path
			t.Run(o.ID, func(t *testing.T) {
				c.describes(t, o)
				if method == "get" {
					c.answers(t, h, path, o)
				}
			})
		}
	}
	for id, want := range operations {
		if listed[id] != want {
			t.Errorf("%s is described as %q, want %q", id, listed[id], want)
		}
	}
}

const schemas = "#/components/schemas/"

// describes checks what stands about o.
func (c checker) describes(t *testing.T, o operation) {
	if o.Summary == "" {
		t.Error("no summary")
	}
	problems := []string{"400", "406", "422", "500"}
	if len(o.Security) > 0 {
		problems = append(problems, "401", "403", "409", "413", "415")
	}
	for _, status := range problems {
		if ref := o.Responses[status].Content["application/problem+json"].Schema["$ref"]; ref != schemas+"Problem" {
			t.Errorf("%s is described by %v, want a problem", status, ref)
		}
	}
}

// answers asks for o as its examples say, and holds the answer against the
// schema.
func (c checker) answers(t *testing.T, h *fortress, path string, o operation) {
	query := url.Values{}
	for _, p := range o.Parameters {
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(c.example(t, h, o, p)))
		case p.In == "query" && p.example() != "":
			query.Set(p.Name, p.example())
		}
	}
	for _, address := range []string{path, path + "?" + query.Encode()} {
		for _, lang := range []string{"en", "uk"} {
			r := h.send(t, attack{path: address}, lang)
			if operations[o.ID] == "" && r.status >= 400 && r.status < 500 {
				c.matches(t, o.Responses[fmt.Sprint(r.status)].Content["application/problem+json"].Schema, address, r.body)
				continue
			}
			if _, isJSON := o.Responses["200"].Content["application/json"]; !isJSON && r.status == http.StatusOK {
				continue // bytes as they are
			}
			if r.status != http.StatusOK || r.header.Get("Content-Type") != "application/json" {
				t.Fatalf("%s answers %d %s: %.300s", address, r.status, r.header.Get("Content-Type"), r.body)
			}
			c.matches(t, o.Responses["200"].Content["application/json"].Schema, address, r.body)
		}
	}
	r := h.send(t, attack{path: path, header: map[string]string{"Accept": "text/csv"}}, "en")
	c.matches(t, o.Responses["406"].Content["application/problem+json"].Schema, path, r.body)
}

// example is a value for p of the path: the example that stands beside it, or,
// of items whose ids are drawn, the first of the list.
func (c checker) example(t *testing.T, h *fortress, o operation, p parameter) string {
	switch o.ID {
	case "get-flow":
		return h.first(t, "/api/v1/flows")
	case "get-mention":
		return h.first(t, "/api/v1/mentions")
	case "get-fact":
		return "0"
	}
	if p.example() == "" {
		t.Fatalf("%s has no example", p.Name)
	}
	return p.example()
}

// first is the id of the first item of a list.
func (h *fortress) first(t *testing.T, list string) string {
	t.Helper()
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(h.send(t, attack{path: list + "?limit=1"}, "en").body), &page); err != nil || len(page.Items) != 1 {
		t.Fatalf("%s: %v, %d items", list, err, len(page.Items))
	}
	return page.Items[0].ID
}

func (c checker) matches(t *testing.T, s schema, address, body string) {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	if len(s) == 0 {
		t.Fatalf("%s: the answer has no schema", address)
	}
	for _, wrong := range c.wrong(s, "", value) {
		t.Errorf("%s: %s", address, wrong)
	}
}

// A schema is JSON Schema as far as huma writes it.
type schema map[string]any

func (s schema) object(name string) map[string]any { o, _ := s[name].(map[string]any); return o }
func (s schema) list(name string) []any            { l, _ := s[name].([]any); return l }

// A checker holds values against the schemas of a document, by name.
type checker map[string]schema

// known are the keywords that wrong looks at or that bind nothing; any other
// is refused, so that none is passed over.
var known = []string{"$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "minimum", "maximum",
	"minLength", "maxLength", "format", "description", "examples", "default", "contentEncoding"}

// wrong says where v is not what s says.
func (c checker) wrong(s schema, at string, v any) (list []string) {
	for keyword := range s {
		if !slices.Contains(known, keyword) {
			list = append(list, fmt.Sprintf("%s: keyword %s is not known to this test", at, keyword))
		}
	}
	if ref, ok := s["$ref"].(string); ok {
		return append(list, c.wrong(c[strings.TrimPrefix(ref, schemas)], at, v)...)
	}
	if got := typeOf(v); got != s["type"] && !(got == "integer" && s["type"] == "number") {
		return append(list, fmt.Sprintf("%s is %s %.60v, want %v", at, got, v, s["type"]))
	}
	if enum := s.list("enum"); len(enum) > 0 && !slices.Contains(enum, v) {
		list = append(list, fmt.Sprintf("%s is %v, want one of %v", at, v, enum))
	}
	switch v := v.(type) {
	case float64:
		if least, ok := s["minimum"].(float64); ok && v < least {
			list = append(list, fmt.Sprintf("%s is %v, want at least %v", at, v, least))
		}
	case []any:
		items, _ := s["items"].(map[string]any)
		for i, one := range v {
			list = append(list, c.wrong(items, fmt.Sprintf("%s[%d]", at, i), one)...)
		}
	case map[string]any:
		list = append(list, c.wrongMembers(s, at, v)...)
	}
	return list
}

func (c checker) wrongMembers(s schema, at string, v map[string]any) (list []string) {
	for _, name := range s.list("required") {
		if _, ok := v[name.(string)]; !ok {
			list = append(list, fmt.Sprintf("%s lacks %v", at, name))
		}
	}
	for name, one := range v {
		member, ok := s.object("properties")[name].(map[string]any)
		if !ok {
			list = append(list, fmt.Sprintf("%s has %s, which is not described", at, name))
			continue
		}
		list = append(list, c.wrong(member, at+"."+name, one)...)
	}
	return list
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}
