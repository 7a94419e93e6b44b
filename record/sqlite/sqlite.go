package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver, in Go

	"tallinn/record"
)

// File is the name of the database in its folder.
const File = "record.db"

// Config says where the record lies.
type Config struct {
	// Dir is the data folder. It is made when it does not exist.
	Dir string
	// Now is the clock that stands for the database's own; time.Now when nil.
	Now func() time.Time
	// ReadOnly opens what is there, changes nothing, and refuses to append.
	ReadOnly bool
}

// A Store is a record.Store on SQLite.
type Store struct {
	cfg   Config
	write *sql.DB // one connection; nil when read only
	copy  *sql.DB // one connection, for checkpoints; nil when read only
	read  *sql.DB
	// text finds a text by its id; every page with words asks, so it is prepared.
	text *sql.Stmt

	checkpoints *checkpointer // nil when read only
}

var _ record.Store = (*Store)(nil)

// readers is how many connections read at a time.
const readers = 4

// Open opens the record in cfg.Dir, makes it when there is none, and brings
// its tables up to date.
//
// Errors: record.ErrNewerStore; those of the file system and the database.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Store{cfg: cfg}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: open the record in %s: %w", cfg.Dir, err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	dir, err := filepath.Abs(s.cfg.Dir)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, File)
	if s.cfg.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return err
		}
	} else {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if s.write, err = connect(path, "_txlock=immediate", 1); err != nil {
			return err
		}
		if err := migrate(ctx, s.write, s.cfg.Dir); err != nil {
			return err
		}
	}
	if s.read, err = connect(path, "_pragma=query_only(1)", readers); err != nil {
		return err
	}
	if err := checkVersion(ctx, s.read, s.cfg.Dir); err != nil {
		return err
	}
	if s.text, err = s.read.PrepareContext(ctx, textColumns+`WHERE id = ?`); err != nil || s.cfg.ReadOnly {
		return err
	}
	if s.copy, err = connect(path, "", 1); err != nil {
		return err
	}
	s.checkpoints = startCheckpointer(s.copy)
	return settle(ctx, s.copy)
}

// settle copies the journal that is found into the database. After a sync that
// failed the system still shows what it should have kept, and never tries
// again: a program that starts would build on what no disk has. Copied, it is
// written anew, and synchronised. Somebody who reads an older state keeps a
// part of it waiting; the next checkpoint copies that.
func settle(ctx context.Context, db *sql.DB) error {
	var busy, pages, copied int
	return db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(FULL)`).Scan(&busy, &pages, &copied)
}

// connect opens a pool of n connections that are kept open.
func connect(path, more string, n int) (*sql.DB, error) {
	query := "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=secure_delete(1)&_pragma=wal_autocheckpoint(8192)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-8000)&" + more
	name := url.URL{Scheme: "file", Path: path, RawQuery: query}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// Now is the clock of the machine: an embedded database has no other.
func (s *Store) Now(context.Context) (time.Time, error) { return s.cfg.Now(), nil }

// Close closes all connections; again it does nothing.
func (s *Store) Close() error {
	if s.checkpoints != nil {
		s.checkpoints.stop()
	}
	var errs []error
	for _, db := range []*sql.DB{s.read, s.copy, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
