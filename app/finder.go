package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/identity"
	"tallinn/mechanism/erasure"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/search"
	"tallinn/tlp"
	"tallinn/web"
)

// A finder keeps what is found up with the record. When a fact is folded, what
// it touched moves to its class at once, and the words of whom it erases go;
// new words follow a moment later, for texts are opened outside the record's
// lock. Nothing of it is stored: it is made again when a hub starts.
type finder struct {
	hub     *Hub
	indexes map[fact.Realm]*search.Index
	folds   uint64 // facts that were folded; under the record's lock

	mu      sync.Mutex
	queue   []place
	waiting map[place]bool
	filed   map[place]filing
	asked   uint64        // how many were ever put into the queue
	done    uint64        // how many of these are filed
	moved   chan struct{} // closed and replaced when done grows, and when the queue does
	over    context.CancelFunc
	ended   chan struct{}
}

// A place is the stream of a thing in a realm.
type place struct {
	realm  fact.Realm
	stream string
}

// newFinder begins to keep up with the record of h, from how it stands.
func newFinder(h *Hub) *finder {
	ctx, over := context.WithCancel(context.Background())
	f := &finder{hub: h, indexes: map[fact.Realm]*search.Index{fact.Real: {}, fact.Exercise: {}},
		waiting: map[place]bool{}, filed: map[place]filing{}, moved: make(chan struct{}), over: over, ended: make(chan struct{})}
	h.record.View(func() {
		h.state.folded = f.folded
		for realm, b := range h.state.realms {
			f.all(realm, b)
		}
	})
	go f.run(ctx)
	return f
}

// Close ends the keeping up.
func (f *finder) Close() {
	f.over()
	<-f.ended
}

// all lines up everything of a realm, whose names may have changed.
func (f *finder) all(realm fact.Realm, b *Books) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for s := range b.streams() {
		f.put(place{realm, s})
	}
	f.wake()
}

// put is called with mu held.
func (f *finder) put(p place) {
	if !f.waiting[p] {
		f.waiting[p] = true
		f.queue = append(f.queue, p)
		f.asked++
	}
}

func (f *finder) wake() {
	close(f.moved)
	f.moved = make(chan struct{})
}

// folded is told of a fact under the record's lock, after the books have taken
// it.
func (f *finder) folded(b *Books, x fact.Fact) {
	f.folds++
	index := f.indexes[x.Realm]
	switch body := x.Body.(type) {
	case party.Registered, party.Corrected:
		f.all(x.Realm, b)
		return
	case erasure.Confirmed:
		for _, s := range b.Seats.All() {
			if s.Person == body.Person {
				index.Drop(string(s.ID), string(seathttp.Sitting))
			}
		}
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range x.Streams {
		b.move(index, s)
		if found(s) {
			f.put(place{x.Realm, s})
		}
	}
	f.wake()
}

// move files what stream is the history of under the classes that it now has.
// What has become TLP:RED is taken out, with its words.
func (b *Books) move(index *search.Index, stream string) {
	if n, known := b.Needs.Head(need.ID(stream)); known {
		if n.Red() {
			index.Drop(stream, "")
			index.Drop(stream, string(need.Weakness))
			return
		}
		index.Move(stream, "", n.Class, class.Class{})
		index.Move(stream, string(need.Weakness), b.weaknessClass(n), n.Class)
	}
	if o, known := b.Offers.Get(offer.ID(stream)); known {
		if o.Class.Marking == tlp.Red {
			index.Drop(stream, "")
			return
		}
		index.Move(stream, "", o.Class, class.Class{})
	}
}

// next takes the first place out of the queue, and waits for one.
func (f *finder) next(ctx context.Context) (place, bool) {
	for {
		f.mu.Lock()
		if len(f.queue) > 0 {
			p := f.queue[0]
			f.queue = f.queue[1:]
			delete(f.waiting, p)
			if len(f.queue) == 0 {
				f.queue, f.waiting = nil, map[place]bool{} // lets go of what a start took
			}
			f.mu.Unlock()
			return p, true
		}
		moved := f.moved
		f.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return place{}, false
		}
	}
}

// Pauses after a text could not be opened.
const (
	firstRest = 100 * time.Millisecond
	longRest  = 10 * time.Second
)

// large is how many things take so much to be read and filed when a hub starts
// that what this took is then given back to the machine.
const large = 10_000

