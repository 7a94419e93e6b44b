package offer_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/text"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var (
	power   = sit("R-1000", seat.Officer, "power")
	water   = sit("R-1001", seat.Officer, "water")
	estonia = sit("R-4001", seat.Programme, "EE")
	poland  = sit("R-4002", seat.Programme, "PL")
	sweden  = sit("R-4003", seat.Programme, "SE")
	maker   = sit("R-5001", seat.Implementer, "cybexer")
)

func sit(id seat.ID, role seat.Role, holder party.ID) seat.Seat {
	return seat.Seat{ID: id, Role: role, Holder: holder, From: "2026-01-01", Until: "2026-12-31"}
}

// A world is the books of needs and offers, and the facts that made them.
type world struct {
	t      testing.TB
	needs  *need.Book
	offers *offer.Book
	facts  []fact.Fact
	now    time.Time
}

// newWorld has N-0001 of power, validated; money P-0001 and licences P-0002 of
// Estonia, money P-0003 of Poland.
func newWorld(t testing.TB) *world {
	w := &world{t: t, needs: need.NewBook(), offers: offer.NewBook(), now: noon}
	p := procedure.Default()
	p.From = "2026-01-01"
	return w.tell(p,
		need.Submitted{Need: "N-0001", Owner: "power", Procedure: 1, Asked: asked()},
		need.Submitted{Need: "N-0002", Owner: "water", Procedure: 1, Asked: asked()},
		need.Validated{Need: "N-0001", Round: 1},
		cash("P-0001", "EE"), licences("P-0002", "EE"), cash("P-0003", "PL"))
}

func (w *world) tell(bodies ...fact.Body) *world {
	for _, body := range bodies {
		f := fact.Fact{Pos: fact.Pos(len(w.facts)), At: w.now, Kind: body.Kind(), Streams: body.Streams(), Body: body}
		w.facts = append(w.facts, f)
		w.needs.Fold(f)
		w.offers.Fold(f)
	}
	return w
}

func (w *world) do(bodies []fact.Body, err error) *world {
	w.t.Helper()
	if err != nil || len(bodies) == 0 {
		w.t.Fatalf("decided %v, %v", bodies, err)
	}
	return w.tell(bodies...)
}

func (w *world) need(id need.ID) need.Need {
	n, _ := w.needs.Get(id)
	return n
}

func asked() need.Asked {
	cost := eur("500000")
	return need.Asked{Title: text.Ref{ID: "t"}, Summary: text.Ref{ID: "s"}, Line: capability.Detection,
		Lots: []need.Lot{
			{ID: "a", What: "edr_seats", Quantity: 500, Unit: "seats", Cost: &cost, UsefulShare: 20, MostPartners: 2},
			{ID: "b", What: "training_places", Quantity: 12, Unit: "places", UsefulShare: 1, MostPartners: 100},
		},
		Urgency: need.Short, UsefulUntil: "2026-09-30", LeadDays: 14, Criticality: need.High,
		Sector: "energy", Region: "UA-63", Excluded: []string{"RU", "BY"}}
}

func cash(id offer.ID, provider party.ID) offer.Opened {
	amount, least, most := eur("1000000"), eur("1000"), eur("600000")
	return offer.Opened{Offer: id, Provider: provider, Form: offer.Money, Amount: &amount,
		From: "2026-01-01", Until: "2026-06-30", Least: &least, Most: &most, LeadDays: 30}
}

func licences(id offer.ID, provider party.ID) offer.Opened {
	return offer.Opened{Offer: id, Provider: provider, Form: offer.Licences, Quantity: 300, What: "edr_seats", Unit: "seats",
		Origin: "FI", From: "2026-01-01", Until: "2026-12-31"}
}

func eur(value string) money.Amount { return amount(value, "EUR") }

func amount(value string, c money.Currency) money.Amount {
	a, err := money.ParseAmount(value, c)
	if err != nil {
		panic(err)
	}
	return a
}

