package disktest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// A Fault is how an operation fails.
type Fault int

// The faults. A sync, a rename or a removal fails in one way only.
const (
	Broken Fault = iota // EIO
	Full                // ENOSPC
	Short               // half is written, then EIO
)

// Faults are all of them.
var Faults = []Fault{Broken, Full, Short}

func (f Fault) String() string { return [...]string{"broken", "full", "short"}[f] }

func (f Fault) err() error {
	if f == Full {
		return syscall.ENOSPC
	}
	return syscall.EIO
}

// A Disk is what lies below one folder.
type Disk struct {
	dir string

	mu      sync.Mutex
	ops     int
	at      int
	fault   Fault
	onwards bool
	broken  string // syncs of files whose names begin so fail; none when empty
	failed  string
	files   map[string]*file
	kept    map[string]bool // names that survive a cut of power
}

// A file is what is durable of it, and what was written since.
type file struct {
	durable []byte
	pending []change
}

// A change is a write, or, without bytes, a cut to a length.
type change struct {
	at    int64
	bytes []byte
}

func (f *file) sync() {
	for _, c := range f.pending {
		if c.bytes == nil {
			f.durable = append(f.durable, make([]byte, max(0, int(c.at)-len(f.durable)))...)[:c.at]
			continue
		}
		if short := int(c.at) + len(c.bytes) - len(f.durable); short > 0 {
			f.durable = append(f.durable, make([]byte, short)...)
		}
		copy(f.durable[c.at:], c.bytes)
	}
	f.pending = nil
}

// New is a disk below dir, which exists, until t ends.
func New(t testing.TB, dir string) *Disk {
	t.Helper()
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := &Disk{dir: dir, files: map[string]*file{}, kept: map[string]bool{}}
	plug(d)
	t.Cleanup(func() { unplug(d) })
	return d
}

// Fail makes operation n fail, counted from 1 since New, and with onwards all
// that follow; 0 mends the disk.
func (d *Disk) Fail(n int, fault Fault, onwards bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.fault, d.onwards = n, fault, onwards
}

// Break makes every sync of a file whose name begins with prefix fail, until
// it is called with an empty one.
func (d *Disk) Break(prefix string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = prefix
}

// Failed is the first operation that has failed; empty when none has.
func (d *Disk) Failed() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// Ops is how many operations there were.
func (d *Disk) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// fails counts an operation and reports whether it fails. Call it under mu.
func (d *Disk) fails(what, path string) bool {
	d.ops++
	if d.at == 0 || d.ops < d.at || d.ops > d.at && !d.onwards {
		return false
	}
	if d.failed == "" {
		d.failed = fmt.Sprintf("operation %d, %s %s, %v", d.ops, what, filepath.Base(path), d.fault)
	}
	return true
}

func (d *Disk) file(path string) *file {
	f := d.files[path]
	if f == nil {
		f = &file{}
		d.files[path] = f
	}
	return f
}

// write notes that b was, or is to be, written, and returns how much of it is
// to be, with the error.
func (d *Disk) write(path string, at int64, b []byte) (n int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n = len(b)
	if d.fails("write", path) {
		err = d.fault.err()
		n = 0
		if d.fault == Short {
			n = len(b) / 2
		}
	}
	if n > 0 {
		d.file(path).pending = append(d.file(path).pending, change{at, slices.Clone(b[:n])})
	}
	return n, err
}

func (d *Disk) truncate(path string, size int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails("truncate", path) {
		return syscall.EIO
	}
	d.file(path).pending = append(d.file(path).pending, change{at: size})
	return nil
}

// sync makes durable what was written to path. SQLite synchronises the folder
// of a file by itself when it makes one: with named the name is durable too.
func (d *Disk) sync(path string, named bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.file(path)
	broken := d.broken != "" && strings.HasPrefix(filepath.Base(path), d.broken)
	if d.fails("sync", path) || broken {
		f.pending = nil
		return syscall.EIO
	}
	f.sync()
	if named {
		for at := path; strings.HasPrefix(at, d.dir); at = filepath.Dir(at) {
			d.kept[at] = true
		}
	}
	return nil
}

func (d *Disk) remove(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails("remove", path) {
		return syscall.EIO
	}
	delete(d.files, path)
	delete(d.kept, path)
	return nil
}

// Cut writes into the folder to, which it makes, what is left of the disk
// after a cut of power at this moment.
func (d *Disk) Cut(to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for path, f := range d.files {
		rel, err := filepath.Rel(d.dir, path)
		if err != nil {
			return err
		}
		if !d.reached(path) {
			continue
		}
		at := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(at, f.durable, 0o600); err != nil {
			return err
		}
	}
	return os.MkdirAll(to, 0o700)
}

// reached reports whether the names of path and of its folders are durable.
func (d *Disk) reached(path string) bool {
	for at := path; at != d.dir; at = filepath.Dir(at) {
		if !d.kept[at] {
			return false
		}
	}
	return true
}

// MkdirAll makes folders; their names are durable once SyncFolder was called
// on the folder above.
func (d *Disk) MkdirAll(path string, perm fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails("make folder", path) {
		return d.fault.err()
	}
	return os.MkdirAll(path, perm)
}

// Rename moves a file.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails("rename", to) {
		return syscall.EIO
	}
	if f, ok := d.files[from]; ok {
		delete(d.files, from)
		d.files[to] = f
	}
	delete(d.kept, to)
	return os.Rename(from, to)
}

// Remove removes a file. It works on a broken disk: what cannot be removed is
// swept later.
func (d *Disk) Remove(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.files, path)
	return os.Remove(path)
}

// SyncFolder makes the names in a folder durable.
func (d *Disk) SyncFolder(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails("sync folder", path) {
		return syscall.EIO
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		d.kept[filepath.Join(path, e.Name())] = true
	}
	return nil
}

// CreateTemp makes a file as os.CreateTemp does.
func (d *Disk) CreateTemp(dir, pattern string) (*File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails("create", filepath.Join(dir, pattern)) {
		return nil, d.fault.err()
	}
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	d.file(f.Name())
	return &File{File: f, disk: d}, nil
}

// A File is one that CreateTemp has made, written from its start.
type File struct {
	*os.File
	disk *Disk
	at   int64
}

// Write writes b, or as much of it as the disk takes.
func (f *File) Write(b []byte) (int, error) {
	n, failed := f.disk.write(f.Name(), f.at, b)
	n, err := f.File.Write(b[:n])
	f.at += int64(n)
	if failed != nil {
		err = failed
	}
	return n, err
}

// Sync makes durable what was written.
func (f *File) Sync() error { return f.disk.sync(f.Name(), false) }

// Killed copies the disk into the folder to, which it makes, as a program
// finds it after this one was killed: everything that was written can be read,
// and what a cut of power would leave is the same.
func (d *Disk) Killed(t testing.TB, to string) *Disk {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	next := New(t, to)
	move := func(path string) string { return next.dir + strings.TrimPrefix(path, d.dir) }
	for path, f := range d.files {
		raw, err := os.ReadFile(path)
		if err == nil {
			if err = os.MkdirAll(filepath.Dir(move(path)), 0o700); err == nil {
				err = os.WriteFile(move(path), raw, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		next.files[move(path)] = &file{slices.Clone(f.durable), slices.Clone(f.pending)}
	}
	for path := range d.kept {
		next.kept[move(path)] = true
	}
	return next
}
