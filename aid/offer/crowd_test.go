package offer_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/record"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

// A hub is the real record on SQLite over the two books.
type hub struct {
	*record.Record
	t      *testing.T
	needs  *need.Book
	offers *offer.Book
}

// Fold takes a recorded fact.
func (h *hub) Fold(f fact.Fact) {
	h.needs.Fold(f)
	h.offers.Fold(f)
}

func newHub(t *testing.T) *hub {
	s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: t.TempDir()})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	h := &hub{t: t, needs: need.NewBook(), offers: offer.NewBook()}
	h.Record, err = record.Open(t.Context(), record.Config{Store: s, State: h, Keys: recordtest.TheKeys, Log: slog.New(slog.DiscardHandler),
		Registry: fact.NewRegistry(procedure.Kinds(), need.Kinds(), offer.Kinds())})
	must(t, err)
	t.Cleanup(func() { must(t, h.Close()) })
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *hub) decide(id string, rule record.Rule) (record.Result, error) {
	return h.Decide(h.t.Context(), record.Command{ID: id, Op: "test", Args: sha256.Sum256([]byte(id)), By: "p", Seat: "R", Realm: fact.Exercise}, rule)
}

// tell records facts that the test needs.
func (h *hub) tell(bodies ...fact.Body) {
	h.t.Helper()
	_, err := h.decide(fmt.Sprint("tell ", bodies[0].Streams(), len(bodies)), func(*record.Tx) ([]fact.Body, error) { return bodies, nil })
	must(h.t, err)
}

// reserve is the rule as a handler runs it, with room for a week.
func (h *hub) reserve(of offer.ID, by seat.Seat, quantity int64, value string) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		if err := tx.Read(string(of), "N-0001"); err != nil {
			return nil, err
		}
		id, err := tx.NewID("B")
		if err != nil {
			return nil, err
		}
		wanted := part(offer.ReservationID(id), of, value)
		wanted.Quantity, wanted.Until = quantity, tx.Now().Add(7*24*time.Hour)
		n, _ := h.needs.Get("N-0001")
		return h.offers.Reserve(wanted, n, by, tx.Now())
	}
}

// ready validates N-0001, whose lot a has places of which n may be shared.
func (h *hub) ready(quantity int64, partners int) {
	p, a := procedure.Default(), asked()
	p.From = "2020-01-01"
	a.UsefulUntil = "2099-12-31"
	a.Lots[0].Quantity, a.Lots[0].MostPartners, a.Lots[0].UsefulShare = quantity, partners, 1
	h.tell(p, need.Submitted{Need: "N-0001", Owner: "power", Procedure: 1, Asked: a}, need.Validated{Need: "N-0001", Round: 1})
}

func always(o offer.Opened) offer.Opened {
	o.From, o.Until, o.Least, o.Most = "2020-01-01", "2099-12-31", nil, nil
	return o
}

const crowd = 100

// everyAtOnce runs crowd tasks at once and counts those that were recorded.
// Every refusal must be one of want.
func everyAtOnce(t *testing.T, task func(i int) (record.Result, error), want ...error) (recorded int64) {
	var n atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range crowd {
		wg.Go(func() {
			<-start
			res, err := task(i)
			switch {
			case err == nil && !res.Empty() && !res.Repeated:
				n.Add(1)
			case err != nil && !anyOf(err, want):
				t.Errorf("task %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return n.Load()
}

func anyOf(err error, want []error) bool {
	for _, w := range want {
		if errors.Is(err, w) {
			return true
		}
	}
	return false
}

func alwaysOn(i int) seat.Seat {
	s := sit(seat.ID(fmt.Sprintf("R-%04d", i)), seat.Programme, party.ID(fmt.Sprintf("partner-%d", i)))
	s.From, s.Until = "2020-01-01", ""
	return s
}

// A hundred partners reach for one lot at once: exactly what fits is taken.
func TestCrowdOnOneNeed(t *testing.T) {
	for _, tt := range []struct {
		name           string
		lot, each      int64
		partners, want int
		refused        []error
	}{
		{"a lot for 40", 120, 3, 100, 40, []error{offer.ErrLotLeft}},
		{"a lot for 40 and a rest", 122, 3, 100, 40, []error{offer.ErrLotLeft}},
		{"seven may share it", 300, 3, 7, 7, []error{offer.ErrPartners}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub(t)
			h.ready(tt.lot, tt.partners)
			for i := range crowd {
				h.tell(always(cash(offer.ID(fmt.Sprintf("P-%04d", i)), party.ID(fmt.Sprintf("partner-%d", i)))))
			}
			got := everyAtOnce(t, func(i int) (record.Result, error) {
				return h.decide(fmt.Sprint("reserve ", i), h.reserve(offer.ID(fmt.Sprintf("P-%04d", i)), alwaysOn(i), tt.each, "10"))
			}, tt.refused...)
			n, _ := h.needs.Get("N-0001")
			c := h.offers.Covered("N-0001", n.Asked.Lots[0], time.Now())
			if got != int64(tt.want) || c.Taken() != tt.each*got || len(c.Partners) != tt.want || c.Taken() > tt.lot {
				t.Errorf("%d reservations, %d of %d taken by %d partners; want %d", got, c.Taken(), tt.lot, len(c.Partners), tt.want)
			}
			h.replays(t)
		})
	}
}

// One partner's hundred clicks on one offer: exactly what is offered is taken.
func TestCrowdOnOneOffer(t *testing.T) {
	for name, o := range map[string]offer.Opened{"money": cash("P-0001", "partner-0"), "in kind": licences("P-0001", "partner-0")} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t)
			h.ready(1_000_000, 1)
			o := always(o)
			value := "50000" // of a million
			if o.Form != offer.Money {
				value, o.Quantity = "", 209_999
			}
			h.tell(o)
			got := everyAtOnce(t, func(i int) (record.Result, error) {
				return h.decide(fmt.Sprint("click ", i), h.reserve("P-0001", alwaysOn(0), 10_000, value))
			}, offer.ErrOfferLeft)
			taken := h.offers.Taken("P-0001", time.Now()).All()
			if got != 20 || taken.Count != 20 || o.Amount != nil && taken.Amount != *o.Amount {
				t.Errorf("%d reservations hold %v; want 20", got, taken)
			}
			h.replays(t)
		})
	}
}

