// Package webhook hands notices to a program of the person's own, signed; see
// doc/notices.md for what it receives, and for a bridge to Matrix and Signal.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/notice"
)

// ErrURL refuses the address of a webhook.
var ErrURL = fault.New(fault.Invalid, "webhook.url",
	"a webhook's address begins with https://, names a public host and no person, and has at most 500 characters; mend it")

// errPrivate says that a name led to an address that is not public.
var errPrivate = errors.New("webhook: this leads to a private address")

const (
	sendTime = 15 * time.Second
	maxURL   = 500
)

// Client reaches public addresses only, whatever a name leads to when it is
// called, and follows no redirect. Private lists networks that may be reached
// all the same; roots are the authorities that are trusted, the machine's when
// nil.
func Client(private []netip.Prefix, roots *x509.CertPool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !reachable(at.Addr(), private) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{Timeout: sendTime,
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, TLSHandshakeTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: 16 << 10, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// closed are networks that are not private by name, and not public either.
var closed = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16")}

func reachable(a netip.Addr, private []netip.Prefix) bool {
	a = a.Unmap()
	for _, p := range private {
		if p.Contains(a) {
			return true
		}
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}

// Check judges an address before it is kept. Names are looked up only when
// they are called.
//
// Errors: ErrURL.
func Check(address string, private []netip.Prefix) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(address) > maxURL {
		return ErrURL
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !reachable(ip, private) {
		return ErrURL
	}
	return nil
}

// A Sender posts to webhooks.
type Sender struct{ Client *http.Client }

// A body is what a webhook receives.
type body struct {
	ID     string `json:"id"`
	Count  int    `json:"count"`
	Due    string `json:"due,omitempty"` // RFC 3339, UTC
	Urgent bool   `json:"urgent"`
	Text   string `json:"text"`
	Link   string `json:"link"`
}

// Send hands m over.
//
// Errors: notice.ErrGone when the address says so (410); others, after which
// the same may work.
func (s Sender) Send(ctx context.Context, to notice.Address, m notice.Message) error {
	b := body{m.ID, m.Count, "", m.Urgent, m.Text, m.Link}
	if !m.Due.IsZero() {
		b.Due = m.Due.UTC().Format(time.RFC3339)
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.To, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("webhook: %w", notice.ErrGone)
	}
	at := strconv.FormatInt(m.At.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Tallinn-Id", m.ID)
	r.Header.Set("Tallinn-Timestamp", at)
	r.Header.Set("Tallinn-Signature", "v1="+Sign(to.Secret, at, raw))
	resp, err := s.Client.Do(r)
	if err != nil {
		if errors.Is(err, errPrivate) {
			return errPrivate
		}
		return errors.New("webhook: the address cannot be reached") // the error repeats it
	}
	defer func() { _ = resp.Body.Close() }() // nothing of it is wanted
	switch {
	case resp.StatusCode/100 == 2:
		return nil
	case resp.StatusCode == http.StatusGone:
		return fmt.Errorf("webhook: %w", notice.ErrGone)
	}
	return fmt.Errorf("webhook: the address says %d", resp.StatusCode)
}

// Sign is HMAC-SHA256 over the timestamp, a full stop and the body, in hex.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
