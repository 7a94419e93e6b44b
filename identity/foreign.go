package identity

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
)

var (
	// ErrUnlinked says that a provider vouches for somebody whom nobody here
	// has said to be theirs.
	ErrUnlinked = fault.New(fault.Unauthenticated, "identity.unlinked",
		"this identity opens nothing here yet; sign in by your passkey or a link first, and add it under My ways in")
	// ErrLinked refuses an identity that is somebody's already.
	ErrLinked = fault.New(fault.Conflict, "identity.linked",
		"this identity is added already, by you or by somebody else; remove it there first")
	// ErrNoIdentity says that the person has no such identity.
	ErrNoIdentity = fault.New(fault.Missing, "identity.no_identity",
		"there is no such identity among yours; look at the list, it may be removed already")
	// ErrErrand refuses who comes back from a provider without having gone.
	ErrErrand = fault.New(fault.Unauthenticated, "identity.errand",
		"this sign-in was not begun in this browser, or took too long; begin again on the sign-in page")
	// ErrIdentities bounds the list.
	ErrIdentities = fault.New(fault.Conflict, "identity.identities",
		"you have {{.most}} identities at providers, which is the most; remove one that you no longer use first")
)

const (
	// ErrandTime is how long somebody may take at a provider.
	ErrandTime = 10 * time.Minute
	// MaxIdentities bounds those of one person.
	MaxIdentities = 5
)

// An Errand is what a browser takes along to a provider, sealed, and brings
// back: nobody else's answer is taken for it.
type Errand struct {
	Provider string `json:"provider"`
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Person   string `json:"person,omitempty"` // who adds an identity; empty: somebody signs in
}

// A Foreign identity is somebody as an OpenID provider knows them. A subject
// means nothing but beside its issuer.
type Foreign struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// An Identity is a foreign one that a person has added.
type Identity struct {
	Foreign
	Added time.Time
}

// SealErrand seals an errand for the browser.
//
// Errors: those of randomness and of the database.
func (p *People) SealErrand(ctx context.Context, e Errand) (string, error) {
	return p.carry(ctx, "errand", e)
}

// Errand opens what SealErrand has sealed.
//
// Errors: ErrErrand; those of the database.
func (p *People) Errand(ctx context.Context, token string) (e Errand, err error) {
	return e, p.carried(ctx, "errand", token, &e)
}

// SealClaim seals an identity that a provider has vouched for, so that the
// person adds exactly that one.
//
// Errors: those of randomness and of the database.
func (p *People) SealClaim(ctx context.Context, person string, f Foreign) (string, error) {
	return p.carry(ctx, "claim "+person, f)
}

