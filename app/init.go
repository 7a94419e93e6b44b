package app

import (
	"context"
	"crypto/sha256"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/record"
)

// ErrInitialised refuses a second first administrator.
var ErrInitialised = fault.New(fault.Conflict, "app.initialised",
	"this hub has an administrator already; ask them for a seat, or recover their way in with their recovery sheet")

// A First is the first administrator of a hub, and the institution that runs
// it.
type First struct {
	Person      string // their name, which stands in no fact
	Institution party.ID
	Name        string // of the institution, in English
	NameUk      string // and in Ukrainian; may be empty
	Country     string // ISO 3166; may be empty
}

// byInit is who stands behind the first decisions, before anybody can act.
const byInit = "machine/init"

// Init makes the first administrator of the real realm: registers the
// institution if it is not a party yet, opens its administrator's seat, sits
// the person there, and returns the token of a link that signs them in once.
// What was begun before a crash is gone on with.
//
// Errors: ErrInitialised; those of party.Register, seat.Open and seat.Assign,
// of the record and of the people.
func (h *Hub) Init(ctx context.Context, f First) (link string, err error) {
	books := h.state.realms[fact.Real]
	var opened seat.Seat
	h.View(fact.Real, func(b *Books) {
		for _, s := range b.Seats.ByRole(seat.Administrator, h.today()) {
			opened = s
		}
	})
	if opened.Person != "" {
		return "", ErrInitialised
	}
	if opened.ID == "" {
		if opened, err = h.openFirst(ctx, books, f); err != nil {
			return "", err
		}
	}
	person, err := h.people.Add(ctx, f.Person, fact.Real)
	if err != nil {
		return "", err
	}
	_, err = h.record.Decide(ctx, first("seat.assign", string(opened.ID)), func(tx *record.Tx) ([]fact.Body, error) {
		if err := tx.Read(string(opened.ID)); err != nil {
			return nil, err
		}
		s, _ := books.Seats.Get(opened.ID)
		if s.Person != "" {
			return nil, ErrInitialised // another was quicker
		}
		day := string(fact.Day(tx.Now()))
		return s.Assign(person, day, books.Seats.ByPerson(person, day))
	})
	if err != nil {
		return "", err
	}
	return h.people.Link(ctx, person)
}

// openFirst registers the institution and opens its administrator's seat.
func (h *Hub) openFirst(ctx context.Context, books *Books, f First) (s seat.Seat, err error) {
	res, err := h.record.Decide(ctx, first("seat.open", string(f.Institution)), func(tx *record.Tx) ([]fact.Body, error) {
		if err := tx.Read(f.Institution.Stream()); err != nil {
			return nil, err
		}
		holder, known := books.Parties.Get(f.Institution)
		var facts []fact.Body
		if !known {
			wanted := party.Registered{Party: f.Institution, Type: party.Organisation, Name: f.Name, NameUk: f.NameUk,
				Country: f.Country, Source: fact.Source{Cite: "tallinn init", File: "init", Row: string(f.Institution)}}
			if facts, err = party.Register(holder, wanted); err != nil {
				return nil, err
			}
			holder.Registered = wanted
		}
		id, err := tx.NewID("R")
		if err != nil {
			return nil, err
		}
		opening, err := seat.Open(seat.Seat{}, holder, seat.Opened{Seat: seat.ID(id), Role: seat.Administrator,
			Holder: f.Institution, From: fact.Day(tx.Now())})
		return append(facts, opening...), err
	})
	if err != nil {
		return s, err
	}
	h.View(fact.Real, func(b *Books) { s, _ = b.Seats.Get(seat.ID(res.IDs[0])) })
	return s, nil
}

func first(op, what string) record.Command {
	return record.Command{ID: "init/" + op + "/" + what, Op: op, Args: sha256.Sum256([]byte(what)), By: byInit, Realm: fact.Real}
}
