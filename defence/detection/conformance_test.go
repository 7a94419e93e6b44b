package detection_test

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tallinn/defence/detection"
	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// A feature is a line of the conformance table: a detection, and events that
// must and must not match it.
type feature struct {
	Feature   string   `yaml:"feature"`
	Detection string   `yaml:"detection"`
	Match     []string `yaml:"match"`
	NoMatch   []string `yaml:"nomatch"`
	Pipeline  string   `yaml:"pipeline"` // that the rule goes through, if any
}

func ruleOf(t *testing.T, detectionText string) *sigma.Rule {
	t.Helper()
	text := "title: t\nlogsource:\n  product: test\ndetection:\n" + indent(detectionText)
	f := sigma.Parse("t.yml", []byte(text))
	if len(f.Rules) != 1 {
		t.Fatalf("refused: %v\n%s", f.Refused, text)
	}
	return f.Rules[0]
}

func through(t *testing.T, text string, rule *sigma.Rule) *sigma.Rule {
	t.Helper()
	p, err := pipeline.Parse("p.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	rules, refused := pipeline.Apply([]*sigma.Rule{rule}, []*pipeline.Pipeline{p})
	if len(rules) != 1 {
		t.Fatal(refused)
	}
	return rules[0]
}

func indent(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// eventOf reads one event written as JSON.
func eventOf(t *testing.T, text string) *event.Event {
	t.Helper()
	r := ndjson.NewReader(strings.NewReader(text + "\n"))
	var e event.Event
	if !r.Next(&e) {
		t.Fatalf("no JSON: %s", text)
	}
	e.Product = "test"
	return e.Clone()
}

func features(t *testing.T) []feature {
	t.Helper()
	data, err := os.ReadFile("testdata/conformance.yml")
	if err != nil {
		t.Fatal(err)
	}
	var table []feature
	if err := yaml.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	return table
}

func TestConformance(t *testing.T) {
	for _, f := range features(t) {
		t.Run(f.Feature, func(t *testing.T) {
			if len(f.Match) < 3 || len(f.NoMatch) < 3 {
				t.Errorf("%d positive and %d negative events: three of each are asked for", len(f.Match), len(f.NoMatch))
			}
			rule := ruleOf(t, f.Detection)
			if f.Pipeline != "" {
				rule = through(t, f.Pipeline, rule)
			}
			e, refused := detection.New([]*sigma.Rule{rule})
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			m := e.NewMatcher()
			for _, want := range []struct {
				events []string
				match  bool
			}{{f.Match, true}, {f.NoMatch, false}} {
				for _, text := range want.events {
					ev := eventOf(t, text)
					if got := len(m.Match(ev)) == 1; got != want.match {
						t.Errorf("engine: %t for %s", got, text)
					}
					if got := naive.Match(rule, ev, false); got != want.match {
						t.Errorf("naive: %t for %s", got, text)
					}
				}
			}
		})
	}
}
