package app

import (
	"context"
	"errors"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/flow/flowhttp"
	"tallinn/aid/statement"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
)

// deeds decides on flows for whoever sends a request.
type deeds struct{ room }

// Do records a deed for the seat of the request, once for the sender's key.
func (d deeds) Do(ctx context.Context, key string, deed flowhttp.Deed) (flowhttp.Result, error) {
	by := d.acting(ctx).seat
	action := policy.Assert
	if deed.Act == flowhttp.Tie || deed.Act == flowhttp.Untie {
		action = policy.Tie
	}
	var about flow.ID
	res, err := d.decide(ctx, command{key: key, op: "flow." + string(deed.Act), args: deed,
		may: func(b *Books) (policy.Action, class.Class) {
			return action, class.Class{Realm: d.realm, Noun: "flow", Marking: tlp.Amber, Audience: b.sidesOf(deed)}
		}},
		func(tx *record.Tx, b *Books) ([]fact.Body, error) {
			s, err := b.by(tx, by.ID)
			if err != nil {
				return nil, err
			}
			out, err := b.deed(tx, d.realm, deed, s)
			for _, body := range out {
				about = flow.ID(body.Streams()[0])
			}
			return out, err
		})
	if errors.Is(err, record.ErrReused) {
		err = flowhttp.ErrReused
	}
	if err != nil {
		return flowhttp.Result{}, err
	}
	if about == "" && len(res.IDs) > 0 {
		about = flow.ID(res.IDs[0])
	}
	if about == "" {
		about = named1(deed)
	}
	return flowhttp.Result{Flow: about, Repeated: res.Repeated}, nil
}

// named1 is the flow that a deed names first; empty for one yet to be.
func named1(d flowhttp.Deed) flow.ID {
	switch d.Act {
	case flowhttp.Assert:
		return d.Asserted.Flow
	case flowhttp.Settle:
		return d.Settled.Flow
	case flowhttp.Tie, flowhttp.Untie:
		return d.Linked.Parent
	case flowhttp.Appraise:
		return d.Valued.Flow
	case flowhttp.Join:
		return d.Joined.Flow
	}
	return ""
}

// shelfOf is the book that a flow stands in: the public one, or that of flows
// which are not for everyone. One of these is missing to whoever has no part
// in it.
func (b *Books) shelfOf(id flow.ID, by seat.Seat) *flow.Book {
	if f, ok := b.Held.Get(id); ok && (f.SideOf(by.Holder) != "" || by.Role == seat.FrontOffice) {
		return b.Held
	}
	return b.Flows
}

// sidesOf are the parties of the flows that a deed is about.
func (b *Books) sidesOf(d flowhttp.Deed) string {
	flows := []flow.Flow{{Recorded: d.Recorded}}
	for _, id := range []flow.ID{named1(d), d.Linked.Child} {
		for _, book := range []*flow.Book{b.Flows, b.Held} {
			f, _ := book.Get(id)
			flows = append(flows, f)
		}
	}
	var out []string
	for _, f := range flows {
		for _, s := range flow.Sides {
			if id := f.Party(s); id != "" {
				out = append(out, string(id))
			}
		}
	}
	return class.Audience(out...)
}

// deed is the rule of one deed.
func (b *Books) deed(tx *record.Tx, realm fact.Realm, d flowhttp.Deed, by seat.Seat) ([]fact.Body, error) {
	streams := []string{string(named1(d)), string(d.Linked.Child), string(d.Joined.Into)}
	if err := tx.Read(named(streams...)...); err != nil {
		return nil, err
	}
	book, now := b.shelfOf(named1(d), by), tx.Now()
	f, _ := book.Get(named1(d))
	switch d.Act {
	case flowhttp.Announce:
		return b.announce(tx, realm, d, by)
	case flowhttp.Assert:
		out, err := f.Assert(d.Asserted, by, now)
		if err != nil || d.Asserted.Denied {
			return out, err
		}
		look, err := b.look(tx, book, d)
		if err != nil || look == nil {
			return out, err
		}
		d.Asserted.Look = look
		return f.Assert(d.Asserted, by, now)
	case flowhttp.Settle:
		return f.Settle(d.Settled, by, now)
	case flowhttp.Tie:
		return book.Tie(d.Linked, by, now)
	case flowhttp.Untie:
		return book.Untie(d.Linked.Parent, d.Linked.Child, d.Reason, by, now)
	case flowhttp.Appraise:
		return f.Appraise(d.Valued, by, now)
	case flowhttp.Join:
		return book.Join(d.Joined.Flow, d.Joined.Into, by, now)
	}
	return nil, flowhttp.ErrAct.With("act", firstOf(string(d.Act), 40))
}

