package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Between two tries to listen.
const listenPause = 500 * time.Millisecond

// Watch calls changed after another program has appended, and whenever it
// may have missed that, until ctx ends. The database tells it (NOTIFY).
func (s *Store) Watch(ctx context.Context, changed func()) {
	for ctx.Err() == nil {
		_ = s.hear(ctx, changed) // whoever follows also polls, and says when the database is away
		select {
		case <-ctx.Done():
		case <-time.After(listenPause):
		}
	}
}

func (s *Store) hear(ctx context.Context, changed func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.listen.Copy())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `LISTEN `+s.schema); err != nil {
		return err
	}
	for {
		changed() // what came before we listened, and then each time
		for {
			n, err := conn.WaitForNotification(ctx)
			if err != nil {
				return err
			}
			if n.Payload != s.name {
				break
			}
		}
	}
}
