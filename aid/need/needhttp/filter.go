package needhttp

import (
	"iter"
	"net/url"
	"slices"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/mechanism/capability"
	"tallinn/web/query"
)

// Words of the select "mine".
const (
	own   = "own"   // my institution's
	waits = "waits" // waits for my vote
)

// A filter is what a list of needs is asked for. Empty is all.
type filter struct {
	stage   string // a stage of a procedure while a need waits in it, else a status
	line    capability.Line
	sector  string
	urgency need.Urgency
	region  string // that is hidden from nobody
	mine    string
}

// stages are the words of ?stage=: the stages that needs of the book are bound
// to, and every status but open, which they divide.
func stages(b Books) []string {
	var out []string
	for _, p := range b.Procedures.All() {
		for _, s := range p.Stages {
			if !slices.Contains(out, s.ID) {
				out = append(out, s.ID)
			}
		}
	}
	out = append(out, need.Provisional)
	for _, s := range need.Statuses {
		if s != need.Open {
			out = append(out, string(s))
		}
	}
	return out
}

// filter reads the parameters of a list.
//
// Errors: query.ErrChoice.
func (h *Handler) filter(q url.Values) (f filter, err error) {
	var known []string
	h.View(func(b Books) { known = stages(b) })
	if f.stage, err = query.Choice("stage", q.Get("stage"), known); err != nil {
		return f, err
	}
	if f.line, err = query.Choice("line", q.Get("line"), capability.Lines); err != nil {
		return f, err
	}
	if f.sector, err = query.Choice("sector", q.Get("sector"), need.Sectors); err != nil {
		return f, err
	}
	if f.urgency, err = query.Choice("urgency", q.Get("urgency"), need.Urgencies); err != nil {
		return f, err
	}
	if f.region, err = query.Choice("region", q.Get("region"), need.Regions); err != nil {
		return f, err
	}
	f.mine, err = query.Choice("mine", q.Get("mine"), []string{own, waits})
	return f, err
}

// values are f as the parameters of an address.
func (f filter) values() url.Values {
	return url.Values{"stage": {f.stage}, "line": {string(f.line)}, "sector": {f.sector},
		"urgency": {string(f.urgency)}, "region": {f.region}, "mine": {f.mine}}
}

// stageOf is the word of ?stage= that h stands under.
func stageOf(h need.Head) string {
	if h.Status == need.Open {
		return h.Stage
	}
	return string(h.Status)
}

// matches yields the needs that r may see and that fit f, newest first. Their
// titles are left out, as Find leaves them.
func (f filter) matches(b Books, r Reader) iter.Seq[need.Head] {
	return b.Needs.Find(f.classes(b, r), f.narrow(b, r))
}

// classes are those that r may see and in which f finds anything.
func (f filter) classes(b Books, r Reader) []class.Class {
	return b.Needs.Classes(func(c class.Class) bool {
		return !(f.mine == own && c.Owner != string(r.Seat.Holder) || f.mine == waits && (!need.VotedOn(c) || c.Owner == string(r.Seat.Holder)) ||
			f.stage != "" && !f.stands(c)) && r.May(c)
	})
}

// stands reports whether needs of class c may stand under f's stage.
func (f filter) stands(c class.Class) bool {
	switch status := f.status(); {
	case f.stage == need.Provisional:
		return c.Stage == need.Provisional
	case status == need.Open:
		return need.VotedOn(c)
	default:
		return c.Stage == string(status)
	}
}

// status is that of the needs which stand under f's stage.
func (f filter) status() need.Status {
	if slices.Contains(need.Statuses, need.Status(f.stage)) {
		return need.Status(f.stage)
	}
	return need.Open
}

// takes reports whether f lets a need through that r sees.
func (f filter) takes(b Books, r Reader, h need.Head) bool {
	switch {
	case f.stage != "" && stageOf(h) != f.stage && !(f.stage == need.Provisional && h.InLane() && !h.Provisional.IsZero()), f.line != "" && h.Line != f.line,
		f.sector != "" && h.Sector != f.sector, f.urgency != "" && h.Urgency != f.urgency,
		f.region != "" && (h.HideRegion || h.Region != f.region):
		return false
	case f.mine == own:
		return r.Seat.Exists() && h.Owner == r.Seat.Holder
	case f.mine == waits:
		return waitsFor(b, r, h)
	}
	return true
}

func (f filter) narrow(b Books, r Reader) need.Filter {
	out := need.Filter{Line: f.line, Sector: f.sector, Urgency: f.urgency, Region: f.region}
	if f.mine == waits {
		out.For = &need.Voter{Seat: r.Seat.ID}
		if r.Seat.Role.InBody() {
			out.For.Stages = stagesOf(b, r.Seat)
		}
	}
	if f.stage != "" && f.stage != need.Provisional && f.status() == need.Open {
		out.Stage = f.stage
	}
	return out
}

// waitsFor reports whether h waits for the vote of r's seat.
func waitsFor(b Books, r Reader, h need.Head) bool {
	if h.Status != need.Open || h.Owner == r.Seat.Holder || !r.Seat.Exists() {
		return false
	}
	p, _ := b.Procedures.Version(h.Procedure)
	s, ok := p.Stage(h.Stage)
	return ok && s.Role == r.Seat.Role && s.Body == r.Seat.Body && !b.Needs.Voted(h.ID, r.Seat.ID)
}
