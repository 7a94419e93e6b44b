package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/postgres"
	"tallinn/record/recordtest"
)

func posOf(n int64) fact.Pos { return fact.Pos(n) }

func TestShared(t *testing.T) {
	recordtest.RunShared(t, func(t *testing.T, n int) (stores []record.Shared) {
		cfg := fresh(t)
		for range n {
			stores = append(stores, open(t, cfg))
		}
		return stores
	})
}

// A relay stands between a hub and its database.
type relay struct {
	listener net.Listener
	to       string

	mu      sync.Mutex
	conns   []net.Conn
	replies bool // what the database says is passed on
	asks    bool // what the hub says is passed on
	closed  bool // nobody is let in
}

// between starts a relay and changes cfg to go through it.
func between(t *testing.T, cfg *postgres.Config) *relay {
	t.Helper()
	u, err := url.Parse(cfg.DSN)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: l, to: u.Host, replies: true, asks: true}
	u.Host = l.Addr().String()
	cfg.DSN = u.String()
	go r.run()
	t.Cleanup(func() { l.Close(); r.drop() })
	return r
}

func (r *relay) run() {
	for {
		hub, err := r.listener.Accept()
		if err != nil {
			return
		}
		database, err := net.Dial("tcp", r.to)
		r.mu.Lock()
		if err != nil || r.closed {
			hub.Close()
			if err == nil {
				database.Close()
			}
		} else {
			r.conns = append(r.conns, hub, database)
			go r.pass(hub, database, &r.replies)
			go r.pass(database, hub, &r.asks)
		}
		r.mu.Unlock()
	}
}

// pass copies from one to the other, as long as open says so; it then goes on
// to read, and throws away.
func (r *relay) pass(to, from net.Conn, open *bool) {
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		r.mu.Lock()
		through := *open
		r.mu.Unlock()
		if through && n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) || through {
				return
			}
			select {} // a line that is cut says nothing, not even that it ends
		}
	}
}

func (r *relay) set(asks, replies, closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asks, r.replies, r.closed = asks, replies, closed
}

// drop ends every connection.
func (r *relay) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// A hubbed record goes through a relay.
func hubbed(t *testing.T, cfg postgres.Config, follow bool) (*record.Record, *recordtest.Bank, *relay) {
	t.Helper()
	line := between(t, &cfg)
	bank := recordtest.NewBank()
	r, err := record.Open(t.Context(), record.Config{Store: open(t, cfg), Registry: recordtest.Registry(), State: bank, Keys: recordtest.TheKeys, Follow: follow, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := r.Decide(t.Context(), recordtest.Command("open", "open"), bank.Open("ada")); err != nil {
		t.Fatal(err)
	}
	return r, bank, line
}

// TestLostReply cuts the line after the database has been asked to commit, or
// before: the hub finds out which, and records the command once.
//
// ASVS 2.3.3
func TestLostReply(t *testing.T) {
	for _, tt := range []struct {
		name          string
		asks, replies bool
	}{{"the commit was lost", false, true}, {"the reply was lost", true, false}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, bank, line := hubbed(t, fresh(t), false)
			gift := func() (record.Result, error) {
				return r.Decide(t.Context(), recordtest.Command("gift", "gift"), bank.Gift("A", 1))
			}
			line.set(tt.asks, tt.replies, false)
			time.AfterFunc(100*time.Millisecond, func() { // the line ends, and new ones are good
				line.set(true, true, false)
				line.drop()
			})
			res, err := gift()
			if err != nil || res.Repeated || bank.Balance("A") != 1 {
				t.Fatalf("%+v, %v, balance %d; want 1", res, err, bank.Balance("A"))
			}
			again, err := gift()
			if err != nil || !again.Repeated || again.First != res.First || bank.Balance("A") != 1 {
				t.Errorf("again: %+v, %v, balance %d; first %+v", again, err, bank.Balance("A"), res)
			}
		})
	}
}

// TestEndedSessions: sessions that the database has ended while nobody used
// them cost nobody an answer.
func TestEndedSessions(t *testing.T) {
	t.Parallel()
	r, bank, line := hubbed(t, fresh(t), false)
	for i := range 3 {
		line.drop()
		if _, err := r.Decide(t.Context(), recordtest.Command(fmt.Sprint(i), "gift"), bank.Gift("A", 1)); err != nil {
			t.Error(err)
		}
	}
	if got := bank.Balance("A"); got != 3 {
		t.Errorf("balance %d; want 3", got)
	}
}

// TestDoubt: a database that stays away leaves it open whether a command was
// recorded. The hub says so, and the same command finds out once it is back.
func TestDoubt(t *testing.T) {
	t.Parallel()
	r, bank, line := hubbed(t, fresh(t), true)
	if err := r.Refresh(t.Context()); err != nil { // the next look is half a second away
		t.Fatal(err)
	}
	line.set(true, false, true)
	time.AfterFunc(100*time.Millisecond, line.drop)
	ctx := context.Background()
	if _, err := r.Decide(ctx, recordtest.Command("gift", "gift"), bank.Gift("A", 1)); !errors.Is(err, record.ErrDoubt) {
		t.Fatalf("%v; want ErrDoubt", err)
	}
	if _, err := r.Decide(ctx, recordtest.Command("other", "gift"), bank.Gift("A", 1)); !errors.Is(err, record.ErrAway) {
		t.Errorf("while it is away: %v; want ErrAway", err)
	}
	if bank.Balance("A") != 0 || r.Behind() < time.Second {
		t.Errorf("balance %d, behind by %v", bank.Balance("A"), r.Behind())
	}
	line.set(true, true, false)
	res, err := r.Decide(ctx, recordtest.Command("gift", "gift"), bank.Gift("A", 1))
	if err != nil || !res.Repeated || bank.Balance("A") != 1 {
		t.Errorf("once it is back: %+v, %v, balance %d; want the first answer and 1", res, err, bank.Balance("A"))
	}
}

// through is dsn with another address of the same server.
func through(t *testing.T, dsn, address string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = net.JoinHostPort(address, u.Port())
	return u.String()
}
