package offer

import (
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/text"
	"tallinn/tlp"
)

// An ID is drawn, such as "P-0417".
type ID string

// A ReservationID is drawn, such as "B-0417".
type ReservationID string

// A Form is what is offered.
type Form string

const (
	Money    Form = "money"
	Goods    Form = "goods"
	Licences Form = "licences"
	Services Form = "services"
	Days     Form = "days"   // of experts
	Places   Form = "places" // of training
)

// An Earmark limits what an offer may be used for. An empty list allows all.
type Earmark struct {
	Lines      []capability.Line `json:"lines,omitempty"`
	Sectors    []string          `json:"sectors,omitempty"`
	Regions    []string          `json:"regions,omitempty"`
	Recipients []party.ID        `json:"recipients,omitempty"`
}

// Opened makes an offer.
type Opened struct {
	Offer    ID            `json:"offer"`
	Provider party.ID      `json:"provider"`
	Form     Form          `json:"form"`
	Amount   *money.Amount `json:"amount,omitempty"`  // of money, or the ceiling of what is in kind
	Quantity int64         `json:"quantity,omitzero"` // in kind; 0: money only
	What     string        `json:"what,omitempty"`    // in kind: of the catalogue of goods, as lots are; a unit alone would let servers meet a need for firewalls
	Unit     string        `json:"unit,omitempty"`    // that What is counted in
	Origin   string        `json:"origin,omitempty"`  // ISO 3166 code of what is in kind
	Earmark  Earmark       `json:"earmark"`
	From     fact.Date     `json:"from"`
	Until    fact.Date     `json:"until"`              // the last day on which it may be committed
	Least    *money.Amount `json:"least,omitempty"`    // smallest ticket
	Most     *money.Amount `json:"most,omitempty"`     // largest ticket for one need
	LeadDays int           `json:"lead_days,omitzero"` // from commitment to handover
	Terms    text.Ref      `json:"terms,omitzero"`     // conditions, in words
	Standing *Standing     `json:"standing,omitzero"`  // others may call off from it; nil: each use is the provider's
	Months   int           `json:"months,omitzero"`    // for how long what is given runs, from its commitment; 0: it does not run out
	Expert   *Expert       `json:"expert,omitempty"`   // of days of experts: who comes
	Import   batch.ID      `json:"import,omitempty"`   // the list that it came in by; absent: a form
}

// Closed ends an offer; what is committed stays.
type Closed struct {
	Offer  ID     `json:"offer"`
	Reason string `json:"reason"` // of a closed list
}

// Reserved sets part of an offer aside for a lot of a validated need, by its
// provider.
type Reserved struct {
	Reservation ReservationID `json:"reservation"`
	Offer       ID            `json:"offer"`
	Need        need.ID       `json:"need"`
	Lot         string        `json:"lot"`
	Quantity    int64         `json:"quantity"` // of the lot's unit
	Amount      *money.Amount `json:"amount,omitempty"`
	Until       time.Time     `json:"until"` // when it expires; computed, never driven by a timer
}

// Released gives a reservation back, by the partner.
type Released struct {
	Reservation ReservationID `json:"reservation"`
	Offer       ID            `json:"offer"`
	Need        need.ID       `json:"need"`
}

// Accepted is the recipient's yes to a reservation.
type Accepted struct {
	Reservation ReservationID `json:"reservation"`
	Offer       ID            `json:"offer"`
	Need        need.ID       `json:"need"`
}

// Declined is the recipient's no, which ends the reservation.
type Declined struct {
	Reservation ReservationID `json:"reservation"`
	Offer       ID            `json:"offer"`
	Need        need.ID       `json:"need"`
	Reason      string        `json:"reason"` // of a closed list
}

// Committed ends an accepted reservation. The flow is recorded beside it, in
// the same decision, and links back to it.
type Committed struct {
	Reservation ReservationID `json:"reservation"`
	Offer       ID            `json:"offer"`
	Need        need.ID       `json:"need"`
	Lot         string        `json:"lot"`
	Quantity    int64         `json:"quantity"`
	Amount      *money.Amount `json:"amount,omitempty"`
}

func (Opened) Kind() string    { return "offer.opened" }
func (Closed) Kind() string    { return "offer.closed" }
func (Reserved) Kind() string  { return "offer.reserved" }
func (Released) Kind() string  { return "offer.released" }
func (Accepted) Kind() string  { return "offer.accepted" }
func (Declined) Kind() string  { return "offer.declined" }
func (Committed) Kind() string { return "offer.committed" }

func (b Opened) Streams() []string    { return batch.Joined(b.Import, string(b.Offer)) }
func (b Closed) Streams() []string    { return []string{string(b.Offer)} }
func (b Reserved) Streams() []string  { return thread(b.Offer, b.Need, b.Reservation) }
func (b Released) Streams() []string  { return thread(b.Offer, b.Need, b.Reservation) }
func (b Accepted) Streams() []string  { return thread(b.Offer, b.Need, b.Reservation) }
func (b Declined) Streams() []string  { return thread(b.Offer, b.Need, b.Reservation) }
func (b Committed) Streams() []string { return thread(b.Offer, b.Need, b.Reservation) }

// thread are the histories that a reservation is part of: of two that reach
// for the same offer or the same need at once, one decides again.
func thread(o ID, n need.ID, r ReservationID) []string {
	return []string{string(o), string(n), string(r)}
}

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Opened](tlp.Amber, false),
		fact.Of[Closed](tlp.Amber, false),
		fact.Of[Reserved](tlp.Amber, false),
		fact.Of[Released](tlp.Amber, false),
		fact.Of[Accepted](tlp.Amber, false),
		fact.Of[Declined](tlp.Amber, false),
		fact.Of[Committed](tlp.Amber, true),
		fact.Of[Corrected](tlp.Amber, false),
		fact.Of[CalledOff](tlp.Amber, false),
	}
}
