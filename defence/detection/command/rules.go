package command

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"tallinn/defence/detection/input"
	"tallinn/defence/detection/logsource"
	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/pack"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/detection/tuning"
	"tallinn/defence/event"
)

// RulesList is "tallinn rules list".
type RulesList struct {
	RuleSet
	JSON     bool     `kong:"-"`
	Unfed    bool     `name:"unfed" help:"Only rules for log sources that no known log feeds."`
	MinLevel string   `name:"min-level" help:"The mildest level to list." placeholder:"LEVEL"`
	Tags     []string `name:"tags" help:"Only rules with this tag; may be repeated." placeholder:"TAG"`
}

// ruleLine is one rule as JSON.
type ruleLine struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Level   string   `json:"level"`
	Status  string   `json:"status"`
	Author  string   `json:"author"`
	Source  string   `json:"logsource"`
	Tags    []string `json:"tags"`
	Licence string   `json:"license"`
	Link    string   `json:"rule_link"`
	File    string   `json:"file"`
	Fed     bool     `json:"fed"`
}

// Run lists rules and returns the exit code.
func (c *RulesList) Run(_ context.Context, s Streams) (int, error) {
	lowest := 0
	if c.MinLevel != "" {
		if lowest = slices.Index(sigma.Levels, strings.ToLower(c.MinLevel)); lowest < 0 {
			return Failed, ErrLevel.With("level", c.MinLevel)
		}
	}
	l, err := c.RuleSet.load(func(r *sigma.Rule) bool {
		return (lowest == 0 || slices.Index(sigma.Levels, r.Level) >= lowest) &&
			(len(c.Tags) == 0 || slices.ContainsFunc(c.Tags, func(t string) bool { return hasTag(r, t) }))
	})
	if err != nil {
		return Failed, err
	}
	l.tell(s, false)
	for _, r := range l.engine.Rules() {
		fed := logsource.Known(r.Source.Category, r.Source.Product, r.Source.Service)
		if c.Unfed && fed {
			continue
		}
		if c.JSON {
			if err := writeLine(s.Stdout, ruleLine{r.ID, r.Title, r.Level, r.Status, r.Author, sourceText(r.Source), r.Tags,
				licence(r), link(r), r.File, fed}); err != nil {
				return Failed, err
			}
			continue
		}
		fmt.Fprintf(s.Stdout, "%-36s  %-13s  %-36s  %s\n", r.ID, r.Level, sourceText(r.Source), plain(r.Title))
	}
	return NoMatch, nil
}

func sourceText(l sigma.LogSource) string {
	var parts []string
	for _, p := range []string{l.Product, l.Category, l.Service} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "/")
}

// RulesCheck is "tallinn rules check": what cannot be used, and what reads
// like a mistake. It exits with 1 when there is anything to tell.
type RulesCheck struct {
	Pipeline []string `name:"pipeline" help:"A processing pipeline; may be repeated." placeholder:"FILE" sep:"none"`
	Paths    []string `arg:"" optional:"" name:"path" help:"Rule files and folders; the embedded rules when none is given."`
}

// Run checks rules and returns the exit code.
func (c *RulesCheck) Run(_ context.Context, s Streams) (int, error) {
	set := RuleSet{Rules: c.Paths, Pipeline: c.Pipeline}
	l, err := set.load(nil)
	if err != nil {
		return Failed, err
	}
	told := 0
	say := func(what string, v any) {
		told++
		fmt.Fprintf(s.Stdout, "%s: %v\n", what, v)
	}
	for _, r := range l.refused {
		say("refused", r)
	}
	for _, r := range l.correlations {
		say("not used", r)
	}
	byID := map[string]*sigma.Rule{}
	for _, r := range l.engine.Rules() {
		for _, w := range sigma.Lint(r) {
			say("warning", w)
		}
		if other := byID[r.ID]; other != nil && r.ID != "" {
			say("warning", sigma.Warning{File: r.File, Line: r.Line, ID: r.ID, Reason: "the id is that of " + other.File + ", too"})
		}
		byID[r.ID] = r
	}
	for _, r := range l.engine.Unfed() {
		say("never fed", sigma.Warning{File: r.File, Line: r.Line, ID: r.ID, Reason: "no known log feeds " + sourceText(r.Source)})
	}
	fmt.Fprintf(s.Stdout, "%d rules, %d in use, %d findings\n", l.total, len(l.engine.Rules()), told)
	if told > 0 {
		return Matched, nil
	}
	return NoMatch, nil
}

// RulesPack is "tallinn rules pack": rules into one file that loads fast.
type RulesPack struct {
	Output  string   `name:"output" short:"o" required:"" help:"The pack to write." placeholder:"FILE" type:"path"`
	Source  string   `name:"source" help:"Where the rules are from, with the version."`
	Link    string   `name:"link" help:"What a rule's path is put behind to make its link."`
	Licence string   `name:"license" help:"The licence of rules that name none."`
	Base    string   `name:"base" help:"The folder that paths in the pack begin below."`
	Paths   []string `arg:"" name:"path" help:"Rule files and folders."`
}

