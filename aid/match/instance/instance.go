package instance

import "crypto/sha256"

// Limits of an instance. They keep every sum that a reader forms inside 62
// bits, and a file small enough to hold in memory.
const (
	MaxRequirements = 200_000
	MaxOffers       = 50_000
	MaxLots         = 100_000               // of one requirement
	MaxPartners     = 64                    // that may share one requirement
	MaxAmount       = 1_000_000_000_000_000 // cents, minor units, units, and rates in millionths
	MaxPoints       = 1_000_000_000         // per lot
	MaxWeight       = 1_000_000_000         // of one requirement
	MaxDay          = 1_000_000             // from the plan date
	MaxScore        = 1 << 46               // of all requirements together, in points
	MaxBytes        = 1 << 30               // of a file
)

// An Instance is one planning round's input. Offers and requirements keep the
// order of the file, which breaks ties everywhere.
type Instance struct {
	Name         string
	Seed         int64 // of the generator; 0 when the instance was not generated
	Rates        map[string]int64
	Requirements []Requirement
	Offers       []Offer
	Previous     []Pair
	Hash         [sha256.Size]byte // of the file's bytes
}

// A Requirement is one validated need on one capability line.
type Requirement struct {
	ID              string   `json:"id"`
	Line            string   `json:"line"`
	Lots            int64    `json:"lots"`               // wanted
	UnitsPerLot     int64    `json:"units_per_lot"`      // whole units for goods in kind
	LotCost         int64    `json:"lot_cost_eur_cents"` // EUR cents
	Tier            int64    `json:"tier"`               // 1 is the most critical
	DeadlineDay     int64    `json:"deadline_day"`       // days from the plan date
	LatestCommitDay int64    `json:"latest_commit_day"`  // deadline less lead time
	Region          string   `json:"region"`
	Sector          string   `json:"sector"`
	Beneficiary     string   `json:"beneficiary"`
	MinLots         int64    `json:"min_lots"`     // minimum useful share
	MaxPartners     int64    `json:"max_partners"` // most offers that may share it
	MilitaryUse     bool     `json:"military_use"`
	ExcludedOrigins []string `json:"excluded_origins"`
	Weight          int64    `json:"weight"`         // tier, urgency and size in one
	Points          int64    `json:"points_per_lot"` // coverage points for each lot given
}

// Kinds of an offer.
const (
	Money  = "money"
	InKind = "in_kind"
)

// An Offer is a partner's pledge. A nil earmark holds any value; an empty one
// holds none.
type Offer struct {
	ID            string   `json:"id"`
	Partner       string   `json:"partner"`
	Kind          string   `json:"kind"` // Money or InKind
	Currency      string   `json:"currency,omitzero"`
	Amount        int64    `json:"amount_minor,omitzero"` // minor units of Currency
	Line          string   `json:"line,omitzero"`         // of goods in kind
	Units         int64    `json:"units,omitzero"`        // of goods in kind
	Lines         []string `json:"lines"`
	Sectors       []string `json:"sectors"`
	Regions       []string `json:"regions"`
	Beneficiaries []string `json:"beneficiaries"`
	ValidFrom     int64    `json:"valid_from_day"`
	ValidTo       int64    `json:"valid_to_day"`
	CivilOnly     bool     `json:"civil_only"`
	Origin        *string  `json:"origin"`     // procurement origin; nil is any
	MinTicket     int64    `json:"min_ticket"` // per requirement, in the offer's own unit
	MaxTicket     int64    `json:"max_ticket"`
}

// Capacity is all that o can give, in its own unit: minor units of its
// currency, or whole units in kind.
func (o *Offer) Capacity() int64 {
	if o.Kind == InKind {
		return o.Units
	}
	return o.Amount
}

// A Pair names a requirement and an offer.
type Pair struct{ Requirement, Offer string }
