package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tallinn/record"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

// tamper runs a statement on the database in dir, as no hub would.
func tamper(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct{ name, statement string }{
		{"newer tables", `UPDATE meta SET value = '999' WHERE name = 'schema'`},
		{"newer facts", `UPDATE meta SET value = '999' WHERE name = 'format'`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := open(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			tamper(t, dir, tt.statement)
			for _, readOnly := range []bool{false, true} {
				s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir, ReadOnly: readOnly})
				if !errors.Is(err, record.ErrNewerStore) {
					t.Errorf("read only %v: %v, %v; want ErrNewerStore", readOnly, s, err)
				}
			}
		})
	}
}

func TestReadOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder?with%20 marks#")
	if _, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir, ReadOnly: true}); err == nil {
		t.Fatal("a folder that is not there was opened to be read only")
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("opening to read only made the folder: %v", err)
	}
	hub := open(t, dir)
	if err := hub.Append(t.Context(), record.Batch{Facts: [][]byte{{1}}}); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir, ReadOnly: true}) // beside the hub
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if head, err := s.Head(t.Context()); head != 0 || err != nil {
		t.Errorf("Head() = %d, %v", head, err)
	}
	if err := s.Append(t.Context(), record.Batch{First: 1, Facts: [][]byte{{1}}}); err == nil {
		t.Error("appended to what was opened to be read only")
	}
	if err := s.SetCursor(t.Context(), "a", 1); err == nil {
		t.Error("moved a cursor of what was opened to be read only")
	}
}

// TestTwoStores: two programs have the same file open, and record in turn.
func TestTwoStores(t *testing.T) {
	dir := t.TempDir()
	banks := [2]*recordtest.Bank{recordtest.NewBank(), recordtest.NewBank()}
	var hubs [2]*record.Record
	for i := range hubs {
		r, err := record.Open(t.Context(), record.Config{Store: open(t, dir), Registry: recordtest.Registry(), State: banks[i], Keys: recordtest.TheKeys})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		hubs[i] = r
	}
	for n := range 10 {
		cmd := recordtest.Command(string(rune('a'+n)), "gift")
		if _, err := hubs[n%2].Decide(t.Context(), cmd, banks[n%2].Gift("A", 1)); err != nil {
			t.Fatal(err)
		}
	}
	if got := banks[1].Balance("A"); got != 10 {
		t.Errorf("balance %d; want 10", got)
	}
}

// TestDurable: what is acknowledged is in the file, and not in the memory of
// this program: a copy of the files, taken while they are open, has it.
func TestDurable(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	s := open(t, dir)
	if err := s.Append(t.Context(), record.Batch{Facts: [][]byte{[]byte("fact")}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{sqlite.File, sqlite.File + "-wal"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if head, err := open(t, other).Head(t.Context()); head != 0 || err != nil {
		t.Errorf("the copy's head is %d, %v", head, err)
	}
}

func TestNow(t *testing.T) {
	day := time.Date(2024, 12, 20, 0, 0, 0, 0, time.UTC)
	s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: t.TempDir(), Now: func() time.Time { return day }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if now, err := s.Now(context.Background()); err != nil || !now.Equal(day) {
		t.Errorf("Now() = %v, %v", now, err)
	}
}
