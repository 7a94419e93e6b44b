package pipeline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tallinn/defence/detection/sigma"
)

// conditions are joined by and, or by or, and may be turned round. None hold.
type conditions[T any] struct {
	tests []func(T) bool
	any   bool
	not   bool
}

func (c conditions[T]) hold(x T) bool {
	if len(c.tests) == 0 {
		return true
	}
	held := !c.any
	for _, t := range c.tests {
		if c.any {
			held = held || t(x)
		} else {
			held = held && t(x)
		}
	}
	return held != c.not
}

// heading is the part of a transformation that is the same for all types.
type heading struct {
	ID         string      `yaml:"id"`
	Type       string      `yaml:"type"`
	RuleConds  []yaml.Node `yaml:"rule_conditions"`
	RuleOp     string      `yaml:"rule_cond_op"`
	RuleNot    bool        `yaml:"rule_cond_not"`
	RuleExpr   string      `yaml:"rule_cond_expression"`
	ItemConds  []yaml.Node `yaml:"detection_item_conditions"`
	ItemOp     string      `yaml:"detection_item_cond_op"`
	ItemNot    bool        `yaml:"detection_item_cond_not"`
	ItemExpr   string      `yaml:"detection_item_cond_expression"`
	FieldConds []yaml.Node `yaml:"field_name_conditions"`
	FieldOp    string      `yaml:"field_name_cond_op"`
	FieldNot   bool        `yaml:"field_name_cond_not"`
	FieldExpr  string      `yaml:"field_name_cond_expression"`
}

func parseItem(n *yaml.Node) (item, error) {
	var h heading
	if err := n.Decode(&h); err != nil {
		return item{}, err
	}
	if h.Type == "" {
		return item{}, errType
	}
	if h.RuleExpr+h.ItemExpr+h.FieldExpr != "" {
		return item{}, fmt.Errorf("condition expressions are not supported: use the lists of conditions with and, or, not")
	}
	it := item{id: h.ID}
	var err error
	if it.rule, err = parseConditions(h.RuleConds, h.RuleOp, h.RuleNot, ruleCondition); err != nil {
		return it, err
	}
	if it.detect, err = parseConditions(h.ItemConds, h.ItemOp, h.ItemNot, itemCondition); err != nil {
		return it, err
	}
	if it.field, err = parseConditions(h.FieldConds, h.FieldOp, h.FieldNot, fieldCondition); err != nil {
		return it, err
	}
	make, ok := transformations[h.Type]
	if !ok {
		return it, fmt.Errorf("transformation %q is not supported: known are %s", h.Type, strings.Join(Types(), ", "))
	}
	it.change, err = make(n)
	return it, err
}

func parseConditions[T any](nodes []yaml.Node, op string, not bool, parse func(*condition) (func(T) bool, error)) (conditions[T], error) {
	c := conditions[T]{any: strings.EqualFold(op, "or"), not: not}
	for i := range nodes {
		var spec condition
		if err := nodes[i].Decode(&spec); err != nil {
			return c, err
		}
		test, err := parse(&spec)
		if err != nil {
			return c, err
		}
		c.tests = append(c.tests, test)
	}
	return c, nil
}

// condition holds the parameters of every type of condition.
type condition struct {
	Type      string   `yaml:"type"`
	Category  string   `yaml:"category"`
	Product   string   `yaml:"product"`
	Service   string   `yaml:"service"`
	Field     string   `yaml:"field"`
	Value     string   `yaml:"value"`
	Key       string   `yaml:"key"`
	Val       string   `yaml:"val"`
	Tag       string   `yaml:"tag"`
	Attribute string   `yaml:"attribute"`
	Op        string   `yaml:"op"`
	ItemID    string   `yaml:"processing_item_id"`
	Fields    []string `yaml:"fields"`
	Mode      string   `yaml:"mode"`
	Cond      string   `yaml:"cond"`
	Pattern   string   `yaml:"pattern"`
	Negate    bool     `yaml:"negate"`
}

func ruleCondition(c *condition) (func(*run) bool, error) {
	switch c.Type {
	case "logsource":
		want := sigma.LogSource{Category: c.Category, Product: c.Product, Service: c.Service}
		return func(x *run) bool { return want.Covers(x.rule.Source) }, nil
	case "contains_detection_item":
		return func(x *run) bool {
			return x.has(func(i *sigma.Item) bool { return i.Field == c.Field && holds(i, c.Value) })
		}, nil
	case "contains_field":
		return func(x *run) bool { return x.has(func(i *sigma.Item) bool { return i.Field == c.Field }) }, nil
	case "processing_item_applied":
		return func(x *run) bool { return x.applied[c.ItemID] }, nil
	case "processing_state":
		return func(x *run) bool { return x.state[c.Key] == c.Val }, nil
	case "is_sigma_rule":
		return func(*run) bool { return true }, nil
	case "is_sigma_correlation_rule":
		return func(*run) bool { return false }, nil
	case "tag":
		return func(x *run) bool { return slices.Contains(x.rule.Tags, c.Tag) }, nil
	case "rule_attribute":
		return attributeCondition(c)
	}
	return nil, fmt.Errorf("rule condition %q is not supported", c.Type)
}

