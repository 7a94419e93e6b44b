package app_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/mechanism/erasure"
	"tallinn/mechanism/seat"
	"tallinn/record"
	"tallinn/record/keyring"
	"tallinn/record/sqlite"
	words "tallinn/text"
	"tallinn/tlp"
)

// filesWith lists the files below dir that hold what in clear.
func filesWith(t *testing.T, dir, what string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err == nil && bytes.Contains(raw, []byte(what)) {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestErasePerson: a name lies in clear in no file of the data folder. Two
// persons erase a third: the key is in no file any more, the sessions end, and
// the record stays whole.
//
// ASVS 2.3.5, 7.4.2
func TestErasePerson(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	hub, err := app.Open(ctx, app.Config{Data: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	defer func() {
		if !closed {
			hub.Close()
		}
	}()
	handler, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	const name = "Олена Стиранівська-Приклад"
	sit := func(name string, role seat.Role) (string, string) {
		person, token, err := hub.SitNew(ctx, name, role)
		if err != nil {
			t.Fatal(err)
		}
		return person, token
	}
	victim, theirs := sit(name, seat.Officer)
	admin, one := sit("Admin Example", seat.Administrator)
	_, two := sit("Desk Example", seat.FrontOffice)
	erase := func(token, key, person string, confirm bool) (int, string) {
		body := `{"person":"` + person + `"}`
		if confirm {
			body = `{"person":"` + person + `","confirm":true}`
		}
		r := httptest.NewRequest("POST", "/api/v1/erasures", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	want := func(what string, status int, code string, got int, body string) {
		t.Helper()
		if got != status || !strings.Contains(body, code) {
			t.Errorf("%s: %d %s; want %d %s", what, got, body, status, code)
		}
	}
	if found := filesWith(t, dir, name); found != nil {
		t.Errorf("the name lies in clear in %v", found)
	}
	if called, _, err := hub.Called(ctx, victim); err != nil || called != name {
		t.Fatalf("called %q, %v", called, err)
	}
	key := keyOf(t, dir, victim)
	if filesWith(t, dir, key) == nil {
		t.Fatal("the key is in no file before either: this test sees nothing")
	}
	status, body := erase(theirs, "a", victim, false)
	want("an officer", 403, "", status, body)
	status, body = erase(one, "b", "person/00000000000000000000", false)
	want("nobody", 404, "erasure.person", status, body)
	status, body = erase(one, "c", admin, false)
	want("oneself", 403, "erasure.self", status, body)
	status, body = erase(two, "d", victim, true)
	want("confirmed unasked", 409, "erasure.not_asked", status, body)
	status, body = erase(one, "e", victim, false)
	want("asked", 200, `"asked"`, status, body)
	status, body = erase(one, "f", victim, true)
	want("alone", 403, "erasure.alone", status, body)
	if called, erased, _ := hub.Called(ctx, victim); called != name || erased {
		t.Error("one person erased another alone")
	}
	status, body = erase(two, "g", victim, true)
	want("confirmed", 200, `"confirmed"`, status, body)

	if called, erased, err := hub.Called(ctx, victim); called != "" || !erased || err != nil {
		t.Errorf("erased: %q, %v, %v", called, erased, err)
	}
	r := httptest.NewRequest("GET", "/account", nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: theirs})
	w := httptest.NewRecorder()
	if handler.ServeHTTP(w, r); w.Code == http.StatusOK {
		t.Error("the session of the erased goes on")
	}
	for what, text := range map[string]string{"name": name, "key": key} {
		if found := filesWith(t, dir, text); found != nil {
			t.Errorf("the %s is still in %v", what, found)
		}
	}
	closed = true
	if err := hub.Close(); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"name": name, "key": key} {
		if found := filesWith(t, dir, text); found != nil {
			t.Errorf("after closing the %s is in %v", what, found)
		}
	}
	checkFolder(t, dir)
}

// keyOf is the bytes of a person's key.
func keyOf(t *testing.T, dir, person string) string {
	t.Helper()
	keys, err := keyring.OpenToRead(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	key, err := keys.Key(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	return string(key)
}

// checkFolder expects the record of a folder to be whole.
func checkFolder(t *testing.T, dir string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	keys, err := keyring.OpenToRead(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	report, err := record.Check(t.Context(), store, app.Kinds(), keys)
	if err != nil || !report.Clean() {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestTextsInClear: words that an early version kept in clear are sealed when
// a hub opens the folder.
func TestTextsInClear(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	const said = "said before words were sealed"
	plain, err := words.Commit(rand.Reader, "00112233445566778899aabbccddeeff", said)
	if err != nil {
		t.Fatal(err)
	}
	body := erasure.Asked{Person: "person/00000000000000000000", Seat: "R-1"}
	raw, err := fact.Encode(fact.Fact{At: time.Now().UTC().Truncate(time.Microsecond), Cmd: "c", By: "p", Kind: body.Kind(),
		Streams: body.Streams(), Realm: fact.Exercise, Marking: tlp.AmberStrict, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = store.Append(ctx, record.Batch{Facts: [][]byte{raw}, Commands: []record.Remembered{{ID: "c", Op: "o"}},
		Texts: []words.Sealed{{Ref: plain.Ref, Key: plain.Key, Box: []byte(plain.Text)}}})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	if len(filesWith(t, dir, said)) == 0 {
		t.Fatal("the words are nowhere in clear: this test sees nothing")
	}
	hub, err := app.Open(ctx, app.Config{Data: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	if found := filesWith(t, dir, said); len(found) > 0 {
		t.Errorf("%v still hold the words in clear", found)
	}
}
