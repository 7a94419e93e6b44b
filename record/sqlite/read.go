package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
)

// Head is the last position.
func (s *Store) Head(ctx context.Context) (fact.Pos, error) { return headOf(ctx, s.read) }

func headOf(ctx context.Context, q querier) (fact.Pos, error) {
	var pos sql.NullInt64
	if err := q.QueryRowContext(ctx, `SELECT max(pos) FROM facts`).Scan(&pos); err != nil {
		return fact.None, err
	}
	if !pos.Valid {
		return fact.None, nil
	}
	return fact.Pos(pos.Int64), nil
}

// Facts calls fn for at most n facts from position from on.
func (s *Store) Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) (err error) {
	rows, err := s.read.QueryContext(ctx,
		`SELECT pos, raw, sum FROM facts WHERE pos >= ? ORDER BY pos LIMIT ?`, int64(from), n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var pos int64
	var raw sql.RawBytes
	var sum sql.NullInt64
	for rows.Next() {
		if err := rows.Scan(&pos, &raw, &sum); err != nil {
			return err
		}
		if err := s.vouched(fmt.Sprint("fact ", pos), sum.Int64, pos, []byte(raw)); err != nil {
			return err
		}
		if err := fn(fact.Pos(pos), raw); err != nil {
			return err
		}
	}
	return rows.Err()
}

const commandColumns = `SELECT id, op, args, first, last, ids, sum FROM commands `

// Command returns what is remembered of the command id.
func (s *Store) Command(ctx context.Context, id string) (record.Remembered, bool, error) {
	m, err := s.scanCommand(s.read.QueryRowContext(ctx, commandColumns+`WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

// Commands returns at most n commands in order of First.
func (s *Store) Commands(ctx context.Context, from fact.Pos, n int) ([]record.Remembered, error) {
	return collect(ctx, s.read, s.scanCommand,
		commandColumns+`WHERE first >= ? ORDER BY first LIMIT ?`, int64(from), n)
}

// Text returns the text called id.
func (s *Store) Text(ctx context.Context, id string) (text.Sealed, bool, error) {
	t, err := scanText(s.text.QueryRowContext(ctx, id))
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

const textColumns = `SELECT id, key, "commit", text FROM texts `

// Texts returns at most n texts whose id follows after.
func (s *Store) Texts(ctx context.Context, after string, n int) ([]text.Sealed, error) {
	return collect(ctx, s.read, scanText, textColumns+`WHERE id > ? ORDER BY id LIMIT ?`, after, n)
}

// Cursor is the stored cursor of a subscriber.
func (s *Store) Cursor(ctx context.Context, name string) (fact.Pos, error) {
	pos := int64(fact.None)
	var sum sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT pos, sum FROM cursors WHERE name = ?`, name).Scan(&pos, &sum)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = nil
	case err == nil:
		err = s.vouched("cursor "+name, sum.Int64, name, pos)
	}
	return fact.Pos(pos), err
}

type scanner interface{ Scan(...any) error }

func (s *Store) scanCommand(row scanner) (record.Remembered, error) {
	var m record.Remembered
	var args, drawn []byte
	var sum sql.NullInt64
	if err := row.Scan(&m.ID, &m.Op, &args, &m.First, &m.Last, &drawn, &sum); err != nil {
		return m, err
	}
	if err := s.vouched("command "+m.ID, sum.Int64, m.ID, m.Op, args, int64(m.First), int64(m.Last), drawn); err != nil {
		return m, err
	}
	if copy(m.Args[:], args) != len(m.Args) || len(args) != len(m.Args) {
		return m, fmt.Errorf("sqlite: the arguments' hash of command %q is %d bytes long", m.ID, len(args))
	}
	if err := json.Unmarshal(drawn, &m.IDs); err != nil {
		return m, fmt.Errorf("sqlite: the ids of command %q: %w", m.ID, err)
	}
	if len(m.IDs) == 0 {
		m.IDs = nil
	}
	return m, nil
}

func scanText(row scanner) (text.Sealed, error) {
	var t text.Sealed
	err := row.Scan(&t.Ref.ID, &t.Key, &t.Ref.Commit, &t.Box)
	if len(t.Key) == 0 {
		t.Key = nil
	}
	return t, err
}

func collect[T any](ctx context.Context, db *sql.DB, scan func(scanner) (T, error), query string, args ...any) (out []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