// part reserves a hundred seats of lot a for an amount.
func part(id offer.ReservationID, of offer.ID, value string) offer.Reserved {
	r := offer.Reserved{Reservation: id, Offer: of, Need: "N-0001", Lot: "a", Quantity: 100, Until: noon.Add(48 * time.Hour)}
	if value != "" {
		a := eur(value)
		r.Amount = &a
	}
	return r
}

func filled(t *testing.T, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), "{{") {
		t.Errorf("%q has an empty place", err)
	}
}

func TestOpen(t *testing.T) {
	zero := eur("0")
	small, large := eur("1"), eur("1000001")
	other := amount("5", "SEK")
	goods := func(change func(*offer.Opened)) func(*offer.Opened) {
		return func(o *offer.Opened) { *o = licences("P-0009", "EE"); change(o) }
	}
	for _, tt := range []struct {
		name  string
		by    seat.Seat
		spoil func(*offer.Opened)
		err   error
	}{
		{"money", estonia, func(*offer.Opened) {}, nil},
		{"for whom it is held, whatever is said", estonia, func(o *offer.Opened) { o.Provider = "PL" }, nil},
		{"of a company", maker, func(*offer.Opened) {}, nil},
		{"without tickets", estonia, func(o *offer.Opened) { o.Least, o.Most = nil, nil }, nil},
		{"in kind", estonia, goods(func(*offer.Opened) {}), nil},
		{"in kind with a ceiling", estonia, goods(func(o *offer.Opened) { o.Amount = &large }), nil},
		{"days without origin", estonia, goods(func(o *offer.Opened) { o.Form, o.What, o.Unit, o.Origin = offer.Days, "expert_days", "days", "" }), nil},
		{"earmarked", estonia, func(o *offer.Opened) {
			o.Earmark = offer.Earmark{Lines: []capability.Line{"detection"}, Sectors: []string{"energy"}, Regions: []string{"UA-63"}, Recipients: []party.ID{"power"}}
		}, nil},
		{"a recipient", power, func(*offer.Opened) {}, offer.ErrNotGiver},
		{"nobody", seat.Seat{}, func(*offer.Opened) {}, seat.ErrMissing},
		{"no id", estonia, func(o *offer.Opened) { o.Offer = "" }, offer.ErrMissing},
		{"no form", estonia, func(o *offer.Opened) { o.Form = "" }, offer.ErrForm},
		{"money without amount", estonia, func(o *offer.Opened) { o.Amount = nil }, offer.ErrAmount},
		{"money of nothing", estonia, func(o *offer.Opened) { o.Amount = &zero }, offer.ErrAmount},
		{"a ceiling of nothing", estonia, goods(func(o *offer.Opened) { o.Amount = &zero }), offer.ErrAmount},
		{"money with a quantity", estonia, func(o *offer.Opened) { o.Quantity = 1 }, offer.ErrInKind},
		{"money with goods", estonia, func(o *offer.Opened) { o.What = "servers" }, offer.ErrInKind},
		{"money with a unit", estonia, func(o *offer.Opened) { o.Unit = "devices" }, offer.ErrInKind},
		{"money with an origin", estonia, func(o *offer.Opened) { o.Origin = "EE" }, offer.ErrInKind},
		{"goods in free text", estonia, goods(func(o *offer.Opened) { o.What = "things" }), offer.ErrGoods},
		{"another unit", estonia, goods(func(o *offer.Opened) { o.Unit = "licences" }), offer.ErrUnit},
		{"none of it", estonia, goods(func(o *offer.Opened) { o.Quantity = 0 }), offer.ErrQuantity},
		{"too much of it", estonia, goods(func(o *offer.Opened) { o.Quantity = need.MostQuantity + 1 }), offer.ErrQuantity},
		{"licences of nowhere", estonia, goods(func(o *offer.Opened) { o.Origin = "" }), offer.ErrCountry},
		{"licences of Finland", estonia, goods(func(o *offer.Opened) { o.Origin = "Finland" }), offer.ErrCountry},
		{"a line twice", estonia, func(o *offer.Opened) { o.Earmark.Lines = []capability.Line{"training", "training"} }, offer.ErrEarmark},
		{"no line", estonia, func(o *offer.Opened) { o.Earmark.Lines = []capability.Line{""} }, offer.ErrEarmark},
		{"no sector", estonia, func(o *offer.Opened) { o.Earmark.Sectors = []string{"army"} }, offer.ErrEarmark},
		{"no region", estonia, func(o *offer.Opened) { o.Earmark.Regions = []string{"UA-99"} }, offer.ErrEarmark},
		{"no recipient", estonia, func(o *offer.Opened) { o.Earmark.Recipients = []party.ID{""} }, offer.ErrEarmark},
		{"everyone", estonia, func(o *offer.Opened) { o.Earmark.Recipients = everyone() }, offer.ErrEarmark},
		{"no first day", estonia, func(o *offer.Opened) { o.From = "" }, offer.ErrDays},
		{"a last month", estonia, func(o *offer.Opened) { o.Until = "2026-06" }, offer.ErrDays},
		{"the wrong way round", estonia, func(o *offer.Opened) { o.From = "2026-07-01" }, offer.ErrDays},
		{"past", estonia, func(o *offer.Opened) { o.Until = "2026-03-01" }, offer.ErrDays},
		{"until today", estonia, func(o *offer.Opened) { o.Until = "2026-03-02" }, nil},
		{"a ticket of nothing", estonia, func(o *offer.Opened) { o.Least = &zero }, offer.ErrTickets},
		{"a ticket over all", estonia, func(o *offer.Opened) { o.Most = &large }, offer.ErrTickets},
		{"tickets the wrong way round", estonia, func(o *offer.Opened) { o.Most = &small }, offer.ErrTickets},
		{"a ticket in crowns", estonia, func(o *offer.Opened) { o.Least = &other }, offer.ErrTickets},
		{"a ticket in kind", estonia, goods(func(o *offer.Opened) { o.Least = &small }), offer.ErrTickets},
		{"late already", estonia, func(o *offer.Opened) { o.LeadDays = -1 }, offer.ErrLead},
		{"in many years", estonia, func(o *offer.Opened) { o.LeadDays = need.MostLeadDays + 1 }, offer.ErrLead},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wanted := cash("P-0009", "EE")
			tt.spoil(&wanted)
			got, err := offer.Open(tt.by, noon, wanted)
			wanted.Provider = tt.by.Holder
			if !errors.Is(err, tt.err) || (err == nil) != reflect.DeepEqual(got, []fact.Body{wanted}) {
				t.Fatalf("Open = %v, %v; want %v", got, err, tt.err)
			}
			filled(t, err)
		})
	}
	if offer.WhyNotOpen(estonia, noon) != nil || !errors.Is(offer.WhyNotOpen(water, noon), offer.ErrNotGiver) {
		t.Error("button and rule disagree")
	}
}

