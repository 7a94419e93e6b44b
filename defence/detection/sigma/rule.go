package sigma

import "fmt"

// A Rule is one detection rule, ready to be transformed by pipelines and
// compiled. Rules are values of plain data: a pipeline works on a [Rule.Clone].
type Rule struct {
	ID             string
	Name           string
	Title          string
	Status         string
	Description    string
	Author         string
	Date           string
	Modified       string
	Level          string // "informational" to "critical"; "" when unset
	License        string
	Taxonomy       string
	Tags           []string
	References     []string
	FalsePositives []string
	Fields         []string // fields the author wants shown
	Related        []Related
	Source         LogSource
	File           string // where it was read from
	Line           int    // of the document's first line, from 1

	Detections []Detection // in the order of the file
	Conditions []Condition // joined by OR
	Custom     map[string]string
}

// Related points at another rule: Type is "derived", "obsolete", "merged",
// "renamed" or "similar".
type Related struct{ ID, Type string }

// A LogSource says which logs a rule is for; empty parts match any.
type LogSource struct {
	Category, Product, Service string
}

func (l LogSource) String() string {
	return fmt.Sprintf("category=%s product=%s service=%s", l.Category, l.Product, l.Service)
}

// Covers reports whether every part that l states is the same in other, so
// that a filter for l applies to a rule for other.
func (l LogSource) Covers(other LogSource) bool {
	return (l.Category == "" || l.Category == other.Category) &&
		(l.Product == "" || l.Product == other.Product) &&
		(l.Service == "" || l.Service == other.Service)
}

// A Detection is one named search of a rule.
type Detection struct {
	Name string
	Root *Node
}

// A Condition is one expression over detection names.
type Condition struct {
	Text string
	Line int
	Root *Node // leaves are Refs until Rule.Resolve
}

// NodeKind says what a Node does with its children.
type NodeKind uint8

const (
	And NodeKind = iota
	Or
	Not
	Leaf // an Item
	Ref  // a detection by name
)

// A Node is a node of a rule's logic. And and Or hold one child or more, Not
// exactly one; a Leaf holds an Item, a Ref a detection's name.
type Node struct {
	Kind NodeKind
	Kids []*Node
	Item *Item
	Name string
}

// Op is what an item does with a value.
type Op uint8

const (
	Match    Op = iota // Value.Pattern against the text
	Regex              // Value.Text, RE2 with the flags in it
	CIDR               // Value.Text
	Less               // numbers: Value.Text
	LessEq             //
	More               //
	MoreEq             //
	Equal              // numbers; for the time parts
	Exists             // Value.Text is "true" or "false"
	Null               // the field is absent or null
	FieldRef           // Value.Text is the other field, Value.Part the form
)

// TimePart is the part of a date that an item compares.
type TimePart uint8

const (
	NoPart TimePart = iota
	Minute
	Hour
	Day
	Week
	Month
	Year
)

// RefForm is how a field is compared to the field it refers to.
type RefForm uint8

const (
	RefEqual RefForm = iota
	RefStarts
	RefEnds
	RefContains
)

// An Item is one field (or, with an empty Field, all values of the event)
// compared with values. Values are joined by OR, or by AND when All is set;
// Neg turns the outcome round, as the modifier neq asks: a missing field is
// different from every value.
type Item struct {
	ID     string // given by no one but a pipeline's bookkeeping
	Field  string
	Values []Value
	All    bool
	Neg    bool
	Cased  bool
	Time   TimePart
	Line   int
	Mods   []string
}

// Keywords reports whether i searches every field.
func (i *Item) Keywords() bool { return i.Field == "" }

// A Value is what a field is compared with.
type Value struct {
	Op      Op
	Pattern Pattern // for Match
	Text    string  // for every other Op
	Form    RefForm // for FieldRef
	Number  bool    // written as a number in the rule
}

// Clone returns a rule that shares nothing that a pipeline changes.
func (r *Rule) Clone() *Rule {
	c := *r
	c.Detections = make([]Detection, len(r.Detections))
	for i, d := range r.Detections {
		c.Detections[i] = Detection{d.Name, d.Root.Clone()}
	}
	c.Conditions = append([]Condition(nil), r.Conditions...)
	for i := range c.Conditions {
		c.Conditions[i].Root = r.Conditions[i].Root.Clone()
	}
	c.Custom = map[string]string{}
	for k, v := range r.Custom {
		c.Custom[k] = v
	}
	return &c
}

// Clone returns a deep copy of n.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Kids = nil
	for _, k := range n.Kids {
		c.Kids = append(c.Kids, k.Clone())
	}
	if n.Item != nil {
		item := *n.Item
		item.Values = append([]Value(nil), n.Item.Values...)
		c.Item = &item
	}
	return &c
}

// Detection returns the detection called name.
func (r *Rule) Detection(name string) (*Detection, bool) {
	for i := range r.Detections {
		if r.Detections[i].Name == name {
			return &r.Detections[i], true
		}
	}
	return nil, false
}

// Walk calls f for every item under n.
func (n *Node) Walk(f func(*Item)) {
	if n.Kind == Leaf {
		f(n.Item)
	}
	for _, k := range n.Kids {
		k.Walk(f)
	}
}

// Logic is the whole rule as one tree without Refs: the conditions joined by
// OR, each detection in its place. The nodes are shared, not copied.
func (r *Rule) Logic() *Node {
	byName := make(map[string]*Node, len(r.Detections))
	for _, d := range r.Detections {
		byName[d.Name] = d.Root
	}
	root := &Node{Kind: Or}
	for _, c := range r.Conditions {
		root.Kids = append(root.Kids, c.Root.resolve(byName))
	}
	if len(root.Kids) == 1 {
		return root.Kids[0]
	}
	return root
}

func (n *Node) resolve(byName map[string]*Node) *Node {
	switch n.Kind {
	case Ref:
		return byName[n.Name]
	case Leaf:
		return n
	}
	c := &Node{Kind: n.Kind, Kids: make([]*Node, len(n.Kids))}
	for i, k := range n.Kids {
		c.Kids[i] = k.resolve(byName)
	}
	return c
}

// A Refusal is a document that cannot be used, and why.
type Refusal struct {
	File   string
	Line   int
	ID     string // when it could be read
	Title  string
	Reason string
}

func (r Refusal) String() string {
	return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Reason)
}
