// Package intake is the way from the record into a planning round: what a lot
// of a need asks for, as a requirement that the planner reads.
//
// A plan, its proof and the reasons beside it are read by partners, and may be
// published. So nothing is taken in that any of them may not see of a need:
// least of all a region that its recipient hides (doc/decisions/0171). Such a
// need is taken in as one for the whole country. No earmark by region meets
// it, in a plan as in a reservation; and no earmark that is not met can tell
// where it is, for the plan is the same wherever that may be.
package intake

import (
	"slices"
	"time"

	"tallinn/aid/match/instance"
	"tallinn/aid/need"
	"tallinn/fact"
)

// Requirement is what a round that begins today reads of a lot of n; a unit of
// it costs so many euro cents. What the round itself decides, its weight and
// points, is left to it. False: n is not open to partners, or cannot come in
// time any more.
func Requirement(n need.Need, lot need.Lot, today fact.Date, cents int64) (q instance.Requirement, ok bool) {
	deadline, ok := days(today, n.UsefulUntil)
	latest := deadline - int64(n.Asked.LeadDays)
	if !ok || latest < 0 || n.Status != need.Valid && n.Provisional.IsZero() {
		return instance.Requirement{}, false
	}
	return instance.Requirement{
		ID: string(n.ID) + "/" + lot.ID, Line: string(n.Line), Lots: lot.Quantity, UnitsPerLot: 1, LotCost: cents,
		Tier:        int64(1 + max(0, slices.Index(need.Criticalities, n.Criticality))),
		DeadlineDay: deadline, LatestCommitDay: latest,
		Region: Region(n.Head), Sector: n.Sector, Beneficiary: string(n.Owner),
		MinLots:     max(1, (lot.Quantity*int64(lot.UsefulShare)+99)/100),
		MaxPartners: min(int64(lot.MostPartners), instance.MaxPartners), ExcludedOrigins: n.Asked.Excluded,
	}, true
}

// Region is where h is needed, as far as everybody who reads a plan may see
// it; empty is the whole country.
func Region(h need.Head) string {
	if h.HideRegion {
		return ""
	}
	return h.Region
}

// days are the days from one date to another.
func days(from, to fact.Date) (int64, bool) {
	a, err1 := time.Parse(time.DateOnly, string(from))
	b, err2 := time.Parse(time.DateOnly, string(to))
	return int64(b.Sub(a) / (24 * time.Hour)), err1 == nil && err2 == nil && !b.Before(a)
}
