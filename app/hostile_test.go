package app_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"

	"tallinn/app"
	"tallinn/demo"
	"tallinn/exchange/publicdata"
	"tallinn/identity"
)

// TestHostile throws what it can at a hub that serves as it does in earnest:
// a real record, real sockets, real bounds. Whatever is thrown is refused in
// the reader's language with the status and the code that the table says, or
// answered; nothing is written, nothing of the inside is told, and nothing
// goes wrong in the log.
//
// ASVS 1.2.1, 1.2.2, 1.2.4, 1.5.2, 1.5.3, 4.1.4, 4.2.1, 5.2.1, 13.4.4, 15.3.3, 16.5.1
func TestHostile(t *testing.T) {
	h := besieged(t)
	for _, part := range []struct {
		name    string
		attacks func(*fortress) []attack
	}{
		{"bodies", bodies}, {"fields", fields}, {"rates", rateBodies}, {"tokens", tokens}, {"media", media},
		{"queries", queries}, {"paths", paths}, {"methods", methods}, {"headers", headers},
	} {
		for _, a := range part.attacks(h) {
			t.Run(part.name+"/"+a.name, func(t *testing.T) { h.repel(t, a) })
		}
	}
}

// An attack is one request and the answer it should get.
type attack struct {
	name   string
	method string // GET when empty
	path   string
	header map[string]string
	body   func() io.Reader // nil: none
	length int64            // announced; 0 leaves it to the client, which then sends pieces unless it can tell
	raw    string           // the whole request, instead of all above; {host} and {lang} are filled in
	status int
	code   string // of the problem or page; empty when none is expected
	place  string // a location among errors, "body.files"
	detail string // the code of that detail
}

// A fortress is a hub under siege.
type fortress struct {
	url, addr string
	dir       string
	token     map[identity.Role]string
	log       *journal
	client    *http.Client
	explained map[string]bool // codes whose page was looked at
	last      int64           // the position of the last fact
}

// besieged serves a hub that holds the public tables.
func besieged(t *testing.T) *fortress {
	t.Helper()
	h := serve(t, func(ctx context.Context, hub *app.Hub) error {
		files, err := publicdata.ReadFiles(demo.Mechanism())
		if err == nil {
			_, err = hub.ImportMechanism(ctx, files, false)
		}
		return err
	})
	if h.last = h.head(t); h.last < 100 {
		t.Fatalf("the record ends at %d, the tables are not in it", h.last)
	}
	return h
}

