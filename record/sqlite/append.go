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

var errReadOnly = errors.New("sqlite: the record was opened to be read only")

// Append keeps b in one transaction, durable when it returns nil.
func (s *Store) Append(ctx context.Context, b record.Batch) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		if err := follows(ctx, tx, b.First); err != nil {
			return err
		}
		if err := insertFacts(ctx, tx, b.First, b.Facts); err != nil {
			return err
		}
		if err := insertCommands(ctx, tx, b.Commands); err != nil {
			return err
		}
		return insertTexts(ctx, tx, b.Texts)
	})
	if err == nil {
		s.checkpoints.appended(size(b))
		return nil
	}
	if errors.Is(err, record.ErrPosTaken) {
		return err
	}
	return fmt.Errorf("sqlite: append %d facts at %d: %w", len(b.Facts), b.First, err)
}

// size is about how many bytes of journal b makes.
func size(b record.Batch) (n int) {
	for _, raw := range b.Facts {
		n += len(raw)
	}
	for _, t := range b.Texts {
		n += len(t.Box)
	}
	return n
}

// update runs fn in a transaction that holds the write lock from its start.
func (s *Store) update(ctx context.Context, fn func(*sql.Tx) error) (err error) {
	if s.write == nil {
		return errReadOnly
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ended(tx.Rollback())) }()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func follows(ctx context.Context, tx *sql.Tx, first fact.Pos) error {
	head, err := headOf(ctx, tx)
	switch {
	case err != nil:
		return err
	case first <= head:
		return record.ErrPosTaken
	case first != head+1:
		return record.ErrGap
	}
	return nil
}

func insertFacts(ctx context.Context, tx *sql.Tx, first fact.Pos, facts [][]byte) (err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO facts (pos, raw, sum) VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for i, raw := range facts {
		pos := int64(first) + int64(i)
		if _, err := insert.ExecContext(ctx, pos, raw, sumOf[any](pos, raw)); err != nil {
			return err
		}
	}
	return nil
}

func insertCommands(ctx context.Context, tx *sql.Tx, commands []record.Remembered) (err error) {
	insert, err := tx.PrepareContext(ctx,
		`INSERT INTO commands (id, op, args, first, last, ids, sum) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, m := range commands {
		drawn, err := json.Marshal(m.IDs)
		if err != nil {
			return err
		}
		row := []any{m.ID, m.Op, m.Args[:], int64(m.First), int64(m.Last), string(drawn)}
		if _, err := insert.ExecContext(ctx, append(row, sumOf(row...))...); err != nil {
			return err
		}
	}
	return nil
}

func insertTexts(ctx context.Context, tx *sql.Tx, texts []text.Sealed) error {
	for _, t := range texts {
		_, err := tx.ExecContext(ctx, `INSERT INTO texts (id, key, "commit", text) VALUES (?, ?, ?, ?)`,
			t.Ref.ID, notNull(t.Key), t.Ref.Commit, notNull(t.Box))
		if err != nil {
			return err
		}
	}
	return nil
}

// notNull is b; the driver takes nil for NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// SetCursor moves the cursor of a subscriber.
func (s *Store) SetCursor(ctx context.Context, name string, pos fact.Pos) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO cursors (name, pos, sum) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET pos = excluded.pos, sum = excluded.sum`, name, int64(pos), sumOf[any](name, int64(pos)))
		return err
	})
}
