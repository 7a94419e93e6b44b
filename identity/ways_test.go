package identity_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/identity"
)

// somebody is a person of a fresh database whose clock is now.
func somebody(t *testing.T, now *time.Time) (*identity.People, string) {
	t.Helper()
	p, _ := people(t, now)
	id, err := p.Add(t.Context(), "Олена Приклад", fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	return p, id
}

// ASVS 7.2.4, 7.4.1
func TestSessions(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, id := somebody(t, &now)
	ctx := t.Context()
	other, err := p.Add(ctx, "Інша Особа", fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	var tokens, handles []string
	for i, v := range []identity.Visit{{Person: id, From: identity.From{Device: "Firefox, Android", Place: "203.0.0.0/16"}},
		{Person: id, Proved: true}, {Person: id, Guest: true}, {Person: other}} {
		token, err := p.SignIn(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		s, err := p.Session(ctx, token)
		if err != nil || s.ID != v.Person || s.From != v.From || s.Guest != v.Guest || s.Proved.IsZero() == v.Proved || !s.Began.Equal(now) {
			t.Errorf("session %d is %+v, %v", i, s, err)
		}
		tokens, handles = append(tokens, token), append(handles, s.Handle)
		now = now.Add(time.Minute)
	}
	if list, err := p.Sessions(ctx, id); err != nil || len(list) != 3 || list[0].Handle != handles[2] {
		t.Errorf("sessions are %v, %v; want three, the newest first", list, err)
	}
	if err := p.End(ctx, other, handles[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Session(ctx, tokens[0]); err != nil {
		t.Errorf("a stranger ended a session: %v", err)
	}
	if err := p.End(ctx, id, handles[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Session(ctx, tokens[0]); !errors.Is(err, identity.ErrSession) {
		t.Errorf("an ended session gives %v", err)
	}
	if err := p.EndOthers(ctx, id, handles[1]); err != nil {
		t.Fatal(err)
	}
	if ended, err := p.Ended(ctx, handles); err != nil || strings.Join(ended, " ") != handles[0]+" "+handles[2] {
		t.Errorf("ended are %v, %v; want the first and the third of %v", ended, err, handles)
	}
	now = now.Add(10 * time.Minute)
	if _, err := p.Session(ctx, tokens[1]); err != nil {
		t.Fatal(err)
	}
	if s, err := p.Session(ctx, tokens[1]); err != nil || !s.Seen.Equal(now) {
		t.Errorf("last used at %v, %v; want %v", s.Seen, err, now)
	}
}

// ASVS 7.5.3
func TestFresh(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, one := range []struct {
		session identity.Session
		fresh   bool
	}{
		{identity.Session{Began: now.Add(-identity.FreshTime)}, true},
		{identity.Session{Began: now.Add(-identity.FreshTime - time.Second)}, false},
		{identity.Session{Began: now.Add(-time.Hour), Proved: now.Add(-time.Minute)}, true},
	} {
		if err := one.session.Fresh(now); (err == nil) != one.fresh || err != nil && !errors.Is(err, identity.ErrStale) {
			t.Errorf("%+v: %v", one.session, err)
		}
	}
}

// TestLastWay: the last way in is not taken away, and the one before it is.
func TestLastWay(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, dir := people(t, &now)
	ctx := t.Context()
	id, err := p.Add(ctx, "Олена Приклад", fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, identity.PeopleFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, key := range []string{"one", "two"} { // how passkeys come is the browsers' test
		if _, err := db.ExecContext(ctx, `INSERT INTO passkeys VALUES (?, ?, ?, x'7b7d', 1, 0)`, []byte(key), id, key); err != nil {
			t.Fatal(err)
		}
	}
	f := identity.Foreign{Issuer: "https://id.example", Subject: "olena"}
	claim, err := p.SealClaim(ctx, id, f)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AddIdentity(ctx, id, claim); err != nil {
		t.Fatal(err)
	}
	keys, err := p.Passkeys(ctx, id)
	if err != nil || len(keys) != 2 {
		t.Fatalf("%v, %v", keys, err)
	}
	if err := p.RemovePasskey(ctx, id, keys[0].ID); err != nil {
		t.Errorf("one of two: %v", err)
	}
	// Nobody prints a link for who has a way in: it would be a way to become them.
	if _, err := p.Invite(ctx, id); !errors.Is(err, identity.ErrHasWay) {
		t.Errorf("a sheet for who has a passkey: %v; want ErrHasWay", err)
	}
	// The identity at a provider is no reserve: the provider may be away.
	if err := p.RemovePasskey(ctx, id, keys[1].ID); !errors.Is(err, identity.ErrLastWay) {
		t.Errorf("the last passkey: %v; want ErrLastWay", err)
	}
	if _, err := p.NewSheet(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := p.RemovePasskey(ctx, id, keys[1].ID); err != nil {
		t.Errorf("with a sheet kept: %v", err)
	}
	if err := p.RemoveIdentity(ctx, id, f); err != nil {
		t.Errorf("the identity, with a sheet kept: %v", err)
	}
}

// TestStepped: what weighs much asks for a passkey of whoever has one.
//
// ASVS 7.5.3
func TestStepped(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	long, lately := now.Add(-time.Hour), now.Add(-time.Minute)
	for name, one := range map[string]struct {
		session identity.Session
		passkey bool
		may     bool
	}{
		"shown lately":                        {identity.Session{Began: long, Proved: lately}, true, true},
		"shown long ago":                      {identity.Session{Began: long, Proved: long}, true, false},
		"came by a link, and has a passkey":   {identity.Session{Began: lately}, true, false},
		"came by a link, and has none yet":    {identity.Session{Began: lately}, false, true},
		"came long ago, and has none yet":     {identity.Session{Began: long}, false, false},
		"vouched for":                         {identity.Session{Began: lately, Vouched: true}, false, false},
		"vouched for, and shown lately":       {identity.Session{Began: long, Vouched: true, Proved: lately}, true, true},
		"an invented person":                  {identity.Session{Began: long, Guest: true}, false, true},
		"a machine":                           {identity.Session{Began: lately, Machine: &identity.Machine{}}, false, false},
		"a machine of somebody with passkeys": {identity.Session{Began: lately, Proved: lately, Machine: &identity.Machine{}}, true, false},
		"a machine of an invented person":     {identity.Session{Began: lately, Guest: true, Machine: &identity.Machine{}}, false, false},
	} {
		if err := one.session.Stepped(now, one.passkey); (err == nil) != one.may || err != nil && !errors.Is(err, identity.ErrStale) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecoverySheet(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, id := somebody(t, &now)
	ctx := t.Context()
	old, err := p.NewSheet(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := p.NewSheet(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	before, err := p.SignIn(ctx, identity.Visit{Person: id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Recover(ctx, old, identity.From{}); !errors.Is(err, identity.ErrSheet) {
		t.Errorf("the sheet before gives %v", err)
	}
	// As a tired person types it: small letters, spaces, O for 0.
	typed := identity.Sheet{Account: strings.ToLower(sheet.Account),
		Code: strings.ReplaceAll(strings.ReplaceAll(sheet.Code, "-", " "), "0", "O")}
	token, err := p.Recover(ctx, typed, identity.From{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := p.Session(ctx, token); err != nil || s.ID != id {
		t.Errorf("recovered as %+v, %v", s, err)
	}
	if _, err := p.Session(ctx, before); !errors.Is(err, identity.ErrSession) {
		t.Errorf("the session before goes on: %v", err)
	}
	if _, err := p.Recover(ctx, sheet, identity.From{}); !errors.Is(err, identity.ErrSheet) {
		t.Errorf("a used sheet gives %v", err)
	}
}

// TestTries: failures are counted for each account, known or not, and an
// account that nobody has answers like one with another code.
//
// ASVS 6.3.1, 6.3.8
func TestTries(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, id := somebody(t, &now)
	sheet, err := p.NewSheet(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range []string{sheet.Account, "AAAA-AAAA"} {
		guess := identity.Sheet{Account: account, Code: "WRONG"}
		var said []string
		for range 9 {
			_, err := p.Recover(t.Context(), guess, identity.From{})
			said = append(said, err.Error())
		}
		if !strings.HasPrefix(said[7], identity.ErrSheet.Error()) || !strings.Contains(said[8], "too many failed attempts") {
			t.Errorf("account %s: %q", account, said[7:])
		}
	}
	if _, err := p.Recover(t.Context(), sheet, identity.From{}); !errors.Is(err, identity.ErrTries) {
		t.Errorf("the right code amid guesses gives %v; want ErrTries", err)
	}
	now = now.Add(31 * time.Minute)
	if err := p.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Recover(t.Context(), sheet, identity.From{}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestPasskeyRefusals(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, id := somebody(t, &now)
	ctx := t.Context()
	site, err := identity.SiteOf("Tallinn", "https://hub.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, origin := range []string{"", "http://hub.example", "http://127.0.0.1:8080", "https://[::1]", "ftp://localhost", "://"} {
		if _, err := identity.SiteOf("Tallinn", origin); !errors.Is(err, identity.ErrOrigin) {
			t.Errorf("%q: %v; want ErrOrigin", origin, err)
		}
	}
	if _, err := identity.SiteOf("Tallinn", "http://localhost:8080"); err != nil {
		t.Error(err)
	}
	if _, err := p.Ask(ctx, identity.Site{}); !errors.Is(err, identity.ErrOrigin) {
		t.Errorf("nowhere: %v", err)
	}
	a, err := p.Ask(ctx, site)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(a.Options), `"userVerification":"required"`) || strings.Contains(string(a.Options), id) {
		t.Errorf("asks %s", a.Options)
	}
	for _, one := range []struct{ ceremony, answer string }{
		{a.Ceremony, "{}"}, {a.Ceremony, "no JSON"}, {"", "{}"}, {"AAAA", "{}"}, {strings.Repeat("A", 5000), "{}"},
	} {
		if _, err := p.Answer(ctx, site, one.ceremony, []byte(one.answer), identity.From{}); !errors.Is(err, identity.ErrPasskey) {
			t.Errorf("answer %.20q to %.20q: %v; want ErrPasskey", one.answer, one.ceremony, err)
		}
	}
	add, err := p.AskNew(ctx, site, id)
	if err != nil {
		t.Fatal(err)
	}
	// What was asked of one person is no question to another, nor to whoever signs in.
	if err := p.AddPasskey(ctx, site, "person/other", add.Ceremony, "", []byte("{}")); !errors.Is(err, identity.ErrPasskey) {
		t.Errorf("another's ceremony: %v", err)
	}
	if _, err := p.Answer(ctx, site, add.Ceremony, []byte("{}"), identity.From{}); !errors.Is(err, identity.ErrPasskey) {
		t.Errorf("a ceremony of adding, to sign in: %v", err)
	}
	if err := p.RemovePasskey(ctx, id, "AAAA"); !errors.Is(err, identity.ErrNoPasskey) {
		t.Errorf("removing none: %v", err)
	}
	if err := p.RemovePasskey(ctx, id, `"]`); !errors.Is(err, identity.ErrNoPasskey) {
		t.Errorf("removing nonsense: %v", err)
	}
}
