package sqlite

import (
	"database/sql"
	"testing"
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
