package detection

import (
	"slices"
	"sync"

	"tallinn/defence/detection/logsource"
	"tallinn/defence/detection/sigma"
)

// NullOrEmpty is the key of a rule's Custom attributes that holds the
// pipeline's answer to what null matches: Absent, or also an empty text.
const (
	NullOrEmpty = "null_or_empty"
	NullAbsent  = "absent" // null is a field that is absent or null (the default)
	NullEmpty   = "empty"  // … or empty, as for Sysmon, which writes ''
)

// An Engine holds compiled rules. It never changes after New and may be
// shared; each goroutine takes a Matcher of its own.
type Engine struct {
	rules   []unit
	atoms   []atom
	nodes   []node
	kids    []int32
	fields  []string // names that rules ask for, by number
	names   nameTable
	indexes []*index // by field number; nil: no needle
	words   []*index // for keywords, by class
	classes []sigma.LogSource
	watch   [][]watcher // by atom
}

// A unit is a compiled rule.
type unit struct {
	rule   *sigma.Rule
	root   int32
	class  int32
	always bool    // no needle announces it: it is tried on every event of its class
	parts  []int32 // the root of each detection, in the rule's order
}

// A watcher is a rule to try when an atom is found, if the event is of class.
type watcher struct{ class, rule int32 }

// A node of a rule's logic: kids[first:first+count], or for isAtom the atom
// numbered first.
type node struct {
	kind         nodeKind
	first, count int32
}

type nodeKind uint8

const (
	isAnd nodeKind = iota
	isOr
	isNot
	isAtom
)

// A builder makes an Engine.
type builder struct {
	e       *Engine
	byField map[string]int32
	byKey   map[string]int32
	byClass map[sigma.LogSource]int32
	needles [][]needle            // by atom
	done    map[*sigma.Node]int32 // detections of the rule at hand
}

// New compiles rules, which pipelines and filters have been applied to. A
// rule that cannot be compiled is among the refused, and the others count.
func New(rules []*sigma.Rule) (*Engine, []sigma.Refusal) {
	b := &builder{
		e:       &Engine{},
		byField: make(map[string]int32),
		byClass: make(map[sigma.LogSource]int32),
	}
	for _, name := range []string{fieldChannel, fieldID, fieldType, fieldOp} {
		b.field(name)
	}
	b.room(rules)
	var refused []sigma.Refusal
	for _, r := range rules {
		if err := b.rule(r); err != nil {
			refused = append(refused, sigma.Refusal{File: r.File, Line: r.Line, ID: r.ID, Title: r.Title, Reason: err.Error()})
		}
	}
	b.finish()
	return b.e, refused
}

// room makes room for what rules need at most: growing step by step would copy
// it several times over.
func (b *builder) room(rules []*sigma.Rule) {
	n := 0
	for _, r := range rules {
		for _, d := range r.Detections {
			d.Root.Walk(func(it *sigma.Item) { n += len(it.Values) })
		}
	}
	b.e.rules = make([]unit, 0, len(rules))
	b.e.atoms, b.needles = make([]atom, 0, n), make([][]needle, 0, n)
	b.byKey = make(map[string]int32, n)
}

// Rules returns the rules in use, by the numbers that Match gives.
func (e *Engine) Rules() []*sigma.Rule {
	out := make([]*sigma.Rule, len(e.rules))
	for i, u := range e.rules {
		out[i] = u.rule
	}
	return out
}

// Rule returns the rule numbered i.
func (e *Engine) Rule(i int) *sigma.Rule { return e.rules[i].rule }

// Unfed lists the rules in use that no event of the known log-source tables
// can ever reach: their log source is of another product, or unknown.
func (e *Engine) Unfed() []*sigma.Rule {
	var out []*sigma.Rule
	for _, u := range e.rules {
		s := u.rule.Source
		if !logsource.Known(s.Category, s.Product, s.Service) {
			out = append(out, u.rule)
		}
	}
	return out
}

func (b *builder) field(name string) int32 {
	if i, ok := b.byField[name]; ok {
		return i
	}
	i := int32(len(b.e.fields))
	b.byField[name] = i
	b.e.fields = append(b.e.fields, name)
	return i
}

func (b *builder) rule(r *sigma.Rule) error {
	// A refused rule leaves its atoms behind; they are announced to no one.
	emptyIsNull := r.Custom[NullOrEmpty] == NullEmpty
	b.done = make(map[*sigma.Node]int32)
	var parts []int32
	for _, d := range r.Detections {
		root, err := b.node(d.Root, emptyIsNull)
		if err != nil {
			return err
		}
		b.done[d.Root] = root
		parts = append(parts, root)
	}
	root, err := b.node(r.Logic(), emptyIsNull)
	if err != nil {
		return err
	}
	class, ok := b.byClass[r.Source]
	if !ok {
		class = int32(len(b.e.classes))
		b.byClass[r.Source] = class
		b.e.classes = append(b.e.classes, r.Source)
	}
	b.e.rules = append(b.e.rules, unit{rule: r, root: root, class: class, parts: parts})
	return nil
}

func (b *builder) node(n *sigma.Node, emptyIsNull bool) (int32, error) {
	if done, ok := b.done[n]; ok {
		return done, nil
	}
	switch n.Kind {
	case sigma.Leaf:
		return b.item(n.Item, emptyIsNull)
	case sigma.Not:
		kid, err := b.node(n.Kids[0], emptyIsNull)
		if err != nil {
			return 0, err
		}
		return b.join(isNot, []int32{kid}), nil
	}
	var kids []int32
	for _, k := range n.Kids {
		kid, err := b.node(k, emptyIsNull)
		if err != nil {
			return 0, err
		}
		kids = append(kids, kid)
	}
	if n.Kind == sigma.And {
		return b.join(isAnd, kids), nil
	}
	return b.join(isOr, kids), nil
}

