package inspect

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // looks at the structure of databases

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/blobs"
	"tallinn/record/keyring"
	"tallinn/record/sqlite"
)

// A Folder is the data folder of a hub.
type Folder struct {
	Dir   string
	Blobs string // the folder with the attachments; Dir when empty
	Kinds *fact.Registry
	// Attachments tell which blobs must be there; none when nil.
	Attachments Attachments
}

// Attachments are folded from facts.
type Attachments interface {
	Fold(fact.Fact)
	// Sums are what the blobs are called that the facts name.
	Sums() []string
}

// Check reports everything in f that does not hold. An error says that f could
// not be looked at; damage is none.
//
// Errors: record.ErrNewerStore; fs.ErrNotExist when there is no record.
func (f Folder) Check(ctx context.Context) (record.Report, error) {
	s, err := sqlite.Open(ctx, sqlite.Config{Dir: f.Dir, ReadOnly: true})
	if errors.Is(err, record.ErrNewerStore) || errors.Is(err, fs.ErrNotExist) {
		return record.Report{}, err
	}
	var r record.Report
	if err != nil {
		r.Violations = append(r.Violations, named(sqlite.File, err))
		return r, ctx.Err()
	}
	r, err = f.walk(ctx, s)
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		r.Violations = append(r.Violations, named(sqlite.File, err))
	}
	return r, errors.Join(f.structures(ctx, &r), ctx.Err())
}

func named(file string, err error) string { return fmt.Sprintf("%s: cannot be read: %v", file, err) }

// walk looks at the record and at what its facts name. The error is that of
// reading the record.
func (f Folder) walk(ctx context.Context, s *sqlite.Store) (r record.Report, err error) {
	keys, err := keyring.OpenToRead(ctx, f.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r, err = record.Check(ctx, s, f.Kinds, nil)
	case err != nil:
		r, err = record.Check(ctx, s, f.Kinds, nil)
		r.Violations = append(r.Violations, keyring.File+": cannot be read")
	default:
		r, err = record.Check(ctx, s, f.Kinds, keys)
		err = errors.Join(err, keys.Close())
	}
	if err != nil || f.Attachments == nil {
		return r, err
	}
	return r, f.attachments(ctx, s, &r)
}

func (f Folder) attachments(ctx context.Context, s *sqlite.Store, r *record.Report) error {
	err := s.Facts(ctx, 0, math.MaxInt, func(_ fact.Pos, raw []byte) error {
		if known, err := f.Kinds.Decode(raw); err == nil { // what does not decode is told already
			f.Attachments.Fold(known)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	bad, err := blobs.In(cmp.Or(f.Blobs, f.Dir)).Check(f.Attachments.Sums())
	for _, sum := range bad {
		r.Violations = append(r.Violations, fmt.Sprintf("attachment %s: is not there, or is not what was kept", sum))
	}
	return err
}

// structures asks SQLite about every database of the folder.
func (f Folder) structures(ctx context.Context, r *record.Report) error {
	files, err := filepath.Glob(filepath.Join(f.Dir, "*.db"))
	if err != nil {
		return err
	}
	for _, path := range files {
		said, err := structure(ctx, path)
		if err != nil {
			said = append(said, "cannot be read: "+err.Error())
		}
		for _, what := range said {
			r.Violations = append(r.Violations, filepath.Base(path)+": "+what)
		}
	}
	return nil
}

// structure is what is wrong in the structure of a database.
func structure(ctx context.Context, path string) (said []string, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, `PRAGMA integrity_check(20)`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return said, err
		}
		if line != "ok" {
			said = append(said, line)
		}
	}
	return said, rows.Err()
}