func everyone() (list []party.ID) {
	for i := range offer.MostRecipients + 1 {
		list = append(list, party.ID(fmt.Sprint("p", i)))
	}
	return list
}

// TestReserve: given reservations and other facts, when Estonia reserves part
// of the money P-0001, then it is reserved, or the first rule that fails is
// named.
func TestReserve(t *testing.T) {
	crowns := amount("2000", "SEK")
	zero := eur("0")
	reopen := func(change func(*offer.Opened)) func(*world) {
		return func(w *world) {
			w.offers = offer.NewBook()
			o := cash("P-0001", "EE")
			change(&o)
			w.tell(o, licences("P-0002", "EE"), cash("P-0003", "PL"))
		}
	}
	inKind := func(r *offer.Reserved) { r.Offer, r.Amount = "P-0002", nil }
	took := func(seats int64, value string) func(*world) {
		return func(w *world) {
			r := part("B-1", "P-0001", value)
			r.Quantity = seats
			w.tell(r)
		}
	}
	same := func(*offer.Reserved) {}
	expired := func(w *world) { took(500, "600000")(w); w.now = noon.Add(49 * time.Hour) }
	for _, tt := range []struct {
		name  string
		given func(*world)
		by    seat.Seat
		want  func(*offer.Reserved)
		err   error
	}{
		{"money", nil, estonia, same, nil},
		{"in kind without a value", nil, estonia, inKind, nil},
		{"in kind with a value", nil, estonia, func(r *offer.Reserved) { r.Offer, r.Amount = "P-0002", &crowns }, nil},
		{"no such offer", nil, estonia, func(r *offer.Reserved) { r.Offer = "P-9" }, offer.ErrMissing},
		{"a recipient", nil, power, same, offer.ErrNotGiver},
		{"another partner", nil, poland, same, offer.ErrNotProvider},
		{"nobody", nil, seat.Seat{}, same, seat.ErrMissing},
		{"closed", func(w *world) { w.tell(offer.Closed{Offer: "P-0001", Reason: "used_up"}) }, estonia, same, offer.ErrClosed},
		{"not yet valid", reopen(func(o *offer.Opened) { o.From = "2026-03-03" }), estonia, same, offer.ErrNotValid},
		{"no longer valid", reopen(func(o *offer.Opened) { o.Until = "2026-03-01" }), estonia, same, offer.ErrNotValid},
		{"no such need", nil, estonia, func(r *offer.Reserved) { r.Need = "N-9" }, need.ErrMissing},
		{"not validated", nil, estonia, func(r *offer.Reserved) { r.Need = "N-0002" }, offer.ErrNotValidated},
		{"withdrawn", func(w *world) { w.tell(need.Withdrawn{Need: "N-0001"}) }, estonia, same, offer.ErrNotValidated},
		{"its own need", reopen(func(o *offer.Opened) { o.Provider = "power" }), sit("R-9", seat.Programme, "power"), same, offer.ErrOwnNeed},
		{"no such lot", nil, estonia, func(r *offer.Reserved) { r.Lot = "z" }, offer.ErrLot},
		{"other goods", nil, estonia, func(r *offer.Reserved) { inKind(r); r.Lot = "b" }, offer.ErrOther},
		{"another line", reopen(func(o *offer.Opened) { o.Earmark.Lines = []capability.Line{"training"} }), estonia, same, offer.ErrLine},
		{"its line", reopen(func(o *offer.Opened) { o.Earmark.Lines = []capability.Line{"training", "detection"} }), estonia, same, nil},
		{"another sector", reopen(func(o *offer.Opened) { o.Earmark.Sectors = []string{"health"} }), estonia, same, offer.ErrSector},
		{"its sector", reopen(func(o *offer.Opened) { o.Earmark.Sectors = []string{"energy"} }), estonia, same, nil},
		{"another region", reopen(func(o *offer.Opened) { o.Earmark.Regions = []string{"UA-30"} }), estonia, same, offer.ErrRegion},
		{"its region", reopen(func(o *offer.Opened) { o.Earmark.Regions = []string{"UA-63"} }), estonia, same, nil},
		{"another recipient", reopen(func(o *offer.Opened) { o.Earmark.Recipients = []party.ID{"water"} }), estonia, same, offer.ErrRecipient},
		{"its recipient", reopen(func(o *offer.Opened) { o.Earmark.Recipients = []party.ID{"power"} }), estonia, same, nil},
		{"the first that fails", reopen(func(o *offer.Opened) {
			o.Earmark = offer.Earmark{Sectors: []string{"health"}, Regions: []string{"UA-30"}}
		}), estonia, same, offer.ErrSector},
		{"an excluded origin", reopen(func(o *offer.Opened) { o.Origin = "RU" }), estonia, same, offer.ErrOrigin},
		{"just in time", reopen(func(o *offer.Opened) { o.LeadDays = 198 }), estonia, same, nil},
		{"a day too late", reopen(func(o *offer.Opened) { o.LeadDays = 199 }), estonia, same, offer.ErrTooLate},
		{"no id", nil, estonia, func(r *offer.Reserved) { r.Reservation = "" }, offer.ErrNoReservation},
		{"nothing", nil, estonia, func(r *offer.Reserved) { r.Quantity = 0 }, offer.ErrQuantity},
		{"less than nothing", nil, estonia, func(r *offer.Reserved) { r.Quantity = -5 }, offer.ErrQuantity},
		{"no amount", nil, estonia, func(r *offer.Reserved) { r.Amount = nil }, offer.ErrTicketAmount},
		{"an amount of nothing", nil, estonia, func(r *offer.Reserved) { r.Amount = &zero }, offer.ErrTicketAmount},
		{"another currency", nil, estonia, func(r *offer.Reserved) { r.Amount = &crowns }, offer.ErrTicketAmount},
		{"in kind of value zero", nil, estonia, func(r *offer.Reserved) { r.Offer, r.Amount = "P-0002", &zero }, offer.ErrAmount},
		{"under the smallest ticket", nil, estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("999.99")) }, offer.ErrTicket},
		{"over the largest ticket", nil, estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("600000.01")) }, offer.ErrTicket},
		{"the largest ticket", nil, estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("600000")) }, nil},
		{"over it together", took(100, "599999"), estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("1001")) }, offer.ErrTicket},
		{"more than is left", reopen(func(o *offer.Opened) { o.Amount = ptr(eur("600000")) }), estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("600000")) }, nil},
		{"more than all", reopen(func(o *offer.Opened) { o.Amount, o.Most = ptr(eur("1500")), nil }), estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("1500.01")) }, offer.ErrOfferLeft},
		{"all but a cent", func(w *world) {
			reopen(func(o *offer.Opened) { o.Amount, o.Most = ptr(eur("3000")), nil })(w)
			took(100, "2000.01")(w)
		}, estonia, func(r *offer.Reserved) { r.Amount = ptr(eur("1000")) }, offer.ErrOfferLeft},
		{"more in kind than there is", nil, estonia, func(r *offer.Reserved) { inKind(r); r.Quantity = 301 }, offer.ErrOfferLeft},
		{"all there is in kind", nil, estonia, func(r *offer.Reserved) { inKind(r); r.Quantity = 300 }, nil},
		{"a third partner", func(w *world) {
			w.tell(cash("P-0005", "LV"), part("B-1", "P-0003", "1000"), part("B-2", "P-0005", "1000"))
		}, estonia, same, offer.ErrPartners},
		{"a partner again", func(w *world) { w.tell(part("B-1", "P-0003", "1000"), part("B-2", "P-0001", "1000")) }, estonia, same, nil},
		{"in the place of one that expired", func(w *world) {
			w.tell(cash("P-0005", "LV"), part("B-1", "P-0003", "1000"), part("B-2", "P-0005", "1000"))
			w.now = noon.Add(48 * time.Hour)
		}, estonia, func(r *offer.Reserved) { r.Until = noon.Add(72 * time.Hour) }, nil},
		{"more than the lot", nil, estonia, func(r *offer.Reserved) { r.Quantity = 501 }, offer.ErrLotLeft},
		{"more than is left of it", took(401, "1000"), estonia, same, offer.ErrLotLeft},
		{"less than is useful", nil, estonia, func(r *offer.Reserved) { r.Quantity = 99 }, offer.ErrShare},
		{"the rest, however small", took(450, "1000"), estonia, func(r *offer.Reserved) { r.Quantity = 50 }, nil},
		{"less than the rest", took(450, "1000"), estonia, func(r *offer.Reserved) { r.Quantity = 49 }, offer.ErrShare},
		{"after another expired", expired, estonia, func(r *offer.Reserved) { r.Until = noon.Add(72 * time.Hour) }, nil},
		{"until now", nil, estonia, func(r *offer.Reserved) { r.Until = noon }, offer.ErrUntil},
		{"for a month", nil, estonia, func(r *offer.Reserved) { r.Until = noon.AddDate(0, 0, offer.MostDays) }, nil},
		{"for longer", nil, estonia, func(r *offer.Reserved) { r.Until = noon.AddDate(0, 0, offer.MostDays).Add(1) }, offer.ErrUntil},
		{"past the offer's last day", reopen(func(o *offer.Opened) { o.Until = "2026-03-03" }), estonia, same, offer.ErrUntil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.given != nil {
				tt.given(w)
			}
			wanted := part("B-9", "P-0001", "2000")
			tt.want(&wanted)
			got, err := w.offers.Reserve(wanted, w.need(wanted.Need), tt.by, w.now)
			if !errors.Is(err, tt.err) || (err == nil) != reflect.DeepEqual(got, []fact.Body{wanted}) {
				t.Fatalf("Reserve = %v, %v; want %v", got, err, tt.err)
			}
			filled(t, err)
			why := w.offers.WhyNotReserve(wanted.Offer, w.need(wanted.Need), wanted.Lot, tt.by, w.now)
			filled(t, why)
			if err == nil && why != nil {
				t.Errorf("the button says %v, the rule takes it", why)
			}
		})
	}
	if _, err := newWorld(t).offers.Reserve(part("B-9", "P-0001", "2000"), newWorld(t).need("N-0002"), estonia, noon); !errors.Is(err, need.ErrMissing) {
		t.Errorf("reserved for one need by the rules of another: %v", err)
	}
}

