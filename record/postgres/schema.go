package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"tallinn/fact"
)

// A migration brings the tables from one version to the next.
type migration struct {
	// sql runs with the schema as the search path.
	sql string
	// breaks says that programs of earlier versions cannot use the tables any
	// more. Nearly none does: columns and tables are added, and a hub of
	// yesterday goes on beside one of today.
	breaks bool
}

// migrations are only added to; what has been released is never edited.
// Version n is the tables after migrations[:n].
var migrations = []migration{{sql: `
CREATE TABLE facts (
	pos bigint PRIMARY KEY CHECK (pos >= 0),
	raw bytea NOT NULL
);
CREATE TABLE commands (
	id    text PRIMARY KEY,
	op    text NOT NULL,
	args  bytea NOT NULL,
	first bigint NOT NULL UNIQUE,
	last  bigint NOT NULL,
	ids   text NOT NULL
);
CREATE TABLE texts (
	id       text COLLATE "C" PRIMARY KEY,
	key      bytea NOT NULL,
	"commit" text NOT NULL,
	text     bytea NOT NULL
);
CREATE TABLE cursors (
	name text PRIMARY KEY,
	pos  bigint NOT NULL
);
-- append keeps a whole batch or nothing. It runs with its owner's rights, so
-- that a hub needs no right to write to the tables.
CREATE FUNCTION append(
	start_at bigint, raws bytea[],
	ids text[], ops text[], args bytea[], firsts bigint[], lasts bigint[], drawn text[],
	textids text[], keys bytea[], commits text[], texts bytea[],
	writer text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
	IF start_at > 0 AND NOT EXISTS (SELECT FROM facts f WHERE f.pos = start_at - 1) THEN
		RAISE EXCEPTION 'fact % would leave a gap', start_at USING ERRCODE = 'TLN01';
	END IF;
	INSERT INTO facts (pos, raw)
		SELECT start_at + n - 1, raw FROM unnest(raws) WITH ORDINALITY AS u (raw, n) ORDER BY n;
	INSERT INTO commands (id, op, args, first, last, ids)
		SELECT * FROM unnest(append.ids, ops, append.args, firsts, lasts, drawn);
	INSERT INTO texts (id, key, "commit", text)
		SELECT * FROM unnest(textids, keys, commits, append.texts);
	PERFORM pg_notify(current_schema(), writer);
END $$;
REVOKE ALL ON FUNCTION append FROM PUBLIC;
`}, {sql: `
CREATE TABLE turns (
	name   text PRIMARY KEY,
	holder text NOT NULL,
	until  timestamptz NOT NULL
);
`}}

const metaTable = `CREATE TABLE IF NOT EXISTS meta (name text PRIMARY KEY, value text NOT NULL)`

// Roles are who may use the tables beside their owner. They must exist.
type Roles struct {
	Writer string // a hub: reads, appends, moves cursors
	Reader string // reads
}

