package app

import (
	"context"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/identity"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
)

// door is where persons sign in and seats are chosen.
func (h *Hub) door() *identityhttp.Handler {
	d := &identityhttp.Handler{People: h.people, Log: h.cfg.Log, Now: h.cfg.Now, Gate: h.personGate,
		Origin: h.cfg.Origin, Secure: h.secure(), Seats: h.seatsOf, Headings: h.headings, Name: h.callName, Providers: h.providers}
	if h.demo {
		d.Invented, d.Sits = h.invented, h.sits
	}
	return d
}

// personGate lets a program through that has the token of a person's session,
// of either realm: what it is about is the person's own.
func (h *Hub) personGate(token string) error {
	if token == "" {
		return identity.ErrNoToken
	}
	_, err := h.people.Bearer(context.Background(), token)
	return err
}

// forgetting is how often what has expired of persons' ways in is removed.
const forgetting = time.Hour

// forgets removes what has expired until ctx ends. That it fails harms nobody:
// what has expired opens nothing.
func (h *Hub) forgets(ctx context.Context) {
	for {
		if err := h.people.Sweep(ctx); err != nil && ctx.Err() == nil {
			h.cfg.Log.WarnContext(ctx, "what has expired of persons was not removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(forgetting):
		}
	}
}

// today is the day in Kyiv.
func (h *Hub) today() string { return h.cfg.Now().In(web.Kyiv).Format(time.DateOnly) }

// seatsOf lists the seats that person holds today, and those that they act
// for as a deputy, in words.
func (h *Hub) seatsOf(l web.Lang, realm fact.Realm, person string) (out []identityhttp.Seat) {
	h.View(realm, func(b *Books) {
		for _, s := range b.Seats.ByPerson(person, h.today()) {
			out = append(out, identityhttp.Seat{ID: string(s.ID), Words: b.seatWords(l, s)})
		}
		for _, s := range b.Seats.Deputised(person, h.today()) {
			out = append(out, identityhttp.Seat{ID: string(s.ID), Words: web.T(l, "seat.deputy.words", "seat", b.seatWords(l, s))})
		}
	})
	return out
}

// seatWords is a seat in words: its role, and who holds it.
func (b *Books) seatWords(l web.Lang, s seat.Seat) string {
	return web.T(l, "seat.words", "role", web.T(l, "seat.role."+string(s.Role)), "holder", b.nameOf(l, s.Holder))
}

// nameOf is what a party is called; one that is not registered, by its id.
func (b *Books) nameOf(l web.Lang, id party.ID) string {
	if p, ok := b.Parties.Get(id); ok {
		return p.NameIn(string(l))
	}
	return string(id)
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
	own := []web.Heading{{Section: "desk", Href: "/desk", Key: "nav.desk"}, {Section: "needs", Href: "/needs", Key: "nav.needs"}}
	if role == seat.Officer {
		own = append(own, web.Heading{Section: "emergency", Href: "/emergency", Key: "nav.emergency"})
	}
	if role.InBody() {
		own = append(own, web.Heading{Section: "queue", Href: "/queue", Key: "nav.queue"})
	}
	switch role {
	case seat.Programme, seat.Implementer, seat.FrontOffice, seat.CoChair:
		own = append(own, web.Heading{Section: "offers", Href: "/offers", Key: "nav.offers"})
	}
	if role == seat.FrontOffice {
		own = append(own, web.Heading{Section: "seats", Href: "/seats", Key: "nav.seats"})
	}
	for _, public := range web.Public {
		if slices.Contains(besides, public.Section) {
			own = append(own, public)
		}
	}
	return own
}

// besides are the public headings of those who act from a seat; the rest is
// linked from these.
var besides = []string{"statement", "flows", "record"}
