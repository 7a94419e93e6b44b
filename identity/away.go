package identity

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"tallinn/fault"
)

// ErrAway says that the database of persons does not answer.
var ErrAway = fault.New(fault.Unavailable, "identity.away",
	"the hub cannot see at the moment who has signed in; nothing was changed: try again in a moment")

// away is err, as ErrAway when another try may go better: PostgreSQL was not
// reached, or is starting, stopping, full of sessions or a standby. What ended
// because the caller's own context did is the context's error. A database in
// the data folder is away only with its disk, and then the error says so.
func (d database) away(ctx context.Context, err error) error {
	var said *pgconn.PgError
	switch {
	case err == nil, !d.dollars, errors.Is(err, ErrAway), errors.Is(err, sql.ErrNoRows), errors.Is(err, sql.ErrTxDone):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case !errors.As(err, &said):
		return ErrAway.Because(err)
	}
	for _, class := range []string{"08", "25006", "40", "53", "55P03", "57"} {
		if strings.HasPrefix(said.Code, class) {
			return ErrAway.Because(err)
		}
	}
	return err
}

// A row is one of a query, whose error may say that the database is away.
type row struct {
	*sql.Row
	of  database
	ctx context.Context
}

// Scan reads the row.
func (r row) Scan(into ...any) error { return r.of.away(r.ctx, r.Row.Scan(into...)) }

// Commit ends the transaction. When the answer is lost nobody knows whether it
// was kept.
func (t transaction) Commit() error { return t.of.away(context.Background(), t.Tx.Commit()) }
