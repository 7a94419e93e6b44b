package sqlite

import (
	"database/sql"
	"errors"
	"slices"
	"testing"

	"tallinn/fact"
	"tallinn/record"
)

// TestSettings asks the database itself: without these nothing that is
// promised of a crash holds.
func TestSettings(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, db := range map[string]*sql.DB{"write": s.write, "copy": s.copy, "read": s.read} {
		var mode string
		var sync int
		if err := db.QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil || mode != "wal" {
			t.Errorf("%s: journal mode %s, %v", name, mode, err)
		}
		if err := db.QueryRow(`PRAGMA synchronous`).Scan(&sync); err != nil || sync != 2 { // FULL
			t.Errorf("%s: synchronous %d, %v", name, sync, err)
		}
	}
}

// TestCheckpoints: the journal does not grow without end while records are
// appended without a pause.
func TestCheckpoints(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.checkpoints.appended(checkpointEvery)
	s.checkpoints.appended(1)
	if n := s.checkpoints.bytes.Load(); n != 1 {
		t.Errorf("%d bytes since the last checkpoint; want 1", n)
	}
	var busy, pages, copied int
	if err := s.copy.QueryRow(`PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied); err != nil || busy != 0 || pages != copied {
		t.Errorf("checkpoint: busy %d, %d of %d pages, %v", busy, copied, pages, err)
	}
}

// TestSums: rows of earlier versions get their sums, and a row that changes
// afterwards is found, and not served.
func TestSums(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	all := migrations
	migrations = all[:2]
	old, err := Open(ctx, Config{Dir: dir})
	migrations = all
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.write.Exec(`INSERT INTO facts VALUES (0, x'00'), (1, x'11');
		INSERT INTO commands VALUES ('a', 'op', zeroblob(32), 0, 1, '[]'); INSERT INTO cursors VALUES ('c', 1)`); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	changed := func() (out []string) {
		if err := s.Verify(ctx, func(what string) { out = append(out, what) }); err != nil {
			t.Error(err)
		}
		return out
	}
	if got := changed(); got != nil {
		t.Errorf("after the migration %q have changed", got)
	}
	if _, err := s.write.Exec(`UPDATE facts SET raw = x'10' WHERE pos = 1; UPDATE commands SET op = 'oq'; UPDATE cursors SET pos = 0`); err != nil {
		t.Fatal(err)
	}
	if got := changed(); !slices.Equal(got, []string{"fact 1", "command 'a'", "cursor 'c'"}) {
		t.Errorf("%q have changed", got)
	}
	first := s.Facts(ctx, 0, 1, func(fact.Pos, []byte) error { return nil })
	second := s.Facts(ctx, 1, 1, func(fact.Pos, []byte) error { return nil })
	_, _, command := s.Command(ctx, "a")
	_, cursor := s.Cursor(ctx, "c")
	for _, err := range []error{second, command, cursor} {
		if !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%v; want ErrDamaged", err)
		}
	}
	if first != nil {
		t.Error(first)
	}
}
