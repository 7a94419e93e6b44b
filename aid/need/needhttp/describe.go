package needhttp

import (
	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a need in one sentence; name is what a party is
// called in l. It is false for facts of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	return describe(l, f, func(id seat.ID) string { return string(id) }, name)
}

func describe(l web.Lang, f fact.Fact, voter func(seat.ID) string, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case need.Submitted:
		if b.Emergency != nil {
			return alarmed(l, b, name), true
		}
		return web.T(l, "need.fact.submitted", "id", b.Need, "owner", name(b.Owner), "version", b.Procedure), true
	case need.Resubmitted:
		return web.T(l, "need.fact.resubmitted", "id", b.Need, "round", b.Round), true
	case need.Voted:
		return web.T(l, "need.fact.voted", "id", b.Need, "voter", voterWords(l, b, voter), "stage", stageWord(l, b.Stage),
			"verdict", web.T(l, "need.verdict."+string(b.Verdict))), true
	case need.StageClosed:
		return web.N(l, "need.fact.closed", b.Votes, "id", b.Need, "stage", stageWord(l, b.Stage),
			"verdict", web.T(l, "need.closed."+string(b.Verdict))), true
	case need.Validated:
		return web.T(l, "need.fact.validated", "id", b.Need), true
	case need.Returned:
		return web.T(l, "need.fact.returned", "id", b.Need, "stage", stageWord(l, b.Stage)), true
	case need.Rejected:
		return web.T(l, "need.fact.rejected", "id", b.Need, "stage", stageWord(l, b.Stage)), true
	case need.ReopeningAsked:
		return web.T(l, "need.fact.reopening_asked", "id", b.Need, "voter", voterWords(l, need.Voted{Seat: b.Seat, For: b.For}, voter),
			"stage", stageWord(l, b.Stage), "reason", told.Word(l, "need.reopening", b.Reason)), true
	case need.Reopened:
		return web.T(l, "need.fact.reopened", "id", b.Need, "voter", voterWords(l, need.Voted{Seat: b.Seat, For: b.For}, voter),
			"stage", stageWord(l, b.Stage), "round", b.Round, "reason", told.Word(l, "need.reopening", b.Reason)), true
	case need.Taken:
		return web.T(l, "emergency.fact.taken", "id", b.Need, "voter", voterWords(l, need.Voted{Seat: b.Seat, For: b.For}, voter)), true
	case need.PassedProvisionally:
		return web.T(l, "emergency.fact.passed", "id", b.Need, "voter", voterWords(l, need.Voted{Seat: b.Seat, For: b.For}, voter), "stage", stageWord(l, b.Stage)), true
	case need.ValidatedProvisionally:
		return web.T(l, "emergency.fact.validated", "id", b.Need), true
	case need.Confirmed:
		return web.T(l, "emergency.fact.confirmed", "id", b.Need), true
	case need.Detailed:
		return web.T(l, "emergency.fact.detailed", "id", b.Need), true
	case need.WeaknessShown:
		return web.T(l, "need.fact.weakness_shown", "id", b.Need, "party", name(b.Party), "basis", told.Word(l, "need.basis", b.Basis)), true
	case need.WeaknessHidden:
		return web.T(l, "need.fact.weakness_hidden", "id", b.Need, "party", name(b.Party)), true
	case need.Related:
		return web.T(l, "need.fact.related", "id", b.Need, "other", b.Other, "relation", told.Word(l, "need.relation", b.Relation)), true
	case need.Withdrawn:
		return web.T(l, "need.fact.withdrawn", "id", b.Need, "reason", told.Word(l, "need.withdrawal", b.Reason)), true
	case need.Corrected:
		return told.TellerOf(l, "need").Sentence(string(b.Need), told.Flat(b.Correction)), true
	case marking.Changed:
		return web.T(l, "marking.fact.changed", "item", b.Item, "marking", b.Marking, "seat", f.Seat), true
	}
	return "", false
}

// alarmed says that a need came by the emergency lane, and who recorded it.
func alarmed(l web.Lang, b need.Submitted, name func(party.ID) string) string {
	if by := b.Emergency.RecordedBy; by != "" {
		return web.T(l, "emergency.fact.recorded", "id", b.Need, "owner", name(b.Owner), "by", name(by))
	}
	return web.T(l, "emergency.fact.submitted", "id", b.Need, "owner", name(b.Owner), "version", b.Procedure)
}
