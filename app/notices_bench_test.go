package app_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/seat"
)

// BenchmarkNotice is the time from an emergency that is asked for to its notice
// at a member of the group, by mail (a real SMTP server in this process) and by
// web push (a receiver on TLS), one after the other.
func BenchmarkNotice(b *testing.B) {
	p, r := newPost(b), newReceiver(b)
	x := tells(b, b.TempDir(), today, p, r)
	var officer, member seat.Seat
	x.View(fact.Exercise, func(books *app.Books) {
		for _, s := range books.Seats.All() {
			switch s.Holder {
			case "ex-springs":
				officer = s
			case "ex-signals":
				member = s
			}
		}
	})
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	own := phone{key, []byte("sixteen bytes ok")}
	if code, body := x.signedIn(b, member)("/account/notices/push", url.Values{"raw": {own.subscription(r.URL + "/push")}}); code != 204 {
		b.Fatalf("subscribing answers %d: %s", code, body)
	}
	if _, _, err := x.People().AddContact(b.Context(), identity.Contact{Person: member.Person, Channel: "mail", Address: "member@night.example", Confirmed: true}); err != nil {
		b.Fatal(err)
	}
	x.Sweep()
	eventually(b, "what waited before is told", func() bool { return len(p.taken()) > 0 && len(r.got("/push")) > 0 })
	ask := x.signedIn(b, officer)
	var mail, push []time.Duration
	for i := 0; b.Loop(); i++ {
		letters, pushes, began := len(p.taken()), len(r.got("/push")), time.Now()
		if code, body := ask("/emergency", url.Values{"key": {strconv.Itoa(i)}, "hit": {"Room"}, "needed": {"People"}, "callback": {"1"}}); code != 200 {
			b.Fatalf("asking for help answers %d: %s", code, body)
		}
		var gotMail, gotPush time.Duration
		for gotMail == 0 || gotPush == 0 {
			if gotMail == 0 && len(p.taken()) > letters {
				gotMail = time.Since(began)
			}
			if gotPush == 0 && len(r.got("/push")) > pushes {
				gotPush = time.Since(began)
			}
			if time.Since(began) > time.Minute {
				b.Fatal("nobody is told within a minute")
			}
			time.Sleep(time.Millisecond)
		}
		mail, push = append(mail, gotMail), append(push, gotPush)
	}
	for unit, all := range map[string][]time.Duration{"mail": mail, "push": push} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Milliseconds()), unit+"-p50-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Milliseconds()), unit+"-p99-ms")
	}
	b.ReportMetric(0, "ns/op")
}
