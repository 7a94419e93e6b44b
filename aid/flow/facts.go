package flow

import (
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/tlp"
)

// An ID is drawn, such as "F-0032".
type ID string

// A MentionID is drawn, such as "S-0417".
type MentionID string

// A Status is how binding a flow is.
type Status string

const (
	Pledge     Status = "pledge"     // not binding; in no total
	Commitment Status = "commitment" // after a signed agreement or a decision
	Paid       Status = "paid"       // after transfer; goods, after acceptance
)

// A Basis says who stands behind a flow.
type Basis string

const (
	ByProvider Basis = "provider"
	ByReceiver Basis = "receiver"
	ByBoth     Basis = "both"
	Published  Basis = "published" // imported from a public source; not confirmed here

	ByImplementer Basis = "implementer" // whoever carries it, and neither provider nor receiver
)

// A Scope says what a flow was part of. Only Mechanism enters the boundary of
// the mechanism; the others are listed beside it and added nowhere.
type Scope string

const (
	Mechanism    Scope = "mechanism"
	BeforeLaunch Scope = "before launch"
	Military     Scope = "military"
	Satellite    Scope = "satellite"
	Mixed        Scope = "mixed"   // of mentions only
	Unclear      Scope = "unclear" // of mentions only
)

// A Line is a capability that aid builds; the empty Line is "not broken down".
type Line = capability.Line

const (
	Training       = capability.Training
	Detection      = capability.Detection
	Response       = capability.Response
	Infrastructure = capability.Infrastructure
	Connectivity   = capability.Connectivity
	Continuity     = capability.Continuity
	Coordination   = capability.Coordination
)

// A Link says which reservation of an offer, for which lot of which need, a
// flow commits.
type Link struct {
	Reservation offer.ReservationID `json:"reservation"`
	Offer       offer.ID            `json:"offer"`
	Need        need.ID             `json:"need"`
	Lot         string              `json:"lot"`
}

// A Portion is the part of a flow that its provider gave for one year.
type Portion struct {
	Year   int          `json:"year"`
	Amount money.Amount `json:"amount"`
}

// Said is the public wording that a published flow or mention rests on.
type Said struct {
	Reporter    string      `json:"reporter"`         // who said it
	Provider    string      `json:"provider"`         // as named
	Receiver    string      `json:"receiver"`         // as named
	Status      string      `json:"status"`           // as worded: decided, spent, hoped for
	Form        string      `json:"form,omitempty"`   // financial, project, in kind, training, total
	Period      string      `json:"period,omitempty"` // as worded
	Purpose     string      `json:"purpose,omitempty"`
	Equivalents string      `json:"equivalents,omitempty"` // other currencies that others printed
	Note        string      `json:"note,omitempty"`
	Source      fact.Source `json:"source"`
}

// Recorded opens a flow.
type Recorded struct {
	Flow          ID           `json:"flow"`
	Provider      party.ID     `json:"provider"`
	Receiver      party.ID     `json:"receiver"`
	Amount        money.Amount `json:"amount"` // as spoken; never converted
	Status        Status       `json:"status"`
	Basis         Basis        `json:"basis"`
	Scope         Scope        `json:"scope"`
	Line          Line         `json:"line,omitempty"`
	On            fact.Date    `json:"on"`                       // decided, or announced
	Moved         fact.Date    `json:"moved,omitempty"`          // transferred or accepted
	FirstReported fact.Date    `json:"first_reported,omitempty"` // first seen in public
	Portions      []Portion    `json:"portions,omitempty"`       // by year; none: year not stated
	Said          *Said        `json:"said,omitempty"`           // of a published flow
	Link          *Link        `json:"link,omitempty"`           // of a commitment made here
	Implementer   party.ID     `json:"implementer,omitempty"`    // who carries it
	Goods         *Goods       `json:"goods,omitempty"`          // in kind: the amount may then be none
	Reference     string       `json:"reference,omitempty"`      // of the agreement, as both sides write it
	Look          *Look        `json:"look,omitempty"`           // the answer to a second look
	Import        batch.ID     `json:"import,omitempty"`         // the list that it came in by; absent: none
}

