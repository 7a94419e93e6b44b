package offer

import (
	"cmp"
	"slices"
	"time"

	"tallinn/fact"
)

// A ledger holds the reservations of one offer, need, lot or provider. What
// is held is read off it without looking at what has ended.
type ledger struct {
	all       []*Reservation // in order of record
	pending   []*Reservation // not ended, by expiry; what has expired stands in front
	bound     []*Reservation // committed
	committed Part           // of bound
	changed   fact.Pos       // of the last fact that changed one of them
}

func (l *ledger) last() fact.Pos {
	if l == nil {
		return fact.None
	}
	return l.changed
}

func (l *ledger) enter(r *Reservation) {
	l.all = append(l.all, r)
	i, _ := slices.BinarySearchFunc(l.pending, r, byExpiry)
	l.pending = slices.Insert(l.pending, i, r)
}

// end takes out of pending what has ended.
func (l *ledger) end(r *Reservation) {
	if i, ok := slices.BinarySearchFunc(l.pending, r, byExpiry); ok {
		l.pending = slices.Delete(l.pending, i, i+1)
	}
	if r.end == Bound {
		l.bound = append(l.bound, r)
		l.committed = l.committed.add(partOf(r))
	}
}

func byExpiry(x, y *Reservation) int {
	return cmp.Or(x.Until.Compare(y.Until), cmp.Compare(x.Pos, y.Pos))
}

// unexpired are the pending reservations that hold at now.
func (l *ledger) unexpired(now time.Time) []*Reservation {
	if l == nil {
		return nil
	}
	i, _ := slices.BinarySearchFunc(l.pending, now, func(r *Reservation, now time.Time) int {
		if r.Until.After(now) {
			return 1
		}
		return -1
	})
	return l.pending[i:]
}

func (l *ledger) list() []Reservation {
	if l == nil {
		return nil
	}
	return clone(l.all)
}

func clone(list []*Reservation) []Reservation {
	out := make([]Reservation, 0, len(list))
	for _, r := range list {
		out = append(out, *r)
	}
	return out
}

func partOf(r *Reservation) Part {
	p := Part{Quantity: r.Quantity, Count: 1}
	if r.Amount != nil {
		p.Amount = *r.Amount
	}
	return p
}

// holding are the reservations that hold at now, committed ones first.
func (l *ledger) holding(now time.Time) []*Reservation {
	if l == nil {
		return nil
	}
	return slices.Concat(l.bound, l.unexpired(now))
}
