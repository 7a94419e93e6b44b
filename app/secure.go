package app

import (
	"crypto/tls"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"tallinn/fault"
)

var (
	// ErrCertificate says that the certificate cannot be used.
	ErrCertificate = fault.New(fault.Invalid, "app.certificate",
		"the certificate {{.cert}} and its key {{.key}} cannot be used ({{.why}}); name two files in PEM that belong together with --tls-cert and --tls-key")
	// ErrACME says that no authority can be asked for a certificate.
	ErrACME = fault.New(fault.Invalid, "app.acme",
		"a certificate can only be fetched for a name; give the address of the hub with --origin https://NAME, and no --tls-cert beside --acme")
)

// certificatesFolder is where fetched certificates lie in the data folder.
const certificatesFolder = "certificates"

// certificateAge is how long a certificate is used before its files are looked
// at again.
const certificateAge = time.Minute

// secure reports whether readers come by https.
func (h *Hub) secure() bool {
	return h.cfg.TLS != (TLS{}) || strings.HasPrefix(h.cfg.Origin, "https:")
}

// secured is how https is served; nil when it is not.
//
// Errors: ErrCertificate, ErrACME.
func (h *Hub) secured() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	given := h.cfg.TLS.Cert != "" || h.cfg.TLS.Key != ""
	switch {
	case !h.cfg.TLS.ACME && !given:
		return nil, nil
	case !h.cfg.TLS.ACME:
		files := &certificate{cert: h.cfg.TLS.Cert, key: h.cfg.TLS.Key, now: time.Now}
		if _, err := files.get(nil); err != nil {
			return nil, err
		}
		c.GetCertificate = files.get
		return c, nil
	}
	u, err := url.Parse(h.cfg.Origin)
	if given || err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return nil, ErrACME
	}
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(filepath.Join(h.cfg.Data, certificatesFolder)),
		HostPolicy: autocert.HostWhitelist(u.Hostname()), Email: h.cfg.TLS.Mail, Client: &acme.Client{DirectoryURL: h.cfg.TLS.Directory}}
	if h.cfg.TLS.Directory == "" {
		m.Client.DirectoryURL = autocert.DefaultACMEDirectory
	}
	c.GetCertificate = m.GetCertificate
	c.NextProtos = append(c.NextProtos, acme.ALPNProto)
	return c, nil
}

// A certificate is read from its files again when they change.
type certificate struct {
	cert, key string
	now       func() time.Time

	mu      sync.Mutex
	pair    *tls.Certificate
	read    time.Time // when the files were looked at
	changed time.Time // when the file of the certificate was written
}

// get is the certificate as it is in the files. While they cannot be read, in
// the middle of being replaced, the last one stands.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.pair != nil && now.Sub(c.read) < certificateAge {
		return c.pair, nil
	}
	c.read = now
	info, err := os.Stat(c.cert)
	if err == nil && c.pair != nil && info.ModTime().Equal(c.changed) {
		return c.pair, nil
	}
	pair, cause := tls.LoadX509KeyPair(c.cert, c.key)
	switch {
	case err == nil && cause == nil:
		c.pair, c.changed = &pair, info.ModTime()
	case c.pair == nil:
		cause = errors.Join(cause, err)
		return nil, ErrCertificate.With("cert", c.cert).With("key", c.key).With("why", cause).Because(cause)
	}
	return c.pair, nil
}
