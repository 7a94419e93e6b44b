package statement

// halvesFrom is how many flows are worth a second goroutine.
const halvesFrom = 20_000

// all reads every flow once, in two halves at a time when there are many:
// sums are exact, so that their order does not matter.
func (c *count) all() {
	c.trace()
	n := len(c.in.Flows.Tallies())
	if n < halvesFrom {
		c.read(0, n)
		return
	}
	other := *c
	other.clear()
	failed := make(chan any, 1)
	go func() {
		defer func() { failed <- recover() }()
		other.read(n/2, n)
	}()
	c.read(0, n/2)
	// A defect found in the other half is the caller's, as one in this half is.
	if defect := <-failed; defect != nil {
		panic(defect)
	}
	c.join(&other)
}

// join adds the sums of other to c.
func (c *count) join(other *count) {
	join(c.classes[:], other.classes[:])
	join(c.partners, other.partners)
	join(c.lines, other.lines)
	join(c.statuses, other.statuses)
	join(c.bases, other.bases)
	join(c.scopes, other.scopes)
	join(c.years[:], other.years[:])
	held := [...]sum{c.held}
	join(held[:], []sum{other.held})
	c.held = held[0]
	c.open += other.open
}

func join(into, from []sum) {
	for i, s := range from {
		into[i].value = into[i].value.Add(s.value)
		into[i].count += s.count
		into[i].without += s.without
	}
}
