package sqlite_test

import (
	"testing"

	"tallinn/record"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

func open(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	recordtest.Run(t, func(t *testing.T) record.Store { return open(t, t.TempDir()) })
}
