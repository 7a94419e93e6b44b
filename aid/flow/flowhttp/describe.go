package flowhttp

import (
	"strings"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a flow or a mention in one sentence; name is what a
// party is called in l. It is false for facts of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case flow.Recorded:
		return web.T(l, "flow.fact.recorded", "id", b.Flow, "from", name(b.Provider), "to", name(b.Receiver),
			"amount", web.Money(l, b.Amount.Value(), b.Amount.Currency()),
			"status", told.Word(l, "flow.status", b.Status), "date", web.Date(l, b.On)), true
	case flow.Advanced:
		return web.T(l, "flow.fact.advanced", "id", b.Flow,
			"status", told.Word(l, "flow.status", b.Status), "date", web.Date(l, b.On)), true
	case flow.Withdrawn:
		return web.T(l, "flow.fact.withdrawn", "id", b.Flow, "reason", told.Reason(l, b.Reason)), true
	case flow.Corrected:
		return teller(l, name).Sentence(string(b.Flow), b.Correction), true
	case flow.Mentioned:
		return mentioned(l, b), true
	case flow.MentionWithdrawn:
		return web.T(l, "mention.fact.withdrawn", "id", b.Mention, "reason", told.Reason(l, b.Reason)), true
	case flow.MentionCorrected:
		return teller(l, name).Sentence(string(b.Mention), b.Correction), true
	}
	return "", false
}

func mentioned(l web.Lang, b flow.Mentioned) string {
	return web.T(l, "mention.fact.recorded", "id", b.Mention, "reporter", web.Said(l, b.Said.Reporter),
		"from", web.Said(l, b.Said.Provider), "to", web.Said(l, b.Said.Receiver), "amount", said(l, b),
		"why", told.Word(l, "flow.why", b.Why), "date", web.Date(l, b.On))
}

// said is the amount of a mention as it was said, or that none was.
func said(l web.Lang, b flow.Mentioned) string {
	if b.Amount == nil {
		return web.T(l, "mention.noamount")
	}
	return web.Money(l, b.Amount.Value(), b.Amount.Currency())
}

func teller(l web.Lang, name func(party.ID) string) told.Teller {
	return told.Teller{Lang: l, Noun: "flow", Name: func(field, value string) string {
		switch field {
		case "provider", "receiver", "parties":
			return name(party.ID(value))
		}
		if strings.HasPrefix(field, "said.") {
			return value // wording, whatever word it is
		}
		return ""
	}}
}
