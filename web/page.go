package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"tallinn/tlp"
	"tallinn/web/catalogue"
)

// A Heading is one entry of the rail.
type Heading struct {
	Section string // what Page.Section says to mark it as current
	Href    string
	Key     string // of the catalogue
}

// Public are the headings of a reader who has not signed in.
var Public = []Heading{
	{"statement", "/", "nav.statement"},
	{"parties", "/parties", "nav.parties"},
	{"flows", "/flows", "nav.flows"},
	{"mentions", "/mentions", "nav.mentions"},
	{"record", "/record", "nav.record"},
	{"methods", "/methods", "nav.methods"},
}

// A Crumb is one step of the way to a page. The last, the page itself, has no
// address.
type Crumb struct{ Text, Href string }

// A Page is what the frame needs to know of one answer. PageOf fills what the
// request and the site say; the handler sets the rest.
type Page struct {
	Lang     Lang
	Theme    Theme
	Headings []Heading
	Search   string   // path of the search page; empty: no box
	Query    string   // what was searched for
	URL      *url.URL // of the request, for the links of the switches
	Reader   Reader

	Title       string
	Description string // one sentence for search engines and previews; may be empty
	Section     string // the current heading
	Crumbs      []Crumb
	// Marking is the strictest on the page. A page that forgets it is shown
	// as TLP:RED, which a reader will report.
	Marking tlp.Marking
}

type siteKey struct{}

// PageOf begins a page for r. Headings and search are those of the Site that
// wraps the handler, or the public ones without.
func PageOf(r *http.Request) Page {
	p := Page{Lang: LangOf(r), Theme: ThemeOf(r), URL: r.URL, Headings: Public}
	if s, ok := r.Context().Value(siteKey{}).(*Site); ok {
		p.Search = s.Search
		if s.Headings != nil {
			p.Headings = s.Headings
		}
	}
	p.Reader = ReaderOf(r.Context())
	if p.Reader.Headings != nil {
		p.Headings = p.Reader.Headings
	}
	return p
}

// With is the page's own address with the query parameter name set to value.
func (p Page) With(name, value string) string {
	if p.URL == nil {
		return "?" + url.QueryEscape(name) + "=" + url.QueryEscape(value)
	}
	q := p.URL.Query()
	q.Set(name, value)
	return localURL(p.URL.EscapedPath(), q.Encode())
}

// localURL is an address on this server. A path of several leading slashes
// would name another host, so they are cleaned away.
func localURL(escapedPath, query string) string {
	clean := path.Clean("/" + strings.TrimLeft(escapedPath, `/\`))
	if query == "" {
		return clean
	}
	return clean + "?" + query
}

func hasText(l Lang, key string) bool {
	_, ok := catalogue.Raw(string(l), key)
	return ok
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers r with the page p around body. The page is written in memory
// first, so that an error in it still has its status; it carries an ETag, and
// a reader who has it already is answered 304.
//
// Errors: those of body.
func Render(w http.ResponseWriter, r *http.Request, p Page, body templ.Component) error {
	return render(w, r, http.StatusOK, p, body)
}

// RenderAs is Render with another status, for a form that comes back with what
// is wrong in it.
//
// Errors: those of body.
func RenderAs(w http.ResponseWriter, r *http.Request, status int, p Page, body templ.Component) error {
	return render(w, r, status, p, body)
}

func render(w http.ResponseWriter, r *http.Request, status int, p Page, body templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	ctx := templ.WithChildren(r.Context(), body)
	if err := Frame(p).Render(ctx, buf); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.Lang))
	h.Add("Vary", "Accept-Language, Cookie")
	if status == http.StatusOK {
		h.Set("Cache-Control", "private, no-cache") // kept by the reader's browser alone, which asks each time
		tag := etag(buf.Bytes())
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	} else {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	w.Write(buf.Bytes()) // a failure here is the reader's line; nobody is left to tell
	return nil
}

// etag is weak, because the same page may travel compressed or not.
func etag(b []byte) string {
	sum := sha256.Sum256(b)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

func matches(header, tag string) bool {
	weak := strings.TrimPrefix(tag, "W/")
	for t := range strings.SplitSeq(header, ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == weak {
			return true
		}
	}
	return false
}

// writeErrorPage answers err with a page. Should the page itself fail, the
// status and one plain line go out.
func writeErrorPage(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error, reference string) {
	p := PageOf(r)
	problem := ProblemOf(p.Lang, err)
	p.Title, p.Marking = problem.Title, tlp.Clear
	if pageErr := render(w, r, problem.Status, p, errorPage(p, problem, reference)); pageErr != nil {
		log.ErrorContext(context.WithoutCancel(r.Context()), "error page failed", "error", pageErr)
		http.Error(w, problem.Title, problem.Status)
	}
}