// serve runs a hub on a folder of its own until the test ends.
func serve(t *testing.T, load func(context.Context, *app.Hub) error) *fortress {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	h := &fortress{dir: t.TempDir(), log: &journal{}, explained: map[string]bool{},
		client: &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	hub, err := app.Open(ctx, app.Config{Addr: "127.0.0.1:0", Data: h.dir, Log: slog.New(slog.NewJSONHandler(h.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := load(ctx, hub); err != nil {
		t.Fatal(err)
	}
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- hub.Run(ctx, func(url string) { ready <- url }) }()
	t.Cleanup(func() {
		h.client.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serving ended with %v", err)
		}
		if err := hub.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	select {
	case h.url = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	h.addr = strings.TrimPrefix(h.url, "http://")
	h.token, err = identity.ReadTokens(filepath.Join(h.dir, identity.TokensFile))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

// A problem is RFC 9457 as our API writes it.
type problem struct {
	Type, Title, Detail, Code, Reference string
	Status                               int
	Errors                               []struct{ Location, Code, Message string }
}

// repel makes the attack in both languages and looks at what came back.
func (h *fortress) repel(t *testing.T, a attack) {
	mark := h.log.len()
	english, ukrainian := h.send(t, a, "en"), h.send(t, a, "uk")
	for lang, r := range map[string]reply{"en": english, "uk": ukrainian} {
		if r.status != a.status {
			t.Errorf("%s: status %d, want %d: %.300q", lang, r.status, a.status, r.body)
		}
		h.tellsNothing(t, r)
		if a.code != "" && r.status == a.status {
			h.refuses(t, a, lang, r)
		}
	}
	if now := h.head(t); now != h.last {
		t.Errorf("the record went from %d to %d", h.last, now)
		h.last = now
	}
	if wrong := h.log.wrong(mark); wrong != "" {
		t.Errorf("the log says: %s", wrong)
	}
}

// refuses checks the refusal r of a.
func (h *fortress) refuses(t *testing.T, a attack, lang string, r reply) {
	t.Helper()
	said := []string{}
	if media := r.header.Get("Content-Type"); media == "application/problem+json" {
		var p problem
		if err := json.Unmarshal([]byte(r.body), &p, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatalf("%s: %v in %s", lang, err, r.body)
		}
		if p.Code != a.code || p.Status != r.status || p.Type != "/problems/"+p.Code || p.Title == "" {
			t.Errorf("%s: problem %+v, want code %s", lang, p, a.code)
		}
		said = append(said, p.Title, p.Detail)
		found := a.detail == ""
		for _, e := range p.Errors {
			said = append(said, e.Message)
			found = found || strings.Contains(e.Location, a.place) && e.Code == a.detail
		}
		if !found {
			t.Errorf("%s: no error %s at %s in %+v", lang, a.detail, a.place, p.Errors)
		}
		if !strings.Contains(p.Detail, "; ") {
			t.Errorf("%s: no remedy in %q", lang, p.Detail)
		}
	} else {
		d := parsed(t, r.body)
		if got := d.Text(".problem .code code"); got != a.code {
			t.Errorf("%s: page of code %q, want %s", lang, got, a.code)
		}
		said = append(said, d.Text("h1"), d.Text(".problem .lead"))
		if !strings.Contains(d.Text(".problem .lead"), "; ") {
			t.Errorf("%s: no remedy in %q", lang, d.Text(".problem .lead"))
		}
	}
	if got := r.header.Get("Content-Language"); got != lang {
		t.Errorf("%s: Content-Language %q", lang, got)
	}
	for _, s := range said {
		if spoken(s) != lang {
			t.Errorf("%s: says %q", lang, s)
		}
	}
	h.explains(t, a.code)
	if a.detail != "" {
		h.explains(t, a.detail)
	}
}

// spoken is the language of a sentence, by its letters.
func spoken(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return "uk"
	}
	return "en"
}

// explains looks at the page of a code, once.
func (h *fortress) explains(t *testing.T, code string) {
	t.Helper()
	if h.explained[code] {
		return
	}
	h.explained[code] = true
	for _, lang := range []string{"en", "uk"} {
		r := h.send(t, attack{path: "/problems/" + code}, lang)
		if r.status != http.StatusOK || !strings.Contains(r.body, code) {
			t.Errorf("%s: /problems/%s answers %d", lang, code, r.status)
		}
	}
}

// inside is what no answer tells: our types and files, the words of the
// libraries below, a stack.
var inside = regexp.MustCompile(`goroutine|panic|\.go:\d|jsontext|unmarshal|\bjson: |Go (type|value|\[\]|map|struct)|SQLITE|sqlite|tokens\.json:|tallinn/`)

func (h *fortress) tellsNothing(t *testing.T, r reply) {
	t.Helper()
	for _, secret := range []string{h.dir, h.token[identity.Importer], h.token[identity.Reader]} {
		if strings.Contains(r.body, secret) {
			t.Errorf("the answer tells %q", secret)
		}
	}
	if found := inside.FindString(r.body); found != "" {
		t.Errorf("the answer tells %q in %.400q", found, r.body)
	}
}

// send makes one request as a reader of lang.
func (h *fortress) send(t *testing.T, a attack, lang string) reply {
	t.Helper()
	if a.raw != "" {
		return h.sendRaw(t, strings.NewReplacer("{host}", h.addr, "{lang}", lang).Replace(a.raw))
	}
	method := a.method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	if a.body != nil {
		body = a.body()
	}
	r, err := http.NewRequest(method, h.url+a.path, body)
	if err != nil {
		t.Fatal(err)
	}
	if a.length != 0 {
		r.ContentLength = a.length
	}
	r.Header.Set("Accept-Language", lang)
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	answer, err := h.client.Do(r)
	if err != nil {
		t.Fatalf("%s %.100s: %v", method, a.path, err)
	}
	return read(t, answer)
}

func (h *fortress) sendRaw(t *testing.T, request string) reply {
	t.Helper()
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	go io.WriteString(c, request)
	answer, err := http.ReadResponse(newReader(c), nil)
	if err != nil {
		t.Fatalf("%.100q: %v", request, err)
	}
	return read(t, answer)
}

func read(t *testing.T, answer *http.Response) reply {
	t.Helper()
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil && answer.StatusCode < 400 {
		t.Errorf("read the answer: %v", err)
	}
	return reply{answer.StatusCode, answer.Header, string(body)}
}

// head is the position of the last fact.
func (h *fortress) head(t *testing.T) int64 {
	t.Helper()
	r := h.send(t, attack{path: "/api/v1/facts?limit=1"}, "en")
	var page struct {
		Head int64 `json:"head"`
	}
	if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != http.StatusOK {
		t.Fatalf("status %d, %v", r.status, err)
	}
	return page.Head
}

// A journal is the hub's log.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Len()
}

// since is what was written after mark.
func (j *journal) since(mark int) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.text.Bytes()[mark:])
}

// wrong is the first line after mark that is more than a note.
func (j *journal) wrong(mark int) string {
	for line := range strings.Lines(j.since(mark)) {
		if !strings.Contains(line, `"level":"INFO"`) || strings.Contains(line, "panic") {
			return line
		}
	}
	return ""
}
