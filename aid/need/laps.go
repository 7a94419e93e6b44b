package need

import (
	"cmp"
	"slices"
	"time"
)

// A Lap is how long one step of a need's way took.
type Lap struct {
	Step string // a stage of its procedure, or Decided
	Took time.Duration
}

// Decided is the step from a need's first submission, through every round, to
// its validation.
const Decided = "decided"

// Laps are the steps that n has been through in its present round, in order,
// and the whole way once it was validated.
func (n Need) Laps() (out []Lap) {
	from := n.Began
	for _, c := range n.Closings {
		if c.Round == n.Round {
			out = append(out, Lap{c.Stage, c.At.Sub(from)})
			from = c.At
		}
	}
	if n.Status == Valid && n.Ended.After(n.Submitted) {
		out = append(out, Lap{Decided, n.Ended.Sub(n.Submitted)})
	}
	return out
}

// Median is the middle of some durations, the mean of the two middle ones when
// they are even in number; false when there are none.
func Median(took []time.Duration) (time.Duration, bool) {
	if len(took) == 0 {
		return 0, false
	}
	sorted := slices.SortedFunc(slices.Values(took), cmp.Compare[time.Duration])
	low, high := sorted[(len(sorted)-1)/2], sorted[len(sorted)/2]
	return low + (high-low)/2, true
}
