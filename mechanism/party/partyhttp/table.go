package partyhttp

import (
	"iter"
	"strconv"

	"tallinn/mechanism/party"
)

// fields of parties.csv, for ever: new ones come last.
var fields = []string{"id", "type", "name", "name_uk", "country", "inside", "role", "since", "since_precision",
	"member_note", "sort", "place", "function", "composition", "exists_since", "source", "file", "row", "fact"}

func rows(d directory) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, e := range d.entries {
			if !yield(e.cells()) {
				return
			}
		}
	}
}

func (e entry) cells() []string {
	var m party.Joined
	if e.isMember {
		m = e.member.Joined
	}
	return []string{string(e.id()), string(e.Type), e.Name, e.NameUk, e.Country, strconv.FormatBool(e.Inside()),
		string(m.Role), string(m.On), string(m.Precision), m.Note, e.Sort, e.Place, e.Function, e.Composition,
		string(e.On), e.Source.Cite, e.Source.File, e.Source.Row, strconv.FormatInt(int64(e.Pos), 10)}
}
