package app

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"tallinn/aid/flow"
	"tallinn/aid/offer"
	"tallinn/demo/exercise"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/record"
)

// byExercise is who stands behind what no invented person decides.
const byExercise = "machine/exercise"

// A play is the exercise being recorded: each step of its data by the rule
// that decides on the same thing for everyone. Commands have fixed ids, so
// that a second start records nothing. What does not lean on one another runs
// at the same time and shares transactions.
type play struct {
	*Hub
	books *Books

	mu     sync.Mutex
	seats  map[string]seat.Seat // by key
	offers map[string]offer.ID  // by key
}

// workers is how many chains of decisions run at the same time; most of their
// time they wait for a transaction.
const workers = 64

// LoadExercise records the exercise: parties, procedure, seats and persons,
// offers and needs. What is on record already is left as it is.
//
// Errors: those of the rules, of the record and of the people.
func (h *Hub) LoadExercise(ctx context.Context) error {
	p := &play{Hub: h, books: h.state.realms[fact.Exercise],
		seats: map[string]seat.Seat{}, offers: map[string]offer.ID{}}
	if err := each(ctx, exercise.Parties, p.register); err != nil {
		return err
	}
	if err := p.adopt(ctx); err != nil {
		return err
	}
	if err := each(ctx, exercise.Seats, p.seat); err != nil {
		return err
	}
	h.exercise = p.ids()
	if err := each(ctx, exercise.Publications, p.publish); err != nil {
		return err
	}
	if err := each(ctx, exercise.Offers, p.offer); err != nil {
		return err
	}
	return each(ctx, exercise.Needs(), p.need)
}

// ids are the seats by the keys of their data.
func (p *play) ids() map[string]seat.ID {
	out := map[string]seat.ID{}
	for key, s := range p.seats {
		out[key] = s.ID
	}
	return out
}

// each runs do for every item, several at a time.
func each[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for _, item := range items {
		g.Go(func() error { return do(ctx, item) })
	}
	return g.Wait()
}

// decide records one step in the realm of the exercise, and in no other.
func (p *play) decide(ctx context.Context, key, op string, by seat.Seat, rule record.Rule) (record.Result, error) {
	cmd := record.Command{ID: "exercise/" + key, Op: op, Args: sha256.Sum256([]byte(key)),
		By: by.Person, Seat: string(by.ID), Realm: fact.Exercise}
	if cmd.By == "" {
		cmd.By = byExercise
	}
	return p.record.Decide(ctx, cmd, rule)
}

// cited is where an invented fact comes from.
func cited(row string) fact.Source {
	return fact.Source{Cite: "Exercise: invented", File: "exercise", Row: row}
}

func (p *play) register(ctx context.Context, x exercise.Party) error {
	_, err := p.decide(ctx, "party/"+x.ID, "party.register", seat.Seat{}, func(*record.Tx) ([]fact.Body, error) {
		known, _ := p.books.Parties.Get(party.ID(x.ID))
		facts, err := party.Register(known, party.Registered{Party: party.ID(x.ID), Type: party.Type(x.Type),
			Name: x.Name.En, NameUk: x.Name.Uk, Country: x.Country, Source: cited("party " + x.ID)})
		if err != nil || x.Role == "" {
			return facts, err
		}
		return append(facts, party.Joined{Party: party.ID(x.ID), Role: party.Role(x.Role), On: "2025-01-15",
			Precision: party.JoinedOn, Source: cited("member " + x.ID)}), nil
	})
	return err
}

// publish records a flow that a public source of the exercise told of.
func (p *play) publish(ctx context.Context, x exercise.Published) error {
	_, err := p.decide(ctx, "flow/"+x.Key, "flow.record", seat.Seat{}, func(tx *record.Tx) ([]fact.Body, error) {
		id, err := tx.NewID("F")
		if err != nil {
			return nil, err
		}
		on := fact.Day(tx.Now().AddDate(0, 0, -x.DaysAgo))
		return flow.Record(flow.Flow{}, flow.Recorded{Flow: flow.ID(id), Provider: party.ID(x.Provider), Receiver: party.ID(x.Receiver),
			Amount: *euros(x.Euros), Status: flow.Status(x.Status), Basis: flow.Published, Scope: flow.Mechanism,
			Line: capability.Line(x.Line), On: on, Said: &flow.Said{Reporter: x.Reporter, Provider: x.Provider, Receiver: x.Receiver,
				Status: x.Status, Source: cited("flow " + x.Key)}})
	})
	return err
}

