// Package correction holds corrections that wait for somebody's consent. What
// was mistyped is mended by the seat that said it; once others have
// countersigned, they must agree within Wait, all of them, or it lapses. The
// decision that gives the last consent records the noun's own fact of kind
// "noun.corrected", which changes what stands. It is pure.
package correction

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// An ID is drawn, such as "C-0417".
type ID string

// Asked asks others to agree to a correction.
type Asked struct {
	Correction ID                `json:"correction"`
	Item       string            `json:"item"` // whose fact is mended: "F-0032"
	Party      party.ID          `json:"party"`
	Changes    []fact.Correction `json:"changes"` // of one fact
	Consent    []party.ID        `json:"consent"` // parties and groups who must agree, sorted
}

// Agreed is one side's yes.
type Agreed struct {
	Correction ID       `json:"correction"`
	Item       string   `json:"item"`
	Party      party.ID `json:"party"`
}

// Refused is one side's no, which ends the correction.
type Refused struct {
	Correction ID       `json:"correction"`
	Item       string   `json:"item"`
	Party      party.ID `json:"party"`
}

// Withdrawn ends the correction by who asked.
type Withdrawn struct {
	Correction ID       `json:"correction"`
	Item       string   `json:"item"`
	Party      party.ID `json:"party"`
}

func (Asked) Kind() string     { return "correction.asked" }
func (Agreed) Kind() string    { return "correction.agreed" }
func (Refused) Kind() string   { return "correction.refused" }
func (Withdrawn) Kind() string { return "correction.withdrawn" }

func (b Asked) Streams() []string     { return []string{string(b.Correction), b.Item} }
func (b Agreed) Streams() []string    { return []string{string(b.Correction), b.Item} }
func (b Refused) Streams() []string   { return []string{string(b.Correction), b.Item} }
func (b Withdrawn) Streams() []string { return []string{string(b.Correction), b.Item} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{fact.Of[Asked](tlp.Amber, false), fact.Of[Agreed](tlp.Amber, false),
		fact.Of[Refused](tlp.Amber, false), fact.Of[Withdrawn](tlp.Amber, false)}
}

// Wait is how long a correction waits for consent.
const Wait = 14 * 24 * time.Hour

// MostChanges bounds the members that one correction changes.
const MostChanges = 20

var (
	// ErrMissing refuses to decide on a correction that is not there.
	ErrMissing = fault.New(fault.Missing, "correction.missing",
		"there is no such correction; look for it in the list of corrections")
	// ErrNoFact refuses to mend what cannot be mended by hand.
	ErrNoFact = fault.New(fault.Missing, "correction.no_fact",
		"fact {{.fact}} is not one that is mended here; open the history of the item, and the fact that says what is wrong")
	// ErrNotYours refuses to mend what somebody else has said.
	ErrNotYours = fault.New(fault.Denied, "correction.not_yours",
		"what a seat has said is mended from that seat; ask {{.seat}}")
	// ErrNothing refuses a correction that changes nothing, or too much.
	ErrNothing = fault.New(fault.Invalid, "correction.nothing",
		"nothing would change, or more than {{.most}} members would; change what is wrong, and leave the rest as it is")
	// ErrMember refuses to mend what is not open to correction.
	ErrMember = fault.New(fault.Invalid, "correction.member",
		"{{.pointer}} of this fact is not mended by a correction; withdraw the item, or say anew what holds now")
	// ErrWaits refuses a second correction of a fact while one waits.
	ErrWaits = fault.New(fault.Conflict, "correction.waits",
		"{{.correction}} of the same fact waits for consent; let it be answered, or withdraw it first")
	// ErrOver refuses to answer what has ended.
	ErrOver = fault.New(fault.Conflict, "correction.over",
		"{{.correction}} is {{.state}} already; ask for another correction if something is still wrong")
	// ErrNotAsked refuses an answer of somebody who was not asked.
	ErrNotAsked = fault.New(fault.Denied, "correction.not_asked",
		"your seat is not asked about {{.correction}}, or has agreed already; those who are asked stand on its page")
	// ErrAnswer refuses a word that is no answer.
	ErrAnswer = fault.New(fault.Invalid, "correction.answer",
		"{{.answer}} is no answer to a correction; choose agree, refuse or withdraw")
)

// A State is how far a correction has come.
type State string

