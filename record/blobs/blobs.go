package blobs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Folder is the folder of blobs in the data folder.
const Folder = "blobs"

// halfWritten begins the name of a file that is being written.
const halfWritten = "new-"

// A Store is the blobs of one folder. Its methods may be called at the same
// time.
type Store struct {
	dir    string
	random io.Reader
	disk   disk
}

// Open opens the blobs of the data folder dir, and makes their folder when
// there is none.
//
// Errors: those of the file system.
func Open(dir string, random io.Reader) (*Store, error) {
	return openOn(machine{}, dir, random)
}

// In is the blobs of the data folder dir, to be read and checked only; nothing
// is made.
func In(dir string) *Store { return &Store{dir: filepath.Join(dir, Folder), disk: machine{}} }

func openOn(d disk, dir string, random io.Reader) (*Store, error) {
	s := &Store{filepath.Join(dir, Folder), random, d}
	if err := d.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("blobs: open: %w", err)
	}
	return s, s.syncFolder(dir)
}

// Put seals what write writes under lock and keeps it. When it returns nil the
// blob survives a crash. Sum is the hexadecimal SHA-256 of the ciphertext.
//
// Errors: write's own; those of the file system and of randomness. Nothing is
// kept then.
func (s *Store) Put(lock []byte, write func(io.Writer) error) (sum string, err error) {
	f, err := s.disk.CreateTemp(s.dir, halfWritten)
	if err != nil {
		return "", fmt.Errorf("blobs: put: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignore(f.Close(), os.ErrClosed), ignore(s.disk.Remove(f.Name()), fs.ErrNotExist))
		}
	}()
	counted := &hashing{w: f, sum: sha256.New()}
	w, err := newSealer(counted, lock, s.random)
	if err != nil {
		return "", fmt.Errorf("blobs: put: %w", err)
	}
	if err := write(w); err != nil {
		return "", err
	}
	if err := errors.Join(w.Close(), f.Sync(), f.Close()); err != nil {
		return "", fmt.Errorf("blobs: put: %w", err)
	}
	sum = hex.EncodeToString(counted.sum.Sum(nil))
	return sum, s.settle(f.Name(), sum)
}

// settle moves a whole file to its place, durably.
func (s *Store) settle(file, sum string) error {
	path := s.path(sum)
	folder := filepath.Dir(path)
	if err := s.disk.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("blobs: put: %w", err)
	}
	if err := s.disk.Rename(file, path); err != nil {
		return fmt.Errorf("blobs: put: %w", err)
	}
	return errors.Join(s.syncFolder(folder), s.syncFolder(s.dir))
}

func (s *Store) path(sum string) string { return filepath.Join(s.dir, sum[:2], sum) }

func (s *Store) syncFolder(dir string) error {
	if err := s.disk.SyncFolder(dir); err != nil {
		return fmt.Errorf("blobs: %w", err)
	}
	return nil
}

var sums = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ErrNone says that there is no such blob.
var ErrNone = errors.New("blobs: there is no such blob")

// Open returns what the blob called sum holds. Reading fails where the file
// is not what was sealed; the caller closes it.
//
// Errors: ErrNone, ErrDamaged; those of the file system.
func (s *Store) Open(sum string, lock []byte) (io.ReadCloser, error) {
	if !sums.MatchString(sum) {
		return nil, ErrNone
	}
	f, err := os.Open(s.path(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("blobs: open: %w", err)
	}
	r, err := newOpener(f, lock)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{r, f}, nil
}

// Check reports the sums of named that are not kept, or are not what they are
// called by. It needs no key.
//
// Errors: those of the file system.
func (s *Store) Check(named []string) (bad []string, err error) {
	for _, sum := range named {
		ok, err := s.whole(sum)
		if err != nil {
			return bad, err
		}
		if !ok {
			bad = append(bad, sum)
		}
	}
	return bad, nil
}

func (s *Store) whole(sum string) (ok bool, err error) {
	if !sums.MatchString(sum) {
		return false, nil
	}
	f, err := os.Open(s.path(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("blobs: check: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false, fmt.Errorf("blobs: check: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)) == sum, nil
}

// Sweep removes what was last written before a moment and that named says no
// fact names. Take a moment well past: what is being put is named only later.
//
// Errors: those of the file system.
func (s *Store) Sweep(before time.Time, named func(sum string) bool) (removed int, err error) {
	err = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignore(err, fs.ErrNotExist)
		}
		name := d.Name()
		if !strings.HasPrefix(name, halfWritten) && (!sums.MatchString(name) || named(name)) {
			return nil // not ours, or in use
		}
		info, err := d.Info()
		if err != nil || !info.ModTime().Before(before) {
			return ignore(err, fs.ErrNotExist)
		}
		removed++
		return ignore(os.Remove(path), fs.ErrNotExist)
	})
	if err != nil {
		return removed, fmt.Errorf("blobs: sweep: %w", err)
	}
	return removed, nil
}

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}

// hashing sums up what passes.
type hashing struct {
	w   io.Writer
	sum hash.Hash
}

func (h *hashing) Write(b []byte) (int, error) {
	n, err := h.w.Write(b)
	h.sum.Write(b[:n])
	return n, err
}