// announce records a flow under an id that is drawn.
func (b *Books) announce(tx *record.Tx, realm fact.Realm, d flowhttp.Deed, by seat.Seat) ([]fact.Body, error) {
	// Two sides that announce the same at the same time read the same streams.
	if err := tx.Read(named("party/"+string(d.Recorded.Provider), "party/"+string(d.Recorded.Receiver))...); err != nil {
		return nil, err
	}
	for _, id := range []flow.Side{flow.Giver, flow.Taker, flow.Carrier} {
		who := (flow.Flow{Recorded: d.Recorded}).Party(id)
		if _, known := b.Parties.Get(who); !known && who != "" {
			return nil, flow.ErrParties
		}
	}
	id, err := tx.NewID("F")
	if err != nil {
		return nil, err
	}
	book := b.Flows
	if realm != fact.Exercise {
		book = b.Held
	}
	d.Recorded.Flow = flow.ID(id)
	out, err := book.Announce(flow.ID(id), realm, d.Recorded, d.Another, by, tx.Now())
	if err != nil {
		return nil, err
	}
	if said, word := out[0].(flow.Asserted); word { // about a flow that stands, by its reference
		d.Act, d.Asserted = flowhttp.Assert, said
		if err := tx.Read(string(said.Flow)); err != nil {
			return nil, err
		}
	}
	look, err := b.look(tx, book, d)
	if err != nil {
		return nil, err
	}
	d.Recorded.Look = look
	return book.Announce(flow.ID(id), realm, d.Recorded, d.Another, by, tx.Now())
}

// look asks for a second look at a doubtful amount, unless the reason was
// given; then it is kept, in words that lie beside the record.
//
// Errors: flow.ErrLook.
func (b *Books) look(tx *record.Tx, book *flow.Book, d flowhttp.Deed) (*flow.Look, error) {
	doubts := flowhttp.DoubtWords(b.doubts(book, d))
	if len(doubts) == 0 {
		return nil, nil
	}
	reason := strings.TrimSpace(d.Reason)
	if reason == "" {
		var words []string
		for _, w := range doubts {
			words = append(words, string(w))
		}
		return nil, flow.ErrLook.With("doubts", strings.Join(words, ", "))
	}
	ref, err := tx.Text(reason)
	if err != nil {
		return nil, err
	}
	return &flow.Look{Doubts: doubts, Reason: text.Ref(ref)}, nil
}

// doubts are those of the amount of a deed, against what its provider is known
// to have given.
func (b *Books) doubts(book *flow.Book, d flowhttp.Deed) []flow.Doubt {
	wanted := d.Recorded
	if d.Act == flowhttp.Assert {
		f, _ := book.Get(d.Asserted.Flow)
		wanted = f.Recorded
		if d.Asserted.Amount == f.Amount {
			return nil // what stands already was looked at when it was recorded
		}
		wanted.Amount, wanted.On = d.Asserted.Amount, d.Asserted.On
	}
	if wanted.Amount.IsZero() {
		return nil
	}
	return book.Doubts(wanted, func(a money.Amount, on fact.Date) (money.Exact, bool) {
		x, _, ok := b.Rates.Convert(a, money.EUR, on.First())
		return x, ok
	})
}

// Preview is what a word of the request's seat would change.
func (d deeds) Preview(ctx context.Context, deed flowhttp.Deed) (out []flowhttp.Change, doubts []flow.Doubt, err error) {
	by, now := d.acting(ctx).seat, d.cfg.Now()
	if !by.Exists() {
		return nil, nil, flowhttp.ErrNoSeat
	}
	d.View(d.realm, func(b *Books) {
		book := b.shelfOf(deed.Asserted.Flow, by)
		f, _ := book.Get(deed.Asserted.Flow)
		var bodies []fact.Body
		if bodies, err = f.Assert(deed.Asserted, by, now); err != nil {
			return
		}
		doubts = b.doubts(book, deed)
		if book != b.Flows {
			return // it is in no figure
		}
		in := statement.Input{Parties: b.Parties, Flows: b.Flows, Rates: b.Rates}
		q := statement.Query{AsOf: d.today()}
		before := statement.Compute(in, q)
		in.Flows = b.Flows.With(bodies...)
		after := statement.Compute(in, q)
		out = changed(before, after)
	})
	return out, doubts, err
}

// changed are the figures that differ.
func changed(before, after statement.Statement) (out []flowhttp.Change) {
	was := map[string]statement.Figure{}
	for _, f := range before.Figures() {
		was[f.Name] = f
	}
	for _, f := range after.Figures() {
		w := was[f.Name]
		delete(was, f.Name)
		if !f.Listed && (w.Value != f.Value || w.Found() != f.Found()) {
			out = append(out, flowhttp.Change{Name: f.Name, Before: w.Value, After: f.Value, Found: w.Found(), Finds: f.Found()})
		}
	}
	for _, f := range before.Figures() {
		if w, gone := was[f.Name]; gone && !w.Listed {
			out = append(out, flowhttp.Change{Name: f.Name, Before: w.Value, Found: w.Found()})
		}
	}
	return out
}
