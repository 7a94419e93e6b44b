package offer

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/party"
	"tallinn/tlp"
)

// A Book holds the offers and reservations of one realm. It is no more than
// the fold of their facts, and of needs' being withdrawn or reversed, which frees what
// was reserved for them; whoever folds into it while others read keeps them apart.
// What it returns stays valid.
type Book struct {
	offers       []*Offer // in order of record
	filed        class.Index
	byID         map[ID]*Offer
	byProvider   map[party.ID][]*Offer // in order of record
	open         []*Offer              // not closed, by last day
	reservations map[ReservationID]*Reservation

	recent fact.Recent[ID]

	lapses     []Lapse // by day
	ofOffer    map[ID]*ledger
	ofNeed     map[need.ID]*ledger
	ofLot      map[lotKey]*ledger
	ofProvider map[party.ID]*ledger
}

type lotKey struct {
	need need.ID
	lot  string
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{byID: map[ID]*Offer{}, byProvider: map[party.ID][]*Offer{}, reservations: map[ReservationID]*Reservation{},
		ofOffer: map[ID]*ledger{}, ofNeed: map[need.ID]*ledger{}, ofLot: map[lotKey]*ledger{}, ofProvider: map[party.ID]*ledger{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Opened:
		b.openOffer(f, body)
	case Closed:
		b.closeOffer(f, body)
	case Corrected:
		b.mend(f, body)
	case Reserved:
		b.reserve(f, body)
	case CalledOff:
		b.callOff(f, body)
	case Accepted:
		b.change(body.Reservation, f, func(r *Reservation) { r.Accepted = f.At })
	case Released:
		b.change(body.Reservation, f, func(r *Reservation) { r.end, r.Ended = Given, f.At })
	case Declined:
		b.change(body.Reservation, f, func(r *Reservation) { r.end, r.Ended, r.Reason = Refused, f.At, Refusal(body.Reason) })
	case Committed:
		b.change(body.Reservation, f, func(r *Reservation) { r.end, r.Ended = Bound, f.At })
		b.lapse(b.reservations[body.Reservation])
	case marking.Changed:
		b.mark(f, ID(body.Item), body.Mark())
	case need.Withdrawn:
		b.moot(f, body.Need)
	case need.Returned: // of an emergency that was open for the time being
		b.moot(f, body.Need)
	case need.Rejected:
		b.moot(f, body.Need)
	}
}

// moot ends what was reserved for a need that is open no more. What is
// committed stands.
func (b *Book) moot(f fact.Fact, id need.ID) {
	if b.ofNeed[id] == nil {
		return
	}
	for _, r := range slices.Clone(b.ofNeed[id].pending) {
		b.change(r.Reserved.Reservation, f, func(r *Reservation) { r.end, r.Ended = Moot, f.At })
	}
}

func (b *Book) openOffer(f fact.Fact, body Opened) {
	if b.byID[body.Offer] != nil {
		return // ids are drawn once; the first stands
	}
	o := &Offer{Opened: body, At: f.At, Pos: f.Pos, n: int32(len(b.offers))}
	o.Class = o.classOf(f.Realm, tlp.Amber, "")
	b.offers = append(b.offers, o)
	b.filed.Put(o.n, o.Class)
	b.byID[body.Offer] = o
	b.byProvider[body.Provider] = append(b.byProvider[body.Provider], o)
	i, _ := slices.BinarySearchFunc(b.open, o, byLastDay)
	b.open = slices.Insert(b.open, i, o)
	b.recent.Add(f.Pos, body.Offer)
}

func (b *Book) closeOffer(f fact.Fact, body Closed) {
	o := b.byID[body.Offer]
	if o == nil || o.Closed != nil {
		return
	}
	if i, ok := slices.BinarySearchFunc(b.open, o, byLastDay); ok {
		b.open = slices.Delete(b.open, i, i+1)
	}
	o.Closed = &Closing{ClosedWhy(body.Reason), f.At, f.Pos}
	o.Class.Stage = "closed"
	b.filed.Put(o.n, o.Class)
	b.recent.Add(f.Pos, body.Offer)
}

func (b *Book) mark(f fact.Fact, id ID, m marking.Mark) {
	if o := b.byID[id]; o != nil {
		o.Class, o.marked = o.classOf(o.Class.Realm, m.Marking, m.To), f.Pos
		b.filed.Put(o.n, o.Class)
		b.recent.Add(f.Pos, id)
	}
}

func byLastDay(x, y *Offer) int {
	return cmp.Or(cmp.Compare(x.Until, y.Until), cmp.Compare(x.Opened.Offer, y.Opened.Offer))
}

func (b *Book) reserve(f fact.Fact, body Reserved) {
	if b.reservations[body.Reservation] != nil {
		return
	}
	r := &Reservation{Reserved: body, At: f.At, Pos: f.Pos, History: []fact.Pos{f.Pos}}
	if o := b.byID[body.Offer]; o != nil {
		r.Provider = o.Provider
	}
	b.reservations[body.Reservation] = r
	for _, l := range b.ledgers(r) {
		l.enter(r)
		l.changed = f.Pos
	}
	b.recent.Add(f.Pos, body.Offer)
}

// change applies what a fact changes. A reservation that has ended stays as it
// ended.
func (b *Book) change(id ReservationID, f fact.Fact, apply func(*Reservation)) {
	r := b.reservations[id]
	if r == nil || r.end != noState {
		return
	}
	apply(r)
	r.History = append(slices.Clip(r.History), f.Pos)
	for _, l := range b.ledgers(r) {
		if l.changed = f.Pos; r.end != noState {
			l.end(r)
		}
	}
	b.recent.Add(f.Pos, r.Offer)
}

// ledgers are those that r stands in.
func (b *Book) ledgers(r *Reservation) []*ledger {
	return []*ledger{
		at(b.ofOffer, r.Offer), at(b.ofNeed, r.Need),
		at(b.ofLot, lotKey{r.Need, r.Lot}), at(b.ofProvider, r.Provider),
	}
}

func at[K comparable](m map[K]*ledger, k K) *ledger {
	if m[k] == nil {
		m[k] = &ledger{}
	}
	return m[k]
}

// Get returns the offer called id.
func (b *Book) Get(id ID) (Offer, bool) {
	if o := b.byID[id]; o != nil {
		return *o, true
	}
	return Offer{}, false
}

// Reservation returns the reservation called id.
func (b *Book) Reservation(id ReservationID) (Reservation, bool) {
	if r := b.reservations[id]; r != nil {
		return *r, true
	}
	return Reservation{}, false
}

// Len is how many offers there are.
func (b *Book) Len() int { return len(b.offers) }

// In yields the offers of those classes that may lets through, last opened
// first.
func (b *Book) In(may func(class.Class) bool) iter.Seq[Offer] {
	return func(yield func(Offer) bool) {
		for i := range b.filed.In(b.filed.Classes(may)) {
			if !yield(*b.offers[i]) {
				return
			}
		}
	}
}

// All yields every offer, last opened first.
func (b *Book) All() iter.Seq[Offer] { return backward(b.offers) }

// By yields the offers of a provider, last opened first.
func (b *Book) By(provider party.ID) iter.Seq[Offer] { return backward(b.byProvider[provider]) }

// ValidOn yields the offers that are valid on day (YYYY-MM-DD), the first to
// end first.
func (b *Book) ValidOn(day string) iter.Seq[Offer] {
	first, _ := slices.BinarySearchFunc(b.open, day, func(o *Offer, day string) int {
		return cmp.Or(cmp.Compare(string(o.Until), day), 1) // before every offer of that last day
	})
	return func(yield func(Offer) bool) {
		for _, o := range b.open[first:] {
			if o.ValidOn(day) && !yield(*o) {
				return
			}
		}
	}
}

func backward(list []*Offer) iter.Seq[Offer] {
	return func(yield func(Offer) bool) {
		for _, o := range slices.Backward(list) {
			if !yield(*o) {
				return
			}
		}
	}
}

// ByOffer, ByNeed, ByLot and ByProvider are all reservations of an offer, a
// need, a lot and a provider, in order of record, ended ones too.
func (b *Book) ByOffer(id ID) []Reservation { return b.ofOffer[id].list() }

// ByNeed: see ByOffer.
func (b *Book) ByNeed(id need.ID) []Reservation { return b.ofNeed[id].list() }

// ByLot: see ByOffer.
func (b *Book) ByLot(id need.ID, lot string) []Reservation { return b.ofLot[lotKey{id, lot}].list() }

// ByProvider: see ByOffer.
func (b *Book) ByProvider(id party.ID) []Reservation { return b.ofProvider[id].list() }

// PendingOf are a provider's unexpired reservations, which it may still commit
// or release; the first to expire first.
func (b *Book) PendingOf(provider party.ID, now time.Time) []Reservation {
	return clone(b.ofProvider[provider].unexpired(now))
}

// PendingFor are the unexpired reservations for a need, the first to expire
// first.
func (b *Book) PendingFor(id need.ID, now time.Time) []Reservation {
	return clone(b.ofNeed[id].unexpired(now))
}

// Taken is what of an offer is held at now: by unexpired reservations, and by
// commitments.
func (b *Book) Taken(id ID, now time.Time) Taken {
	l := b.ofOffer[id]
	if l == nil {
		return Taken{}
	}
	t := Taken{Committed: l.committed}
	for _, r := range l.unexpired(now) {
		t.Reserved = t.Reserved.add(partOf(r))
	}
	return t
}

// Covered is how far a lot of a need is met at now.
func (b *Book) Covered(id need.ID, lot need.Lot, now time.Time) Coverage {
	c := Coverage{Asked: lot.Quantity}
	l := b.ofLot[lotKey{id, lot.ID}]
	if l == nil {
		return c
	}
	for _, r := range l.bound {
		c.add(r, now)
	}
	for _, r := range l.unexpired(now) {
		c.add(r, now)
	}
	return c
}

// Met reports whether nothing of the lots of a need is left to reserve at now.
func (b *Book) Met(id need.ID, lots []need.Lot, now time.Time) bool {
	return !slices.ContainsFunc(lots, func(l need.Lot) bool { return b.Covered(id, l, now).Left() > 0 })
}

// HeldLots are the lots of a need for which something is held at now.
func (b *Book) HeldLots(id need.ID, now time.Time) (lots []string) {
	for _, r := range b.ofNeed[id].holding(now) {
		if !slices.Contains(lots, r.Lot) {
			lots = append(lots, r.Lot)
		}
	}
	return lots
}

// Committed reports whether anything is committed to a need.
func (b *Book) Committed(id need.ID) bool { l := b.ofNeed[id]; return l != nil && len(l.bound) > 0 }

// Agreed reports whether a provider's reservation for a need was accepted, and
// holds at now or is committed: its recipient then keeps nothing of where it
// is needed from it.
func (b *Book) Agreed(id need.ID, provider party.ID, now time.Time) bool {
	return slices.ContainsFunc(b.ofNeed[id].holding(now), func(r *Reservation) bool {
		return r.Provider == provider && !r.Accepted.IsZero()
	})
}

// Changed is the position of the last fact that changed an offer or a
// reservation; fact.None before the first.
func (b *Book) Changed() fact.Pos { return b.recent.Last() }

// ChangedAfter calls with the offers that facts after pos changed, they or
// their reservations, the last first and some of them twice, until with is
// false. It remembers the last fact.MostRecent changes.
func (b *Book) ChangedAfter(pos fact.Pos, with func(ID, fact.Pos) bool) { b.recent.After(pos, with) }

// ChangedOf is the position of the last fact that changed an offer or its
// reservations; fact.None when there is none.
func (b *Book) ChangedOf(id ID) fact.Pos {
	o, last := b.byID[id], b.ofOffer[id].last()
	if o == nil {
		return last
	}
	if o.Closed != nil {
		last = max(last, o.Closed.Pos)
	}
	return max(last, o.Pos, o.marked)
}

// ChangedFor is the position of the last fact that changed a reservation for a
// need; fact.None when there is none.
func (b *Book) ChangedFor(id need.ID) fact.Pos { return b.ofNeed[id].last() }