func ptr[T any](x T) *T { return &x }

// While a region is hidden, no earmark by region tells what it is: the one
// that fits is refused in the same words as the one that does not.
func TestHiddenRegion(t *testing.T) {
	w := newWorld(t)
	n := w.need("N-0001")
	n.HideRegion = true
	o, _ := w.offers.Get("P-0001")
	var said []string
	for _, regions := range [][]string{{"UA-63"}, {"UA-30"}} {
		o.Earmark.Regions = regions
		_, err := o.Fits(n, "a", "2026-03-02")
		if !errors.Is(err, offer.ErrRegionHidden) {
			t.Fatalf("Fits = %v", err)
		}
		said = append(said, strings.ReplaceAll(err.Error(), regions[0], "…"))
	}
	if said[0] != said[1] {
		t.Errorf("the refusals differ: %q", said)
	}
	o.Earmark.Regions = nil
	if _, err := o.Fits(n, "a", "2026-03-02"); err != nil {
		t.Errorf("an offer for any region: %v", err)
	}
}

// A need of the whole country does not fit an offer for one region.
func TestWholeCountry(t *testing.T) {
	w := newWorld(t)
	n := w.need("N-0001")
	n.Region = ""
	o, _ := w.offers.Get("P-0001")
	o.Earmark.Regions = []string{"UA-63"}
	if _, err := o.Fits(n, "a", "2026-03-02"); !errors.Is(err, offer.ErrRegion) {
		t.Errorf("Fits = %v", err)
	}
}

