package identity_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/identity"
	"tallinn/record/postgres/cluster"
	"tallinn/record/postgres/cluster/clustertest"
)

func TestMain(m *testing.M) { os.Exit(clustertest.Main(m)) }

// server keeps the people of the tests below TestOnPostgres.
var server *cluster.Cluster

func people(t *testing.T, now *time.Time) (*identity.People, string) {
	t.Helper()
	dir, clock := t.TempDir(), func() time.Time { return *now }
	p, err := identity.OpenPeople(t.Context(), dir, clock, rand.Reader)
	if server != nil {
		p, err = identity.OpenSharedPeople(t.Context(), clustertest.Database(t, server), clock, rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	if err := p.SealUnder(t.Context(), testKeys(t)); err != nil {
		t.Fatal(err)
	}
	return p, dir
}

// ASVS 7.2.3, 7.4.1
func TestSignInByLink(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, dir := people(t, &now)
	ctx := t.Context()
	id, err := p.Add(ctx, "Олена Приклад", fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	link, err := p.Link(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	token, err := p.Use(ctx, link, identity.From{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Use(ctx, link, identity.From{}); !errors.Is(err, identity.ErrLink) {
		t.Errorf("a link worked twice: %v", err)
	}
	if err := p.Sit(ctx, token, "R-0001"); err != nil {
		t.Fatal(err)
	}
	s, err := p.Session(ctx, token)
	if err != nil || s.ID != id || s.Seat != "R-0001" || s.Realm != fact.Exercise {
		t.Errorf("Session = %+v, %v", s, err)
	}
	for _, file := range []string{"", "-wal"} {
		raw, _ := os.ReadFile(filepath.Join(dir, identity.PeopleFile+file))
		if bytes.Contains(raw, []byte(token)) || bytes.Contains(raw, []byte(link)) {
			t.Errorf("%s%s holds a token in clear", identity.PeopleFile, file)
		}
	}
	if err := p.SignOut(ctx, token); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Session(ctx, token); !errors.Is(err, identity.ErrSession) {
		t.Errorf("a session outlived its end: %v", err)
	}
}

// ASVS 7.3.2
func TestThingsExpire(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, _ := people(t, &now)
	ctx := t.Context()
	id, _ := p.Add(ctx, "n", fact.Exercise)
	link, _ := p.Link(ctx, id)
	token, _ := p.SignIn(ctx, identity.Visit{Person: id, Seat: "R-0001"})
	now = now.Add(identity.SessionTime)
	if _, err := p.Session(ctx, token); !errors.Is(err, identity.ErrSession) {
		t.Errorf("an expired session works: %v", err)
	}
	now = now.Add(identity.LinkTime)
	if _, err := p.Use(ctx, link, identity.From{}); !errors.Is(err, identity.ErrLink) {
		t.Errorf("an expired link works: %v", err)
	}
	if err := p.Sweep(ctx); err != nil {
		t.Error(err)
	}
}

// Of many who use one link at the same time, one signs in.
func TestLinkWorksOnce(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, _ := people(t, &now)
	id, _ := p.Add(t.Context(), "n", fact.Exercise)
	link, _ := p.Link(t.Context(), id)
	var mu sync.Mutex
	var wg sync.WaitGroup
	in := 0
	for range 20 {
		wg.Go(func() {
			if _, err := p.Use(t.Context(), link, identity.From{}); err == nil {
				mu.Lock()
				in++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("%d signed in by one link", in)
	}
}

// TestOnPostgres: people that several hubs know are kept by the same rules.
func TestOnPostgres(t *testing.T) {
	server = clustertest.Shared(t)
	defer func() { server = nil }()
	for name, test := range map[string]func(*testing.T){
		"SignInByLink":  TestSignInByLink,
		"ThingsExpire":  TestThingsExpire,
		"LinkWorksOnce": TestLinkWorksOnce,
		"Erase":         TestErase,
		"Foreign":       TestForeign,
	} {
		t.Run(name, test)
	}
}

// TestSharedPeople: a session that began on one hub holds on the other, and a
// hub needs no right to make tables.
func TestSharedPeople(t *testing.T) {
	pg := clustertest.Shared(t)
	owner := clustertest.Database(t, pg)
	writer := "w_" + clustertest.Name(t)
	clustertest.Exec(t, owner, `CREATE ROLE `+writer+` LOGIN PASSWORD 'w'`)
	if err := identity.Prepare(t.Context(), owner, writer); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(writer, "w")
	keys := testKeys(t)
	var hubs [2]*identity.People
	for i := range hubs {
		if hubs[i], err = identity.OpenSharedPeople(t.Context(), u.String(), time.Now, rand.Reader); err != nil {
			t.Fatal(err)
		}
		defer hubs[i].Close()
		if err := hubs[i].SealUnder(t.Context(), keys); err != nil {
			t.Fatal(err)
		}
	}
	id, err := hubs[0].Add(t.Context(), "Олена Приклад", fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	token, err := hubs[0].SignIn(t.Context(), identity.Visit{Person: id, Seat: "R-0001"})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := hubs[1].Session(t.Context(), token); err != nil || s.ID != id || s.Name != "Олена Приклад" {
		t.Errorf("on the other hub: %+v, %v", s, err)
	}
	if err := hubs[1].SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := hubs[0].Session(t.Context(), token); !errors.Is(err, identity.ErrSession) {
		t.Errorf("after signing out on the other hub: %v; want ErrSession", err)
	}
}

// TestNoDatabase: what was given is never repeated, since it may hold a
// password.
func TestNoDatabase(t *testing.T) {
	for _, dsn := range []string{"postgres://u:hush@[::1", "postgres://u:hush@127.0.0.1:1/x"} {
		_, err := identity.OpenSharedPeople(t.Context(), dsn, time.Now, rand.Reader)
		if !errors.Is(err, identity.ErrDatabase) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%v; want ErrDatabase", err)
		}
	}
}
