//go:build !unix

package sqlite

import (
	"errors"
	"os"
)

// lock refuses: a hub runs on Unix, where the lock ends with the program.
func lock(*os.File) error { return errors.New("this system has no flock; run the hub on Linux") }
