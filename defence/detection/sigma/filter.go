package sigma

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Filter is a global filter: searches and a condition that rules must meet
// besides their own. It is joined by AND, as pySigma does, so a filter that
// takes matches away writes "not selection".
type Filter struct {
	Rule  *Rule    // its head, searches and condition
	Any   bool     // applies to every rule of its log source
	Rules []string // ids or names, when not Any
}

func parseFilter(r *Rule, n *yaml.Node) (*Filter, error) {
	m, err := mapping(n, 1)
	if err != nil {
		return nil, err
	}
	f := &Filter{Rule: r}
	switch rules := m.get("rules"); {
	case rules == nil:
		return nil, at(n, "filter needs rules: list rule ids, or write any")
	case rules.Kind == yaml.ScalarNode && (strings.EqualFold(rules.Value, "any") || strings.EqualFold(rules.Value, "all")):
		f.Any = true
	default:
		f.Rules = m.texts("rules")
		f.Any = len(f.Rules) == 0
	}
	if err := r.searches(m); err != nil {
		return nil, err
	}
	cond := m.get("condition")
	if cond == nil || cond.Kind != yaml.ScalarNode {
		return nil, &lineError{line(n), errors.New("a filter has exactly one condition, a text: write it")}
	}
	return f, r.conditions(cond)
}

// Applies reports whether f is for r.
func (f *Filter) Applies(r *Rule) bool {
	if !f.Rule.Source.Covers(r.Source) {
		return false
	}
	if f.Any {
		return true
	}
	for _, ref := range f.Rules {
		if ref != "" && (ref == r.ID || ref == r.Name) {
			return true
		}
	}
	return false
}

// Apply returns rules with filters joined to those they are for. Rules that
// no filter is for are returned as they are.
func Apply(rules []*Rule, filters []*Filter) []*Rule {
	out := make([]*Rule, len(rules))
	for i, r := range rules {
		out[i] = r
		for k, f := range filters {
			if f.Applies(r) {
				out[i] = out[i].with(f, k)
			}
		}
	}
	return out
}

// with joins f to a copy of r, its searches renamed so that none collides.
func (r *Rule) with(f *Filter, number int) *Rule {
	c := r.Clone()
	prefix := fmt.Sprintf("_filter_%d_", number)
	for _, d := range f.Rule.Detections {
		c.Detections = append(c.Detections, Detection{prefix + d.Name, d.Root.Clone()})
	}
	extra := f.Rule.Conditions[0].Root.Clone()
	extra.rename(prefix)
	for i := range c.Conditions {
		own := &c.Conditions[i]
		own.Root = &Node{Kind: And, Kids: []*Node{own.Root, extra}}
		own.Text = "(" + own.Text + ") and (" + f.Rule.Title + ": " + f.Rule.Conditions[0].Text + ")"
	}
	return c
}

func (n *Node) rename(prefix string) {
	if n.Kind == Ref {
		n.Name = prefix + n.Name
	}
	for _, k := range n.Kids {
		k.rename(prefix)
	}
}
