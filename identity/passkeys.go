package identity

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"tallinn/fault"
)

var (
	// ErrPasskey refuses what a browser answers for a passkey; what was wrong
	// with it is not told.
	ErrPasskey = fault.New(fault.Unauthenticated, "identity.passkey",
		"this passkey was not accepted; try again, use another of your passkeys, or a sign-in link")
	// ErrNoPasskey says that the person has no such passkey.
	ErrNoPasskey = fault.New(fault.Missing, "identity.no_passkey",
		"there is no such passkey among yours; look at the list, it may be removed already")
	// ErrLastWay refuses to remove the last way in.
	ErrLastWay = fault.New(fault.Conflict, "identity.last_way",
		"this is your only way in; add another passkey or print a recovery sheet first")
	// ErrTooManyPasskeys bounds the list.
	ErrTooManyPasskeys = fault.New(fault.Invalid, "identity.too_many_passkeys",
		"you have {{.most}} passkeys, which is the most; remove one that you no longer use first")
	// ErrOrigin says that passkeys cannot work at this address.
	ErrOrigin = fault.New(fault.Invalid, "identity.origin",
		"passkeys work only at the hub's own https address, or at http://localhost; open the hub there and try again")
)

const (
	// MaxPasskeys bounds the passkeys of one person.
	MaxPasskeys = 10
	// MaxPasskeyName bounds what a person calls a passkey, in characters.
	MaxPasskeyName = 60
	// ceremonyTime is how long a browser may take to answer.
	ceremonyTime = 5 * time.Minute
)

// A Passkey is one that a person can sign in with, as its owner sees it.
type Passkey struct {
	ID    string // of the credential, base64url
	Name  string // what its owner calls it
	Added time.Time
	Used  time.Time // zero: never yet
}

// A Site is where passkeys work: WebAuthn binds each to a name of a host.
type Site struct {
	Name   string // shown by the browser
	origin string
	host   string
}

// SiteOf is the site at an origin such as "https://hub.example". WebAuthn
// works by https only, and at localhost; not at an address in figures.
//
// Errors: ErrOrigin.
func SiteOf(name, origin string) (Site, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return Site{}, ErrOrigin
	}
	local := u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost")
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return Site{}, ErrOrigin
	}
	return Site{name, u.Scheme + "://" + u.Host, u.Hostname()}, nil
}

// party is the site in the words of the library. A passkey is discoverable
// and verifies its user: it is the whole sign-in, not a second factor.
func (s Site) party() (*webauthn.WebAuthn, error) {
	if s.host == "" {
		return nil, ErrOrigin
	}
	return webauthn.New(&webauthn.Config{RPID: s.host, RPDisplayName: s.Name, RPOrigins: []string{s.origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired}})
}

// An owner is a person in the words of the library.
type owner struct {
	Person
	credentials []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.ID) }
