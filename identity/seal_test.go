package identity_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/identity"
	"tallinn/record/keyring"
	"tallinn/text"
)

// testKeys are keys in a folder of their own.
func testKeys(t *testing.T) *keyring.Ring {
	t.Helper()
	keys, err := keyring.Open(t.Context(), t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	return keys
}

// inFiles reports whether a file of dir holds what.
func inFiles(t *testing.T, dir, what string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(what)) {
			return true
		}
	}
	return false
}

// TestErase: a name lies nowhere in clear; when the person is erased it is
// gone, with every way to sign in, and the id stays.
//
// ASVS 7.4.2
func TestErase(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, dir := people(t, &now)
	ctx := t.Context()
	const name = "Олена Приклад-Довгоім’я"
	id, err := p.Add(ctx, name, fact.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := p.Add(ctx, "Іван Приклад", fact.Exercise)
	link, _ := p.Link(ctx, id)
	token, _ := p.SignIn(ctx, identity.Visit{Person: id, Seat: "R-0001"})
	if s, err := p.Session(ctx, token); err != nil || s.Name != name {
		t.Fatalf("Session() = %+v, %v", s, err)
	}
	if server == nil && inFiles(t, dir, name) {
		t.Error("the name lies in clear")
	}
	for range 2 {
		if err := p.Erase(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := p.Person(ctx, id); err != nil || got.Name != "" || !got.Erased {
		t.Errorf("erased: %+v, %v", got, err)
	}
	if got, err := p.Person(ctx, other); err != nil || got.Name != "Іван Приклад" || got.Erased {
		t.Errorf("another: %+v, %v", got, err)
	}
	if _, err := p.Session(ctx, token); !errors.Is(err, identity.ErrSession) {
		t.Errorf("the session goes on: %v", err)
	}
	if _, err := p.Use(ctx, link, identity.From{}); !errors.Is(err, identity.ErrLink) {
		t.Errorf("the link works: %v", err)
	}
	if _, err := p.Link(ctx, id); !errors.Is(err, text.ErrErased) {
		t.Errorf("a link for who was erased: %v", err)
	}
	if _, err := p.LetIn(ctx, id); !errors.Is(err, text.ErrErased) {
		t.Errorf("letting in who was erased: %v", err)
	}
	if err := p.Erase(ctx, "person/none"); !errors.Is(err, identity.ErrSession) {
		t.Errorf("nobody: %v", err)
	}
}

// TestNamesInClear: names that an early version kept in clear are sealed, and
// left in no file.
func TestNamesInClear(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p, dir := people(t, &now)
	const name = "Олена Приклад-Довгоім’я"
	db, err := sql.Open("sqlite", filepath.Join(dir, identity.PeopleFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO persons (id, name, realm) VALUES ('person/old', ?, 'real')`, name); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, dir, name) {
		t.Fatal("the name is not there in clear: this test sees nothing")
	}
	if err := p.SealUnder(t.Context(), testKeys(t)); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, dir, name) {
		t.Error("the name is left in clear")
	}
	if got, err := p.Person(t.Context(), "person/old"); err != nil || got.Name != name {
		t.Errorf("Person() = %+v, %v", got, err)
	}
}
