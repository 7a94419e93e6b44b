package batch

import (
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/text"
	"tallinn/tlp"
)

// An ID is drawn, such as "I-0417".
type ID string

// A Noun is what the rows of a list are.
type Noun string

const (
	Needs    Noun = "need"
	Offers   Noun = "offer"
	Flows    Noun = "flow"
	Mentions Noun = "mention"
)

// Nouns lists them, in the order of forms.
var Nouns = []Noun{Needs, Offers, Flows, Mentions}

// Begun begins an import. Owner is the holder of the seat that begins it.
type Begun struct {
	Import  ID       `json:"import"`
	Owner   party.ID `json:"owner"`
	Of      Noun     `json:"of"`
	Name    text.Ref `json:"name"`   // of the file
	Plan    text.Ref `json:"plan"`   // which column is which field, and what is the same for all rows
	Digest  string   `json:"digest"` // SHA-256 of the file as it was sent, hexadecimal
	Rows    int      `json:"rows"`   // under the heads
	Blob    string   `json:"blob"`   // the rows, sealed; kept until the import ends
	SkipBad bool     `json:"skip_bad,omitzero"`
}

// Ended ends an import: everything was recorded, or refused, or somebody
// stopped it.
type Ended struct {
	Import  ID     `json:"import"`
	Made    int    `json:"made"`             // things, one a row
	Left    int    `json:"left"`             // rows that were not recorded
	Stopped bool   `json:"stopped,omitzero"` // by a person
	Blob    string `json:"blob,omitempty"`   // what was wrong with rows, sealed
}

// Undone takes back what an import made, where nothing else depends on it yet.
type Undone struct {
	Import ID     `json:"import"`
	Gone   int    `json:"gone"` // withdrawn
	Kept   int    `json:"kept"` // could not be withdrawn
	Blob   string `json:"blob,omitempty"`
}

func (Begun) Kind() string  { return "import.begun" }
func (Ended) Kind() string  { return "import.ended" }
func (Undone) Kind() string { return "import.undone" }

func (b Begun) Streams() []string {
	return []string{string(b.Import), string(b.Owner.Stream()) + "/imports"}
}
func (b Ended) Streams() []string  { return []string{string(b.Import)} }
func (b Undone) Streams() []string { return []string{string(b.Import)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{fact.Of[Begun](tlp.Amber, false), fact.Of[Ended](tlp.Amber, false), fact.Of[Undone](tlp.Amber, false)}
}

// Joined are the streams of a thing that an import made: its own, and that of
// the import, which so lists all that it made.
func Joined(id ID, streams ...string) []string {
	if id == "" {
		return streams
	}
	return append(streams, string(id))
}
