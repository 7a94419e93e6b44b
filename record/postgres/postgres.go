package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"tallinn/fault"
	"tallinn/record"
)

var (
	// ErrDatabase says that the database given cannot be used.
	ErrDatabase = fault.New(fault.Unavailable, "record.database",
		"the database does not open ({{.why}}); see that it runs, and that the address, the name and the password are right")
	// ErrDSN says that what was given is no address of a database. It never
	// repeats what was given, since that may hold a password.
	ErrDSN = fault.New(fault.Invalid, "record.dsn",
		"that is no address of a PostgreSQL database; write postgres://user:password@host:5432/name")
	// ErrOldTables says that somebody else has to change the tables.
	ErrOldTables = fault.New(fault.Conflict, "record.old_tables",
		"the tables in the database are of version {{.have}}, this program needs {{.need}}; run \"tallinn database migrate\" as their owner")
	// ErrNewTables says that this program is too old for the tables.
	ErrNewTables = fault.New(fault.Conflict, "record.new_tables",
		"the tables in the database were changed by a newer version of the program; upgrade this hub")
	// ErrNotDurable refuses a database that acknowledges what it may lose.
	ErrNotDurable = fault.New(fault.Conflict, "record.not_durable",
		"the database has {{.setting}} turned off and would lose what it has acknowledged; turn it on")
)

// DefaultSchema holds the tables.
const DefaultSchema = "tallinn"

// Bounds of one use of the database, in which a hub that is cut off from it
// finds out.
const (
	connectTime = 3 * time.Second
	appendTime  = 5 * time.Second
	settleTime  = 5 * time.Second
	readTime    = 30 * time.Second
	lookTime    = 5 * time.Second // a row or two
)

// Config says where the record lies. DSN and Random are needed.
type Config struct {
	// DSN is the address of the database, as a URL or as keywords. What it
	// leaves out comes from the environment, as libpq has it.
	DSN string
	// Schema is where the tables are; DefaultSchema when empty.
	Schema string
	// Random names this program to the database.
	Random io.Reader
	// ReadOnly opens what is there, as a reader may, and refuses to append.
	ReadOnly bool
}

// A Store is a record.Store on PostgreSQL. Other programs may append to it.
type Store struct {
	cfg    Config
	name   string // of this program's sessions
	schema string // quoted
	write  *pgxpool.Pool
	read   *pgxpool.Pool
	listen *pgx.ConnConfig
}

var _ record.Shared = (*Store)(nil)

// Connections of one hub: one appends while another may move a cursor.
const (
	writers = 2
	readers = 4
)

// Open connects to the database, and brings the tables up to date if their
// owner asks.
//
// Errors: ErrDSN, ErrDatabase, ErrOldTables, ErrNewTables, ErrNotDurable; those of Random.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Schema == "" {
		cfg.Schema = DefaultSchema
	}
	s := &Store{cfg: cfg, schema: pgx.Identifier{cfg.Schema}.Sanitize()}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	var name [8]byte
	if _, err := io.ReadFull(s.cfg.Random, name[:]); err != nil {
		return fmt.Errorf("postgres: read randomness: %w", err)
	}
	s.name = "tallinn " + hex.EncodeToString(name[:])
	if err := s.prepare(ctx); err != nil {
		return err
	}
	var err error
	if s.read, err = s.pool(readers); err != nil || s.cfg.ReadOnly {
		return err
	}
	cfg, err := s.connConfig()
	if err != nil {
		return err
	}
	s.listen = cfg.ConnConfig
	s.write, err = s.pool(writers)
	return err
}

// prepare looks at the database, and at the tables, before they are used.
func (s *Store) prepare(ctx context.Context) (err error) {
	cfg, err := s.connConfig()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig)
	if err != nil {
		return opened(err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	for _, setting := range []string{"fsync", "full_page_writes"} {
		var value string
		if err := conn.QueryRow(ctx, `SELECT current_setting($1)`, setting).Scan(&value); err != nil {
			return opened(err)
		}
		if value != "on" {
			return ErrNotDurable.With("setting", setting)
		}
	}
	may, err := mayMigrate(ctx, conn, s.cfg.Schema)
	if err != nil {
		return opened(err)
	}
	if may && !s.cfg.ReadOnly {
		if err := migrate(ctx, conn, s.cfg.Schema, migrations, Roles{}); err != nil {
			return opened(err)
		}
	}
	return opened(checkVersion(ctx, conn, s.cfg.Schema, len(migrations)))
}

// opened is what Open says of err: a fault as it is, all else as ErrDatabase.
// The driver's texts name host, user and database, and no password.
func opened(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.Of(err); ok {
		return err
	}
	return ErrDatabase.With("why", err).Because(err)
}

// connConfig reads the DSN.
//
// Errors: ErrDSN, without its cause, whose text repeats the DSN.
func (s *Store) connConfig() (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(s.cfg.DSN)
	if err != nil {
		return nil, ErrDSN
	}
	c := cfg.ConnConfig
	if c.ConnectTimeout == 0 || c.ConnectTimeout > connectTime {
		c.ConnectTimeout = connectTime
	}
	dialer := net.Dialer{Timeout: connectTime,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}}
	c.DialFunc = dialer.DialContext
	c.RuntimeParams["application_name"] = s.name
	c.RuntimeParams["timezone"] = "UTC"
	// What is acknowledged is on disk, whatever the database's own default.
	c.RuntimeParams["synchronous_commit"] = "on"
	c.RuntimeParams["idle_in_transaction_session_timeout"] = "2000"
	c.RuntimeParams["search_path"] = s.schema
	return cfg, nil
}

// pool has at most n connections, made when they are needed.
func (s *Store) pool(n int32) (*pgxpool.Pool, error) {
	cfg, err := s.connConfig()
	if err != nil {
		return nil, err
	}
	cfg.MaxConns, cfg.MinConns = n, 0
	// The pool outlives the context that opens the store: Close ends it.
	p, err := pgxpool.NewWithConfig(context.Background(), cfg)
	return p, opened(err)
}

// Now is the clock of the database.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	var now time.Time
	err := s.read.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&now)
	return now, away(ctx, err)
}

// Close closes all connections; again it does nothing.
func (s *Store) Close() error {
	for _, p := range []*pgxpool.Pool{s.read, s.write} {
		if p != nil {
			p.Close()
		}
	}
	return nil
}
