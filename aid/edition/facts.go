package edition

import (
	"time"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/tlp"
)

// An ID names an edition from its draft on: E-0417. Once released it has a
// number too.
type ID string

// A Row is a flow, or the part of it that one provider gave first for one
// year, as the account had it.
type Row struct {
	Flow     flow.ID      `json:"flow"`
	Provider party.ID     `json:"provider"`
	Receiver party.ID     `json:"receiver,omitempty"` // empty: not named to everyone
	Line     flow.Line    `json:"line,omitempty"`     // empty: not broken down
	Year     int          `json:"year,omitempty"`     // 0: not stated
	Status   flow.Status  `json:"status"`
	On       fact.Date    `json:"on"`
	Spoken   money.Amount `json:"spoken"`          // of it, what counts here
	Value    string       `json:"value,omitempty"` // in euros, unrounded; empty: no rate, and in no sum
	Public   bool         `json:"public,omitempty"`
}

// Pledged reports whether r binds nobody: it is in no sum.
func (r Row) Pledged() bool { return r.Status == flow.Pledge }

// Drafted opens an edition. Its rows are the account of its day.
type Drafted struct {
	Edition ID        `json:"edition"`
	Seat    seat.ID   `json:"seat"`
	AsOf    string    `json:"as_of"` // YYYY-MM-DD
	Known   fact.Pos  `json:"known"` // the last fact that was taken into account
	Until   time.Time `json:"until"` // by when the parties clear
	Rows    []Row     `json:"rows"`
}

// A Mode is how a party lets its figures be stated.
type Mode string

const (
	ByRow    Mode = "row"     // each of its rows
	ByTotal  Mode = "total"   // their sum, and no row
	MoreThan Mode = "more"    // that it is more than an amount it names
	Nothing  Mode = "nothing" // not at all
)

// Modes lists them, from the most open on.
var Modes = []Mode{ByRow, ByTotal, MoreThan, Nothing}

// Cleared is a party's word on its own figures; its latest counts.
type Cleared struct {
	Edition ID            `json:"edition"`
	Party   party.ID      `json:"party"`
	Seat    seat.ID       `json:"seat"`
	Mode    Mode          `json:"mode"`
	Floor   *money.Amount `json:"floor,omitempty"` // of MoreThan
}

// Signed is a co-chair's signature under exactly one wording.
type Signed struct {
	Edition ID       `json:"edition"`
	Seat    seat.ID  `json:"seat"`
	Party   party.ID `json:"party"`
	Content string   `json:"content"` // SHA-256 of the content, hex
}

// Released makes an edition public, as it will stand.
type Released struct {
	Edition ID      `json:"edition"`
	Number  int     `json:"number"` // from 1, without gaps
	Content Content `json:"content"`
}

// Withdrawn ends a draft.
type Withdrawn struct {
	Edition ID      `json:"edition"`
	Seat    seat.ID `json:"seat"`
	Why     Why     `json:"why"`
}

// A Why is why a draft is withdrawn.
type Why string

const (
	Mistaken Why = "mistaken" // the wrong day, or opened by mistake
	Outdated Why = "outdated" // the account has changed too much since
	Refused  Why = "refused"  // a co-chair does not release it
)

// Whys lists them.
var Whys = []Why{Mistaken, Outdated, Refused}

func (Drafted) Kind() string   { return "edition.drafted" }
func (Cleared) Kind() string   { return "edition.cleared" }
func (Signed) Kind() string    { return "edition.signed" }
func (Released) Kind() string  { return "edition.released" }
func (Withdrawn) Kind() string { return "edition.withdrawn" }

// Series is the stream that every draft and release advances: there is one
// draft at a time, and numbers have no gaps.
const Series = "editions"

func (b Drafted) Streams() []string   { return []string{string(b.Edition), Series} }
func (b Cleared) Streams() []string   { return []string{string(b.Edition)} }
func (b Signed) Streams() []string    { return []string{string(b.Edition)} }
func (b Released) Streams() []string  { return []string{string(b.Edition), Series} }
func (b Withdrawn) Streams() []string { return []string{string(b.Edition), Series} }

// Kinds lists the facts of this package. A draft and what is said of it are
// for those who work on it; what was released is for everyone.
func Kinds() []fact.Type {
	return []fact.Type{fact.Of[Drafted](tlp.AmberStrict, false), fact.Of[Cleared](tlp.AmberStrict, false),
		fact.Of[Signed](tlp.AmberStrict, false), fact.Of[Released](tlp.Clear, true), fact.Of[Withdrawn](tlp.AmberStrict, false)}
}
