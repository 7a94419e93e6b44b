package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxFile is the largest rule file that is read, in bytes.
const MaxFile = 4 << 20

// A File is what one rule file holds.
type File struct {
	Rules        []*Rule
	Filters      []*Filter
	Correlations []Refusal // read and named; another package evaluates them
	Refused      []Refusal
}

// Parse reads all documents of a rule file; name is for messages. A document
// that cannot be used is among the refused, and the others still count.
func Parse(name string, data []byte) File {
	var f File
	if len(data) > MaxFile {
		f.refuse(name, 1, nil, fmt.Errorf("the file is larger than %d bytes: split it", MaxFile))
		return f
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return f
		}
		if err != nil {
			// The decoder cannot go on after a syntax error.
			f.refuse(name, yamlLine(err), nil, fmt.Errorf("not YAML: %w", err))
			return f
		}
		if len(doc.Content) == 1 {
			f.document(name, doc.Content[0])
		}
	}
}

// yamlLine finds the line in a message such as "yaml: line 3: …".
func yamlLine(err error) int {
	_, rest, _ := strings.Cut(err.Error(), "line ")
	digits, _, _ := strings.Cut(rest, ":")
	if n, err := strconv.Atoi(digits); err == nil {
		return n
	}
	return 1
}

func (f *File) refuse(name string, line int, r *Rule, err error) {
	refusal := Refusal{File: name, Line: line, Reason: err.Error()}
	var at *lineError
	if errors.As(err, &at) {
		refusal.Line = at.line
	}
	if r != nil {
		refusal.ID, refusal.Title = r.ID, r.Title
	}
	f.Refused = append(f.Refused, refusal)
}

// A lineError is an error with the line it stands on.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return e.err.Error() }
func (e *lineError) Unwrap() error { return e.err }

func at(n *yaml.Node, format string, args ...any) error {
	return &lineError{n.Line, fmt.Errorf(format, args...)}
}

func (f *File) document(name string, n *yaml.Node) {
	r := &Rule{File: name, Line: n.Line}
	m, err := mapping(n, 0)
	if err != nil {
		f.refuse(name, n.Line, nil, err)
		return
	}
	if err := r.head(m); err != nil {
		f.refuse(name, n.Line, r, err)
		return
	}
	switch {
	case m.get("correlation") != nil:
		f.Correlations = append(f.Correlations, Refusal{name, n.Line, r.ID, r.Title,
			"a correlation rule: correlations are evaluated by another part"})
	case m.get("action") != nil:
		f.refuse(name, n.Line, r, at(m.get("action"), "action left the specification: write whole rules"))
	case m.get("filter") != nil:
		filter, err := parseFilter(r, m.get("filter"))
		if err != nil {
			f.refuse(name, n.Line, r, err)
			return
		}
		f.Filters = append(f.Filters, filter)
	default:
		if err := r.body(m); err != nil {
			f.refuse(name, n.Line, r, err)
			return
		}
		f.Rules = append(f.Rules, r)
	}
}

// A yamlMap is a mapping in the order of the file.
type yamlMap struct {
	keys, values []*yaml.Node
}

// maxYAML bounds how deep a document may nest.
const maxYAML = 32

func mapping(n *yaml.Node, depth int) (yamlMap, error) {
	var m yamlMap
	n = deref(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return m, &lineError{line(n), errors.New("a map was expected here: write name: value lines")}
	}
	if depth > maxYAML {
		return m, at(n, "nested deeper than %d: simplify it", maxYAML)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if m.get(key.Value) != nil {
			return m, at(key, "%q stands twice: join the two", key.Value)
		}
		m.keys, m.values = append(m.keys, key), append(m.values, deref(n.Content[i+1]))
	}
	return m, nil
}

func line(n *yaml.Node) int {
	if n == nil {
		return 1
	}
	return n.Line
}

// deref follows aliases; a chain longer than a few is refused by the decoder.
func deref(n *yaml.Node) *yaml.Node {
	for range 8 {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

func (m yamlMap) get(key string) *yaml.Node {
	for i, k := range m.keys {
		if k.Value == key {
			return m.values[i]
		}
	}
	return nil
}

func (m yamlMap) text(key string) string {
	if n := m.get(key); n != nil && n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		return strings.TrimSpace(n.Value)
	}
	return ""
}

// texts reads a list of strings; a single string is a list of one.
func (m yamlMap) texts(key string) []string {
	n := m.get(key)
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		return []string{n.Value}
	}
	var out []string
	if n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			if c = deref(c); c != nil && c.Kind == yaml.ScalarNode {
				out = append(out, strings.TrimSpace(c.Value))
			}
		}
	}
	return out
}

