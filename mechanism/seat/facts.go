package seat

import (
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
)

// An ID is drawn, such as "R-0417".
type ID string

// A Role is what a seat is for.
type Role string

const (
	Officer     Role = "officer"      // cyber officer of a recipient
	Technical   Role = "technical"    // member of the technical group
	Interagency Role = "interagency"  // member of the interagency group
	Programme   Role = "programme"    // programme officer of a partner
	Implementer Role = "implementer"  // carries flows and deliveries
	FrontOffice Role = "front_office" // the desk in Kyiv: rounds, escalation
	CoChair     Role = "co_chair"
	Observer    Role = "observer"
	Auditor     Role = "auditor"

	// Administrator gives seats, and reads nothing above GREEN.
	Administrator Role = "administrator"
)

// Opened gives a seat to an institution for a term.
type Opened struct {
	Seat   ID        `json:"seat"`
	Role   Role      `json:"role"`
	Holder party.ID  `json:"holder"`         // the institution
	Body   party.ID  `json:"body,omitempty"` // the group or office that the seat is in
	From   fact.Date `json:"from"`
	Until  fact.Date `json:"until,omitempty"` // the last day; empty: open
}

// Assigned sits a person on a seat; who sat there before no longer does. The
// person is opaque: names lie outside the record.
type Assigned struct {
	Seat   ID     `json:"seat"`
	Person string `json:"person"`
}

// Delegated lets whoever sits on another seat of the same institution act for
// a seat, until a day. What one acts for by delegation cannot be delegated on.
type Delegated struct {
	Seat   ID        `json:"seat"`
	To     ID        `json:"to"` // the deputy's own seat
	Powers []Power   `json:"powers"`
	Until  fact.Date `json:"until"` // the last day
}

// Undelegated ends a delegation before its last day.
type Undelegated struct {
	Seat ID `json:"seat"`
}

// Ended takes a seat out of use; its history stays.
type Ended struct {
	Seat   ID        `json:"seat"`
	On     fact.Date `json:"on"`
	Reason string    `json:"reason"` // a word of a closed list
}

func (Opened) Kind() string   { return "seat.opened" }
func (Assigned) Kind() string { return "seat.assigned" }
func (Ended) Kind() string    { return "seat.ended" }

func (Delegated) Kind() string   { return "seat.delegated" }
func (Undelegated) Kind() string { return "seat.undelegated" }

func (b Opened) Streams() []string   { return []string{string(b.Seat)} }
func (b Assigned) Streams() []string { return []string{string(b.Seat)} }
func (b Ended) Streams() []string    { return []string{string(b.Seat)} }

func (b Delegated) Streams() []string   { return []string{string(b.Seat)} }
func (b Undelegated) Streams() []string { return []string{string(b.Seat)} }

// Kinds lists the facts of this package. Which institution holds which seat is
// for the community; who sits there is for the institution.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Opened](tlp.Green, false),
		fact.Of[Assigned](tlp.Amber, false),
		fact.Of[Delegated](tlp.Amber, false),
		fact.Of[Undelegated](tlp.Amber, false),
		fact.Of[DutyGiven](tlp.Amber, false),
		fact.Of[Ended](tlp.Green, false),
		fact.Of[Corrected](tlp.Green, false),
	}
}
