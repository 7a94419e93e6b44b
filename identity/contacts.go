package identity

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"tallinn/fault"
	"tallinn/text"
)

var (
	// ErrContact refuses to confirm or to use an address that is not there.
	ErrContact = fault.New(fault.Missing, "identity.contact",
		"this address is not there, or its confirmation has expired; add it again on the page of your notices")
	// ErrContacts refuses more addresses than one person needs.
	ErrContacts = fault.New(fault.Conflict, "identity.contacts",
		"you have {{.most}} addresses, which is the most; remove one first")
)

// Bounds of a person's addresses.
const (
	maxContacts = 10
	// ConfirmTime is how long the link works that confirms an address.
	ConfirmTime = 24 * time.Hour
)

// A Contact is an address at which a person wants to be told. It is sealed
// under the person's key, and never in a fact.
type Contact struct {
	ID        string // opaque; it may be kept elsewhere
	Person    string
	Channel   string // see package notice
	Address   string
	Secret    string // the channel's own: a browser's keys, a webhook's secret
	Confirmed bool   // nothing but its confirmation is sent to one that is not
	Added     time.Time
}

// A Telling is how a person wants to be told.
type Telling struct {
	Digest, Quiet bool
	From, Until   int // minutes after midnight, in Kyiv
	Lang          string
}

// contactTables are part of the schema. "telling" has a row for those who have
// chosen.
const contactTables = `
CREATE TABLE IF NOT EXISTS contacts (id TEXT PRIMARY KEY, person TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL,
	secret TEXT NOT NULL, proof BLOB NOT NULL, expires INTEGER NOT NULL, confirmed INTEGER NOT NULL, added INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS telling (person TEXT PRIMARY KEY, digest INTEGER NOT NULL, quiet INTEGER NOT NULL,
	quiet_from INTEGER NOT NULL, quiet_until INTEGER NOT NULL, lang TEXT NOT NULL) STRICT;
`

