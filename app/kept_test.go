package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tallinn/web/webtest"
)

// TestEmergencyOfAnother: what a phone has kept is sent under the seat that it
// was written from, and as nobody else who is signed in there later.
func TestEmergencyOfAnother(t *testing.T) {
	t.Parallel()
	s := playSite(t)
	wrote, later := s.acts(t, "cyber officer", 0), s.acts(t, "cyber officer", 1)
	kept := url.Values{"key": {"kept-on-a-phone"}, "seat": {wrote.get("/emergency").hidden("seat")}, "hit": {"Mail"}, "needed": {"Hands"}, "callback": {"+380440000000"}}
	if kept.Get("seat") == "" {
		t.Fatal("the page does not say which seat it was opened from")
	}
	send := func(v *visitor) answer {
		return v.send("POST", "/emergency", "application/x-www-form-urlencoded", kept.Encode(), "Accept", "application/json")
	}
	if a := send(later); a.status != http.StatusConflict || !strings.Contains(a.body, "need.other_seat") {
		t.Errorf("as another it answers %d %s", a.status, a.body)
	}
	if a := send(wrote); a.status != http.StatusOK || !strings.Contains(a.body, "/needs/N-") {
		t.Errorf("as who wrote it it answers %d %s", a.status, a.body)
	}
}

// testKept: what is typed into the emergency page is kept on the device and
// sent from there, and the receipt leads to the need.
func testKept(t *testing.T, b *webtest.Browser, s *site) {
	p := b.Page(t, webtest.Phone)
	s.enters(p, s.seats()["cyber officer"][0])
	p.Go(s.url + "/emergency")
	fill(p, map[string]string{"hit": "Mail", "needed": "Hands", "callback": "+380440000000"})
	p.Click("#alarm button")
	p.Await(`document.querySelector("#receipts a[href^='/needs/N-']")`)
	for _, c := range p.Complaints() {
		t.Errorf("the browser complains: %s", c)
	}
}
