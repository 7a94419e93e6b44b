package match

import "slices"

// A repair starts from the plan in force. It serves what is new and mends
// what no longer holds, and leaves a requirement's part as it is unless to
// change it gains more than a toll.

const (
	repairMoves  = 30_000
	repairPasses = 60
	// tollPart is the toll, as a part of what a used pair is worth on the
	// average.
	tollPart = 4
)

// repair improves a plan that was taken over.
func (p *planner) repair() {
	s := p.search
	pairs := int64(1)
	for r := range p.m.needs {
		pairs += int64(p.l.used[r])
	}
	s.anchor = p.l.clone()
	s.toll = p.l.total() / pairs / tollPart
	p.round(1, p.o.Moves)
}

// clone is a copy of l that can be compared with it.
func (l *layout) clone() *layout {
	c := *l
	c.slots, c.used = slices.Clone(l.slots), slices.Clone(l.used)
	return &c
}

// differs reports whether r was served otherwise in the anchor. What was not
// served at all may be served at no toll.
func (l *layout) differs(r int32, anchor *layout) bool {
	was, is := anchor.of(r), l.of(r)
	if len(was) == 0 {
		return false
	}
	if len(was) != len(is) {
		return true
	}
	for i := range is {
		if anchor.on(r, is[i].pair) != int64(is[i].lots) {
			return true
		}
	}
	return false
}
