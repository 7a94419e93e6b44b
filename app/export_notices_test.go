package app

import (
	"context"

	"tallinn/identity"
)

// People are the persons of the hub.
func (h *Hub) People() *identity.People { return h.people }

// Tell tells people what waits until ctx ends, as Run does.
func (h *Hub) Tell(ctx context.Context) { h.notices.run(ctx) }
