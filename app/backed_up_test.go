package app_test

import (
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/app/backup"
)

// needsNone are the files of a data folder that no backup has, each with the
// reason.
var needsNone = map[string]string{
	"hub.lock": "it belongs to the hub that runs",
	"-wal":     "the journal of a database, whose copy has what it holds",
	"-shm":     "the index of a journal",
}

// TestBackupHasEverything looks through the folder of a hub that runs: each
// file is in the backup and comes back, or is said above to need none, and
// doc/operate.md tells of it. A new kind of file fails here until it is so.
func TestBackupHasEverything(t *testing.T) {
	dir := t.TempDir()
	data, restored := filepath.Join(dir, "data"), filepath.Join(dir, "restored")
	hub, err := app.Open(t.Context(), app.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	made := backup.Config{Data: data, Out: filepath.Join(dir, "out"), Now: time.Now, Random: rand.Reader}
	if _, err := backup.Make(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	if _, _, err := backup.Restore(t.Context(), backup.Source{From: made.Out, Data: restored, Kinds: app.Kinds()}); err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../doc/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	here, there := filesOf(t, data), filesOf(t, restored)
	for _, name := range here {
		top, _, nested := strings.Cut(name, "/")
		if nested {
			top += "/"
		}
		excused := needsNone[name] != ""
		for end := range needsNone {
			excused = excused || strings.HasSuffix(name, ".db"+end)
		}
		if !excused && !slices.Contains(there, name) {
			t.Errorf("%s does not come back", name)
		}
		if !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") && !strings.Contains(string(manual), "`"+top+"`") {
			t.Errorf("doc/operate.md does not tell of %s", name)
		}
	}
	for _, name := range []string{"record.db", "keys.db", "identity.db", "notice.db", "push.key", "reads.db"} {
		if !slices.Contains(here, name) {
			t.Errorf("a hub that runs has no %s", name)
		}
	}
}

func filesOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
