package postgres_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"tallinn/record"
	"tallinn/record/postgres"
	"tallinn/record/postgres/cluster/clustertest"
)

// TestMigrateOnce starts hubs at the same time on an empty database.
func TestMigrateOnce(t *testing.T) {
	cfg := fresh(t)
	cfg.Random = rand.Reader
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := postgres.Open(t.Context(), cfg)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestNewerTables: a hub goes on, and starts, beside one that has added to the
// tables, and refuses those that it could not use.
func TestNewerTables(t *testing.T) {
	cfg := fresh(t)
	old := open(t, cfg)
	meta := func(name string, value int) string {
		return fmt.Sprintf(`UPDATE %s.meta SET value = '%d' WHERE name = '%s'`, cfg.Schema, value, name)
	}
	clustertest.Exec(t, cfg.DSN, `ALTER TABLE `+cfg.Schema+`.facts ADD COLUMN added text`,
		`ALTER TABLE `+cfg.Schema+`.commands ADD COLUMN added bigint DEFAULT 5`, meta("schema", 99))
	for i, s := range []*postgres.Store{old, open(t, cfg)} {
		if err := s.Append(t.Context(), gift(int64(i))); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]error{"oldest": postgres.ErrNewTables, "format": postgres.ErrNewTables} {
		clustertest.Exec(t, cfg.DSN, meta(name, 99))
		if _, err := postgres.Open(t.Context(), withRandom(cfg)); !errors.Is(err, want) {
			t.Errorf("newer %s: %v; want %v", name, err, want)
		}
		clustertest.Exec(t, cfg.DSN, meta(name, 0))
	}
}

func withRandom(cfg postgres.Config) postgres.Config {
	cfg.Random = rand.Reader
	return cfg
}

// gift is a batch of one fact. The store does not look into it.
func gift(pos int64) record.Batch {
	id := fmt.Sprint("c", pos)
	return record.Batch{First: posOf(pos), Facts: [][]byte{[]byte(id)},
		Commands: []record.Remembered{{ID: id, Op: "gift", First: posOf(pos), Last: posOf(pos)}}}
}

// TestRoles: a hub records as the writer, who can change nothing; the reader
// reads.
func TestRoles(t *testing.T) {
	server := clustertest.Shared(t)
	cfg := postgres.Config{DSN: clustertest.Database(t, server)}
	writer, reader := "w_"+clustertest.Name(t), "r_"+clustertest.Name(t)
	clustertest.Exec(t, cfg.DSN, `CREATE ROLE `+writer+` LOGIN PASSWORD 'w'`, `CREATE ROLE `+reader+` LOGIN PASSWORD 'r'`)
	as := func(role, password string) postgres.Config {
		u, err := url.Parse(cfg.DSN)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(role, password)
		return postgres.Config{DSN: u.String(), Random: rand.Reader}
	}
	if _, err := postgres.Open(t.Context(), as(writer, "w")); !errors.Is(err, postgres.ErrOldTables) {
		t.Errorf("the writer, before the owner has made tables: %v; want ErrOldTables", err)
	}
	if err := postgres.Migrate(t.Context(), cfg, postgres.Roles{Writer: writer, Reader: reader}); err != nil {
		t.Fatal(err)
	}
	hub := open(t, as(writer, "w"))
	if err := hub.Append(t.Context(), gift(0)); err != nil {
		t.Errorf("the writer appends: %v", err)
	}
	for range 2 {
		if err := hub.SetCursor(t.Context(), "ear", 0); err != nil {
			t.Errorf("the writer moves a cursor: %v", err)
		}
	}
	ro := as(reader, "r")
	ro.ReadOnly = true
	if head, err := open(t, ro).Head(t.Context()); head != 0 || err != nil {
		t.Errorf("the reader: %d, %v", head, err)
	}
	for _, q := range []string{`UPDATE tallinn.facts SET raw = ''`, `DELETE FROM tallinn.facts`, `INSERT INTO tallinn.facts VALUES (1, '')`,
		`TRUNCATE tallinn.facts`, `DROP TABLE tallinn.facts`, `UPDATE tallinn.commands SET op = ''`, `DELETE FROM tallinn.texts`,
		`UPDATE tallinn.meta SET value = '0'`, `DELETE FROM tallinn.cursors`, `CREATE TABLE tallinn.x ()`} {
		denied(t, as(writer, "w").DSN, q)
		denied(t, as(reader, "r").DSN, q)
	}
	denied(t, as(reader, "r").DSN, `SELECT tallinn.append(1,'{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','')`)
	denied(t, as(reader, "r").DSN, `INSERT INTO tallinn.cursors VALUES ('a', 1)`)
	// The owner migrates again without naming them: they keep their rights.
	if err := postgres.Migrate(t.Context(), cfg, postgres.Roles{}); err != nil {
		t.Fatal(err)
	}
}

func denied(t *testing.T, dsn, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("%s: %v; want permission denied", statement, err)
	}
}

// TestNotDurable: what a database would lose is never acknowledged.
func TestNotDurable(t *testing.T) {
	server := clustertest.Shared(t)
	dsn := server.DSN("postgres")
	set := func(how string, want error) error {
		clustertest.Exec(t, dsn, `ALTER SYSTEM `+how, `SELECT pg_reload_conf()`)
		var err error
		for range 200 { // the server takes the file up a moment later
			var s *postgres.Store
			if s, err = postgres.Open(t.Context(), withRandom(fresh(t))); err == nil {
				s.Close()
			}
			if errors.Is(err, want) {
				return err
			}
		}
		t.Fatalf("after ALTER SYSTEM %s: %v; want %v", how, err, want)
		return nil
	}
	defer func() { _ = set(`RESET fsync`, nil) }()
	if err := set(`SET fsync = off`, postgres.ErrNotDurable); !strings.Contains(err.Error(), "fsync") {
		t.Errorf("fsync off: %v", err)
	}
}

// TestDSN: what was given is never repeated, since it may hold a password.
func TestDSN(t *testing.T) {
	for dsn, want := range map[string]error{
		"postgres://u:hush@[::1":                        postgres.ErrDSN,
		"postgres://u:hush@127.0.0.1:1/x?sslmode=maybe": postgres.ErrDSN,
		"password=hush port=many":                       postgres.ErrDSN,
		"postgres://u:hush@127.0.0.1:1/x":               postgres.ErrDatabase,
	} {
		_, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, Random: rand.Reader})
		if !errors.Is(err, want) || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), "hush") {
			t.Errorf("%s: %v; want %v", dsn, err, want)
		}
	}
}
