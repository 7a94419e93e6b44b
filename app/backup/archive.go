package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"
)

// A Manifest is the last entry of each file of a backup.
type Manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // the version that made it
	Made    time.Time `json:"made"`
	Part    part      `json:"part"`
	Pair    string    `json:"pair"`           // the same in both files of one backup
	Head    int64     `json:"head"`           // of the record; -1 when it is empty
	Last    string    `json:"last,omitempty"` // SHA-256 of the last fact
	Files   []File    `json:"files"`
}

// A File is one of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const (
	format       = 1
	manifestName = "manifest.json"
	maxManifest  = 256 << 20 // some millions of attachments
)

// A writer writes one file of a backup. The file has its name only once it is
// whole and on disk.
type writer struct {
	path     string
	file     *os.File
	buffer   *bufio.Writer
	zip      *zstd.Encoder
	tar      *tar.Writer
	manifest Manifest
}

func create(path string, m Manifest) (*writer, error) {
	if _, err := os.Stat(path); err == nil {
		return nil, ErrExists.With("file", path)
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, ErrOut.With("file", path).With("why", err).Because(err)
	}
	w := &writer{path: path, file: f, buffer: bufio.NewWriterSize(f, 1<<20), manifest: m}
	if w.zip, err = zstd.NewWriter(w.buffer, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w.tar = tar.NewWriter(w.zip)
	return w, nil
}

// add copies the file at path under a name.
func (w *writer) add(name, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	// What grows while it is copied is copied as long as it was.
	sum, err := w.entry(name, info.Size(), io.LimitReader(f, info.Size()))
	if err != nil {
		return fmt.Errorf("backup: copy %s: %w", name, err)
	}
	w.manifest.Files = append(w.manifest.Files, File{name, info.Size(), sum})
	return nil
}

func (w *writer) entry(name string, size int64, r io.Reader) (sum string, err error) {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.manifest.Made, Format: tar.FormatPAX}); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w.tar, h), r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// finish writes the manifest and puts the file in its place.
func (w *writer) finish() error {
	raw, err := json.Marshal(w.manifest)
	if err != nil {
		return err
	}
	if _, err := w.entry(manifestName, int64(len(raw)), bytes.NewReader(raw)); err != nil {
		return err
	}
	for _, step := range []func() error{w.tar.Close, w.zip.Close, w.buffer.Flush, w.file.Sync, w.file.Close} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := os.Rename(w.path+".part", w.path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(w.path))
}

// drop gives the file up.
func (w *writer) drop() error {
	return errors.Join(w.file.Close(), os.Remove(w.path+".part"))
}

func syncDir(path string) (err error) {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}

// extract writes the files of the backup at path into dir and holds each
// against the manifest.
//
// Errors: ErrDamaged; those of the file system.
func extract(path, dir string, want part) (m Manifest, err error) {
	damaged := func(why any) error { return ErrDamaged.With("file", path).With("why", why) }
	f, err := os.Open(path)
	if err != nil {
		return m, ErrFrom.With("file", path).With("why", err).Because(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	zip, err := zstd.NewReader(bufio.NewReaderSize(f, 1<<20), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return m, damaged(err)
	}
	defer zip.Close()
	found := map[string]File{}
	for archive := tar.NewReader(zip); ; {
		h, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF):
			return m, damaged("it ends without its list of files")
		case err != nil:
			return m, damaged(err)
		case h.Name == manifestName:
			if m, err = readManifest(archive, h.Size); err != nil {
				return m, damaged(err)
			}
			if _, err := archive.Next(); !errors.Is(err, io.EOF) {
				return m, damaged("something follows its list of files")
			}
			return m, m.holds(found, want, path)
		}
		_, twice := found[h.Name]
		if !filepath.IsLocal(h.Name) || h.Typeflag != tar.TypeReg || twice {
			return m, damaged(fmt.Sprintf("%.100q is no file of a data folder, or is there twice", h.Name))
		}
		if other := partOf(h.Name); other != want {
			return m, ErrOtherPart.With("file", path).With("part", other).With("wanted", want)
		}
		got, err := place(filepath.Join(dir, filepath.FromSlash(h.Name)), archive)
		if errors.Is(err, errPlace) {
			return m, err
		}
		if err != nil {
			return m, damaged(err)
		}
		got.Name = h.Name
		found[h.Name] = got
	}
}

var errPlace = errors.New("backup: cannot write what is restored")

// place writes one file, durably.
func place(path string, r io.Reader) (got File, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return got, errors.Join(errPlace, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return got, errors.Join(errPlace, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if got.Size, err = io.Copy(io.MultiWriter(f, h), r); err != nil {
		return got, err
	}
	got.SHA256 = hex.EncodeToString(h.Sum(nil))
	if err := f.Sync(); err != nil {
		return got, errors.Join(errPlace, err)
	}
	return got, nil
}

func readManifest(r io.Reader, size int64) (m Manifest, err error) {
	if size > maxManifest {
		return m, errors.New("its list of files is too long")
	}
	raw, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(raw, &m)
}

// holds reports what of m is not as found.
func (m Manifest) holds(found map[string]File, want part, path string) error {
	damaged := func(why any) error { return ErrDamaged.With("file", path).With("why", why) }
	if m.Format > format {
		return ErrNewer.With("file", path)
	}
	if m.Part != want {
		return ErrOtherPart.With("file", path).With("part", m.Part).With("wanted", want)
	}
	if len(found) != len(m.Files) {
		return damaged(fmt.Sprintf("it holds %d files of %d", len(found), len(m.Files)))
	}
	for _, f := range m.Files {
		if found[f.Name] != f {
			return damaged(f.Name + " is not as it was")
		}
	}
	return nil
}
