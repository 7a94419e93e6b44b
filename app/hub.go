package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/identity"
	"tallinn/identity/identityhttp"
	"tallinn/identity/provider"
	"tallinn/mechanism/report/reporthttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/policy/reads"
	"tallinn/record"
	"tallinn/record/blobs"
	"tallinn/record/keyring"
	"tallinn/record/postgres"
	"tallinn/record/sqlite"
	"tallinn/web"
)

// ErrAddr says that the address to listen on cannot be had.
var ErrAddr = fault.New(fault.Unavailable, "app.addr",
	"cannot listen on {{.addr}} ({{.why}}); stop the program that uses it, or choose another address with --addr")

// ErrData says that the data folder cannot be used.
var ErrData = fault.New(fault.Invalid, "app.data",
	"{{.dir}} cannot be the data folder ({{.why}}); name a folder that you may write to with --data")

// ErrStore says that the record of a data folder does not open.
var ErrStore = fault.New(fault.Invalid, "app.store",
	"the record in {{.dir}} does not open ({{.why}}); keep the folder as it is, and restore a backup into another one")

// Bounds of one connection. A client on a bad line is slow, not hostile: its
// page may take a minute, its headers may not.
const (
	headerTime = 10 * time.Second
	readTime   = 60 * time.Second
	writeTime  = 120 * time.Second
	idleTime   = 120 * time.Second
	headerSize = 32 << 10
	drainTime  = 10 * time.Second
	// requestTime bounds the work of one request; the longest is an import.
	requestTime = 60 * time.Second
)

// A Hub is the whole program on one data folder.
type Hub struct {
	cfg       Config
	lock      io.Closer
	store     record.Store
	record    *record.Record
	state     *State
	tokens    *identity.Tokens
	people    *identity.People
	keys      *keyring.Ring
	blobs     *blobs.Store
	policy    *policy.Engine
	providers []identityhttp.Provider
	readings  *reads.Log

	metrics  *metrics
	changes  changes // for pages that are open
	past     past    // for statements of what was known earlier
	notices  *notices
	finder   *finder
	reported *web.Limit // of reports of errors
	demo     bool       // visitors may enter the exercise
	jobs     jobs       // imports that run here

	exercise map[string]seat.ID // invented seats by the keys of their data; set before Handler
}

// Open takes the data folder and replays its record. The folder is locked
// until Close.
//
// Errors: those of sqlite.Lock, sqlite.Open or postgres.Open, record.Open,
// OpenTokens, keyring.Open and OpenPeople or OpenSharedPeople.
func Open(ctx context.Context, cfg Config) (_ *Hub, err error) {
	h := &Hub{cfg: withDefaults(cfg), state: newState(), metrics: newMetrics(Version), reported: reporthttp.NewLimit()}
	for _, s := range cfg.Providers {
		p, err := provider.New(s, h.cfg.Now)
		if err != nil {
			return nil, err
		}
		h.providers = append(h.providers, p)
	}
	if err := os.MkdirAll(h.cfg.Data, 0o700); err != nil {
		return nil, ErrData.With("dir", h.cfg.Data).With("why", err).Because(err)
	}
	if h.lock, err = sqlite.Lock(h.cfg.Data); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	if h.tokens, err = identity.OpenTokens(h.cfg.Data, h.cfg.Random); err != nil {
		return nil, err
	}
	if h.keys, err = h.openKeys(ctx); err != nil {
		return nil, err
	}
	if h.blobs, err = blobs.Open(cmp.Or(h.cfg.Blobs, h.cfg.Data), h.cfg.Random); err != nil {
		return nil, err
	}
	if h.people, err = h.openPeople(ctx); err != nil {
		return nil, err
	}
	if err = h.people.SealUnder(ctx, h.keys); err != nil {
		return nil, err
	}
	if h.policy, err = policy.New(policy.File); err != nil {
		return nil, err
	}
	if h.readings, err = reads.Open(ctx, h.cfg.Data); err != nil {
		return nil, err
	}
	if err := h.openStore(ctx); err != nil {
		return nil, err
	}
	h.record, err = record.Open(ctx, record.Config{Store: h.store, Appended: h.metrics.appended, Keys: h.keys, Registry: Kinds(),
		State: h.state, Now: h.cfg.Now, Random: h.cfg.Random, Log: h.cfg.Log, Follow: h.shared()})
	if err != nil {
		return nil, err
	}
	h.metrics.watch(h.record)
	if err := h.openNotices(ctx); err != nil {
		return nil, err
	}
	h.finder = newFinder(h)
	h.record.Subscribe("erase persons", h.erase)
	h.record.Listen("open pages", h.changes.tell)
	h.record.Listen("notices", h.notices.tell)
	return h, h.closeToOthers()
}

