package match

import (
	"slices"

	"tallinn/aid/match/certificate"
)

// A Change is one pair that two plans treat differently; lots of 0 mean that
// the plan does not use it.
type Change struct {
	Requirement string `json:"requirement"`
	Offer       string `json:"offer"`
	Before      int64  `json:"before"`
	After       int64  `json:"after"`
}

// A Difference compares two plans.
type Difference struct {
	Same      int      `json:"same"`     // pairs with the same lots in both
	Before    int      `json:"before"`   // pairs in the first plan
	After     int      `json:"after"`    // pairs in the second
	KeptPPM   int64    `json:"kept_ppm"` // Same as a part of Before, in millionths
	Composite [2]int64 `json:"composite"`
	Changes   []Change `json:"changes"`
}

// Diff compares two plans, which may be of different instances.
func Diff(a, b *certificate.Plan) Difference {
	d := Difference{Before: len(a.Allocations), After: len(b.Allocations), Composite: [2]int64{a.Composite, b.Composite}, Changes: []Change{}}
	type pair struct{ requirement, offer string }
	after := make(map[pair]int64, len(b.Allocations))
	for _, x := range b.Allocations {
		after[pair{x.Requirement, x.Offer}] = x.Lots
	}
	for _, x := range a.Allocations {
		lots := after[pair{x.Requirement, x.Offer}]
		delete(after, pair{x.Requirement, x.Offer})
		if lots == x.Lots {
			d.Same++
			continue
		}
		d.Changes = append(d.Changes, Change{x.Requirement, x.Offer, x.Lots, lots})
	}
	for _, x := range b.Allocations {
		if _, isNew := after[pair{x.Requirement, x.Offer}]; isNew {
			d.Changes = append(d.Changes, Change{x.Requirement, x.Offer, 0, x.Lots})
		}
	}
	slices.SortStableFunc(d.Changes, func(x, y Change) int { return compareText(x.Requirement, y.Requirement) })
	d.KeptPPM = 1_000_000
	if d.Before > 0 {
		d.KeptPPM = int64(d.Same) * 1_000_000 / int64(d.Before)
	}
	return d
}
