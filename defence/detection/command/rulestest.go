package command

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"tallinn/defence/detection"
	"tallinn/defence/detection/input"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// RulesTest is "tallinn rules test": rules against logs they must and must
// not match. With --pairs, every info.yml under a folder names the rules
// that must match the log beside it, as SigmaHQ's regression data do.
type RulesTest struct {
	RuleSet
	Pairs   string   `name:"pairs" help:"A folder of info.yml files with their logs." placeholder:"DIR"`
	Match   []string `name:"match" help:"A log that every rule given must match; may be repeated." placeholder:"LOG" sep:"none"`
	NoMatch []string `name:"no-match" help:"A log that no rule given may match; may be repeated." placeholder:"LOG" sep:"none"`
}

// A trial counts how tests went.
type trial struct {
	s            Streams
	passed, fell int
}

func (t *trial) result(ok bool, format string, args ...any) {
	word := "pass"
	if ok {
		t.passed++
	} else {
		t.fell++
		word = "FAIL"
	}
	fmt.Fprintf(t.s.Stdout, "%s  %s\n", word, fmt.Sprintf(format, args...))
}

// Run tests rules. It exits with 1 when a test failed.
func (c *RulesTest) Run(_ context.Context, s Streams) (int, error) {
	l, err := c.RuleSet.load(nil)
	if err != nil {
		return Failed, err
	}
	for _, r := range l.refused {
		s.say("refused: %v", r)
	}
	t := &trial{s: s}
	if c.Pairs != "" {
		if err := c.pairs(t, l); err != nil {
			return Failed, err
		}
	}
	for _, want := range []struct {
		logs  []string
		match bool
	}{{c.Match, true}, {c.NoMatch, false}} {
		for _, log := range want.logs {
			if err := c.log(t, l, log, want.match); err != nil {
				return Failed, err
			}
		}
	}
	fmt.Fprintf(s.Stdout, "%d passed, %d failed\n", t.passed, t.fell)
	if t.passed+t.fell == 0 {
		return Failed, ErrNoInput
	}
	if t.fell > 0 {
		return Matched, nil
	}
	return NoMatch, nil
}

// log tries every rule on one log.
func (c *RulesTest) log(t *trial, l *loaded, path string, must bool) error {
	hits, err := hitsIn(l.engine, path)
	if err != nil {
		return err
	}
	for i, r := range l.engine.Rules() {
		got := hits[i] > 0
		word := "must not match"
		if must {
			word = "must match"
		}
		t.result(got == must, "%s %s %s (%d records do)", r.Title, word, path, hits[i])
	}
	return nil
}

// hitsIn counts, by rule, the records of a log that match.
func hitsIn(e *detection.Engine, path string) (map[int]int, error) {
	sources, problems := input.Find([]string{path}, nil)
	if len(problems) > 0 {
		return nil, problems[0]
	}
	m := e.NewMatcher()
	hits := map[int]int{}
	for _, src := range sources {
		log, err := src.Open()
		if err != nil {
			return nil, err
		}
		var ev event.Event
		for log.Next(&ev) {
			for _, r := range m.Match(&ev) {
				hits[r]++
			}
		}
		log.Close()
	}
	return hits, nil
}

// info is SigmaHQ's description of a regression test.
type info struct {
	Rules []struct {
		ID    string `yaml:"id"`
		Title string `yaml:"title"`
	} `yaml:"rule_metadata"`
	Tests []struct {
		Name    string `yaml:"name"`
		Type    string `yaml:"type"`
		Path    string `yaml:"path"`
		Matches *int   `yaml:"match_count"`
	} `yaml:"regression_tests_info"`
}

func (c *RulesTest) pairs(t *trial, l *loaded) error {
	byID := map[string]int{}
	for i, r := range l.engine.Rules() {
		byID[r.ID] = i
	}
	return filepath.WalkDir(c.Pairs, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		var in info
		if err := yaml.Unmarshal(data, &in); err != nil {
			t.result(false, "%s: %v", p, err)
			return nil
		}
		for _, test := range in.Tests {
			log := filepath.Join(filepath.Dir(p), filepath.Base(strings.ReplaceAll(test.Path, `\`, "/")))
			hits, err := hitsIn(l.engine, log)
			if err != nil {
				t.result(false, "%s: %v", p, err)
				continue
			}
			for _, r := range in.Rules {
				number, ok := byID[r.ID]
				if !ok {
					t.result(false, "%s: no rule has the id %s", p, r.ID)
					continue
				}
				t.result(hits[number] > 0, "%s: %s matches %d records of %s", r.ID, r.Title, hits[number], filepath.Base(log))
			}
		}
		return nil
	})
}

func emptyIsNull(r *sigma.Rule) bool { return r.Custom[detection.NullOrEmpty] == detection.NullEmpty }
