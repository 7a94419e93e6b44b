package outbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver, in Go

	"tallinn/fact"
	"tallinn/notice"
)

// File is the database in the data folder.
const File = "notice.db"

// KeepTime is how long what was told is remembered, so that it is not told
// again. Nothing waits longer on a desk.
const KeepTime = 400 * 24 * time.Hour

// An Entry is one item that one person is to be told of on one channel.
type Entry struct {
	Person  string
	Contact string // where; see identity
	Channel notice.Channel
	Realm   fact.Realm
	Seat    string
	Kind    string // of the item
	Thing   string // that waits: a need, a reservation
	Turn    string // tells the item from an earlier one of the same thing
	Due     time.Time
	Urgent  bool
	After   time.Time // not before
}

// key is the same for the same item, person and channel's address.
func (e Entry) key() string {
	h := sha256.New()
	for _, s := range []string{e.Person, e.Contact, string(e.Realm), e.Seat, e.Kind, e.Thing, e.Turn} {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// A Batch is what is handed over in one notice: entries of one contact.
type Batch struct {
	ID      string
	Tries   int // that failed
	Entries []Entry
}

// An Outbox may be used by several goroutines.
type Outbox struct{ db *sql.DB }

const schema = `
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, person TEXT NOT NULL, contact TEXT NOT NULL, channel TEXT NOT NULL,
	realm TEXT NOT NULL, seat TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL, turn TEXT NOT NULL, due INTEGER NOT NULL,
	urgent INTEGER NOT NULL, after INTEGER NOT NULL, batch TEXT NOT NULL, tries INTEGER NOT NULL, done INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS waiting ON entries (channel, after) WHERE done = 0;
CREATE INDEX IF NOT EXISTS batches ON entries (batch) WHERE batch <> '';
`

// Open opens the outbox of the data folder dir, and makes it when there is
// none.
//
// Errors: those of the database.
func Open(ctx context.Context, dir string) (*Outbox, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, File)+
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(1)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("outbox: open: %w", err)
	}
	db.SetMaxOpenConns(1) // one writer; what is read is small
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("outbox: open: %w", err), db.Close())
	}
	return &Outbox{db}, nil
}

// Close lets the database go.
func (o *Outbox) Close() error { return o.db.Close() }

// Put keeps entries, durably; one that was ever put is left as it is. It
// returns how many are new.
//
// Errors: those of the database.
func (o *Outbox) Put(ctx context.Context, entries []Entry) (added int, err error) {
	if len(entries) == 0 {
		return 0, nil
	}
	err = o.within(ctx, func(tx *sql.Tx) error {
		for _, e := range entries {
			res, err := tx.ExecContext(ctx, `INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0) ON CONFLICT DO NOTHING`,
				e.key(), e.Person, e.Contact, string(e.Channel), string(e.Realm), e.Seat, e.Kind, e.Thing, e.Turn, micro(e.Due), e.Urgent, micro(e.After))
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			added += int(n)
		}
		return nil
	})
	return added, err
}

func (o *Outbox) within(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := o.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("outbox: begin: %w", err)
	}
	if err := do(tx); err != nil {
		return fmt.Errorf("outbox: %w", errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("outbox: commit: %w", err)
	}
	return nil
}

// Most is how many entries a batch holds.
const Most = 200

// Next is what is to be handed over first on a channel by now, if anything: a
// batch that failed, as it was, or a new one of all that one contact waits
// for. An urgent entry shares a batch with no other.
//
// Errors: those of the database.
func (o *Outbox) Next(ctx context.Context, channel notice.Channel, now time.Time) (b Batch, ok bool, err error) {
	err = o.within(ctx, func(tx *sql.Tx) error {
		var key, contact string
		var urgent bool
		row := tx.QueryRowContext(ctx, `SELECT key, contact, urgent, batch FROM entries
			WHERE done = 0 AND channel = ? AND after <= ? ORDER BY urgent DESC, after, key LIMIT 1`, string(channel), micro(now))
		switch err := row.Scan(&key, &contact, &urgent, &b.ID); {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil:
			return err
		}
		ok = true
		if b.ID == "" {
			b.ID = key // the same entry never begins two batches
			if _, err := tx.ExecContext(ctx, `UPDATE entries SET batch = ? WHERE key IN (SELECT key FROM entries
				WHERE done = 0 AND batch = '' AND contact = ? AND urgent = ? AND after <= ? ORDER BY key <> ?, after, key LIMIT ?)`,
				b.ID, contact, urgent, micro(now), key, Most); err != nil {
				return err
			}
		}
		return b.read(ctx, tx)
	})
	return b, ok && err == nil, err
}

func (b *Batch) read(ctx context.Context, tx *sql.Tx) (err error) {
	rows, err := tx.QueryContext(ctx, `SELECT person, contact, channel, realm, seat, kind, thing, turn, due, urgent, after, tries
		FROM entries WHERE batch = ? AND done = 0 ORDER BY key`, b.ID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e Entry
		var due, after int64
		if err := rows.Scan(&e.Person, &e.Contact, &e.Channel, &e.Realm, &e.Seat, &e.Kind, &e.Thing, &e.Turn, &due, &e.Urgent, &after, &b.Tries); err != nil {
			return err
		}
		e.Due, e.After = moment(due), moment(after)
		b.Entries = append(b.Entries, e)
	}
	return rows.Err()
}

// Done says that a batch was handed over, or needs not be any more.
//
// Errors: those of the database.
func (o *Outbox) Done(ctx context.Context, batch string, now time.Time) error {
	return o.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE entries SET done = ? WHERE batch = ? AND done = 0`, micro(now), batch)
		return err
	})
}

// Again says that a batch was not handed over, and is to be tried after a
// moment.
//
// Errors: those of the database.
func (o *Outbox) Again(ctx context.Context, batch string, after time.Time) error {
	return o.within(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE entries SET after = ?, tries = tries + 1 WHERE batch = ? AND done = 0`, micro(after), batch)
		return err
	})
}

// Waiting is how many entries are not yet handed over.
//
// Errors: those of the database.
func (o *Outbox) Waiting(ctx context.Context) (n int, err error) {
	err = o.db.QueryRowContext(ctx, `SELECT count(*) FROM entries WHERE done = 0`).Scan(&n)
	return n, err
}

// Forget removes all of some contacts, and what was told longer ago than
// KeepTime.
//
// Errors: those of the database.
func (o *Outbox) Forget(ctx context.Context, now time.Time, contacts ...string) error {
	return o.within(ctx, func(tx *sql.Tx) error {
		args := []any{micro(now.Add(-KeepTime))}
		for _, c := range contacts {
			args = append(args, c)
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM entries WHERE done > 0 AND done < ? OR contact IN (`+
			strings.TrimSuffix(strings.Repeat("?,", len(contacts)), ",")+`)`, args...)
		return err
	})
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
