package verify_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tallinn/aid/match"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/matchtest"
	"tallinn/aid/match/verify"
	"tallinn/fault"
)

// mutations change one thing that a forger could gain by, and report whether
// they found it in the plan. Each is given its hash anew afterwards, so that
// only the verifier stands in its way.
var mutations = map[string]func(s *matchtest.Source, p *certificate.Plan) bool{
	"more lots": func(s *matchtest.Source, p *certificate.Plan) bool {
		return any(s, p.Allocations, func(a *certificate.Allocation) { a.Lots += int64(1 + s.Below(3)) })
	},
	"fewer lots": func(s *matchtest.Source, p *certificate.Plan) bool {
		return any(s, p.Allocations, func(a *certificate.Allocation) { a.Lots -= int64(1 + s.Below(3)) })
	},
	"another offer": func(s *matchtest.Source, p *certificate.Plan) bool {
		other := p.Allocations[s.Below(max(1, len(p.Allocations)))].Offer
		return any(s, p.Allocations, func(a *certificate.Allocation) { a.Offer = other + "0" })
	},
	"an allocation less": func(s *matchtest.Source, p *certificate.Plan) bool {
		p.Allocations = slices.Delete(p.Allocations, 0, min(1, len(p.Allocations)))
		return true
	},
	"an allocation twice": func(s *matchtest.Source, p *certificate.Plan) bool {
		p.Allocations = append(p.Allocations, p.Allocations[s.Below(len(p.Allocations))])
		return true
	},
	"a higher score": func(s *matchtest.Source, p *certificate.Plan) bool {
		p.Composite += int64(1 + s.Below(1000))
		return true
	},
	"a lower bound":  func(s *matchtest.Source, p *certificate.Plan) bool { p.Bound -= int64(1 + s.Below(1000)); return true },
	"a higher bound": func(s *matchtest.Source, p *certificate.Plan) bool { p.Bound += int64(1 + s.Below(1000)); return true },
	"another price": func(s *matchtest.Source, p *certificate.Plan) bool {
		return price(s, p.Prices, func(n int64) int64 { return n + 1 + int64(s.Below(1000)) })
	},
	"a price below nothing": func(s *matchtest.Source, p *certificate.Plan) bool {
		return price(s, p.Prices, func(n int64) int64 { return -n })
	},
	"another count": func(s *matchtest.Source, p *certificate.Plan) bool { p.Completed++; return true },
	"a goal's value": func(s *matchtest.Source, p *certificate.Plan) bool {
		return goal(s, p, func(g *certificate.Goal) { g.Value++ })
	},
	"a goal's bound": func(s *matchtest.Source, p *certificate.Plan) bool {
		return goal(s, p, func(g *certificate.Goal) { g.Bound-- })
	},
	"a goal without proof": func(s *matchtest.Source, p *certificate.Plan) bool {
		g := p.Goals[certificate.Coverage]
		g.Proof, g.Bound = nil, g.Bound-1
		p.Goals[certificate.Coverage] = g
		return true
	},
	"a goal left out": func(s *matchtest.Source, p *certificate.Plan) bool {
		delete(p.Goals, certificate.Order[s.Below(len(certificate.Order))])
		return true
	},
	"another instance": func(s *matchtest.Source, p *certificate.Plan) bool {
		p.InstanceHash = strings.Repeat("0", 64)
		return true
	},
	"a lock that is not kept": func(s *matchtest.Source, p *certificate.Plan) bool {
		a := p.Allocations[s.Below(len(p.Allocations))]
		a.Lots++
		p.Locked = append(p.Locked, a)
		return true
	},
	"a used pair declined": func(s *matchtest.Source, p *certificate.Plan) bool {
		a := p.Allocations[s.Below(len(p.Allocations))]
		p.Declined = append(p.Declined, certificate.Pair{Requirement: a.Requirement, Offer: a.Offer})
		return true
	},
}

func any(s *matchtest.Source, list []certificate.Allocation, change func(a *certificate.Allocation)) bool {
	change(&list[s.Below(len(list))])
	return true
}

