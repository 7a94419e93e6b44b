package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"tallinn/fault"
	"tallinn/identity"
	"tallinn/record/postgres/cluster"
)

// ErrPostgres says that no database can be started for two hubs.
var ErrPostgres = fault.New(fault.Unavailable, "cli.postgres",
	"no PostgreSQL server can be started here ({{.why}}); on Debian install it with: apt-get install --no-install-recommends postgresql; or name a database with TALLINN_DATABASE")

// againAfter is how long a hub that has ended stays away: long enough to see
// the other go on without it.
const againAfter = 3 * time.Second

// two serves two hubs, each in a process of its own, on one database: that of
// the flags, else a cluster in a temporary folder. A hub that ends is started
// again. It returns after ctx has ended and all is put away.
func (s *session) two(ctx context.Context, f hubFlags) (err error) {
	dir, err := os.MkdirTemp("", "tallinn-two-")
	if err != nil {
		return fmt.Errorf("cli: make a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	dsn, err := f.dsn()
	if err != nil {
		return err
	}
	if dsn == "" {
		c, err := startCluster(ctx, dir)
		if err != nil {
			return ErrPostgres.With("why", err).Because(err)
		}
		defer func() { err = errors.Join(err, c.Stop()) }()
		dsn = c.DSN("postgres")
	}
	addresses, err := twoAddresses(f.Addr)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cli: find this program: %w", err)
	}
	folders := []string{filepath.Join(dir, "hub1"), filepath.Join(dir, "hub2")}
	if err := sameTokens(folders); err != nil {
		return err
	}
	var hubs sync.WaitGroup
	for i, addr := range addresses {
		h := &neighbour{session: s, name: "hub " + strconv.Itoa(i+1), dsn: dsn,
			words: []string{program, "demo", "--addr", addr, "--data", folders[i],
				"--blobs", filepath.Join(dir, "shared")}}
		hubs.Go(func() { h.stay(ctx) })
	}
	hubs.Wait()
	return nil
}

func startCluster(ctx context.Context, dir string) (*cluster.Cluster, error) {
	if err := os.Chmod(dir, 0o711); err != nil { // the server's account goes through it
		return nil, err
	}
	return cluster.Start(ctx, cluster.Config{Dir: filepath.Join(dir, "postgres"), Random: rand.Reader})
}

// twoAddresses are addr and the port after it.
func twoAddresses(addr string) ([]string, error) {
	host, port, err := net.SplitHostPort(addr)
	n, bad := strconv.Atoi(port)
	if err != nil || bad != nil {
		return nil, fmt.Errorf("cli: %s is no address with a port", addr)
	}
	next := n + 1
	if n == 0 {
		next = 0
	}
	return []string{addr, net.JoinHostPort(host, strconv.Itoa(next))}, nil
}

// sameTokens gives the hubs one file of tokens: a machine may reach any.
func sameTokens(folders []string) error {
	for _, dir := range folders {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("cli: make a data folder: %w", err)
		}
	}
	if _, err := identity.OpenTokens(folders[0], rand.Reader); err != nil {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(folders[0], identity.TokensFile))
	if err != nil {
		return fmt.Errorf("cli: copy the tokens: %w", err)
	}
	return os.WriteFile(filepath.Join(folders[1], identity.TokensFile), raw, 0o600)
}

// A neighbour is one of two hubs.
type neighbour struct {
	*session
	name  string
	dsn   string
	words []string
}

// stay runs the hub until ctx ends, again and again.
func (h *neighbour) stay(ctx context.Context) {
	for {
		err := h.run(ctx)
		if ctx.Err() != nil {
			return
		}
		h.line("%s", h.t("two.ended", "hub", h.name, "why", fmt.Sprint(err), "seconds", againAfter.Seconds()))
		select {
		case <-ctx.Done():
			return
		case <-time.After(againAfter):
		}
	}
}

func (h *neighbour) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, h.words[0], h.words[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	cmd.Env = append(os.Environ(), "TALLINN_DATABASE="+h.dsn)
	cmd.Stderr = h.Stderr
	endWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	h.announce(out, cmd.Process.Pid)
	return cmd.Wait()
}

// announce says where the hub serves, and how to end it.
func (h *neighbour) announce(out io.Reader, pid int) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if url, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
			h.line("ready %s %s", url, h.t("two.ready", "hub", h.name, "pid", pid))
		}
	}
}
