package project

import (
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
)

// An ID is drawn, such as "W-0417".
type ID string

// Recorded notes a piece of work. Names of providers and implementers are
// kept as published, beside the parties they resolve to.
type Recorded struct {
	Project         ID          `json:"project"`
	Name            string      `json:"name"`
	Providers       []party.ID  `json:"providers,omitempty"`
	Implementers    []party.ID  `json:"implementers,omitempty"`
	ProviderSaid    string      `json:"provider_said,omitempty"`
	ImplementerSaid string      `json:"implementer_said,omitempty"`
	Recipients      string      `json:"recipients,omitempty"` // classes, as published
	Capability      string      `json:"capability,omitempty"`
	Quantity        int64       `json:"quantity,omitempty"` // 0: not stated
	Unit            string      `json:"unit,omitempty"`
	Start           fact.Date   `json:"start,omitempty"`
	End             fact.Date   `json:"end,omitempty"`
	Result          string      `json:"result,omitempty"`
	Source          fact.Source `json:"source"`
}

// Corrected mends a project.
type Corrected struct {
	Project         ID `json:"project"`
	fact.Correction `json:",inline"`
}

func (Recorded) Kind() string  { return "project.recorded" }
func (Corrected) Kind() string { return "project.corrected" }

func (b Recorded) Streams() []string  { return []string{string(b.Project), b.Source.Stream()} }
func (b Corrected) Streams() []string { return []string{string(b.Project)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Recorded](tlp.Clear, false),
		fact.Of[Corrected](tlp.Clear, false),
	}
}
