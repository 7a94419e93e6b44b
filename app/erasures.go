package app

import (
	"context"
	"errors"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/erasure"
	"tallinn/mechanism/erasure/erasurehttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/tlp"
)

// erasures are the page and the API by which two persons erase a third.
func (h room) erasures() *erasurehttp.Handler {
	return &erasurehttp.Handler{Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log, Decide: h.decideErasure,
		Seat: func(ctx context.Context) seat.Seat { return h.acting(ctx).seat },
		View: func(fn func(*erasure.Book)) { h.View(h.realm, func(b *Books) { fn(b.Erasures) }) }}
}

func (h room) decideErasure(ctx context.Context, key, person string, confirm bool) (bool, error) {
	a, op := h.acting(ctx), "erasure.ask"
	if confirm {
		op = "erasure.confirm"
	}
	found, err := h.people.Person(ctx, person)
	unknown := errors.Is(err, identity.ErrSession) || err == nil && found.Realm != h.realm
	if err != nil && !unknown {
		return false, err
	}
	res, err := h.decide(ctx, command{key: key, op: op, args: person, may: func(*Books) (policy.Action, class.Class) {
		return policy.Erase, class.Class{Realm: h.realm, Noun: "person", Marking: tlp.AmberStrict}
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		by, err := b.by(tx, a.seat.ID)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(named(person)...); err != nil {
			return nil, err
		}
		e := b.Erasures.Get(person)
		decide := e.Ask
		if confirm {
			decide = e.Confirm
		}
		facts, err := decide(person, by, a.person, tx.Now())
		if err == nil && unknown {
			err = erasure.ErrPerson
		}
		return facts, err
	})
	if err != nil {
		return false, err
	}
	if confirm { // now, and not only when the subscriber comes to it
		err = h.people.Erase(ctx, person)
	}
	return res.Repeated, err
}

// erase destroys the key of whom two persons have erased. It is told at least
// once, and a second time does nothing more.
func (h *Hub) erase(ctx context.Context, f fact.Fact) error {
	b, ok := f.Body.(erasure.Confirmed)
	if !ok {
		return nil
	}
	err := h.people.Erase(ctx, b.Person)
	if errors.Is(err, identity.ErrSession) {
		return nil // kept elsewhere, or a restored folder that never knew them
	}
	return err
}
