package cli

import (
	"os/exec"
	"syscall"
)

// endWithUs has cmd end when this program ends, however it ends, and keeps an
// interrupt from the keyboard away from it: we pass it on.
func endWithUs(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