func (o owner) WebAuthnName() string                       { return o.Name }
func (o owner) WebAuthnDisplayName() string                { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

// An Asking is a ceremony that waits for a browser's answer.
type Asking struct {
	Ceremony string // to send back with the answer; it works once
	Options  []byte // JSON for navigator.credentials
}

// AskNew begins to add a passkey for a person.
//
// Errors: ErrOrigin, ErrSession when there is nobody, ErrTooManyPasskeys;
// those of randomness and of the database.
func (p *People) AskNew(ctx context.Context, site Site, person string) (Asking, error) {
	party, err := site.party()
	if err != nil {
		return Asking{}, err
	}
	o, err := p.owner(ctx, person)
	if err != nil {
		return Asking{}, err
	}
	if len(o.credentials) >= MaxPasskeys {
		return Asking{}, ErrTooManyPasskeys.With("most", MaxPasskeys)
	}
	options, data, err := party.BeginRegistration(o,
		webauthn.WithExclusions(webauthn.Credentials(o.credentials).CredentialDescriptors()))
	if err != nil {
		return Asking{}, fmt.Errorf("identity: begin to add a passkey: %w", err)
	}
	return p.asking(ctx, person, options, data)
}

// AddPasskey takes a browser's answer to AskNew; name is what its owner calls
// the passkey.
//
// Errors: ErrOrigin, ErrPasskey, ErrTooManyPasskeys; those of the database.
func (p *People) AddPasskey(ctx context.Context, site Site, person, token, name string, answer []byte) error {
	party, err := site.party()
	if err != nil {
		return err
	}
	data, err := p.asked(ctx, person, token)
	if err != nil {
		return err
	}
	o, err := p.owner(ctx, person)
	if err != nil {
		return err
	}
	if len(o.credentials) >= MaxPasskeys {
		return ErrTooManyPasskeys.With("most", MaxPasskeys)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return ErrPasskey.Because(err)
	}
	credential, err := party.CreateCredential(o, data, parsed)
	if err != nil {
		return ErrPasskey.Because(err)
	}
	if err := p.spend(ctx, token); err != nil {
		return err
	}
	raw, err := json.Marshal(credential)
	if err != nil {
		return fmt.Errorf("identity: write passkey: %w", err)
	}
	_, err = p.db.ExecContext(ctx, `INSERT INTO passkeys (id, person, name, credential, added, used) VALUES (?, ?, ?, ?, ?, 0)`,
		credential.ID, person, short(name, MaxPasskeyName), raw, p.now().Unix())
	if err != nil {
		return fmt.Errorf("identity: add passkey: %w", err)
	}
	return nil
}

// Ask begins to sign in with whichever passkey the browser has: nobody is
// named, so nobody can be looked for.
//
// Errors: ErrOrigin; those of randomness and of the database.
func (p *People) Ask(ctx context.Context, site Site) (Asking, error) {
	party, err := site.party()
	if err != nil {
		return Asking{}, err
	}
	options, data, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Asking{}, fmt.Errorf("identity: ask for a passkey: %w", err)
	}
	return p.asking(ctx, "", options, data)
}

// Answer signs in by a browser's answer to Ask and returns the session's
// token. What is signed cannot be guessed, so that tries are not counted: a
// count would only let others lock a person out.
//
// Errors: ErrOrigin, ErrPasskey; those of randomness and of the
// database.
func (p *People) Answer(ctx context.Context, site Site, token string, answer []byte, from From) (string, error) {
	person, err := p.answered(ctx, site, token, answer)
	if err != nil {
		return "", err
	}
	return p.SignIn(ctx, Visit{Person: person, Proved: true, From: from})
}

// Prove begins a session in place of s, of the same person at the same seat,
// by a browser's answer to Ask, and returns its token. Another's passkey is
// refused: it would make the reader somebody else amid an act.
//
// Errors: ErrOrigin, ErrPasskey; those of randomness and of the database.
func (p *People) Prove(ctx context.Context, site Site, s Session, token string, answer []byte) (string, error) {
	person, err := p.answered(ctx, site, token, answer)
	switch {
	case err != nil:
		return "", err
	case person != s.ID:
		return "", ErrPasskey
	}
	return p.SignIn(ctx, Visit{Person: person, Seat: s.Seat, Proved: true, Vouched: s.Vouched, From: s.From})
}

// Shown says that a session's person has shown a passkey, as whoever adds one
// does: the device has verified them.
//
// Errors: those of the database.
func (p *People) Shown(ctx context.Context, s Session) error {
	if _, err := p.db.ExecContext(ctx, `UPDATE visits SET proved = ? WHERE person = ? AND id = ?`, p.now().Unix(), s.ID, s.Handle); err != nil {
		return fmt.Errorf("identity: note a passkey: %w", err)
	}
	return nil
}

