package milestone

import (
	"tallinn/fact"
	"tallinn/tlp"
)

// An ID is drawn, such as "M-0417".
type ID string

// Recorded notes that something happened.
type Recorded struct {
	Milestone ID          `json:"milestone"`
	On        fact.Date   `json:"on"`
	Event     string      `json:"event"` // public wording
	Source    fact.Source `json:"source"`
}

// Corrected mends a milestone.
type Corrected struct {
	Milestone       ID `json:"milestone"`
	fact.Correction `json:",inline"`
}

func (Recorded) Kind() string  { return "milestone.recorded" }
func (Corrected) Kind() string { return "milestone.corrected" }

func (b Recorded) Streams() []string  { return []string{string(b.Milestone), b.Source.Stream()} }
func (b Corrected) Streams() []string { return []string{string(b.Milestone)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Recorded](tlp.Clear, false),
		fact.Of[Corrected](tlp.Clear, false),
	}
}
