package offer_test

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
)

func (w *world) owner(id need.ID) party.ID { return w.need(id).Owner }

// An offer is mended by its provider alone until a recipient has accepted a
// part of it, and never to less than is held.
func TestMend(t *testing.T) {
	w := newWorld(t)
	o, _ := w.offers.Get("P-0001")
	mending := func(pos fact.Pos, pointer, was, now string) []fact.Correction {
		return []fact.Correction{{Fact: pos, Pointer: pointer, Was: jsontext.Value(was), Now: jsontext.Value(now), Reason: "mistyped"}}
	}
	was, less := `{"currency":"EUR","value":"1000000.00"}`, `{"currency":"EUR","value":"900000.00"}`
	c := mending(o.Pos, "/amount", was, less)
	out, consent, err := w.offers.Mend("P-0001", c, w.owner, w.now)
	if err != nil || len(consent) != 0 {
		t.Fatalf("Mend = %v, %v, %v", out, consent, err)
	}
	w.tell(part("B-0001", "P-0001", "500000"))
	held, _ := w.offers.Reservation("B-0001")
	more := mending(held.Pos, "/quantity", "100", "150")
	patch, consent, err := w.offers.MendReservation("B-0001", more, w.need("N-0001"), w.now)
	if err != nil || len(consent) != 0 {
		t.Fatalf("MendReservation = %v, %v, %v", patch, consent, err)
	}
	w.tell(offer.Accepted{Reservation: "B-0001", Offer: "P-0001", Need: "N-0001"})
	if _, consent, err = w.offers.Mend("P-0001", c, w.owner, w.now); err != nil || len(consent) != 1 || consent[0] != "power" {
		t.Errorf("an offer of which a part is accepted: %v agree, %v", consent, err)
	}
	if _, consent, err = w.offers.MendReservation("B-0001", more, w.need("N-0001"), w.now); err != nil || len(consent) != 1 || consent[0] != "power" {
		t.Errorf("a reservation that is accepted: %v agree, %v", consent, err)
	}
	for _, tt := range []struct {
		pointer, was, now string
		err               error
	}{
		{"/quantity", "null", "-1", offer.ErrInKind},
		{"/amount", was, `{"currency":"SEK","value":"900000.00"}`, offer.ErrTickets},
		{"/amount", less, was, fact.ErrCorrection},
		{"/until", `"2026-06-30"`, `"2026-13"`, fact.ErrCorrection},
		{"/provider", `"EE"`, `"PL"`, correction.ErrMember},
	} {
		if _, _, err := w.offers.Mend("P-0001", mending(o.Pos, tt.pointer, tt.was, tt.now), w.owner, w.now); !errors.Is(err, tt.err) {
			t.Errorf("%s to %s: %v; want %v", tt.pointer, tt.now, err, tt.err)
		}
	}
	below := append(mending(o.Pos, "/most", `{"currency":"EUR","value":"600000.00"}`, "null"),
		mending(o.Pos, "/amount", was, `{"currency":"EUR","value":"499999.00"}`)...)
	if _, _, err := w.offers.Mend("P-0001", below, w.owner, w.now); !errors.Is(err, offer.ErrTaken) {
		t.Errorf("to less than is held: %v", err)
	}
	for now, want := range map[string]error{"501": offer.ErrLotLeft, "0": offer.ErrQuantity, "99": offer.ErrShare} {
		if _, _, err := w.offers.MendReservation("B-0001", mending(held.Pos, "/quantity", "100", now), w.need("N-0001"), w.now); !errors.Is(err, want) {
			t.Errorf("a reservation of %s: %v; want %v", now, err, want)
		}
	}
	w.tell(out...).tell(patch...)
	if o, _ = w.offers.Get("P-0001"); o.Amount.Value() != "900000.00" {
		t.Errorf("the offer is of %v", o.Amount)
	}
	if held, _ = w.offers.Reservation("B-0001"); held.Quantity != 150 || w.offers.Taken("P-0001", w.now).Reserved.Quantity != 150 {
		t.Errorf("%d is reserved", held.Quantity)
	}
	w.tell(offer.Released{Reservation: "B-0001", Offer: "P-0001", Need: "N-0001"}, offer.Closed{Offer: "P-0001", Reason: "used_up"})
	if _, _, err := w.offers.Mend("P-0001", c, w.owner, w.now); !errors.Is(err, offer.ErrClosed) {
		t.Errorf("a closed offer: %v", err)
	}
	if _, _, err := w.offers.MendReservation("B-0001", more, w.need("N-0001"), w.now); !errors.Is(err, offer.ErrOver) {
		t.Errorf("a reservation that was given back: %v", err)
	}
}
