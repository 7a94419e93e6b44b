// Package tlp holds the Traffic Light Protocol markings, version 2.0
// (FIRST, https://www.first.org/tlp/): who may be shown a thing.
package tlp

import "tallinn/fault"

// A Marking orders who may read, from everyone (Clear) to named persons
// (Red). The zero value is Red, so that a forgotten marking shows nothing.
type Marking int

const (
	Red         Marking = iota // named recipients only
	AmberStrict                // the recipient's organisation only
	Amber                      // the recipient's organisation and its clients
	Green                      // the recipient's community
	Clear                      // the world
)

var labels = [...]string{"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}

// ErrUnknown refuses a label that TLP 2.0 does not have.
var ErrUnknown = fault.New(fault.Invalid, "tlp.unknown",
	"unknown marking {{.marking}}; use TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT or TLP:RED")

// String is the label as FIRST writes it.
func (m Marking) String() string {
	if m < 0 || int(m) >= len(labels) {
		return labels[Red]
	}
	return labels[m]
}

// Parse reads a label exactly as FIRST writes it.
func Parse(label string) (Marking, error) {
	for m, l := range labels {
		if l == label {
			return Marking(m), nil
		}
	}
	return Red, ErrUnknown.With("marking", label)
}

// MarshalText writes the label.
func (m Marking) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a label.
func (m *Marking) UnmarshalText(b []byte) (err error) {
	*m, err = Parse(string(b))
	return err
}

// Stricter returns the marking of a page that shows both.
func Stricter(a, b Marking) Marking { return min(a, b) }
