package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/web"
	"tallinn/web/api"
)

var (
	errInside = errors.New("open /var/lib/secret.db: permission denied")
	errDoor   = fault.New(fault.Unauthenticated, "door.shut", "the door is shut; knock")
)

type box struct {
	api.LangInput
	Body struct {
		Name  string            `json:"name" minLength:"2" maxLength:"8"`
		Kind  string            `json:"kind,omitempty" enum:"big,small"`
		Count int               `json:"count,omitempty" minimum:"1" maximum:"9"`
		Ratio float64           `json:"ratio,omitempty"`
		Data  []byte            `json:"data,omitempty"`
		Parts []int             `json:"parts,omitempty"`
		More  map[string]string `json:"more,omitempty"`
		Open  bool              `json:"open,omitempty"`
	}
}

type listInput struct {
	api.PageInput
	Open bool `query:"open"`
}

type listOutput struct{ Body api.List[string] }

// site is an API with one list and one decision, whose handler answers fail.
func site(log io.Writer, fail error) http.Handler {
	mux := http.NewServeMux()
	a := api.New(mux, slog.New(slog.NewTextHandler(log, nil)), "test")
	api.Get(a, "/things", "list-things", "Things", func(_ context.Context, in *listInput) (*listOutput, error) {
		page, err := api.Cut([]string{"a", "b", "c"}, in.PageInput)
		return &listOutput{page}, errors.Join(fail, err)
	})
	gate := func(token string) error {
		if token != "good" {
			return errDoor
		}
		return nil
	}
	api.Post(a, "/boxes", "make-box", "Make a box", 1<<20, gate, func(_ context.Context, in *box) (*listOutput, error) {
		return &listOutput{api.List[string]{Items: []string{in.Body.Name}}}, fail
	})
	return web.Routes(slog.New(slog.DiscardHandler), mux)
}

func ask(t testing.TB, h http.Handler, method, path, body string, header ...string) (*httptest.ResponseRecorder, api.Problem) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer good")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var p api.Problem
	if w.Code >= http.StatusBadRequest {
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatalf("%s %s: status %d, %v in %q", method, path, w.Code, err, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" || p.Status != w.Code || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: status %d, header %v, problem %+v", method, path, w.Code, w.Header(), p)
		}
	}
	return w, p
}

