package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/jackc/pgx/v5/pgconn"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
)

var errReadOnly = errors.New("postgres: the record was opened to be read only")

// What the database says, by its codes.
const (
	codeGap    = "TLN01" // ours, see append in migrations
	codeUnique = "23505" // unique_violation
)

const appendCall = `SELECT append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// Append keeps b by one call, durable when it returns nil. A hub that is
// stopped meanwhile leaves nothing open behind it.
func (s *Store) Append(ctx context.Context, b record.Batch) error {
	if s.write == nil {
		return errReadOnly
	}
	args, err := arguments(b, s.name)
	if err != nil {
		return err
	}
	// A session that the database has ended while it was idle is found out by
	// using it, and every session may have been: the last try has a new one.
	for range writers {
		if err = s.try(ctx, b, args); !errors.Is(err, errLine) {
			return err
		}
	}
	return s.try(ctx, b, args)
}

// errLine is the cause of an ErrAway when the line failed, and not the
// database.
var errLine = errors.New("postgres: the line to the database failed")

func (s *Store) try(ctx context.Context, b record.Batch, args []any) error {
	calling, cancel := context.WithTimeout(ctx, appendTime)
	defer cancel()
	conn, err := s.write.Acquire(calling)
	if err != nil {
		return record.ErrAway.Because(err) // nothing was sent
	}
	_, err = conn.Exec(calling, appendCall, args...)
	pid := conn.Conn().PgConn().PID()
	conn.Release()
	if err == nil {
		return nil
	}
	return s.refused(ctx, b, pid, err)
}

// refused finds out what became of b.
func (s *Store) refused(ctx context.Context, b record.Batch, pid uint32, err error) error {
	var said *pgconn.PgError
	switch {
	case pgconn.SafeToRetry(err):
		return record.ErrAway.Because(errors.Join(errLine, err)) // nothing was sent
	case !errors.As(err, &said) || said.Severity != "ERROR":
		return s.settle(ctx, b, pid, err)
	case said.Code == codeGap:
		return record.ErrGap
	case said.Code == codeUnique:
		head, looked := s.Head(ctx)
		if looked == nil && head >= b.First {
			return record.ErrPosTaken
		}
		return errors.Join(fmt.Errorf("postgres: append %d facts at %d: %w", len(b.Facts), b.First, err), looked)
	}
	// The database refused it as a whole: nothing was kept.
	return record.ErrAway.Because(fmt.Errorf("postgres: append %d facts at %d: %w", len(b.Facts), b.First, err))
}

// settle learns whether b was committed by a session that has not said so: it
// ends the session, and then looks. A database that does not answer for
// settleTime leaves it open.
func (s *Store) settle(ctx context.Context, b record.Batch, pid uint32, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	for {
		kept, err := s.kept(ctx, b, pid)
		switch {
		case err == nil && kept:
			return nil
		case err == nil:
			return record.ErrAway.Because(errors.Join(errLine, cause))
		case errors.Is(err, record.ErrPosTaken):
			return err
		}
		select {
		case <-ctx.Done():
			return record.ErrDoubt.Because(errors.Join(cause, err))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *Store) kept(ctx context.Context, b record.Batch, pid uint32) (bool, error) {
	var ended int
	err := s.read.QueryRow(ctx, `SELECT count(*) FROM (SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
		WHERE pid = $1 AND application_name = $2) AS ended`, int32(pid), s.name).Scan(&ended)
	if err != nil {
		return false, err
	}
	found := false
	err = s.Facts(ctx, b.First, 1, func(_ fact.Pos, raw []byte) error {
		if !bytes.Equal(raw, b.Facts[0]) {
			return record.ErrPosTaken
		}
		found = true
		return nil
	})
	return found, err
}

// arguments are those of the function append.
func arguments(b record.Batch, writer string) ([]any, error) {
	n := len(b.Commands)
	ids, ops, drawn := make([]string, n), make([]string, n), make([]string, n)
	args, firsts, lasts := make([][]byte, n), make([]int64, n), make([]int64, n)
	for i, m := range b.Commands {
		raw, err := json.Marshal(m.IDs)
		if err != nil {
			return nil, err
		}
		ids[i], ops[i], args[i], drawn[i] = m.ID, m.Op, m.Args[:], string(raw)
		firsts[i], lasts[i] = int64(m.First), int64(m.Last)
	}
	textids, keys, commits, texts := columns(b.Texts)
	return []any{int64(b.First), b.Facts, ids, ops, args, firsts, lasts, drawn, textids, keys, commits, texts, writer}, nil
}

func columns(all []text.Sealed) (ids []string, keys [][]byte, commits []string, texts [][]byte) {
	ids, commits = make([]string, len(all)), make([]string, len(all))
	keys, texts = make([][]byte, len(all)), make([][]byte, len(all))
	for i, t := range all {
		ids[i], keys[i], commits[i], texts[i] = t.Ref.ID, notNull(t.Key), t.Ref.Commit, notNull(t.Box)
	}
	return ids, keys, commits, texts
}

// notNull is b; the driver would take nil for NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// SetCursor moves the cursor of a subscriber, and never back: a hub that was
// paused tells of less than the one that went on.
func (s *Store) SetCursor(ctx context.Context, name string, pos fact.Pos) error {
	if s.write == nil {
		return errReadOnly
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	_, err := s.write.Exec(ctx, `INSERT INTO cursors (name, pos) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET pos = greatest(cursors.pos, excluded.pos)`, name, int64(pos))
	return away(ctx, err)
}

// Turn asks for the turn of a subscriber, or gives it back. The clock is the
// database's.
func (s *Store) Turn(ctx context.Context, name string, want bool) (bool, error) {
	if s.write == nil {
		return false, errReadOnly
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if !want {
		_, err := s.write.Exec(ctx, `UPDATE turns SET until = '-infinity' WHERE name = $1 AND holder = $2`, name, s.name)
		return false, away(ctx, err)
	}
	tag, err := s.write.Exec(ctx, `INSERT INTO turns (name, holder, until) VALUES ($1, $2, clock_timestamp() + $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE turns.holder = excluded.holder OR turns.until < clock_timestamp()`, name, s.name, record.TurnTime)
	return tag.RowsAffected() > 0, away(ctx, err)
}
