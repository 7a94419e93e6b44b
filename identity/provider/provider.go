// Package provider sends persons to the OpenID provider of their ministry and
// reads what it says of them when they come back: OpenID Connect Core 1.0, by
// authorization code with PKCE. It tells issuer and subject, and asks for
// nothing else; whose identity that is here, the people know.
package provider

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tallinn/fault"
	"tallinn/identity"
)

var (
	// ErrSettings refuses a provider that cannot be one.
	ErrSettings = fault.New(fault.Invalid, "identity.provider_settings",
		"the settings of the provider {{.name}} cannot be used ({{.why}}); give name, title, issuer, client and secret as \"tallinn serve --help\" says")
	// ErrAway says that the provider does not answer.
	ErrAway = fault.New(fault.Unavailable, "identity.provider_away",
		"{{.provider}} does not answer at the moment; sign in with your passkey, a link or a recovery sheet, or try again in a moment")
	// ErrRefused says that nobody came back from the provider as they went;
	// what was wrong is not told.
	ErrRefused = fault.New(fault.Unauthenticated, "identity.provider_refused",
		"the sign-in at {{.provider}} did not come through; begin again on the sign-in page of the hub, or sign in with your passkey")
)

const (
	// asking bounds one question to a provider.
	asking = 5 * time.Second
	// again is how soon a provider that was away is asked anew: visitors who
	// try meanwhile do not wait for it.
	again = 5 * time.Second
	// most bounds an answer of a provider, in bytes.
	most = 1 << 20
)

// Settings say which provider to trust, and as whom the hub asks it.
type Settings struct {
	Name   string // in addresses: small letters and figures
	Title  string // of its button
	TitleU string // in Ukrainian; Title when empty
	Issuer string // the provider's own address, https
	Client string // the hub's name there
	Secret string // the hub's secret there; empty: a public client
}

// A Provider is one that persons may sign in at.
type Provider struct {
	settings Settings
	client   *http.Client
	now      func() time.Time

	mu    sync.Mutex
	found *oidc.Provider
	lost  time.Time // when it last did not answer
}

var named = regexp.MustCompile(`^[a-z0-9]{1,20}$`)

// New is the provider of settings. It is asked nothing before somebody goes
// there.
//
// Errors: ErrSettings.
func New(s Settings, now func() time.Time) (*Provider, error) {
	u, err := url.Parse(s.Issuer)
	why := ""
	switch {
	case !named.MatchString(s.Name):
		why = "the name is of small letters and figures, 20 at most"
	case s.Title == "" || s.Client == "":
		why = "a title or a client is missing"
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		why = "the issuer is no address"
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		why = "the issuer is not https"
	}
	if why != "" {
		return nil, ErrSettings.With("name", s.Name).With("why", why)
	}
	client := &http.Client{Timeout: asking, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Provider{settings: s, client: client, now: now}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Name is the provider's in addresses.
func (p *Provider) Name() string { return p.settings.Name }

// Issuer is the provider's own address.
func (p *Provider) Issuer() string { return p.settings.Issuer }

// Title is what the provider is called in a language, "en" or "uk".
func (p *Provider) Title(lang string) string {
	if lang == "uk" {
		return cmp.Or(p.settings.TitleU, p.settings.Title)
	}
	return p.settings.Title
}

// Begin is where to send a browser, and what it takes along to come back to
// the address back.
//
// Errors: ErrAway.
func (p *Provider) Begin(ctx context.Context, back string) (address string, e identity.Errand, err error) {
	found, err := p.find(ctx)
	if err != nil {
		return "", e, err
	}
	e = identity.Errand{Provider: p.settings.Name, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return p.config(found, back).AuthCodeURL(e.State, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier)), e, nil
}

// Finish is who has come back with query from an errand, as the provider says
// in an ID token of its own signature, for this hub and this errand.
//
// Errors: ErrRefused, ErrAway.
func (p *Provider) Finish(ctx context.Context, e identity.Errand, back string, query url.Values) (who identity.Foreign, err error) {
	refused := ErrRefused.With("provider", p.settings.Title)
	iss := query.Get("iss") // RFC 9207
	switch {
	case e.Provider != p.settings.Name, e.State == "", query.Get("code") == "",
		subtle.ConstantTimeCompare([]byte(e.State), []byte(query.Get("state"))) != 1,
		iss != "" && iss != p.settings.Issuer:
		return who, refused
	}
	found, err := p.find(ctx)
	if err != nil {
		return who, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := p.config(found, back).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(e.Verifier))
	var said *oauth2.RetrieveError
	switch {
	case errors.As(err, &said) && said.Response.StatusCode < http.StatusInternalServerError:
		return who, refused.Because(err)
	case err != nil:
		return who, ErrAway.With("provider", p.settings.Title).Because(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.settings.Client, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return who, refused.Because(err)
	}
	var claims struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return who, refused.Because(err)
	}
	// OpenID Connect Core 1.0, 3.1.3.7: nonce (11), azp (4 and 5).
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(e.Nonce)) != 1 || token.Subject == "" ||
		claims.Party != "" && claims.Party != p.settings.Client || len(token.Audience) > 1 && claims.Party == "" {
		return who, refused
	}
	return identity.Foreign{Issuer: token.Issuer, Subject: token.Subject}, nil
}

// config is p in the words of the library. The hub asks for who somebody is,
// and not for a name or an address.
func (p *Provider) config(found *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.settings.Client, ClientSecret: p.settings.Secret, Endpoint: found.Endpoint(),
		RedirectURL: back, Scopes: []string{oidc.ScopeOpenID}}
}

// find asks the provider once what it is (OpenID Connect Discovery 1.0).
//
// Errors: ErrAway.
func (p *Provider) find(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	away := ErrAway.With("provider", p.settings.Title)
	if now := p.now(); now.Sub(p.lost) < again {
		return nil, away
	}
	// A visitor who goes away meanwhile says nothing of the provider.
	asked, over := context.WithTimeout(context.WithoutCancel(ctx), asking)
	defer over()
	found, err := oidc.NewProvider(oidc.ClientContext(asked, p.client), p.settings.Issuer)
	if err != nil {
		p.lost = p.now()
		return nil, away.Because(err)
	}
	// Nothing that a token could be forged or a person be followed by goes by
	// http, whatever the provider says.
	var ends struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&ends); err != nil {
		return nil, away.Because(err)
	}
	for _, end := range []string{found.Endpoint().AuthURL, found.Endpoint().TokenURL, ends.Keys} {
		u, err := url.Parse(end)
		if err != nil || !slices.Contains([]string{"https", "http"}, u.Scheme) || u.Scheme == "http" && !loopback(u.Hostname()) {
			p.lost = p.now()
			return nil, away.Because(errors.New("identity: the provider names an address that is not https"))
		}
	}
	p.found = found
	return found, nil
}

// bounded is a transport whose answers end.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, most), resp.Body}
	}
	return resp, err
}
