package app

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/seat"
	"tallinn/web"
)

// door is where persons sign in and seats are chosen.
func (h *Hub) door() *identityhttp.Handler {
	return &identityhttp.Handler{People: h.people, Log: h.cfg.Log, Seats: h.seatsOf, Headings: h.headings}
}

// today is the day in Kyiv.
func (h *Hub) today() string { return h.cfg.Now().In(web.Kyiv).Format(time.DateOnly) }

// seatsOf lists the seats that person holds today, in words.
func (h *Hub) seatsOf(l web.Lang, realm fact.Realm, person string) (out []identityhttp.Seat) {
	h.View(realm, func(b *Books) {
		for _, s := range b.Seats.ByPerson(person, h.today()) {
			holder := string(s.Holder)
			if p, ok := b.Parties.Get(s.Holder); ok {
				holder = p.NameIn(string(l))
			}
			out = append(out, identityhttp.Seat{ID: string(s.ID), Words: web.T(l, "seat.words",
				"role", web.T(l, "seat.role."+string(s.Role)), "holder", holder)})
		}
	})
	return out
}

// headings are what a seat may open: its own first, and what is public.
func (h *Hub) headings(realm fact.Realm, id string) []web.Heading {
	var role seat.Role
	h.View(realm, func(b *Books) {
		if s, ok := b.Seats.Get(seat.ID(id)); ok {
			role = s.Role
		}
	})
	if role == "" {
		return slices.Clone(web.Public)
	}
	return slices.Clone(web.Public)
}
