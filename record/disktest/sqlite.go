package disktest

import (
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite reaches files through tables of functions. Ours stands before its
// own, as the one that is used when none is named, and hands on what concerns
// no disk of ours.
var vfs struct {
	once  sync.Once
	under sqlite3.Tsqlite3_vfs // SQLite's own

	mu    sync.Mutex
	disks []*Disk
	open  map[uintptr]*opened // by the address of SQLite's file
}

// An opened file of a disk.
type opened struct {
	disk  *Disk
	path  string
	under sqlite3.Tsqlite3_io_methods
	table uintptr // ours, in SQLite's memory
}

func plug(d *Disk) {
	vfs.once.Do(register)
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	vfs.disks = append(vfs.disks, d)
}

func unplug(d *Disk) {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	for i, other := range vfs.disks {
		if other == d {
			vfs.disks = append(vfs.disks[:i], vfs.disks[i+1:]...)
			return
		}
	}
}

func register() {
	vfs.open = map[uintptr]*opened{}
	tls := libc.NewTLS()
	defer tls.Close()
	own := sqlite3.Xsqlite3_vfs_find(tls, 0)
	vfs.under = *at[sqlite3.Tsqlite3_vfs](own)
	name, err := libc.CString("disktest")
	if err != nil {
		panic(err)
	}
	table := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(vfs.under)))
	ours := at[sqlite3.Tsqlite3_vfs](table)
	*ours = vfs.under
	ours.FpNext, ours.FzName = 0, name
	ours.FxOpen, ours.FxDelete = pointer(openFile), pointer(deleteFile)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, table, 1); rc != sqlite3.SQLITE_OK {
		panic("disktest: SQLite takes no file system")
	}
}

// at is what lies at an address of SQLite's memory.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// pointer is how SQLite's tables hold a function; call is the way back. The
// function must be one of the package's own, which stays where it is.
func pointer[F any](fn F) uintptr {
	var boxed any = fn
	return (*[2]uintptr)(unsafe.Pointer(&boxed))[1]
}

func call[F any](pointer uintptr) F {
	return *(*F)(unsafe.Pointer(&struct{ uintptr }{pointer}))
}

type (
	opener    = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	deleter   = func(tls *libc.TLS, vfs, name uintptr, sync int32) int32
	closer    = func(tls *libc.TLS, file uintptr) int32
	writer    = func(tls *libc.TLS, file, from uintptr, n int32, offset int64) int32
	truncater = func(tls *libc.TLS, file uintptr, size int64) int32
)

func diskOf(path string) *Disk {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	for _, d := range vfs.disks {
		if strings.HasPrefix(path, d.dir+"/") {
			return d
		}
	}
	return nil
}

func openFile(tls *libc.TLS, table, name, file uintptr, flags int32, out uintptr) int32 {
	rc := call[opener](vfs.under.FxOpen)(tls, table, name, file, flags, out)
	f := at[sqlite3.Tsqlite3_file](file)
	if rc != sqlite3.SQLITE_OK || name == 0 || f.FpMethods == 0 {
		return rc
	}
	path := libc.GoString(name)
	d := diskOf(path)
	if d == nil {
		return rc
	}
	o := &opened{disk: d, path: path, under: *at[sqlite3.Tsqlite3_io_methods](f.FpMethods)}
	o.table = libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(o.under)))
	ours := at[sqlite3.Tsqlite3_io_methods](o.table)
	*ours = o.under
	ours.FxClose, ours.FxWrite = pointer(closeFile), pointer(writeFile)
	ours.FxTruncate, ours.FxSync = pointer(truncateFile), pointer(syncFile)
	f.FpMethods = o.table
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	vfs.open[file] = o
	return rc
}

func openedAt(file uintptr) *opened {
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	return vfs.open[file]
}

func closeFile(tls *libc.TLS, file uintptr) int32 {
	o := openedAt(file)
	vfs.mu.Lock()
	delete(vfs.open, file)
	vfs.mu.Unlock()
	rc := call[closer](o.under.FxClose)(tls, file)
	libc.Xfree(tls, o.table)
	return rc
}

func writeFile(tls *libc.TLS, file, from uintptr, n int32, offset int64) int32 {
	o := openedAt(file)
	took, err := o.disk.write(o.path, offset, unsafe.Slice(at[byte](from), n))
	if took > 0 {
		if rc := call[writer](o.under.FxWrite)(tls, file, from, int32(took), offset); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	switch {
	case err == nil:
		return sqlite3.SQLITE_OK
	case o.disk.fault == Full:
		return sqlite3.SQLITE_FULL
	}
	return sqlite3.SQLITE_IOERR_WRITE
}

func truncateFile(tls *libc.TLS, file uintptr, size int64) int32 {
	o := openedAt(file)
	if o.disk.truncate(o.path, size) != nil {
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	return call[truncater](o.under.FxTruncate)(tls, file, size)
}

// syncFile never synchronises in earnest: what is durable is what the disk
// keeps in mind.
func syncFile(_ *libc.TLS, file uintptr, _ int32) int32 {
	o := openedAt(file)
	if o.disk.sync(o.path, true) != nil {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return sqlite3.SQLITE_OK
}

func deleteFile(tls *libc.TLS, table, name uintptr, dirSync int32) int32 {
	path := libc.GoString(name)
	if d := diskOf(path); d != nil && d.remove(path) != nil {
		return sqlite3.SQLITE_IOERR_DELETE
	}
	return call[deleter](vfs.under.FxDelete)(tls, table, name, 0)
}
