package seat

import (
	"slices"

	"tallinn/fact"
	"tallinn/fault"
)

// Corrected mends the term of a seat, by the front office. A seat of the wrong
// role, holder or body is ended as opened by mistake, and another is given.
type Corrected struct {
	Seat            ID `json:"seat"`
	fact.Correction `json:",inline"`
}

func (Corrected) Kind() string        { return "seat.corrected" }
func (b Corrected) Streams() []string { return []string{string(b.Seat)} }

// ErrMember refuses to correct what is not mended so.
var ErrMember = fault.New(fault.Invalid, "seat.member",
	"{{.pointer}} of a seat is not mended by a correction; end the seat as opened by mistake, and give another")

// Mendable are the members of a seat that may be corrected.
func (s Seat) Mendable() []string {
	if !s.Exists() || s.Ended != nil {
		return nil
	}
	return []string{"/from", "/until"}
}

// Opened is what s was opened as, with its corrections.
func (s Seat) Opened() Opened { return Opened{s.ID, s.Role, s.Holder, s.Body, s.From, s.Until} }

// Mend is what corrections of the term of s come to. Nobody else has
// countersigned it. Others are the seats of who sits there.
//
// Errors: ErrMissing, ErrEnded, ErrMember, ErrDays, ErrTwoVotes,
// fact.ErrCorrection.
func (s Seat) Mend(changes []fact.Correction, others []Seat) (out []fact.Body, err error) {
	switch {
	case !s.Exists():
		return nil, ErrMissing
	case s.Ended != nil:
		return nil, ErrEnded.With("seat", s.ID).With("on", s.Ended.On)
	}
	body := s.Opened()
	for _, c := range changes {
		if c.Fact != s.Pos || !slices.Contains(s.Mendable(), c.Pointer) {
			return nil, ErrMember.With("pointer", c.Pointer)
		}
		if body, err = fact.Apply(body, c); err != nil {
			return nil, err
		}
		out = append(out, Corrected{s.ID, c})
	}
	if !isDay(body.From) || body.Until != "" && (!isDay(body.Until) || body.Until < body.From) {
		return nil, ErrDays
	}
	s.From, s.Until = body.From, body.Until
	if other, has := s.inSameBody(others); has {
		return nil, ErrTwoVotes.With("other", other)
	}
	return out, nil
}

// mend patches the term; a patch that does not fit changes nothing, for what
// is recorded has happened.
func (s *Seat) mend(c fact.Correction) {
	if out, err := fact.Apply(s.Opened(), c); err == nil && c.Fact == s.Pos && slices.Contains(s.Mendable(), c.Pointer) {
		s.From, s.Until = out.From, out.Until
	}
}
