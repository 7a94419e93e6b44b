package statement

import (
	"strconv"

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

// Mechanism is the boundary of the Tallinn Mechanism: flows of scope
// "mechanism"; inside are Ukrainian parties and programme accounts. The
// exercise has the same boundary over its own facts.
var Mechanism = Boundary{"mechanism", 1}

var (
	// ErrBoundary refuses a boundary that is not defined.
	ErrBoundary = fault.New(fault.Invalid, "statement.boundary",
		"there is no boundary {{.boundary}}; use mechanism")
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
	if name != Mechanism.Name {
		return Boundary{}, ErrBoundary.With("boundary", clip(name))
	}
	return Mechanism, nil
}

// String is the boundary's name.
func (b Boundary) String() string { return b.Name }

// Inside reports whether p is inside b (rule 3).
func (b Boundary) Inside(p party.Party) bool { return p.Inside() }

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
