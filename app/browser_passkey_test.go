package app_test

import (
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/web/webtest"
)

// invited is a person of the hub and a link that signs them in.
func invited(t *testing.T, hub *app.Hub) (people *identity.People, person, link string) {
	t.Helper()
	people = hub.People()
	person, err := people.Add(t.Context(), "Олена Приклад", fact.Real)
	if err != nil {
		t.Fatal(err)
	}
	if link, err = people.Link(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	return people, person, link
}

// testPasskeys: a person comes by a link, adds a passkey, prints a recovery
// sheet, signs out, comes back by the passkey, and later by the sheet; a
// session that they end elsewhere is over at once.
func testPasskeys(t *testing.T, b *webtest.Browser, _ *site) {
	var later atomic.Int64 // than today
	s, hub := newSiteAt(t, func() time.Time { return today.Add(time.Duration(later.Load())) })
	people := hub.People()
	person, _, err := hub.SitNew(t.Context(), "Олена Приклад", "administrator")
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := hub.SitNew(t.Context(), "Інша Особа", "officer")
	if err != nil {
		t.Fatal(err)
	}
	link, err := people.Link(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	home := "http://localhost:" + at.Port()
	for _, look := range []webtest.Look{webtest.Phone, webtest.Desk.In("uk").AtNight()} {
		p := b.Page(t, look)
		p.Go(home + "/sign-in")
		picture(p, "sign-in", look)
		p.Sound()
		p.Close()
	}
	p := b.Page(t, webtest.Phone.In("uk"))
	p.Authenticator()
	p.Go(home + "/sign-in/" + link)
	p.Follow("main form button")
	p.Go(home + "/account")
	picture(p, "account-first", webtest.Phone.In("uk"))
	p.Sound()
	p.Follow(`[data-passkey-ask] button`)
	if got := say(p, ".notice-good"); !strings.Contains(got, "Ключ доступу додано") {
		t.Fatalf("after adding a passkey the page says %q", got)
	}
	if keys, err := people.Passkeys(t.Context(), person); err != nil || len(keys) != 1 {
		t.Fatalf("kept passkeys: %v, %v", keys, err)
	}
	p.Follow(`form[action="/account/sheet"] button`)
	picture(p, "sheet", webtest.Phone.In("uk"))
	p.Sound()
	codes := webtest.Ask[[]string](p, `[...document.querySelectorAll("dd code")].map(e => e.innerText)`)
	if len(codes) != 3 {
		t.Fatalf("the sheet has %q", codes)
	}
	p.Follow(`a[href="/account?done=sheet"]`)
	p.Follow(`form.person button`)
	p.Go(home + "/sign-in")
	p.Follow(`[data-passkey-ask] button`)
	if got := path(p); got != "/desk" {
		t.Fatalf("signing in by passkey leads to %s", got)
	}
	p.Go(home + "/account")
	picture(p, "account", webtest.Phone.In("uk"))
	p.Sound()

	// Much later something that weighs much asks for the passkey again, and
	// then goes on with what was typed.
	later.Store(int64(identity.FreshTime + time.Minute))
	p.Go(home + "/erasures")
	webtest.Ask[bool](p, `document.getElementById("person").value = "`+other+`", true`)
	p.Expect("403")
	p.Follow(`main form.form button`)
	if got := say(p, "h1"); got != "Підтвердьте, що це ви" {
		t.Fatalf("an erasure that is asked for late leads to %q", got)
	}
	picture(p, "step", webtest.Phone.In("uk"))
	p.Sound()
	p.Follow(`[data-passkey-ask] button`)
	if got := say(p, "main"); !strings.Contains(got, other) || path(p) != "/erasures?done=asked" {
		t.Fatalf("after the passkey: %s says %q", path(p), got)
	}

	// On another device, by the sheet: the phone is signed out.
	desk := b.Page(t, webtest.Desk)
	desk.Go(home + "/recover")
	picture(desk, "recover", webtest.Desk)
	desk.Sound()
	for field, value := range map[string]string{"account": codes[0], "code": codes[1]} {
		webtest.Ask[bool](desk, `document.getElementById("`+field+`").value = "`+value+`", true`)
	}
	desk.Follow("main form button")
	if got := say(desk, ".notice-good"); !strings.Contains(got, "by your recovery sheet") {
		t.Fatalf("after recovering the page says %q", got)
	}
	picture(desk, "account-desk", webtest.Desk)
	desk.Sound()
	p.Go(home + "/account")
	if got := path(p); got != "/sign-in" {
		t.Errorf("the phone is still signed in: %s", got)
	}
	for _, q := range []*webtest.Page{p, desk} {
		for _, c := range q.Complaints() {
			t.Errorf("the browser complains: %s", c)
		}
	}
}
