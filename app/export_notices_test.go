package app

import (
	"context"

	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/seat"
	"tallinn/record"
)

// People are the persons of the hub.
func (h *Hub) People() *identity.People { return h.people }

// Tell tells people what waits until ctx ends, as Run does.
func (h *Hub) Tell(ctx context.Context) { h.notices.run(ctx) }

// Sweep looks through the desks now, as it does by itself after a while.
func (h *Hub) Sweep() { wake(h.notices.dirty) }

// Deputy adds a person of the exercise who sits beside whoever sits on s, and
// deputises for them until a day; s is on duty for as long as duty lasts.
func (h *Hub) Deputy(ctx context.Context, name string, s seat.Seat, duty seat.DutyGiven, until fact.Date) (person string, err error) {
	if person, err = h.people.Add(ctx, name, fact.Exercise); err != nil {
		return "", err
	}
	cmd := first("test", person)
	cmd.Realm = fact.Exercise
	_, err = h.record.Decide(ctx, cmd, func(tx *record.Tx) ([]fact.Body, error) {
		id, err := tx.NewID("R")
		own := seat.ID(id)
		return []fact.Body{seat.Opened{Seat: own, Role: seat.Officer, Holder: s.Holder, From: "2020-01-01"},
			seat.Assigned{Seat: own, Person: person}, seat.Delegated{Seat: s.ID, To: own, Powers: seat.PowersOf(s.Role), Until: until}, duty}, err
	})
	return person, err
}
