package detection_test

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/corpus"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// corpusRules parses the rules of the corpus under prefix.
func corpusRules(t testing.TB, prefixes ...string) []*sigma.Rule {
	t.Helper()
	var rules []*sigma.Rule
	files := corpus.Archive(t, "sigma-rules.tar.zst")
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
	files := corpus.Archive(t, "evtx-dev.tar.zst")
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

func TestExpectedMatches(t *testing.T) {
	want := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(string(corpus.File(t, "expected-matches-dev.tsv"))), "\n") {
		if cols := strings.Split(line, "\t"); i > 0 {
			want[strings.Join(cols[1:], "\t")] = true
		}
	}
	rules := corpusRules(t, "sigma/rules/windows/")
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
	t.Logf("%d rules, %d matches, %d expected", len(rules), len(got), len(want))
	report := func(what string, a, b map[string]bool) {
		n := 0
		for k := range a {
			if !b[k] {
				if n++; n < 20 {
					t.Errorf("%s: %s", what, k)
				}
			}
		}
		if n > 0 {
			t.Errorf("%s: %d in all", what, n)
		}
	}
	report("missing", want, got)
	report("not expected", got, want)
}
