package cluster

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNone says that no PostgreSQL server is installed.
var ErrNone = errors.New("cluster: PostgreSQL is not installed; on Debian: apt-get install --no-install-recommends postgresql")

// debian is where Debian keeps the binaries of each version.
const debian = "/usr/lib/postgresql"

// find is the folder that holds postgres and initdb: Debian's newest, else
// that of the search path.
//
// Errors: ErrNone.
func find() (string, error) {
	found, err := filepath.Glob(filepath.Join(debian, "*", "bin", "postgres"))
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", ErrNone
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

// version is 15 for /usr/lib/postgresql/15/bin/postgres.
func version(path string) int {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, debian+"/"), "/")
	n, err := strconv.Atoi(name)
	if err != nil {
		return 0 // a version with another name is older than any
	}
	return n
}
