package doctor

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tallinn/app"
	"tallinn/app/inspect"
	"tallinn/identity"
	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/postgres"
	"tallinn/record/sqlite"
)

// A State says how a finding is to be taken.
type State string

const (
	Sound State = "sound"
	Note  State = "note" // it may be meant so
	Mend  State = "mend" // it has to be mended
)

// A Finding is the result of one look.
type Finding struct {
	Code  string            `json:"code"` // for ever
	State State             `json:"state"`
	Args  map[string]string `json:"args,omitempty"`
}

// An examination collects findings.
type examination struct {
	app.Config
	findings []Finding
}

func (e *examination) found(state State, code string, args ...string) {
	f := Finding{Code: code, State: state}
	for i := 0; i < len(args); i += 2 {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[args[i]] = args[i+1]
	}
	e.findings = append(e.findings, f)
}

// Examine looks at the hub that cfg says.
func Examine(ctx context.Context, cfg app.Config) []Finding {
	cfg.Data, cfg.Addr = cmp.Or(cfg.Data, app.DefaultData), cmp.Or(cfg.Addr, app.DefaultAddr)
	e := &examination{Config: cfg}
	if !e.folder() {
		return e.findings
	}
	e.modes()
	e.disk()
	e.clock()
	e.files()
	e.lock()
	e.record(ctx)
	e.tokens()
	e.origin()
	e.certificate()
	return e.findings
}

// folder reports whether there is one to look into.
func (e *examination) folder() bool {
	info, err := os.Stat(e.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.found(Mend, "no_folder", "dir", e.Data)
	case err != nil:
		e.found(Mend, "folder_closed", "dir", e.Data, "why", err.Error())
	case !info.IsDir():
		e.found(Mend, "no_folder", "dir", e.Data)
	default:
		e.found(Sound, "folder", "dir", e.Data)
		return true
	}
	return false
}

// modes sees that nobody else can read the folder.
func (e *examination) modes() {
	before := len(e.findings)
	paths, err := filepath.Glob(filepath.Join(e.Data, "*"))
	if err != nil {
		return
	}
	for _, path := range append(paths, e.Data) {
		if strings.HasSuffix(path, "-wal") || strings.HasSuffix(path, "-shm") {
			continue // SQLite makes them with the rights of their database
		}
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			e.found(Mend, "open_to_others", "file", path, "mode", fmt.Sprintf("%04o", info.Mode().Perm()))
		}
	}
	if e.TLS.Key != "" {
		if info, err := os.Stat(e.TLS.Key); err == nil && info.Mode().Perm()&0o007 != 0 {
			e.found(Mend, "open_to_others", "file", e.TLS.Key, "mode", fmt.Sprintf("%04o", info.Mode().Perm()))
		}
	}
	if len(e.findings) == before {
		e.found(Sound, "modes")
	}
}

// Least room on the disk, in bytes, and least open files.
const (
	leastRoom  = 1 << 30
	leastFiles = 4096
)

// lock tells whether a hub runs on the folder, and if none does, whether its
// address is free.
func (e *examination) lock() {
	if _, err := os.Stat(filepath.Join(e.Data, sqlite.LockFile)); err != nil {
		e.found(Note, "never_served", "dir", e.Data)
		return
	}
	lock, err := sqlite.Lock(e.Data)
	if errors.Is(err, record.ErrLocked) {
		e.found(Sound, "serving")
		return
	}
	if err != nil {
		e.found(Mend, "folder_closed", "dir", e.Data, "why", err.Error())
		return
	}
	_ = lock.Close() // opened to be locked only
	l, err := net.Listen("tcp", e.Addr)
	if err != nil {
		e.found(Mend, "address_taken", "addr", e.Addr, "why", err.Error())
		return
	}
	_ = l.Close()
	e.found(Sound, "not_serving", "addr", e.Addr)
}

// record looks through the record, wherever it is kept.
func (e *examination) record(ctx context.Context) {
	report, err := e.check(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.found(Note, "no_record", "dir", e.Data)
	case errors.Is(err, record.ErrNewerStore):
		e.found(Mend, "newer", "dir", e.Data)
	case err != nil:
		e.found(Mend, "record_closed", "why", err.Error())
	case !report.Clean():
		e.found(Mend, "damaged", "count", fmt.Sprint(len(report.Violations)+report.More), "first", report.Violations[0])
	case report.Unopened > 0:
		e.found(Mend, "no_keys", "texts", fmt.Sprint(report.Unopened))
	default:
		e.found(Sound, "record", "facts", fmt.Sprint(report.Facts))
	}
}

