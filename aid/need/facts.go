package need

import (
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/text"
	"tallinn/tlp"
)

// An ID is drawn, such as "N-0417".
type ID string

// An Urgency says how soon a need must be met.
type Urgency string

const (
	Immediate Urgency = "immediate" // 72 hours
	Short     Urgency = "short"     // 3 months
	Medium    Urgency = "medium"    // 12 months
	Long      Urgency = "long"
)

// A Criticality says what stands still without it.
type Criticality string

const (
	Critical Criticality = "critical" // a service that lives depend on
	High     Criticality = "high"
	Moderate Criticality = "moderate"
	Low      Criticality = "low"
)

// A Lot is one part of a need that can be met on its own.
type Lot struct {
	ID           string        `json:"id"`             // "a", "b"; unique in its need
	What         string        `json:"what"`           // of the catalogue of goods: "edr_seats", never free text
	Quantity     int64         `json:"quantity"`       // at least 1
	Unit         string        `json:"unit"`           // "seats", "places", "terminals"
	Cost         *money.Amount `json:"cost,omitempty"` // estimate for the whole lot
	UsefulShare  int           `json:"useful_share"`   // per cent of Quantity below which nothing is gained, 1 to 100
	MostPartners int           `json:"most_partners"`  // who may share the lot, at least 1
}

// Asked is what a need asks for; a resubmission may change all of it.
type Asked struct {
	Title       text.Ref        `json:"title"` // one line, for lists
	Summary     text.Ref        `json:"summary"`
	Weakness    text.Ref        `json:"weakness,omitzero"` // for the validators; a partner only when the recipient shows it
	Line        capability.Line `json:"line"`
	Lots        []Lot           `json:"lots"`
	Urgency     Urgency         `json:"urgency"`
	UsefulUntil fact.Date       `json:"useful_until"` // the latest day on which it still helps
	LeadDays    int             `json:"lead_days"`    // from commitment to use, at the recipient's
	Criticality Criticality     `json:"criticality"`
	Sector      string          `json:"sector"`                // of the catalogue: "energy", "justice"
	Region      string          `json:"region,omitempty"`      // ISO 3166-2; empty: whole country
	HideRegion  bool            `json:"hide_region,omitzero"`  // until a reservation is accepted
	Excluded    []string        `json:"excluded,omitempty"`    // ISO 3166 codes of origins that may not supply it
	RenewMonths int             `json:"renew_months,omitzero"` // recurs; 0: once
	Evidence    text.Ref        `json:"evidence,omitzero"`     // what bears the need out; for the readers of Weakness
	Incidents   text.Ref        `json:"incidents,omitzero"`    // what happened already; likewise
}

// Submitted opens a need. Its owner is the holder of the seat that records it,
// unless an emergency was recorded for it.
type Submitted struct {
	Need      ID       `json:"need"`
	Owner     party.ID `json:"owner"`
	Procedure int      `json:"procedure"` // the version in force
	Asked     Asked    `json:"asked"`
	// Emergency says that it came by the emergency lane; absent: it did not.
	Emergency *Emergency `json:"emergency,omitempty"`
	// Import is the list that it came in by; absent: a form.
	Import batch.ID `json:"import,omitempty"`
}

// A Verdict is what a vote says.
type Verdict string

const (
	Pass    Verdict = "pass"
	Return  Verdict = "return" // with a question
	Reject  Verdict = "reject"
	Abstain Verdict = "abstain" // a conflict of interest
)

// A Score is one criterion's.
type Score struct {
	Criterion string `json:"criterion"`
	Score     int    `json:"score"`
}

// Voted is a seat's vote in a stage of a round; its latest one counts.
type Voted struct {
	Need    ID       `json:"need"`
	Stage   string   `json:"stage"`
	Round   int      `json:"round"` // from 1; one more with every resubmission
	Seat    seat.ID  `json:"seat"`
	For     seat.ID  `json:"for,omitempty"` // the seat it is cast for, by delegation
	Scores  []Score  `json:"scores,omitempty"`
	Verdict Verdict  `json:"verdict"`
	Reason  text.Ref `json:"reason,omitzero"` // of return and reject: what is asked, or why
}

// StageClosed says how a stage ended.
type StageClosed struct {
	Need    ID      `json:"need"`
	Stage   string  `json:"stage"`
	Round   int     `json:"round"`
	Verdict Verdict `json:"verdict"` // pass, return or reject
	Votes   int     `json:"votes"`   // without abstentions
}

// Validated opens the need to partners.
type Validated struct {
	Need  ID  `json:"need"`
	Round int `json:"round"`
}

// Returned sends the need back to its owner.
type Returned struct {
	Need  ID     `json:"need"`
	Stage string `json:"stage"`
	Round int    `json:"round"`
}

// Rejected ends the need by a body's verdict.
type Rejected struct {
	Need  ID     `json:"need"`
	Stage string `json:"stage"`
	Round int    `json:"round"`
}

// Resubmitted answers a return, in a new round from the first stage.
type Resubmitted struct {
	Need  ID    `json:"need"`
	Round int   `json:"round"`
	Asked Asked `json:"asked"`
}

// Withdrawn ends the need by its owner.
type Withdrawn struct {
	Need   ID     `json:"need"`
	Reason string `json:"reason"` // of a closed list
}

func (Submitted) Kind() string   { return "need.submitted" }
func (Voted) Kind() string       { return "need.voted" }
func (StageClosed) Kind() string { return "need.stage_closed" }
func (Validated) Kind() string   { return "need.validated" }
func (Returned) Kind() string    { return "need.returned" }
func (Rejected) Kind() string    { return "need.rejected" }
func (Resubmitted) Kind() string { return "need.resubmitted" }
func (Withdrawn) Kind() string   { return "need.withdrawn" }

func (b Submitted) Streams() []string   { return batch.Joined(b.Import, string(b.Need)) }
func (b Voted) Streams() []string       { return []string{string(b.Need)} }
func (b StageClosed) Streams() []string { return []string{string(b.Need)} }
func (b Validated) Streams() []string   { return []string{string(b.Need)} }
func (b Returned) Streams() []string    { return []string{string(b.Need)} }
func (b Rejected) Streams() []string    { return []string{string(b.Need)} }
func (b Resubmitted) Streams() []string { return []string{string(b.Need)} }
func (b Withdrawn) Streams() []string   { return []string{string(b.Need)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return slices.Concat(shownKinds(), relatedKinds(), laneKinds(), reopenKinds(), []fact.Type{
		fact.Of[Submitted](tlp.Amber, false),
		fact.Of[Voted](tlp.AmberStrict, false),
		fact.Of[StageClosed](tlp.Amber, false),
		fact.Of[Validated](tlp.Amber, false),
		fact.Of[Returned](tlp.Amber, false),
		fact.Of[Rejected](tlp.Amber, false),
		fact.Of[Resubmitted](tlp.Amber, false),
		fact.Of[Withdrawn](tlp.Amber, false),
		fact.Of[Corrected](tlp.Amber, false),
	})
}
