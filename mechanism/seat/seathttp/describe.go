package seathttp

import (
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a seat in one sentence; name is what a party is
// called in l. It is false for facts of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case seat.Opened:
		return web.T(l, "seat.fact.opened", "id", b.Seat, "role", web.T(l, "seat.role."+string(b.Role)), "holder", name(b.Holder),
			"from", web.Date(l, b.From)), true
	case seat.Assigned:
		return web.T(l, "seat.fact.assigned", "id", b.Seat), true
	case seat.Delegated:
		return web.T(l, "seat.fact.delegated", "id", b.Seat, "to", b.To, "until", web.Date(l, b.Until)), true
	case seat.Undelegated:
		return web.T(l, "seat.fact.undelegated", "id", b.Seat), true
	case seat.Corrected:
		return told.TellerOf(l, "seat").Sentence(string(b.Seat), told.Flat(b.Correction)), true
	case seat.DutyGiven:
		return web.T(l, "seat.fact.duty", "id", b.Seat, "from", web.Time(l, b.From), "until", web.Time(l, b.Until)), true
	case seat.Ended:
		return web.T(l, "seat.fact.ended", "id", b.Seat, "on", web.Date(l, b.On), "reason", told.Word(l, "seat.reason", b.Reason)), true
	}
	return "", false
}
