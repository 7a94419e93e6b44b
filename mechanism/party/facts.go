package party

import (
	"tallinn/fact"
	"tallinn/tlp"
)

// An ID names a party for ever: an ISO 3166 code for a state ("EE"), else a
// short name ("front-office", "estdev").
type ID string

// Stream is the party's history.
func (id ID) Stream() string { return "party/" + string(id) }

// A Type says what sort of party one is.
type Type string

const (
	State        Type = "state"
	Organisation Type = "organisation" // between states, such as the European Union; also agencies and academies
	Body         Type = "body"         // an office, group or system of the mechanism, or beside it
	Account      Type = "account"      // a programme's account: inside the mechanism's boundary
	Company      Type = "company"
	Class        Type = "class" // a class of recipients; single institutions are not public
)

// A Role is a member's part in the mechanism.
type Role string

const (
	Partner   Role = "partner"
	Recipient Role = "recipient member"
	Observer  Role = "observer"
)

// A Precision says how the day of joining is known.
type Precision string

const (
	JoinedOn Precision = "day" // joined then
	SeenBy   Precision = "by"  // first seen as a member by then
)

// Registered names a party. Fields after Country are public wording.
type Registered struct {
	Party       ID          `json:"party"`
	Type        Type        `json:"type"`
	Name        string      `json:"name"`
	NameUk      string      `json:"name_uk,omitempty"`
	Country     string      `json:"country,omitempty"` // ISO 3166 code of the state it belongs to; empty when of none or several
	Sort        string      `json:"sort,omitempty"`    // office, group, system, fund, parallel mechanism
	Place       string      `json:"place,omitempty"`
	Function    string      `json:"function,omitempty"`
	Composition string      `json:"composition,omitempty"` // empty: not published
	On          fact.Date   `json:"on,omitempty"`          // exists since
	Source      fact.Source `json:"source"`
}

// Joined makes a party a member of the mechanism.
type Joined struct {
	Party     ID          `json:"party"`
	Role      Role        `json:"role"`
	On        fact.Date   `json:"on"`
	Precision Precision   `json:"precision"`
	Note      string      `json:"note,omitempty"`
	Source    fact.Source `json:"source"`
}

// Corrected mends a fact of a party.
type Corrected struct {
	Party           ID `json:"party"`
	fact.Correction `json:",inline"`
}

func (Registered) Kind() string { return "party.registered" }
func (Joined) Kind() string     { return "party.joined" }
func (Corrected) Kind() string  { return "party.corrected" }

func (b Registered) Streams() []string { return b.Source.Joined(b.Party.Stream()) }
func (b Joined) Streams() []string     { return b.Source.Joined(b.Party.Stream()) }
func (b Corrected) Streams() []string  { return []string{b.Party.Stream()} }

// Kinds lists the facts of this package. A party's place inside or outside a
// boundary decides what is counted, so its facts may change a figure.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Registered](tlp.Clear, true),
		fact.Of[Joined](tlp.Clear, true),
		fact.Of[Corrected](tlp.Clear, true),
	}
}
