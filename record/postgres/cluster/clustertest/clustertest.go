// Package clustertest gives tests a PostgreSQL cluster: one for all tests of a
// package, started by the first that asks.
package clustertest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"tallinn/record/postgres/cluster"
)

// Need, when set, makes a test fail where it would be skipped because
// PostgreSQL is not installed.
const Need = "TALLINN_NEED_POSTGRES"

var shared struct {
	sync.Once
	dir     string
	cluster *cluster.Cluster
	err     error
}

// Main runs the tests of a package and stops the cluster after them.
func Main(m *testing.M) int {
	code := m.Run()
	if shared.dir == "" {
		return code
	}
	var err error
	if shared.cluster != nil {
		err = shared.cluster.Stop()
	}
	if err = errors.Join(err, os.RemoveAll(shared.dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// Shared is the cluster of the package's tests. Call it in packages whose
// TestMain calls Main.
func Shared(t testing.TB) *cluster.Cluster {
	t.Helper()
	shared.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "tallinn-pg-"); shared.err == nil {
			shared.err = os.Chmod(shared.dir, 0o711) // the server's account goes through it
		}
		if shared.err == nil {
			shared.cluster, shared.err = cluster.Start(context.Background(),
				cluster.Config{Dir: filepath.Join(shared.dir, "pg"), Random: rand.Reader})
		}
	})
	check(t, shared.err)
	return shared.cluster
}

// Start is a cluster for t alone, which it may stop and kill.
func Start(t testing.TB, change func(*cluster.Config)) *cluster.Cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "tallinn-pg-")
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	check(t, os.Chmod(dir, 0o711))
	cfg := cluster.Config{Dir: filepath.Join(dir, "pg"), Random: rand.Reader}
	if change != nil {
		change(&cfg)
	}
	c, err := cluster.Start(t.Context(), cfg)
	check(t, err)
	t.Cleanup(func() { check(t, c.Stop()) })
	return c
}

// Database makes an empty database of c for t and returns its owner's DSN.
func Database(t testing.TB, c *cluster.Cluster) string {
	t.Helper()
	name := "t_" + Name(t)
	Exec(t, c.DSN("postgres"), "CREATE DATABASE "+name)
	return c.DSN(name)
}

// Name is drawn anew at each call, to name a database, a schema or a role.
func Name(t testing.TB) string {
	t.Helper()
	var b [8]byte
	_, err := rand.Read(b[:])
	check(t, err)
	return hex.EncodeToString(b[:])
}

// Exec runs statements as whoever dsn says.
func Exec(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	check(t, err)
	defer func() { check(t, conn.Close(ctx)) }()
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	switch {
	case errors.Is(err, cluster.ErrNone) && os.Getenv(Need) == "":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
}
