package identity

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"tallinn/text"
)

// Keys are the keys that what is personal is sealed under, one for each
// person, kept in another database.
type Keys interface {
	// Make returns the keys called names, and draws those that never were. One
	// that was destroyed is left out.
	Make(ctx context.Context, names []string) (map[string][]byte, error)
	// Key returns the key called name; text.ErrErased when it was destroyed.
	Key(ctx context.Context, name string) ([]byte, error)
	// Destroy destroys the key called name for good.
	Destroy(ctx context.Context, name string) error
}

// sealedMark begins a value that is sealed. What a person types never begins
// so.
const sealedMark = "\x01"

// SealUnder gives p the keys that names and contacts are sealed under, and
// seals what an early version kept in clear. Until then nobody can be added.
//
// Errors: those of the databases and of randomness.
func (p *People) SealUnder(ctx context.Context, keys Keys) error {
	p.keys = keys
	rows, err := p.db.QueryContext(ctx, `SELECT id, name FROM persons`)
	if err != nil {
		return fmt.Errorf("identity: seal names: %w", err)
	}
	inClear := map[string]string{}
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return errors.Join(fmt.Errorf("identity: seal names: %w", err), rows.Close())
		}
		if name != "" && !strings.HasPrefix(name, sealedMark) {
			inClear[id] = name
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("identity: seal names: %w", err)
	}
	for id, name := range inClear {
		sealed, err := p.seal(ctx, id, "name", name)
		if err != nil {
			return err
		}
		if _, err := p.db.ExecContext(ctx, `UPDATE persons SET name = ? WHERE id = ?`, sealed, id); err != nil {
			return fmt.Errorf("identity: seal a name: %w", err)
		}
	}
	if len(inClear) == 0 {
		return nil
	}
	return p.wipe(ctx)
}

// seal encrypts what is personal under the person's key; column says what it
// is. Every column that holds a name, an address or a number goes through it.
//
// Errors: text.ErrErased; those of the keys and of randomness.
func (p *People) seal(ctx context.Context, person, column, value string) (string, error) {
	if p.keys == nil {
		return "", errors.New("identity: no keys to seal a person's data under")
	}
	locks, err := p.keys.Make(ctx, []string{person})
	if err != nil {
		return "", fmt.Errorf("identity: seal %s: %w", column, err)
	}
	lock, ok := locks[person]
	if !ok {
		return "", text.ErrErased
	}
	box, err := text.SealBytes(p.random, person, lock, column, []byte(value))
	if err != nil {
		return "", fmt.Errorf("identity: seal %s: %w", column, err)
	}
	return sealedMark + base64.RawStdEncoding.EncodeToString(box), nil
}

// open is what seal encrypted.
//
// Errors: text.ErrErased; those of the keys; a value that does not open.
func (p *People) open(ctx context.Context, person, column, value string) (string, error) {
	coded, sealed := strings.CutPrefix(value, sealedMark)
	if !sealed {
		return value, nil // empty
	}
	box, err := base64.RawStdEncoding.DecodeString(coded)
	if err != nil {
		return "", fmt.Errorf("identity: open %s: %w", column, text.ErrBox)
	}
	if p.keys == nil {
		return "", errors.New("identity: no keys to open a person's data with")
	}
	lock, err := p.keys.Key(ctx, person)
	if err != nil {
		return "", err
	}
	raw, err := text.OpenBytes(lock, column, box)
	if err != nil {
		return "", fmt.Errorf("identity: open %s: %w", column, err)
	}
	return string(raw), nil
}

// name opens a person's name into out; of one who was erased nothing is left.
func (p *People) name(ctx context.Context, out *Person, sealed string) error {
	name, err := p.open(ctx, out.ID, "name", sealed)
	if errors.Is(err, text.ErrErased) {
		out.Erased = true
		return nil
	}
	out.Name = name
	return err
}

// ofPerson are the tables with rows of a person, by the column person.
var ofPerson = []string{"links", "visits", "passkeys", "sheets", "machines", "identities", "contacts", "telling"}

// Erase destroys the person's key, and ends everything by which the person
// could sign in. The opaque id stays, as it stands in facts. Doing it again
// does nothing more.
//
// Errors: ErrSession when there is nobody; those of the databases.
func (p *People) Erase(ctx context.Context, person string) error {
	if p.keys == nil {
		return errors.New("identity: no keys, of which one is to be destroyed")
	}
	var found string
	err := p.db.QueryRowContext(ctx, `SELECT id FROM persons WHERE id = ?`, person).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrSession
	}
	if err != nil {
		return fmt.Errorf("identity: erase: %w", err)
	}
	for _, table := range ofPerson {
		if _, err := p.db.ExecContext(ctx, `DELETE FROM `+table+` WHERE person = ?`, person); err != nil {
			return fmt.Errorf("identity: erase from %s: %w", table, err)
		}
	}
	if err := p.keys.Destroy(ctx, person); err != nil {
		return err
	}
	return p.wipe(ctx)
}

// wipe sees that what was deleted or replaced is not left in the journal. In
// PostgreSQL the next vacuum does it.
func (p *People) wipe(ctx context.Context) error {
	if p.db.dollars {
		return nil
	}
	if _, err := p.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return fmt.Errorf("identity: wipe: %w", err)
	}
	return nil
}
