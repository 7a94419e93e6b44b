//go:build !linux

package doctor

func space(string) (room int64, remote, ok bool) { return 0, false, false }

func clockIsSet() (set, ok bool) { return false, false }

func openFiles() (n uint64, ok bool) { return 0, false }
