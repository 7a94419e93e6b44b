package rate

import (
	"tallinn/fact"
	"tallinn/money"
	"tallinn/tlp"
)

// Published is one day's rates of one source: units of each currency for one
// unit of the base; inverse, units of the base for one of each currency, as
// the National Bank of Ukraine quotes the hryvnia.
type Published struct {
	Rates  map[money.Currency]money.Rate `json:"rates"`
	Base   money.Currency                `json:"base"`
	On     fact.Date                     `json:"on"`     // a day
	Issuer string                        `json:"issuer"` // "ECB"
	Source fact.Source                   `json:"source"`

	Inverse bool `json:"inverse,omitempty"`
}

// Corrected mends one day's rates.
type Corrected struct {
	Issuer          string    `json:"issuer"`
	On              fact.Date `json:"on"`
	fact.Correction `json:",inline"`
}

func (Published) Kind() string { return "rate.published" }
func (Corrected) Kind() string { return "rate.corrected" }

func (b Published) Streams() []string { return []string{stream(b.Issuer, b.On)} }
func (b Corrected) Streams() []string { return []string{stream(b.Issuer, b.On)} }

func stream(issuer string, on fact.Date) string { return "rate/" + issuer + "/" + string(on) }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Published](tlp.Clear, true),
		fact.Of[Corrected](tlp.Clear, true),
	}
}
