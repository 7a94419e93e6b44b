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
)

// PeopleFile is the database in the data folder that holds names of persons,
// their links, passkeys and sessions. None of it is ever in a fact.
const PeopleFile = "identity.db"

// LinkTime is how long a one-time link works.
const LinkTime = 7 * 24 * time.Hour

// A Person is somebody who can sign in. The ID is opaque and stands in facts;
// the name does not.
type Person struct {
	ID    string
	Name  string
	Realm fact.Realm
	// Erased says that the name was erased; it is empty then.
	Erased bool
}

// People keeps persons, and their ways in. Tokens are kept as hashes only.
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
CREATE TABLE IF NOT EXISTS visits (hash BLOB PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, seat TEXT NOT NULL,
	guest INTEGER NOT NULL, device TEXT NOT NULL, place TEXT NOT NULL,
	began INTEGER NOT NULL, seen INTEGER NOT NULL, proved INTEGER NOT NULL, expires INTEGER NOT NULL,
	vouched INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS passkeys (id BLOB PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL, credential BLOB NOT NULL,
	added INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ceremonies (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seals (name TEXT PRIMARY KEY, seal BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sheets (account TEXT PRIMARY KEY, person TEXT NOT NULL, hash BLOB NOT NULL, made INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS identities (issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, linked INTEGER NOT NULL,
	PRIMARY KEY (issuer, subject)) STRICT;
CREATE TABLE IF NOT EXISTS machines (hash BLOB PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, seat TEXT NOT NULL, name TEXT NOT NULL,
	scopes TEXT NOT NULL, made INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tries (account TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS tries_of ON tries (account, at);
` + contactTables

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
// Errors: text.ErrErased; those of the keys, of randomness and of the database.
func (p *People) Link(ctx context.Context, person string) (string, error) {
	if err := p.stands(ctx, person); err != nil {
		return "", err
	}
	token, hash, err := p.token()
	if err != nil {
		return "", err
	}
	return token, p.keepLink(ctx, p.db, person, hash)
}

func (p *People) keepLink(ctx context.Context, db executor, person string, hash []byte) error {
	if _, err := db.ExecContext(ctx, `INSERT INTO links VALUES (?, ?, ?)`, hash, person, p.now().Add(LinkTime).Unix()); err != nil {
		return fmt.Errorf("identity: make link: %w", err)
	}
	return nil
}

// stands is nil for who has not been erased.
//
// Errors: text.ErrErased; those of the keys.
func (p *People) stands(ctx context.Context, person string) error {
	if p.keys == nil {
		return nil
	}
	_, err := p.keys.Key(ctx, person)
	return err
}

// Use signs in by a link, once, and returns the session's token. The link is
// used up when the session is there, and not before.
//
// Errors: ErrLink; those of randomness and of the database.
func (p *People) Use(ctx context.Context, link string, from From) (token string, err error) {
	err = p.at(ctx, func(tx transaction) error {
		var person string
		var expires int64
		err := tx.QueryRowContext(ctx, `DELETE FROM links WHERE hash = ? RETURNING person, expires`, hashOf(link)).Scan(&person, &expires)
		if errors.Is(err, sql.ErrNoRows) || err == nil && expires <= p.now().Unix() {
			return ErrLink
		}
		if err != nil {
			return fmt.Errorf("identity: use link: %w", err)
		}
		token, err = p.signIn(ctx, tx, Visit{Person: person, From: from})
		return err
	})
	return token, err
}

// An executor is a database, or a transaction of it.
type executor interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
}

// at runs fn in a transaction: all of it, or nothing.
func (p *People) at(ctx context.Context, fn func(transaction) error) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Sweep forgets what has expired.
//
// Errors: those of the database.
func (p *People) Sweep(ctx context.Context) error {
	now := p.now().Unix()
	for _, table := range []string{"links", "visits", "ceremonies", "machines"} {
		if _, err := p.db.ExecContext(ctx, `DELETE FROM `+table+` WHERE expires <= ?`, now); err != nil {
			return fmt.Errorf("identity: sweep %s: %w", table, err)
		}
	}
	if _, err := p.db.ExecContext(ctx, `DELETE FROM contacts WHERE confirmed = 0 AND expires <= ?`, now); err != nil {
		return fmt.Errorf("identity: sweep contacts: %w", err)
	}
	if _, err := p.db.ExecContext(ctx, `DELETE FROM tries WHERE at <= ?`, now-int64(tryTime.Seconds())); err != nil {
		return fmt.Errorf("identity: sweep tries: %w", err)
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
