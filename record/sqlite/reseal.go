package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"tallinn/record"
	"tallinn/text"
)

var _ record.Resealer = (*Store)(nil)

// InClear returns at most n texts that are kept in clear.
func (s *Store) InClear(ctx context.Context, n int) ([]text.Sealed, error) {
	return collect(ctx, s.read, scanText, textColumns+`WHERE length(key) > 0 ORDER BY id LIMIT ?`, n)
}

// Reseal puts each text in the place of the one with its ID. What is deleted
// is overwritten (secure_delete), and the journal, which still holds the pages
// as they were written first, is copied and cut to nothing.
func (s *Store) Reseal(ctx context.Context, texts []text.Sealed) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		for _, t := range texts {
			if _, err := tx.ExecContext(ctx, `UPDATE texts SET key = x'', text = ? WHERE id = ? AND "commit" = ?`,
				t.Box, t.Ref.ID, t.Ref.Commit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sqlite: reseal %d texts: %w", len(texts), err)
	}
	return cutJournal(ctx, s.write)
}

// cutJournal copies the whole journal into the database and cuts its file to
// nothing. It waits for readers.
func cutJournal(ctx context.Context, db *sql.DB) error {
	var busy, pages, copied int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied); err != nil {
		return fmt.Errorf("sqlite: cut the journal: %w", err)
	}
	if busy != 0 {
		return fmt.Errorf("sqlite: cut the journal: somebody reads it; close other programs on the folder and start again")
	}
	return nil
}