// Levels of a rule, mildest first.
var Levels = []string{"informational", "low", "medium", "high", "critical"}

func (r *Rule) head(m yamlMap) error {
	r.ID, r.Name, r.Title = m.text("id"), m.text("name"), m.text("title")
	r.Status, r.Description = m.text("status"), m.text("description")
	r.Author, r.Date, r.Modified = m.text("author"), m.text("date"), m.text("modified")
	r.Level, r.License, r.Taxonomy = strings.ToLower(m.text("level")), m.text("license"), m.text("taxonomy")
	r.Tags, r.References = m.texts("tags"), m.texts("references")
	r.FalsePositives, r.Fields = m.texts("falsepositives"), m.texts("fields")
	if r.Title == "" {
		return &lineError{r.Line, errors.New("title is missing: say what the rule detects")}
	}
	if r.Level != "" && !slices.Contains(Levels, r.Level) {
		return at(m.get("level"), "level %q does not exist: write one of %s", r.Level, strings.Join(Levels, ", "))
	}
	if n := m.get("related"); n != nil {
		for _, c := range n.Content {
			if rel, err := mapping(c, 1); err == nil {
				r.Related = append(r.Related, Related{rel.text("id"), rel.text("type")})
			}
		}
	}
	return r.logsource(m)
}

func (r *Rule) logsource(m yamlMap) error {
	n := m.get("logsource")
	if n == nil {
		if m.get("correlation") != nil || m.get("action") != nil {
			return nil
		}
		return &lineError{r.Line, errors.New("logsource is missing: say which logs the rule is for")}
	}
	src, err := mapping(n, 1)
	if err != nil {
		return err
	}
	r.Source = LogSource{src.text("category"), src.text("product"), src.text("service")}
	if r.Source == (LogSource{}) {
		return at(n, "logsource is empty: give a category, product or service")
	}
	return nil
}

func (r *Rule) body(m yamlMap) error {
	n := m.get("detection")
	if n == nil {
		return &lineError{r.Line, errors.New("detection is missing: say what to look for")}
	}
	det, err := mapping(n, 1)
	if err != nil {
		return err
	}
	if err := r.searches(det); err != nil {
		return err
	}
	cond := det.get("condition")
	if cond == nil {
		return at(n, "condition is missing: say how the searches combine")
	}
	return r.conditions(cond)
}

// searches reads the named searches of det, all but its condition.
func (r *Rule) searches(det yamlMap) error {
	for i, key := range det.keys {
		switch key.Value {
		case "condition", "rules":
			continue
		case "timeframe":
			return at(key, "timeframe left the specification: write a correlation rule")
		}
		root, err := search(det.values[i], 2)
		if err != nil {
			return err
		}
		r.Detections = append(r.Detections, Detection{key.Value, root})
	}
	if len(r.Detections) == 0 {
		return &lineError{r.Line, errors.New("detection holds no search: add one")}
	}
	return nil
}

func (r *Rule) conditions(n *yaml.Node) error {
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	var names []string
	for _, d := range r.Detections {
		names = append(names, d.Name)
	}
	for _, c := range list {
		c = deref(c)
		if c == nil || c.Kind != yaml.ScalarNode {
			return at(n, "a condition is text: write it in one line")
		}
		root, err := ParseCondition(c.Value, names)
		if err != nil {
			return &lineError{c.Line, err}
		}
		r.Conditions = append(r.Conditions, Condition{c.Value, c.Line, root})
	}
	if len(r.Conditions) == 0 {
		return at(n, "the list of conditions is empty: write one")
	}
	return nil
}

// search reads a search: a map of fields, a list of maps or keywords, or one
// keyword.
func search(n *yaml.Node, depth int) (*Node, error) {
	n = deref(n)
	switch {
	case n == nil || depth > maxYAML:
		return nil, &lineError{line(n), errors.New("nested too deep: simplify it")}
	case n.Kind == yaml.MappingNode:
		return fields(n, depth)
	case n.Kind == yaml.SequenceNode:
		return searchList(n, depth)
	case n.Tag == "!!null" || n.Value == "":
		return nil, at(n, "the search is empty: write fields or keywords")
	}
	return item("", []*yaml.Node{n}, n.Line)
}

