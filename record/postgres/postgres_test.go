package postgres_test

import (
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"testing"

	"tallinn/record"
	"tallinn/record/postgres"
	"tallinn/record/postgres/cluster/clustertest"
	"tallinn/record/recordtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(hubDSN) != "" {
		if err := serveLines(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	// Each check makes tables of its own, which takes far longer than what is
	// checked; SQLite runs the full number.
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		_ = f.Value.Set("15")
	}
	os.Exit(clustertest.Main(m))
}

func open(t *testing.T, cfg postgres.Config) *postgres.Store {
	t.Helper()
	cfg.Random = rand.Reader
	s, err := postgres.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// fresh is a schema that nobody else uses.
func fresh(t *testing.T) postgres.Config {
	return postgres.Config{DSN: clustertest.Shared(t).DSN("postgres"), Schema: "s_" + clustertest.Name(t)}
}

func TestStore(t *testing.T) {
	recordtest.Run(t, func(t *testing.T) record.Store { return open(t, fresh(t)) })
}