const (
	Waits   State = "waits"
	Done    State = "done"
	Denied  State = "refused"
	Taken   State = "withdrawn"
	Lapsed  State = "lapsed" // computed, never recorded
	noState State = ""
)

// States lists them, in the order of tables.
var States = []State{Waits, Done, Denied, Taken, Lapsed}

// A Correction is one as it stands after its facts.
type Correction struct {
	Asked
	By     seat.ID // that asked
	At     time.Time
	Pos    fact.Pos
	Agreed []party.ID // in order of record
	end    State
}

// Exists reports whether c was ever asked for.
func (c Correction) Exists() bool { return c.Asked.Correction != "" }

// Until is when c lapses.
func (c Correction) Until() time.Time { return c.At.Add(Wait) }

// State is how far c has come at now.
func (c Correction) State(now time.Time) State {
	switch {
	case !c.Exists():
		return noState
	case c.end != noState:
		return c.end
	case !now.Before(c.Until()):
		return Lapsed
	}
	return Waits
}

// Lacks are those who have yet to agree.
func (c Correction) Lacks() (out []party.ID) {
	for _, p := range c.Consent {
		if !slices.Contains(c.Agreed, p) {
			out = append(out, p)
		}
	}
	return out
}

// Ask asks consent to changes of one fact of an item; by is the seat that
// asks. Waiting is what waits already for the same item.
//
// Errors: those of seat.Acting; ErrNothing, ErrWaits.
func Ask(id ID, item string, changes []fact.Correction, consent []party.ID, by seat.Seat, waiting []Correction, now time.Time) ([]fact.Body, error) {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return nil, err
	}
	if len(changes) == 0 || len(changes) > MostChanges {
		return nil, ErrNothing.With("most", MostChanges)
	}
	for _, c := range waiting {
		if c.State(now) == Waits && c.Changes[0].Fact == changes[0].Fact {
			return nil, ErrWaits.With("correction", c.Asked.Correction)
		}
	}
	return []fact.Body{Asked{id, item, by.Holder, changes, consent}}, nil
}

// For is the party or group for which the seat by may answer c; empty: none.
func (c Correction) For(by seat.Seat) party.ID {
	lacks := c.Lacks()
	switch by.Role {
	case seat.Technical, seat.Interagency:
		if by.Holder != c.Party && slices.Contains(lacks, by.Body) { // who asked does not consent for those who judged it
			return by.Body
		}
	case seat.Officer, seat.Programme, seat.Implementer:
		if slices.Contains(lacks, by.Holder) {
			return by.Holder
		}
	}
	return ""
}

// Agree gives the consent of whom by speaks for. The correction is whole when
// last is true: its patch is then to be recorded in the same decision.
//
// Errors: those of seat.Acting; ErrMissing, ErrOver, ErrNotAsked.
func (c Correction) Agree(by seat.Seat, now time.Time) (out []fact.Body, last bool, err error) {
	p, err := c.answering(by, now)
	if err != nil {
		return nil, false, err
	}
	return []fact.Body{Agreed{c.Asked.Correction, c.Item, p}}, len(c.Lacks()) == 1, nil
}

// Refuse ends c by one who is asked.
//
// Errors: those of Agree.
func (c Correction) Refuse(by seat.Seat, now time.Time) ([]fact.Body, error) {
	p, err := c.answering(by, now)
	if err != nil {
		return nil, err
	}
	return []fact.Body{Refused{c.Asked.Correction, c.Item, p}}, nil
}

func (c Correction) answering(by seat.Seat, now time.Time) (party.ID, error) {
	if err := c.standing(by, now); err != nil {
		return "", err
	}
	p := c.For(by)
	if p == "" {
		return "", ErrNotAsked.With("correction", c.Asked.Correction)
	}
	return p, nil
}

func (c Correction) standing(by seat.Seat, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	switch s := c.State(now); s {
	case noState:
		return ErrMissing
	case Waits:
		return nil
	default:
		return ErrOver.With("correction", c.Asked.Correction).With("state", s)
	}
}

// Withdraw ends c by the seat that asked for it.
//
// Errors: those of seat.Acting; ErrMissing, ErrOver, ErrNotYours.
func (c Correction) Withdraw(by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := c.standing(by, now); err != nil {
		return nil, err
	}
	if by.ID != c.By {
		return nil, ErrNotYours.With("seat", c.By)
	}
	return []fact.Body{Withdrawn{c.Asked.Correction, c.Item, by.Holder}}, nil
}
