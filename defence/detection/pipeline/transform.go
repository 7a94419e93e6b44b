package pipeline

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"tallinn/defence/detection/sigma"
)

// transformations are the types of pySigma's that change what a rule matches.
var transformations = map[string]func(*yaml.Node) (change, error){
	"field_name_mapping":        mapFields,
	"field_name_prefix_mapping": mapPrefixes,
	"field_name_prefix":         func(n *yaml.Node) (change, error) { return affix(n, true) },
	"field_name_suffix":         func(n *yaml.Node) (change, error) { return affix(n, false) },
	"drop_detection_item":       dropItem,
	"wildcard_placeholders":     wildcards,
	"value_placeholders":        placeholderValues,
	"add_condition":             addCondition,
	"change_logsource":          changeSource,
	"replace_string":            replaceString,
	"map_string":                mapString,
	"set_value":                 setValue,
	"convert_type":              convertType,
	"case":                      changeCase,
	"set_state":                 setState,
	"set_custom_attribute":      setAttribute,
	"rule_failure":              failRule,
	"detection_item_failure":    failItem,
	"hashes_fields":             hashFields,
}

// Types are the supported types of transformation, sorted.
func Types() []string {
	var out []string
	for t := range transformations {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

func onItem(f func(*run, *sigma.Item) (*sigma.Node, error)) (change, error) {
	return change{item: f}, nil
}

// onText is a change of each text value; Null, numbers and the like stay.
func onText(f func(*run, sigma.Pattern) ([]sigma.Pattern, error)) (change, error) {
	return onItem(func(x *run, i *sigma.Item) (*sigma.Node, error) {
		var out []sigma.Value
		for _, v := range i.Values {
			if v.Op != sigma.Match {
				out = append(out, v)
				continue
			}
			ps, err := f(x, v.Pattern)
			if err != nil {
				return nil, err
			}
			for _, p := range ps {
				c := v
				c.Pattern = p
				out = append(out, c)
			}
		}
		i.Values = out
		return leaf(i), nil
	})
}

func mapFields(n *yaml.Node) (change, error) {
	var spec struct {
		Mapping map[string]yaml.Node `yaml:"mapping"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	names := map[string][]string{}
	for from, node := range spec.Mapping {
		if names[from] = scalars(&node); len(names[from]) == 0 {
			return change{}, fmt.Errorf("mapping of %q names no field", from)
		}
	}
	return onItem(func(_ *run, i *sigma.Item) (*sigma.Node, error) {
		i.Values = mapRefs(i.Values, names)
		to, ok := names[i.Field]
		if !ok {
			return leaf(i), nil
		}
		return anyField(i, to), nil
	})
}

// mapRefs renames the fields that fieldref values name.
func mapRefs(values []sigma.Value, names map[string][]string) []sigma.Value {
	for k := range values {
		if to, ok := names[values[k].Text]; ok && values[k].Op == sigma.FieldRef {
			values[k].Text = to[0]
		}
	}
	return values
}

// anyField is i for each of names, joined by OR.
func anyField(i *sigma.Item, names []string) *sigma.Node {
	if len(names) == 1 {
		i.Field = names[0]
		return leaf(i)
	}
	node := &sigma.Node{Kind: sigma.Or}
	for _, name := range names {
		c := *i
		c.Field = name
		c.Values = slices.Clone(i.Values)
		node.Kids = append(node.Kids, leaf(&c))
	}
	return node
}

func mapPrefixes(n *yaml.Node) (change, error) {
	var spec struct {
		Mapping map[string]string `yaml:"mapping"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onItem(func(_ *run, i *sigma.Item) (*sigma.Node, error) {
		best := ""
		for from := range spec.Mapping {
			if strings.HasPrefix(i.Field, from) && len(from) > len(best) {
				best = from
			}
		}
		if best != "" {
			i.Field = spec.Mapping[best] + i.Field[len(best):]
		}
		return leaf(i), nil
	})
}

func affix(n *yaml.Node, front bool) (change, error) {
	var spec struct{ Prefix, Suffix string }
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onItem(func(_ *run, i *sigma.Item) (*sigma.Node, error) {
		if i.Field != "" && front {
			i.Field = spec.Prefix + i.Field
		} else if i.Field != "" {
			i.Field += spec.Suffix
		}
		return leaf(i), nil
	})
}

func dropItem(*yaml.Node) (change, error) {
	return onItem(func(*run, *sigma.Item) (*sigma.Node, error) { return nil, nil })
}

// chosen tells which placeholders a transformation is for.
type chosen struct {
	Include []string `yaml:"include"`
	Exclude []string `yaml:"exclude"`
}

func (c chosen) has(name string) bool {
	return (c.Include == nil || slices.Contains(c.Include, name)) && !slices.Contains(c.Exclude, name)
}

func wildcards(n *yaml.Node) (change, error) {
	var spec chosen
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onText(func(_ *run, p sigma.Pattern) ([]sigma.Pattern, error) {
		return fill(p, func(name string) ([]sigma.Pattern, bool) {
			return []sigma.Pattern{{{Kind: sigma.Star}}}, spec.has(name)
		})
	})
}

func placeholderValues(n *yaml.Node) (change, error) {
	var spec chosen
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onText(func(x *run, p sigma.Pattern) ([]sigma.Pattern, error) {
		return fill(p, func(name string) ([]sigma.Pattern, bool) {
			values, ok := x.vars[name]
			if !ok || !spec.has(name) {
				return nil, false
			}
			var out []sigma.Pattern
			for _, v := range values {
				out = append(out, sigma.ParsePattern(v, false))
			}
			return out, true
		})
	})
}

// maxForms bounds what one value may become.
const maxForms = 10_000

// fill puts every combination of what value gives in the places of p.
func fill(p sigma.Pattern, value func(string) ([]sigma.Pattern, bool)) ([]sigma.Pattern, error) {
	out := []sigma.Pattern{nil}
	for _, part := range p {
		forms := []sigma.Pattern{{part}}
		if part.Kind == sigma.Placeholder {
			if got, ok := value(part.Text); ok {
				forms = got
			}
		}
		var next []sigma.Pattern
		for _, a := range out {
			for _, b := range forms {
				next = append(next, a.Join(b))
			}
		}
		if out = next; len(out) > maxForms {
			return nil, errors.New("the placeholders make too many values")
		}
	}
	return out, nil
}

func addCondition(n *yaml.Node) (change, error) {
	var spec struct {
		Conditions yaml.Node `yaml:"conditions"`
		Name       string    `yaml:"name"`
		Negated    bool      `yaml:"negated"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	root, err := sigma.ParseSearch(&spec.Conditions)
	if err != nil {
		return change{}, err
	}
	return change{rule: func(x *run) error {
		name := spec.Name
		if name == "" {
			name = "_cond_" + strconv.Itoa(len(x.rule.Detections))
		}
		x.rule.Detections = append(x.rule.Detections, sigma.Detection{Name: name, Root: root.Clone()})
		extra := &sigma.Node{Kind: sigma.Ref, Name: name}
		if spec.Negated {
			extra = &sigma.Node{Kind: sigma.Not, Kids: []*sigma.Node{extra}}
		}
		for i := range x.rule.Conditions {
			c := &x.rule.Conditions[i]
			c.Root = &sigma.Node{Kind: sigma.And, Kids: []*sigma.Node{extra, c.Root}}
		}
		return nil
	}}, nil
}

func changeSource(n *yaml.Node) (change, error) {
	var spec struct{ Category, Product, Service string }
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return change{rule: func(x *run) error {
		x.rule.Source = sigma.LogSource(spec)
		return nil
	}}, nil
}

func replaceString(n *yaml.Node) (change, error) {
	var spec struct {
		Regex       string `yaml:"regex"`
		Replacement string `yaml:"replacement"`
		SkipSpecial bool   `yaml:"skip_special"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	re, err := regexp.Compile(spec.Regex)
	if err != nil {
		return change{}, err
	}
	with := backReferences.ReplaceAllString(strings.ReplaceAll(spec.Replacement, "$", "$$"), "$${$1}")
	return onText(func(_ *run, p sigma.Pattern) ([]sigma.Pattern, error) {
		if spec.SkipSpecial {
			return []sigma.Pattern{p.Map(func(s string) string { return re.ReplaceAllString(s, with) })}, nil
		}
		return []sigma.Pattern{sigma.ParsePattern(re.ReplaceAllString(p.String(), with), false)}, nil
	})
}

// backReferences are written \1 or \g<1> in pySigma.
var backReferences = regexp.MustCompile(`\\(?:g<)?(\d+)>?`)

func mapString(n *yaml.Node) (change, error) {
	var spec struct {
		Mapping map[string]yaml.Node `yaml:"mapping"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onText(func(_ *run, p sigma.Pattern) ([]sigma.Pattern, error) {
		text, plain := p.Plain()
		node, ok := spec.Mapping[text]
		if !plain || !ok {
			return []sigma.Pattern{p}, nil
		}
		var out []sigma.Pattern
		for _, v := range scalars(&node) {
			out = append(out, sigma.ParsePattern(v, false))
		}
		return out, nil
	})
}

func setValue(n *yaml.Node) (change, error) {
	var spec struct {
		Value yaml.Node `yaml:"value"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	v := sigma.Value{Op: sigma.Match, Pattern: sigma.ParsePattern(spec.Value.Value, false)}
	if spec.Value.Tag == "!!null" || spec.Value.Kind == 0 {
		v = sigma.Value{Op: sigma.Null}
	}
	return onItem(func(_ *run, i *sigma.Item) (*sigma.Node, error) {
		i.Values = []sigma.Value{v}
		return leaf(i), nil
	})
}

// convertType only checks: values are compared as text either way.
func convertType(n *yaml.Node) (change, error) {
	var spec struct {
		Target string `yaml:"target_type"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onText(func(_ *run, p sigma.Pattern) ([]sigma.Pattern, error) {
		if text, plain := p.Plain(); spec.Target == "num" {
			if _, err := strconv.ParseFloat(text, 64); err != nil || !plain {
				return nil, fmt.Errorf("%q is no number", p)
			}
		}
		return []sigma.Pattern{p}, nil
	})
}

func changeCase(n *yaml.Node) (change, error) {
	var spec struct{ Method string }
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	f, ok := map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper}[spec.Method]
	if !ok {
		return change{}, fmt.Errorf("case: method %q is not supported: write lower or upper", spec.Method)
	}
	return onText(func(_ *run, p sigma.Pattern) ([]sigma.Pattern, error) { return []sigma.Pattern{p.Map(f)}, nil })
}

func setState(n *yaml.Node) (change, error) {
	var spec struct{ Key, Val string }
	err := n.Decode(&spec)
	return change{rule: func(x *run) error { x.state[spec.Key] = spec.Val; return nil }}, err
}

func setAttribute(n *yaml.Node) (change, error) {
	var spec struct{ Attribute, Value string }
	err := n.Decode(&spec)
	return change{rule: func(x *run) error { x.rule.Custom[spec.Attribute] = spec.Value; return nil }}, err
}

func failRule(n *yaml.Node) (change, error) {
	var spec struct{ Message string }
	err := n.Decode(&spec)
	return change{rule: func(*run) error { return errors.New(spec.Message) }}, err
}

func failItem(n *yaml.Node) (change, error) {
	var spec struct{ Message string }
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	return onItem(func(*run, *sigma.Item) (*sigma.Node, error) { return nil, errors.New(spec.Message) })
}

// hashFields splits "SHA256=…" values of Hashes into a field for each kind.
func hashFields(n *yaml.Node) (change, error) {
	var spec struct {
		Algos  []string `yaml:"valid_hash_algos"`
		Prefix string   `yaml:"field_prefix"`
		Drop   bool     `yaml:"drop_algo_prefix"`
	}
	if err := n.Decode(&spec); err != nil {
		return change{}, err
	}
	byLength := map[int]string{32: "MD5", 40: "SHA1", 64: "SHA256", 128: "SHA512"}
	return onItem(func(_ *run, i *sigma.Item) (*sigma.Node, error) {
		if i.Field != "Hashes" && i.Field != "Hash" {
			return leaf(i), nil
		}
		kind := sigma.Or
		if i.All {
			kind = sigma.And
		}
		node := &sigma.Node{Kind: kind}
		for _, v := range i.Values {
			text := strings.Trim(v.Pattern.String(), "*")
			algo, hash, ok := strings.Cut(text, "=")
			if !ok {
				algo, hash = byLength[len(text)], text
			}
			if !slices.ContainsFunc(spec.Algos, func(a string) bool { return strings.EqualFold(a, algo) }) {
				return nil, fmt.Errorf("hash %q is of no valid kind", text)
			}
			field := spec.Prefix + algo
			if spec.Drop {
				field = spec.Prefix
			}
			c := *i
			c.Field, c.Values = field, []sigma.Value{{Op: sigma.Match, Pattern: sigma.Text(hash)}}
			node.Kids = append(node.Kids, leaf(&c))
		}
		return node, nil
	})
}
