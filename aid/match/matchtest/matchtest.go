// Package matchtest makes small random instances for the tests of the
// planner, the verifier and the solver. Everything in them is invented.
package matchtest

import (
	"fmt"

	"tallinn/aid/match/instance"
)

// A Source draws numbers: the same seed, the same numbers, on any machine.
type Source uint64

// Below is from 0 to n-1.
func (s *Source) Below(n int) int {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int(uint32((z^z>>31)>>32) % uint32(n))
}

func (s *Source) from(lo, hi int) int64 { return int64(lo + s.Below(hi-lo+1)) }

func (s *Source) one(list ...string) string { return list[s.Below(len(list))] }

// some draws a part of list; one time in two none, which means any.
func (s *Source) some(list ...string) []string {
	if s.Below(2) == 0 {
		return nil
	}
	drawn := []string{}
	for _, v := range list {
		if s.Below(2) == 0 {
			drawn = append(drawn, v)
		}
	}
	return drawn
}

var lines = []string{"edr", "sat_terminal", "training"}

// Instance makes an instance of up to most requirements and half as many
// offers, with every rule in it.
func Instance(seed uint64, most int) *instance.Instance {
	s := Source(seed)
	in := &instance.Instance{Name: fmt.Sprintf("random-%d", seed), Rates: map[string]int64{"EUR": 1_000_000, "SEK": 88_000, "GBP": 1_180_000}}
	for i := range 1 + s.Below(most) {
		in.Requirements = append(in.Requirements, s.requirement(i))
	}
	for i := range 1 + s.Below(max(2, most/2)) {
		in.Offers = append(in.Offers, s.offer(i))
	}
	for i := range in.Requirements {
		if s.Below(3) == 0 {
			o := s.Below(len(in.Offers))
			in.Previous = append(in.Previous, instance.Pair{Requirement: in.Requirements[i].ID, Offer: in.Offers[o].ID})
		}
	}
	if _, err := instance.Encode(in); err != nil {
		panic(err) // an instance without numbers past JSON's always encodes
	}
	return in
}

func (s *Source) requirement(i int) instance.Requirement {
	lots := s.from(1, 12)
	weight := s.from(0, 200)
	q := instance.Requirement{ID: fmt.Sprintf("Q%02d", i), Line: s.one(lines...), Lots: lots, UnitsPerLot: s.from(1, 20),
		LotCost: s.from(1, 90_000), Tier: s.from(1, 4), Region: s.one("R1", "R2"), Sector: s.one("energy", "health"),
		Beneficiary: s.one("B1", "B2"), MinLots: s.from(1, int(lots)), MaxPartners: s.from(1, 4), MilitaryUse: s.Below(5) == 0,
		Weight: weight, Points: max(1, 1000*weight/lots), ExcludedOrigins: []string{}}
	q.LatestCommitDay = s.from(0, 60)
	q.DeadlineDay = q.LatestCommitDay + s.from(0, 30)
	if s.Below(4) == 0 {
		q.ExcludedOrigins = append(q.ExcludedOrigins, "other")
	}
	return q
}

func (s *Source) offer(i int) instance.Offer {
	f := instance.Offer{ID: fmt.Sprintf("F%02d", i), Partner: s.one("P1", "P2", "P3"), Sectors: s.some("energy", "health"),
		Regions: s.some("R1", "R2"), CivilOnly: s.Below(2) == 0, ValidFrom: s.from(0, 30)}
	f.ValidTo = f.ValidFrom + s.from(0, 100)
	if s.Below(4) == 0 {
		f.Beneficiaries = []string{s.one("B1", "B2")}
	}
	if s.Below(3) == 0 {
		origin := s.one("EU", "other")
		f.Origin = &origin
	}
	most := s.from(1, 300_000)
	if f.Kind = s.one(instance.Money, instance.InKind); f.Kind == instance.InKind {
		most = s.from(1, 200)
		f.Line, f.Units = s.one(lines...), most
		f.Lines = []string{f.Line}
	} else {
		f.Currency, f.Amount, f.Lines = s.one("EUR", "SEK", "GBP"), most, s.some(lines...)
	}
	f.MaxTicket = s.from(int(most+1)/2, int(most))
	f.MinTicket = s.from(0, int(f.MaxTicket)/2) * int64(s.Below(2))
	return f
}
