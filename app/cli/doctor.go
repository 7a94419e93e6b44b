package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"

	"tallinn/app"
	"tallinn/app/doctor"
	"tallinn/identity"
	"tallinn/record/keyring"
	"tallinn/record/postgres"
)

type doctorCmd struct{ hubFlags }

// Run prints what was found; the exit code is Damaged when something has to be
// mended.
func (c doctorCmd) Run(ctx context.Context, s *session) error {
	dsn, err := c.dsn()
	if err != nil {
		return err
	}
	found := doctor.Examine(ctx, app.Config{Addr: c.Addr, Origin: c.Origin, Data: c.Data, Blobs: c.Blobs, Database: dsn, TLS: c.tls()})
	mend := 0
	for _, f := range found {
		if f.State == doctor.Mend {
			mend++
		}
		if !s.json {
			var args []any
			for name, value := range f.Args {
				args = append(args, name, value)
			}
			s.line("%-6s %s", s.t("doctor."+string(f.State)), s.t("doctor."+f.Code, args...))
		}
	}
	switch {
	case s.json:
		err = s.encoded(found)
	case mend > 0:
		s.line("%s", s.t("doctor.to_mend", "count", mend))
	default:
		s.line("%s", s.t("doctor.all_sound"))
	}
	if err == nil && mend > 0 {
		err = errDamaged
	}
	return err
}

type upgradeCmd struct {
	Data   string `help:"The data folder; no hub may be running on it." default:"tallinn-data" type:"path" env:"TALLINN_DATA"`
	Backup string `help:"A file for a backup from before, and FILE.keys beside it; neither may exist." type:"path" placeholder:"FILE"`
	Writer string `help:"The role that hubs connect as to a database, which they may read and append to." placeholder:"ROLE"`
	databaseFlags
}

// Run brings tables up to date. A folder is locked meanwhile; hubs on a
// database go on, those of the version before as well.
func (c upgradeCmd) Run(ctx context.Context, s *session) error {
	dsn, err := c.dsn()
	if err != nil {
		return err
	}
	if dsn != "" {
		return s.migrate(ctx, dsn, postgres.Roles{Writer: c.Writer})
	}
	if c.Backup != "" {
		made, _, err := makeBackup(ctx, c.Data, c.Backup, "")
		if err != nil {
			return err
		}
		s.line("%s", s.t("upgrade.kept", "out", made.Out, "keys", made.Keys))
	}
	hub, err := app.Open(ctx, app.Config{Data: c.Data, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	if err := hub.Close(); err != nil {
		return fmt.Errorf("cli: close the folder: %w", err)
	}
	s.line("%s", s.t("upgrade.done"))
	return nil
}

// migrate brings the tables of a database up to date, as their owner.
func (s *session) migrate(ctx context.Context, dsn string, roles postgres.Roles) error {
	if err := postgres.Migrate(ctx, postgres.Config{DSN: dsn, Random: rand.Reader}, roles); err != nil {
		return err
	}
	if err := identity.Prepare(ctx, dsn, roles.Writer); err != nil {
		return err
	}
	if err := keyring.Prepare(ctx, dsn, roles.Writer); err != nil {
		return err
	}
	s.line("%s", s.t("database.migrated"))
	return nil
}
