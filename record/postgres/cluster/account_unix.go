//go:build unix

package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// abort makes the server drop everything without a checkpoint.
var abort os.Signal = syscall.SIGQUIT

// account is who the server runs under: it refuses root. Without root it is
// whoever runs this program, and no account is needed.
func account() (uid, gid int, needed bool, err error) {
	if os.Getuid() != 0 {
		return 0, 0, false, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		var u *user.User
		if u, err = user.Lookup(name); err != nil {
			continue
		}
		if uid, err = strconv.Atoi(u.Uid); err != nil {
			return 0, 0, false, err
		}
		gid, err = strconv.Atoi(u.Gid)
		return uid, gid, true, err
	}
	return 0, 0, false, fmt.Errorf("the server refuses root, and there is no account for it: %w", err)
}

// give gives files to the server's account.
func give(paths ...string) error {
	uid, gid, needed, err := account()
	if err != nil || !needed {
		return err
	}
	for _, path := range paths {
		if err := os.Chown(path, uid, gid); err != nil {
			return err
		}
	}
	return nil
}

// lower has cmd run under the server's account, in a group of its own so that
// an interrupt from the keyboard reaches this program alone, and end when this
// program ends, however it ends.
func lower(cmd *exec.Cmd) error {
	uid, gid, needed, err := account()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = attributes()
	if needed {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return nil
}
