package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/notice"
	"tallinn/notice/webhook"
)

// TestPrivate: no address, nor a name that leads to one, opens what is not
// public, unless its network is configured; a redirect is not followed.
//
// ASVS 1.3.6
func TestPrivate(t *testing.T) {
	called := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called++
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		}
	}))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for _, to := range []string{server.URL, "https://localhost" + port} {
		if err := (webhook.Sender{Client: webhook.Client(nil, roots)}).Send(t.Context(), notice.Address{To: to}, notice.Message{}); err == nil || called != 0 {
			t.Errorf("%s was reached", to)
		}
	}
	private := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	open := webhook.Sender{Client: webhook.Client(private, roots)}
	if err := open.Send(t.Context(), notice.Address{To: server.URL}, notice.Message{}); err != nil || called != 1 {
		t.Errorf("a configured network: %v, %d calls", err, called)
	}
	if err := open.Send(t.Context(), notice.Address{To: server.URL + "/away"}, notice.Message{}); err == nil || called != 2 {
		t.Errorf("a redirect: %v, %d calls", err, called)
	}
}

// ASVS 1.2.2
func TestCheck(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://hooks.example/a": true, "https://8.8.8.8/": true, "https://[2606:4700::1]/": true,
		"http://hooks.example/": false, "https://": false, "https://a:b@hooks.example/": false, "ftp://hooks.example/": false,
		"https://127.0.0.1/": false, "https://10.0.0.1/": false, "https://192.168.1.1/": false, "https://169.254.169.254/": false,
		"https://[::1]/": false, "https://[::ffff:10.0.0.1]/": false, "https://[fd00::1]/": false, "https://[fe80::1]/": false,
		"https://100.64.0.1/": false, "https://0.0.0.0/": false, "https://[64:ff9b::a00:1]/": false, "https://[2002:a00:1::]/": false,
		"https://hooks.example/" + strings.Repeat("a", 500): false,
	} {
		if err := webhook.Check(address, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestSign is the example of doc/notices.md.
func TestSign(t *testing.T) {
	if got, want := webhook.Sign("secret", "1776159000", []byte(`{"id":"a"}`)), "ebea6b4a8d55"; !strings.HasPrefix(got, want) {
		t.Errorf("signed %s, the page says %s…", got, want)
	}
}

// A bridge takes notices as doc/notices.md says.
type bridge struct {
	secret string
	now    time.Time
	had    map[string]bool
}

// takes is why a call is not believed, or nil. A call that was had before is
// believed, and passed over.
func (b *bridge) takes(h http.Header, body []byte) (fresh bool, err error) {
	stamp := h.Get("Tallinn-Timestamp")
	sent, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Unix(sent, 0).Sub(b.now).Abs() > 5*time.Minute {
		return false, errors.New("of another time")
	}
	if !hmac.Equal([]byte(h.Get("Tallinn-Signature")), []byte("v1="+webhook.Sign(b.secret, stamp, body))) {
		return false, errors.New("not signed by the hub")
	}
	var in struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return false, err
	}
	fresh = !b.had[in.ID]
	b.had[in.ID] = true
	return fresh, nil
}

// TestForged: a bridge that does what the page says takes the hub's own call
// once, and nobody else's: not another body, time or secret, not an old call
// again, and not the same one twice.
func TestForged(t *testing.T) {
	var head http.Header
	var body []byte
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		head = r.Header
		body, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	if err := (webhook.Sender{Client: server.Client()}).Send(t.Context(), notice.Address{To: server.URL, Secret: "secret"}, notice.Message{ID: "a", At: time.Now(), Count: 1, Text: "1", Link: "https://hub.example/desk"}); err != nil {
		t.Fatal(err)
	}
	b := &bridge{secret: "secret", now: time.Now(), had: map[string]bool{}}
	for name, forge := range map[string]func(h http.Header, body []byte) []byte{
		"another body": func(_ http.Header, body []byte) []byte {
			return bytes.ReplaceAll(body, []byte("hub.example"), []byte("evil.example"))
		},
		"another secret": func(h http.Header, body []byte) []byte {
			h.Set("Tallinn-Signature", "v1="+webhook.Sign("guess", h.Get("Tallinn-Timestamp"), body))
			return body
		},
		"no signature": func(h http.Header, body []byte) []byte { h.Del("Tallinn-Signature"); return body },
		"a later timestamp": func(h http.Header, body []byte) []byte {
			h.Set("Tallinn-Timestamp", strconv.FormatInt(time.Now().Unix()+60, 10))
			return body
		},
	} {
		h := head.Clone()
		if _, err := b.takes(h, forge(h, bytes.Clone(body))); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if fresh, err := b.takes(head, body); !fresh || err != nil {
		t.Errorf("the hub's own call: %v, %v", fresh, err)
	}
	if fresh, _ := b.takes(head, body); fresh {
		t.Error("the same call again is taken for another")
	}
	b.now, b.had = b.now.Add(6*time.Minute), map[string]bool{}
	if _, err := b.takes(head, body); err == nil {
		t.Error("a call of six minutes ago is taken")
	}
}
