package app

import (
	"context"
	"errors"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/tlp"
	"tallinn/web"
)

// seats is the door of seats: who holds and who sits, and the acts by which
// they are given, delegated and ended.
func (h room) seats() *seathttp.Handler {
	return &seathttp.Handler{Now: h.cfg.Now, Log: h.cfg.Log, Origin: h.cfg.Origin, Gate: h.gate,
		View: func(fn func(seathttp.Books)) {
			h.View(h.realm, func(b *Books) { fn(b.ofSeats()) })
		},
		Reader: func(ctx context.Context) func(s seat.Seat, p seathttp.Part) bool {
			who := h.acting(ctx).principal(h.realm)
			return func(s seat.Seat, p seathttp.Part) bool {
				return h.policy.May(who, policy.Read, seatClass(h.realm, s, p))
			}
		},
		Acting: func(ctx context.Context) seathttp.Acting {
			a := h.acting(ctx)
			return seathttp.Acting{Person: a.person, Seat: a.seat, Deputy: a.deputy != nil,
				Gives: h.policy.May(a.principal(h.realm), policy.Give, class.Class{Realm: h.realm, Noun: "seat", Marking: tlp.Green})}
		},
		Decide: h.decideSeat, People: persons{h},
		Facts: func(ctx context.Context, id seat.ID) ([]fact.Fact, error) { return h.factsOf(ctx, string(id)) }}
}

func (b *Books) ofSeats() seathttp.Books {
	out := seathttp.Books{Parties: b.Parties, Seats: b.Seats}
	for _, p := range b.Procedures.All() {
		for _, s := range p.Stages {
			out.Bodies = append(out.Bodies, s.Body)
		}
	}
	return out
}

var seatMarkings = map[seathttp.Part]tlp.Marking{seathttp.Term: tlp.Green, seathttp.Sitting: tlp.Amber}

func seatClass(realm fact.Realm, s seat.Seat, p seathttp.Part) class.Class {
	return class.Class{Realm: realm, Noun: "seat", Part: string(p), Marking: seatMarkings[p], Owner: string(s.Holder)}
}

// seatActs are what the policy calls the commands on seats.
var seatActs = map[string]policy.Action{"seat.delegate": policy.Delegate, "seat.undelegate": policy.Delegate,
	"seat.open": policy.Give, "seat.assign": policy.Give, "seat.end": policy.Give, "seat.duty": policy.Roster, "party.admit": policy.Give}

func (h room) decideSeat(ctx context.Context, c seathttp.Command, rule func(seathttp.Tx, seathttp.Books) ([]fact.Body, error)) (seathttp.Result, error) {
	res, err := h.decide(ctx, command{key: c.ID, op: c.Op, args: c.Args, may: func(b *Books) (policy.Action, class.Class) {
		s, _ := b.Seats.Get(c.Seat)
		return seatActs[c.Op], seatClass(h.realm, s, seathttp.Sitting)
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) { return rule(tx, b.ofSeats()) })
	if errors.Is(err, record.ErrReused) {
		err = seathttp.ErrUsed
	}
	return seathttp.Result{IDs: res.IDs, Repeated: res.Repeated}, err
}

// persons are the people of one realm, as seats know them.
type persons struct{ room }

func (p persons) Enter(ctx context.Context, name string) (string, error) {
	return p.people.Add(ctx, name, p.realm)
}

func (p persons) Drop(ctx context.Context, id string) error { return p.people.Erase(ctx, id) }

func (p persons) Name(ctx context.Context, l web.Lang, id string) (string, error) {
	who, err := p.people.Person(ctx, id)
	if errors.Is(err, identity.ErrSession) {
		return "", nil // of a record that came without its persons
	}
	return p.callName(l, who), err
}

func (p persons) Invite(ctx context.Context, person string) (string, time.Time, error) {
	token, err := p.people.Invite(ctx, person)
	return token, p.cfg.Now().Add(identity.LinkTime), err
}

func (p persons) Uninvite(ctx context.Context, person string) error {
	return p.people.Uninvite(ctx, person)
}

// seesParty says which parties a request may see: those that are public, and
// to those who act from a seat those that are for the community.
func (h room) seesParty(ctx context.Context) func(party.Party) bool {
	who := h.acting(ctx).principal(h.realm)
	return func(p party.Party) bool {
		return h.policy.May(who, policy.Read, class.Class{Realm: h.realm, Noun: "party", Marking: p.Marking, Owner: string(p.Registered.Party)})
	}
}

// partyFact reads a fact of a party for whoever may see the party.
func (h room) partyFact(ctx context.Context, pos fact.Pos) (fact.Fact, error) {
	_, f, err := h.record.Fact(ctx, pos)
	if err == nil && (f.Realm != h.realm || !h.policy.May(h.acting(ctx).principal(h.realm), policy.Read,
		class.Class{Realm: f.Realm, Noun: "fact", Marking: f.Marking})) {
		err = record.ErrNoFact.With("pos", pos)
	}
	return f, err
}

// locked reports whether the person of a request can come in again by a way of
// their own. Whom every visitor may be is not asked.
func (h room) locked(ctx context.Context) (bool, error) {
	s, ok := identityhttp.SessionOf(ctx)
	if !ok || s.Guest {
		return true, nil
	}
	keys, err := h.people.Passkeys(ctx, s.ID)
	if err != nil || len(keys) > 0 {
		return true, err
	}
	made, err := h.people.Sheet(ctx, s.ID)
	return !made.IsZero(), err
}