// AddContact keeps an address of a person, unconfirmed unless confirmed says
// that it has shown itself to be theirs, and returns the token of the link that
// confirms it.
//
// Errors: ErrContacts, text.ErrErased; those of the databases and of
// randomness.
func (p *People) AddContact(ctx context.Context, c Contact) (out Contact, token string, err error) {
	had, err := p.Contacts(ctx, c.Person)
	if err != nil {
		return c, "", err
	}
	for _, o := range had {
		if o.Channel == c.Channel && o.Address == c.Address { // said again: the newest stands
			if err := p.RemoveContact(ctx, c.Person, o.ID); err != nil {
				return c, "", err
			}
			had = had[:len(had)-1]
			c.Confirmed = c.Confirmed || o.Confirmed && c.Channel == "mail"
		}
	}
	if len(had) >= maxContacts {
		return c, "", ErrContacts.With("most", maxContacts)
	}
	var id [8]byte
	if _, err := io.ReadFull(p.random, id[:]); err != nil {
		return c, "", fmt.Errorf("identity: read randomness: %w", err)
	}
	c.ID, c.Added = hex.EncodeToString(id[:]), p.now()
	token, hash, err := p.token()
	if err != nil {
		return c, "", err
	}
	address, err := p.seal(ctx, c.Person, "address", c.Address)
	if err != nil {
		return c, "", err
	}
	secret, err := p.seal(ctx, c.Person, "secret", c.Secret)
	if err != nil {
		return c, "", err
	}
	_, err = p.db.ExecContext(ctx, `INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, c.Person, c.Channel, address, secret,
		hash, p.now().Add(ConfirmTime).Unix(), number(c.Confirmed), c.Added.Unix())
	if err != nil {
		return c, "", fmt.Errorf("identity: add a contact: %w", err)
	}
	return c, token, nil
}

// ConfirmContact confirms the address to which the token was sent, once.
//
// Errors: ErrContact; those of the database.
func (p *People) ConfirmContact(ctx context.Context, token string) error {
	res, err := p.db.ExecContext(ctx, `UPDATE contacts SET confirmed = 1, expires = 0 WHERE proof = ? AND confirmed = 0 AND expires > ?`,
		hashOf(token), p.now().Unix())
	if err != nil {
		return fmt.Errorf("identity: confirm a contact: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrContact)
	}
	return nil
}

// Contacts lists a person's addresses in order of adding.
//
// Errors: those of the databases.
func (p *People) Contacts(ctx context.Context, person string) ([]Contact, error) {
	return p.contacts(ctx, `WHERE person = ? ORDER BY added, id`, person)
}

// Contact finds one address.
//
// Errors: ErrContact; those of the databases.
func (p *People) Contact(ctx context.Context, id string) (Contact, error) {
	list, err := p.contacts(ctx, `WHERE id = ?`, id)
	if err == nil && len(list) == 0 {
		err = ErrContact
	}
	if err != nil {
		return Contact{}, err
	}
	return list[0], nil
}

func (p *People) contacts(ctx context.Context, where string, arg any) (out []Contact, err error) {
	rows, err := p.db.QueryContext(ctx, `SELECT id, person, channel, address, secret, confirmed, added FROM contacts `+where, arg)
	if err != nil {
		return nil, fmt.Errorf("identity: read contacts: %w", err)
	}
	for rows.Next() {
		var c Contact
		var confirmed, added int64
		if err := rows.Scan(&c.ID, &c.Person, &c.Channel, &c.Address, &c.Secret, &confirmed, &added); err != nil {
			return nil, errors.Join(fmt.Errorf("identity: read contacts: %w", err), rows.Close())
		}
		c.Confirmed, c.Added = confirmed != 0, time.Unix(added, 0).UTC()
		out = append(out, c)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("identity: read contacts: %w", err)
	}
	return p.openContacts(ctx, out)
}

// openContacts opens what is sealed; of a person who was erased there is none.
func (p *People) openContacts(ctx context.Context, sealed []Contact) (out []Contact, err error) {
	for _, c := range sealed {
		var err1, err2 error
		c.Address, err1 = p.open(ctx, c.Person, "address", c.Address)
		c.Secret, err2 = p.open(ctx, c.Person, "secret", c.Secret)
		switch err := errors.Join(err1, err2); {
		case errors.Is(err, text.ErrErased):
		case err != nil:
			return nil, err
		default:
			out = append(out, c)
		}
	}
	return out, nil
}

// RemoveContact removes one of a person's addresses.
//
// Errors: ErrContact; those of the database.
func (p *People) RemoveContact(ctx context.Context, person, id string) error {
	res, err := p.db.ExecContext(ctx, `DELETE FROM contacts WHERE id = ? AND person = ?`, id, person)
	if err != nil {
		return fmt.Errorf("identity: remove a contact: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrContact)
	}
	return nil
}

// Told lists the persons who have a confirmed address.
//
// Errors: those of the database.
func (p *People) Told(ctx context.Context) (out map[string]bool, err error) {
	rows, err := p.db.QueryContext(ctx, `SELECT DISTINCT person FROM contacts WHERE confirmed = 1`)
	if err != nil {
		return nil, fmt.Errorf("identity: who is told: %w", err)
	}
	out = map[string]bool{}
	for rows.Next() {
		var person string
		if err := rows.Scan(&person); err != nil {
			return nil, errors.Join(fmt.Errorf("identity: who is told: %w", err), rows.Close())
		}
		out[person] = true
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

// Telling is how a person wants to be told; false when they have not said.
//
// Errors: those of the database.
func (p *People) Telling(ctx context.Context, person string) (t Telling, said bool, err error) {
	var digest, quiet int64
	err = p.db.QueryRowContext(ctx, `SELECT digest, quiet, quiet_from, quiet_until, lang FROM telling WHERE person = ?`, person).
		Scan(&digest, &quiet, &t.From, &t.Until, &t.Lang)
	if errors.Is(err, sql.ErrNoRows) {
		return Telling{}, false, nil
	}
	if err != nil {
		return Telling{}, false, fmt.Errorf("identity: read a choice: %w", err)
	}
	t.Digest, t.Quiet = digest != 0, quiet != 0
	return t, true, nil
}

// Tell keeps how a person wants to be told.
//
// Errors: those of the database.
func (p *People) Tell(ctx context.Context, person string, t Telling) error {
	_, err := p.db.ExecContext(ctx, `INSERT INTO telling VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET
		digest = excluded.digest, quiet = excluded.quiet, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, lang = excluded.lang`,
		person, number(t.Digest), number(t.Quiet), t.From, t.Until, t.Lang)
	if err != nil {
		return fmt.Errorf("identity: keep a choice: %w", err)
	}
	return nil
}
