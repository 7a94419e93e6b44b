package webhook_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

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
