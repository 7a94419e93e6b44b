package publicdata

import (
	"slices"
	"strings"

	"tallinn/exchange/table"
	"tallinn/fault"
	"tallinn/mechanism/party"
)

// Meanings of a name that are no party.
const (
	collective party.ID = "collective" // several parties at once
	press      party.ID = "press"      // a press outlet
)

// names says whom a name in the tables means.
type names struct {
	ids     map[string]party.ID
	parties map[party.ID]party.Party // as this import makes them, and as recorded
}

// A meaning is whom a cell means.
type meaning struct {
	ids    []party.ID // the parties, in order, each once
	single bool       // it is exactly one party
}

func (m meaning) one() party.ID {
	if m.single {
		return m.ids[0]
	}
	return ""
}

// add gives a name to a party. One that means somebody else already is a
// problem.
func (n names) add(name string, id party.ID) *fault.Error {
	if other, taken := n.ids[name]; taken && other != id {
		return ErrNameTwice.With("name", table.Quote(name)).With("one", other).With("other", id)
	}
	n.ids[name] = id
	return nil
}

// resolve reads a cell: one name, or several parted by "; ".
func (n names) resolve(cell string) (meaning, *fault.Error) {
	list := []string{cell}
	if _, whole := n.ids[cell]; !whole {
		list = strings.Split(cell, "; ")
	}
	m := meaning{single: len(list) == 1}
	for _, name := range list {
		id, known := n.ids[name]
		if !known {
			return meaning{}, ErrName.With("name", table.Quote(name))
		}
		if id == collective || id == press {
			m.single = false
			continue
		}
		if _, there := n.parties[id]; !there {
			return meaning{}, ErrNameParty.With("name", table.Quote(name)).With("party", id)
		}
		if !slices.Contains(m.ids, id) {
			m.ids = append(m.ids, id)
		}
	}
	return m, nil
}
