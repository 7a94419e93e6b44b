package app_test

import (
	"testing"

	"tallinn/web/webtest"
)

// testPush: what a push service hands to the worker is shown as a notice with
// its words, and a click on it leads to the hub and nowhere else. A browser
// under test has no push service and lets nobody show notices, so the worker's
// own script is run in the page on events that are made here; that what comes
// over the line opens as RFC 8291 says is TestNotices'.
func testPush(t *testing.T, b *webtest.Browser, s *site) {
	p := b.Page(t, webtest.Phone)
	p.Go(s.url + "/")
	got := webtest.Ask[[]string](p, `(async () => {
		const on = {}, said = [];
		const self = {
			location, addEventListener: (name, fn) => { on[name] = fn; },
			registration: { showNotification: async (title, o) => said.push(["shown", title, o.body, o.tag, o.data].join("|")) },
			clients: { openWindow: async (to) => said.push("opened|" + new URL(to).pathname) },
		};
		(() => { `+string(s.get("/worker.js"))+` })();
		const sent = async (name, event) => { let waits; on[name]({ ...event, waitUntil: (x) => { waits = x; } }); await waits; };
		await sent("push", { data: { json: () => ({ id: "a1", title: "Tallinn", text: "Чекає 1 завдання.", link: "/desk" }) } });
		for (const link of ["/desk", location.origin + "/needs", "https://evil.example/desk", "//evil.example/desk"])
			await sent("notificationclick", { notification: { data: link, close: () => said.push("closed") } });
		return said;
	})()`)
	want := []string{"shown|Tallinn|Чекає 1 завдання.|a1|/desk", "closed", "opened|/desk", "closed", "opened|/needs", "closed", "closed"}
	if len(got) != len(want) {
		t.Fatalf("the worker does %q; want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("the worker does %q; want %q", got, want)
		}
	}
}