// A hundred call off from one standing offer at once, recipients and the front
// office: exactly what was promised is taken, and a replay says so.
func TestCrowdOnOneStandingOffer(t *testing.T) {
	h := newHub(t)
	h.ready(1_000_000, 1)
	o := always(standing("P-0001", "partner-0"))
	o.Amount, o.Standing.Amount = ptr(eur("1037500")), ptr(eur("50000"))
	h.tell(o)
	callers := []seat.Seat{power, office}
	for i := range callers {
		callers[i].From, callers[i].Until = "2020-01-01", ""
	}
	got := everyAtOnce(t, func(i int) (record.Result, error) {
		return h.decide(fmt.Sprint("call ", i), func(tx *record.Tx) ([]fact.Body, error) {
			if err := tx.Read("P-0001", "N-0001"); err != nil {
				return nil, err
			}
			id, err := tx.NewID("B")
			if err != nil {
				return nil, err
			}
			wanted := part(offer.ReservationID(id), "P-0001", "50000")
			wanted.Quantity, wanted.Until = 10_000, tx.Now().Add(7*24*time.Hour)
			n, _ := h.needs.Get("N-0001")
			return h.offers.CallOff(wanted, n, callers[i%2], tx.Now())
		})
	}, offer.ErrOfferLeft)
	taken := h.offers.Taken("P-0001", time.Now())
	if got != 20 || taken.All().Count != 20 || taken.All().Amount != eur("1000000") {
		t.Errorf("%d call-offs hold %+v; want 20", got, taken)
	}
	h.replays(t)
}

// The same command a hundred times at once is one reservation, and everyone is
// told the same id.
func TestOneCommandAHundredTimes(t *testing.T) {
	h := newHub(t)
	h.ready(1_000_000, 1)
	h.tell(always(cash("P-0001", "partner-0")))
	var told sync.Map
	got := everyAtOnce(t, func(int) (record.Result, error) {
		res, err := h.decide("the same", h.reserve("P-0001", alwaysOn(0), 10_000, "10"))
		told.Store(fmt.Sprint(res.IDs), true)
		return res, err
	})
	ids := 0
	told.Range(func(any, any) bool { ids++; return true })
	if n := len(h.offers.ByOffer("P-0001")); got != 1 || n != 1 || ids != 1 {
		t.Errorf("%d were recorded, %d stand, %d ids were told", got, n, ids)
	}
}

// A reservation that is accepted and committed by many at once is accepted
// once and committed once; a release and a commitment exclude one another.
func TestCrowdOnOneReservation(t *testing.T) {
	h := newHub(t)
	h.ready(1_000_000, 1)
	h.tell(always(cash("P-0001", "partner-0")))
	res, err := h.decide("reserve", h.reserve("P-0001", alwaysOn(0), 10_000, "10"))
	must(t, err)
	id := offer.ReservationID(res.IDs[0])
	owner := power
	owner.From, owner.Until = "2020-01-01", ""
	act := func(name string, do func(n need.Head, now time.Time) ([]fact.Body, error)) func(int) (record.Result, error) {
		return func(i int) (record.Result, error) {
			return h.decide(fmt.Sprint(name, i), func(tx *record.Tx) ([]fact.Body, error) {
				if err := tx.Read(string(id), "N-0001"); err != nil {
					return nil, err
				}
				n, _ := h.needs.Head("N-0001")
				return do(n, tx.Now())
			})
		}
	}
	accepted := everyAtOnce(t, act("accept", func(n need.Head, now time.Time) ([]fact.Body, error) {
		return h.offers.Accept(id, n, owner, now)
	}), offer.ErrAccepted)
	ended := everyAtOnce(t, func(i int) (record.Result, error) {
		if i%2 == 0 {
			return act("release", func(_ need.Head, now time.Time) ([]fact.Body, error) {
				return h.offers.Release(id, alwaysOn(0), now)
			})(i)
		}
		return act("commit", func(n need.Head, now time.Time) ([]fact.Body, error) {
			return h.offers.Commit(id, n, alwaysOn(0), now)
		})(i)
	}, offer.ErrOver)
	if accepted != 1 || ended != 1 {
		t.Errorf("accepted %d times, ended %d times", accepted, ended)
	}
}

// replays: a replay of the record gives the same reservations.
func (h *hub) replays(t *testing.T) {
	t.Helper()
	kept, err := h.Facts(t.Context(), 0, 10_000)
	must(t, err)
	again := offer.NewBook()
	for _, k := range kept {
		again.Fold(k.Fact)
	}
	a, b := h.offers.ByNeed("N-0001"), again.ByNeed("N-0001")
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("%d reservations stand, a replay has %d", len(a), len(b))
	}
	for i := range a {
		if a[i].Reserved.Reservation != b[i].Reserved.Reservation || !a[i].Until.Equal(b[i].Until) || a[i].Quantity != b[i].Quantity {
			t.Errorf("reservation %d is %+v; a replay has %+v", i, a[i], b[i])
		}
	}
}
