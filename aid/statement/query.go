package statement

import (
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A Boundary is a definition of what is inside, by name and version. A change
// of the definition is a new version, so that a kept address keeps its answer.
type Boundary struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
}

// Boundaries, each a definition of its own. Of every one only flows of scope
// "mechanism" are counted. The exercise has the same over its own facts.
var (
	// Mechanism is the boundary of the Tallinn Mechanism: inside are Ukrainian
	// parties and programme accounts.
	Mechanism = Boundary{"mechanism", 1}
	// Ukraine has only Ukrainian parties inside: its total is what has come
	// through to them, from accounts too.
	Ukraine = Boundary{"ukraine", 1}
	// Accounts has only programme accounts inside.
	Accounts = Boundary{"accounts", 1}
)

// Boundaries lists them, and OfParty makes one of any party.
var Boundaries = []Boundary{Mechanism, Ukraine, Accounts}

// ofParty begins the name of a boundary that has one party inside.
const ofParty = "party."

// OfParty is the boundary that has only one party inside: its total is what
// it takes in, and what it gives is outgoing.
func OfParty(id party.ID) Boundary { return Boundary{ofParty + string(id), 1} }

var (
	// ErrBoundary refuses a boundary that is not defined.
	ErrBoundary = fault.New(fault.Invalid, "statement.boundary",
		"there is no boundary {{.boundary}}; use mechanism, ukraine, accounts, or party. and the id of a party")
	// ErrAsOf refuses a day that is none.
	ErrAsOf = fault.New(fault.Invalid, "statement.as_of",
		"{{.as_of}} is not a day; write YYYY-MM-DD, such as 2024-12-20")
	// ErrFigure says that a statement has no figure of that name.
	ErrFigure = fault.New(fault.Missing, "statement.figure",
		"there is no figure {{.figure}} in this statement; open the statement and choose one of its figures")
)

// ParseBoundary finds a boundary by name.
//
// Errors: ErrBoundary.
func ParseBoundary(name string) (Boundary, error) {
	for _, b := range Boundaries {
		if b.Name == name {
			return b, nil
		}
	}
	id, one := strings.CutPrefix(name, ofParty)
	if !one || id == "" || len(id) > 40 {
		return Boundary{}, ErrBoundary.With("boundary", clip(name))
	}
	return OfParty(party.ID(id)), nil
}

// String is the boundary's name.
func (b Boundary) String() string { return b.Name }

// Inside reports whether the party called id is inside b (rule 3); p is zero
// when it is not registered.
func (b Boundary) Inside(id party.ID, p party.Party) bool {
	switch b.Name {
	case Mechanism.Name:
		return p.Exists() && p.Inside()
	case Ukraine.Name:
		return p.Exists() && p.Inside() && p.Type != party.Account
	case Accounts.Name:
		return p.Type == party.Account
	}
	return id != "" && b.Name == ofParty+string(id)
}

// Currencies are those that a statement may be in.
var Currencies = []money.Currency{money.EUR, money.USD, money.UAH}

// ErrCurrency refuses a statement in another currency.
var ErrCurrency = fault.New(fault.Invalid, "statement.currency",
	"a statement is not made in {{.currency}}; choose EUR, USD or UAH")

// ParseCurrency reads the currency of a statement; empty is euros.
//
// Errors: ErrCurrency.
func ParseCurrency(s string) (money.Currency, error) {
	if s == "" {
		return money.EUR, nil
	}
	if c := money.Currency(s); slices.Contains(Currencies, c) {
		return c, nil
	}
	return "", ErrCurrency.With("currency", clip(s))
}

// ParseAsOf reads the day of a statement.
//
// Errors: ErrAsOf.
func ParseAsOf(s string) (string, error) {
	d, err := fact.ParseDate(s)
	if err != nil || d.Precision() != "day" {
		return "", ErrAsOf.With("as_of", clip(s))
	}
	return s, nil
}

// A Query says which statement is wanted.
type Query struct {
	AsOf     string         `json:"as_of"`    // YYYY-MM-DD; what holds by then is counted
	Boundary Boundary       `json:"boundary"` // zero: Mechanism
	Currency money.Currency `json:"currency"` // of the figures; empty: EUR
}

// Input is what a statement is computed from: the books of one realm.
type Input struct {
	Parties *party.Book
	Flows   *flow.Book
	Rates   *rate.Table
}

// clip makes input fit to be repeated in an error.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
