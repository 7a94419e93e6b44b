package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver, in Go

	"tallinn/fault"
)

// ErrDatabase says that the database of persons cannot be used.
var ErrDatabase = fault.New(fault.Unavailable, "identity.database",
	"the database of persons does not open ({{.why}}); see that it runs, and that the address, the name and the password are right")

// A database is SQLite in the data folder of one hub, or PostgreSQL when
// several hubs know the same persons. Statements are written once, in what
// both understand, with ? for an argument.
type database struct {
	*sql.DB
	dollars bool // PostgreSQL numbers its arguments: $1
	// visit finds a session. Every request asks, so it is prepared.
	visit *sql.Stmt
}

// prepared is d with what every request asks, or the error closes it.
func (d database) prepared(ctx context.Context) (database, error) {
	var err error
	if d.visit, err = d.PrepareContext(ctx, d.words(`SELECT `+sessionColumns+` WHERE v.hash = ?`)); err != nil {
		return database{}, errors.Join(err, d.DB.Close())
	}
	return d, nil
}

// Schema is where the tables are in PostgreSQL, apart from the record's: they
// may lie in another database, and be backed up by others.
const Schema = "tallinn_people"

func openFile(ctx context.Context, dir string) (database, error) {
	path := filepath.Join(dir, PeopleFile)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=secure_delete(1)&_txlock=immediate")
	if err != nil {
		return database{}, err
	}
	// The journal that is found is copied, which writes it anew: after a sync
	// that failed it can be read, and no disk has it.
	if _, err := db.ExecContext(ctx, peopleSchema+`; PRAGMA wal_checkpoint(FULL)`); err != nil {
		return database{}, errors.Join(err, db.Close())
	}
	if err := addColumn(ctx, db); err != nil {
		return database{}, errors.Join(err, db.Close())
	}
	return database{DB: db}.prepared(ctx)
}

// connections is how many a hub has open to the persons at a time.
const connections = 8

// addColumn adds what an earlier version's table of visits lacks.
func addColumn(ctx context.Context, db *sql.DB) error {
	var has int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM pragma_table_info('visits') WHERE name = 'vouched'`).Scan(&has)
	if err != nil || has > 0 {
		return err
	}
	_, err = db.ExecContext(ctx, `ALTER TABLE visits ADD COLUMN vouched INTEGER NOT NULL DEFAULT 0`)
	return err
}

func openServer(ctx context.Context, dsn string) (database, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return database{}, ErrDatabase.With("why", "that is no address of a PostgreSQL database") // the error repeats it
	}
	cfg.RuntimeParams["search_path"] = Schema
	cfg.RuntimeParams["application_name"] = "tallinn people"
	cfg.RuntimeParams["synchronous_commit"] = "on"
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := makeTables(ctx, db); err != nil {
		return database{}, errors.Join(ErrDatabase.With("why", err).Because(err), db.Close())
	}
	d, err := database{DB: db, dollars: true}.prepared(ctx)
	if err != nil {
		return d, ErrDatabase.With("why", err).Because(err)
	}
	return d, nil
}

// serverWords are what PostgreSQL calls the types of the tables.
var serverWords = strings.NewReplacer(" BLOB", " bytea", " INTEGER", " bigint", ") STRICT", ")")

// makeTables makes what is missing, if the role may: one program does it and
// the others wait. A role that may not finds them made, by Prepare.
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
		`CREATE SCHEMA IF NOT EXISTS ` + Schema, serverWords.Replace(peopleSchema),
		`ALTER TABLE visits ADD COLUMN IF NOT EXISTS vouched bigint NOT NULL DEFAULT 0`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Prepare makes the tables as their owner, and lets the role called writer
// use them: a hub's.
//
// Errors: ErrDatabase.
func Prepare(ctx context.Context, dsn, writer string) error {
	db, err := openServer(ctx, dsn)
	if err != nil || writer == "" {
		return errors.Join(err, db.close())
	}
	role := pgx.Identifier{writer}.Sanitize()
	for _, right := range []string{"USAGE ON SCHEMA " + Schema, "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + Schema} {
		if _, err := db.DB.ExecContext(ctx, "GRANT "+right+" TO "+role); err != nil {
			return errors.Join(ErrDatabase.With("why", err).Because(err), db.close())
		}
	}
	return db.close()
}

func (d database) close() error {
	if d.DB == nil {
		return nil
	}
	return d.DB.Close()
}

// words is q as the database wants it.
func (d database) words(q string) string {
	if !d.dollars {
		return q
	}
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(q, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}

// ExecContext runs a statement.
func (d database) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	res, err := d.DB.ExecContext(ctx, d.words(q), args...)
	return res, d.away(ctx, err)
}

// QueryContext runs a query.
func (d database) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	rows, err := d.DB.QueryContext(ctx, d.words(q), args...)
	return rows, d.away(ctx, err)
}

// QueryRowContext runs a query of one row.
func (d database) QueryRowContext(ctx context.Context, q string, args ...any) row {
	return row{d.DB.QueryRowContext(ctx, d.words(q), args...), d, ctx}
}

// BeginTx begins a transaction.
func (d database) BeginTx(ctx context.Context, opts *sql.TxOptions) (transaction, error) {
	tx, err := d.DB.BeginTx(ctx, opts)
	if err != nil {
		return transaction{}, fmt.Errorf("identity: begin a transaction: %w", d.away(ctx, err))
	}
	return transaction{tx, d}, nil
}

// A transaction is one of a database, and takes the same statements.
type transaction struct {
	*sql.Tx
	of database
}

// ExecContext runs a statement.
func (t transaction) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	res, err := t.Tx.ExecContext(ctx, t.of.words(q), args...)
	return res, t.of.away(ctx, err)
}

// QueryContext runs a query.
func (t transaction) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	rows, err := t.Tx.QueryContext(ctx, t.of.words(q), args...)
	return rows, t.of.away(ctx, err)
}

// QueryRowContext runs a query of one row.
func (t transaction) QueryRowContext(ctx context.Context, q string, args ...any) row {
	return row{t.Tx.QueryRowContext(ctx, t.of.words(q), args...), t.of, ctx}
}