// TestDetails: whatever a body or a query can have wrong is told with a code
// of its own, in both languages.
//
// ASVS 2.2.2, 15.3.3
func TestDetails(t *testing.T) {
	h := site(io.Discard, nil)
	for _, tt := range []struct{ name, body, place, code, english string }{
		{"twice", `{"name":"ab","name":"ab"}`, "body", "api.member_twice", `The member "/name" stands twice; keep one of the two.`},
		{"UTF-8", "{\"name\":\"\xff\xff\"}", "body", "api.utf8", "Byte 9 is not UTF-8; encode the whole body as UTF-8."},
		{"depth", strings.Repeat("[", 100_000), "body", "api.depth", "The body is nested too deeply at byte 10000; send what /api/openapi.json describes."},
		{"syntax", `{"name":}`, "body", "api.json", "The body is no JSON from byte 8 on; send one whole JSON object and nothing after it."},
		{"unknown", `{"name":"ab","x":1}`, "body.x", "api.member_unknown", "This member is not known here; remove it, or mend its name."},
		{"missing", `{}`, "body", "api.required", "Name is missing; add it."},
		{"boolean", `{"name":"ab","open":1}`, "body.open", "api.boolean", "This is not true or false; write one of the two, without quotes."},
		{"integer", `{"name":"ab","count":1.5}`, "body.count", "api.integer", "This is not a whole number; write digits alone, such as 200."},
		{"number", `{"name":"ab","ratio":"1"}`, "body.ratio", "api.number", "This is not a number; write digits, without quotes."},
		{"string", `{"name":7}`, "body.name", "api.string", "This is not a text; put it in double quotes."},
		{"base64", `{"name":"ab","data":"*"}`, "body.data", "api.base64", "This is not base64; encode the bytes of the file as base64 (RFC 4648, section 4)."},
		{"array", `{"name":"ab","parts":{}}`, "body.parts", "api.array", "This is not a list; put it in square brackets."},
		{"object", `{"name":"ab","more":[]}`, "body.more", "api.object", "This is not an object; put its members in braces."},
		{"least", `{"name":"ab","count":0}`, "body.count", "api.least", "This is less than 1; give at least that."},
		{"most", `{"name":"ab","count":10}`, "body.count", "api.most", "This is more than 9; give at most that."},
		{"short", `{"name":"a"}`, "body.name", "api.short", "This is shorter than 2 characters; write it out."},
		{"long", `{"name":"123456789"}`, "body.name", "api.long", "This is longer than 8 characters; shorten it."},
		{"word", `{"name":"ab","kind":"wide"}`, "body.kind", "api.word", "This word is not taken here; write one of: big, small."},
		{"capitals", `{"name":"ab","Kind":"big"}`, "body.Kind", "api.member_unknown", "This member is not known here; remove it, or mend its name."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, english := ask(t, h, "POST", "/api/v1/boxes", tt.body)
			_, ukrainian := ask(t, h, "POST", "/api/v1/boxes", tt.body, "Accept-Language", "uk")
			if english.Code != "api.request" || len(english.Errors) != 1 || english.Errors[0] != (api.Detail{Location: tt.place, Code: tt.code, Message: tt.english}) {
				t.Fatalf("English: %+v", english)
			}
			if len(ukrainian.Errors) != 1 || ukrainian.Errors[0].Code != tt.code || ukrainian.Errors[0].Message == tt.english {
				t.Errorf("Ukrainian: %+v", ukrainian)
			}
		})
	}
	for query, want := range map[string]api.Detail{
		"limt=5":                             {Location: "query.limt", Code: "api.parameter_unknown"},
		"limit=abc":                          {Location: "query.limit", Code: "api.integer"},
		"limit=0":                            {Location: "query.limit", Code: "api.least"},
		"limit=1001":                         {Location: "query.limit", Code: "api.most"},
		"open=perhaps":                       {Location: "query.open", Code: "api.boolean"},
		"after=" + strings.Repeat("1", 65):   {Location: "query.after", Code: "api.long"},
		"limit=9223372036854775808&limit=-1": {Location: "query.limit", Code: "api.integer"},
	} {
		_, p := ask(t, h, "GET", "/api/v1/things?"+query, "")
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Location != want.Location || p.Errors[0].Code != want.Code {
			t.Errorf("%s: %+v, want %+v", query, p, want)
		}
	}
}

// TestHandlersErrors: a fault keeps its code; anything else is withheld, and
// its reference leads to the cause in the log of this API and no other.
func TestHandlersErrors(t *testing.T) {
	var log, other bytes.Buffer
	h, quiet := site(&log, fmt.Errorf("fold: %w", errInside)), site(&other, nil)
	w, p := ask(t, h, "GET", "/api/v1/things", "")
	if w.Code != 500 || p.Code != "internal" || len(p.Reference) != 8 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("answer %s", w.Body)
	}
	if !strings.Contains(log.String(), "secret.db") || !strings.Contains(log.String(), p.Reference) || !strings.Contains(log.String(), "/api/v1/things") {
		t.Errorf("log %q", &log)
	}
	if w, _ := ask(t, quiet, "GET", "/api/v1/things", ""); w.Code != 200 || other.Len() > 0 {
		t.Errorf("the other API: %d, log %q", w.Code, &other)
	}
	log.Reset()
	for _, tt := range []struct {
		err    error
		status int
		code   string
	}{
		{errDoor, 401, "door.shut"},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), 503, "web.too_slow"},
		{web.WithStatus(429, web.ErrTooMany.With("seconds", 3)), 429, "web.too_many"},
		{api.Detailed(errDoor, []api.Detail{{Location: "here", Message: "so"}}), 401, "door.shut"},
	} {
		w, p := ask(t, site(&log, tt.err), "GET", "/api/v1/things", "")
		if w.Code != tt.status || p.Code != tt.code {
			t.Errorf("%v: %d %+v", tt.err, w.Code, p)
		}
		if (w.Header().Get("WWW-Authenticate") == "Bearer") != (tt.status == 401) {
			t.Errorf("%v: WWW-Authenticate %q", tt.err, w.Header().Get("WWW-Authenticate"))
		}
	}
}

