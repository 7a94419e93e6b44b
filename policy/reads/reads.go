// Package reads logs who read what is marked TLP:RED, for its owner. A reading
// is an observation and no fact: it lies in a table of its own, beside the
// record. Nothing of what was read is in it.
package reads

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver, in Go

	"tallinn/fault"
)

// File is the log's name in the data folder.
const File = "reads.db"

// ErrLog says that a reading could not be logged, so that nothing was read.
var ErrLog = fault.New(fault.Unavailable, "reads.log",
	"what is marked TLP:RED is shown only when the reading can be logged, and it cannot be now; try again later, and tell the administrator if it stays so")

// A Reading is one.
type Reading struct {
	Item string // such as "N-0417"
	Seat string // that read
	At   time.Time
}

// A Log is open until Close.
type Log struct{ db *sql.DB }

const schema = `CREATE TABLE IF NOT EXISTS reading (item TEXT NOT NULL, seat TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS reading_item ON reading (item, at);`

// Open opens the log in the data folder dir, and makes it when it is missing.
//
// Errors: ErrLog.
func Open(ctx context.Context, dir string) (*Log, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, File)+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, ErrLog.Because(err)
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(ErrLog.Because(err), db.Close())
	}
	return &Log{db}, nil
}

// Add logs a reading; it is durable when Add returns.
//
// Errors: ErrLog.
func (l *Log) Add(ctx context.Context, r Reading) error {
	if _, err := l.db.ExecContext(ctx, "INSERT INTO reading VALUES (?, ?, ?)", r.Item, r.Seat, r.At.UnixMicro()); err != nil {
		return ErrLog.Because(err)
	}
	return nil
}

// Of are the latest readings of item, at most most of them, the last first.
//
// Errors: ErrLog.
func (l *Log) Of(ctx context.Context, item string, most int) ([]Reading, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT seat, at FROM reading WHERE item = ? ORDER BY at DESC LIMIT ?", item, most)
	if err != nil {
		return nil, ErrLog.Because(err)
	}
	defer rows.Close()
	var out []Reading
	for rows.Next() {
		r, at := Reading{Item: item}, int64(0)
		if err := rows.Scan(&r.Seat, &at); err != nil {
			return nil, ErrLog.Because(err)
		}
		r.At = time.UnixMicro(at).UTC()
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, ErrLog.Because(err)
	}
	return out, nil
}

// Close lets the log go.
func (l *Log) Close() error { return l.db.Close() }
