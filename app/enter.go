package app

import (
	"slices"

	"tallinn/demo/exercise"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/seat"
	"tallinn/web"
)

// groups of invented seats, in the order of their list.
var groups = []struct {
	key   string
	roles []seat.Role
}{
	{"recipients", []seat.Role{seat.Officer}},
	{"technical", []seat.Role{seat.Technical}},
	{"interagency", []seat.Role{seat.Interagency}},
	{"partners", []seat.Role{seat.Programme, seat.Implementer}},
	{"others", []seat.Role{seat.FrontOffice, seat.CoChair, seat.Observer, seat.Auditor}},
}

// invented lists the seats of the exercise that a visitor may enter.
func (h *Hub) invented(l web.Lang) (out []identityhttp.Group) {
	h.View(fact.Exercise, func(b *Books) {
		for _, g := range groups {
			list := identityhttp.Group{Name: web.T(l, "enter.group."+g.key)}
			for _, x := range exercise.Seats {
				s, _ := b.Seats.Get(h.exercise[x.Key])
				if !s.Acts(h.today()) || !slices.Contains(g.roles, s.Role) {
					continue
				}
				list.Seats = append(list.Seats, identityhttp.InventedSeat{ID: string(s.ID), Holder: b.nameOf(l, s.Holder),
					Role: web.T(l, "seat.role."+string(s.Role)), Person: x.Person.In(string(l))})
			}
			out = append(out, list)
		}
	})
	return out
}

// sits is who sits on a seat of the exercise.
func (h *Hub) sits(id string) (person string, ok bool) {
	h.View(fact.Exercise, func(b *Books) {
		s, _ := b.Seats.Get(seat.ID(id))
		person, ok = s.Person, s.Person != "" && s.Acts(h.today())
	})
	return person, ok
}

// callName is what a person is called: the invented have a name in each
// language.
func (h *Hub) callName(l web.Lang, p identity.Person) string {
	if p.Realm == fact.Exercise {
		for _, s := range exercise.Seats {
			if s.Person.En == p.Name {
				return s.Person.In(string(l))
			}
		}
	}
	return p.Name
}
