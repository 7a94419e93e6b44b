package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/app"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// token enters a seat of the exercise and returns the session's token.
func (s *site) token(seat string) string {
	s.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(s.url+"/exercise/enter", url.Values{"seat": {seat}})
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	for _, c := range resp.Cookies() {
		if c.Name == "session" {
			return c.Value
		}
	}
	s.t.Fatalf("entering %s answers %s", seat, resp.Status)
	return ""
}

// send posts to the API as the holder of a token, under a key.
func (s *site) send(token, key, path string, body any) (status int, answer string) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.url+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(said)
}

// TestExactlyWhatFits: a hundred reservations at once, of one need, take
// exactly what it has; and a hundred clicks of one button record one.
//
// ASVS 2.3.2, 2.3.4
func TestExactlyWhatFits(t *testing.T) {
	s, hub := playHub(t)
	var id need.ID
	var lot need.Lot
	var given offer.ID
	var partner seat.Seat
	hub.View(fact.Exercise, func(b *app.Books) {
		for _, p := range b.Seats.ByRole(seat.Programme, "2026-04-14") {
			for h := range b.Needs.All() {
				n, _ := b.Needs.Get(h.ID)
				for o := range b.Offers.By(p.Holder) {
					l := n.Asked.Lots[0]
					if o.InKind() && l.Quantity >= 20 && b.Offers.WhyNotReserve(o.Opened.Offer, n, "a", p, today) == nil {
						id, lot, given, partner = n.ID, l, o.Opened.Offer, p
					}
				}
			}
		}
	})
	if id == "" {
		t.Fatal("no need of the exercise is open to an offer")
	}
	token := s.token(string(partner.ID))
	useful := (lot.Quantity*int64(lot.UsefulShare) + 99) / 100
	want := map[string]any{"need": id, "lot": "a", "quantity": useful, "amount": map[string]string{"currency": "EUR", "value": "10.00"},
		"until": today.AddDate(0, 0, 5)}
	count := func(key func(int) string) (done int, ids map[string]bool) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		ids = map[string]bool{}
		for i := range 100 {
			wg.Go(func() {
				status, answer := s.send(token, key(i), "/offers/"+string(given)+"/reservations", want)
				mu.Lock()
				defer mu.Unlock()
				switch status {
				case http.StatusOK:
					done++
					_, id, _ := strings.Cut(answer, `"id":"`)
					ids[id[:6]] = true
				case http.StatusConflict:
				default:
					t.Errorf("answered %d: %s", status, answer)
				}
			})
		}
		wg.Wait()
		return done, ids
	}
	if done, ids := count(func(int) string { return "one click" }); done != 100 || len(ids) != 1 {
		t.Errorf("a hundred clicks were answered %d times with %d reservations", done, len(ids))
	}
	count(func(i int) string { return fmt.Sprint("partner ", i) })
	hub.View(fact.Exercise, func(b *app.Books) {
		c := b.Offers.Covered(id, lot, today)
		if c.Taken() > lot.Quantity || c.Left() >= useful {
			t.Errorf("%d of %d are taken, in parts of %d", c.Taken(), lot.Quantity, useful)
		}
		if most := b.Offers.Taken(given, today).All().Quantity; most > 0 {
			o, _ := b.Offers.Get(given)
			if most > o.Quantity {
				t.Errorf("%d of an offer of %d are taken", most, o.Quantity)
			}
		}
	})
}

// TestHiddenOffers: what a seat may not see is missing, however it is asked.
func TestHiddenOffers(t *testing.T) {
	s, hub := playHub(t)
	var id offer.ID
	var deal offer.ReservationID
	hub.View(fact.Exercise, func(b *app.Books) {
		for o := range b.Offers.All() {
			if list := b.Offers.ByOffer(o.Opened.Offer); len(list) > 0 {
				id, deal = o.Opened.Offer, list[0].Reserved.Reservation
			}
		}
	})
	observer := s.token(s.seats()["observer"][0])
	for _, path := range []string{"/offers/" + string(id), "/reservations/" + string(deal), "/offers/P-0000", "/reservations/B-0000",
		"/api/v1/offers/" + string(id), "/api/v1/reservations/" + string(deal)} {
		for who, token := range map[string]string{"visitor": "", "observer": observer} {
			r, err := http.NewRequest(http.MethodGet, s.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if token != "" {
				r.AddCookie(&http.Cookie{Name: "session", Value: token})
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s of a %s answers %d", path, who, resp.StatusCode)
			}
			if strings.Contains(string(body), "Firewalls") || strings.Contains(string(body), "€") {
				t.Errorf("%s tells a %s of what is hidden", path, who)
			}
		}
	}
}
