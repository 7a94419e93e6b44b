package app_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/app/cli"
)

// TestSettings: the reference of settings in deploy is what the program
// prints, and a hub takes it.
func TestSettings(t *testing.T) {
	t.Parallel()
	var printed bytes.Buffer
	if code := cli.Main(t.Context(), cli.Process{Args: []string{"config"}, Getenv: os.Getenv, Stdout: &printed, Stderr: os.Stderr}); code != cli.Done {
		t.Fatalf("tallinn config ends with %d", code)
	}
	if printed.String() != readFile(t, "../deploy/tallinn.toml") {
		t.Error("deploy/tallinn.toml is not what \"tallinn config\" prints: write it anew")
	}
	every := filepath.Join(t.TempDir(), "every.toml")
	lines := strings.Split(printed.String(), "\n")
	for i, line := range lines {
		if name, value, ok := strings.Cut(strings.TrimPrefix(line, "#"), " = "); ok && strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "# ") {
			lines[i] = name + " = " + value
		}
	}
	if err := os.WriteFile(every, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	var said, trouble bytes.Buffer
	code := cli.Main(t.Context(), cli.Process{Args: []string{"doctor", "--config", every, "--data", t.TempDir() + "/none"}, Getenv: os.Getenv, Stdout: &said, Stderr: &trouble})
	if code != cli.Damaged || trouble.Len() > 0 { // it gets as far as the folder
		t.Errorf("with every setting at its default: %d, %s%s", code, &said, &trouble)
	}
}

// TestUnits asks systemd, where there is one, whether it takes our units.
func TestUnits(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("NOT TESTED: there is no systemd-analyze here to take the units in deploy/")
	}
	dir, args := t.TempDir(), []string{"verify"}
	for _, name := range []string{"tallinn.service", "tallinn-drill.service", "tallinn-drill.timer"} {
		unit := strings.ReplaceAll(readFile(t, "../deploy/"+name), "/usr/local/bin/tallinn ", "/bin/true ")
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(unit), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(analyze, args...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

// certificate writes one for localhost.
func certificate(t *testing.T, dir string) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, raw []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	roots = x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret), roots
}

// TestTLS: a hub that serves https itself takes TLS 1.2 and later only, sends
// browsers to https for good, and gives no cookie that goes elsewhere.
//
// ASVS 3.3.1, 3.3.2, 3.3.3, 3.4.1, 12.1.1
func TestTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key, roots := certificate(t, dir)
	hub, err := app.Open(t.Context(), app.Config{Addr: "127.0.0.1:0", Data: filepath.Join(dir, "data"), Log: slog.New(slog.DiscardHandler),
		TLS: app.TLS{Cert: cert, Key: key}})
	if err != nil {
		t.Fatal(err)
	}
	at := run(t, hub)
	client := func(most uint16) *http.Client {
		return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{DisableKeepAlives: true, ForceAttemptHTTP2: true,
				TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS10, MaxVersion: most}}}
	}
	for version, takes := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		resp, err := client(version).Get(at + "/healthz")
		if (err == nil) != takes {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			resp.Body.Close()
		}
	}
	for _, path := range []string{"/?lang=uk", "/?theme=dark"} {
		resp, err := client(0).Get(at + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if h := resp.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(h, "max-age=63072000") || resp.ProtoMajor != 2 {
			t.Errorf("%s: strict transport %q, HTTP %d", path, h, resp.ProtoMajor)
		}
		if len(resp.Cookies()) == 0 {
			t.Errorf("%s gives no cookie", path)
		}
		for _, c := range resp.Cookies() {
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Domain != "" || c.Path != "/" {
				t.Errorf("%s gives the cookie %v", path, c)
			}
		}
	}
}

// run serves a hub until t ends, and returns its address.
func run(t *testing.T, hub *app.Hub) (at string) {
	t.Helper()
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- hub.Run(t.Context(), func(url string) { ready <- url }) }()
	t.Cleanup(func() { // t's context has ended
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
	})
	select {
	case at = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	return at
}
