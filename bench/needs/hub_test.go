package needs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tallinn/app"
)

// asHub makes this program a hub on the folder that it names.
const asHub = "TALLINN_BENCH_AS_HUB"

// TestMain lets the hub be a process of its own, whose processor time and
// memory are nobody else's.
func TestMain(m *testing.M) {
	dir := os.Getenv(asHub)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := run(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until its input ends.
func run(dir string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	h, err := open(ctx, dir)
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return errors.Join(h.Run(ctx, func(url string) { fmt.Println(url) }), h.Close())
}

// open is the exercise, with the needs and flows that lie in dir.
func open(ctx context.Context, dir string) (*app.Hub, error) {
	h, err := app.Open(ctx, config(dir))
	if err != nil {
		return nil, err
	}
	return h, h.LoadDemo(ctx)
}

// config lets the hub log as it does in earnest, to nowhere.
func config(dir string) app.Config {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	return app.Config{Addr: "127.0.0.1:0", Data: dir, Log: slog.New(slog.NewTextHandler(null, nil))}
}

// filled is a folder with the needs and flows.
func filled(b *testing.B) string {
	b.Helper()
	dir := os.Getenv("TALLINN_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) == 0 {
		if err := errors.Join(err, fill(b.Context(), dir)); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// inside is the hub in this process.
func inside(b *testing.B) *app.Hub {
	b.Helper()
	h, err := open(b.Context(), filled(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := h.Close(); err != nil {
			b.Error(err)
		}
	})
	settle(b, os.Getpid())
	debug.FreeOSMemory() // what the filling took is not the hub's
	return h
}

// A served hub is a process of its own.
type served struct {
	url string
	pid int
}

// serve starts a hub and waits until it has settled.
func serve(b *testing.B) served {
	b.Helper()
	dir := filled(b)
	c := exec.Command(os.Args[0])
	c.Env, c.Stderr = append(os.Environ(), asHub+"="+dir), os.Stderr
	until, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	says, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		until.Close()
		if err := c.Wait(); err != nil {
			b.Error(err)
		}
	})
	url, err := bufio.NewReader(says).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	settle(b, c.Process.Pid)
	return served{strings.TrimSpace(url), c.Process.Pid}
}

// settle waits until the hub has done what it does after a start: the words of
// every need and flow are filed, to be found.
func settle(b *testing.B, pid int) {
	b.Helper()
	began, used := time.Now(), usage(b, pid)
	for idle := 0; time.Since(began) < 2*time.Minute; {
		before, from := usage(b, pid), time.Now()
		time.Sleep(400 * time.Millisecond)
		if idle++; usage(b, pid)-before > time.Since(from)/20 {
			idle = 0
		}
		if idle == 3 { // not that the machine had no time for it
			b.Logf("settled after %v, %v of processor time", time.Since(began), before-used)
			return
		}
	}
	b.Fatal("the hub is busy with itself two minutes after its start")
}

// usage is the time that a process has had on all cores.
func usage(b *testing.B, pid int) time.Duration {
	if pid == os.Getpid() {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	raw := proc(b, pid, "stat")
	fields := strings.Fields(raw[strings.LastIndexByte(raw, ')')+1:])
	const tick = 10 * time.Millisecond // what Linux tells everybody that it counts in
	return time.Duration(number(b, fields[11])+number(b, fields[12])) * tick
}

// resident is the memory that a process holds, in megabytes.
func resident(b *testing.B, pid int) float64 {
	return float64(number(b, strings.Fields(proc(b, pid, "statm"))[1])*os.Getpagesize()) / 1e6
}

func proc(b *testing.B, pid int, name string) string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
	if err != nil {
		b.Skip("this system does not say what a process takes: ", err)
	}
	return string(raw)
}

func number(b *testing.B, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		b.Fatal(err)
	}
	return n
}
