package webtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// A Document is an answer and, when it is a page, its parsed elements.
type Document struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
	root   *html.Node
}

// Get asks h for path in lang, as a browser would, without one.
func Get(t testing.TB, h http.Handler, path, lang string) *Document {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	r.Header.Set("Accept-Language", lang)
	return Do(t, h, r)
}

// Do sends r to h.
func Do(t testing.TB, h http.Handler, r *http.Request) *Document {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	d := &Document{t: t, Status: w.Code, Header: w.Header(), Body: w.Body.String()}
	root, err := html.Parse(strings.NewReader(d.Body))
	if err != nil {
		t.Fatalf("parse the page: %v", err)
	}
	d.root = root
	return d
}

// All is the text of each element that a CSS selector finds, in order, with
// every run of white space, no-break spaces too, made one space.
func (d *Document) All(selector string) []string {
	d.t.Helper()
	var all []string
	for _, n := range d.find(selector) {
		all = append(all, Plain(text(n)))
	}
	return all
}

// Text is the text of the only element that selector finds; any other number
// of them fails the test.
func (d *Document) Text(selector string) string {
	d.t.Helper()
	all := d.All(selector)
	if len(all) != 1 {
		d.t.Fatalf("%d elements are %q, want 1", len(all), selector)
	}
	return all[0]
}

// Attrs is the attribute name of each element that selector finds.
func (d *Document) Attrs(selector, name string) []string {
	d.t.Helper()
	var all []string
	for _, n := range d.find(selector) {
		for _, a := range n.Attr {
			if a.Key == name {
				all = append(all, a.Val)
			}
		}
	}
	return all
}

func (d *Document) find(selector string) []*html.Node {
	d.t.Helper()
	s, err := cascadia.ParseGroup(selector)
	if err != nil {
		d.t.Fatalf("selector %q: %v", selector, err)
	}
	return cascadia.QueryAll(d.root, s)
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(text(c))
	}
	return b.String()
}

// Plain is s with every run of white space, no-break spaces too, made one
// space.
func Plain(s string) string { return strings.Join(strings.Fields(s), " ") }
