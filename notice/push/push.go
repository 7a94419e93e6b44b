// Package push hands notices to browsers by web push: the message is encrypted
// for the browser (RFC 8291, aes128gcm of RFC 8188), and the push service knows
// the sender by a key (VAPID, RFC 8292). It is written on the standard library:
// two pages of RFC, and no module to trust with the keys.
package push

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/notice"
)

// ErrSubscription refuses what a browser says of itself.
var ErrSubscription = fault.New(fault.Invalid, "push.subscription",
	"this is no subscription of a browser; allow notices in the browser and try again")

// KeyFile is the hub's key in the data folder. Subscriptions are bound to it.
const KeyFile = "push.key"

// Bounds of a push.
const (
	lifeTime   = 24 * time.Hour // the service keeps it as long for a browser that is off
	tokenTime  = 12 * time.Hour // RFC 8292 2: at most 24 h
	sendTime   = 30 * time.Second
	maxKeys    = 400
	maxAddress = 1000
	recordSize = 4096
)

var coded = base64.RawURLEncoding

// A Service sends to push services.
type Service struct {
	key     *ecdsa.PrivateKey
	contact string // that the push service may write to, such as "mailto:..."
	client  *http.Client
	random  io.Reader
	now     func() time.Time
}

// Open takes the key of the data folder dir, and draws one when there is none.
// Client must refuse private addresses, see package webhook.
//
// Errors: those of the folder and of randomness.
func Open(dir, contact string, client *http.Client, random io.Reader, now func() time.Time) (*Service, error) {
	path := filepath.Join(dir, KeyFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		raw, err = draw(path, random)
	}
	if err != nil {
		return nil, fmt.Errorf("push: key: %w", err)
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, errors.New("push: push.key holds no key; take it from a backup, or remove it: browsers must then subscribe again")
	}
	return &Service{key, contact, client, random, now}, nil
}

func draw(path string, random io.Reader) ([]byte, error) {
	key, err := ecdh.P256().GenerateKey(random)
	if err != nil {
		return nil, err
	}
	return key.Bytes(), os.WriteFile(path, key.Bytes(), 0o600)
}

// PublicKey is what a browser subscribes with.
func (s *Service) PublicKey() string {
	raw, err := s.key.PublicKey.Bytes()
	if err != nil {
		return "" // a key that was parsed is on its curve
	}
	return coded.EncodeToString(raw)
}

// A Subscription is what a browser gives (PushSubscription.toJSON).
type Subscription struct {
	Endpoint string `json:"endpoint"`
	Keys     Keys   `json:"keys"`
}

// Keys are the browser's: its public key and the secret that it shares.
type Keys struct {
	P256dh string `json:"p256dh"`
	Auth   string `json:"auth"`
}

// Read takes a subscription as a browser sends it.
//
// Errors: ErrSubscription.
func Read(raw []byte) (notice.Address, error) {
	var s Subscription
	if err := json.Unmarshal(raw, &s); err != nil {
		return notice.Address{}, ErrSubscription
	}
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(s.Endpoint) > maxAddress || len(s.Keys.P256dh)+len(s.Keys.Auth) > maxKeys {
		return notice.Address{}, ErrSubscription
	}
	if _, _, err := s.Keys.parse(); err != nil {
		return notice.Address{}, ErrSubscription
	}
	return notice.Address{To: s.Endpoint, Secret: s.Keys.P256dh + "." + s.Keys.Auth}, nil
}

func (k Keys) parse() (*ecdh.PublicKey, []byte, error) {
	point, err1 := coded.DecodeString(strings.TrimRight(k.P256dh, "="))
	auth, err2 := coded.DecodeString(strings.TrimRight(k.Auth, "="))
	if err := errors.Join(err1, err2); err != nil || len(auth) != 16 {
		return nil, nil, ErrSubscription
	}
	pub, err := ecdh.P256().NewPublicKey(point)
	return pub, auth, err
}

// A note is what the browser's worker reads.
type note struct {
	ID    string `json:"id"` // a second one of the same id replaces the first
	Title string `json:"title"`
	Text  string `json:"text"`
	Link  string `json:"link"`
}

// Send hands m over.
//
// Errors: notice.ErrGone when the browser has left; those of the service and
// of the network, after which the same may work.
func (s *Service) Send(ctx context.Context, to notice.Address, m notice.Message) error {
	p256dh, auth, _ := strings.Cut(to.Secret, ".")
	raw, err := json.Marshal(note{m.ID, m.Subject, m.Text, m.Link})
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	body, err := s.seal(Keys{p256dh, auth}, raw)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	pass, err := s.vapid(to.To)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.To, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("push: %w", notice.ErrGone)
	}
	r.Header.Set("Authorization", pass)
	r.Header.Set("Content-Encoding", "aes128gcm")
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("TTL", fmt.Sprint(int(lifeTime.Seconds())))
	r.Header.Set("Topic", m.ID[:min(len(m.ID), 32)]) // RFC 8030 5.4: replaces the same one that waits
	r.Header.Set("Urgency", urgency(m.Urgent))
	return s.post(r)
}

func urgency(urgent bool) string {
	if urgent {
		return "high"
	}
	return "normal"
}

func (s *Service) post(r *http.Request) error {
	resp, err := s.client.Do(r)
	if err != nil {
		return errors.New("push: the service cannot be reached") // the error repeats the address
	}
	defer func() { _ = resp.Body.Close() }() // nothing of it is wanted
	switch {
	case resp.StatusCode/100 == 2:
		return nil
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusGone:
		return fmt.Errorf("push: %w", notice.ErrGone)
	}
	return fmt.Errorf("push: the service says %d", resp.StatusCode)
}

// seal encrypts plain for a browser (RFC 8291 3.4, RFC 8188 2).
func (s *Service) seal(k Keys, plain []byte) ([]byte, error) {
	browser, auth, err := k.parse()
	if err != nil {
		return nil, err
	}
	own, err := ecdh.P256().GenerateKey(s.random)
	if err != nil {
		return nil, err
	}
	shared, err := own.ECDH(browser)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	if _, err := io.ReadFull(s.random, salt); err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(browser.Bytes()) + string(own.PublicKey().Bytes())
	secret, err1 := hkdf.Key(sha256.New, shared, auth, info, 32)
	key, err2 := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, err3 := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	block, err4 := aes.NewCipher(key)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint32(salt, recordSize)
	out = append(out, byte(len(own.PublicKey().Bytes())))
	out = append(out, own.PublicKey().Bytes()...)
	return gcm.Seal(out, nonce, append(plain, 2), nil), nil // 2 ends the last record
}

// vapid says who sends to the service at endpoint (RFC 8292 3).
func (s *Service) vapid(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", fmt.Errorf("push: %w", notice.ErrGone)
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host,
		"exp": s.now().Add(tokenTime).Unix(), "sub": s.contact}, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("push: %w", err)
	}
	signed := coded.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + coded.EncodeToString(claims)
	hash := sha256.Sum256([]byte(signed))
	r, v, err := ecdsa.Sign(s.random, s.key, hash[:])
	if err != nil {
		return "", fmt.Errorf("push: sign: %w", err)
	}
	sig := append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	return "vapid t=" + signed + "." + coded.EncodeToString(sig) + ", k=" + s.PublicKey(), nil
}