// Advanced moves a flow's status: from pledge to commitment, from commitment
// to paid. The flow stays the same record (rule 1), and is converted at the
// rate of the day on which it was first decided.
type Advanced struct {
	Flow   ID        `json:"flow"`
	Status Status    `json:"status"`
	On     fact.Date `json:"on"`
	Said   *Said     `json:"said,omitempty"` // where it was published
}

// Withdrawn ends a flow that should not have been recorded as one: its source
// row now reads differently.
type Withdrawn struct {
	Flow   ID     `json:"flow"`
	Reason string `json:"reason"` // a word of a closed list
}

// Corrected mends a flow.
type Corrected struct {
	Flow            ID `json:"flow"`
	fact.Correction `json:",inline"`
}

// Mentioned keeps what was said in public where it is no flow.
type Mentioned struct {
	Mention MentionID     `json:"mention"`
	Parties []party.ID    `json:"parties,omitempty"` // those it speaks of, where they resolve
	Amount  *money.Amount `json:"amount,omitempty"`  // as said; in no total
	Scope   Scope         `json:"scope"`
	Why     Why           `json:"why"`          // why it is no flow
	Total   bool          `json:"total"`        // a published total of the mechanism or a part of it
	On      fact.Date     `json:"on,omitempty"` // announced; empty: not stated
	Said    Said          `json:"said"`
	Import  batch.ID      `json:"import,omitempty"` // the list that it came in by; absent: none
}

// MentionWithdrawn ends a mention whose source row now reads differently.
type MentionWithdrawn struct {
	Mention MentionID `json:"mention"`
	Reason  string    `json:"reason"`
}

// MentionCorrected mends a mention.
type MentionCorrected struct {
	Mention         MentionID `json:"mention"`
	fact.Correction `json:",inline"`
}

// A Why says why a statement about money is a mention and no flow.
type Why string

const (
	WhyTotal    Why = "total"     // a total, restating others
	WhyOverlap  Why = "overlap"   // part of, or overlapping, another row
	WhyScope    Why = "scope"     // scope mixed or unclear
	WhyNoAmount Why = "no_amount" // no amount was given
	WhyStatus   Why = "status"    // hoped for or reported: nobody bound themselves
)

func (Recorded) Kind() string         { return "flow.recorded" }
func (Advanced) Kind() string         { return "flow.advanced" }
func (Withdrawn) Kind() string        { return "flow.withdrawn" }
func (Corrected) Kind() string        { return "flow.corrected" }
func (Mentioned) Kind() string        { return "mention.recorded" }
func (MentionWithdrawn) Kind() string { return "mention.withdrawn" }
func (MentionCorrected) Kind() string { return "mention.corrected" }

func (b Recorded) Streams() []string {
	if b.Said == nil {
		return batch.Joined(b.Import, string(b.Flow))
	}
	return []string{string(b.Flow), b.Said.Source.Stream()}
}
func (b Advanced) Streams() []string {
	if b.Said == nil {
		return []string{string(b.Flow)}
	}
	return []string{string(b.Flow), b.Said.Source.Stream()}
}
func (b Withdrawn) Streams() []string { return []string{string(b.Flow)} }
func (b Corrected) Streams() []string { return []string{string(b.Flow)} }
func (b Mentioned) Streams() []string {
	return batch.Joined(b.Import, string(b.Mention), b.Said.Source.Stream())
}
func (b MentionWithdrawn) Streams() []string { return []string{string(b.Mention)} }
func (b MentionCorrected) Streams() []string { return []string{string(b.Mention)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Recorded](tlp.Clear, true),
		fact.Of[Advanced](tlp.Clear, true),
		fact.Of[Withdrawn](tlp.Clear, true),
		fact.Of[Corrected](tlp.Clear, true),
		fact.Of[Linked](tlp.Clear, true),
		fact.Of[Unlinked](tlp.Clear, true),
		fact.Of[Asserted](tlp.Clear, true),
		fact.Of[Settled](tlp.Clear, true),
		fact.Of[Joined](tlp.Clear, true),
		fact.Of[Valued](tlp.Clear, true),
		fact.Of[Mentioned](tlp.Clear, true),
		fact.Of[MentionWithdrawn](tlp.Clear, true),
		fact.Of[MentionCorrected](tlp.Clear, true),
	}
}
