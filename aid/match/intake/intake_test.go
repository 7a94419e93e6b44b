package intake_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"tallinn/aid/match"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/intake"
	"tallinn/aid/need"
	"tallinn/mechanism/capability"
)

// asked is a validated need of one lot.
func asked(id string, region string, hide bool) need.Need {
	lot := need.Lot{ID: "a", What: "edr_seats", Unit: "seat", Quantity: 40, UsefulShare: 30, MostPartners: 90}
	return need.Need{Head: need.Head{ID: need.ID(id), Owner: "power", Status: need.Valid, Line: capability.Detection, Criticality: need.High,
		Sector: "energy", Region: region, HideRegion: hide, UsefulUntil: "2026-06-30"},
		Asked: need.Asked{Lots: []need.Lot{lot}, LeadDays: 10, Excluded: []string{"RU"}}}
}

func TestRequirement(t *testing.T) {
	open := asked("N-0001", "UA-63", false)
	want := instance.Requirement{ID: "N-0001/a", Line: "detection", Lots: 40, UnitsPerLot: 1, LotCost: 1250, Tier: 2, DeadlineDay: 29, LatestCommitDay: 19,
		Region: "UA-63", Sector: "energy", Beneficiary: "power", MinLots: 12, MaxPartners: instance.MaxPartners, ExcludedOrigins: []string{"RU"}}
	for _, tt := range []struct {
		name   string
		change func(*need.Need)
		want   func(*instance.Requirement) // nil: it is not taken in
	}{
		{"as it is", func(*need.Need) {}, func(*instance.Requirement) {}},
		{"its region hidden", func(n *need.Need) { n.HideRegion = true }, func(q *instance.Requirement) { q.Region = "" }},
		{"for the whole country", func(n *need.Need) { n.Region = "" }, func(q *instance.Requirement) { q.Region = "" }},
		{"provisional", func(n *need.Need) { n.Status, n.Provisional = need.Open, time.Now() }, func(*instance.Requirement) {}},
		{"not validated", func(n *need.Need) { n.Status = need.Open }, nil},
		{"withdrawn", func(n *need.Need) { n.Status = need.Gone }, nil},
		{"too late to commit", func(n *need.Need) { n.Asked.LeadDays = 30 }, nil},
		{"over", func(n *need.Need) { n.UsefulUntil = "2026-05-31" }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := open
			tt.change(&n)
			got, ok := intake.Requirement(n, n.Asked.Lots[0], "2026-06-01", 1250)
			if ok != (tt.want != nil) {
				t.Fatalf("taken in: %v, %+v", ok, got)
			}
			if then := want; ok {
				if tt.want(&then); fmt.Sprint(got) != fmt.Sprint(then) {
					t.Errorf("%+v; want %+v", got, then)
				}
			}
		})
	}
}

// Wherever needs whose region is hidden are needed, the instance is the same,
// byte for byte, and so is the plan with its proof: no reader can learn it
// from either. And no offer earmarked by region is planned for one of them.
func TestHiddenRegionsLeaveNoTrace(t *testing.T) {
	regions := []string{"", "UA-05", "UA-26", "UA-63"}
	region := rapid.SampledFrom(regions)
	rapid.Check(t, func(t *rapid.T) {
		type place struct {
			shown string
			hide  bool
		}
		places := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) place {
			return place{region.Draw(t, "region"), rapid.Bool().Draw(t, "hide")}
		}), 1, 5).Draw(t, "needs")
		earmarks := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.SampledFrom(regions[1:]), 0, 2, rapid.ID[string]), 1, 5).Draw(t, "earmarks")
		plan := func(elsewhere bool) (*instance.Instance, []byte, []byte) {
			in := &instance.Instance{Name: "round", Rates: map[string]int64{"EUR": 1_000_000}}
			for i, p := range places {
				at := p.shown
				if elsewhere && p.hide {
					at = region.Draw(t, "elsewhere")
				}
				n := asked(fmt.Sprintf("N-%04d", i), at, p.hide)
				q, ok := intake.Requirement(n, n.Asked.Lots[0], "2026-06-01", 1250)
				if !ok {
					t.Fatal("it is not taken in")
				}
				q.Weight, q.Points = 10, 100
				in.Requirements = append(in.Requirements, q)
			}
			for i, e := range earmarks {
				o := instance.Offer{ID: fmt.Sprintf("P-%04d", i), Partner: "EE", Kind: instance.Money, Currency: "EUR", Amount: 40_000, ValidTo: 300, MaxTicket: 40_000}
				if len(e) > 0 {
					o.Regions = e
				}
				in.Offers = append(in.Offers, o)
			}
			raw, err := instance.Encode(in)
			if err != nil {
				t.Fatal(err)
			}
			made, err := match.Make(in, match.Options{Moves: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range made.Allocations {
				i := slices.IndexFunc(in.Requirements, func(q instance.Requirement) bool { return q.ID == a.Requirement })
				o := slices.IndexFunc(in.Offers, func(o instance.Offer) bool { return o.ID == a.Offer })
				if places[i].hide && in.Offers[o].Regions != nil {
					t.Fatalf("%s, earmarked for %q, is planned for %s, whose region is hidden", a.Offer, in.Offers[o].Regions, a.Requirement)
				}
			}
			said, err := json.Marshal(made, json.Deterministic(true))
			if err != nil {
				t.Fatal(err)
			}
			return in, raw, said
		}
		_, first, firstPlan := plan(false)
		_, second, secondPlan := plan(true)
		if !bytes.Equal(first, second) || !bytes.Equal(firstPlan, secondPlan) {
			t.Fatalf("with hidden needs elsewhere the instance is\n%s\nnot\n%s\nor the plan\n%s\nnot\n%s", second, first, secondPlan, firstPlan)
		}
	})
}
