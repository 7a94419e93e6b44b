package offer_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

var (
	everySeat  = []seat.Seat{estonia, poland, sweden, maker, power, water, office}
	everyOffer = []offer.ID{"P-0001", "P-0002", "P-0003", "P-0004", "P-0005", "P-9999"}
)

// trading is a world with another offer, of Sweden, small and tight.
func trading(t testing.TB) *world {
	w := newWorld(t)
	o := licences("P-0004", "SE")
	o.Quantity, o.Amount = 150, ptr(eur("900"))
	return w.tell(o, need.Validated{Need: "N-0002", Round: 1}, standing("P-0005", "PL"))
}

// move lets some seat try something: what, who and how are any bytes. What is
// refused changes nothing.
func (w *world) move(what, who, how byte) {
	w.now = w.now.Add(time.Duration(how%5) * time.Hour)
	by := everySeat[int(who)%len(everySeat)]
	of := everyOffer[int(who/8)%len(everyOffer)]
	id := offer.ReservationID(fmt.Sprintf("B-%d", how%16))
	r, _ := w.offers.Reservation(id)
	n := w.need(r.Need)
	var out []fact.Body
	switch what % 12 {
	case 0:
		out, _ = w.offers.Release(id, by, w.now)
	case 1, 2:
		out, _ = w.offers.Accept(id, n.Head, by, w.now)
	case 3:
		out, _ = w.offers.Decline(id, n.Head, by, w.now, offer.DoesNotFit)
	case 4, 5:
		out, _ = w.offers.Commit(id, n.Head, by, w.now)
	case 6:
		if how > 250 {
			out, _ = w.offers.Close(of, by, w.now, offer.UsedUp)
		}
		if how < 3 {
			out, _ = n.Withdraw(by, w.now, need.AskedByMistake)
		}
	default:
		if o, ok := w.offers.Get(of); ok && what > 40 {
			by, _ = holderOf(o)
		}
		wanted := part(offer.ReservationID(fmt.Sprintf("B-%d", len(w.facts)-10)), of, "")
		wanted.Need = []need.ID{"N-0001", "N-0002"}[what/12%2]
		wanted.Quantity = int64(how) * 2
		wanted.Until = w.now.Add(time.Duration(1+who%40) * time.Hour)
		if o, ok := w.offers.Get(of); ok && o.Amount != nil {
			a, _ := money.FromMinor(int64(how)*int64(what)*700, "EUR")
			wanted.Amount = &a
		}
		if n := w.need(wanted.Need); what%3 == 0 {
			out, _ = w.offers.CallOff(wanted, n, everySeat[int(who)%len(everySeat)], w.now)
		} else {
			out, _ = w.offers.Reserve(wanted, n, by, w.now)
		}
	}
	w.tell(out...)
}

func holderOf(o offer.Offer) (seat.Seat, bool) {
	i := slices.IndexFunc(everySeat, func(s seat.Seat) bool { return s.Holder == o.Provider })
	if i < 0 {
		return seat.Seat{}, false
	}
	return everySeat[i], true
}

// held adds up by the plainest means what the facts hold at a moment.
type held struct {
	quantity map[offer.ID]int64
	minor    map[offer.ID]int64
	lot      map[string]int64
	partners map[string]map[string]bool
	tickets  map[string]int64
}

func (w *world) held(at time.Time) held {
	type holding struct {
		offer.Reserved
		state string
	}
	all := map[offer.ReservationID]*holding{}
	provider := map[offer.ID]string{}
	for _, f := range w.facts {
		switch b := f.Body.(type) {
		case offer.Opened:
			provider[b.Offer] = string(b.Provider)
		case offer.Reserved:
			all[b.Reservation] = &holding{b, "pending"}
		case offer.CalledOff:
			all[b.Reservation] = &holding{b.Reserved, "pending"}
		case offer.Released:
			all[b.Reservation].state = "over"
		case offer.Declined:
			all[b.Reservation].state = "over"
		case offer.Committed:
			all[b.Reservation].state = "bound"
		case need.Withdrawn:
			for _, h := range all {
				if h.Need == b.Need && h.state == "pending" {
					h.state = "over"
				}
			}
		}
	}
	sum := held{map[offer.ID]int64{}, map[offer.ID]int64{}, map[string]int64{}, map[string]map[string]bool{}, map[string]int64{}}
	for _, h := range all {
		if h.state == "over" || h.state == "pending" && !at.Before(h.Until) {
			continue
		}
		lot := fmt.Sprint(h.Need, "/", h.Lot)
		sum.quantity[h.Offer] += h.Quantity
		sum.lot[lot] += h.Quantity
		if sum.partners[lot] == nil {
			sum.partners[lot] = map[string]bool{}
		}
		sum.partners[lot][provider[h.Offer]] = true
		if h.Amount != nil {
			sum.minor[h.Offer] += h.Amount.Minor()
			sum.tickets[fmt.Sprint(h.Offer, h.Need)] += h.Amount.Minor()
		}
	}
	return sum
}