// Run writes a pack and returns the exit code. Refused rules are told and
// left out.
func (c *RulesPack) Run(_ context.Context, s Streams) (int, error) {
	docs, err := RuleSet{Rules: c.Paths}.read()
	if err != nil {
		return Failed, err
	}
	for _, r := range slices.Concat(docs.refused, docs.correlations) {
		s.say("left out: %v", r)
	}
	if len(docs.rules) == 0 {
		return Failed, ErrNoRules
	}
	for _, r := range docs.rules {
		r.File = strings.TrimPrefix(strings.TrimPrefix(r.File, c.Base), "/")
	}
	f, err := os.Create(c.Output)
	if err != nil {
		return Failed, ErrWrite.With("path", c.Output).Because(err)
	}
	err = pack.Save(f, &pack.Pack{Source: c.Source, Link: c.Link, Licence: c.Licence, Rules: docs.rules, Filters: docs.filters})
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return Failed, ErrWrite.With("path", c.Output).Because(err)
	}
	s.say("%d rules in %s", len(docs.rules), c.Output)
	return NoMatch, nil
}

// RulesExplain is "tallinn rules explain": why one event did or did not
// match one rule, condition by condition.
type RulesExplain struct {
	RuleSet
	Record int    `name:"record" help:"Which record of the log, from 0." placeholder:"N"`
	Rule   string `arg:"" name:"rule" help:"The rule's id, or its file's name without .yml."`
	Input  string `arg:"" name:"input" help:"The log."`
}

// Run explains and returns the exit code.
func (c *RulesExplain) Run(_ context.Context, s Streams) (int, error) {
	rule, err := c.find()
	if err != nil {
		return Failed, err
	}
	ev, err := record(s, c.Input, c.Record)
	if err != nil {
		return Failed, err
	}
	src := logsource.Of(logsource.KeyOf(ev))
	fed := src.Feeds(rule.Source.Category, rule.Source.Product, rule.Source.Service)
	trace := naive.Explain(rule, ev, emptyIsNull(rule))
	fmt.Fprintf(s.Stdout, "%s (%s)\nrecord %d of %s\n", rule.Title, rule.File, c.Record, c.Input)
	fmt.Fprintf(s.Stdout, "[%s] log source: the rule is for %s; the event is of product %q, services %q, categories %q\n",
		mark(fed), sourceText(rule.Source), src.Product, src.Services, src.Categories)
	for _, t := range trace.Kids {
		printTrace(s, t, 0)
	}
	if fed && trace.Held {
		fmt.Fprintln(s.Stdout, "The rule matches.")
		return Matched, nil
	}
	fmt.Fprintln(s.Stdout, "The rule does not match.")
	return NoMatch, nil
}

func (c *RulesExplain) find() (*sigma.Rule, error) {
	docs, err := c.RuleSet.read()
	if err != nil {
		return nil, err
	}
	pipelines, err := c.RuleSet.pipelines()
	if err != nil {
		return nil, err
	}
	for _, r := range docs.rules {
		if !slices.Contains(tuning.Names(r), c.Rule) {
			continue
		}
		changed, refused := pipeline.Apply(sigma.Apply([]*sigma.Rule{r}, docs.filters), pipelines)
		if len(refused) > 0 {
			return nil, ErrNoRules.Because(fmt.Errorf("%s", refused[0].Reason))
		}
		return changed[0], nil
	}
	return nil, ErrRule.With("rule", c.Rule)
}

// record reads one record of a log. Records that tell several events give
// the first.
func record(s Streams, path string, index int) (*event.Event, error) {
	sources, problems := input.Find([]string{path}, s.Stdin)
	if len(sources) == 0 {
		return nil, problems[0]
	}
	l, err := sources[0].Open()
	if err != nil {
		return nil, err
	}
	defer l.Close()
	var e event.Event
	for l.Next(&e) {
		if e.Index == index {
			return e.Clone(), nil
		}
	}
	return nil, ErrRecord.With("file", path).With("index", index)
}

func printTrace(s Streams, t *naive.Trace, depth int) {
	note := ""
	if t.Note != "" {
		note = "  (" + short(t.Note, 160) + ")"
	}
	fmt.Fprintf(s.Stdout, "%s[%s] %s%s\n", strings.Repeat("  ", depth), mark(t.Held), plain(short(t.Text, 200)), plain(note))
	for _, k := range t.Kids {
		printTrace(s, k, depth+1)
	}
}

func mark(held bool) string {
	if held {
		return "yes"
	}
	return " no"
}
