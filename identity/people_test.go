package identity_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/identity"
)

func people(t *testing.T, now *time.Time) (*identity.People, string) {
	t.Helper()
	dir := t.TempDir()
	p, err := identity.OpenPeople(t.Context(), dir, func() time.Time { return *now }, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p, dir
}

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
	token, err := p.Use(ctx, link)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Use(ctx, link); !errors.Is(err, identity.ErrLink) {
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

func TestThingsExpire(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, _ := people(t, &now)
	ctx := t.Context()
	id, _ := p.Add(ctx, "n", fact.Exercise)
	link, _ := p.Link(ctx, id)
	token, _ := p.SignIn(ctx, id, "R-0001")
	now = now.Add(identity.SessionTime)
	if _, err := p.Session(ctx, token); !errors.Is(err, identity.ErrSession) {
		t.Errorf("an expired session works: %v", err)
	}
	now = now.Add(identity.LinkTime)
	if _, err := p.Use(ctx, link); !errors.Is(err, identity.ErrLink) {
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
			if _, err := p.Use(t.Context(), link); err == nil {
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
