package sqlite

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"sync/atomic"
)

// checkpointEvery is how many bytes of facts are appended between two
// checkpoints.
const checkpointEvery = 2 << 20

// A checkpointer copies the journal into the database beside the writer, in a
// goroutine of its own: left to SQLite, every fiftieth commit or so would do
// it and keep all who decide waiting. It copies only what it can without
// holding up anybody; when the journal nevertheless grows past the limit that
// connect sets, a commit does copy the little that is left and begins a new
// journal.
type checkpointer struct {
	due   chan struct{}
	quit  chan struct{}
	done  chan struct{}
	once  sync.Once
	bytes atomic.Int64 // since the last one
}

func startCheckpointer(db *sql.DB) *checkpointer {
	c := &checkpointer{due: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go c.run(db)
	return c
}

func (c *checkpointer) run(db *sql.DB) {
	defer close(c.done)
	for {
		select {
		case <-c.quit:
			return
		case <-c.due:
		}
		// Nothing is lost when it fails: the journal is part of the database.
		if _, err := db.ExecContext(context.Background(), `PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
			slog.Warn("checkpoint failed", "error", err)
		}
	}
}

// appended notes that n bytes were committed.
func (c *checkpointer) appended(n int) {
	if c.bytes.Add(int64(n)) < checkpointEvery {
		return
	}
	c.bytes.Store(0)
	select {
	case c.due <- struct{}{}:
	default:
	}
}

func (c *checkpointer) stop() {
	c.once.Do(func() { close(c.quit) })
	<-c.done
}