// answered is whose passkey a browser has shown in answer to Ask.
func (p *People) answered(ctx context.Context, site Site, token string, answer []byte) (person string, err error) {
	party, err := site.party()
	if err != nil {
		return "", err
	}
	data, err := p.asked(ctx, "", token)
	if err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", ErrPasskey.Because(err)
	}
	find := func(_, handle []byte) (webauthn.User, error) { return p.owner(ctx, string(handle)) }
	credential, err := party.ValidateDiscoverableLogin(find, data, parsed)
	if err == nil && credential.Authenticator.CloneWarning {
		err = errors.New("the counter of the passkey went backwards: there may be a copy of it")
	}
	if err != nil {
		return "", ErrPasskey.Because(err)
	}
	if err := p.spend(ctx, token); err != nil {
		return "", err
	}
	raw, err := json.Marshal(credential)
	if err != nil {
		return "", fmt.Errorf("identity: write passkey: %w", err)
	}
	person = string(parsed.Response.UserHandle)
	_, err = p.db.ExecContext(ctx, `UPDATE passkeys SET credential = ?, used = ? WHERE id = ? AND person = ?`,
		raw, p.now().Unix(), credential.ID, person)
	if err != nil {
		return "", fmt.Errorf("identity: use passkey: %w", err)
	}
	return person, nil
}

// Passkeys lists a person's passkeys, the oldest first.
//
// Errors: those of the database.
func (p *People) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT id, name, added, used FROM passkeys WHERE person = ? ORDER BY added, id`, person)
	if err != nil {
		return nil, fmt.Errorf("identity: list passkeys: %w", err)
	}
	defer rows.Close()
	var list []Passkey
	for rows.Next() {
		var id []byte
		var k Passkey
		var added, used int64
		if err := rows.Scan(&id, &k.Name, &added, &used); err != nil {
			return nil, fmt.Errorf("identity: list passkeys: %w", err)
		}
		k.ID, k.Added = protocol.URLEncodedBase64(id).String(), time.Unix(added, 0)
		if used > 0 {
			k.Used = time.Unix(used, 0)
		}
		list = append(list, k)
	}
	return list, rows.Err()
}

// RemovePasskey takes a passkey away, unless it is the person's last way in;
// one that hangs on a provider does not count.
//
// Errors: ErrNoPasskey, ErrLastWay; those of the database.
func (p *People) RemovePasskey(ctx context.Context, person, id string) error {
	list, err := p.Passkeys(ctx, person)
	if err != nil {
		return err
	}
	own, err := p.ownWays(ctx, person)
	if err != nil {
		return err
	}
	if own == 1 && len(list) == 1 && list[0].ID == id {
		return ErrLastWay
	}
	var raw protocol.URLEncodedBase64
	if err := raw.UnmarshalJSON([]byte(`"` + strings.Trim(id, `"\`) + `"`)); err != nil {
		return ErrNoPasskey
	}
	res, err := p.db.ExecContext(ctx, `DELETE FROM passkeys WHERE person = ? AND id = ?`, person, []byte(raw))
	if err != nil {
		return fmt.Errorf("identity: remove passkey: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNoPasskey, err)
	}
	return nil
}

func (p *People) owner(ctx context.Context, person string) (owner, error) {
	who, err := p.Person(ctx, person)
	if err != nil {
		return owner{}, err
	}
	o := owner{Person: who}
	rows, err := p.db.QueryContext(ctx, `SELECT credential FROM passkeys WHERE person = ? ORDER BY added, id`, person)
	if err != nil {
		return owner{}, fmt.Errorf("identity: read passkeys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		var c webauthn.Credential
		if err := rows.Scan(&raw); err != nil {
			return owner{}, fmt.Errorf("identity: read passkeys: %w", err)
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			return owner{}, fmt.Errorf("identity: read passkey: %w", err)
		}
		o.credentials = append(o.credentials, c)
	}
	return o, rows.Err()
}

// short is s without spaces around it, cut to most characters.
func short(s string, most int) string {
	s = strings.TrimSpace(s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}
