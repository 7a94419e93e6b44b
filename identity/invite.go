package identity

import (
	"context"
	"fmt"
)

// Invite makes a one-time sign-in link's token for a person, in place of every
// earlier one: of two printed sheets only the last works.
//
// Errors: those of Link.
func (p *People) Invite(ctx context.Context, person string) (string, error) {
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
