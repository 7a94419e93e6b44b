package need

import (
	"slices"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
)

// The weakness of a need is for those who validate it. A partner sees it only
// by an act of the recipient, which says on what legal basis.

// A Basis is the kind of legal basis on which a weakness is shown.
type Basis string

const (
	ByConsent   Basis = "consent"   // a written decision of the recipient's head
	ByAgreement Basis = "agreement" // with the partner, in force
	ByLaw       Basis = "law"       // which obliges or allows
)

// Bases lists them.
var Bases = []Basis{ByConsent, ByAgreement, ByLaw}

// WeaknessShown lets a partner read the weakness of a need.
type WeaknessShown struct {
	Need     ID       `json:"need"`
	Party    party.ID `json:"party"`
	Basis    Basis    `json:"basis"`
	Document text.Ref `json:"document"` // the decision, agreement or act, by its date and number
}

// WeaknessHidden ends that; what was read stays read.
type WeaknessHidden struct {
	Need  ID       `json:"need"`
	Party party.ID `json:"party"`
}

func (WeaknessShown) Kind() string  { return "need.weakness_shown" }
func (WeaknessHidden) Kind() string { return "need.weakness_hidden" }

func (b WeaknessShown) Streams() []string  { return []string{string(b.Need)} }
func (b WeaknessHidden) Streams() []string { return []string{string(b.Need)} }

// shownKinds are those of this file.
func shownKinds() []fact.Type {
	return []fact.Type{fact.Of[WeaknessShown](tlp.AmberStrict, false), fact.Of[WeaknessHidden](tlp.AmberStrict, false)}
}

var (
	// ErrNoWeakness refuses to show what is not there.
	ErrNoWeakness = fault.New(fault.Conflict, "need.no_weakness",
		"{{.need}} describes no weakness; there is nothing to show")
	// ErrNotOpenToPartners refuses to show the weakness of what partners do not see.
	ErrNotOpenToPartners = fault.New(fault.Conflict, "need.not_open_to_partners",
		"{{.need}} is {{.status}}; its weakness can be shown to a partner once it is validated")
	// ErrShowTo refuses to show a weakness to a party that is no partner.
	ErrShowTo = fault.New(fault.Invalid, "need.show_to",
		"a weakness is shown to a partner of the mechanism; choose one of the list")
	// ErrBasis refuses to show a weakness without a legal basis.
	ErrBasis = fault.New(fault.Invalid, "need.basis",
		"say on what legal basis: consent, agreement or law, and the document by its date and number")
	// ErrShown says that a partner sees the weakness already.
	ErrShown = fault.New(fault.Conflict, "need.shown",
		"{{.party}} sees the weakness of {{.need}} already")
	// ErrNotShown says that there is nothing to end.
	ErrNotShown = fault.New(fault.Conflict, "need.not_shown",
		"{{.party}} does not see the weakness of {{.need}}; there is nothing to end")
)

// A Showing is that a partner may read the weakness of a need.
type Showing struct {
	WeaknessShown
	At  time.Time
	Pos fact.Pos
}

// Showings are to whom the weaknesses of a realm's needs are shown.
type Showings struct{ byNeed map[ID][]Showing }

// NewShowings shows nothing to anybody.
func NewShowings() *Showings { return &Showings{map[ID][]Showing{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (s *Showings) Fold(f fact.Fact) {
	switch b := f.Body.(type) {
	case WeaknessShown:
		s.end(b.Need, b.Party)
		s.byNeed[b.Need] = append(s.byNeed[b.Need], Showing{b, f.At, f.Pos})
	case WeaknessHidden:
		s.end(b.Need, b.Party)
	case Withdrawn:
		delete(s.byNeed, b.Need)
	case Rejected:
		delete(s.byNeed, b.Need)
	}
}

func (s *Showings) end(id ID, to party.ID) {
	s.byNeed[id] = slices.DeleteFunc(slices.Clone(s.byNeed[id]), func(x Showing) bool { return x.Party == to })
}

// WeaknessTo is the class of h's weakness as it is shown to a party.
func (h Head) WeaknessTo(p party.ID) class.Class {
	c := h.ClassOf(Weakness)
	c.Audience = class.Audience(string(p))
	return c
}

// Of are those of a need, in order of record.
func (s *Showings) Of(id ID) []Showing { return s.byNeed[id] }

// To reports whether the weakness of a need is shown to a party.
func (s *Showings) To(id ID, p party.ID) bool {
	return slices.ContainsFunc(s.byNeed[id], func(x Showing) bool { return x.Party == p })
}

// WhyNotShow is why by may not show n's weakness to partners, or nil.
//
// Errors: those of Head.OwnedBy; ErrNotOpenToPartners, ErrNoWeakness.
func (n Need) WhyNotShow(by seat.Seat, now time.Time) error {
	if err := n.owned(by, now); err != nil {
		return err
	}
	switch {
	case n.Status != Valid:
		return ErrNotOpenToPartners.With("need", n.ID).With("status", n.Status)
	case n.Asked.Weakness == text.Ref{}:
		return ErrNoWeakness.With("need", n.ID)
	}
	return nil
}

// Show lets the partner to read n's weakness.
//
// Errors: those of WhyNotShow; ErrShowTo, ErrBasis, ErrShown.
func (s *Showings) Show(n Need, by seat.Seat, now time.Time, to party.Party, basis Basis, document text.Ref) ([]fact.Body, error) {
	if err := n.WhyNotShow(by, now); err != nil {
		return nil, err
	}
	id := to.Registered.Party
	switch {
	case !to.Exists() || id == n.Owner || !Partner(to):
		return nil, ErrShowTo
	case !slices.Contains(Bases, basis) || document == text.Ref{}:
		return nil, ErrBasis
	case s.To(n.ID, id):
		return nil, ErrShown.With("need", n.ID).With("party", id)
	}
	return []fact.Body{WeaknessShown{n.ID, id, basis, document}}, nil
}

// Partner reports whether a weakness may be shown to p.
func Partner(p party.Party) bool {
	return p.Registered.Type == party.State || p.Registered.Type == party.Company || p.Registered.Type == party.Organisation
}

// Hide ends that the party to reads n's weakness.
//
// Errors: those of Head.OwnedBy; ErrNotShown.
func (s *Showings) Hide(n Need, by seat.Seat, now time.Time, to party.ID) ([]fact.Body, error) {
	if err := n.owned(by, now); err != nil {
		return nil, err
	}
	if !s.To(n.ID, to) {
		return nil, ErrNotShown.With("need", n.ID).With("party", to)
	}
	return []fact.Body{WeaknessHidden{n.ID, to}}, nil
}
