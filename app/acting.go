package app

import (
	"cmp"
	"context"

	"tallinn/fact"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
)

// An actor is who sends a request, and the seat that they act from. The zero
// actor is a visitor.
type actor struct {
	person  string // opaque; empty: a visitor
	machine string // that acts for the person; empty: the person does
	seat    seat.Seat
	deputy  *seat.Seat // the person's own, when they act from seat as its deputy
}

// acting is who sends a request of this realm. A session of the other realm
// is a visitor here, and so is a seat that somebody else sits on meanwhile and
// that the person does not act for.
// It must not be called inside View.
func (h room) acting(ctx context.Context) (a actor) {
	s, ok := identityhttp.SessionOf(ctx)
	if !ok || s.Realm != h.realm {
		return actor{}
	}
	a.person = s.ID
	if s.Machine != nil {
		a.machine = s.Machine.ID
	}
	h.View(h.realm, func(b *Books) {
		a.seat, a.deputy, _ = b.Seats.Acting(s.ID, seat.ID(s.Seat), h.today())
	})
	return a
}

// sender is who a decision is recorded by: the person, or the machine that
// acts for them.
func (a actor) sender() string { return cmp.Or(a.machine, a.person) }

// powers are what a deputy needs for what the policy calls an act. What is not
// listed is nobody's but who sits there.
var powers = map[policy.Action]seat.Power{policy.Vote: seat.Votes, policy.Submit: seat.Asks, policy.Withdraw: seat.Asks, policy.Take: seat.Votes, policy.Detail: seat.Asks,
	policy.Roster: seat.Votes, policy.Reopen: seat.Votes, policy.Relate: seat.Asks,
	policy.Answer: seat.Answers, policy.CallOff: seat.Answers, policy.Offer: seat.Gives, policy.Reserve: seat.Gives, policy.Commit: seat.Gives}

// empowered is why a deputy may not do what the policy calls action, or nil.
//
// Errors: ErrDelegated.
func (a actor) empowered(action policy.Action) error {
	if power, ok := powers[action]; a.deputy == nil || ok && a.seat.May(power) {
		return nil
	}
	return ErrDelegated.With("seat", a.seat.ID)
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