func (b *builder) item(it *sigma.Item, emptyIsNull bool) (int32, error) {
	var kids []int32
	for _, v := range it.Values {
		a, err := atomOf(it, v, emptyIsNull)
		if err != nil {
			return 0, err
		}
		a.field = -1
		if !it.Keywords() {
			a.field = b.field(it.Field)
		}
		if v.Op == sigma.FieldRef {
			a.other = b.field(v.Text)
		}
		kids = append(kids, b.leaf(a))
	}
	kind := isOr
	if it.All {
		kind = isAnd
	}
	root := b.join(kind, kids)
	if it.Neg {
		root = b.join(isNot, []int32{root})
	}
	return root, nil
}

// leaf returns the node of a, the same for equal atoms.
func (b *builder) leaf(a atom) int32 {
	key := a.key()
	i, ok := b.byKey[key]
	if !ok {
		i = int32(len(b.e.atoms))
		b.byKey[key] = i
		b.e.atoms = append(b.e.atoms, a)
		b.needles = append(b.needles, a.needles())
	}
	b.e.nodes = append(b.e.nodes, node{kind: isAtom, first: i})
	return int32(len(b.e.nodes) - 1)
}

func (b *builder) join(kind nodeKind, kids []int32) int32 {
	if len(kids) == 1 && kind != isNot {
		return kids[0]
	}
	slices.SortStableFunc(kids, func(x, y int32) int { return b.cost(x) - b.cost(y) })
	first := int32(len(b.e.kids))
	b.e.kids = append(b.e.kids, kids...)
	b.e.nodes = append(b.e.nodes, node{kind, first, int32(len(kids))})
	return int32(len(b.e.nodes) - 1)
}

// cost says what to try first: what an index answers, then what is short.
func (b *builder) cost(n int32) int {
	nd := b.e.nodes[n]
	if nd.kind != isAtom {
		sum := 0
		for _, k := range b.e.kids[nd.first : nd.first+nd.count] {
			sum += b.cost(k)
		}
		return sum
	}
	switch a := &b.e.atoms[nd.first]; a.form {
	case exact, prefix, suffix, exists, null, anyText, number, ref:
		return 1
	case contains:
		return 4
	case globForm, cidr:
		return 8
	}
	return 100
}

// finish chooses each rule's witnesses and builds the indexes over them.
func (b *builder) finish() {
	e := b.e
	e.watch = make([][]watcher, len(e.atoms))
	builders := make([]*indexBuilder, len(e.fields))
	keywords := make([]*indexBuilder, len(e.classes))
	indexed := make(map[[2]int32]bool) // atom, and class when it is a keyword
	for i := range e.rules {
		u := &e.rules[i]
		atoms, _, ok := b.witness(u.root)
		if !ok {
			u.always = true
			continue
		}
		slices.Sort(atoms)
		for _, a := range slices.Compact(atoms) {
			e.watch[a] = append(e.watch[a], watcher{u.class, int32(i)})
			into, key := &keywords[u.class], [2]int32{a, u.class}
			if f := e.atoms[a].field; f >= 0 {
				into, key = &builders[f], [2]int32{a, -1}
			}
			if indexed[key] {
				continue
			}
			indexed[key] = true
			if *into == nil {
				*into = &indexBuilder{}
			}
			for _, n := range b.needles[a] {
				(*into).add(n, a)
			}
		}
	}
	// The indexes know nothing of each other, so they are built side by side.
	var building sync.WaitGroup
	e.indexes = make([]*index, len(e.fields))
	e.words = make([]*index, len(e.classes))
	for i, ib := range builders {
		if ib != nil {
			building.Go(func() { e.indexes[i] = ib.build(); e.indexes[i].sieve = ib.sieve(pieceOfText) })
		}
	}
	for i, ib := range keywords {
		if ib != nil {
			building.Go(func() { e.words[i] = ib.build(); e.words[i].sieve = ib.sieve(pieceOfRecord) })
		}
	}
	building.Wait()
	for i, x := range e.indexes {
		if x != nil {
			x.number = int32(i)
		}
	}
	e.names = newNameTable(e.fields)
	e.atoms = slices.Clone(e.atoms) // there was room for equal ones
}

// witness returns atoms of which one must be found before node n can be
// true, and an estimate of how often that is. ok is false when there are none.
func (b *builder) witness(n int32) (atoms []int32, often float64, ok bool) {
	nd := b.e.nodes[n]
	if nd.kind == isAtom {
		needles := b.needles[nd.first]
		for i := range needles {
			often += b.often(nd.first, &needles[i])
		}
		return []int32{nd.first}, often, len(needles) > 0
	}
	kids := b.e.kids[nd.first : nd.first+nd.count]
	switch nd.kind {
	case isAnd:
		for _, k := range kids {
			if a, o, found := b.witness(k); found && (!ok || o < often) {
				atoms, often, ok = a, o, true
			}
		}
		return atoms, often, ok
	case isOr:
		for _, k := range kids {
			a, o, found := b.witness(k)
			if !found {
				return nil, 0, false
			}
			atoms, often = append(atoms, a...), often+o
		}
		return atoms, often, true
	}
	return nil, 0, false
}

// often estimates how frequent a needle is, by its length and its field.
func (b *builder) often(a int32, n *needle) float64 {
	p := n.commonness()
	switch f := b.e.atoms[a].field; {
	case f < 0:
		p *= 4
	case f == 1: // EventID
		p = 0.5
	}
	return p
}
