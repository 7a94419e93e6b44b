package flowhttp

import (
	"strings"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a flow or a mention in one sentence; name is what a
// party is called in l. It is false for facts of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case flow.Recorded:
		return web.T(l, "flow.fact.recorded", "id", b.Flow, "from", name(b.Provider), "to", name(b.Receiver),
			"amount", spokenOr(l, b.Amount),
			"status", told.Word(l, "flow.status", b.Status), "date", web.Date(l, b.On)), true
	case flow.Advanced:
		return web.T(l, "flow.fact.advanced", "id", b.Flow,
			"status", told.Word(l, "flow.status", b.Status), "date", web.Date(l, b.On)), true
	case flow.Withdrawn:
		return web.T(l, "flow.fact.withdrawn", "id", b.Flow, "reason", told.Reason(l, b.Reason)), true
	case flow.Linked:
		return web.T(l, "flow.fact.linked", "amount", spokenOr(l, b.Amount), "parent", b.Parent, "child", b.Child,
			"how", told.Word(l, "flow.how", b.How), "date", web.Date(l, b.On)), true
	case flow.Unlinked:
		return web.T(l, "flow.fact.unlinked", "parent", b.Parent, "child", b.Child, "reason", told.Reason(l, b.Reason)), true
	case flow.Asserted:
		key := "flow.fact.asserted"
		if b.Denied {
			key = "flow.fact.denied"
		}
		return web.T(l, key, "id", b.Flow, "party", name(b.Party), "side", told.Word(l, "flow.side", b.Side),
			"amount", spokenOr(l, b.Amount), "status", statusWord(l, b.Status), "date", web.Date(l, b.On)), true
	case flow.Settled:
		return web.T(l, "flow.fact.settled", "id", b.Flow, "party", name(b.Party), "side", told.Word(l, "flow.side", b.Side),
			"amount", spokenOr(l, b.Amount), "status", told.Word(l, "flow.status", b.Status), "date", web.Date(l, b.On)), true
	case flow.Joined:
		return web.T(l, "flow.fact.joined", "id", b.Flow, "into", b.Into, "party", name(b.Party)), true
	case flow.Valued:
		worth := money.Amount{}
		if b.Amount != nil {
			worth = *b.Amount
		}
		return web.T(l, "flow.fact.valued", "id", b.Flow, "party", name(b.Party), "method", told.Word(l, "flow.method", b.Method),
			"amount", spokenOr(l, worth)), true
	case flow.Corrected:
		return teller(l, name).Sentence(string(b.Flow), told.Flat(b.Correction)), true
	case flow.Mentioned:
		return mentioned(l, b), true
	case flow.MentionWithdrawn:
		return web.T(l, "mention.fact.withdrawn", "id", b.Mention, "reason", told.Reason(l, b.Reason)), true
	case flow.MentionCorrected:
		return teller(l, name).Sentence(string(b.Mention), b.Correction), true
	}
	return "", false
}

// spokenOr is an amount, or that there is none.
func spokenOr(l web.Lang, a money.Amount) string {
	if a.Currency() == "" {
		return web.T(l, "flow.amount.none")
	}
	return web.Money(l, a.Value(), a.Currency())
}

// statusWord is a status in words; empty when there is none.
func statusWord(l web.Lang, s flow.Status) string {
	if s == "" {
		return ""
	}
	return told.Word(l, "flow.status", s)
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
