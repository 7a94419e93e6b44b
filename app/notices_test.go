package app_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tallinn/app"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/seat"
	"tallinn/notice/webhook"
)

// A post is an SMTP server (RFC 5321) that keeps what it takes, and can be out
// of order.
type post struct {
	mu      sync.Mutex
	broken  bool
	letters []string
	server  *smtp.Server
	addr    string
}

func newPost(t testing.TB) *post {
	t.Helper()
	p := &post{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &letter{post: p}, nil }))
	go p.server.Serve(l)
	t.Cleanup(func() { p.server.Close() })
	return p
}

func (p *post) breaks(yes bool) { p.mu.Lock(); p.broken = yes; p.mu.Unlock() }

func (p *post) taken() []string { p.mu.Lock(); defer p.mu.Unlock(); return slices.Clone(p.letters) }

type letter struct{ *post }

func (l *letter) Reset()                               {}
func (l *letter) Logout() error                        { return nil }
func (l *letter) Mail(string, *smtp.MailOptions) error { return nil }
func (l *letter) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (l *letter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try later"}
	}
	l.letters = append(l.letters, string(raw))
	return err
}

// A receiver takes pushes and webhooks, on TLS.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	bodies  map[string][][]byte // by path
	headers map[string]http.Header
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{bodies: map[string][][]byte{}, headers: map[string]http.Header{}}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/away" {
			http.Redirect(w, q, "/hook", http.StatusTemporaryRedirect)
			return
		}
		raw, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.bodies[q.URL.Path] = append(r.bodies[q.URL.Path], raw)
		r.headers[q.URL.Path] = q.Header
		r.mu.Unlock()
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got(path string) [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies[path])
}

// A teller is a hub whose people are told, on a clock of the test's.
type teller struct {
	*app.Hub
	mu    sync.Mutex
	clock time.Time
	stop  func()
}

func (x *teller) now() time.Time { x.mu.Lock(); defer x.mu.Unlock(); return x.clock }

func (x *teller) pass(d time.Duration) { x.mu.Lock(); x.clock = x.clock.Add(d); x.mu.Unlock() }

