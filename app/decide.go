package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/identity"
	"tallinn/identity/identityhttp"
	"tallinn/policy"
	"tallinn/record"
)

var (
	// ErrKey refuses a command that nobody has named.
	ErrKey = fault.New(fault.Invalid, "app.command_key",
		"a command needs a key of its own, 1 to {{.most}} characters, as the header Idempotency-Key or in the form; open the form again, or draw one at random")
	// ErrPolicy refuses what the policy does not let a seat do.
	ErrPolicy = fault.New(fault.Denied, "app.policy",
		"the policy does not let this seat do that; act from a seat whose part it is")
	// ErrDelegated refuses a deputy what was not delegated.
	ErrDelegated = fault.New(fault.Denied, "app.delegated",
		"that was not delegated to you for {{.seat}}; ask whoever sits there, or act from your own seat")
)

// maxKey bounds the name that a sender gives a command.
const maxKey = 200

// A command is what a person of a session asks for.
type command struct {
	key, op string
	args    any
	// may is asked of the policy when the rule has agreed; nil: nothing more
	// is asked.
	may func(b *Books) (policy.Action, class.Class)
}

// decide records what rule decides for the seat of the request, once for its
// key: a key belongs to the person who sends it, so that nobody meets
// another's. The rule runs under the record's lock.
//
// Errors: identity.ErrSession, identityhttp.ErrNoSeat, ErrKey, ErrPolicy; the
// rule's; those of record.Decide.
func (h room) decide(ctx context.Context, c command, rule func(*record.Tx, *Books) ([]fact.Body, error)) (record.Result, error) {
	a := h.acting(ctx)
	switch {
	case a.person == "":
		return record.Result{}, identity.ErrSession
	case !a.seat.Exists():
		return record.Result{}, identityhttp.ErrNoSeat
	case c.key == "" || len(c.key) > maxKey:
		return record.Result{}, ErrKey.With("most", maxKey)
	}
	args, err := json.Marshal(c.args, json.Deterministic(true))
	if err != nil {
		return record.Result{}, fmt.Errorf("app: encode the arguments of %s: %w", c.op, err)
	}
	books := h.state.realms[h.realm]
	return h.record.Decide(ctx, record.Command{ID: a.sender() + " " + c.key, Op: c.op, Args: sha256.Sum256(args),
		By: a.sender(), Seat: string(a.seat.ID), Realm: h.realm},
		func(tx *record.Tx) ([]fact.Body, error) {
			if err := stillSits(tx, books, a, h.today()); err != nil {
				return nil, err
			}
			facts, err := rule(tx, books)
			if err != nil || c.may == nil && a.deputy == nil {
				return facts, err
			}
			if c.may == nil {
				return nil, a.empowered("")
			}
			action, class := c.may(books)
			if !h.policy.May(a.principal(h.realm), action, class) {
				return nil, ErrPolicy
			}
			return facts, a.empowered(action)
		})
}

// stillSits makes the seat part of what the decision rests on: one that was
// given to somebody else, ended, or taken back from its deputy, between the request and the record decides
// nothing.
//
// Errors: identityhttp.ErrNoSeat; those of Tx.Read.
func stillSits(tx *record.Tx, b *Books, a actor, day string) error {
	streams := []string{string(a.seat.ID)}
	if a.deputy != nil {
		streams = append(streams, string(a.deputy.ID))
	}
	if err := tx.Read(streams...); err != nil {
		return err
	}
	_, deputy, ok := b.Seats.Acting(a.person, a.seat.ID, day)
	if !ok || (deputy == nil) != (a.deputy == nil) || deputy != nil && deputy.ID != a.deputy.ID {
		return identityhttp.ErrNoSeat
	}
	return nil
}

// gate lets a program through that has the token of a person's session.
func (h room) gate(token string) error {
	if token == "" {
		return identity.ErrNoToken
	}
	s, err := h.people.Bearer(context.Background(), token)
	if err == nil && s.Realm != h.realm || errors.Is(err, identity.ErrSession) {
		return identity.ErrSession
	}
	return err
}

// factsOf are the facts of a stream of this realm, in order of record.
func (h room) factsOf(ctx context.Context, stream string) ([]fact.Fact, error) {
	var out []fact.Fact
	for _, pos := range h.record.Stream(stream) {
		_, f, err := h.record.Fact(ctx, pos)
		if err != nil {
			return nil, err
		}
		if f.Realm == h.realm {
			out = append(out, f)
		}
	}
	return out, nil
}
