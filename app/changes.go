package app

import (
	"context"
	"sync"

	"tallinn/fact"
)

// changes tells open pages that something was recorded. A page that is slow
// is told once for all that it has missed; nobody is waited for.
type changes struct {
	mu    sync.Mutex
	pages map[chan fact.Pos]fact.Realm
	over  bool
}

// tell passes a recorded fact on; it listens to the record.
func (c *changes) tell(_ context.Context, f fact.Fact) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for page, realm := range c.pages {
		if realm != f.Realm {
			continue
		}
		select {
		case page <- f.Pos:
		default: // told already that something has changed, and not yet looked
		}
	}
	return nil
}

// follow tells of facts of realm until ctx ends or the hub stops; then the
// channel is closed.
func (c *changes) follow(ctx context.Context, realm fact.Realm) <-chan fact.Pos {
	page := make(chan fact.Pos, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		close(page)
		return page
	}
	if c.pages == nil {
		c.pages = map[chan fact.Pos]fact.Realm{}
	}
	c.pages[page] = realm
	context.AfterFunc(ctx, func() { c.leave(page) })
	return page
}

func (c *changes) leave(page chan fact.Pos) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, here := c.pages[page]; here {
		delete(c.pages, page)
		close(page)
	}
}

// end lets every page go, so that a server that stops need not wait for them.
func (c *changes) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for page := range c.pages {
		delete(c.pages, page)
		close(page)
	}
}