// judge says what of the books is wrong at a moment: taken never exceeds what
// there is, and the indexes say what the facts say.
func (w *world) judge(at time.Time) error {
	sum := w.held(at)
	for o := range w.offers.All() {
		id := o.Opened.Offer
		taken := w.offers.Taken(id, at).All()
		if taken.Quantity != sum.quantity[id] || taken.Amount.Minor() != sum.minor[id] {
			return fmt.Errorf("of %s %+v is taken; the facts say %d, %d", id, taken, sum.quantity[id], sum.minor[id])
		}
		if o.InKind() && taken.Quantity > o.Quantity || o.Amount != nil && taken.Amount.Minor() > o.Amount.Minor() {
			return fmt.Errorf("of %s %+v is taken, more than %d, %v", id, taken, o.Quantity, o.Amount)
		}
	}
	for key, minor := range sum.tickets {
		if minor > eur("600000").Minor() {
			return fmt.Errorf("%s: a ticket of %d", key, minor)
		}
	}
	for h := range w.needs.All() {
		n := w.need(h.ID)
		for _, l := range n.Asked.Lots {
			c := w.offers.Covered(n.ID, l, at)
			key := fmt.Sprint(n.ID, "/", l.ID)
			if c.Taken() != sum.lot[key] || len(c.Partners) != len(sum.partners[key]) {
				return fmt.Errorf("of lot %s %+v is covered; the facts say %d by %v", key, c, sum.lot[key], sum.partners[key])
			}
			if c.Taken() > l.Quantity || len(c.Partners) > l.MostPartners {
				return fmt.Errorf("lot %s of %d for %d partners is covered %+v", key, l.Quantity, l.MostPartners, c)
			}
		}
	}
	return nil
}

// Whatever anybody tries, taken never exceeds what there is.
func TestTakenNeverExceeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := trading(nil)
		for _, m := range rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 3, 3), 1, 60).Draw(t, "moves") {
			w.move(m[0], m[1], m[2])
			if err := w.judge(w.now); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.judge(w.now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "later")) * time.Hour)); err != nil {
			t.Fatal(err)
		}
		checkPending(t, w)
		checkButton(t, w)
	})
}

func checkPending(t *rapid.T, w *world) {
	for _, s := range everySeat {
		var want []offer.ReservationID
		for _, r := range w.offers.ByProvider(s.Holder) {
			if st := r.State(w.now); st == offer.Waiting || st == offer.Agreed {
				want = append(want, r.Reserved.Reservation)
			}
		}
		last := w.now
		var got []offer.ReservationID
		for _, r := range w.offers.PendingOf(s.Holder, w.now) {
			if r.Until.Before(last) {
				t.Fatalf("%s comes after what expires later", r.Reserved.Reservation)
			}
			last = r.Until
			got = append(got, r.Reserved.Reservation)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("pending of %s are %v; want %v", s.Holder, got, want)
		}
	}
}

// The button is there exactly when the rule takes something: what the button
// says no to, the rule takes in no size that a form could send.
func checkButton(t *rapid.T, w *world) {
	for o := range w.offers.All() {
		by, _ := holderOf(o)
		n := w.need("N-0001")
		why := w.offers.WhyNotReserve(o.Opened.Offer, n, "a", by, w.now)
		wanted := part("B-new", o.Opened.Offer, "")
		wanted.Until = w.now.Add(time.Hour)
		wanted.Quantity = rapid.Int64Range(1, 500).Draw(t, "quantity")
		if o.Amount != nil {
			a, _ := money.FromMinor(rapid.Int64Range(1, 60_000_000).Draw(t, "minor"), "EUR")
			wanted.Amount = &a
		}
		if _, err := w.offers.Reserve(wanted, n, by, w.now); err == nil && why != nil {
			t.Fatalf("the rule takes %+v; the button says %v", wanted, why)
		}
		if why == nil {
			l, _ := n.Lot("a")
			best := w.offers.Largest(o, n.ID, l, w.now)
			best.Reservation = "B-new"
			if _, err := w.offers.Reserve(best, n, by, w.now); err != nil {
				t.Fatalf("the button is there, and the rule says %v to %+v", err, best)
			}
		}
	}
}

