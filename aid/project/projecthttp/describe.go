package projecthttp

import (
	"tallinn/aid/project"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a project in one sentence; name is what a party is
// called in l. It is false for facts of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case project.Recorded:
		return web.T(l, "project.fact.recorded", "id", b.Project, "name", web.Said(l, b.Name)), true
	case project.Corrected:
		return teller(l, name).Sentence(string(b.Project), b.Correction), true
	}
	return "", false
}

func teller(l web.Lang, name func(party.ID) string) told.Teller {
	return told.Teller{Lang: l, Noun: "project", Name: func(field, value string) string {
		if field == "providers" || field == "implementers" {
			return name(party.ID(value))
		}
		return ""
	}}
}
