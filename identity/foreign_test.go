package identity_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/identity"
)

// TestForeign: an identity is added by a claim that was sealed for that very
// person, is one person's only, and signs in who has added it.
func TestForeign(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, id := somebody(t, &now)
	ctx := t.Context()
	other, err := p.Add(ctx, "Інша Особа", fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	f := identity.Foreign{Issuer: "https://id.example", Subject: "olena"}
	claim := func(person string) string {
		sealed, err := p.SealClaim(ctx, person, f)
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	mine := claim(id)
	errand, err := p.SealErrand(ctx, identity.Errand{Provider: "mda", State: "s", Person: id})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := p.Errand(ctx, errand); err != nil || e.Person != id || e.State != "s" {
		t.Errorf("the errand comes back as %+v, %v", e, err)
	}
	for _, forged := range []string{"", "1.", mine, "9" + errand, errand[:len(errand)-2], "99999999999." + errand} {
		if e, err := p.Errand(ctx, forged); !errors.Is(err, identity.ErrErrand) {
			t.Errorf("the errand %.30q: %+v, %v", forged, e, err)
		}
	}
	if err := p.AddIdentity(ctx, other, mine); !errors.Is(err, identity.ErrErrand) {
		t.Errorf("another's claim: %v", err)
	}
	now = now.Add(identity.ErrandTime)
	if err := p.AddIdentity(ctx, id, mine); !errors.Is(err, identity.ErrErrand) {
		t.Errorf("a claim of before: %v", err)
	}
	if _, err := p.Vouched(ctx, f, identity.From{}); !errors.Is(err, identity.ErrUnlinked) {
		t.Errorf("nobody's identity: %v", err)
	}
	if err := p.AddIdentity(ctx, id, claim(id)); err != nil {
		t.Fatal(err)
	}
	if err := p.AddIdentity(ctx, other, claim(other)); !errors.Is(err, identity.ErrLinked) {
		t.Errorf("another's identity: %v", err)
	}
	token, err := p.Vouched(ctx, f, identity.From{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := p.Session(ctx, token); err != nil || s.ID != id || !errors.Is(s.Fresh(now), identity.ErrStale) {
		t.Errorf("vouched for as %+v, fresh %v, %v; want the person, and never fresh", s, s.Fresh(now), err)
	}
	// The same subject of another provider is somebody else (ASVS 6.8.1).
	if _, err := p.Vouched(ctx, identity.Foreign{Issuer: "https://other.example", Subject: "olena"}, identity.From{}); !errors.Is(err, identity.ErrUnlinked) {
		t.Errorf("the same subject elsewhere: %v", err)
	}
}

// TestOlderVisits: a database of an earlier version gets what it lacks, and
// its sessions go on.
func TestOlderVisits(t *testing.T) {
	if server != nil {
		t.Skip("PostgreSQL adds the column by itself")
	}
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, identity.PeopleFile))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `CREATE TABLE visits (hash BLOB PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, seat TEXT NOT NULL,
		guest INTEGER NOT NULL, device TEXT NOT NULL, place TEXT NOT NULL, began INTEGER NOT NULL, seen INTEGER NOT NULL,
		proved INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT;
		INSERT INTO visits VALUES (x'00', 'old', 'person/1', '', 0, '', '', 1, 1, 1, 99999999999)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	p, err := identity.OpenPeople(t.Context(), dir, time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if ended, err := p.Ended(t.Context(), []string{"old"}); err != nil || len(ended) > 0 {
		t.Errorf("the old session: %v, %v", ended, err)
	}
	if _, err := p.SignIn(t.Context(), identity.Visit{Person: "person/1", Vouched: true}); err != nil {
		t.Error(err)
	}
}
