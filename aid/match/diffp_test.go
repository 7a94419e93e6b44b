package match

import (
	"encoding/json"
	"os"
	"testing"
)

func dumpDiff(t *testing.T, in string, m *model, l *layout, price []int64, rank []int32, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Log(err)
		return
	}
	var b struct {
		Allocations []struct {
			Requirement, Offer string
			Lots               int32
		}
	}
	json.Unmarshal(data, &b)
	best := map[string]map[string]int32{}
	for _, a := range b.Allocations {
		if best[a.Requirement] == nil {
			best[a.Requirement] = map[string]int32{}
		}
		best[a.Requirement][a.Offer] = a.Lots
	}
	for r := range m.needs {
		mine := map[string]int32{}
		for _, s := range l.of(int32(r)) {
			mine[m.in.Offers[m.pairs[s.pair].offer].ID] = s.lots
		}
		th := best[m.in.Requirements[r].ID]
		same := len(th) == len(mine)
		for k, v := range th {
			if mine[k] != v {
				same = false
			}
		}
		if !same {
			n := m.needs[r]
			t.Log(r, "N", n.lots, "least", n.least, "k", n.partners, "pts", n.points, "w", n.weight, "rank", rank[r], "mine", mine, "best", th)
		}
	}
}
