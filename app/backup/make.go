package backup

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // copies databases as of one moment

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/record/sqlite"
)

// What a backup or a restore refuses. Each says what to do next.
var (
	ErrNoRecord = fault.New(fault.Missing, "backup.no_record",
		"there is no record in {{.dir}}; name a hub's data folder with --data")
	ErrExists = fault.New(fault.Conflict, "backup.exists",
		"{{.file}} is there already; name another file, for a backup never replaces one")
	ErrOut = fault.New(fault.Invalid, "backup.out",
		"the backup cannot be written to {{.file}} ({{.why}}); name a place with room that you may write to")
	ErrFrom = fault.New(fault.Missing, "backup.from",
		"the backup {{.file}} cannot be read ({{.why}}); name both of its files, or say --without-keys to restore the record alone")
	ErrDamaged = fault.New(fault.Invalid, "backup.damaged",
		"the backup {{.file}} is damaged ({{.why}}); nothing was restored: take an older one")
	ErrNewer = fault.New(fault.Conflict, "backup.newer",
		"the backup {{.file}} was made by a newer version of the program; restore it with that one")
	ErrOtherPart = fault.New(fault.Invalid, "backup.other_part",
		"{{.file}} is the file of the {{.part}}, and not of the {{.wanted}}; --from names the record, --keys the keys")
	ErrOtherPair = fault.New(fault.Conflict, "backup.other_pair",
		"{{.file}} and {{.keys}} are of different backups; keys open only what they were kept with")
	ErrNotEmpty = fault.New(fault.Conflict, "backup.not_empty",
		"{{.dir}} holds something already; restore into a folder that is empty or not there")
	ErrUnsound = fault.New(fault.Invalid, "backup.unsound",
		"the restored record does not hold ({{.why}}); it is left in {{.dir}} to be looked at: take an older backup")
)

// Config says what is copied, and where to.
type Config struct {
	Data    string // the data folder; a hub may be serving it
	Out     string // the file for the record
	Keys    string // the file for the keys; Out with ".keys" when empty
	Program string // the version of this program
	Now     func() time.Time
	Random  io.Reader
}

// KeysOf is where the keys of the backup out are, unless said otherwise.
func KeysOf(out string) string { return out + ".keys" }

// Made says what a backup holds.
type Made struct {
	Out, Keys         string
	Head              fact.Pos
	Files             int
	Bytes             int64 // of the data folder
	Compressed        int64
	RecordAt, FinalAt time.Time
}

// Make copies cfg.Data into a backup.
//
// Errors: ErrNoRecord, ErrExists, ErrOut; those of the file system and the databases.
func Make(ctx context.Context, cfg Config) (made Made, err error) {
	if cfg.Keys == "" {
		cfg.Keys = KeysOf(cfg.Out)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, sqlite.File)); err != nil {
		return made, ErrNoRecord.With("dir", cfg.Data).Because(err)
	}
	var pair [16]byte
	if _, err := io.ReadFull(cfg.Random, pair[:]); err != nil {
		return made, fmt.Errorf("backup: read randomness: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(cfg.Out), ".tallinn-backup-")
	if err != nil {
		return made, ErrOut.With("file", cfg.Out).With("why", err).Because(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	m := Manifest{Format: format, Program: cfg.Program, Made: cfg.Now().UTC().Truncate(time.Second), Pair: hex.EncodeToString(pair[:])}
	made = Made{Out: cfg.Out, Keys: cfg.Keys, RecordAt: m.Made}
	for _, p := range []part{recordPart, keysPart} {
		m.Part = p
		done, err := copyPart(ctx, cfg, m, work)
		if err != nil {
			return made, err
		}
		m.Head, m.Last = done.Head, done.Last // the keys' file says what it belongs to
		made.Head = fact.Pos(done.Head)
		made.Files += len(done.Files)
		for _, f := range done.Files {
			made.Bytes += f.Size
		}
	}
	for _, path := range []string{cfg.Out, cfg.Keys} {
		info, err := os.Stat(path)
		if err != nil {
			return made, err
		}
		made.Compressed += info.Size()
	}
	made.FinalAt = cfg.Now().UTC()
	return made, nil
}

func copyPart(ctx context.Context, cfg Config, m Manifest, work string) (_ Manifest, err error) {
	out := map[part]string{recordPart: cfg.Out, keysPart: cfg.Keys}[m.Part]
	w, err := create(out, m)
	if err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.drop())
		}
	}()
	names, err := contents(cfg.Data, m.Part)
	if err != nil {
		return m, fmt.Errorf("backup: look into %s: %w", cfg.Data, err)
	}
	for i := 0; i < len(names); i++ {
		if err := ctx.Err(); err != nil {
			return m, err
		}
		name := names[i]
		if err := copyFile(ctx, cfg.Data, name, work, w); err != nil {
			return m, err
		}
		if name != sqlite.File {
			continue
		}
		if w.manifest.Head, w.manifest.Last, err = headOf(ctx, work); err != nil {
			return m, err
		}
		// Attachments that came while the record was copied are named by it.
		if names, err = contents(cfg.Data, m.Part); err != nil {
			return m, fmt.Errorf("backup: look into %s: %w", cfg.Data, err)
		}
	}
	return w.manifest, w.finish()
}

func copyFile(ctx context.Context, dir, name, work string, w *writer) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if !isDatabase(name) {
		err := w.add(name, path)
		if errors.Is(err, os.ErrNotExist) {
			return nil // went while we looked; nothing names it any more
		}
		return err
	}
	copied := filepath.Join(work, filepath.Base(name))
	if err := snapshot(ctx, path, copied); err != nil {
		return fmt.Errorf("backup: copy %s: %w", name, err)
	}
	if err := w.add(name, copied); err != nil {
		return err
	}
	if name == sqlite.File {
		return nil // headOf reads it; it goes with the folder
	}
	return os.Remove(copied)
}

// snapshot copies a database as of one moment; whoever writes to it goes on.
func snapshot(ctx context.Context, from, to string) (err error) {
	name := url.URL{Scheme: "file", Path: from, RawQuery: "mode=rw&_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	return err
}

// headOf reads the last fact of the record in dir.
func headOf(ctx context.Context, dir string) (head int64, last string, err error) {
	s, err := sqlite.Open(ctx, sqlite.Config{Dir: dir, ReadOnly: true})
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	pos, err := s.Head(ctx)
	if err != nil || pos == fact.None {
		return int64(pos), "", err
	}
	err = s.Facts(ctx, pos, 1, func(_ fact.Pos, raw []byte) error {
		sum := sha256.Sum256(raw)
		last = hex.EncodeToString(sum[:])
		return nil
	})
	return int64(pos), last, err
}
