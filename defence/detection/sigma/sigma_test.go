package sigma_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/defence/detection/sigma"
)

// What cannot be used is refused with its line and a reason that says what
// to do.
func TestRefused(t *testing.T) {
	const head = "title: t\nlogsource: {product: windows}\n"
	for _, tt := range []struct {
		name, text string
		line       int
		reason     string
	}{
		{"not YAML", "a: [\n", 1, "not YAML"},
		{"no map", "- a\n", 1, "a map was expected"},
		{"no title", "logsource: {product: x}\n", 1, "title is missing"},
		{"no log source", "title: t\n", 1, "logsource is missing"},
		{"empty log source", "title: t\nlogsource: {definition: x}\n", 2, "logsource is empty"},
		{"no detection", head, 1, "detection is missing"},
		{"no condition", head + "detection:\n  a: {F: x}\n", 4, "condition is missing"},
		{"no search", head + "detection:\n  condition: a\n", 1, "detection holds no search"},
		{"unknown search", head + "detection:\n  a: {F: x}\n  condition: a and b\n", 5, `no search is called "b"`},
		{"no search fits", head + "detection:\n  a: {F: x}\n  condition: 1 of b*\n", 5, `no search fits "b*"`},
		{"bracket", head + "detection:\n  a: {F: x}\n  condition: (a\n", 5, "closing bracket"},
		{"two searches", head + "detection:\n  a: {F: x}\n  condition: a a\n", 5, `unexpected "a"`},
		{"aggregation", head + "detection:\n  a: {F: x}\n  condition: a | count() > 1\n", 5, "correlation rule"},
		{"timeframe", head + "detection:\n  a: {F: x}\n  timeframe: 5m\n  condition: a\n", 5, "correlation rule"},
		{"modifier", head + "detection:\n  a:\n    F|nope: x\n  condition: a\n", 5, `modifier "nope" does not exist`},
		{"look-around", head + "detection:\n  a:\n    F|re: 'a(?=b)'\n  condition: a\n", 5, "linear time"},
		{"back reference", head + "detection:\n  a:\n    F|re: '(a)\\1'\n  condition: a\n", 5, "linear time"},
		{"network", head + "detection:\n  a:\n    F|cidr: 10.0.0\n  condition: a\n", 5, "is no network"},
		{"number", head + "detection:\n  a:\n    F|gt: x\n  condition: a\n", 5, "write a number"},
		{"exists", head + "detection:\n  a:\n    F|exists: x\n  condition: a\n", 5, "true or false"},
		{"flag without re", head + "detection:\n  a:\n    F|i: x\n  condition: a\n", 5, "write re|i"},
		{"two types", head + "detection:\n  a:\n    F|re|cidr: x\n  condition: a\n", 5, "contradict"},
		{"wildcard encoded", head + "detection:\n  a:\n    F|base64: 'a*b'\n  condition: a\n", 5, "wildcards"},
		{"map as value", head + "detection:\n  a:\n    F: {x: y}\n  condition: a\n", 5, "a value is text"},
		{"no value", head + "detection:\n  a:\n    F: []\n  condition: a\n", 5, "has no value"},
		{"null with modifier", head + "detection:\n  a:\n    F|contains: null\n  condition: a\n", 5, "null takes no modifier"},
		{"twice", head + "detection:\n  a: {F: x}\n  a: {F: y}\n  condition: a\n", 5, "stands twice"},
		{"level", head + "level: huge\ndetection:\n  a: {F: x}\n  condition: a\n", 3, `level "huge"`},
		{"action", "action: global\ntitle: t\n", 1, "left the specification"},
		{"deep", head + "detection:\n  a: " + strings.Repeat("[", 60) + "x" + strings.Repeat("]", 60) + "\n  condition: a\n", 4, "nested"},
		{"many dashes", head + "detection:\n  a:\n    F|windash: '-a -b -c -d -e -f'\n  condition: a\n", 5, "too many forms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := sigma.Parse("x.yml", []byte(tt.text))
			if len(f.Rules) != 0 || len(f.Refused) != 1 {
				t.Fatalf("%d rules, refused %v", len(f.Rules), f.Refused)
			}
			if r := f.Refused[0]; r.Line != tt.line || !strings.Contains(r.Reason, tt.reason) || r.File != "x.yml" {
				t.Errorf("%v", r)
			}
		})
	}
}

func TestManyDocuments(t *testing.T) {
	data, err := os.ReadFile("../testdata/bad-rules/bad.yml")
	if err != nil {
		t.Fatal(err)
	}
	f := sigma.Parse("bad.yml", data)
	if len(f.Rules) != 1 || len(f.Refused) != 6 {
		t.Errorf("%d rules, refused %v", len(f.Rules), f.Refused)
	}
	var reasons []string
	for _, w := range sigma.Lint(f.Rules[0]) {
		reasons = append(reasons, w.Reason)
	}
	for _, want := range []string{"id is missing", "single value", `"b" is not used`, "lone *"} {
		if !slices.ContainsFunc(reasons, func(r string) bool { return strings.Contains(r, want) }) {
			t.Errorf("no warning of %q in %q", want, reasons)
		}
	}
	f = sigma.Parse("c.yml", []byte("title: c\ncorrelation: {type: event_count}\n"))
	if len(f.Correlations) != 1 || len(f.Refused) != 0 {
		t.Errorf("%+v", f)
	}
}

// A pattern written out and read again is the same.
func TestPatternRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune(`ab\*?Й`)), 0, 12, -1).Draw(t, "s")
		p := sigma.ParsePattern(s, false)
		if again := sigma.ParsePattern(p.String(), false); !slices.Equal(again, p) {
			t.Fatalf("%q: %v, again %v", s, p, again)
		}
	})
}

func TestFilters(t *testing.T) {
	f := sigma.Parse("x.yml", []byte(`title: r
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource: {category: process_creation, product: windows}
detection:
  s: {F: x}
  condition: s
---
title: f
logsource: {category: process_creation}
filter:
  rules: [6f3e2987-db24-4c78-a860-b4f4095a7095]
  s: {User|startswith: adm_}
  condition: not s
---
title: for other logs
logsource: {category: file_event}
filter: {rules: any, s: {User: x}, condition: not s}
`))
	if len(f.Rules) != 1 || len(f.Filters) != 2 || len(f.Refused) != 0 {
		t.Fatalf("%+v", f)
	}
	out := sigma.Apply(f.Rules, f.Filters)
	if len(out[0].Detections) != 2 || len(f.Rules[0].Detections) != 1 {
		t.Errorf("%d and %d searches", len(out[0].Detections), len(f.Rules[0].Detections))
	}
}
