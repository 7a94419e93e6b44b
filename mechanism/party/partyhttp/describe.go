package partyhttp

import (
	"strings"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of a party in one sentence; name is what a party is
// called in l. It is false for facts of other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case party.Registered:
		return web.T(l, "party.fact.registered", "name", wordedName(l, b), "type", told.Word(l, "party.type", b.Type)), true
	case party.Joined:
		return joined(l, b, name(b.Party)), true
	case party.Corrected:
		return teller(l, name).Sentence(name(b.Party), b.Correction), true
	}
	return "", false
}

// wordedName is the name as the fact itself has it: the party may be called
// something else by now.
func wordedName(l web.Lang, b party.Registered) string {
	return party.Party{Registered: b}.NameIn(string(l))
}

func joined(l web.Lang, b party.Joined, name string) string {
	key := "party.fact.joined"
	if b.Precision == party.SeenBy {
		key = "party.fact.seen"
	}
	return web.T(l, key, "name", name, "role", told.Word(l, "party.role", b.Role), "date", web.Date(l, b.On))
}

func teller(l web.Lang, name func(party.ID) string) told.Teller {
	return told.Teller{Lang: l, Noun: "party", Name: func(field, value string) string {
		if strings.HasSuffix(field, "country") {
			return name(party.ID(value))
		}
		return ""
	}}
}

// since is from when a membership holds, in a column called so: a day, or by
// when it was first seen.
func since(l web.Lang, j party.Joined) string {
	if j.Precision == party.SeenBy {
		return web.T(l, "party.since.by", "date", web.DateShort(l, j.On))
	}
	return web.DateShort(l, j.On)
}
