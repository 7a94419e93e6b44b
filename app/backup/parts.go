package backup

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tallinn/record/blobs"
	"tallinn/record/sqlite"
)

// A part is one of the two files of a backup.
type part string

const (
	recordPart part = "record"
	keysPart   part = "keys"
)

// open are the names in a data folder that go into the file of the record;
// whatever else there is may open or name somebody, and goes with the keys.
var open = []string{sqlite.File, blobs.Folder}

// left out: they belong to the program that runs.
var leftOut = []string{sqlite.LockFile}

// contents are the files of dir that belong to p, by their paths from dir, in
// the order in which they are copied.
func contents(dir string, p part) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil // went while we looked
			}
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || name == "." {
			return err
		}
		mine := partOf(filepath.ToSlash(name)) == p
		if d.IsDir() && !mine {
			return fs.SkipDir
		}
		if mine && d.Type().IsRegular() && !passing(name) {
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	// The record before its attachments.
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	return files, err
}

// partOf is where a file of a data folder goes.
func partOf(name string) part {
	if top, _, _ := strings.Cut(name, "/"); slices.Contains(open, top) {
		return recordPart
	}
	return keysPart
}

func rank(name string) int {
	if name == sqlite.File {
		return 0
	}
	return 1
}

// passing reports whether a file is nothing to keep: locks, the journals of
// databases (a copy of the database has what they hold), halves of files.
func passing(name string) bool {
	for _, end := range []string{"-wal", "-shm", "-journal", ".new", ".part"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	if top, file := filepath.Split(filepath.FromSlash(name)); strings.HasPrefix(top, blobs.Folder) && strings.HasPrefix(file, "new-") {
		return true
	}
	return slices.Contains(leftOut, name)
}

// isDatabase reports whether a file is copied as of one moment by SQLite.
func isDatabase(name string) bool { return strings.HasSuffix(name, ".db") }
