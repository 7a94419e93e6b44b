package fact

// MostRecent is how many changes a Recent remembers.
const MostRecent = 4096

// A Recent remembers which things changed last, so that a list need not be
// looked through to find them. The zero value remembers nothing yet.
type Recent[K comparable] struct {
	ring []recent[K]
	next int // where in the full ring the next change goes
	last Pos
	some bool
}

type recent[K comparable] struct {
	pos Pos
	key K
}

// Add remembers that the fact at pos changed the thing called key. Positions
// come in ascending order.
func (r *Recent[K]) Add(pos Pos, key K) {
	r.last, r.some = pos, true
	if len(r.ring) < MostRecent {
		r.ring = append(r.ring, recent[K]{pos, key})
		return
	}
	r.ring[r.next] = recent[K]{pos, key}
	r.next = (r.next + 1) % MostRecent
}

// Last is the position of the last change; None before the first.
func (r *Recent[K]) Last() Pos {
	if !r.some {
		return None
	}
	return r.last
}

// After calls with what changed after pos, the last first, until with is
// false. What changed twice comes twice. Changes that are no longer
// remembered are left out.
func (r *Recent[K]) After(pos Pos, with func(K, Pos) bool) {
	for i := range r.ring {
		e := r.ring[(r.next+len(r.ring)-1-i)%len(r.ring)]
		if e.pos <= pos || !with(e.key, e.pos) {
			return
		}
	}
}
