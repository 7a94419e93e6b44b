package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/app"
	"tallinn/app/backup"
)

type backupCmd struct {
	Data string `help:"The data folder; a hub may be serving it." default:"tallinn-data" type:"path"`
	Out  string `help:"The file for the record; it must not exist." required:"" type:"path" placeholder:"FILE"`
	Keys string `help:"The file for keys, persons and tokens, to be kept elsewhere; FILE with .keys when absent." type:"path" placeholder:"FILE"`
}

// madeJSON is what "backup --json" prints.
type madeJSON struct {
	Out        string  `json:"out"`
	Keys       string  `json:"keys"`
	Facts      int64   `json:"facts"`
	Files      int     `json:"files"`
	Bytes      int64   `json:"bytes"`
	Compressed int64   `json:"compressed"`
	Seconds    float64 `json:"seconds"`
}

// Run copies the data folder.
func (c backupCmd) Run(ctx context.Context, s *session) error {
	made, took, err := makeBackup(ctx, c.Data, c.Out, c.Keys)
	if err != nil {
		return err
	}
	if s.json {
		return s.encoded(madeJSON{made.Out, made.Keys, int64(made.Head) + 1, made.Files, made.Bytes, made.Compressed, took.Seconds()})
	}
	s.line("%s", s.t("backup.made", "facts", int64(made.Head)+1, "out", made.Out, "keys", made.Keys))
	s.line("%s", s.t("backup.apart"))
	return nil
}

func makeBackup(ctx context.Context, data, out, keys string) (backup.Made, time.Duration, error) {
	began := time.Now()
	made, err := backup.Make(ctx, backup.Config{Data: data, Out: out, Keys: keys, Program: app.Version,
		Now: time.Now, Random: rand.Reader})
	return made, time.Since(began), err
}

// encoded prints v as JSON.
func (s *session) encoded(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("cli: encode: %w", err)
	}
	return s.raw(raw)
}

type restoreCmd struct {
	From        string `help:"The backup's file of the record." required:"" type:"path" placeholder:"FILE"`
	Keys        string `help:"Its file of the keys; FILE with .keys when absent." type:"path" placeholder:"FILE"`
	WithoutKeys bool   `help:"Restore the record alone: it can be checked and read, but no text opens and nobody signs in."`
	Data        string `help:"The data folder to make; it must be empty or not there." default:"tallinn-data" type:"path"`
}

// restoredJSON is what "restore --json" prints.
type restoredJSON struct {
	Data     string    `json:"data"`
	Made     time.Time `json:"made"`
	Facts    int       `json:"facts"`
	Commands int       `json:"commands"`
	Texts    int       `json:"texts"`
	Seconds  float64   `json:"seconds"`
}

// Run restores a backup and checks what came of it.
func (c restoreCmd) Run(ctx context.Context, s *session) error {
	began := time.Now()
	m, report, err := backup.Restore(ctx, backup.Source{From: c.From, Keys: c.Keys, WithoutKeys: c.WithoutKeys,
		Data: c.Data, Kinds: app.Kinds()})
	if err != nil {
		return err
	}
	if s.json {
		return s.encoded(restoredJSON{c.Data, m.Made, report.Facts, report.Commands, report.Texts, time.Since(began).Seconds()})
	}
	s.line("%s", s.t("backup.restored", "dir", c.Data, "made", m.Made.Format(time.RFC3339)))
	s.line("%s", s.t("check.clean", "facts", report.Facts, "commands", report.Commands, "texts", report.Texts))
	return nil
}

type drillCmd struct {
	Data string `help:"The data folder; a hub may be serving it." default:"tallinn-data" type:"path"`
	In   string `help:"A folder with room for the backup and what is restored from it; that of the system when absent." type:"path" placeholder:"DIR"`
}

// drillJSON is what "drill --json" prints, in seconds.
type drillJSON struct {
	Facts   int     `json:"facts"`
	Backup  float64 `json:"backup"`
	Restore float64 `json:"restore"`
	Start   float64 `json:"start"`
}

// Run proves that the data folder could be restored now: it makes a backup,
// restores it elsewhere, checks it, starts a hub on it, and removes all again.
func (c drillCmd) Run(ctx context.Context, s *session) (err error) {
	dir, err := os.MkdirTemp(c.In, "tallinn-drill-")
	if err != nil {
		return fmt.Errorf("cli: make a folder for the drill: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var d drillJSON
	out, restored := filepath.Join(dir, "backup"), filepath.Join(dir, "data")
	made, took, err := makeBackup(ctx, c.Data, out, "")
	if err != nil {
		return err
	}
	d.Backup = took.Seconds()
	began := time.Now()
	if _, report, err := backup.Restore(ctx, backup.Source{From: out, Data: restored, Kinds: app.Kinds()}); err != nil {
		return err
	} else {
		d.Facts, d.Restore = report.Facts, time.Since(began).Seconds()
	}
	began = time.Now()
	hub, err := app.Open(ctx, app.Config{Data: restored})
	if err != nil {
		return err
	}
	d.Start = time.Since(began).Seconds()
	head := hub.Head()
	if err := hub.Close(); err != nil {
		return err
	}
	if head != made.Head {
		return backup.ErrUnsound.With("dir", restored).With("why", fmt.Sprintf("the hub on it stands at fact %d, and not at %d", head, made.Head))
	}
	if s.json {
		return s.encoded(d)
	}
	s.line("%s", s.t("backup.drill", "facts", d.Facts, "backup", seconds(d.Backup), "restore", seconds(d.Restore), "start", seconds(d.Start)))
	return nil
}

func seconds(s float64) string { return fmt.Sprintf("%.1f", s) }
