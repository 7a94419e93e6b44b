package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
)

// away is err, as record.ErrAway when another try may go better: the database
// was not reached, or is starting, stopping, full of sessions or a standby.
// What ended because the caller's own context did is the context's error.
func away(ctx context.Context, err error) error {
	var said *pgconn.PgError
	switch {
	case err == nil || errors.Is(err, record.ErrAway):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case !errors.As(err, &said):
		return record.ErrAway.Because(err)
	}
	for _, class := range []string{"08", "25006", "40", "53", "55P03", "57"} {
		if strings.HasPrefix(said.Code, class) {
			return record.ErrAway.Because(err)
		}
	}
	return err
}

// Head is the last position.
func (s *Store) Head(ctx context.Context) (fact.Pos, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	pos := int64(fact.None)
	err := s.read.QueryRow(ctx, `SELECT coalesce(max(pos), -1) FROM facts`).Scan(&pos)
	return fact.Pos(pos), away(ctx, err)
}

// factsPage is how many facts one query reads, so that a long reading keeps
// no old snapshot, and a database that has gone is noticed.
const factsPage = 4096

// Facts calls fn for at most n facts from position from on.
func (s *Store) Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) error {
	from = max(from, 0)
	for n > 0 {
		asked := min(n, factsPage)
		got, last, err := s.page(ctx, from, asked, fn)
		if err != nil || got < asked {
			return err
		}
		from, n = last+1, n-got
	}
	return nil
}

func (s *Store) page(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) (got int, last fact.Pos, err error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	rows, err := s.read.Query(ctx, `SELECT pos, raw FROM facts WHERE pos >= $1 ORDER BY pos LIMIT $2`, int64(from), n)
	if err != nil {
		return 0, last, away(ctx, err)
	}
	defer rows.Close()
	var pos int64
	var raw pgtype.DriverBytes
	for rows.Next() {
		if err := rows.Scan(&pos, &raw); err != nil {
			return got, last, err
		}
		if err := fn(fact.Pos(pos), raw); err != nil {
			return got, last, err
		}
		got, last = got+1, fact.Pos(pos)
	}
	return got, last, away(ctx, rows.Err())
}

const commandColumns = `SELECT id, op, args, first, last, ids FROM commands `

// Command returns what is remembered of the command id.
func (s *Store) Command(ctx context.Context, id string) (record.Remembered, bool, error) {
	return one(ctx, s, scanCommand, commandColumns+`WHERE id = $1`, id)
}

// Commands returns at most n commands in order of First.
func (s *Store) Commands(ctx context.Context, from fact.Pos, n int) ([]record.Remembered, error) {
	return collect(ctx, s, scanCommand, commandColumns+`WHERE first >= $1 ORDER BY first LIMIT $2`, int64(from), min(n, math.MaxInt32))
}

const textColumns = `SELECT id, key, "commit", text FROM texts `

// Text returns the text called id.
func (s *Store) Text(ctx context.Context, id string) (text.Sealed, bool, error) {
	return one(ctx, s, scanText, textColumns+`WHERE id = $1`, id)
}

// Texts returns at most n texts whose id follows after.
func (s *Store) Texts(ctx context.Context, after string, n int) ([]text.Sealed, error) {
	return collect(ctx, s, scanText, textColumns+`WHERE id > $1 ORDER BY id LIMIT $2`, after, min(n, math.MaxInt32))
}

// Cursor is the stored cursor of a subscriber.
func (s *Store) Cursor(ctx context.Context, name string) (fact.Pos, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	pos := int64(fact.None)
	err := s.read.QueryRow(ctx, `SELECT pos FROM cursors WHERE name = $1`, name).Scan(&pos)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return fact.Pos(pos), away(ctx, err)
}

func scanCommand(row pgx.CollectableRow) (m record.Remembered, err error) {
	var args, drawn []byte
	if err := row.Scan(&m.ID, &m.Op, &args, &m.First, &m.Last, &drawn); err != nil {
		return m, err
	}
	if copy(m.Args[:], args) != len(m.Args) || len(args) != len(m.Args) {
		return m, fmt.Errorf("postgres: the arguments' hash of command %q is %d bytes long", m.ID, len(args))
	}
	if err := json.Unmarshal(drawn, &m.IDs); err != nil {
		return m, fmt.Errorf("postgres: the ids of command %q: %w", m.ID, err)
	}
	if len(m.IDs) == 0 {
		m.IDs = nil
	}
	return m, nil
}

func scanText(row pgx.CollectableRow) (t text.Sealed, err error) {
	err = row.Scan(&t.Ref.ID, &t.Key, &t.Ref.Commit, &t.Box)
	if len(t.Key) == 0 {
		t.Key = nil
	}
	return t, err
}

func one[T any](ctx context.Context, s *Store, scan pgx.RowToFunc[T], query string, args ...any) (v T, ok bool, err error) {
	all, err := collect(ctx, s, scan, query, args...)
	if err != nil || len(all) == 0 {
		return v, false, err
	}
	return all[0], true, nil
}

func collect[T any](ctx context.Context, s *Store, scan pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	rows, err := s.read.Query(ctx, query, args...)
	if err != nil {
		return nil, away(ctx, err)
	}
	out, err := pgx.CollectRows(rows, scan)
	return out, away(ctx, err)
}
