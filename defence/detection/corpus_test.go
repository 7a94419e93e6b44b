package detection_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// corpusRules parses the rules of the corpus under prefix.
func corpusRules(t testing.TB, prefixes ...string) []*sigma.Rule {
	t.Helper()
	var rules []*sigma.Rule
	files := corpustest.Archive(t, "sigma-rules.tar.zst")
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !strings.HasSuffix(name, ".yml") || !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			continue
		}
		f := sigma.Parse(name, files[name])
		for _, r := range f.Refused {
			t.Errorf("refused: %v", r)
		}
		rules = append(rules, f.Rules...)
	}
	return rules
}

// eachRecord calls f for every record of the logs, in order of their names.
func eachRecord(t testing.TB, f func(file string, e *event.Event)) {
	t.Helper()
	files := corpustest.Archive(t, "evtx-dev.tar.zst")
	var names []string
	for name := range files {
		if strings.HasSuffix(name, ".evtx") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		r, err := evtx.NewReader(bytes.NewReader(files[name]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var e event.Event
		for r.Next(&e) {
			f(strings.TrimPrefix(name, "evtx/"), &e)
		}
	}
}

// explained are the differences from the reference, by rule; the sentences
// stand in doc/detection.md under "Differences".
var explained = map[string]string{
	// A rule for product windows alone is for every Windows log; the
	// reference routes only rules with a category or a known service.
	"06d71506-7beb-4f22-8888-e2e5e2ca7fd8": "product only",
	// A record of plain XML without a template, which the reference did not
	// route because its decoder gave the event id as text.
	"488b44e7-3781-4a71-888d-c95abfacf44d": "record without template",
	// Events of Windows' own auditing, known by Sysmon's names: 4688 with its
	// integrity level and logon, and 5156 as a connection.
	"3037d961-21e9-4732-b27a-637bcc7bf539": "audited",
	"d21374ff-f574-44a7-9998-4a8c8bf33d7d": "audited",
	"dcdbc940-0bff-46b2-95f3-2d73f848e33b": "audited",
	"224f140f-3553-4cd1-af78-13d81bf9f7cc": "audited",
	"ed74fe75-7594-4b4b-ae38-e38e3fd2eb23": "audited",
}

func TestExpectedMatches(t *testing.T) {
	want := expectedMatches(t)
	rules := corpusRules(t, "sigma/rules/windows/")
	got := allMatches(t, rules)
	t.Logf("%d rules, %d matches, %d expected", len(rules), len(got), len(want))
	for k := range want {
		if !got[k] {
			t.Errorf("missing: %s", k)
		}
	}
	more := map[string]int{}
	for k := range got {
		if want[k] {
			continue
		}
		rule := k[strings.LastIndexByte(k, '\t')+1:]
		if more[explained[rule]]++; explained[rule] == "" {
			t.Errorf("not expected: %s", k)
		}
	}
	t.Logf("not expected, and explained: %v", more)
	if more["product only"] != 16 || more["record without template"] != 1 || more["audited"] != 9 {
		t.Errorf("explained are others than the 16, 1 and 9 of doc/detection.md: %v", more)
	}
}

// With the default pipeline exactly the rules that ask for null on fields
// that Sysmon leaves empty differ.
func TestDefaultPipelineDiffers(t *testing.T) {
	p, ok := pipeline.BuiltIn(pipeline.Default)
	if !ok {
		t.Fatal("no default pipeline")
	}
	rules := corpusRules(t, "sigma/rules/windows/")
	strict := allMatches(t, rules)
	changed, refused := pipeline.Apply(rules, []*pipeline.Pipeline{p})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	loose := allMatches(t, changed)
	differ := map[string]int{}
	for k := range strict {
		if !loose[k] {
			differ[k[strings.LastIndexByte(k, '\t')+1:]]--
		}
	}
	for k := range loose {
		if !strict[k] {
			differ[k[strings.LastIndexByte(k, '\t')+1:]]++
		}
	}
	t.Logf("rules that differ when empty is null: %v", differ)
	if len(differ) != 2 {
		t.Errorf("%d rules differ, want 2: %v", len(differ), differ)
	}
}

func expectedMatches(t *testing.T) map[string]bool {
	t.Helper()
	want := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(string(corpustest.File(t, "expected-matches-dev.tsv"))), "\n") {
		if cols := strings.Split(line, "\t"); i > 0 {
			want[strings.Join(cols[1:], "\t")] = true
		}
	}
	return want
}

func allMatches(t *testing.T, rules []*sigma.Rule) map[string]bool {
	t.Helper()
	e, refused := detection.New(rules)
	for _, r := range refused {
		t.Errorf("refused: %v", r)
	}
	m := e.NewMatcher()
	got := map[string]bool{}
	eachRecord(t, func(file string, ev *event.Event) {
		for _, i := range m.Match(ev) {
			got[fmt.Sprintf("%s\t%d\t%s\t%s", file, ev.Index, ev.RecordID(), e.Rule(i).ID)] = true
		}
	})
	return got
}

// Every info.yml of SigmaHQ's regression data names rules that must match
// the log beside it.
func TestRegressionPairs(t *testing.T) {
	files := corpustest.Archive(t, "evtx-dev.tar.zst")
	e, _ := detection.New(corpusRules(t, "sigma/rules"))
	byID := map[string]int{}
	for i, r := range e.Rules() {
		byID[r.ID] = i
	}
	pairs := 0
	for name, data := range files {
		if !strings.HasSuffix(name, "/info.yml") {
			continue
		}
		dir := strings.TrimSuffix(name, "info.yml")
		for _, id := range ruleIDs(data) {
			number, ok := byID[id]
			if !ok {
				t.Errorf("%s: no rule %s", name, id)
				continue
			}
			pairs++
			if hits := hitsUnder(t, e, files, dir, number); hits == 0 {
				t.Errorf("%s: the rule %s matches nothing", name, id)
			}
		}
	}
	t.Logf("%d pairs", pairs)
}

func hitsUnder(t *testing.T, e *detection.Engine, files map[string][]byte, dir string, rule int) int {
	t.Helper()
	hits := 0
	m := e.NewMatcher()
	for name, data := range files {
		if !strings.HasPrefix(name, dir) || !strings.HasSuffix(name, ".evtx") {
			continue
		}
		r, err := evtx.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		var ev event.Event
		for r.Next(&ev) {
			if slices.Contains(m.Match(&ev), rule) {
				hits++
			}
		}
	}
	return hits
}

// ruleIDs reads the ids under rule_metadata.
func ruleIDs(data []byte) []string {
	var ids []string
	_, rest, _ := strings.Cut(string(data), "rule_metadata:")
	for line := range strings.Lines(rest) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "- id: "); ok {
			ids = append(ids, strings.TrimSpace(id))
		}
	}
	return ids
}

// The order of the rules changes nothing but their numbers.
func TestRuleOrder(t *testing.T) {
	rules := corpusRules(t, "sigma/rules/windows/")
	want := allMatches(t, rules)
	rng := rand.New(rand.NewPCG(7, 7))
	for range 2 {
		shuffled := slices.Clone(rules)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := allMatches(t, shuffled); !maps.Equal(got, want) {
			t.Fatalf("%d matches in another order, %d before", len(got), len(want))
		}
	}
}
