package app

import (
	"context"
	"slices"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/recovery"
	"tallinn/mechanism/recovery/recoveryhttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/tlp"
)

// recoveries are the page and the API by which two persons let a third in
// again.
func (h room) recoveries() *recoveryhttp.Handler {
	return &recoveryhttp.Handler{Gate: h.gate, Log: h.cfg.Log, Decide: h.decideRecovery,
		Seat: func(ctx context.Context) seat.Seat { return h.acting(ctx).seat },
		Waiting: func(ctx context.Context) (out []recovery.Recovery) {
			a := h.acting(ctx)
			h.View(h.realm, func(b *Books) { out = b.recoveriesOf(a, h) })
			return out
		}}
}

// recoveriesOf are those that wait and that a may decide on.
func (b *Books) recoveriesOf(a actor, h room) []recovery.Recovery {
	now := h.cfg.Now()
	return slices.DeleteFunc(b.Recoveries.Waiting(now), func(r recovery.Recovery) bool {
		of, _ := b.Seats.Get(r.Of)
		return recovery.May(of, a.seat, a.person, now) != nil
	})
}

func (h room) decideRecovery(ctx context.Context, key string, id seat.ID, confirm bool) (link string, repeated bool, err error) {
	a, op := h.acting(ctx), "recovery.ask"
	for _, everybodys := range h.exercise {
		if everybodys == id {
			return "", false, identityhttp.ErrGuest
		}
	}
	if confirm {
		op = "recovery.confirm"
	}
	person := ""
	res, err := h.decide(ctx, command{key: key, op: op, args: id, may: func(b *Books) (policy.Action, class.Class) {
		of, _ := b.Seats.Get(id)
		return policy.Recover, class.Class{Realm: h.realm, Noun: "person", Marking: tlp.Amber, Owner: string(of.Holder)}
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		by, err := b.by(tx, a.seat.ID)
		if err != nil {
			return nil, err
		}
		of, _ := b.Seats.Get(id)
		if err := tx.Read(named(string(id), of.Person)...); err != nil {
			return nil, err
		}
		person = of.Person
		r := b.Recoveries.Get(of.Person)
		if confirm {
			return r.Confirm(of, by, a.person, tx.Now())
		}
		return r.Ask(of, by, a.person, tx.Now())
	})
	if err != nil || !confirm || res.Repeated {
		return "", res.Repeated, err
	}
	link, err = h.people.LetIn(ctx, person)
	return link, false, err
}
