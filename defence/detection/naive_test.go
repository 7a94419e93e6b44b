package detection_test

import (
	"fmt"
	"slices"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/logsource"
	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// On every 400th real record the engine and the naive interpreter agree about
// every rule whose log source the record feeds.
func TestEngineAgreesWithNaive(t *testing.T) {
	rules := corpusRules(t, "sigma/rules/windows/")
	e, _ := detection.New(rules)
	m := e.NewMatcher()
	n, checked := 0, 0
	eachRecord(t, func(file string, ev *event.Event) {
		if n++; n%400 != 0 {
			return
		}
		got := map[int]bool{}
		for _, r := range m.Match(ev) {
			got[r] = true
		}
		src := logsource.Of(logsource.KeyOf(ev))
		for i, r := range e.Rules() {
			s := r.Source
			want := src.Feeds(s.Category, s.Product, s.Service) && naive.Match(r, ev, false)
			if checked++; want != got[i] {
				t.Errorf("%s record %d: %s: engine %t, naive %t", file, ev.Index, r.File, got[i], want)
			}
		}
	})
	t.Logf("%d comparisons", checked)
}

// Rules of one value each have atoms, and nothing that joins them.
func TestRulesOfOneValue(t *testing.T) {
	var rules []*sigma.Rule
	for i := range 40 {
		rules = append(rules, sigma.Parse("t.yml", fmt.Appendf(nil, "title: t\nlogsource: {product: windows}\ndetection: {a: {F: v%d}, condition: a}\n", i)).Rules...)
	}
	e, refused := detection.New(rules)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	ev := event.Event{Product: "windows"}
	ev.Add("F", "v37", event.Text)
	if got := e.NewMatcher().Match(&ev); !slices.Equal(got, []int{37}) {
		t.Errorf("got %v, want [37]", got)
	}
}