func searchList(n *yaml.Node, depth int) (*Node, error) {
	if len(n.Content) == 0 {
		return nil, at(n, "the search is empty: write fields or keywords")
	}
	node := &Node{Kind: Or}
	var words []*yaml.Node
	for _, c := range n.Content {
		if c = deref(c); c != nil && c.Kind == yaml.ScalarNode {
			words = append(words, c)
			continue
		}
		kid, err := search(c, depth+1)
		if err != nil {
			return nil, err
		}
		node.Kids = append(node.Kids, kid)
	}
	if len(words) > 0 {
		kid, err := item("", words, n.Line)
		if err != nil {
			return nil, err
		}
		node.Kids = append(node.Kids, kid)
	}
	return single(node), nil
}

func single(n *Node) *Node {
	if len(n.Kids) == 1 {
		return n.Kids[0]
	}
	return n
}

func fields(n *yaml.Node, depth int) (*Node, error) {
	m, err := mapping(n, depth)
	if err != nil {
		return nil, err
	}
	if len(m.keys) == 0 {
		return nil, at(n, "the search is empty: write fields or keywords")
	}
	node := &Node{Kind: And}
	for i, key := range m.keys {
		values := []*yaml.Node{m.values[i]}
		if m.values[i] != nil && m.values[i].Kind == yaml.SequenceNode {
			values = m.values[i].Content
		}
		kid, err := item(key.Value, values, key.Line)
		if err != nil {
			return nil, err
		}
		node.Kids = append(node.Kids, kid)
	}
	return single(node), nil
}

// item reads one field with its modifiers and values.
func item(key string, values []*yaml.Node, line int) (*Node, error) {
	field, mods, _ := strings.Cut(key, "|")
	b := &building{item: &Item{Field: field, Line: line}}
	if mods != "" {
		b.item.Mods = strings.Split(mods, "|")
	}
	if len(values) == 0 {
		return nil, &lineError{line, fmt.Errorf("%q has no value: write one", key)}
	}
	for _, n := range values {
		v, err := scalarOf(deref(n))
		if err != nil {
			return nil, err
		}
		b.vals = append(b.vals, v)
	}
	for _, mod := range b.item.Mods {
		apply, ok := modifiers[mod]
		if !ok {
			return nil, &lineError{line, fmt.Errorf("modifier %q does not exist: known are %s",
				mod, strings.Join(Modifiers(), ", "))}
		}
		if err := apply(b); err != nil {
			return nil, &lineError{line, fmt.Errorf("%s: %w", key, err)}
		}
	}
	if err := b.finish(); err != nil {
		return nil, &lineError{line, fmt.Errorf("%s: %w", key, err)}
	}
	return &Node{Kind: Leaf, Item: b.item}, nil
}

// scalarOf reads a value. Only true and false are booleans, as in YAML 1.2:
// an unquoted yes or y is text.
func scalarOf(n *yaml.Node) (raw, error) {
	if n == nil || n.Kind != yaml.ScalarNode {
		return raw{}, &lineError{line(n), errors.New("a value is text, a number, true, false or null: write one of them")}
	}
	switch n.Tag {
	case "!!null":
		return raw{kind: isNull, op: Null}, nil
	case "!!bool":
		text := strings.ToLower(n.Value)
		if text == "true" || text == "false" {
			return raw{kind: isBool, text: text, pattern: Text(text)}, nil
		}
	case "!!int":
		if i, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 64); err == nil {
			s := strconv.FormatInt(i, 10)
			return raw{kind: isNumber, text: s, pattern: Text(s)}, nil
		}
	case "!!float":
		if x, err := strconv.ParseFloat(n.Value, 64); err == nil {
			s := strconv.FormatFloat(x, 'g', -1, 64)
			return raw{kind: isNumber, text: s, pattern: Text(s)}, nil
		}
	}
	return raw{text: n.Value, pattern: ParsePattern(n.Value, false)}, nil
}

// ParseSearch reads a search (a map of fields, a list of maps or keywords)
// that stands by itself, as in a pipeline.
func ParseSearch(n *yaml.Node) (*Node, error) { return search(n, 1) }

// NewItem is one comparison as it would stand in a rule: key is a field with
// its modifiers, or empty for a keyword.
func NewItem(key, value string) (*Node, error) {
	return item(key, []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}}, 1)
}
