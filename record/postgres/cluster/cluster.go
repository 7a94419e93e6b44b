package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Config says how a cluster runs. Dir and Random are needed.
type Config struct {
	// Dir is an empty folder, or one that does not exist; it is given to the
	// account that the server runs under.
	Dir string
	// Listen is the address to listen on; the loopback when empty.
	Listen string
	// Allow is a network, such as "10.0.0.0/8", whose programs may connect
	// beside those of the machine itself; none when empty.
	Allow string
	// Random draws the password.
	Random io.Reader
}

// owner is who owns the cluster.
const owner = "tallinn_owner"

const (
	startTime = 60 * time.Second
	stopTime  = 20 * time.Second
)

// A Cluster is a running server.
type Cluster struct {
	cfg      Config
	bin      string
	port     int
	password string
	server   *exec.Cmd
	said     *tail
	ended    chan struct{} // closed when the server has ended
	err      error         // of the server, once ended
}

// Start makes a cluster and waits until it answers.
//
// Errors: ErrNone; those of the file system and of the server.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1"
	}
	c := &Cluster{cfg: cfg}
	if err := c.init(ctx); err != nil {
		return nil, fmt.Errorf("cluster: make a cluster in %s: %w", cfg.Dir, err)
	}
	var err error
	for range 3 { // somebody may take the port between our look and the server's
		if err = c.Restart(ctx); err == nil {
			return c, nil
		}
	}
	return nil, err
}

// init makes the files.
func (c *Cluster) init(ctx context.Context) (err error) {
	if c.bin, err = find(); err != nil {
		return err
	}
	password := make([]byte, 16)
	if _, err := io.ReadFull(c.cfg.Random, password); err != nil {
		return err
	}
	c.password = fmt.Sprintf("%x", password)
	if err := os.MkdirAll(c.cfg.Dir, 0o700); err != nil {
		return err
	}
	secret := filepath.Join(c.cfg.Dir, "password")
	if err := os.WriteFile(secret, []byte(c.password), 0o600); err != nil {
		return err
	}
	if err := give(c.cfg.Dir, secret); err != nil {
		return err
	}
	made := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "--pgdata", c.data(), "--username", owner,
		"--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	made.Dir = c.cfg.Dir
	if err := lower(made); err != nil {
		return err
	}
	if out, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if err := os.Remove(secret); err != nil || c.cfg.Allow == "" {
		return err
	}
	return appendLine(filepath.Join(c.data(), "pg_hba.conf"), "host all all "+c.cfg.Allow+" scram-sha-256\n")
}

func appendLine(path, line string) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = f.WriteString(line)
	return err
}

func (c *Cluster) data() string { return filepath.Join(c.cfg.Dir, "data") }

// Restart starts the server again after Stop or Kill, on the port that it had.
//
// Errors: those of the server; its own words are in them.
func (c *Cluster) Restart(ctx context.Context) error {
	port := c.port
	if port == 0 {
		var err error
		if port, err = free(c.cfg.Listen); err != nil {
			return err
		}
	}
	c.said = &tail{}
	c.server = exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.data(),
		"-c", "listen_addresses="+c.cfg.Listen, "-p", strconv.Itoa(port), "-c", "unix_socket_directories=",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "timezone=UTC", "-c", "log_timezone=UTC")
	c.server.Dir, c.server.Stdout, c.server.Stderr = c.cfg.Dir, c.said, c.said
	if err := lower(c.server); err != nil {
		return err
	}
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("cluster: start the server: %w", err)
	}
	c.ended = make(chan struct{})
	go func() { c.err = c.server.Wait(); close(c.ended) }()
	if err := c.answers(ctx, port); err != nil {
		return errors.Join(err, c.Kill())
	}
	c.port = port
	return nil
}

// answers waits until the server takes a connection.
func (c *Cluster) answers(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.dsn(port, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.ended:
			return fmt.Errorf("cluster: the server ended: %w\n%s", c.err, c.said)
		case <-ctx.Done():
			return fmt.Errorf("cluster: the server does not answer: %w\n%s", err, c.said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// DSN is how the owner connects to a database of the cluster; "postgres" is
// there from the start.
func (c *Cluster) DSN(database string) string { return c.dsn(c.port, database) }

func (c *Cluster) dsn(port int, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(owner, c.password),
		Host: net.JoinHostPort(c.cfg.Listen, strconv.Itoa(port)), Path: "/" + database}
	return u.String()
}

// Pid is the server's process.
func (c *Cluster) Pid() int { return c.server.Process.Pid }

// Stop ends the server and its sessions, in order, and keeps the files.
func (c *Cluster) Stop() error { return c.end(os.Interrupt) }

// Kill ends the server at once, as a failure of the machine would.
func (c *Cluster) Kill() error { return c.end(abort) }

func (c *Cluster) end(how os.Signal) error {
	select {
	case <-c.ended:
		return nil
	default:
	}
	if err := c.server.Process.Signal(how); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cluster: stop the server: %w", err)
	}
	select {
	case <-c.ended:
	case <-time.After(stopTime):
		return errors.Join(errors.New("cluster: the server did not end in time and was killed"), c.server.Process.Kill())
	}
	return nil
}

// free is a port that nobody listens on.
func free(address string) (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return 0, fmt.Errorf("cluster: find a free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// A tail keeps the last words of the server.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

const tailBytes = 16 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.buf.Len()+len(b) > tailBytes {
		t.buf.Reset()
	}
	t.buf.Write(b[max(0, len(b)-tailBytes):])
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
