package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/sqlite"
)

// Source says what is restored, and where to.
type Source struct {
	From        string // the file of the record
	Keys        string // the file of the keys; From with ".keys" when empty
	WithoutKeys bool   // the record alone: nobody can sign in, and no text opens
	Data        string // a folder that is empty or not there
	Kinds       *fact.Registry
}

// Restore puts a backup into src.Data and checks the whole record. The folder
// has its name only once everything in it is found to be as it was.
//
// Errors: ErrFrom, ErrDamaged, ErrNewer, ErrOtherPart, ErrOtherPair,
// ErrNotEmpty, ErrUnsound; those of the file system.
func Restore(ctx context.Context, src Source) (m Manifest, report record.Report, err error) {
	if src.Keys == "" {
		src.Keys = KeysOf(src.From)
	}
	if err := vacant(src.Data); err != nil {
		return m, report, err
	}
	dir := filepath.Clean(src.Data) + ".restoring"
	if err := os.RemoveAll(dir); err != nil {
		return m, report, fmt.Errorf("backup: remove what is left of another try: %w", err)
	}
	if m, err = extractBoth(src, dir); err != nil {
		return m, report, errors.Join(err, os.RemoveAll(dir))
	}
	if report, err = verify(ctx, dir, m, src); err != nil {
		return m, report, err
	}
	if err := os.Remove(src.Data); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, report, err
	}
	if err := os.Rename(dir, src.Data); err != nil {
		return m, report, fmt.Errorf("backup: put the folder in its place: %w", err)
	}
	return m, report, syncDir(filepath.Dir(filepath.Clean(src.Data)))
}

// vacant reports whether dir may be restored into.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) == 0 || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return ErrNotEmpty.With("dir", dir).Because(err)
}

func extractBoth(src Source, dir string) (Manifest, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Manifest{}, err
	}
	m, err := extract(src.From, dir, recordPart)
	if err != nil || src.WithoutKeys {
		return m, err
	}
	keys, err := extract(src.Keys, dir, keysPart)
	if err == nil && keys.Pair != m.Pair {
		err = ErrOtherPair.With("file", src.From).With("keys", src.Keys)
	}
	return m, err
}

// verify walks the record that was restored.
func verify(ctx context.Context, dir string, m Manifest, src Source) (report record.Report, err error) {
	unsound := func(why any) error { return ErrUnsound.With("dir", dir).With("why", why) }
	s, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		return report, unsound(err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	keys, err := keysIn(ctx, dir)
	if err != nil {
		return report, unsound(err)
	}
	if keys != nil {
		defer func() { err = errors.Join(err, keys.Close()) }()
	}
	if report, err = record.Check(ctx, s, src.Kinds, keysOf(keys)); err != nil {
		return report, unsound(err)
	}
	if !report.Clean() {
		return report, unsound(strings.Join(report.Violations, "; "))
	}
	head, last, err := headOf(ctx, dir)
	if err != nil || head != m.Head || last != m.Last {
		return report, unsound(fmt.Sprintf("its last fact is %d, the backup says %d", head, m.Head))
	}
	return report, nil
}

// keysIn opens the keys that were restored; nil when there are none.
func keysIn(ctx context.Context, dir string) (*keyring.Ring, error) {
	keys, err := keyring.OpenToRead(ctx, dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return keys, err
}

// keysOf is keys, or no interface at all.
func keysOf(keys *keyring.Ring) record.Keys {
	if keys == nil {
		return nil
	}
	return keys
}