func (f *finder) run(ctx context.Context) {
	defer close(f.ended)
	rest := firstRest
	f.mu.Lock()
	large := len(f.queue) >= large
	f.mu.Unlock()
	for {
		p, more := f.next(ctx)
		if !more {
			return
		}
		err := f.file(ctx, p)
		f.mu.Lock()
		if err != nil {
			f.put(p)
		}
		f.done++
		f.wake()
		begun := f.done == f.asked
		f.mu.Unlock()
		if large && begun {
			large = false
			debug.FreeOSMemory()
		}
		if ctx.Err() != nil {
			return // what is left in the queue is filed at the next start
		}
		if err == nil {
			rest = firstRest
			continue
		}
		f.hub.cfg.Log.Warn("the words of a thing could not be read and are tried again", "error", err)
		select {
		case <-time.After(rest):
			rest = min(2*rest, longRest)
		case <-ctx.Done():
		}
	}
}

// A filing is how a thing was filed last.
type filing struct {
	item   string
	source [16]byte // of which words its parts were made
	parts  []string // beside the thing itself
}

func filingOf(drafts []draft) (out filing) {
	sum := sha256.New()
	for i, d := range drafts {
		if i == 0 {
			out.item = d.Item
		} else {
			out.parts = append(out.parts, d.Part)
		}
		fmt.Fprintf(sum, "%q %q\n", d.Part, d.source())
	}
	copy(out.source[:], sum.Sum(nil))
	return out
}

func (f filing) same(o filing) bool {
	return f.item == o.item && f.source == o.source && slices.Equal(f.parts, o.parts)
}

// all are the parts, the thing itself first; none when it is not filed.
func (f filing) all() []string {
	if f.item == "" {
		return nil
	}
	return append([]string{""}, f.parts...)
}

// file files the parts of one thing, with their texts opened. What changes
// while they are is in the queue again.
//
// Errors: those that pass, when the store or the people are away.
func (f *finder) file(ctx context.Context, p place) error {
	drafts, folds := f.drafts(p)
	now := filingOf(drafts)
	f.mu.Lock()
	was := f.filed[p]
	f.mu.Unlock()
	if was.same(now) && !f.missing(p.realm, now) {
		return nil
	}
	opened := make([][]search.Field, len(drafts))
	for i, d := range drafts {
		var err error
		if opened[i], err = f.open(ctx, p.realm, d); err != nil {
			return err
		}
	}
	f.hub.View(p.realm, func(b *Books) {
		if f.folds != folds {
			drafts = b.drafts(p.stream)
			if !now.same(filingOf(drafts)) {
				return
			}
		}
		for i, d := range drafts {
			d.Fields = append(d.Fields, opened[i]...)
			f.indexes[p.realm].Put(d.Doc)
		}
		for _, part := range was.all() {
			if !slices.Contains(now.all(), part) {
				f.indexes[p.realm].Drop(was.item, part)
			}
		}
		f.mu.Lock()
		f.filed[p] = now
		f.mu.Unlock()
	})
	return nil
}

// missing reports whether a part was taken out since it was filed.
func (f *finder) missing(realm fact.Realm, x filing) bool {
	return slices.ContainsFunc(x.all(), func(part string) bool { return !f.indexes[realm].Has(x.item, part) })
}

// drafts are the parts of a thing as they stood after so many facts.
func (f *finder) drafts(p place) (out []draft, folds uint64) {
	f.hub.View(p.realm, func(b *Books) { out, folds = b.drafts(p.stream), f.folds })
	return out, folds
}

// open opens the sealed words of d. What was erased has none, and so has what
// does not open at all.
func (f *finder) open(ctx context.Context, realm fact.Realm, d draft) (out []search.Field, err error) {
	for _, s := range d.sealed {
		said, err := f.hub.record.Text(ctx, s.ref)
		if fault.KindOf(err) == fault.Unavailable || ctx.Err() != nil {
			return nil, err
		}
		if err == nil {
			out = append(out, search.Field{Weight: s.weight, Text: said})
		}
	}
	if d.person == "" {
		return out, nil
	}
	who, err := f.hub.people.Person(ctx, d.person)
	switch {
	case errors.Is(err, identity.ErrSession) || err == nil && (who.Erased || who.Realm != realm):
		return out, nil // not of this hub's people, or gone
	case err != nil:
		return nil, err
	}
	for _, l := range web.Langs {
		out = append(out, search.Field{Weight: search.Titled, Text: f.hub.callName(l, who)})
	}
	return out, nil
}

// caughtUp waits until everything that has been recorded so far is found, at
// most for a time, and reports whether it is.
func (f *finder) caughtUp(ctx context.Context, most time.Duration) bool {
	limit := time.NewTimer(most)
	defer limit.Stop()
	f.mu.Lock()
	asked := f.asked
	f.mu.Unlock()
	for {
		f.mu.Lock()
		done, moved := f.done >= asked, f.moved
		f.mu.Unlock()
		if done {
			return true
		}
		select {
		case <-moved:
		case <-limit.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
