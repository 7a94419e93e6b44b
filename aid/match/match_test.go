package match_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/aid/match"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/matchtest"
	"tallinn/aid/match/verify"
)

func load(t testing.TB, name string) *instance.Instance {
	t.Helper()
	data, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		t.Skipf("%s is not there: the larger instances lie outside the project", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	in, err := instance.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func makePlan(t testing.TB, in *instance.Instance, o match.Options) *certificate.Plan {
	t.Helper()
	plan, err := match.Make(in, o)
	if err != nil {
		t.Fatalf("%s: %v", in.Name, err)
	}
	if _, err := certificate.Encode(plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestSmallReachesTheOptimum(t *testing.T) {
	in := load(t, "testdata/small.json")
	plan := makePlan(t, in, match.Options{})
	const optimum = 10_801_570
	if plan.Composite < optimum-optimum/1000 || plan.Composite > optimum {
		t.Errorf("composite %d; want within 0.1 %% of %d, which is optimal", plan.Composite, optimum)
	}
	if plan.Bound < optimum {
		t.Errorf("bound %d is below the optimum %d", plan.Bound, optimum)
	}
	if _, err := verify.Check(in, plan); err != nil {
		t.Error(err)
	}
}

// The hash stands for every machine: whoever runs the engine on this instance
// with so many moves gets these bytes. It changes with certificate.Engine.
const smallPlan = "73891d76dba6cf2bf9785089166388dff014aa0822e6349f7db419950faab8f7"

func TestSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	in := load(t, "testdata/small.json")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		if plan := makePlan(t, in, match.Options{Moves: 20_000}); plan.Hash != smallPlan {
			t.Errorf("with %d processors the plan's hash is %s; want %s", n, plan.Hash, smallPlan)
		}
	}
	big := manyRequirements()
	var first string
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		plan := makePlan(t, big, match.Options{Moves: 2_000})
		if first == "" {
			first = plan.Hash
		}
		if plan.Hash != first {
			t.Errorf("with islands, %d processors give another plan", n)
		}
	}
}

// islands is how many requirements make the search use several islands.
const islands = 5_200

// manyRequirements is large enough for several islands and workers.
func manyRequirements() *instance.Instance {
	in := matchtest.Instance(7, 300)
	for seed := uint64(8); len(in.Requirements) < islands; seed++ {
		more := matchtest.Instance(seed, 300)
		for _, q := range more.Requirements {
			q.ID = more.Name + q.ID
			in.Requirements = append(in.Requirements, q)
		}
	}
	if _, err := instance.Encode(in); err != nil {
		panic(err)
	}
	return in
}

// Every hard rule, count and bound of 10,000 random instances, asked by the
// verifier, which shares no code with the planner.
func TestRandomInstancesKeepEveryRule(t *testing.T) {
	n := uint64(10_000)
	if testing.Short() || raced {
		n = 1_000
	}
	for seed := range n {
		in := matchtest.Instance(seed, 10)
		plan := makePlan(t, in, match.Options{Moves: 200, Workers: 1})
		if _, err := verify.Check(in, plan); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if greedy := match.Greedy(in); plan.Composite < greedy {
			t.Fatalf("seed %d: composite %d, but greedy gives %d", seed, plan.Composite, greedy)
		}
		if seed%10 == 0 {
			reasons(t, in, plan)
		}
	}
}

// reasons asks that every allocation and every unmet need has one.
func reasons(t *testing.T, in *instance.Instance, plan *certificate.Plan) {
	t.Helper()
	v := match.NewView(in, plan)
	for _, q := range in.Requirements {
		a, ok := v.Requirement(q.ID)
		if !ok {
			t.Fatalf("%s: no reason for %s", in.Name, q.ID)
		}
		given := slices.DeleteFunc(slices.Clone(plan.Allocations), func(x certificate.Allocation) bool { return x.Requirement != q.ID })
		if len(given) != len(a.Chosen) {
			t.Fatalf("%s: %s has %d allocations and %d reasons", in.Name, q.ID, len(given), len(a.Chosen))
		}
		if a.Status != match.Complete && a.Cause == "" {
			t.Fatalf("%s: nothing says why %s is %s", in.Name, q.ID, a.Status)
		}
		refused := int64(0)
		for _, n := range a.Refused {
			refused += n
		}
		if a.Cause == match.NoOffer && refused != int64(len(in.Offers)) {
			t.Fatalf("%s: %s has no offer, but %d of %d are refused", in.Name, q.ID, refused, len(in.Offers))
		}
	}
}

func TestByGoals(t *testing.T) {
	for seed := range uint64(300) {
		in := matchtest.Instance(seed, 12)
		plan := makePlan(t, in, match.Options{Moves: 500, ByGoals: true, Workers: 1})
		if _, err := verify.Check(in, plan); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func TestGoalsKeepTheirOrder(t *testing.T) {
	in := load(t, "testdata/small.json")
	composite := makePlan(t, in, match.Options{Moves: 50_000})
	goals := makePlan(t, in, match.Options{Moves: 50_000, ByGoals: true})
	if _, err := verify.Check(in, goals); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{certificate.Coverage, certificate.Completion} {
		g := goals.Goals[name]
		if g.Value < *g.Floor || g.Value > g.Bound {
			t.Errorf("%s is %d, floor %d, bound %d", name, g.Value, *g.Floor, g.Bound)
		}
	}
	if a, b := goals.Goals[certificate.Fragments].Value, composite.Goals[certificate.Fragments].Value; a > b {
		t.Errorf("goal by goal it takes %d pairs, by the composite %d", a, b)
	}
	tight := makePlan(t, in, match.Options{Moves: 50_000, ByGoals: true, Tolerance: map[string]int64{certificate.Coverage: 0, certificate.Completion: 0}})
	if a, b := tight.Goals[certificate.Coverage], goals.Goals[certificate.Coverage]; a.Value != *a.Floor && a.Value < *a.Floor || *a.Floor < *b.Floor {
		t.Errorf("without tolerance coverage is %d with floor %d; with it %d", a.Value, *a.Floor, b.Value)
	}
}

func TestStop(t *testing.T) {
	in := load(t, "testdata/small.json")
	plan := makePlan(t, in, match.Options{Stop: func() bool { return true }})
	if !plan.Cut {
		t.Error("the plan does not say that it was cut")
	}
	if _, err := verify.Check(in, plan); err != nil {
		t.Error(err)
	}
}

func TestRepair(t *testing.T) {
	in := load(t, "testdata/small.json")
	before := makePlan(t, in, match.Options{Moves: 50_000})
	changed := *in
	extra := in.Requirements[8] // of the first tier
	extra.ID = "NEW"
	changed.Requirements = append(slices.Clone(in.Requirements), extra)
	if _, err := instance.Encode(&changed); err != nil {
		t.Fatal(err)
	}
	locked := slices.DeleteFunc(slices.Clone(before.Allocations), func(a certificate.Allocation) bool { return a.Requirement != "Q00009" })
	declined := before.Allocations[0]
	after := makePlan(t, &changed, match.Options{Previous: before, Locked: locked,
		Declined: []instance.Pair{{Requirement: declined.Requirement, Offer: declined.Offer}}})
	if _, err := verify.Check(&changed, after); err != nil {
		t.Fatal(err)
	}
	for _, a := range locked {
		if !slices.Contains(after.Allocations, a) {
			t.Errorf("the accepted %v is gone", a)
		}
	}
	for _, a := range after.Allocations {
		if a.Requirement == declined.Requirement && a.Offer == declined.Offer {
			t.Errorf("the declined %v is used", a)
		}
	}
	d := match.Diff(before, after)
	if d.KeptPPM < 900_000 {
		t.Errorf("%d of %d allocations kept", d.Same, d.Before)
	}
	again := makePlan(t, in, match.Options{Previous: before})
	if d := match.Diff(before, again); again.Composite < before.Composite || d.KeptPPM < 980_000 {
		t.Errorf("a repair of nothing scores %d after %d and keeps %d of %d", again.Composite, before.Composite, d.Same, d.Before)
	}
}

func TestLocksThatCannotStay(t *testing.T) {
	in := load(t, "testdata/small.json")
	for _, tt := range []struct {
		name  string
		locks []certificate.Allocation
		want  string
	}{
		{"unknown", []certificate.Allocation{{Requirement: "none", Offer: "F0001", Lots: 1}}, "not among requirements and offers"},
		{"refused", []certificate.Allocation{{Requirement: "Q00001", Offer: "F0002", Lots: 1}}, "the rule line forbids it"},
		{"too many lots", []certificate.Allocation{{Requirement: "Q00001", Offer: "F0015", Lots: 4000}}, "lots are allowed"},
		{"too few in all", []certificate.Allocation{{Requirement: "Q00009", Offer: "F0011", Lots: 1}}, "least useful share"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := match.Make(in, match.Options{Locked: tt.locks, Moves: 100})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Make says %v; want %q in it", err, tt.want)
			}
		})
	}
}

// Locks on random instances: whatever a plan gave may be accepted.
func TestAnyAcceptedPartStays(t *testing.T) {
	for seed := range uint64(500) {
		in := matchtest.Instance(seed, 10)
		before := makePlan(t, in, match.Options{Moves: 200, Workers: 1})
		source := matchtest.Source(seed)
		var locked []certificate.Allocation
		for _, q := range in.Requirements {
			if source.Below(2) == 0 {
				for _, a := range before.Allocations {
					if a.Requirement == q.ID {
						locked = append(locked, a)
					}
				}
			}
		}
		after := makePlan(t, in, match.Options{Moves: 200, Workers: 1, Locked: locked})
		if _, err := verify.Check(in, after); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// At fixed prices, one more offer at any price keeps the bound valid: it is
// no less than what a plan with the offer scores.
func TestAddedOfferKeepsTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := matchtest.Instance(rapid.Uint64().Draw(t, "seed"), 10)
		before, err := match.Make(in, match.Options{Moves: 200, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		changed := *in
		f := matchtest.Instance(rapid.Uint64().Draw(t, "offer"), 4).Offers[0]
		f.ID = "NEW"
		changed.Offers = append(slices.Clone(in.Offers), f)
		if _, err := instance.Encode(&changed); err != nil {
			t.Fatal(err)
		}
		price := rapid.Int64Range(0, 1<<40).Draw(t, "price")
		bound := match.BoundWith(&changed, before, map[string]int64{"NEW": price})
		after, err := match.Make(&changed, match.Options{Moves: 200, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if bound < after.Composite {
			t.Fatalf("the bound %d lies under a plan's %d", bound, after.Composite)
		}
	})
}

// shared is where the larger instances lie, when they are there.
func shared(name string) string {
	return filepath.Join("..", "..", "..", "shared", "data", "matching", name)
}

func TestMediumWithinItsMark(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("it takes too long here")
	}
	in := load(t, shared("medium.json"))
	plan := makePlan(t, in, match.Options{Moves: 400_000})
	if below := verify.Below(plan.Composite, plan.Bound); below > "0.3000" {
		t.Errorf("medium is certified %s %% below its bound; want at most 0.3 %%", below)
	}
	if _, err := verify.Check(in, plan); err != nil {
		t.Error(err)
	}
}

func TestPlanReadsBack(t *testing.T) {
	in := load(t, "testdata/small.json")
	plan := makePlan(t, in, match.Options{Moves: 1000})
	data, err := certificate.Encode(plan)
	if err != nil {
		t.Fatal(err)
	}
	back, err := certificate.Parse("plan", data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := certificate.Encode(back)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the plan reads back as another: %v", err)
	}
}
