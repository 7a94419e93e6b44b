package detection_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/detection/witnesstest"
	"tallinn/defence/event"
)

// Every rule of the corpus has a positive witness, and on it and on its
// changed copies the engine and the naive interpreter agree. Of the copies
// those that no longer match are the negative witnesses.
func TestWitnesses(t *testing.T) {
	rules := corpusRules(t, "sigma/rules/", "sigma/rules-emerging-threats/", "sigma/rules-threat-hunting/", "sigma/rules-placeholder/")
	checkWitnesses(t, rules)
}

func checkWitnesses(t *testing.T, rules []*sigma.Rule) {
	t.Helper()
	fill := &strings.Builder{}
	fill.WriteString("vars: {null_or_empty: absent")
	for name := range placeholders(rules) {
		fmt.Fprintf(fill, ", %s: [value-of-%s, other-*]", name, name)
	}
	fill.WriteString("}\ntransformations:\n  - type: value_placeholders\n")
	p, err := pipeline.Parse("t", []byte(fill.String()))
	if err != nil {
		t.Fatal(err)
	}
	rules, refused := pipeline.Apply(rules, []*pipeline.Pipeline{p})
	e, more := detection.New(rules)
	for _, r := range slices.Concat(refused, more) {
		t.Errorf("refused: %v", r)
	}
	m := e.NewMatcher()
	without, negatives, none := 0, 0, 0
	agree := func(i int, r *sigma.Rule, ev *event.Event) bool {
		want := naive.Match(r, ev, false)
		if got := slices.Contains(m.Match(ev), i); got != want {
			t.Errorf("%s: engine %t, naive %t for %q", r.File, got, want, ev.Fields)
		}
		return want
	}
	for i, r := range e.Rules() {
		ev, ok := witnesstest.For(r, uint64(i), false)
		if !ok {
			without++
			t.Errorf("%s: no event was found that it matches", r.File)
			continue
		}
		agree(i, r, ev)
		n := 0
		for _, v := range witnesstest.Variants(ev) {
			if !agree(i, r, v) {
				n++
			}
		}
		if ev, ok := witnesstest.Against(r, uint64(i), false); ok && !agree(i, r, ev) {
			n++
		}
		if negatives += n; n == 0 {
			none++
			t.Errorf("%s: no change of its witness makes it fail", r.File)
		}
	}
	t.Logf("%d rules, %d without a witness, %d negative witnesses, %d rules without one", len(rules), without, negatives, none)
}

func placeholders(rules []*sigma.Rule) map[string]bool {
	names := map[string]bool{}
	for _, r := range rules {
		for _, d := range r.Detections {
			d.Root.Walk(func(i *sigma.Item) {
				for _, v := range i.Values {
					for _, name := range v.Pattern.Placeholders() {
						names[name] = true
					}
				}
			})
		}
	}
	return names
}