// The acts after a reservation, by who does them and how far it has come.
func TestActs(t *testing.T) {
	waiting := func(w *world) { w.tell(part("B-1", "P-0001", "2000")) }
	agreed := func(w *world) { waiting(w); w.do(w.offers.Accept("B-1", w.need("N-0001").Head, power, w.now)) }
	bound := func(w *world) { agreed(w); w.do(w.offers.Commit("B-1", w.need("N-0001").Head, estonia, w.now)) }
	given := func(w *world) { waiting(w); w.do(w.offers.Release("B-1", estonia, w.now)) }
	refused := func(w *world) {
		agreed(w)
		w.do(w.offers.Decline("B-1", w.need("N-0001").Head, power, w.now, offer.OtherOffer))
	}
	lapsed := func(w *world) { agreed(w); w.now = noon.Add(48 * time.Hour) }
	nearly := func(w *world) { agreed(w); w.now = noon.Add(48*time.Hour - 1) }
	moot := func(w *world) { agreed(w); w.tell(need.Withdrawn{Need: "N-0001"}) }
	closed := func(w *world) { agreed(w); w.tell(offer.Closed{Offer: "P-0001"}) } // by no rule of ours: Close releases first
	none := func(*world) {}
	for _, tt := range []struct {
		name                             string
		given                            func(*world)
		by                               seat.Seat
		state                            offer.State
		accept, decline, release, commit error
	}{
		{"waiting, owner", waiting, power, offer.Waiting, nil, nil, offer.ErrNotGiver, offer.ErrNotGiver},
		{"waiting, provider", waiting, estonia, offer.Waiting, need.ErrNotOwner, need.ErrNotOwner, nil, offer.ErrNotAccepted},
		{"waiting, another owner", waiting, water, offer.Waiting, need.ErrNotOwner, need.ErrNotOwner, offer.ErrNotGiver, offer.ErrNotGiver},
		{"waiting, another provider", waiting, poland, offer.Waiting, need.ErrNotOwner, need.ErrNotOwner, offer.ErrNotProvider, offer.ErrNotProvider},
		{"waiting, nobody", waiting, seat.Seat{}, offer.Waiting, seat.ErrMissing, seat.ErrMissing, seat.ErrMissing, seat.ErrMissing},
		{"accepted, owner", agreed, power, offer.Agreed, offer.ErrAccepted, nil, offer.ErrNotGiver, offer.ErrNotGiver},
		{"accepted, provider", agreed, estonia, offer.Agreed, need.ErrNotOwner, need.ErrNotOwner, nil, nil},
		{"the last moment", nearly, estonia, offer.Agreed, need.ErrNotOwner, need.ErrNotOwner, nil, nil},
		{"expired, owner", lapsed, power, offer.Lapsed, offer.ErrOver, offer.ErrOver, offer.ErrNotGiver, offer.ErrNotGiver},
		{"expired, provider", lapsed, estonia, offer.Lapsed, need.ErrNotOwner, need.ErrNotOwner, offer.ErrOver, offer.ErrOver},
		{"committed, owner", bound, power, offer.Bound, offer.ErrOver, offer.ErrOver, offer.ErrNotGiver, offer.ErrNotGiver},
		{"committed, provider", bound, estonia, offer.Bound, need.ErrNotOwner, need.ErrNotOwner, offer.ErrOver, offer.ErrOver},
		{"released, provider", given, estonia, offer.Given, need.ErrNotOwner, need.ErrNotOwner, offer.ErrOver, offer.ErrOver},
		{"declined, owner", refused, power, offer.Refused, offer.ErrOver, offer.ErrOver, offer.ErrNotGiver, offer.ErrNotGiver},
		{"need withdrawn, provider", moot, estonia, offer.Moot, need.ErrNotOwner, need.ErrNotOwner, offer.ErrOver, offer.ErrOver},
		{"offer closed, provider", closed, estonia, offer.Agreed, need.ErrNotOwner, need.ErrNotOwner, nil, offer.ErrClosed},
		{"not there", none, estonia, "", offer.ErrNoReservation, offer.ErrNoReservation, offer.ErrNoReservation, offer.ErrNoReservation},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.given(w)
			v, _ := w.offers.ReservationFor("B-1", w.need("N-0001").Head, tt.by, w.now)
			if v.State != tt.state || v.Holds(w.now) != slices.Contains([]offer.State{offer.Waiting, offer.Agreed, offer.Bound}, tt.state) {
				t.Errorf("state %q; want %q", v.State, tt.state)
			}
			for i, pair := range [][2]error{{v.WhyNotAccept, tt.accept}, {v.WhyNotDecline, tt.decline}, {v.WhyNotRelease, tt.release}, {v.WhyNotCommit, tt.commit}} {
				if !errors.Is(pair[0], pair[1]) || (pair[0] == nil) != (pair[1] == nil) {
					t.Errorf("act %d: %v; want %v", i, pair[0], pair[1])
				}
				filled(t, pair[0])
			}
		})
	}
	w := newWorld(t)
	agreed(w)
	if _, err := w.offers.Decline("B-1", w.need("N-0001").Head, power, noon, "mood"); !errors.Is(err, offer.ErrReason) {
		t.Errorf("a free reason: %v", err)
	}
	if _, err := w.offers.Accept("B-1", w.need("N-0002").Head, water, noon); !errors.Is(err, need.ErrMissing) {
		t.Errorf("another need's owner accepted: %v", err)
	}
	h := w.need("N-0001").Head
	h.Status = need.Back
	_, err1 := w.offers.Commit("B-1", h, estonia, noon)
	waiting(w)
	_, err2 := w.offers.Accept("B-1", h, power, noon)
	if !errors.Is(err1, offer.ErrNotValidated) || !errors.Is(err2, offer.ErrNotValidated) {
		t.Errorf("a need that is not validated: %v, %v", err1, err2)
	}
	w = newWorld(t)
	w.now = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)
	late := part("B-1", "P-0001", "2000")
	late.Until = w.now.AddDate(0, 0, 2)
	w.tell(late).tell(offer.Accepted{Reservation: "B-1", Offer: "P-0001", Need: "N-0001"})
	if _, err := w.offers.Commit("B-1", w.need("N-0001").Head, estonia, w.now.AddDate(0, 0, 1)); !errors.Is(err, offer.ErrNotValid) {
		t.Errorf("committed after the offer's last day: %v", err)
	}
}

