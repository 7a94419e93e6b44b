package class

import (
	"strings"

	"tallinn/fact"
	"tallinn/tlp"
)

// A Class is what decides who may see a thing, or a part of one.
type Class struct {
	Realm    fact.Realm
	Noun     string // "need", "offer", "reservation", "fact", ...
	Part     string // "summary", "weakness", "vote"; empty: the whole
	Marking  tlp.Marking
	Owner    string // a party
	Stage    string // "open", "validated", ...
	Audience string // whom it is shown to, see Audience: parties; of what is TLP:RED, seats
}

// Audience joins the ids of parties or seats for a Class.
func Audience[S ~string](ids ...S) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, " ")
}
