package identity

import (
	"context"
	"fmt"

	"tallinn/fault"
)

// ErrHasWay refuses to print a way in for who has one: whoever prints it could
// be that person from then on, and take their own ways in away.
var ErrHasWay = fault.New(fault.Conflict, "identity.has_way",
	"this person has come in already and has a way of their own; when it is lost, two persons let them in again, at /recoveries")

// Invite makes a one-time sign-in link's token for a person who has no way in
// of their own yet, in place of every earlier one: of two printed sheets only
// the last works.
//
// Errors: ErrHasWay; those of Link.
func (p *People) Invite(ctx context.Context, person string) (string, error) {
	own, err := p.ownWays(ctx, person)
	if err != nil {
		return "", err
	}
	linked, err := p.Identities(ctx, person)
	if err != nil {
		return "", err
	}
	if own > 0 || len(linked) > 0 {
		return "", ErrHasWay
	}
	if err := p.Uninvite(ctx, person); err != nil {
		return "", err
	}
	return p.Link(ctx, person)
}

// Uninvite takes back the links of a person that nobody has used. It is no
// error when there are none.
//
// Errors: those of the database.
func (p *People) Uninvite(ctx context.Context, person string) error {
	if _, err := p.db.ExecContext(ctx, `DELETE FROM links WHERE person = ?`, person); err != nil {
		return fmt.Errorf("identity: take back links: %w", err)
	}
	return nil
}
