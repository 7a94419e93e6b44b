package blobs

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// A disk is where blobs are written; tests have one that fails.
type disk interface {
	CreateTemp(dir, pattern string) (file, error)
	MkdirAll(path string, perm fs.FileMode) error
	Rename(from, to string) error
	Remove(path string) error
	SyncFolder(path string) error
}

// A file is one that is being written.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
}

// machine is the disk of this machine.
type machine struct{}

func (machine) CreateTemp(dir, pattern string) (file, error) { return os.CreateTemp(dir, pattern) }

func (machine) MkdirAll(path string, perm fs.FileMode) error { return os.MkdirAll(path, perm) }

func (machine) Rename(from, to string) error { return os.Rename(from, to) }

func (machine) Remove(path string) error { return os.Remove(path) }

// SyncFolder makes the names in a folder durable.
func (machine) SyncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