func tells(t testing.TB, data string, clock time.Time, p *post, r *receiver) *teller {
	t.Helper()
	x := &teller{clock: clock}
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	hub, err := app.Open(context.Background(), app.Config{Data: data, Log: slog.New(slog.DiscardHandler), Now: x.now, Origin: "https://hub.example",
		Notices: app.Notices{Mail: "smtp://" + p.addr, MailFrom: "desk@hub.example", Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots}})
	if err != nil {
		t.Fatal(err)
	}
	if err := hub.LoadExercise(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() { hub.Tell(ctx); close(over) }()
	x.Hub, x.stop = hub, sync.OnceFunc(func() {
		end()
		<-over
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(x.stop)
	return x
}

// voter is somebody of the technical group for whom something waits.
func (x *teller) voter(t testing.TB) (s seat.Seat) {
	t.Helper()
	x.View(fact.Exercise, func(b *app.Books) {
		for _, one := range b.Seats.All() {
			if one.Role == seat.Technical && len(b.Waits(one, x.now(), func(class.Class) bool { return true })) > 0 {
				s = one
				return
			}
		}
	})
	if s.Person == "" {
		t.Fatal("nothing waits for the technical group")
	}
	return s
}

// signedIn is a browser of a person who is no guest.
func (x *teller) signedIn(t testing.TB, s seat.Seat) (post func(path string, form url.Values) (int, string)) {
	t.Helper()
	handler, err := x.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	token, err := x.People().SignIn(t.Context(), identity.Visit{Person: s.Person, Seat: string(s.ID)})
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	home, _ := url.Parse(server.URL)
	jar.SetCookies(home, []*http.Cookie{{Name: "session", Value: token}, {Name: "__Host-session", Value: token}})
	client := &http.Client{Jar: jar}
	return func(path string, form url.Values) (int, string) {
		r, _ := http.NewRequest(http.MethodPost, server.URL+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if raw, ok := form["raw"]; ok {
			r, _ = http.NewRequest(http.MethodPost, server.URL+path, strings.NewReader(raw[0]))
		}
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Language", "en")
		r.Header.Set("Cookie", "__Host-session="+token)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(raw)
	}
}

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

// A phone is a browser that is pushed to: it decrypts as RFC 8291 says.
type phone struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func (p phone) subscription(endpoint string) string {
	coded := base64.RawURLEncoding
	return `{"endpoint":"` + endpoint + `","keys":{"p256dh":"` + coded.EncodeToString(p.key.PublicKey().Bytes()) + `","auth":"` + coded.EncodeToString(p.auth) + `"}}`
}

func (p phone) read(raw []byte) (string, error) {
	if len(raw) < 86 || raw[20] != 65 {
		return "", errors.New("no header of aes128gcm")
	}
	salt, sender, sealed := raw[:16], raw[21:86], raw[86:]
	from, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return "", err
	}
	shared, err := p.key.ECDH(from)
	if err != nil {
		return "", err
	}
	secret, _ := hkdf.Key(sha256.New, shared, p.auth, "WebPush: info\x00"+string(p.key.PublicKey().Bytes())+string(sender), 32)
	key, _ := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, _ := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	block, _ := aes.NewCipher(key)
	gcm, _ := cipher.NewGCM(block)
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil || plain[len(plain)-1] != 2 {
		return "", errors.Join(err, errors.New("it does not open"))
	}
	return string(plain[:len(plain)-1]), nil
}

// TestNotices: what waits reaches a person by mail, push and webhook, once, at
// addresses that were confirmed; an outage of mail and a restart lose nothing.
func TestNotices(t *testing.T) {
	p, r, data := newPost(t), newReceiver(t), t.TempDir()
	x := tells(t, data, today, p, r)
	s := x.voter(t)
	send := x.signedIn(t, s)
	const home = "/account/notices"
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	mine := phone{key, []byte("sixteen bytes ok")}

	if code, body := send(home+"/add", url.Values{"channel": {"mail"}, "address": {"voter@group.example"}}); code != 200 {
		t.Fatalf("adding an address answers %d: %s", code, body)
	}
	letters := p.taken()
	if len(letters) != 1 {
		t.Fatalf("%d letters after adding an address, want the confirmation", len(letters))
	}
	link := regexp.MustCompile(`https://hub\.example(/account/notices/confirm/\S+)`).FindStringSubmatch(unfold(letters[0]))
	if link == nil {
		t.Fatalf("no link in %s", letters[0])
	}
	p.breaks(true) // and then the line breaks
	if code, _ := send(link[1], nil); code != 200 {
		t.Fatalf("confirming answers %d", code)
	}
	if code, _ := send(link[1], nil); code != 404 {
		t.Errorf("confirming again answers %d, want 404", code)
	}
	if code, body := send(home+"/push", url.Values{"raw": {mine.subscription(r.URL + "/push")}}); code != 204 {
		t.Fatalf("subscribing answers %d: %s", code, body)
	}
	_, page := send(home+"/add", url.Values{"channel": {"webhook"}, "address": {r.URL + "/hook"}})
	secret := regexp.MustCompile(`id="secret">([^<]+)<`).FindStringSubmatch(page)
	if secret == nil {
		t.Fatalf("no secret on the page: %s", page)
	}
	hook := regexp.MustCompile(`/account/notices/confirm/[^"]+`).FindString(string(r.got("/hook")[0]))
	if code, _ := send(hook, nil); code != 200 {
		t.Fatalf("confirming the webhook answers %d", code)
	}

	eventually(t, "a push", func() bool { return len(r.got("/push")) == 1 })
	eventually(t, "a webhook", func() bool { return len(r.got("/hook")) == 2 })
	note, err := mine.read(r.got("/push")[0])
	if err != nil || !strings.Contains(note, "wait") || !strings.Contains(note, "https://hub.example/desk") {
		t.Errorf("the phone reads %q, %v", note, err)
	}
	body, head := r.got("/hook")[1], r.headers["/hook"]
	if want := "v1=" + webhook.Sign(secret[1], head.Get("Tallinn-Timestamp"), body); head.Get("Tallinn-Signature") != want {
		t.Errorf("the webhook is signed %q, want %q", head.Get("Tallinn-Signature"), want)
	}

	// Mail is out of order, the hub stops and starts again; then mail works.
	x.stop()
	p.breaks(false)
	x = tells(t, data, today.Add(time.Hour), p, r)
	eventually(t, "the letter", func() bool { return len(p.taken()) == 2 })
	x.pass(time.Hour)
	time.Sleep(2 * time.Second) // time for a second one
	if got := p.taken(); len(got) != 2 || len(r.got("/push")) != 1 || len(r.got("/hook")) != 2 {
		t.Errorf("told %d letters, %d pushes, %d webhooks; each once", len(got)-1, len(r.got("/push")), len(r.got("/hook"))-1)
	}
	if text := unfold(p.taken()[1]); !strings.Contains(text, "Message-ID: <") || contentOf(x, text) != "" {
		t.Errorf("the letter tells %q: %s", contentOf(x, text), text)
	}
	escalates(t, x, p)
}

// contentOf is the first id of a need that text names.
func contentOf(x *teller, text string) (id string) {
	return regexp.MustCompile(`N-\d{4}`).FindString(text)
}

func unfold(s string) string { return strings.ReplaceAll(s, "=\r\n", "") }

// TestNoticesGuest: an invented person belongs to every visitor, and has no
// addresses.
func TestNoticesGuest(t *testing.T) {
	v := playSite(t).acts(t, "programme officer", 0)
	if a := v.send(http.MethodGet, "/account/notices", "", ""); a.status != http.StatusForbidden {
		t.Errorf("the page answers a guest %d", a.status)
	}
}
