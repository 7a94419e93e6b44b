package match

import (
	"strconv"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
)

// setLocks makes the accepted allocations part of every plan.
//
// Errors: ErrLock, instance.ErrUnknown.
func (m *model) setLocks(accepted []certificate.Allocation) error {
	if len(accepted) == 0 {
		return nil
	}
	requirements, offers := m.in.Index()
	m.locks = map[int32][]lock{}
	for i, a := range accepted {
		r, known := requirements[a.Requirement]
		o, also := offers[a.Offer]
		if !known || !also {
			return instance.ErrUnknown.With("field", "locked["+strconv.Itoa(i)+"]").With("value", a.Requirement+", "+a.Offer).With("among", "requirements and offers")
		}
		at := m.find(r, o)
		if at < 0 && m.declined[[2]int{r, o}] {
			return lockError(a, "the same pair is declined")
		}
		if at < 0 {
			return lockError(a, "the rule "+m.rules.refusal(r, o).String()+" forbids it")
		}
		if p := &m.pairs[at]; a.Lots < int64(p.lo) || a.Lots > int64(p.hi) {
			return lockError(a, "from "+strconv.Itoa(int(p.lo))+" to "+strconv.Itoa(int(p.hi))+" lots are allowed")
		}
		for _, k := range m.locks[int32(r)] {
			if k.pair == at {
				return lockError(a, "it is there twice")
			}
		}
		m.locks[int32(r)] = append(m.locks[int32(r)], lock{at, int32(a.Lots)})
	}
	return m.lockSums(accepted)
}

// lockSums asks rules 4 and 5 of the locks alone.
func (m *model) lockSums(accepted []certificate.Allocation) error {
	rest := make([]int64, len(m.capacity))
	copy(rest, m.capacity)
	requirements, offers := m.in.Index()
	for _, a := range accepted {
		r, o := requirements[a.Requirement], offers[a.Offer]
		total := int64(0)
		for _, k := range m.locks[int32(r)] {
			total += int64(k.lots)
		}
		rest[o] -= m.pairs[m.find(r, o)].use * a.Lots
		switch n := &m.needs[r]; {
		case total > int64(n.lots):
			return lockError(a, "more lots are accepted than are wanted")
		case len(m.locks[int32(r)]) > int(n.partners):
			return lockError(a, "more partners are accepted than may share it")
		case total < int64(n.least):
			return lockError(a, "what is accepted is under the least useful share; accept the rest of it too")
		case rest[o] < 0:
			return lockError(a, "the offer is used up by what is accepted")
		}
	}
	return nil
}

func lockError(a certificate.Allocation, why string) error {
	return ErrLock.With("lots", a.Lots).With("requirement", a.Requirement).With("offer", a.Offer).With("why", why)
}