func (p *play) adopt(ctx context.Context) error {
	_, err := p.decide(ctx, "procedure/1", "procedure.adopt", seat.Seat{}, func(tx *record.Tx) ([]fact.Body, error) {
		wanted := procedure.Default()
		wanted.Exercise = true
		wanted.From = fact.Day(tx.Now().AddDate(0, -1, 0))
		for i := range wanted.Stages {
			wanted.Stages[i].Body = party.ID(exercise.Bodies[wanted.Stages[i].ID])
		}
		return procedure.Adopt(p.books.Procedures, wanted)
	})
	return err
}

// seat opens a seat and sits its person there.
func (p *play) seat(ctx context.Context, x exercise.Seat) error {
	res, err := p.decide(ctx, "seat/"+x.Key, "seat.open", seat.Seat{}, func(tx *record.Tx) ([]fact.Body, error) {
		id, err := tx.NewID("R")
		if err != nil {
			return nil, err
		}
		holder, _ := p.books.Parties.Get(party.ID(x.Holder))
		return seat.Open(seat.Seat{}, holder, seat.Opened{Seat: seat.ID(id), Role: seat.Role(x.Role),
			Holder: party.ID(x.Holder), Body: party.ID(x.Body), From: fact.Day(tx.Now().AddDate(0, -1, 0))})
	})
	if err != nil {
		return err
	}
	id := seat.ID(res.IDs[0])
	if err := p.sit(ctx, x, id); err != nil {
		return err
	}
	p.View(fact.Exercise, func(b *Books) {
		s, _ := b.Seats.Get(id)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.seats[x.Key] = s
	})
	return nil
}

func (p *play) sit(ctx context.Context, x exercise.Seat, id seat.ID) error {
	taken := false
	p.View(fact.Exercise, func(b *Books) {
		s, _ := b.Seats.Get(id)
		taken = s.Person != ""
	})
	if taken {
		return nil
	}
	person, err := p.people.Add(ctx, x.Person.En, fact.Exercise)
	if err != nil {
		return err
	}
	_, err = p.decide(ctx, "seat/"+x.Key+"/assign", "seat.assign", seat.Seat{}, func(tx *record.Tx) ([]fact.Body, error) {
		if err := tx.Read(string(id)); err != nil {
			return nil, err
		}
		s, _ := p.books.Seats.Get(id)
		day := string(fact.Day(tx.Now()))
		return s.Assign(person, day, p.books.Seats.ByPerson(person, day))
	})
	return err
}

// offer opens an offer, and closes it again where the data says so.
func (p *play) offer(ctx context.Context, x exercise.Offer) error {
	by, now := p.seats[x.Seat], p.cfg.Now()
	wanted := offer.Opened{Form: offer.Form(x.Form), Amount: euros(x.Euros), Quantity: x.Quantity, What: x.What,
		Unit: unitOf(x.What), Origin: x.Origin, Until: fact.Day(now.AddDate(0, 0, x.Days)), LeadDays: x.LeadDays,
		Least: euros(x.Least), Most: euros(x.Most), Earmark: offer.Earmark{Sectors: slices.Clone(x.Sectors)}}
	if wanted.Months = x.Months; x.Role != "" {
		wanted.Expert = &offer.Expert{Role: x.Role, Languages: slices.Clone(x.Speaks), Clearance: x.Cleared}
	}
	if x.Each > 0 {
		wanted.Standing = &offer.Standing{Amount: euros(x.Each)}
	}
	for _, l := range x.Lines {
		wanted.Earmark.Lines = append(wanted.Earmark.Lines, capability.Line(l))
	}
	res, err := p.decide(ctx, "offer/"+x.Key, "offer.open", by, p.books.openOffer(by.ID, wanted, ""))
	if err != nil {
		return err
	}
	id := offer.ID(res.IDs[0])
	p.mu.Lock()
	p.offers[x.Key] = id
	p.mu.Unlock()
	if x.Closed == "" {
		return nil
	}
	_, err = p.decide(ctx, "offer/"+x.Key+"/close", "offer.close", by, p.books.closeOffer(by.ID, id, offer.ClosedWhy(x.Closed)))
	return err
}

// euros is an amount; nil when it is none.
func euros(n int64) *money.Amount {
	a, err := money.FromMinor(n*100, "EUR")
	if err != nil || a.IsZero() {
		return nil
	}
	return &a
}
