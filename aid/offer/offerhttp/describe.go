package offerhttp

import (
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of this noun in one sentence.
func Describe(l web.Lang, f fact.Fact, called func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case offer.Opened:
		who := string(b.Provider)
		if called != nil {
			who = called(b.Provider)
		}
		if b.Standing != nil {
			return web.T(l, "offer.fact.standing", "id", b.Offer, "giver", who, "what", what(l, b), "most", ceiling(l, b)), true
		}
		return web.T(l, "offer.fact.opened", "id", b.Offer, "giver", who, "what", what(l, b)), true
	case offer.Closed:
		return web.T(l, "offer.fact.closed", "id", b.Offer, "reason", told.Word(l, "offer.why", b.Reason)), true
	case offer.Reserved:
		return web.T(l, "offer.fact.reserved", "id", b.Reservation, "need", b.Need, "until", web.Time(l, b.Until)), true
	case offer.CalledOff:
		who := string(b.Caller)
		if called != nil {
			who = called(b.Caller)
		}
		return web.T(l, "offer.fact.called_off", "id", b.Reservation, "offer", b.Offer, "need", b.Need, "caller", who, "until", web.Time(l, b.Until)), true
	case offer.Accepted:
		return web.T(l, "offer.fact.accepted", "id", b.Reservation), true
	case offer.Declined:
		return web.T(l, "offer.fact.declined", "id", b.Reservation, "reason", told.Word(l, "offer.refusal", b.Reason)), true
	case offer.Released:
		return web.T(l, "offer.fact.released", "id", b.Reservation), true
	case offer.Corrected:
		what := string(b.Offer)
		if b.Reservation != "" {
			what = string(b.Reservation)
		}
		return told.TellerOf(l, "offer").Sentence(what, told.Flat(b.Correction)), true
	case offer.Committed:
		return web.T(l, "offer.fact.committed", "id", b.Reservation), true
	}
	return "", false
}