func price(s *matchtest.Source, prices map[string]string, change func(int64) int64) bool {
	ids := slices.Sorted(maps.Keys(prices))
	if len(ids) == 0 {
		return false
	}
	id := ids[s.Below(len(ids))]
	top, bottom, _ := strings.Cut(prices[id], "/")
	n, _ := strconv.ParseInt(top, 10, 64)
	prices[id] = strconv.FormatInt(change(n), 10) + "/" + bottom
	return true
}

func goal(s *matchtest.Source, p *certificate.Plan, change func(g *certificate.Goal)) bool {
	name := certificate.Order[s.Below(len(certificate.Order))]
	g := p.Goals[name]
	change(&g)
	p.Goals[name] = g
	return true
}

func TestMutatedCertificatesAreRefused(t *testing.T) {
	names := slices.Sorted(maps.Keys(mutations))
	done := 0
	for seed := uint64(0); done < 1_000; seed++ {
		in := matchtest.Instance(seed, 10)
		plan, err := match.Make(in, match.Options{Moves: 200, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Allocations) == 0 {
			continue
		}
		if _, err := verify.Check(in, plan); err != nil {
			t.Fatalf("seed %d: the plan itself is refused: %v", seed, err)
		}
		source, name := matchtest.Source(seed), names[int(seed)%len(names)]
		if !mutations[name](&source, plan) {
			continue
		}
		data, err := certificate.Encode(plan)
		if err != nil {
			t.Fatal(err)
		}
		forged, err := certificate.Parse("forged", data)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := verify.Check(in, forged); err == nil {
			t.Errorf("seed %d: %s is not noticed", seed, name)
		} else if _, ok := fault.Of(err); !ok {
			t.Errorf("seed %d: %s gives %v, which says nothing to a reader", seed, name, err)
		}
		done++
	}
}

// A changed byte is refused by the plan's own hash, by its form, or by the
// verifier, unless it changes nothing but space.
func TestChangedBytesAreRefused(t *testing.T) {
	in := matchtest.Instance(3, 10)
	plan, err := match.Make(in, match.Options{Moves: 200})
	if err != nil {
		t.Fatal(err)
	}
	data, err := certificate.Encode(plan)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range data {
		if strings.ContainsRune(" \n", rune(b)) {
			continue
		}
		changed := slices.Clone(data)
		changed[i] ^= 1
		if forged, err := certificate.Parse("forged", changed); err == nil {
			t.Errorf("byte %d, %q to %q, is not noticed: %v", i, b, changed[i], forged.Hash)
		}
	}
}

func TestHugePricesAreRefused(t *testing.T) {
	in := matchtest.Instance(3, 10)
	plan, err := match.Make(in, match.Options{Moves: 200})
	if err != nil {
		t.Fatal(err)
	}
	_, bottom, _ := strings.Cut(plan.Exact, "/")
	for _, number := range []string{"4611686018427387903/" + bottom, "9223372036854775808/" + bottom, "1/3", "0x10/" + bottom, "+1/" + bottom, "1", ""} {
		plan.Prices[in.Offers[0].ID] = number
		if _, err := verify.Check(in, plan); err == nil {
			t.Errorf("the price %q is taken", number)
		}
	}
}

func TestBelow(t *testing.T) {
	for _, tt := range []struct {
		value, bound int64
		want         string
	}{{100, 100, "0.0000"}, {999, 1000, "0.1000"}, {0, 1000, "100.0000"}, {2, 3, "33.3334"}, {0, 0, "0.0000"}} {
		if got := verify.Below(tt.value, tt.bound); got != tt.want {
			t.Errorf("Below(%d, %d) = %s; want %s", tt.value, tt.bound, got, tt.want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	in := matchtest.Instance(3, 6)
	plan, err := match.Make(in, match.Options{Moves: 200})
	if err != nil {
		f.Fatal(err)
	}
	data, err := certificate.Encode(plan)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		var p certificate.Plan
		if instance.Decode("plan", data, &p) != nil {
			return
		}
		if r, err := verify.Check(in, &p); err == nil && r.Composite > r.Bound {
			t.Errorf("a plan of %d is taken under a bound of %d", r.Composite, r.Bound)
		}
	})
}
