package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
	"tallinn/identity"
)

var (
	// ErrNoHub says that nothing answered at the hub's address.
	ErrNoHub = fault.New(fault.Unavailable, "cli.no_hub",
		"no hub answers at {{.hub}}; start one with \"tallinn demo\", or name another with --hub")
	// ErrAnswer says that what answered is no hub of ours.
	ErrAnswer = fault.New(fault.Unavailable, "cli.answer",
		"{{.hub}} answered, but not as a hub does (status {{.status}}); check the address given with --hub")
	// ErrTokenFile says that no token could be found.
	ErrTokenFile = fault.New(fault.Unauthenticated, "cli.token_file",
		"no token of role {{.role}}: {{.file}} could not be read or lacks it; name the hub's tokens.json with --tokens, or set TALLINN_TOKEN")
)

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 64 << 20

// requestTime bounds one request; an import of many rows is the longest.
const requestTime = 5 * time.Minute

// A client speaks to the hub's API.
type client struct {
	hub    string
	tokens string // the tokens file
	getenv func(string) string
	lang   string
	key    string // of the command that is sent; empty: none
}

// problemError is an RFC 9457 answer; its detail is in the reader's language.
type problemError struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
	} `json:"errors"`
}

func (p *problemError) Error() string { return p.Code + ": " + p.Detail }

// get reads path with query into out and returns the raw answer. What a seat
// may see and others may not is read by the token of its session.
func (c *client) get(ctx context.Context, path string, query url.Values, out any) (jsontext.Value, error) {
	return c.do(ctx, http.MethodGet, path, query, c.getenv("TALLINN_TOKEN"), nil, out)
}

// post sends in as role's token allows, and reads the answer into out.
func (c *client) post(ctx context.Context, path string, role identity.Role, in, out any) (jsontext.Value, error) {
	token, err := c.token(role)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("cli: encode request: %w", err)
	}
	return c.do(ctx, http.MethodPost, path, nil, token, body, out)
}

func (c *client) do(ctx context.Context, method, path string, query url.Values, token string, body []byte, out any) (jsontext.Value, error) {
	if body == nil {
		return c.send(ctx, method, path, query, token, "", nil, out)
	}
	return c.send(ctx, method, path, query, token, "application/json", bytes.NewReader(body), out)
}

// sendBytes sends a file as it is read, as a command under its key.
func (c *client) sendBytes(ctx context.Context, path string, query url.Values, key, token string, body io.Reader, out any) (jsontext.Value, error) {
	named := *c
	named.key = key
	return named.send(ctx, http.MethodPost, path, query, token, "application/octet-stream", body, out)
}

func (c *client) send(ctx context.Context, method, path string, query url.Values, token, kind string, body io.Reader, out any) (jsontext.Value, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	address := c.hub + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, ErrNoHub.With("hub", c.hub).Because(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Language", c.lang)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if c.key != "" {
		req.Header.Set("Idempotency-Key", c.key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, ErrNoHub.With("hub", c.hub).Because(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, ErrNoHub.With("hub", c.hub).Because(err)
	}
	return c.read(resp.StatusCode, raw, out)
}

func (c *client) read(status int, raw []byte, out any) (jsontext.Value, error) {
	strange := ErrAnswer.With("hub", c.hub).With("status", status)
	if status >= 400 {
		p := &problemError{}
		if err := json.Unmarshal(raw, p); err != nil || p.Code == "" {
			return nil, strange
		}
		p.Status = status
		return nil, p
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return nil, strange.Because(err)
	}
	return raw, nil
}

// token finds role's token: in the environment, else in the tokens file. It
// is never taken from an argument, where other users of the machine see it.
func (c *client) token(role identity.Role) (string, error) {
	if token := c.getenv("TALLINN_TOKEN"); token != "" {
		return token, nil
	}
	tokens, err := identity.ReadTokens(c.tokens)
	if err != nil || tokens[role] == "" {
		return "", ErrTokenFile.With("role", role).With("file", c.tokens).Because(err)
	}
	return tokens[role], nil
}