// Migrate brings the tables in the schema of cfg to the newest version, and
// gives roles their rights; roles left empty are those of the last time. Of
// several programs that migrate at once one does it and the others wait.
//
// Errors: as Open.
func Migrate(ctx context.Context, cfg Config, roles Roles) (err error) {
	if cfg.Schema == "" {
		cfg.Schema = DefaultSchema
	}
	s := &Store{cfg: cfg, name: "tallinn migrate", schema: pgx.Identifier{cfg.Schema}.Sanitize()}
	pool, err := s.connConfig()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, pool.ConnConfig)
	if err != nil {
		return opened(err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	return opened(migrate(ctx, conn, cfg.Schema, migrations, roles))
}

// mayMigrate reports whether the session's role owns the schema, or may make
// it.
func mayMigrate(ctx context.Context, conn *pgx.Conn, schema string) (may bool, err error) {
	err = conn.QueryRow(ctx, `SELECT coalesce(
		(SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = $1),
		has_database_privilege(current_database(), 'CREATE'))`, schema).Scan(&may)
	return may, err
}

// migrate runs what of list the tables have not seen, in one transaction that
// one program at a time may be in.
func migrate(ctx context.Context, conn *pgx.Conn, schema string, list []migration, roles Roles) error {
	quoted := pgx.Identifier{schema}.Sanitize()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('tallinn migrate'), hashtext($1))`, schema); err != nil {
			return err
		}
		for _, q := range []string{
			`CREATE SCHEMA IF NOT EXISTS ` + quoted,
			`SET LOCAL search_path = ` + quoted,
			metaTable,
		} {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		if err := upgrade(ctx, tx, list); err != nil {
			return err
		}
		return grant(ctx, tx, quoted, roles)
	})
}

func upgrade(ctx context.Context, tx pgx.Tx, list []migration) error {
	have, err := number(ctx, tx, "schema", 0)
	if err != nil || have >= len(list) {
		return err // newer tables are left as they are
	}
	oldest, err := number(ctx, tx, "oldest", 0)
	if err != nil {
		return err
	}
	for i := have; i < len(list); i++ {
		if _, err := tx.Exec(ctx, list[i].sql); err != nil {
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
		if list[i].breaks || i == 0 {
			oldest = i + 1
		}
	}
	for name, value := range map[string]int{"schema": len(list), "oldest": oldest, "format": fact.Format} {
		if err := setMeta(ctx, tx, name, strconv.Itoa(value)); err != nil {
			return err
		}
	}
	return nil
}

// grant gives the roles what they may, and nothing more.
func grant(ctx context.Context, tx pgx.Tx, schema string, roles Roles) error {
	for _, r := range []struct {
		name, role string
		rights     []string
	}{
		{"reader", roles.Reader, []string{"USAGE ON SCHEMA " + schema, "SELECT ON ALL TABLES IN SCHEMA " + schema}},
		{"writer", roles.Writer, []string{"USAGE ON SCHEMA " + schema, "SELECT ON ALL TABLES IN SCHEMA " + schema,
			"INSERT, UPDATE ON cursors, turns", "EXECUTE ON FUNCTION append"}},
	} {
		if err := remember(ctx, tx, r.name, &r.role); err != nil || r.role == "" {
			if err != nil {
				return err
			}
			continue
		}
		for _, right := range r.rights {
			if _, err := tx.Exec(ctx, "GRANT "+right+" TO "+pgx.Identifier{r.role}.Sanitize()); err != nil {
				return err
			}
		}
	}
	return nil
}

// remember keeps a role's name for the next migration, or finds that of the
// last.
func remember(ctx context.Context, tx pgx.Tx, name string, role *string) error {
	if *role != "" {
		return setMeta(ctx, tx, name, *role)
	}
	err := tx.QueryRow(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(role)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// checkVersion refuses tables that a program of version mine cannot use.
func checkVersion(ctx context.Context, conn *pgx.Conn, schema string, mine int) error {
	there := false
	if err := conn.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`,
		pgx.Identifier{schema, "meta"}.Sanitize()).Scan(&there); err != nil {
		return err
	}
	if !there {
		return ErrOldTables.With("have", 0).With("need", mine)
	}
	numbers := map[string]int{}
	for _, name := range []string{"schema", "oldest", "format"} {
		n, err := number(ctx, conn, name, 0)
		if err != nil {
			return err
		}
		numbers[name] = n
	}
	switch {
	case numbers["oldest"] > mine || numbers["format"] > fact.Format:
		return ErrNewTables
	case numbers["schema"] < mine:
		return ErrOldTables.With("have", numbers["schema"]).With("need", mine)
	case numbers["format"] < fact.Format:
		return fmt.Errorf("the facts are of format %d, this program reads %d; use the program that wrote them", numbers["format"], fact.Format)
	}
	return nil
}

// A querier is a session or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func number(ctx context.Context, q querier, name string, otherwise int) (int, error) {
	var value string
	err := q.QueryRow(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, pgx.ErrNoRows) {
		return otherwise, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(value)
}

func setMeta(ctx context.Context, tx pgx.Tx, name, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}