// AddIdentity lets the identity of a claim sign the person in from now on. It
// is the only way that one is added: no provider makes persons.
//
// Errors: ErrErrand, ErrLinked, ErrIdentities; those of the database.
func (p *People) AddIdentity(ctx context.Context, person, claim string) error {
	var f Foreign
	if err := p.carried(ctx, "claim "+person, claim, &f); err != nil {
		return err
	}
	list, err := p.Identities(ctx, person)
	if err != nil {
		return err
	}
	if len(list) >= MaxIdentities {
		return ErrIdentities.With("most", MaxIdentities)
	}
	res, err := p.db.ExecContext(ctx, `INSERT INTO identities (issuer, subject, person, linked) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		f.Issuer, f.Subject, person, p.now().Unix())
	if err != nil {
		return fmt.Errorf("identity: add identity: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrLinked, err)
	}
	return nil
}

// Identities lists those that a person has added, the oldest first.
//
// Errors: those of the database.
func (p *People) Identities(ctx context.Context, person string) (list []Identity, err error) {
	rows, err := p.db.QueryContext(ctx, `SELECT issuer, subject, linked FROM identities WHERE person = ? ORDER BY linked, issuer, subject`, person)
	if err != nil {
		return nil, fmt.Errorf("identity: list identities: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var i Identity
		var added int64
		if err := rows.Scan(&i.Issuer, &i.Subject, &added); err != nil {
			return nil, fmt.Errorf("identity: list identities: %w", err)
		}
		i.Added = time.Unix(added, 0)
		list = append(list, i)
	}
	return list, rows.Err()
}

// RemoveIdentity takes an identity away, unless it is the person's last way in.
// Sessions that were begun by it end.
//
// Errors: ErrNoIdentity, ErrLastWay; those of the database.
func (p *People) RemoveIdentity(ctx context.Context, person string, f Foreign) error {
	list, err := p.Identities(ctx, person)
	if err != nil {
		return err
	}
	own, err := p.ownWays(ctx, person)
	if err != nil {
		return err
	}
	if own == 0 && len(list) == 1 && list[0].Foreign == f {
		return ErrLastWay
	}
	res, err := p.db.ExecContext(ctx, `DELETE FROM identities WHERE person = ? AND issuer = ? AND subject = ?`, person, f.Issuer, f.Subject)
	if err != nil {
		return fmt.Errorf("identity: remove identity: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNoIdentity, err)
	}
	return p.end(ctx, `person = ? AND vouched = 1`, person)
}

// Vouched signs in whoever has added an identity that a provider vouches for,
// and returns the session's token.
//
// Errors: ErrUnlinked; those of randomness and of the database.
func (p *People) Vouched(ctx context.Context, f Foreign, from From) (string, error) {
	var person string
	err := p.db.QueryRowContext(ctx, `SELECT person FROM identities WHERE issuer = ? AND subject = ?`, f.Issuer, f.Subject).Scan(&person)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", ErrUnlinked
	case err != nil:
		return "", fmt.Errorf("identity: find identity: %w", err)
	}
	return p.SignIn(ctx, Visit{Person: person, Vouched: true, From: from})
}

// ownWays counts the ways in that hang on no provider: passkeys and a sheet. A
// provider may be away, or end a person's account there, any day.
func (p *People) ownWays(ctx context.Context, person string) (n int, err error) {
	keys, err := p.Passkeys(ctx, person)
	if err != nil {
		return 0, err
	}
	sheet, err := p.Sheet(ctx, person)
	if !sheet.IsZero() {
		n = 1
	}
	return n + len(keys), err
}

// carry seals what a browser carries away and back within ErrandTime; what
// says what it is.
func (p *People) carry(ctx context.Context, what string, v any) (string, error) {
	seal, err := p.ceremonySeal(ctx)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("identity: write %s: %w", what, err)
	}
	nonce := make([]byte, seal.NonceSize())
	if _, err := io.ReadFull(p.random, nonce); err != nil {
		return "", fmt.Errorf("identity: read randomness: %w", err)
	}
	until := p.now().Add(ErrandTime).Unix()
	return fmt.Sprint(until) + "." + base64.RawURLEncoding.EncodeToString(seal.Seal(nonce, nonce, raw, carriage(what, until))), nil
}

// carried opens what carry has sealed into v.
//
// Errors: ErrErrand; those of the database.
func (p *People) carried(ctx context.Context, what, token string, v any) error {
	seal, err := p.ceremonySeal(ctx)
	if err != nil {
		return err
	}
	var until int64
	var coded string
	if n, err := fmt.Sscanf(token, "%d.%s", &until, &coded); n != 2 || err != nil || until <= p.now().Unix() {
		return ErrErrand
	}
	raw, err := unseal(seal, coded, carriage(what, until))
	if err != nil {
		return ErrErrand
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("identity: read %s: %w", what, err)
	}
	return nil
}

// carriage binds what is carried to what it is and until when it holds.
func carriage(what string, until int64) []byte { return fmt.Appendf(nil, "%s until %d", what, until) }

// unseal opens what is coded base64url, behind its nonce.
func unseal(seal cipher.AEAD, coded string, bound []byte) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil || len(sealed) < seal.NonceSize() {
		return nil, errors.New("identity: nothing that was sealed here")
	}
	return seal.Open(nil, sealed[:seal.NonceSize()], sealed[seal.NonceSize():], bound)
}