func TestClose(t *testing.T) {
	w := newWorld(t)
	w.tell(part("B-1", "P-0001", "2000"), part("B-2", "P-0001", "2000"), part("B-3", "P-0001", "2000"))
	w.do(w.offers.Accept("B-1", w.need("N-0001").Head, power, w.now))
	w.do(w.offers.Commit("B-1", w.need("N-0001").Head, estonia, w.now))
	for _, tt := range []struct {
		id     offer.ID
		by     seat.Seat
		reason offer.ClosedWhy
		err    error
	}{
		{"P-9", estonia, offer.UsedUp, offer.ErrMissing}, {"P-0001", poland, offer.UsedUp, offer.ErrNotProvider},
		{"P-0001", power, offer.UsedUp, offer.ErrNotGiver}, {"P-0001", estonia, "tired", offer.ErrReason},
	} {
		if _, err := w.offers.Close(tt.id, tt.by, w.now, tt.reason); !errors.Is(err, tt.err) {
			t.Errorf("Close(%s) by %s: %v; want %v", tt.id, tt.by.ID, err, tt.err)
		}
	}
	got, err := w.offers.Close("P-0001", estonia, w.now, offer.BudgetCut)
	want := []fact.Body{offer.Released{Reservation: "B-2", Offer: "P-0001", Need: "N-0001"},
		offer.Released{Reservation: "B-3", Offer: "P-0001", Need: "N-0001"}, offer.Closed{Offer: "P-0001", Reason: "budget_cut"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("Close = %v, %v; want %v", got, err, want)
	}
	w.tell(got...)
	v, ok := w.offers.ViewFor("P-0001", estonia, w.now)
	if !ok || !errors.Is(v.WhyNotClose, offer.ErrClosed) || v.Taken.Committed.Count != 1 || v.Taken.Reserved.Count != 0 || v.LeftAmount != eur("998000") {
		t.Errorf("%+v", v)
	}
	if v.Closed == nil || v.Closed.Reason != offer.BudgetCut || slices.Collect(w.offers.ValidOn("2026-03-02"))[0].Opened.Offer == "P-0001" {
		t.Error("a closed offer is valid")
	}
}

// An earmark names recipients that take part in its own realm.
func TestEarmarkAmong(t *testing.T) {
	parties := party.NewBook()
	parties.Fold(fact.Fact{Body: party.Registered{Party: "power"}})
	for _, tt := range []struct {
		recipients []party.ID
		err        error
	}{{nil, nil}, {[]party.ID{"power"}, nil}, {[]party.ID{"power", "of-another-realm"}, offer.ErrEarmark}} {
		if err := (offer.Earmark{Recipients: tt.recipients}).Among(parties); !errors.Is(err, tt.err) {
			t.Errorf("%q among those who take part: %v; want %v", tt.recipients, err, tt.err)
		}
	}
}
