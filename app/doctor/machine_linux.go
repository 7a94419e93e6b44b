package doctor

import "golang.org/x/sys/unix"

// remoteDisks are file systems that do not keep what they acknowledge, or not
// for this machine alone.
var remoteDisks = map[int64]bool{unix.NFS_SUPER_MAGIC: true, unix.SMB_SUPER_MAGIC: true, unix.SMB2_SUPER_MAGIC: true,
	unix.CIFS_SUPER_MAGIC: true, unix.V9FS_MAGIC: true, unix.CEPH_SUPER_MAGIC: true, unix.AFS_SUPER_MAGIC: true}

// space is how many bytes are free in dir, and whether it lies elsewhere.
func space(dir string) (room int64, remote, ok bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false, false
	}
	return int64(s.Bavail) * int64(s.Bsize), remoteDisks[int64(s.Type)], true //nolint:unconvert // their types differ between machines
}

// clockIsSet reports whether the system keeps its clock by others.
func clockIsSet() (set, ok bool) {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return false, false
	}
	return t.Status&unix.STA_UNSYNC == 0, true
}

// openFiles is how many files this account may have open.
func openFiles() (n uint64, ok bool) {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 0, false
	}
	return l.Max, true
}
