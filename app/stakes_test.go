package app_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/identity"
)

// stakeRows says of every route that changes something whether it weighs so
// much that a person shows again that it is they. A route without a row fails
// the test: put it on the first line that fits, or below with the reason.
const stakeRows = `
weighs POST /account/machines | POST /api/v1/machines | POST /account/sheet | POST /account/passkeys/ask
weighs POST /account/passkeys/answer | POST /account/passkeys/remove | POST /account/identities/add | POST /account/identities/remove
weighs POST /recoveries | POST /api/v1/recoveries | POST /erasures | POST /api/v1/erasures
weighs POST /seats/admit | POST /seats/new | POST /seats/sheets | POST /seats/{id}/assign | POST /seats/{id}/delegate
weighs POST /seats/{id}/undelegate | POST /seats/{id}/duty | POST /seats/{id}/end | POST /api/v1/institutions | POST /api/v1/seats
weighs POST /api/v1/seats/{id}/sitting | POST /api/v1/seats/{id}/deputy | POST /api/v1/seats/{id}/deputy/end
weighs POST /api/v1/seats/{id}/duty | POST /api/v1/seats/{id}/end | POST /procedure | POST /api/v1/procedures
weighs POST /api/v1/procedures/adoption
weighs POST /needs/{id}/vote | POST /api/v1/needs/{id}/votes | POST /reservations/{id} | POST /api/v1/reservations/{id}/answers
weighs POST /editions/{id} | POST /api/v1/editions/{id}/clearances | POST /api/v1/editions/{id}/signatures
weighs POST /api/v1/editions/{id}/withdrawals | POST /offers/{id}/call-offs | POST /api/v1/offers/{id}/call-offs
weighs POST /needs/{id}/reopen | POST /api/v1/needs/{id}/reopening | POST /api/v1/needs/{id}/reopening/agreement

signing in or out, or proving it: POST /passkey/ask | POST /passkey/answer | POST /account/prove | POST /recover | POST /sign-in/{link} | POST /sign-out
takes a right away: POST /account/machines/end | POST /api/v1/machines/revocations | POST /account/sessions/end
chooses among one's own seats: POST /seat
content-free, and an address confirms itself: POST /account/notices/add | POST /account/notices/choice | POST /account/notices/confirm/{token}
content-free: POST /account/notices/push | POST /account/notices/remove | POST /account/notices/test
an emergency waits for nobody, and is ratified by votes: POST /emergency | POST /emergency/record | POST /api/v1/emergencies
the same: POST /needs/{id}/emergency | POST /api/v1/needs/{id}/emergency
asks, and others decide: POST /needs | POST /api/v1/needs | POST /needs/{id}/resubmit | POST /api/v1/needs/{id}/resubmission
asks, and others decide: POST /corrections | POST /api/v1/corrections | POST /offers | POST /api/v1/offers | POST /editions | POST /api/v1/editions
asks, and others decide: POST /offers/{id}/reservations | POST /api/v1/offers/{id}/reservations | POST /report | POST /api/v1/reports
shown first, and undone as one act: POST /lists | POST /imports | POST /imports/{id} | POST /api/v1/imports
the same: POST /api/v1/imports/files | POST /api/v1/imports/trials | POST /api/v1/imports/{id}/acts
both sides sign, and each other's answer is seen: POST /flows/new | POST /flows/{id}/join | POST /flows/{id}/link | POST /flows/{id}/say
the same: POST /flows/{id}/value | POST /api/v1/flows | POST /api/v1/flows/{id}/joinings | POST /api/v1/flows/{id}/links
the same: POST /api/v1/flows/{id}/signatures | POST /api/v1/flows/{id}/unlinkings | POST /api/v1/flows/{id}/values | POST /api/v1/flows/{id}/words
the same: POST /corrections/{id} | POST /api/v1/corrections/{id}/answers
changes nothing: POST /api/v1/flows/{id}/preview | POST /needs/likely | POST /api/v1/needs/likely
the owner's own, and can be taken back: POST /needs/{id}/detail | POST /api/v1/needs/{id}/detail | POST /needs/{id}/related | POST /api/v1/needs/{id}/related
the same: POST /needs/{id}/withdraw | POST /api/v1/needs/{id}/withdrawal | POST /needs/{id}/attachments | POST /api/v1/needs/{id}/attachments
the same: POST /attachments/{id}/withdraw | POST /api/v1/attachments/{id}/withdrawal | POST /offers/{id}/close | POST /api/v1/offers/{id}/closing
the owner's own, logged and ended at will: POST /needs/{id}/weakness | POST /api/v1/needs/{id}/weakness | POST /api/v1/needs/{id}/weakness/end
the owner’s own, and seen in its history: POST /needs/{id}/marking | POST /api/v1/needs/{id}/marking
files a report away: POST /reports/{id} | POST /api/v1/reports/{id}/outcome
has a token of its own: POST /api/v1/imports/mechanism | POST /api/v1/imports/rate | POST /api/v1/imports/rates
`

