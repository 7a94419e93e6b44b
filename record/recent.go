package record

import (
	"context"
	"sync"

	"tallinn/text"
)

// recentBytes bounds the ciphertext that is kept at hand.
const recentBytes = 16 << 20

// A recent holds texts that were read lately, as the store keeps them: sealed.
// A list opens a hundred titles for each reader, and the store would be asked
// for each. What is erased stays erased, for the key is asked every time.
//
// It is two generations: when the young one is full it becomes the old one,
// and what nobody asked for meanwhile is let go. The zero recent is empty.
type recent struct {
	mu         sync.Mutex
	young, old map[string]text.Sealed // by ID
	bytes      int                    // of young
}

func (c *recent) get(id string) (text.Sealed, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.young[id]
	if !ok {
		if t, ok = c.old[id]; ok {
			c.keep(t)
		}
	}
	return t, ok
}

func (c *recent) put(t text.Sealed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(t)
}

func (c *recent) keep(t text.Sealed) {
	if c.bytes > recentBytes/2 {
		c.young, c.old, c.bytes = nil, c.young, 0
	}
	if c.young == nil {
		c.young = map[string]text.Sealed{}
	}
	if _, ok := c.young[t.Ref.ID]; !ok {
		c.bytes += len(t.Ref.ID) + len(t.Ref.Commit) + len(t.Key) + len(t.Box) + 200
	}
	c.young[t.Ref.ID] = t
}

// sealed reads a text as the store keeps it. One in clear waits to be sealed
// and is not kept at hand.
func (r *Record) sealed(ctx context.Context, id string) (text.Sealed, bool, error) {
	if t, ok := r.recent.get(id); ok {
		return t, true, nil
	}
	t, ok, err := r.Store.Text(ctx, id)
	if ok && err == nil && !t.Clear() {
		r.recent.put(t)
	}
	return t, ok, err
}
