package marking

import (
	"slices"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// Changed marks a thing anew, with all its parts: a part that is marked
// stricter by its nature stays so.
type Changed struct {
	Item    string      `json:"item"` // the stream of the thing, such as "N-0417"
	Marking tlp.Marking `json:"marking"`
	To      []seat.ID   `json:"to,omitempty"` // of TLP:RED: who may read, by seat
}

func (Changed) Kind() string        { return "marking.changed" } // for ever
func (b Changed) Streams() []string { return []string{b.Item} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type { return []fact.Type{fact.Of[Changed](tlp.Amber, false)} }

// MostRecipients bounds the seats that a TLP:RED thing is for.
const MostRecipients = 50

var (
	// ErrNotOwner refuses a change by another institution.
	ErrNotOwner = fault.New(fault.Denied, "marking.not_owner",
		"only its owner may change how {{.item}} is marked; the front office may make it stricter, not wider")
	// ErrSame refuses a change that changes nothing.
	ErrSame = fault.New(fault.Conflict, "marking.same", "{{.item}} is {{.marking}} already; choose another marking")
	// ErrRecipients refuses TLP:RED for nobody, and recipients of anything else.
	ErrRecipients = fault.New(fault.Invalid, "marking.recipients",
		"TLP:RED is for named seats, 1 to {{.most}} of them, and no other marking names any; name the seats that may read, or choose another marking")
	// ErrSeat refuses a recipient that is no seat in use.
	ErrSeat = fault.New(fault.Invalid, "marking.seat", "{{.seat}} is no seat in use; name one of the list of seats")
)

// A Mark is how a thing stands marked.
type Mark struct {
	Marking tlp.Marking
	To      string // of TLP:RED: the seats, as class.Audience joins them
}

// Mark is what b says.
func (b Changed) Mark() Mark { return Mark{b.Marking, class.Audience(b.To...)} }

// Change marks item, which is owner's and stands marked as now, anew. The seat
// that makes a thing TLP:RED is always among those who may read it.
//
// Errors: ErrNotOwner, ErrSame, ErrRecipients, ErrSeat, those of seat.Acting.
func Change(item string, owner party.ID, was Mark, by seat.Seat, at time.Time, wanted Changed, seats *seat.Book) ([]fact.Body, error) {
	day := string(fact.Day(at))
	if err := by.Acting(day); err != nil {
		return nil, err
	}
	office := by.Role == seat.FrontOffice && wanted.Marking < was.Marking
	if by.Holder != owner && !office {
		return nil, ErrNotOwner.With("item", item)
	}
	wanted.Item = item
	if wanted.Marking == tlp.Red && len(wanted.To) > 0 && !slices.Contains(wanted.To, by.ID) {
		wanted.To = append(slices.Clip(wanted.To), by.ID)
	}
	slices.Sort(wanted.To)
	wanted.To = slices.Compact(wanted.To)
	switch {
	case (wanted.Marking == tlp.Red) != (len(wanted.To) > 0), len(wanted.To) > MostRecipients:
		return nil, ErrRecipients.With("most", MostRecipients)
	case wanted.Mark() == was:
		return nil, ErrSame.With("item", item).With("marking", was.Marking)
	}
	for _, id := range wanted.To {
		if s, ok := seats.Get(id); !ok || !s.Acts(day) {
			return nil, ErrSeat.With("seat", id)
		}
	}
	return []fact.Body{wanted}, nil
}