// TestStakes walks every route that changes something with a session that was
// just begun, and with one that nobody has proved for sixteen minutes. That who
// has a passkey shows it is TestStepped's, of package identity.
//
// ASVS 7.5.3
func TestStakes(t *testing.T) {
	t.Parallel()
	now := time.Now()
	hub, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hub.Close() })
	handler, err := hub.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	_, token, err := hub.SitNew(t.Context(), "Олена Приклад", "front_office")
	if err != nil {
		t.Fatal(err)
	}
	home, _ := url.Parse(server.URL)
	v := (&site{t: t, url: server.URL}).browses(t)
	v.client.Jar.SetCookies(home, []*http.Cookie{{Name: "session", Value: token}})
	stale := func(route string) bool {
		method, path, _ := strings.Cut(route, " ")
		kind, body := "application/x-www-form-urlencoded", "key=k&act=commit"
		header := []string{"Accept", "application/json", "Idempotency-Key", "k"}
		if strings.HasPrefix(path, "/api/") {
			kind, body = "application/json", `{"act":"commit"}`
			header = append(header, "Authorization", "Bearer "+token)
		}
		a := v.send(method, strings.ReplaceAll(path, "{id}", "X-0001"), kind, body, header...)
		return a.status == http.StatusForbidden && strings.Contains(a.body, "identity.stale")
	}
	rows := map[string]string{}
	for line := range strings.Lines(stakeRows) {
		why, routes, _ := strings.Cut(strings.TrimSpace(line), "POST ")
		for route := range strings.SplitSeq("POST "+routes, " | ") {
			rows[route] = strings.TrimSpace(why)
		}
	}
	var changing []string
	for _, route := range hub.Routes(fact.Real) {
		if !strings.HasPrefix(route, "GET ") {
			changing = append(changing, route)
		}
	}
	leaves := func(route string) bool { return route == "POST /sign-out" || route == "POST /account/sessions/end" } // ends the session
	for _, late := range []bool{false, true} {
		if late {
			now = now.Add(identity.FreshTime + time.Minute)
		}
		for _, route := range changing {
			if rows[route] == "" {
				t.Errorf("%s has no row in stakeRows: say whether it weighs much, or why not", route)
			} else if weighs := rows[route] == "weighs"; !leaves(route) && stale(route) != (weighs && late) {
				t.Errorf("%s: asked again %v, %v later; its row says %q", route, !(weighs && late), identity.FreshTime, rows[route])
			}
		}
	}
	for route := range rows {
		if route != "POST " && !slices.Contains(changing, route) {
			t.Errorf("stakeRows has %s, which is no route", route)
		}
	}
	// Of an answer to a reservation only the commitment weighs so much.
	for _, one := range []struct{ path, kind, body string }{
		{"/reservations/B-0001", "application/x-www-form-urlencoded", "key=k&act=accept"},
		{"/api/v1/reservations/B-0001/answers", "application/json", `{"act":"accept"}`},
	} {
		if a := v.send("POST", one.path, one.kind, one.body, "Accept", "application/json", "Idempotency-Key", "k", "Authorization", "Bearer "+token); strings.Contains(a.body, "identity.stale") {
			t.Errorf("accepting at %s asks again who it is", one.path)
		}
	}
	// The same act in another spelling is still a commitment, or no act at all.
	for _, body := range []string{`{"ACT":"commit"}`, `{"act":"accept","act":"commit"}`, `{"act":"commit"`, "{}" + strings.Repeat(" ", 1<<17) + `{"act":"commit"}`} {
		a := v.send("POST", "/api/v1/reservations/B-0001/answers", "application/json", body, "Accept", "application/json", "Idempotency-Key", "k", "Authorization", "Bearer "+token)
		if a.status < 400 || a.status == http.StatusNotFound {
			t.Errorf("%.40s passes without proof: %d %s", body, a.status, a.body)
		}
	}
}
