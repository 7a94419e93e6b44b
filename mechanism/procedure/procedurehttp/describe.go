package procedurehttp

import (
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/web"
)

// Describe says a fact of the procedure in one sentence. It is false for facts
// of other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	if b, ok := f.Body.(procedure.Adopted); ok {
		return web.T(l, "procedure.fact.adopted", "version", b.Version, "from", web.Date(l, b.From)), true
	}
	if b, ok := f.Body.(procedure.Proposed); ok {
		return web.T(l, "procedure.fact.proposed", "version", b.Wanted.Version, "from", web.Date(l, b.Wanted.From)), true
	}
	return "", false
}