// TestGate: of a body whose sender is not let through, nothing is read.
func TestGate(t *testing.T) {
	h := site(io.Discard, nil)
	for _, tt := range []struct {
		header string
		status int
	}{
		{"Bearer good", 200}, {"bearer good", 200}, {"BEARER  good ", 200},
		{"", 401}, {"good", 401}, {"Basic good", 401}, {"Bearer", 401}, {"Bearer goodx", 401}, {"Bearer good good", 401}, {"Bearer\tgood", 401},
	} {
		body := &counter{Reader: strings.NewReader(`{"name":"ab"}`)}
		r := httptest.NewRequest("POST", "/api/v1/boxes", body)
		r.Header.Set("Authorization", tt.header)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != tt.status || (body.read > 0) != (tt.status == 200) {
			t.Errorf("%q: status %d, want %d; %d bytes were read", tt.header, w.Code, tt.status, body.read)
		}
	}
}

type counter struct {
	io.Reader
	read int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.read += n
	return n, err
}

// TestSlowBody: a body that stops coming is given up, in virtual time.
//
// ASVS 2.4.1
func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		s := &http.Server{Handler: site(io.Discard, nil)}
		l := &one{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
		l.conn <- server
		go s.Serve(l)
		began := time.Now()
		go io.WriteString(client, "POST /api/v1/boxes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Length: 100\r\n\r\n{")
		answer := make([]byte, 4096)
		n, err := client.Read(answer)
		if took := time.Since(began); err != nil || took > time.Minute || !bytes.HasPrefix(answer[:n], []byte("HTTP/1.1 408 ")) {
			t.Errorf("after %v: %q, %v", took, answer[:n], err)
		}
		client.Close()
		s.Close()
	})
}

// one is a listener of one connection.
type one struct {
	conn   chan net.Conn
	closed chan struct{}
}

func (l *one) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l *one) Close() error   { close(l.closed); return nil }
func (l *one) Addr() net.Addr { return &net.TCPAddr{} }

func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"name":"ab"}`, `{"name":"ab","name":"x"}`, "{\"\xff\":1}", `[[[`, `{"data":"*","name":"ab","count":1e400}`, ``, `null`, `{"":0}`} {
		f.Add(s, "en")
		f.Add(s, "uk")
	}
	h := site(io.Discard, nil)
	f.Fuzz(func(t *testing.T, body, lang string) {
		r := httptest.NewRequest("POST", "/api/v1/boxes", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer good")
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		answered(t, w)
		if w.Code != 200 && w.Code != 400 && w.Code != 413 && w.Code != 422 {
			t.Errorf("status %d", w.Code)
		}
	})
}

// answered checks that an answer is JSON and that what is wrong in it has
// codes.
func answered(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v in %q", err, w.Body)
	}
	if w.Code < 400 {
		return
	}
	if p.Code == "" || p.Status != w.Code || len(w.Body.Bytes()) > 64<<10 {
		t.Errorf("status %d, %d bytes, problem %+v", w.Code, w.Body.Len(), p)
	}
	for _, e := range p.Errors {
		if e.Code == "" || e.Message == "" || e.Location == "" {
			t.Errorf("detail %+v", e)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"limit=1", "limit=-1&after=x", "after=%ff", "open=true&limit=%zz", "a;b=1", "limit=1&limit=2", "lang=uk"} {
		f.Add(s, "application/json")
		f.Add(s, "a;,b")
	}
	h := site(io.Discard, nil)
	f.Fuzz(func(t *testing.T, query, accept string) {
		r := httptest.NewRequest("GET", "/api/v1/things", nil)
		r.URL.RawQuery = query
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		answered(t, w)
		if w.Code != 200 && w.Code != 400 && w.Code != 406 && w.Code != 422 {
			t.Errorf("status %d", w.Code)
		}
	})
}