func (x *run) has(f func(*sigma.Item) bool) bool {
	found := false
	for _, d := range x.rule.Detections {
		d.Root.Walk(func(i *sigma.Item) { found = found || f(i) })
	}
	return found
}

func holds(i *sigma.Item, value string) bool {
	return slices.ContainsFunc(i.Values, func(v sigma.Value) bool { return v.Pattern.String() == value || v.Text == value && v.Text != "" })
}

func attributeCondition(c *condition) (func(*run) bool, error) {
	level := func(s string) int { return slices.Index(sigma.Levels, s) }
	get := func(r *sigma.Rule) (string, bool) {
		switch c.Attribute {
		case "level":
			return r.Level, true
		case "status":
			return r.Status, true
		case "id":
			return r.ID, true
		case "title":
			return r.Title, true
		case "author":
			return r.Author, true
		}
		v, ok := r.Custom[c.Attribute]
		return v, ok
	}
	switch op := c.Op; op {
	case "", "eq", "ne", "gt", "gte", "lt", "lte":
		return func(x *run) bool {
			got, ok := get(x.rule)
			d := strings.Compare(got, c.Value)
			if c.Attribute == "level" {
				d = level(got) - level(c.Value)
			}
			return ok && map[string]bool{"": d == 0, "eq": d == 0, "ne": d != 0, "gt": d > 0, "gte": d >= 0, "lt": d < 0, "lte": d <= 0}[op]
		}, nil
	}
	return nil, fmt.Errorf("rule_attribute: op %q is not supported", c.Op)
}

func itemCondition(c *condition) (func(*at) bool, error) {
	every := c.Cond == "all"
	over := func(f func(sigma.Value) bool) func(*at) bool {
		return func(x *at) bool {
			n := 0
			for _, v := range x.item.Values {
				if f(v) {
					n++
				}
			}
			return n > 0 && (!every || n == len(x.item.Values))
		}
	}
	switch c.Type {
	case "match_string":
		re, err := regexp.Compile("^(?:" + c.Pattern + ")")
		if err != nil {
			return nil, err
		}
		return over(func(v sigma.Value) bool {
			return v.Op == sigma.Match && re.MatchString(v.Pattern.String()) != c.Negate
		}), nil
	case "match_value":
		return over(func(v sigma.Value) bool { return v.Pattern.String() == c.Value || v.Text == c.Value }), nil
	case "is_null":
		return over(func(v sigma.Value) bool { return v.Op == sigma.Null }), nil
	case "contains_wildcard":
		return over(func(v sigma.Value) bool {
			return slices.ContainsFunc(v.Pattern, func(p sigma.Part) bool { return p.Kind == sigma.Star || p.Kind == sigma.One })
		}), nil
	case "processing_item_applied":
		return func(x *at) bool { return strings.Contains(x.item.ID, ","+c.ItemID+",") }, nil
	case "processing_state":
		return func(x *at) bool { return x.state[c.Key] == c.Val }, nil
	}
	return nil, fmt.Errorf("detection item condition %q is not supported", c.Type)
}

func fieldCondition(c *condition) (func(*at) bool, error) {
	fits := func(f string) bool { return slices.Contains(c.Fields, f) }
	if c.Mode == "re" || c.Mode == "regex" {
		var all []*regexp.Regexp
		for _, f := range c.Fields {
			re, err := regexp.Compile("^(?:" + f + ")")
			if err != nil {
				return nil, err
			}
			all = append(all, re)
		}
		fits = func(f string) bool {
			return slices.ContainsFunc(all, func(re *regexp.Regexp) bool { return re.MatchString(f) })
		}
	}
	switch c.Type {
	case "include_fields":
		return func(x *at) bool { return fits(x.item.Field) }, nil
	case "exclude_fields":
		return func(x *at) bool { return !fits(x.item.Field) }, nil
	case "processing_item_applied":
		return func(x *at) bool { return strings.Contains(x.item.ID, ","+c.ItemID+",") }, nil
	case "processing_state":
		return func(x *at) bool { return x.state[c.Key] == c.Val }, nil
	}
	return nil, fmt.Errorf("field name condition %q is not supported", c.Type)
}
