package cli

import (
	"context"
	"os"
	"strings"

	"tallinn/fault"
	"tallinn/record/postgres"
)

// ErrDatabaseFile says that the file with the address cannot be read.
var ErrDatabaseFile = fault.New(fault.Invalid, "cli.database_file",
	"the address of the database cannot be read from {{.file}} ({{.why}}); write it there on one line, or name another file with --database-file")

// databaseFlags say where a PostgreSQL database is. Its address may hold a
// password: arguments can be read by everyone on the machine, a file and the
// environment cannot.
type databaseFlags struct {
	Database     string `help:"The PostgreSQL database that keeps the record in place of the data folder, for several hubs. With a password in it, rather give it by the environment or by --database-file." env:"TALLINN_DATABASE" placeholder:"postgres://USER@HOST/NAME"`
	DatabaseFile string `help:"A file that holds the address of the database." env:"TALLINN_DATABASE_FILE" type:"path" placeholder:"FILE"`
}

// dsn is the database's address; empty when there is none.
//
// Errors: ErrDatabaseFile.
func (f databaseFlags) dsn() (string, error) {
	if f.Database != "" || f.DatabaseFile == "" {
		return f.Database, nil
	}
	raw, err := os.ReadFile(f.DatabaseFile)
	dsn := strings.TrimSpace(string(raw))
	switch {
	case err != nil:
		return "", ErrDatabaseFile.With("file", f.DatabaseFile).With("why", err).Because(err)
	case dsn == "":
		return "", ErrDatabaseFile.With("file", f.DatabaseFile).With("why", "it is empty")
	}
	return dsn, nil
}

type databaseCmd struct {
	Migrate databaseMigrateCmd `cmd:"" help:"Make the tables, or bring them up to date, as their owner; hubs that run go on."`
}

type databaseMigrateCmd struct {
	databaseFlags
	Writer string `help:"The role that hubs connect as. It may read, append, and keep sessions; it may change and delete no fact." placeholder:"ROLE"`
	Reader string `help:"A role that may read the record." placeholder:"ROLE"`
}

// Run migrates as whoever the address says.
func (c databaseMigrateCmd) Run(ctx context.Context, s *session) error {
	dsn, err := c.dsn()
	if err != nil {
		return err
	}
	if dsn == "" {
		return postgres.ErrDSN
	}
	return s.migrate(ctx, dsn, postgres.Roles{Writer: c.Writer, Reader: c.Reader})
}
