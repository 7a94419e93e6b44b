package app_test

import (
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/identity/provider"
	"tallinn/identity/provider/providertest"
)

// browses is a visitor of s with a browser of their own.
func (s *site) browses(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, site: s, client: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// TestProviderJourney: a person adds their identity at a real provider while
// signed in, and comes in by it from then on; a stranger of the same provider
// does not, nor does an answer that another browser began. The provider goes
// away, and the other ways in go on.
//
// ASVS 6.8.1, 6.8.4, 10.5.2
func TestProviderJourney(t *testing.T) {
	t.Parallel()
	var serve http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	op := providertest.Start(t, server.URL+"/provider/mda/back")
	hub, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler),
		Providers: []provider.Settings{op.Settings("mda")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hub.Close() })
	if serve, err = hub.Handler(); err != nil {
		t.Fatal(err)
	}
	s, ctx := &site{t: t, url: server.URL}, t.Context()
	people, person, link := invited(t, hub)

	signsIn := func(v *visitor, begin, user string) answer {
		t.Helper()
		a := v.get(begin)
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, op.Issuer) {
			t.Fatalf("%s leads to %d %s", begin, a.status, a.to)
		}
		back, err := op.SignsIn(a.to, user)
		if err != nil {
			t.Fatal(err)
		}
		return v.get(back.RequestURI())
	}
	if a := s.browses(t).get("/sign-in"); !strings.Contains(a.body, `href="/provider/mda"`) || !strings.Contains(a.body, "Ministry of Tests") {
		t.Error("the sign-in page does not show the provider")
	}
	// Nobody is made by signing in there.
	if a := signsIn(s.browses(t), "/provider/mda", "olena"); a.status != http.StatusUnauthorized || !strings.Contains(a.body, "opens nothing here yet") {
		t.Errorf("an identity that nobody has added answers %d", a.status)
	}

	owner := s.browses(t)
	owner.post("/sign-in/"+link, nil)
	a := signsIn(owner, "/provider/mda/link", "olena")
	if a.status != http.StatusOK || !strings.Contains(a.body, "olena") || !strings.Contains(a.body, op.Issuer) {
		t.Fatalf("coming back to add answers %d", a.status)
	}
	if list, err := people.Identities(ctx, person); err != nil || len(list) > 0 {
		t.Fatalf("added without the person's act: %v, %v", list, err)
	}
	claim := url.Values{"claim": {a.hidden("claim")}}
	stranger, _ := people.Add(ctx, "Інша Особа", fact.Real)
	token, err := people.SignIn(ctx, identity.Visit{Person: stranger})
	if err != nil {
		t.Fatal(err)
	}
	thief := s.browses(t)
	if a := thief.send("POST", "/account/identities/add", "application/x-www-form-urlencoded", claim.Encode(), "Cookie", "session="+token); a.status != http.StatusUnauthorized {
		t.Errorf("another's claim answers %d %s", a.status, a.to)
	}
	if a := owner.post("/account/identities/add", claim); a.status != http.StatusSeeOther {
		t.Fatalf("adding answers %d %s", a.status, a.body)
	}
	if a := owner.get("/account"); !strings.Contains(a.says(t, "#identities-list tbody"), "olena") {
		t.Errorf("the account does not list the identity: %s", a.says(t, "#identities"))
	}

	// In another browser, by the provider alone; the ways in stay shut there.
	phone := s.browses(t)
	if a := signsIn(phone, "/provider/mda", "olena"); a.status != http.StatusSeeOther || a.to != "/desk" {
		t.Fatalf("signing in answers %d %s", a.status, a.to)
	}
	if a := phone.get("/account"); a.status != http.StatusOK || strings.Contains(a.body, `action="/account/sheet"`) {
		t.Errorf("by a provider the account answers %d, with a recovery sheet to make", a.status)
	}
	if a := phone.post("/account/sheet", nil); a.status != http.StatusForbidden {
		t.Errorf("by a provider a recovery sheet is made: %d", a.status)
	}
	if a := signsIn(s.browses(t), "/provider/mda", "petro"); a.status != http.StatusUnauthorized {
		t.Errorf("a stranger of the same provider is let in: %d", a.status)
	}

	// What one browser began, another cannot end: no session is pushed on it.
	begun := s.browses(t).get("/provider/mda")
	back, err := op.SignsIn(begun.to, "olena")
	if err != nil {
		t.Fatal(err)
	}
	if a := s.browses(t).get(back.RequestURI()); a.status != http.StatusUnauthorized {
		t.Errorf("an answer for another browser is taken: %d", a.status)
	}

	// It is the only way in but the link, and stays; with a sheet it may go,
	// and what was begun by it is over.
	form := url.Values{"issuer": {op.Issuer}, "subject": {"olena"}}
	if a := owner.post("/account/identities/remove", form); a.status != http.StatusConflict {
		t.Errorf("removing the last way in answers %d", a.status)
	}
	if _, err := people.NewSheet(ctx, person); err != nil {
		t.Fatal(err)
	}
	if a := owner.post("/account/identities/remove", form); a.status != http.StatusSeeOther {
		t.Errorf("removing answers %d %s", a.status, a.body)
	}
	if a := phone.get("/account"); a.to != "/sign-in" {
		t.Errorf("the session by a removed identity goes on: %d %s", a.status, a.to)
	}
	if a := signsIn(s.browses(t), "/provider/mda", "olena"); a.status != http.StatusUnauthorized {
		t.Errorf("a removed identity answers %d", a.status)
	}

	op.GoesAway()
	if a := s.browses(t).get("/sign-in"); a.status != http.StatusOK || !strings.Contains(a.body, "/passkey/ask") && !strings.Contains(a.body, "/recover") {
		t.Errorf("with the provider away the sign-in page answers %d", a.status)
	}
	again, err := people.Link(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	if a := s.browses(t).post("/sign-in/"+again, nil); a.to != "/desk" {
		t.Errorf("with the provider away a link answers %d", a.status)
	}
}
