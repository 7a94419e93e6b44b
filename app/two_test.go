package app_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tallinn/record/postgres/cluster/clustertest"
)

// TestDemoTwo runs two hubs by the one command, kills one, goes on at the
// other, and finds the first again; after an interrupt nothing is left.
func TestDemoTwo(t *testing.T) {
	clustertest.Shared(t) // or skips
	t.Parallel()
	program, err := exec.LookPath("tallinn")
	if err != nil {
		t.Fatal(err)
	}
	temp := openTemp(t)
	cmd := exec.Command(program, "demo", "--two", "--addr", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "TALLINN_DATABASE=")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	victim, other := started(t, lines), started(t, lines)
	officer := victim.acts(t, "cyber officer", 0)
	page := officer.submits(titled("On both"))
	if err := syscall.Kill(victim.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if a := officer.on(other.site).get(page); a.status != http.StatusOK {
		t.Errorf("the other hub answers %d", a.status)
	}
	back := started(t, lines)
	if a := officer.on(back.site).get(page); a.status != http.StatusOK || back.name != victim.name || back.pid == victim.pid {
		t.Errorf("%s, process %d, came back as %s, process %d, and answers %d", victim.name, victim.pid, back.name, back.pid, a.status)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for range lines {
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after an interrupt: %v", err)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// openTemp is a folder that the database's account can go through: those of
// the tests are for their own account alone.
func openTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tallinn-test-two-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

var readyLine = regexp.MustCompile(`^ready (http://\S+) \((hub \d), process (\d+);`)

// A served hub is one that says it is ready.
type served struct {
	*site
	name string
	pid  int
}

// started waits for the next hub to be ready.
func started(t *testing.T, lines chan string) served {
	t.Helper()
	for late := time.After(time.Minute); ; {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatal("the command ended")
			}
			if m := readyLine.FindStringSubmatch(line); m != nil {
				pid, _ := strconv.Atoi(m[3]) // digits, by readyLine
				return served{&site{t: t, url: m[1]}, m[2], pid}
			}
		case <-late:
			t.Fatal("no hub was ready in a minute")
		}
	}
}
