package command

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"tallinn/defence/detection/input"
	"tallinn/defence/detection/scan"
	"tallinn/defence/detection/sigma"
)

// A summary counts matches by rule, level, tactic and host.
type summary struct {
	files, opened, partial int
	records                int
	rules                  map[*sigma.Rule]int
	ruleLevel              map[*sigma.Rule]string
	levels, tactics, hosts map[string]int
}

func newSummary() *summary {
	return &summary{rules: map[*sigma.Rule]int{}, ruleLevel: map[*sigma.Rule]string{},
		levels: map[string]int{}, tactics: map[string]int{}, hosts: map[string]int{}}
}

func (s *summary) log(r input.Report) {
	s.files++
	s.records += r.Records
	if r.Err == nil || r.Records > 0 {
		s.opened++
	}
	if !r.Whole() {
		s.partial++
	}
}

func (s *summary) match(m *scan.Match) {
	s.rules[m.Rule]++
	s.ruleLevel[m.Rule] = m.Level
	s.levels[m.Level]++
	s.hosts[m.Host]++
	for _, t := range tactics(m.Rule.Tags) {
		s.tactics[t]++
	}
}

// most is how many lines of each kind are printed.
const most = 20

func (s *summary) print(w io.Writer, p *scan.Progress, took time.Duration) {
	rate := 0.0
	if took > 0 {
		rate = float64(s.records) / took.Seconds()
	}
	fmt.Fprintf(w, "\n%s, %s in %s (%.0f records/s), %s of %s\n",
		counted(s.files, "log", "logs"), counted(s.records, "record", "records"), took.Round(time.Millisecond), rate,
		counted(int(p.Matches()), "match", "matches"), counted(len(s.rules), "rule", "rules"))
	if s.partial > 0 {
		fmt.Fprintf(w, "%s could not be read whole; see above\n", counted(s.partial, "log", "logs"))
	}
	if len(s.rules) == 0 {
		return
	}
	fmt.Fprintln(w, "\nBy level")
	for _, l := range slices.Backward(append([]string{""}, sigma.Levels...)) {
		if n := s.levels[l]; n > 0 {
			fmt.Fprintf(w, "%8d  %s\n", n, cmp.Or(l, "(none)"))
		}
	}
	printCounts(w, "By tactic", s.tactics)
	printCounts(w, "By host", s.hosts)
	fmt.Fprintln(w, "\nBy rule")
	rules := s.sortedRules()
	for i, r := range rules {
		if i == most {
			fmt.Fprintf(w, "          and %d more\n", len(rules)-most)
			break
		}
		fmt.Fprintf(w, "%8d  %-13s  %s\n", s.rules[r], s.ruleLevel[r], plain(r.Title))
	}
}

// sortedRules puts the gravest first, then the most frequent.
func (s *summary) sortedRules() []*sigma.Rule {
	return slices.SortedFunc(maps.Keys(s.rules), func(a, b *sigma.Rule) int {
		return cmp.Or(slices.Index(sigma.Levels, s.ruleLevel[b])-slices.Index(sigma.Levels, s.ruleLevel[a]),
			s.rules[b]-s.rules[a], cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID), cmp.Compare(a.File, b.File))
	})
}

func printCounts(w io.Writer, head string, counts map[string]int) {
	if len(counts) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", head)
	names := sortedCounts(counts)
	for i, n := range names {
		if i == most {
			fmt.Fprintf(w, "          and %d more\n", len(names)-most)
			return
		}
		fmt.Fprintf(w, "%8d  %s\n", counts[n], plain(cmp.Or(n, "(none)")))
	}
}

// sortedCounts are the names, the most frequent first.
func sortedCounts(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
}
