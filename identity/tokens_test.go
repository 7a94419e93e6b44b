package identity_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tallinn/identity"
)

func random() *bytes.Reader {
	b := make([]byte, 4096)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return bytes.NewReader(b)
}

// ASVS 6.3.2
func TestTokens(t *testing.T) {
	dir := t.TempDir()
	tokens, err := identity.OpenTokens(dir, random())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, identity.TokensFile)
	file, err := identity.ReadTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		token string
		need  identity.Role
		err   error
	}{
		{"importer imports", file[identity.Importer], identity.Importer, nil},
		{"reader may not import", file[identity.Reader], identity.Importer, identity.ErrRole},
		{"no token", "", identity.Importer, identity.ErrNoToken},
		{"unknown token", file[identity.Importer] + "x", identity.Importer, identity.ErrBadToken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tokens.Need(tt.need, tt.token); !errors.Is(err, tt.err) {
				t.Errorf("Need = %v, want %v", err, tt.err)
			}
		})
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("tokens.json has mode %v, want 0600", info.Mode().Perm())
	}
}

func TestTokensAreKept(t *testing.T) {
	dir := t.TempDir()
	if _, err := identity.OpenTokens(dir, random()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, identity.TokensFile)
	before, _ := os.ReadFile(path)
	if _, err := identity.OpenTokens(dir, bytes.NewReader(nil)); err != nil {
		t.Fatalf("a second start drew tokens again: %v", err)
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("a second start changed tokens.json")
	}
}

func TestTokensFileThatIsNotSafe(t *testing.T) {
	const long = "0123456789012345678901234567890123456789"
	for _, content := range []string{`["a"]`, `{"reader":"abc"}`, ``,
		`{"reader":"` + long + `","importer-operator":"` + long + `"}`} {
		dir := t.TempDir()
		path := filepath.Join(dir, identity.TokensFile)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := identity.OpenTokens(dir, random()); !errors.Is(err, identity.ErrTokens) {
			t.Errorf("OpenTokens of %q = %v, want ErrTokens", content, err)
		}
	}
}

// FuzzReadTokens: whatever the file holds, it is read or refused, and what is
// read is safe to use.
func FuzzReadTokens(f *testing.F) {
	f.Add([]byte(`{"reader":"0123456789012345678901234567890123456789"}`))
	f.Add([]byte(`{"reader":"a","reader":"b"}`))
	f.Add([]byte("\xff{}"))
	path := filepath.Join(f.TempDir(), identity.TokensFile)
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		tokens, err := identity.ReadTokens(path)
		if err != nil && !errors.Is(err, identity.ErrTokens) {
			t.Fatalf("ReadTokens(%q) = %v", content, err)
		}
		for role, token := range tokens {
			if len(token) < 32 {
				t.Fatalf("%s has a token of %d characters", role, len(token))
			}
		}
	})
}
