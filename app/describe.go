package app

import (
	"tallinn/aid/attachment/attachmenthttp"
	"tallinn/aid/edition/editionhttp"
	"tallinn/aid/flow/flowhttp"
	"tallinn/aid/need/needhttp"
	"tallinn/aid/offer/offerhttp"
	"tallinn/aid/project/projecthttp"
	"tallinn/aid/rate/ratehttp"
	"tallinn/exchange/listhttp"
	"tallinn/fact"
	"tallinn/mechanism/correction/correctionhttp"
	"tallinn/mechanism/erasure/erasurehttp"
	"tallinn/mechanism/milestone/milestonehttp"
	"tallinn/mechanism/party"
	"tallinn/mechanism/party/partyhttp"
	"tallinn/mechanism/procedure/procedurehttp"
	"tallinn/mechanism/recovery/recoveryhttp"
	"tallinn/mechanism/report/reporthttp"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/web"
)

// describers say facts in sentences, each those of its noun.
var describers = []func(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool){
	partyhttp.Describe, milestonehttp.Describe, ratehttp.Describe, offerhttp.Describe, flowhttp.Describe, projecthttp.Describe,
	seathttp.Describe, correctionhttp.Describe, recoveryhttp.Describe, reporthttp.Describe, procedurehttp.Describe, needhttp.Describe, erasurehttp.Describe, attachmenthttp.Describe, editionhttp.Describe, listhttp.Describe,
}

// describe says a fact in one sentence of the reader's language.
func (h *Hub) describe(l web.Lang, f fact.Fact) string {
	name := func(id party.ID) (name string) {
		name = string(id)
		h.View(f.Realm, func(b *Books) {
			if p, ok := b.Parties.Get(id); ok {
				name = p.NameIn(string(l))
			}
		})
		return name
	}
	for _, d := range describers {
		if sentence, ok := d(l, f, name); ok {
			return sentence
		}
	}
	return web.T(l, "fact.unknown", "kind", f.Kind)
}
