package identity

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/go-webauthn/webauthn/webauthn"
)

// A ceremony is what was asked, on its way through the browser and back:
// sealed, so that it comes back as it was, and kept nowhere, so that asking
// again and again fills nothing.
type ceremony struct {
	Asked   webauthn.SessionData `json:"asked"`
	Expires int64                `json:"expires"` // Unix seconds
}

// asking seals what a ceremony has asked. Person is for whom; empty: whoever
// answers.
func (p *People) asking(ctx context.Context, person string, options any, data *webauthn.SessionData) (Asking, error) {
	raw, err := json.Marshal(ceremony{*data, p.now().Add(ceremonyTime).Unix()})
	if err != nil {
		return Asking{}, fmt.Errorf("identity: write ceremony: %w", err)
	}
	seal, err := p.ceremonySeal(ctx)
	if err != nil {
		return Asking{}, err
	}
	nonce := make([]byte, seal.NonceSize())
	if _, err := io.ReadFull(p.random, nonce); err != nil {
		return Asking{}, fmt.Errorf("identity: read randomness: %w", err)
	}
	out, err := jsonv1.Marshal(options) // its types are written for the first version of the package
	if err != nil {
		return Asking{}, fmt.Errorf("identity: write options: %w", err)
	}
	return Asking{base64.RawURLEncoding.EncodeToString(seal.Seal(nonce, nonce, raw, []byte(person))), out}, nil
}

// asked opens a ceremony that asking has sealed for person.
//
// Errors: ErrPasskey; those of the database.
func (p *People) asked(ctx context.Context, person, token string) (webauthn.SessionData, error) {
	seal, err := p.ceremonySeal(ctx)
	if err != nil {
		return webauthn.SessionData{}, err
	}
	raw, err := unseal(seal, token, []byte(person))
	if err != nil {
		return webauthn.SessionData{}, ErrPasskey
	}
	var c ceremony
	if err := json.Unmarshal(raw, &c); err != nil {
		return webauthn.SessionData{}, fmt.Errorf("identity: read ceremony: %w", err)
	}
	if c.Expires <= p.now().Unix() {
		return webauthn.SessionData{}, ErrPasskey
	}
	return c.Asked, nil
}

// spend sees that an accepted answer is not accepted again.
//
// Errors: ErrPasskey; those of the database.
func (p *People) spend(ctx context.Context, token string) error {
	res, err := p.db.ExecContext(ctx, `INSERT INTO ceremonies (hash, expires) VALUES (?, ?) ON CONFLICT DO NOTHING`,
		hashOf(token), p.now().Add(ceremonyTime).Unix())
	if err != nil {
		return fmt.Errorf("identity: spend ceremony: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrPasskey, err)
	}
	return nil
}

// ceremonySeal is what ceremonies are sealed with: drawn once, the same for all hubs.
func (p *People) ceremonySeal(ctx context.Context) (cipher.AEAD, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(p.random, key); err != nil {
		return nil, fmt.Errorf("identity: read randomness: %w", err)
	}
	find := func() error {
		return p.db.QueryRowContext(ctx, `SELECT seal FROM seals WHERE name = 'ceremony'`).Scan(&key)
	}
	err := find()
	if errors.Is(err, sql.ErrNoRows) {
		if _, err := p.db.ExecContext(ctx, `INSERT INTO seals (name, seal) VALUES ('ceremony', ?) ON CONFLICT DO NOTHING`, key); err != nil {
			return nil, fmt.Errorf("identity: keep seal: %w", err)
		}
		err = find() // another hub may have been quicker
	}
	if err != nil {
		return nil, fmt.Errorf("identity: find seal: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("identity: use seal: %w", err)
	}
	return cipher.NewGCM(block)
}
