package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tallinn/record"
)

// LockFile is the name of the lock in a data folder. The file stays; what
// counts is the lock on it, which the system drops when the program ends,
// however it ends.
const LockFile = "hub.lock"

// Lock takes the data folder dir for one hub; it is made when it does not
// exist. Close the result to give the folder back.
//
// Errors: record.ErrLocked when another hub has it; those of the file system.
func Lock(dir string) (io.Closer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("sqlite: lock the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, LockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqlite: lock the data folder: %w", err)
	}
	err = lock(f)
	if err == nil {
		return f, nil
	}
	if errors.Is(err, errHeld) {
		err = record.ErrLocked.With("dir", dir)
	}
	return nil, errors.Join(err, f.Close())
}

var errHeld = errors.New("held by another")
