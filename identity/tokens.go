package identity

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
)

// A Role is what a token may do.
type Role string

const (
	Reader   Role = "reader"            // reads what is public, as everyone may
	Importer Role = "importer-operator" // records rows of public sources
)

var roles = []Role{Importer, Reader}

var (
	// ErrNoToken asks for a token where one is needed.
	ErrNoToken = fault.New(fault.Unauthenticated, "identity.no_token",
		"this needs a token; send it as the header Authorization: Bearer, from tokens.json in the hub's data folder")
	// ErrBadToken refuses a token that the hub does not know.
	ErrBadToken = fault.New(fault.Unauthenticated, "identity.bad_token",
		"the hub does not know this token; take the present one from tokens.json in the hub's data folder")
	// ErrTokens refuses a tokens file that is none, or is not safe.
	ErrTokens = fault.New(fault.Invalid, "identity.tokens",
		"{{.file}} must be a JSON object from role to token, each token of 32 characters or more and none twice; remove the file, and the hub draws new ones at its next start")
	// ErrRole refuses a token of another role.
	ErrRole = fault.New(fault.Denied, "identity.role",
		"a token of role {{.role}} may not do this; use the token of role {{.needed}}")
)

// TokensFile is the file in the data folder that holds the tokens, a JSON
// object from role to token, readable by its owner alone.
const TokensFile = "tokens.json"

const (
	tokenBytes = 32
	minToken   = 32 // characters; those that are drawn have 43
)

// Tokens knows the hub's tokens, by hash.
type Tokens struct{ hashes map[Role][sha256.Size]byte }

// OpenTokens reads the tokens of the data folder dir, and draws those that are
// missing from random.
//
// Errors: those of the file system and of random; a file that is no such
// object, which is left as it is.
func OpenTokens(dir string, random io.Reader) (*Tokens, error) {
	path := filepath.Join(dir, TokensFile)
	tokens, err := ReadTokens(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if tokens == nil {
		tokens = map[Role]string{}
	}
	drawn, err := draw(tokens, random)
	if err != nil {
		return nil, err
	}
	if drawn {
		if err := writeTokens(path, tokens); err != nil {
			return nil, err
		}
	}
	t := &Tokens{map[Role][sha256.Size]byte{}}
	for role, token := range tokens {
		t.hashes[role] = sha256.Sum256([]byte(token))
	}
	return t, nil
}

// ReadTokens reads a tokens file, for a client on the same machine.
func ReadTokens(path string) (map[Role]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("identity: read tokens: %w", err)
	}
	var tokens map[Role]string
	if err := json.Unmarshal(raw, &tokens); err != nil {
		return nil, ErrTokens.With("file", path).Because(err)
	}
	seen := map[string]bool{}
	for _, token := range tokens {
		if len(token) < minToken || seen[token] {
			return nil, ErrTokens.With("file", path)
		}
		seen[token] = true
	}
	return tokens, nil
}

// Role returns the role of token. Every token is compared, in constant time,
// so that the answer's time tells nothing.
//
// Errors: ErrNoToken, ErrBadToken.
func (t *Tokens) Role(token string) (Role, error) {
	if token == "" {
		return "", ErrNoToken
	}
	hash, found := sha256.Sum256([]byte(token)), Role("")
	for role, known := range t.hashes {
		if subtle.ConstantTimeCompare(hash[:], known[:]) == 1 {
			found = role
		}
	}
	if found == "" {
		return "", ErrBadToken
	}
	return found, nil
}

// Need returns an error unless token is one of role needed.
//
// Errors: ErrNoToken, ErrBadToken, ErrRole.
func (t *Tokens) Need(needed Role, token string) error {
	role, err := t.Role(token)
	if err != nil {
		return err
	}
	if role != needed {
		return ErrRole.With("role", role).With("needed", needed)
	}
	return nil
}

func draw(tokens map[Role]string, random io.Reader) (drawn bool, err error) {
	for _, role := range roles {
		if tokens[role] != "" {
			continue
		}
		b := make([]byte, tokenBytes)
		if _, err := io.ReadFull(random, b); err != nil {
			return false, fmt.Errorf("identity: read randomness: %w", err)
		}
		tokens[role], drawn = base64.RawURLEncoding.EncodeToString(b), true
	}
	return drawn, nil
}

// writeTokens replaces the file in one step, so that a crash leaves the old
// one or the new one.
func writeTokens(path string, tokens map[Role]string) error {
	raw, err := json.Marshal(tokens, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("identity: encode tokens: %w", err)
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("identity: write tokens: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("identity: write tokens: %w", err)
	}
	return nil
}
