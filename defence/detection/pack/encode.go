package pack

import (
	"encoding/binary"
	"slices"

	"tallinn/defence/detection/sigma"
)

// An encoder writes numbers as varints and texts as numbers in a table.
type encoder struct {
	b     []byte
	texts map[string]uint64
	table []string
}

func (e *encoder) num(n int) { e.b = binary.AppendUvarint(e.b, uint64(n)) }

func (e *encoder) text(s string) {
	i, ok := e.texts[s]
	if !ok {
		i = uint64(len(e.table))
		e.texts[s] = i
		e.table = append(e.table, s)
	}
	e.b = binary.AppendUvarint(e.b, i)
}

func (e *encoder) list(l []string) {
	e.num(len(l))
	for _, s := range l {
		e.text(s)
	}
}

func (e *encoder) flag(b bool) {
	n := 0
	if b {
		n = 1
	}
	e.num(n)
}

// finish returns the table of texts and, behind it, what was written.
func (e *encoder) finish() []byte {
	out := binary.AppendUvarint(nil, uint64(len(e.table)))
	for _, s := range e.table {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return append(out, e.b...)
}

func (e *encoder) pack(p *Pack) {
	e.text(p.Source)
	e.text(p.Link)
	e.text(p.Licence)
	e.num(len(p.Rules))
	for _, r := range p.Rules {
		e.rule(r)
	}
	e.num(len(p.Filters))
	for _, f := range p.Filters {
		e.rule(f.Rule)
		e.flag(f.Any)
		e.list(f.Rules)
	}
}

func (e *encoder) rule(r *sigma.Rule) {
	for _, s := range texts(r) {
		e.text(*s)
	}
	for _, l := range lists(r) {
		e.list(*l)
	}
	e.num(r.Line)
	e.num(len(r.Related))
	for _, rel := range r.Related {
		e.text(rel.ID)
		e.text(rel.Type)
	}
	e.num(len(r.Detections))
	for _, d := range r.Detections {
		e.text(d.Name)
		e.node(d.Root)
	}
	e.num(len(r.Conditions))
	for _, c := range r.Conditions {
		e.text(c.Text)
		e.num(c.Line)
		e.node(c.Root)
	}
	var keys []string
	for k := range r.Custom {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	e.num(len(keys))
	for _, k := range keys {
		e.text(k)
		e.text(r.Custom[k])
	}
}

// texts and lists are the plain parts of a rule, in the order of the file.
func texts(r *sigma.Rule) []*string {
	return []*string{&r.ID, &r.Name, &r.Title, &r.Status, &r.Description, &r.Author, &r.Date, &r.Modified,
		&r.Level, &r.License, &r.Taxonomy, &r.Source.Category, &r.Source.Product, &r.Source.Service, &r.File}
}

func lists(r *sigma.Rule) []*[]string {
	return []*[]string{&r.Tags, &r.References, &r.FalsePositives, &r.Fields}
}

func (e *encoder) node(n *sigma.Node) {
	e.num(int(n.Kind))
	switch n.Kind {
	case sigma.Leaf:
		e.item(n.Item)
		return
	case sigma.Ref:
		e.text(n.Name)
		return
	}
	e.num(len(n.Kids))
	for _, k := range n.Kids {
		e.node(k)
	}
}

func (e *encoder) item(i *sigma.Item) {
	e.text(i.Field)
	e.flag(i.All)
	e.flag(i.Neg)
	e.flag(i.Cased)
	e.num(int(i.Time))
	e.num(i.Line)
	e.list(i.Mods)
	e.num(len(i.Values))
	for _, v := range i.Values {
		e.num(int(v.Op))
		e.text(v.Text)
		e.num(int(v.Form))
		e.flag(v.Number)
		e.num(len(v.Pattern))
		for _, p := range v.Pattern {
			e.num(int(p.Kind))
			e.text(p.Text)
		}
	}
}
