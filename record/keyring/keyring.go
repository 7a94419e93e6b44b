package keyring

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"tallinn/record"
	"tallinn/text"
)

// File is the database in the data folder.
const File = "keys.db"

// A Ring is record.Keys. Its methods may be called at the same time.
type Ring struct {
	db     *sql.DB
	one    func(ctx context.Context, name string) *sql.Row // finds a key
	random io.Reader
	words  words

	mu   sync.Mutex
	seen map[string][]byte // keys that were read; nil when another hub may destroy them
}

var _ record.Keys = (*Ring)(nil)

// words are the statements as one database wants them.
type words struct {
	find, insert, destroy string
	wipe                  []string // after a key was destroyed
}

// maxSeen bounds the keys that are remembered.
const maxSeen = 10_000

// Close lets the database go.
func (r *Ring) Close() error { return r.db.Close() }

// Key returns the key called name.
//
// Errors: text.ErrErased, record.ErrNoKey; those of the database.
func (r *Ring) Key(ctx context.Context, name string) ([]byte, error) {
	if lock := r.remembered(name); lock != nil {
		return lock, nil
	}
	lock, err := keyOf(r.one(ctx, name), name)
	if err == nil {
		r.remember(name, lock)
	}
	return lock, err
}

// keyOf reads the key called name.
func keyOf(row *sql.Row, name string) ([]byte, error) {
	var lock []byte
	err := row.Scan(&lock)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, record.ErrNoKey.With("name", name)
	case err != nil:
		return nil, fmt.Errorf("keyring: find a key: %w", err)
	case len(lock) == 0:
		return nil, text.ErrErased
	}
	return lock, nil
}

// Make returns the keys called names and draws those that never were. They
// are durable when it returns; a key that was destroyed is left out.
//
// Errors: those of the database and of randomness.
func (r *Ring) Make(ctx context.Context, names []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	var missing []string
	for _, name := range names {
		if lock := r.remembered(name); lock != nil {
			out[name] = lock
		} else {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	slices.Sort(missing) // so that two hubs never wait for each other
	found, err := r.draw(ctx, missing)
	if err != nil {
		return nil, fmt.Errorf("keyring: make keys: %w", err)
	}
	for name, lock := range found {
		r.remember(name, lock)
		out[name] = lock
	}
	return out, nil
}

func (r *Ring) draw(ctx context.Context, names []string) (_ map[string][]byte, err error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() {
		if back := tx.Rollback(); !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, back)
		}
	}()
	out := map[string][]byte{}
	for _, name := range names {
		lock := make([]byte, text.LockBytes)
		if _, err := io.ReadFull(r.random, lock); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, r.words.insert, name, lock); err != nil {
			return nil, err
		}
		lock, err := keyOf(tx.QueryRowContext(ctx, r.words.find, name), name) // what was there before stays
		if errors.Is(err, text.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[name] = lock
	}
	return out, tx.Commit()
}

// Destroy destroys the key called name for good, whether it was ever drawn or
// not: nothing can be sealed under it any more. Doing it again does nothing.
//
// Errors: those of the database. After one the key may be destroyed and still
// be readable in the journal: destroy it again.
func (r *Ring) Destroy(ctx context.Context, name string) error {
	_, err := r.db.ExecContext(ctx, r.words.destroy, name)
	r.forget(name)
	if err != nil {
		return fmt.Errorf("keyring: destroy a key: %w", err)
	}
	for _, q := range r.words.wipe {
		if _, err := r.db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("keyring: wipe a destroyed key: %w", err)
		}
	}
	return nil
}

func (r *Ring) remembered(name string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[name]
}

func (r *Ring) remember(name string, lock []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		return
	}
	if len(r.seen) >= maxSeen {
		clear(r.seen)
	}
	r.seen[name] = lock
}

func (r *Ring) forget(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, name)
}
