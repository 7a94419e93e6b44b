package identity

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"tallinn/fact"
	"tallinn/fault"
)

var (
	// ErrLink refuses a sign-in link that is used, expired or unknown; which
	// of them is not told.
	ErrLink = fault.New(fault.Unauthenticated, "identity.link",
		"this sign-in link does not work any more; each works once and for a limited time: ask for a new one")
	// ErrSession says that a session has ended.
	ErrSession = fault.New(fault.Unauthenticated, "identity.session",
		"you are signed out; sign in again, nothing that was saved is lost")
)

// PeopleFile is the database in the data folder that holds names of persons,
// links and sessions. None of it is ever in a fact.
const PeopleFile = "identity.db"

// How long things hold.
const (
	LinkTime    = 7 * 24 * time.Hour
	SessionTime = 12 * time.Hour
)

// A Person is somebody who can sign in. The ID is opaque and stands in facts;
// the name does not.
type Person struct {
	ID    string
	Name  string
	Realm fact.Realm
	// Erased says that the name was erased; it is empty then.
	Erased bool
}

// A Session is a person who has signed in, and the seat that they act from.
type Session struct {
	Person
	Seat    string // empty: none chosen
	Expires time.Time
}

// People keeps persons, links and sessions. Tokens are kept as hashes only.
type People struct {
	db     database
	now    func() time.Time
	random io.Reader
	keys   Keys // see SealUnder
}

// peopleSchema is for both databases, see serverWords: keep to what they share.
const peopleSchema = `
CREATE TABLE IF NOT EXISTS persons (id TEXT PRIMARY KEY, name TEXT NOT NULL, realm TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS links (hash BLOB PRIMARY KEY, person TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sessions (hash BLOB PRIMARY KEY, person TEXT NOT NULL, seat TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
`

// OpenPeople opens the people of the data folder dir, and makes the file when
// there is none.
//
// Errors: those of the database.
func OpenPeople(ctx context.Context, dir string, now func() time.Time, random io.Reader) (*People, error) {
	db, err := openFile(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("identity: open people: %w", err)
	}
	return &People{db: db, now: now, random: random}, nil
}

// OpenSharedPeople opens the people of several hubs, in the PostgreSQL database
// at dsn. It makes the tables when the role may; else Prepare has to.
//
// Errors: ErrDatabase.
func OpenSharedPeople(ctx context.Context, dsn string, now func() time.Time, random io.Reader) (*People, error) {
	db, err := openServer(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return &People{db: db, now: now, random: random}, nil
}

// Close lets the database go.
func (p *People) Close() error { return p.db.Close() }

// Add enters a person and returns the opaque id. The name is sealed under the
// person's key.
//
// Errors: those of the keys, of randomness and of the database.
func (p *People) Add(ctx context.Context, name string, realm fact.Realm) (string, error) {
	var b [10]byte
	if _, err := io.ReadFull(p.random, b[:]); err != nil {
		return "", fmt.Errorf("identity: read randomness: %w", err)
	}
	id := "person/" + hex.EncodeToString(b[:])
	sealed, err := p.seal(ctx, id, "name", name)
	if err != nil {
		return "", err
	}
	if _, err := p.db.ExecContext(ctx, `INSERT INTO persons VALUES (?, ?, ?)`, id, sealed, string(realm)); err != nil {
		return "", fmt.Errorf("identity: add person: %w", err)
	}
	return id, nil
}

// Person finds somebody by id.
//
// Errors: ErrSession when there is nobody; those of the database.
func (p *People) Person(ctx context.Context, id string) (Person, error) {
	out, sealed := Person{ID: id}, ""
	err := p.db.QueryRowContext(ctx, `SELECT name, realm FROM persons WHERE id = ?`, id).Scan(&sealed, &out.Realm)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, ErrSession
	}
	if err != nil {
		return Person{}, fmt.Errorf("identity: find person: %w", err)
	}
	return out, p.name(ctx, &out, sealed)
}

