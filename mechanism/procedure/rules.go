package procedure

import (
	"fmt"
	"slices"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
)

// Bounds of a procedure.
const (
	MostStages   = 6
	MostCriteria = 8
	MostScore    = 10  // the highest Max of a criterion
	MostSeats    = 25  // of a body
	MostHours    = 720 // of a stage: 30 days
)

var (
	// ErrMissing refuses to decide under a procedure that nobody adopted.
	ErrMissing = fault.New(fault.Missing, "procedure.missing",
		"no procedure is in force; two co-chairs adopt one on the page of the procedure")
	// ErrVersion refuses a version that is not the next.
	ErrVersion = fault.New(fault.Conflict, "procedure.version",
		"version {{.got}} cannot be adopted, the next one is {{.next}}; read what is in force and adopt version {{.next}}")
	// ErrFrom refuses a version without a day, or from before the last one.
	ErrFrom = fault.New(fault.Invalid, "procedure.from",
		"say from which day the procedure holds, as YYYY-MM-DD, not before {{.last}}")
	// ErrStages refuses a procedure without stages, or with too many.
	ErrStages = fault.New(fault.Invalid, "procedure.stages",
		"a procedure has 1 to {{.most}} stages; divide or join them")
	// ErrStage refuses a stage that cannot be told from another.
	ErrStage = fault.New(fault.Invalid, "procedure.stage",
		"stage {{.stage}} needs an id of small letters that no other stage has, and a body that votes in it")
	// ErrRole refuses a stage in which no seat could vote.
	ErrRole = fault.New(fault.Invalid, "procedure.role",
		"role {{.role}} does not vote in stage {{.stage}}; choose technical or interagency")
	// ErrQuorum refuses a quorum that one seat too few, or too many, would make.
	ErrQuorum = fault.New(fault.Invalid, "procedure.quorum",
		"the quorum of stage {{.stage}} is {{.quorum}} of {{.seats}} seats; give 1 to {{.most}} seats and a quorum from 1 to their number")
	// ErrHours refuses a stage without a clock.
	ErrHours = fault.New(fault.Invalid, "procedure.hours",
		"stage {{.stage}} has {{.hours}} hours; give 1 to {{.most}}")
	// ErrCriteria refuses a stage without criteria, or with too many.
	ErrCriteria = fault.New(fault.Invalid, "procedure.criteria",
		"stage {{.stage}} needs 1 to {{.most}} criteria, each with an id of small letters that no other has")
	// ErrAnchors refuses scores that nobody explained.
	ErrAnchors = fault.New(fault.Invalid, "procedure.anchors",
		"criterion {{.criterion}} needs a highest score from 1 to {{.most}}, and for every score from 0 to it one anchor, in order")
)

// Adopt puts the next version in force.
//
// Errors: ErrVersion, ErrFrom, ErrStages, ErrStage, ErrRole, ErrQuorum,
// ErrHours, ErrCriteria, ErrAnchors, those of package wording.
func Adopt(b *Book, wanted Adopted) ([]fact.Body, error) {
	next := len(b.versions) + 1
	last := fact.Date(fmt.Sprintf("%04d-01-01", fact.FirstYear))
	if next > 1 {
		last = b.versions[next-2].From
	}
	_, err := fact.ParseDate(string(wanted.From))
	switch {
	case wanted.Version != next:
		return nil, ErrVersion.With("got", wanted.Version).With("next", next)
	case err != nil || wanted.From.Precision() != "day" || wanted.From < last:
		return nil, ErrFrom.With("last", last)
	case len(wanted.Stages) == 0 || len(wanted.Stages) > MostStages:
		return nil, ErrStages.With("most", MostStages)
	}
	for i, s := range wanted.Stages {
		twice := slices.ContainsFunc(wanted.Stages[:i], func(o Stage) bool { return o.ID == s.ID })
		if !isID(s.ID) || twice || s.Body == "" {
			return nil, ErrStage.With("stage", fmt.Sprintf("%.60q", s.ID))
		}
		if err := s.check(); err != nil {
			return nil, err
		}
	}
	return []fact.Body{wanted}, nil
}

func (s Stage) check() error {
	switch {
	case s.Role != seat.Technical && s.Role != seat.Interagency:
		return ErrRole.With("role", fmt.Sprintf("%.60q", string(s.Role))).With("stage", s.ID)
	case s.Seats < 1 || s.Seats > MostSeats || s.Quorum < 1 || s.Quorum > s.Seats:
		return ErrQuorum.With("stage", s.ID).With("quorum", s.Quorum).With("seats", s.Seats).With("most", MostSeats)
	case s.Hours < 1 || s.Hours > MostHours:
		return ErrHours.With("stage", s.ID).With("hours", s.Hours).With("most", MostHours)
	case len(s.Criteria) == 0 || len(s.Criteria) > MostCriteria:
		return ErrCriteria.With("stage", s.ID).With("most", MostCriteria)
	}
	for i, c := range s.Criteria {
		twice := slices.ContainsFunc(s.Criteria[:i], func(o Criterion) bool { return o.ID == c.ID })
		if !isID(c.ID) || twice {
			return ErrCriteria.With("stage", s.ID).With("most", MostCriteria)
		}
		if err := c.check(); err != nil {
			return err
		}
	}
	return nil
}

func (c Criterion) check() error {
	refused := ErrAnchors.With("criterion", c.ID).With("most", MostScore)
	if c.Max < 1 || c.Max > MostScore || len(c.Anchors) != c.Max+1 {
		return refused
	}
	if err := c.Name.check(c.ID); err != nil {
		return err
	}
	for i, a := range c.Anchors {
		if a.Score != i {
			return refused
		}
		if err := a.Means.check(fmt.Sprintf("%s %d", c.ID, i)); err != nil {
			return err
		}
	}
	return nil
}

func (w Words) check(name string) error {
	return wording.Check(
		wording.Field{Name: name + " (en)", Text: w.En, Needed: true},
		wording.Field{Name: name + " (uk)", Text: w.Uk, Needed: true})
}

// isID reports whether s is 1 to 40 small letters and underscores.
func isID(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 40
}
