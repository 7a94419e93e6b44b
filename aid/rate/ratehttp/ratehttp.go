// Package ratehttp tells facts of reference rates as a person would read
// them.
package ratehttp

import (
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of rates in one sentence. It is false for facts of
// other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case rate.Published:
		return web.N(l, "rate.fact.published", len(b.Rates), "issuer", told.Word(l, "rate.issuer", b.Issuer),
			"date", web.Date(l, b.On), "base", b.Base), true
	case rate.Corrected:
		what := web.T(l, "rate.fact.what", "issuer", told.Word(l, "rate.issuer", b.Issuer), "date", web.Date(l, b.On))
		return told.Teller{Lang: l, Noun: "rate"}.Sentence(what, b.Correction), true
	}
	return "", false
}
