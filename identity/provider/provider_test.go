package provider_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"tallinn/identity"
	"tallinn/identity/provider"
	"tallinn/identity/provider/providertest"
)

const back = "http://hub.example/provider/mda/back"

// comes is what a browser took along to op, and with what it came back.
func comes(t *testing.T, op *providertest.Provider, now func() time.Time) (*provider.Provider, identity.Errand, url.Values) {
	t.Helper()
	p, err := provider.New(op.Settings("mda"), now)
	if err != nil {
		t.Fatal(err)
	}
	address, e, err := p.Begin(t.Context(), back)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if q := to.Query(); q.Get("scope") != "openid" || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" {
		t.Errorf("goes with %v", q)
	}
	at, err := op.SignsIn(address, "olena")
	if err != nil {
		t.Fatal(err)
	}
	return p, e, at.Query()
}

// TestProvider signs in at a real provider, and refuses whatever is not its
// answer to this errand.
//
// ASVS 6.8.2, 10.2.1, 10.5.1, 10.5.3, 10.5.4
func TestProvider(t *testing.T) {
	t.Parallel()
	op := providertest.Start(t, back) // the last two change it for good
	for _, one := range []struct {
		name  string
		spoil func(op *providertest.Provider, e *identity.Errand, q url.Values)
		later time.Duration
		want  error
	}{
		{name: "as it went"},
		{name: "state", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, _ *identity.Errand, q url.Values) { q.Set("state", "other") }},
		{name: "no state", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, e *identity.Errand, q url.Values) { e.State = ""; q.Del("state") }},
		{name: "nonce", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, e *identity.Errand, _ url.Values) { e.Nonce = "other" }},
		{name: "verifier", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, e *identity.Errand, _ url.Values) {
			e.Verifier = "01234567890123456789012345678901234567890123456789"
		}},
		{name: "code", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, _ *identity.Errand, q url.Values) { q.Set("code", "other") }},
		{name: "another provider's errand", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, e *identity.Errand, _ url.Values) { e.Provider = "other" }},
		{name: "another issuer", want: provider.ErrRefused, spoil: func(_ *providertest.Provider, _ *identity.Errand, q url.Values) {
			q.Set("iss", "https://other.example")
		}},
		{name: "expired", want: provider.ErrRefused, later: 48 * time.Hour},
		{name: "another's signature", want: provider.ErrRefused, spoil: func(op *providertest.Provider, _ *identity.Errand, _ url.Values) { op.ShowKeys() }},
		{name: "away", want: provider.ErrAway, spoil: func(op *providertest.Provider, _ *identity.Errand, _ url.Values) { op.GoesAway() }},
	} {
		t.Run(one.name, func(t *testing.T) {
			later := time.Duration(0)
			p, e, q := comes(t, op, func() time.Time { return time.Now().Add(later) })
			later = one.later
			if one.spoil != nil {
				one.spoil(op, &e, q)
			}
			who, err := p.Finish(t.Context(), e, back, q)
			switch {
			case !errors.Is(err, one.want):
				t.Fatalf("%+v, %v; want %v", who, err, one.want)
			case err != nil && who != identity.Foreign{}, err == nil && who != identity.Foreign{Issuer: op.Issuer, Subject: "olena"}:
				t.Errorf("came back as %+v with %v", who, err)
			}
			if one.want == nil { // a code works once
				if who, err := p.Finish(t.Context(), e, back, q); !errors.Is(err, provider.ErrRefused) {
					t.Errorf("the same answer again: %+v, %v", who, err)
				}
			}
		})
	}
}

func TestSettings(t *testing.T) {
	good := provider.Settings{Name: "mda", Title: "Ministry", Issuer: "https://id.example", Client: "tallinn"}
	if _, err := provider.New(good, time.Now); err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []func(*provider.Settings){
		func(s *provider.Settings) { s.Name = "" }, func(s *provider.Settings) { s.Name = "a/b" },
		func(s *provider.Settings) { s.Title = "" }, func(s *provider.Settings) { s.Client = "" },
		func(s *provider.Settings) { s.Issuer = "" }, func(s *provider.Settings) { s.Issuer = "http://id.example" },
		func(s *provider.Settings) { s.Issuer = "https://id.example?a" }, func(s *provider.Settings) { s.Issuer = "ftp://localhost" },
	} {
		s := good
		spoil(&s)
		if _, err := provider.New(s, time.Now); !errors.Is(err, provider.ErrSettings) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