// FuzzMoves throws any members' moves in any order at the rules.
func FuzzMoves(f *testing.F) {
	f.Add([]byte{47, 0, 100, 1, 4, 1, 4, 0, 1, 47, 8, 150})
	f.Add([]byte{47, 16, 60, 47, 24, 75, 6, 4, 1})
	f.Fuzz(func(t *testing.T, moves []byte) {
		w := trading(t)
		for ; len(moves) >= 3 && len(w.facts) < 200; moves = moves[3:] {
			w.move(moves[0], moves[1], moves[2])
		}
		for _, later := range []time.Duration{0, 10 * time.Hour, 50 * time.Hour} {
			if err := w.judge(w.now.Add(later)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// What a newer program may have recorded folds, and does no harm.
func TestFoldsTheUnknown(t *testing.T) {
	w := newWorld(t)
	w.tell(part("B-1", "P-9", "10"), offer.Accepted{Reservation: "B-9"}, offer.Committed{Reservation: "B-9"}, offer.Closed{Offer: "P-9"},
		need.Withdrawn{Need: "N-9"}, part("B-1", "P-0001", "10"), cash("P-0001", "XX"))
	if r, ok := w.offers.Reservation("B-1"); !ok || r.Offer != "P-9" || r.Provider != "" {
		t.Errorf("%+v", r)
	}
	if o, _ := w.offers.Get("P-0001"); o.Provider != "EE" || w.offers.Len() != 3 {
		t.Errorf("%+v", o)
	}
	if _, err := w.offers.Release("B-1", estonia, w.now); !errors.Is(err, offer.ErrMissing) {
		t.Errorf("released of an offer that is not there: %v", err)
	}
	w.tell(offer.Released{Reservation: "B-1"}, offer.Committed{Reservation: "B-1"})
	if r, _ := w.offers.Reservation("B-1"); r.State(w.now) != offer.Given {
		t.Errorf("what has ended went on: %s", r.State(w.now))
	}
}

func TestOrders(t *testing.T) {
	w := newWorld(t)
	o := cash("P-0004", "EE")
	o.Until = "2026-04-01"
	later := cash("P-0005", "EE")
	later.From = "2026-05-01"
	w.tell(o, later)
	for _, tt := range []struct {
		day  string
		want string
	}{
		{"2025-12-31", "[]"}, {"2026-04-01", "[P-0004 P-0001 P-0003 P-0002]"}, {"2026-04-02", "[P-0001 P-0003 P-0002]"},
		{"2026-06-30", "[P-0001 P-0003 P-0005 P-0002]"}, {"2026-12-31", "[P-0002]"}, {"2027-01-01", "[]"},
	} {
		if got := names(w.offers.ValidOn(tt.day)); got != tt.want {
			t.Errorf("valid on %s: %s; want %s", tt.day, got, tt.want)
		}
	}
	if got := names(w.offers.By("EE")); got != "[P-0005 P-0004 P-0002 P-0001]" {
		t.Errorf("by Estonia: %s", got)
	}
	if got := names(w.offers.By("FI")); got != "[]" {
		t.Errorf("by Finland: %s", got)
	}
	for range w.offers.All() {
		break
	}
	for range w.offers.ValidOn("2026-04-01") {
		break
	}
}

func names(offers func(func(offer.Offer) bool)) string {
	ids := []offer.ID{}
	for o := range offers {
		ids = append(ids, o.Opened.Offer)
	}
	return fmt.Sprint(ids)
}

func TestCoverage(t *testing.T) {
	w := newWorld(t)
	w.tell(part("B-1", "P-0001", "2000"), part("B-2", "P-0003", "3000"), part("B-3", "P-0001", "4000"))
	w.do(w.offers.Accept("B-2", w.need("N-0001").Head, power, w.now))
	w.do(w.offers.Accept("B-3", w.need("N-0001").Head, power, w.now))
	w.do(w.offers.Commit("B-3", w.need("N-0001").Head, estonia, w.now))
	l, _ := w.need("N-0001").Lot("a")
	c := w.offers.Covered("N-0001", l, w.now)
	if c.Asked != 500 || c.Reserved != 100 || c.Accepted != 100 || c.Committed != 100 || c.Left() != 200 || c.Useful(l) != 100 || fmt.Sprint(c.Partners) != "[EE PL]" {
		t.Errorf("covered %+v", c)
	}
	if got := w.offers.PendingFor("N-0001", w.now); len(got) != 2 || len(w.offers.ByLot("N-0001", "a")) != 3 || len(w.offers.ByLot("N-0001", "b")) != 0 {
		t.Errorf("pending %+v", got)
	}
	w.now = noon.Add(48 * time.Hour)
	c = w.offers.Covered("N-0001", l, w.now)
	if c.Taken() != 100 || c.Committed != 100 || fmt.Sprint(c.Partners) != "[EE]" {
		t.Errorf("after they expired %+v", c)
	}
	odd := need.Lot{Quantity: 3, UsefulShare: 34}
	if got := (offer.Coverage{Asked: 3}).Useful(odd); got != 2 {
		t.Errorf("34 per cent of 3 are at least %d", got)
	}
}
