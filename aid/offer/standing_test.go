package offer_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

var office = sit("R-6001", seat.FrontOffice, "front-office")

// standing is money of which one call-off takes 50,000 at the most.
func standing(id offer.ID, provider party.ID) offer.Opened {
	o := cash(id, provider)
	o.Least, o.Most = nil, nil
	o.Standing = &offer.Standing{Amount: ptr(eur("50000"))}
	return o
}

func TestStandingIsChecked(t *testing.T) {
	crowns, zero := amount("2000", "SEK"), eur("0")
	for _, tt := range []struct {
		name string
		of   offer.Opened
		edit func(*offer.Opened)
		err  error
	}{
		{"a ceiling in money", cash("P-7", "EE"), func(o *offer.Opened) { o.Standing.Amount = ptr(eur("50000")) }, nil},
		{"the whole at once", cash("P-7", "EE"), func(o *offer.Opened) { o.Standing.Amount = o.Amount }, nil},
		{"no ceiling", cash("P-7", "EE"), func(*offer.Opened) {}, offer.ErrCeiling},
		{"of nothing", cash("P-7", "EE"), func(o *offer.Opened) { o.Standing.Amount = &zero }, offer.ErrCeiling},
		{"another currency", cash("P-7", "EE"), func(o *offer.Opened) { o.Standing.Amount = &crowns }, offer.ErrCeiling},
		{"more than all", cash("P-7", "EE"), func(o *offer.Opened) { o.Standing.Amount = ptr(eur("1000000.01")) }, offer.ErrCeiling},
		{"a quantity of money", cash("P-7", "EE"), func(o *offer.Opened) { o.Standing.Amount, o.Standing.Quantity = ptr(eur("5")), 1 }, offer.ErrCeiling},
		{"in kind", licences("P-7", "EE"), func(o *offer.Opened) { o.Standing.Quantity = 300 }, nil},
		{"in kind without a quantity", licences("P-7", "EE"), func(*offer.Opened) {}, offer.ErrCeiling},
		{"in kind, more than all", licences("P-7", "EE"), func(o *offer.Opened) { o.Standing.Quantity = 301 }, offer.ErrCeiling},
		{"in kind, an amount that is not counted", licences("P-7", "EE"), func(o *offer.Opened) { o.Standing.Quantity, o.Standing.Amount = 3, ptr(eur("5")) }, offer.ErrCeiling},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := tt.of
			o.Standing = &offer.Standing{}
			tt.edit(&o)
			if _, err := offer.Open(estonia, noon, o); !errors.Is(err, tt.err) {
				t.Errorf("opening it says %v, not %v", err, tt.err)
			}
		})
	}
}

// alarmed is N-0003 of power, an emergency, valid for the time being.
func (w *world) alarmed() *world {
	return w.tell(need.Submitted{Need: "N-0003", Owner: "power", Procedure: 1, Asked: asked(), Emergency: &need.Emergency{}},
		need.ValidatedProvisionally{Need: "N-0003", Round: 1})
}

func TestCallOff(t *testing.T) {
	restrict := func(edit func(*offer.Opened)) func(*world) {
		return func(w *world) {
			o := standing("P-0008", "EE")
			edit(&o)
			w.tell(o)
		}
	}
	plain := restrict(func(*offer.Opened) {})
	for _, tt := range []struct {
		name  string
		given func(*world)
		by    seat.Seat
		edit  func(*offer.Reserved)
		err   error
	}{
		{"the recipient", plain, power, nil, nil},
		{"the front office", plain, office, nil, nil},
		{"its partner", plain, estonia, nil, offer.ErrNotCaller},
		{"another recipient", plain, water, nil, offer.ErrNotCaller},
		{"a seat that has ended", plain, func() seat.Seat { s := power; s.Until = "2026-02-01"; return s }(), nil, seat.ErrTerm},
		{"of no standing offer", plain, power, func(r *offer.Reserved) { r.Offer = "P-0001" }, offer.ErrNotStanding},
		{"of no offer", plain, power, func(r *offer.Reserved) { r.Offer = "P-9999" }, offer.ErrMissing},
		{"closed", func(w *world) { plain(w); w.tell(offer.Closed{Offer: "P-0008", Reason: "used_up"}) }, power, nil, offer.ErrClosed},
		{"not validated", plain, water, func(r *offer.Reserved) { r.Need = "N-0002" }, offer.ErrNotValidated},
		{"the most", plain, power, func(r *offer.Reserved) { r.Amount = ptr(eur("50000")) }, nil},
		{"over the ceiling", plain, power, func(r *offer.Reserved) { r.Amount = ptr(eur("50000.01")) }, offer.ErrOverCeiling},
		{"more than is left", restrict(func(o *offer.Opened) { o.Amount, o.Standing.Amount = ptr(eur("900")), ptr(eur("900")) }), power,
			func(r *offer.Reserved) { r.Amount = ptr(eur("900.01")) }, offer.ErrOverCeiling},
		{"what another call left", func(w *world) {
			restrict(func(o *offer.Opened) { o.Amount = ptr(eur("60000")) })(w)
			w.tell(offer.CalledOff{Reserved: part("B-8", "P-0008", "50000"), Caller: "power"})
		}, power, func(r *offer.Reserved) { r.Amount = ptr(eur("10000.01")) }, offer.ErrOfferLeft},
		{"in kind over the ceiling", func(w *world) {
			o := licences("P-0008", "EE")
			o.Amount, o.Standing = nil, &offer.Standing{Quantity: 150}
			w.tell(o)
		}, power, func(r *offer.Reserved) { r.Amount, r.Quantity = nil, 151 }, offer.ErrOverCeiling},
		{"for emergencies alone", restrict(func(o *offer.Opened) { o.Standing.Emergencies = true }), power, nil, offer.ErrEmergencies},
		{"an emergency", restrict(func(o *offer.Opened) { o.Standing.Emergencies = true }), power,
			func(r *offer.Reserved) { r.Need = "N-0003" }, nil},
		{"for another recipient", restrict(func(o *offer.Opened) { o.Earmark.Recipients = []party.ID{"water"} }), power, nil, offer.ErrRecipient},
		{"for another sector", restrict(func(o *offer.Opened) { o.Earmark.Sectors = []string{"banking"} }), power, nil, offer.ErrSector},
		{"too little", plain, power, func(r *offer.Reserved) { r.Quantity = 99 }, offer.ErrShare},
		{"for too long", plain, power, func(r *offer.Reserved) { r.Until = noon.AddDate(0, 0, 31) }, offer.ErrUntil},
		{"no id", plain, power, func(r *offer.Reserved) { r.Reservation = "" }, offer.ErrNoReservation},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).alarmed()
			tt.given(w)
			wanted := part("B-1", "P-0008", "5000")
			if tt.edit != nil {
				tt.edit(&wanted)
			}
			n := w.need(wanted.Need)
			got, err := w.offers.CallOff(wanted, n, tt.by, w.now)
			if !errors.Is(err, tt.err) {
				t.Fatalf("it says %v, not %v", err, tt.err)
			}
			if tt.err != nil {
				return
			}
			if why := w.offers.WhyNotCallOff("P-0008", n, "a", tt.by, w.now); why != nil {
				t.Errorf("the button says %v", why)
			}
			want := []fact.Body{offer.CalledOff{Reserved: wanted, Caller: tt.by.Holder}}
			if tt.by.Role == seat.Officer {
				want = append(want, offer.Accepted{Reservation: "B-1", Offer: "P-0008", Need: wanted.Need})
			}
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				t.Errorf("it decides %+v, not %+v", got, want)
			}
		})
	}
}