func (e *examination) check(ctx context.Context) (report record.Report, err error) {
	if e.Database == "" {
		return inspect.Folder{Dir: e.Data, Blobs: e.Blobs, Kinds: app.Kinds(), Attachments: &app.Attachments{}}.Check(ctx)
	}
	s, err := postgres.Open(ctx, postgres.Config{DSN: e.Database, Random: rand.Reader, ReadOnly: true})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	theirs, err := s.Now(ctx)
	if err != nil {
		return report, err
	}
	if apart := time.Since(theirs).Abs(); apart > record.MaxSkew {
		e.found(Mend, "clocks_apart", "apart", apart.Round(time.Millisecond).String())
	}
	keys, err := keyring.OpenShared(ctx, e.Database, rand.Reader)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	return record.Check(ctx, s, app.Kinds(), keys)
}

func (e *examination) tokens() {
	_, err := identity.ReadTokens(filepath.Join(e.Data, identity.TokensFile))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	e.found(Mend, "tokens", "why", err.Error())
}

// origin sees that passkeys and cookies can be bound to an address.
func (e *examination) origin() {
	u, err := url.Parse(e.Origin)
	switch {
	case e.Origin == "":
		e.found(Note, "no_origin")
	case err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/":
		e.found(Mend, "origin", "origin", e.Origin)
	case u.Scheme != "https" && u.Hostname() != "localhost":
		e.found(Mend, "origin_open", "origin", e.Origin)
	default:
		e.found(Sound, "origin_bound", "origin", e.Origin)
	}
}

// certificateTime is how long before its end a certificate is to be replaced.
const certificateTime = 14 * 24 * time.Hour

func (e *examination) certificate() {
	if e.TLS.Cert == "" {
		return
	}
	pair, err := tls.LoadX509KeyPair(e.TLS.Cert, e.TLS.Key)
	if err != nil {
		e.found(Mend, "certificate", "why", err.Error())
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		e.found(Mend, "certificate", "why", err.Error())
		return
	}
	until := leaf.NotAfter.UTC().Format(time.DateOnly)
	u, _ := url.Parse(e.Origin)
	switch {
	case time.Until(leaf.NotAfter) < certificateTime:
		e.found(Mend, "certificate_ends", "until", until)
	case u != nil && u.Hostname() != "" && leaf.VerifyHostname(u.Hostname()) != nil:
		e.found(Mend, "certificate_other", "host", u.Hostname(), "names", strings.Join(leaf.DNSNames, ", "))
	default:
		e.found(Sound, "certificate_holds", "until", until)
	}
}

// disk sees that there is room, that what is written can be synchronised, and
// that the disk is the machine's own.
func (e *examination) disk() {
	if room, remote, ok := space(e.Data); ok {
		switch {
		case remote:
			e.found(Mend, "remote_disk", "dir", e.Data)
		case room < leastRoom:
			e.found(Mend, "no_room", "dir", e.Data, "room", fmt.Sprint(room>>20))
		default:
			e.found(Sound, "room", "room", fmt.Sprint(room>>20))
		}
	}
	if err := writes(e.Data); err != nil {
		e.found(Mend, "not_writable", "dir", e.Data, "why", err.Error())
	}
}

// writes tries to write a file durably, as the hub does.
func writes(dir string) (err error) {
	f, err := os.CreateTemp(dir, ".doctor-*.new")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if _, err := io.WriteString(f, "can this be kept?"); err != nil {
		return err
	}
	return f.Sync()
}

func (e *examination) clock() {
	if time.Now().Year() < 2026 {
		e.found(Mend, "clock", "now", time.Now().UTC().Format(time.RFC3339))
		return
	}
	if set, ok := clockIsSet(); ok && !set {
		e.found(Note, "clock_alone")
		return
	}
	e.found(Sound, "clock_set")
}

func (e *examination) files() {
	if n, ok := openFiles(); ok && n < leastFiles {
		e.found(Mend, "few_files", "files", fmt.Sprint(n), "least", fmt.Sprint(leastFiles))
	}
}
