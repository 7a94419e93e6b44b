package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"tallinn/fact"
	"tallinn/record"
)

// migrations bring the tables from one version to the next. They are only
// added to; what has been released is never edited. Version n is the tables
// after migrations[:n].
var migrations = []string{
	`CREATE TABLE facts (
		pos INTEGER PRIMARY KEY,
		raw BLOB NOT NULL
	) STRICT;
	CREATE TABLE commands (
		id    TEXT PRIMARY KEY,
		op    TEXT NOT NULL,
		args  BLOB NOT NULL,
		first INTEGER NOT NULL UNIQUE,
		last  INTEGER NOT NULL,
		ids   TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE texts (
		id           TEXT PRIMARY KEY,
		key          BLOB NOT NULL,
		"commit"     TEXT NOT NULL,
		text         BLOB NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE cursors (
		name TEXT PRIMARY KEY,
		pos  INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;`,
	// A sealed text has an empty key, and names its own; the others are those
	// that the first version kept in clear.
	`CREATE INDEX texts_in_clear ON texts (id) WHERE length(key) > 0`,
	// What nothing else vouches for has a sum. Texts are sealed.
	`ALTER TABLE facts ADD COLUMN sum INTEGER;
	ALTER TABLE commands ADD COLUMN sum INTEGER;
	ALTER TABLE cursors ADD COLUMN sum INTEGER;
	UPDATE facts SET sum = tallinn_sum(pos, raw);
	UPDATE commands SET sum = tallinn_sum(id, op, args, first, last, ids);
	UPDATE cursors SET sum = tallinn_sum(name, pos);`,
}

const metaTable = `CREATE TABLE IF NOT EXISTS meta (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID`

// migrate brings db to the newest version, in one transaction.
func migrate(ctx context.Context, db *sql.DB, dir string) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ended(tx.Rollback())) }()
	if _, err := tx.ExecContext(ctx, metaTable); err != nil {
		return err
	}
	have, err := number(ctx, tx, "schema", 0)
	if err != nil {
		return err
	}
	if have > len(migrations) {
		return record.ErrNewerStore.With("dir", dir)
	}
	if have == len(migrations) {
		return nil
	}
	for i := have; i < len(migrations); i++ {
		if _, err := tx.ExecContext(ctx, migrations[i]); err != nil {
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
	}
	if err := setMeta(ctx, tx, "schema", len(migrations)); err != nil {
		return err
	}
	if err := setMeta(ctx, tx, "format", fact.Format); err != nil {
		return err
	}
	return tx.Commit()
}

// checkVersion refuses tables, or facts, of another version.
func checkVersion(ctx context.Context, db *sql.DB, dir string) error {
	schema, err := number(ctx, db, "schema", 0)
	if err != nil {
		return err
	}
	format, err := number(ctx, db, "format", fact.Format)
	switch {
	case err != nil:
		return err
	case schema > len(migrations) || format > fact.Format:
		return record.ErrNewerStore.With("dir", dir)
	case schema < len(migrations):
		return fmt.Errorf("the tables are of version %d, this program needs %d; start a hub on the folder once", schema, len(migrations))
	case format < fact.Format:
		return fmt.Errorf("the facts are of format %d, this program reads %d; use the program that wrote them", format, fact.Format)
	}
	return nil
}

// A querier is a pool or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func number(ctx context.Context, q querier, name string, otherwise int) (int, error) {
	var value string
	err := q.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return otherwise, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(value)
}

func setMeta(ctx context.Context, tx *sql.Tx, name string, value int) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, strconv.Itoa(value))
	return err
}

// ended forgives a rollback after the commit.
func ended(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