// TestCallOffStands: its partner promised it beforehand: it commits it, also
// once the offer is closed, and takes it back by nothing; the recipient may
// still say no.
func TestCallOffStands(t *testing.T) {
	w := newWorld(t).tell(standing("P-0008", "EE"))
	for i, by := range []seat.Seat{power, office} {
		w.do(w.offers.CallOff(part(offer.ReservationID(fmt.Sprintf("B-%d", i+1)), "P-0008", "5000"), w.need("N-0001"), by, w.now))
	}
	n := w.need("N-0001").Head
	if _, err := w.offers.Commit("B-2", n, estonia, w.now); !errors.Is(err, offer.ErrNotAccepted) {
		t.Errorf("what the front office called off, and the recipient did not accept, is committed: %v", err)
	}
	for _, id := range []offer.ReservationID{"B-1", "B-2"} {
		if _, err := w.offers.Release(id, estonia, w.now); !errors.Is(err, offer.ErrCalledOff) {
			t.Errorf("%s is taken back: %v", id, err)
		}
		if r, _ := w.offers.Reservation(id); r.Caller == "" || r.Mendable(w.now) != nil {
			t.Errorf("%s was called off by %q, and may be mended in %v", id, r.Caller, r.Mendable(w.now))
		}
	}
	closed, err := w.offers.Close("P-0008", estonia, w.now, offer.BudgetCut)
	if err != nil || len(closed) != 1 {
		t.Fatalf("closing decides %+v, %v", closed, err)
	}
	w.tell(closed...)
	w.do(w.offers.Commit("B-1", n, estonia, w.now))
	w.do(w.offers.Decline("B-2", n, power, w.now, offer.NoLongerNeeded))
	taken := w.offers.Taken("P-0008", w.now)
	if taken.Committed.Amount != eur("5000") || taken.Reserved.Count != 0 {
		t.Errorf("taken is %+v", taken)
	}
	late := newWorld(t).tell(standing("P-0008", "EE"), offer.CalledOff{Reserved: part("B-1", "P-0008", "5000"), Caller: "power"})
	if late.offers.Taken("P-0008", noon.Add(49*time.Hour)).All().Count != 0 {
		t.Error("what nobody committed in time is still taken")
	}
}

// TestStandingClass: whom it names sees it; marked otherwise, the marking says.
func TestStandingClass(t *testing.T) {
	named := standing("P-0008", "EE")
	named.Earmark.Recipients = []party.ID{"water", "power"}
	w := newWorld(t).tell(standing("P-0007", "EE"), named)
	class := func(id offer.ID) string {
		o, _ := w.offers.Get(id)
		return fmt.Sprint(o.Class.Part, "/", o.Class.Audience, "/", o.Class.Marking, "/", o.Mark().To)
	}
	if got := []string{class("P-0001"), class("P-0007"), class("P-0008")}; !slices.Equal(got, []string{"//TLP:AMBER/", "standing//TLP:AMBER/", "standing_named/water power/TLP:AMBER/"}) {
		t.Errorf("classes are %q", got)
	}
	w.tell(changed("P-0008", tlp.Red, "R-4001"))
	if got := class("P-0008"); got != "/R-4001/TLP:RED/R-4001" {
		t.Errorf("marked TLP:RED it is %s", got)
	}
	w.tell(changed("P-0008", tlp.Amber))
	if got := class("P-0008"); got != "standing_named/water power/TLP:AMBER/" {
		t.Errorf("marked back it is %s", got)
	}
}

func changed(id offer.ID, m tlp.Marking, to ...seat.ID) marking.Changed {
	return marking.Changed{Item: string(id), Marking: m, To: to}
}
