package app

import (
	"context"

	"tallinn/fact"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
)

// An actor is who sends a request, and the seat that they act from. The zero
// actor is a visitor.
type actor struct {
	person string // opaque; empty: a visitor
	seat   seat.Seat
}

// acting is who sends a request of this realm. A session of the other realm
// is a visitor here, and so is a seat that somebody else sits on meanwhile.
// It must not be called inside View.
func (h room) acting(ctx context.Context) (a actor) {
	s, ok := identityhttp.SessionOf(ctx)
	if !ok || s.Realm != h.realm {
		return actor{}
	}
	a.person = s.ID
	h.View(h.realm, func(b *Books) {
		if held, ok := b.Seats.Get(seat.ID(s.Seat)); ok && held.Person == s.ID && held.Acts(h.today()) {
			a.seat = held
		}
	})
	return a
}

// principal is a as the policy sees it.
func (a actor) principal(realm fact.Realm) policy.Principal { return principalOf(a.seat, realm) }

// principalOf is a seat as the policy sees it; a visitor when there is none.
func principalOf(s seat.Seat, realm fact.Realm) policy.Principal {
	if !s.Exists() {
		return policy.Visitor
	}
	return policy.Principal{Seat: string(s.ID), Role: string(s.Role), Party: string(s.Holder), Body: string(s.Body), Realm: realm}
}
