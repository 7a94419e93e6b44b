package cli

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/app"
	"tallinn/app/inspect"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/postgres"
	"tallinn/record/sqlite"
)

// ErrNoRecord says that a folder holds no record.
var ErrNoRecord = fault.New(fault.Missing, "cli.no_record",
	"there is no record in {{.dir}}; name a hub's data folder with --data")

// errDamaged ends "record check" after it has printed what it found.
var errDamaged = errors.New("the record is damaged")

type recordCmd struct {
	Show  recordShowCmd  `cmd:"" help:"Print facts as they are stored, one a line."`
	Check recordCheckCmd `cmd:"" help:"Walk the whole record and spell out what does not hold; exit code 4 when something does not."`
}

type dataFlag struct {
	Data string `help:"The data folder." default:"tallinn-data" type:"path"`
	databaseFlags
}

// open reads the record of the folder, or of the database; a hub may be
// running on it.
func (f dataFlag) open(ctx context.Context) (record.Store, error) {
	dsn, err := f.dsn()
	if err != nil {
		return nil, err
	}
	if dsn != "" {
		store, err := postgres.Open(ctx, postgres.Config{DSN: dsn, Random: rand.Reader, ReadOnly: true})
		if err != nil {
			return nil, err
		}
		return store, nil
	}
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: f.Data, ReadOnly: true})
	if err != nil {
		if _, ok := fault.Of(err); ok {
			return nil, err
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNoRecord.With("dir", f.Data).Because(err)
		}
		return nil, app.ErrStore.With("dir", f.Data).With("why", err).Because(err)
	}
	return store, nil
}

// keys opens the keys of the database.
func (f dataFlag) keys(ctx context.Context) (*keyring.Ring, error) {
	dsn, err := f.dsn()
	if err != nil {
		return nil, err
	}
	return keyring.OpenShared(ctx, dsn, rand.Reader)
}

type recordShowCmd struct {
	dataFlag
	From  int64 `arg:"" optional:"" help:"The first position; 0 when absent."`
	Count int   `help:"How many facts at most." default:"100" short:"n"`
}

// Run prints position, hash and exact bytes of each fact.
func (c recordShowCmd) Run(ctx context.Context, s *session) (err error) {
	store, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.Facts(ctx, fact.Pos(c.From), c.Count, func(pos fact.Pos, raw []byte) error {
		if s.json {
			return s.raw(jsontext.Value(raw).Clone())
		}
		sum := sha256.Sum256(raw)
		_, err := fmt.Fprintf(s.Stdout, "%d %s %s\n", pos, hex.EncodeToString(sum[:]), raw)
		return err
	})
}

type recordCheckCmd struct{ dataFlag }

// Run prints the report; every violation is a line.
func (c recordCheckCmd) Run(ctx context.Context, s *session) error {
	report, err := c.check(ctx)
	if err != nil {
		return err
	}
	if s.json {
		if err := s.encoded(report); err != nil {
			return err
		}
	} else {
		for _, v := range report.Violations {
			s.line("%s", v)
		}
	}
	if !report.Clean() {
		if !s.json {
			s.line("%s", s.t("check.damaged", "count", len(report.Violations)+report.More))
		}
		return errDamaged
	}
	if !s.json {
		s.line("%s", s.t("check.clean", "facts", report.Facts, "commands", report.Commands, "texts", report.Texts))
	}
	return nil
}

// check looks through the folder, or walks the record of the database, which
// looks after its own files.
func (f dataFlag) check(ctx context.Context) (report record.Report, err error) {
	dsn, err := f.dsn()
	if err != nil {
		return report, err
	}
	if dsn == "" {
		report, err = inspect.Folder{Dir: f.Data, Kinds: app.Kinds(), Attachments: &app.Attachments{}}.Check(ctx)
		if errors.Is(err, fs.ErrNotExist) {
			err = ErrNoRecord.With("dir", f.Data).Because(err)
		}
		return report, err
	}
	store, err := f.open(ctx)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	keys, err := f.keys(ctx)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	return record.Check(ctx, store, app.Kinds(), keys)
}
