// Package providertest starts an OpenID provider for tests: the certified
// library zitadel/oidc, with the storage and the pages of its own example, on
// a free port.
package providertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"tallinn/identity/provider"
)

// Client and Secret are the hub's at the provider, and Password is everybody's.
const (
	Client   = "tallinn"
	Secret   = "kept in a file of the hub"
	Password = "correct horse"
)

// A Provider is one that runs.
type Provider struct {
	Issuer string

	mu     sync.Mutex
	server *httptest.Server
	op     http.Handler
	keys   http.Handler // whose keys are shown in place of op's own
}

// users are whoever asks: each name is its own subject.
type users struct{}

func (users) GetUserByID(id string) *storage.User {
	return &storage.User{ID: id, Username: id, Password: Password, Email: id + "@ministry.example", EmailVerified: true}
}
func (u users) GetUserByUsername(name string) *storage.User { return u.GetUserByID(name) }
func (users) ExampleClientID() string                       { return storage.ServiceUserID }

// Start runs a provider until the test ends; backs are the addresses that it
// may send the hub's readers back to.
func Start(t testing.TB, backs ...string) *Provider {
	t.Helper()
	p := &Provider{}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		h := p.op
		if p.keys != nil && r.URL.Path == "/keys" {
			h = p.keys
		}
		p.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	p.Issuer = p.server.URL
	p.op = p.fresh(backs)
	return p
}

// fresh is a provider with a key that it has just drawn.
func (p *Provider) fresh(backs []string) http.Handler {
	clients := map[string]*storage.Client{Client: storage.WebClient(Client, Secret, backs...)}
	return exampleop.SetupServer(p.Issuer, storage.NewStorageWithClients(users{}, clients), nil, false)
}

// Settings are the hub's for the provider.
func (p *Provider) Settings(name string) provider.Settings {
	return provider.Settings{Name: name, Title: "Ministry of Tests", TitleU: "Міністерство випробувань", Issuer: p.Issuer, Client: Client, Secret: Secret}
}

// ShowKeys lets the provider show another key than the one that it signs with.
func (p *Provider) ShowKeys() {
	other := p.fresh(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = other
}

// GoesAway ends the provider.
func (p *Provider) GoesAway() { p.server.Close() }

// SignsIn goes to address as a browser does, signs in as user on the page of
// the provider, and returns where that sends the browser back to.
func (p *Provider) SignsIn(address, user string) (back *url.URL, err error) {
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(address)
	for range 5 {
		if err != nil {
			return nil, err
		}
		resp.Body.Close()
		to, err := resp.Location()
		switch {
		case err != nil:
			return nil, fmt.Errorf("the provider answers %s to %s", resp.Status, resp.Request.URL)
		case to.Host != resp.Request.URL.Host:
			return to, nil
		case to.Path == "/login/username":
			resp, err = browser.PostForm(p.Issuer+to.Path, url.Values{"id": {to.Query().Get("authRequestID")}, "username": {user}, "password": {Password}})
			if err != nil {
				return nil, err
			}
		default:
			if resp, err = browser.Get(to.String()); err != nil {
				return nil, err
			}
		}
	}
	return nil, fmt.Errorf("the provider leads on and on from %s", address)
}
