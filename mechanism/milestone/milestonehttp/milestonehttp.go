// Package milestonehttp tells facts of milestones as a person would read
// them.
package milestonehttp

import (
	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a milestone in one sentence. It is false for facts
// of other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case milestone.Recorded:
		return web.T(l, "milestone.fact.recorded", "date", web.Date(l, b.On), "event", web.Said(l, b.Event)), true
	case milestone.Corrected:
		return told.Teller{Lang: l, Noun: "milestone"}.Sentence(string(b.Milestone), b.Correction), true
	}
	return "", false
}