// closeToOthers makes every file of the data folder the hub's account's own.
// The folder is closed already; a copy of a file should be as well.
func (h *Hub) closeToOthers() error {
	files, err := filepath.Glob(filepath.Join(h.cfg.Data, "*.db*"))
	if err != nil {
		return err
	}
	for _, path := range files {
		if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
			return ErrData.With("dir", h.cfg.Data).With("why", err).Because(err)
		}
	}
	return nil
}

// shared reports whether other hubs may stand on the same record.
func (h *Hub) shared() bool { return h.cfg.Database != "" }

func (h *Hub) openKeys(ctx context.Context) (*keyring.Ring, error) {
	if h.shared() {
		return keyring.OpenShared(ctx, h.cfg.Database, h.cfg.Random)
	}
	return keyring.Open(ctx, h.cfg.Data, h.cfg.Random)
}

func (h *Hub) openPeople(ctx context.Context) (*identity.People, error) {
	if h.shared() {
		return identity.OpenSharedPeople(ctx, h.cfg.Database, h.cfg.Now, h.cfg.Random)
	}
	return identity.OpenPeople(ctx, h.cfg.Data, h.cfg.Now, h.cfg.Random)
}

// openStore keeps the store only when there is one: an interface that holds a
// nil pointer is not nil, and Close would call it.
func (h *Hub) openStore(ctx context.Context) error {
	if h.shared() {
		store, err := postgres.Open(ctx, postgres.Config{DSN: h.cfg.Database, Random: h.cfg.Random})
		if err == nil {
			h.store = store
		}
		return err
	}
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: h.cfg.Data, Now: h.cfg.Now})
	if err == nil {
		h.store = store
		return nil
	}
	if _, ok := fault.Of(err); ok {
		return err
	}
	return ErrStore.With("dir", h.cfg.Data).With("why", err).Because(err)
}

func withDefaults(cfg Config) Config {
	cfg.Addr = cmp.Or(cfg.Addr, DefaultAddr)
	cfg.Data = cmp.Or(cfg.Data, DefaultData)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return cfg
}

// Close lets the folder go. What Decide has acknowledged is durable already.
func (h *Hub) Close() error {
	var err error
	h.jobs.close()
	if h.finder != nil {
		h.finder.Close()
	}
	if h.record != nil {
		err = h.record.Close()
	}
	if h.store != nil {
		err = errors.Join(err, h.store.Close())
	}
	if h.notices != nil {
		err = errors.Join(err, h.notices.outbox.Close())
	}
	if h.people != nil {
		err = errors.Join(err, h.people.Close())
	}
	if h.readings != nil {
		err = errors.Join(err, h.readings.Close())
	}
	if h.keys != nil {
		err = errors.Join(err, h.keys.Close())
	}
	return errors.Join(err, h.lock.Close())
}

// Head is the position of the last fact, or fact.None.
func (h *Hub) Head() fact.Pos { return h.record.Head() }

// View calls fn with the books of realm as they stand. fn must not keep them,
// and must not write to a client: it holds the record's read lock.
func (h *Hub) View(realm fact.Realm, fn func(*Books)) {
	h.record.View(func() { fn(h.state.realms[realm]) })
}

// listen takes an address.
//
// Errors: ErrAddr.
func (h *Hub) listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, ErrAddr.With("addr", addr).With("why", err).Because(err)
	}
	return l, nil
}

// server serves handler within the bounds of one connection.
func (h *Hub) server(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: headerTime,
		ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerSize, ErrorLog: slog.NewLogLogger(h.cfg.Log.Handler(), slog.LevelDebug)}
}

// Run serves until ctx ends, then lets running requests finish. It calls ready
// once, with the address that it serves on.
//
// Errors: ErrAddr; those of serving.
func (h *Hub) Run(ctx context.Context, ready func(url string)) error {
	handler, err := h.Handler()
	if err != nil {
		return fmt.Errorf("app: make routes: %w", err)
	}
	secured, err := h.secured()
	if err != nil {
		return err
	}
	l, err := h.listen(h.cfg.Addr)
	if err != nil {
		return err
	}
	if h.cfg.Metrics != "" {
		watched, err := h.listen(h.cfg.Metrics)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		collected := h.server(h.Metrics())
		go func() { _ = collected.Serve(watched) }() // until it is closed
		defer func() { _ = collected.Close() }()
	}
	server := h.server(handler)
	go h.sweepDaily(ctx)
	go h.forgets(ctx)
	telling, quiet := context.WithCancel(ctx)
	told := make(chan struct{})
	go func() { h.notices.run(telling); close(told) }()
	defer func() { quiet(); <-told }()
	served := make(chan error, 1)
	if server.TLSConfig = secured; secured != nil {
		go func() { served <- server.ServeTLS(l, "", "") }()
		ready("https://" + l.Addr().String())
	} else {
		go func() { served <- server.Serve(l) }()
		ready("http://" + l.Addr().String())
	}
	select {
	case err := <-served:
		return fmt.Errorf("app: serve: %w", err)
	case <-ctx.Done():
	}
	h.changes.end()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("app: stop serving: %w", err)
	}
	return nil
}