// Link makes a one-time sign-in link's token for a person, good for LinkTime.
//
// Errors: those of randomness and of the database.
func (p *People) Link(ctx context.Context, person string) (string, error) {
	token, hash, err := p.token()
	if err != nil {
		return "", err
	}
	_, err = p.db.ExecContext(ctx, `INSERT INTO links VALUES (?, ?, ?)`, hash, person, p.now().Add(LinkTime).Unix())
	if err != nil {
		return "", fmt.Errorf("identity: make link: %w", err)
	}
	return token, nil
}

// Use signs in by a link, once, and returns the session's token.
//
// Errors: ErrLink; those of randomness and of the database.
func (p *People) Use(ctx context.Context, link string) (string, error) {
	var person string
	var expires int64
	err := p.db.QueryRowContext(ctx, `DELETE FROM links WHERE hash = ? RETURNING person, expires`, hashOf(link)).Scan(&person, &expires)
	if errors.Is(err, sql.ErrNoRows) || err == nil && expires <= p.now().Unix() {
		return "", ErrLink
	}
	if err != nil {
		return "", fmt.Errorf("identity: use link: %w", err)
	}
	return p.SignIn(ctx, person, "")
}

// SignIn begins a session of person on seat and returns its token.
//
// Errors: those of randomness and of the database.
func (p *People) SignIn(ctx context.Context, person, seat string) (string, error) {
	token, hash, err := p.token()
	if err != nil {
		return "", err
	}
	_, err = p.db.ExecContext(ctx, `INSERT INTO sessions VALUES (?, ?, ?, ?)`, hash, person, seat, p.now().Add(SessionTime).Unix())
	if err != nil {
		return "", fmt.Errorf("identity: sign in: %w", err)
	}
	return token, nil
}

// Session finds the session of token.
//
// Errors: ErrSession; those of the database.
func (p *People) Session(ctx context.Context, token string) (Session, error) {
	var s Session
	var sealed string
	var expires int64
	err := p.db.QueryRowContext(ctx, `SELECT p.id, p.name, p.realm, s.seat, s.expires FROM sessions s JOIN persons p ON p.id = s.person WHERE s.hash = ?`,
		hashOf(token)).Scan(&s.ID, &sealed, &s.Realm, &s.Seat, &expires)
	s.Expires = time.Unix(expires, 0)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !p.now().Before(s.Expires) {
		return Session{}, ErrSession
	}
	if err != nil {
		return Session{}, fmt.Errorf("identity: find session: %w", err)
	}
	return s, p.name(ctx, &s.Person, sealed)
}

// Sit chooses the seat that the session acts from. Whether the person holds
// it is the caller's to check.
//
// Errors: ErrSession; those of the database.
func (p *People) Sit(ctx context.Context, token, seat string) error {
	res, err := p.db.ExecContext(ctx, `UPDATE sessions SET seat = ? WHERE hash = ?`, seat, hashOf(token))
	if err != nil {
		return fmt.Errorf("identity: choose seat: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrSession, err)
	}
	return nil
}

// SignOut ends the session of token; it is no error when it has ended.
//
// Errors: those of the database.
func (p *People) SignOut(ctx context.Context, token string) error {
	if _, err := p.db.ExecContext(ctx, `DELETE FROM sessions WHERE hash = ?`, hashOf(token)); err != nil {
		return fmt.Errorf("identity: sign out: %w", err)
	}
	return nil
}

// Sweep forgets links and sessions that have expired.
//
// Errors: those of the database.
func (p *People) Sweep(ctx context.Context) error {
	now := p.now().Unix()
	for _, table := range []string{"links", "sessions"} {
		if _, err := p.db.ExecContext(ctx, `DELETE FROM `+table+` WHERE expires <= ?`, now); err != nil {
			return fmt.Errorf("identity: sweep %s: %w", table, err)
		}
	}
	return nil
}

func (p *People) token() (token string, hash []byte, err error) {
	b := make([]byte, tokenBytes)
	if _, err := io.ReadFull(p.random, b); err != nil {
		return "", nil, fmt.Errorf("identity: read randomness: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashOf(token), nil
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
