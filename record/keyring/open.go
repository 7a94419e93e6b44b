package keyring

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver, in Go
)

// A key that was destroyed leaves its name: an empty key.
const table = `CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT`

// Open opens the keys of the data folder dir, and makes the file when there
// is none.
//
// Errors: those of the file system and the database.
func Open(ctx context.Context, dir string, random io.Reader) (*Ring, error) {
	// The journal that is found is copied, which writes it anew: after a sync
	// that failed it can be read, and no disk has it.
	return openFile(ctx, dir, random, "_txlock=immediate", table+`; PRAGMA wal_checkpoint(FULL)`)
}

// OpenToRead opens the keys that are there, to read what is sealed under
// them. A hub may be running on the folder.
//
// Errors: fs.ErrNotExist; those of the database.
func OpenToRead(ctx context.Context, dir string) (*Ring, error) {
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		return nil, fmt.Errorf("keyring: open: %w", err)
	}
	return openFile(ctx, dir, nil, "_pragma=query_only(1)", "")
}

func openFile(ctx context.Context, dir string, random io.Reader, more, schema string) (*Ring, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("keyring: open: %w", err)
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=secure_delete(1)&" + more}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("keyring: open: %w", err)
	}
	db.SetMaxOpenConns(2)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("keyring: open %s: %w", path, err), db.Close())
	}
	const find = `SELECT key FROM keys WHERE name = ?`
	one, err := db.PrepareContext(ctx, find) // every text that is read asks
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keyring: open %s: %w", path, err), db.Close())
	}
	ask := func(ctx context.Context, name string) *sql.Row { return one.QueryRowContext(ctx, name) }
	return &Ring{db: db, one: ask, random: random, seen: map[string][]byte{}, words: words{
		find:    find,
		insert:  `INSERT INTO keys VALUES (?, ?) ON CONFLICT (name) DO NOTHING`,
		destroy: `INSERT INTO keys VALUES (?, x'') ON CONFLICT (name) DO UPDATE SET key = x''`,
		wipe:    []string{`PRAGMA wal_checkpoint(TRUNCATE)`},
	}}, nil
}

// Schema is where the keys are in PostgreSQL, apart from what they seal.
const Schema = "tallinn_keys"

// OpenShared opens the keys that several hubs share, in the PostgreSQL
// database at dsn. The tables are made when the role may.
//
// Errors: those of the database; what was given is not repeated in them.
func OpenShared(ctx context.Context, dsn string, random io.Reader) (*Ring, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("keyring: that is no address of a PostgreSQL database")
	}
	cfg.RuntimeParams["search_path"] = Schema
	cfg.RuntimeParams["application_name"] = "tallinn keys"
	cfg.RuntimeParams["synchronous_commit"] = "on"
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(4)
	if err := makeTables(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("keyring: open: %w", err), db.Close())
	}
	const find = `SELECT key FROM keys WHERE name = $1` // the driver keeps it prepared
	ask := func(ctx context.Context, name string) *sql.Row { return db.QueryRowContext(ctx, find, name) }
	return &Ring{db: db, one: ask, random: random, words: words{
		find:    find,
		insert:  `INSERT INTO keys VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
		destroy: `INSERT INTO keys VALUES ($1, '') ON CONFLICT (name) DO UPDATE SET key = ''`,
		wipe:    []string{`VACUUM keys`}, // a role that does not own the table is only warned
	}}, nil
}

// makeTables makes what is missing, if the role may: one program does it and
// the others wait.
func makeTables(ctx context.Context, db *sql.DB) error {
	var may bool
	err := db.QueryRowContext(ctx, `SELECT coalesce(
		(SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = $1),
		has_database_privilege(current_database(), 'CREATE'))`, Schema).Scan(&may)
	if err != nil || !may {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	for _, q := range []string{`SELECT pg_advisory_xact_lock(hashtext('` + Schema + `'))`,
		`CREATE SCHEMA IF NOT EXISTS ` + Schema,
		`CREATE TABLE IF NOT EXISTS keys (name text PRIMARY KEY, key bytea NOT NULL)`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Prepare makes the tables as their owner, and lets the role called writer
// use them: a hub's.
//
// Errors: those of the database.
func Prepare(ctx context.Context, dsn, writer string) (err error) {
	r, err := OpenShared(ctx, dsn, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if writer == "" {
		return nil
	}
	role := pgx.Identifier{writer}.Sanitize()
	for _, right := range []string{"USAGE ON SCHEMA " + Schema, "SELECT, INSERT, UPDATE ON keys"} {
		if _, err := r.db.ExecContext(ctx, "GRANT "+right+" TO "+role); err != nil {
			return fmt.Errorf("keyring: prepare: %w", err)
		}
	}
	return nil
}
