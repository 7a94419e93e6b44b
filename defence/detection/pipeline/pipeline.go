package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"tallinn/defence/detection"
	"tallinn/defence/detection/sigma"
	"tallinn/fault"
)

// ErrPipeline says that a pipeline file cannot be used, and why.
var ErrPipeline = fault.New(fault.Invalid, "pipeline.invalid", "the pipeline {{.file}} cannot be used: {{.reason}}; correct it and try again")

// A Pipeline is a list of changes to rules, in order.
type Pipeline struct {
	Name     string
	Priority int
	Skipped  []string // parts that are for queries only and were left out

	items []item
	vars  map[string][]string
}

// An item is one transformation with the conditions under which it applies.
type item struct {
	id     string
	rule   conditions[*run]
	detect conditions[*at]
	field  conditions[*at]
	change change
}

// A change works on a rule, or on each of its items that the conditions fit.
type change struct {
	rule func(*run) error
	item func(*run, *sigma.Item) (*sigma.Node, error) // nil node: drop
}

// A run is one rule on its way through a pipeline.
type run struct {
	rule    *sigma.Rule
	state   map[string]string
	applied map[string]bool // ids of items that applied to the rule
	vars    map[string][]string
}

// at is an item of a rule under the eyes of a condition.
type at struct {
	*run
	item *sigma.Item
}

// file is a pipeline as it stands in YAML.
type file struct {
	Name            string               `yaml:"name"`
	Priority        int                  `yaml:"priority"`
	Vars            map[string]yaml.Node `yaml:"vars"`
	AllowedBackends []string             `yaml:"allowed_backends"`
	Transformations []yaml.Node          `yaml:"transformations"`
	Postprocessing  []yaml.Node          `yaml:"postprocessing"`
	Finalizers      []yaml.Node          `yaml:"finalizers"`
}

// Parse reads a pipeline; name is for messages.
//
// Errors: ErrPipeline.
func Parse(name string, data []byte) (*Pipeline, error) {
	var f file
	if err := yaml.Unmarshal(data, &f); err != nil {
		return nil, ErrPipeline.With("file", name).With("reason", err.Error())
	}
	p := &Pipeline{Name: cmp.Or(f.Name, name), Priority: f.Priority, vars: map[string][]string{}}
	for key, node := range f.Vars {
		p.vars[key] = scalars(&node)
	}
	for i := range f.Transformations {
		it, err := parseItem(&f.Transformations[i])
		if err != nil {
			return nil, ErrPipeline.With("file", name).
				With("reason", fmt.Sprintf("line %d: %v", f.Transformations[i].Line, err))
		}
		p.items = append(p.items, it)
	}
	if v := p.vars[detection.NullOrEmpty]; len(v) > 0 && v[0] != detection.NullAbsent && v[0] != detection.NullEmpty {
		return nil, ErrPipeline.With("file", name).With("reason", "vars.null_or_empty is absent or empty")
	}
	if len(f.Postprocessing) > 0 {
		p.Skipped = append(p.Skipped, "postprocessing")
	}
	if len(f.Finalizers) > 0 {
		p.Skipped = append(p.Skipped, "finalizers")
	}
	return p, nil
}

func scalars(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var out []string
	for _, c := range n.Content {
		if c.Kind == yaml.ScalarNode {
			out = append(out, c.Value)
		}
	}
	return out
}

// Apply returns rules changed by pipelines, in the order of their priority.
// The rules given are not touched. A rule that a pipeline rejects is among
// the refused, with the pipeline's words.
func Apply(rules []*sigma.Rule, pipelines []*Pipeline) ([]*sigma.Rule, []sigma.Refusal) {
	if len(pipelines) == 0 {
		return rules, nil
	}
	sorted := slices.Clone(pipelines)
	slices.SortStableFunc(sorted, func(a, b *Pipeline) int { return a.Priority - b.Priority })
	var out []*sigma.Rule
	var refused []sigma.Refusal
	for _, r := range rules {
		changed, err := through(r, sorted)
		if err != nil {
			refused = append(refused, sigma.Refusal{File: r.File, Line: r.Line, ID: r.ID, Title: r.Title, Reason: err.Error()})
			continue
		}
		out = append(out, changed)
	}
	return out, refused
}

func through(r *sigma.Rule, pipelines []*Pipeline) (*sigma.Rule, error) {
	x := &run{rule: r.Clone(), state: map[string]string{}, applied: map[string]bool{}}
	for _, p := range pipelines {
		x.vars = p.vars
		if v := p.vars[detection.NullOrEmpty]; len(v) > 0 {
			x.rule.Custom[detection.NullOrEmpty] = v[0]
		}
		for i := range p.items {
			if err := p.items[i].apply(x); err != nil {
				return nil, fmt.Errorf("pipeline %s: %w", p.Name, err)
			}
		}
	}
	return x.rule, nil
}

// apply changes the rule if the conditions hold.
func (it *item) apply(x *run) error {
	if !it.rule.hold(x) {
		return nil
	}
	if it.id != "" {
		x.applied[it.id] = true
	}
	if it.change.rule != nil {
		return it.change.rule(x)
	}
	for i := range x.rule.Detections {
		d := &x.rule.Detections[i]
		root, err := it.walk(x, d.Root)
		if err != nil {
			return err
		}
		if root == nil {
			return fmt.Errorf("nothing is left of the search %s", d.Name)
		}
		d.Root = root
	}
	return nil
}

// walk changes the items under n; nil says that nothing is left.
func (it *item) walk(x *run, n *sigma.Node) (*sigma.Node, error) {
	if n.Kind == sigma.Leaf {
		here := &at{x, n.Item}
		if !it.detect.hold(here) || !it.field.hold(here) {
			return n, nil
		}
		if it.id != "" {
			n.Item.ID += "," + it.id + ","
		}
		return it.change.item(x, n.Item)
	}
	c := &sigma.Node{Kind: n.Kind, Name: n.Name}
	for _, k := range n.Kids {
		kid, err := it.walk(x, k)
		if err != nil {
			return nil, err
		}
		if kid != nil {
			c.Kids = append(c.Kids, kid)
		}
	}
	if len(c.Kids) == 0 {
		return nil, nil
	}
	return c, nil
}

func leaf(i *sigma.Item) *sigma.Node { return &sigma.Node{Kind: sigma.Leaf, Item: i} }

var errType = errors.New("type is missing: say what to do")
