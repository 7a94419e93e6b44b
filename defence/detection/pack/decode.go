package pack

import (
	"encoding/binary"

	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// A decoder reads what an encoder wrote. The first error sticks, and
// everything read after it is empty.
type decoder struct {
	b     []byte
	table []string
	err   error
	depth int
}

const maxNesting = 256

func (d *decoder) num() int {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || n > 1<<31 {
		d.fail()
		return 0
	}
	d.b = d.b[size:]
	return int(n)
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = errShort
	}
	d.b = nil
}

// count reads the length of a list whose items take a byte at the least.
func (d *decoder) count() int {
	n := d.num()
	if n > len(d.b) {
		d.fail()
		return 0
	}
	return n
}

func (d *decoder) text() string {
	i := d.num()
	if i >= len(d.table) {
		d.fail()
		return ""
	}
	return d.table[i]
}

func (d *decoder) flag() bool { return d.num() != 0 }

func (d *decoder) list() []string {
	n := d.count()
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i] = d.text()
	}
	return out
}

func (d *decoder) texts() {
	n := d.count()
	d.table = make([]string, n)
	for i := range d.table {
		size := d.num()
		if size > len(d.b) {
			d.fail()
			return
		}
		d.table[i] = event.View(d.b[:size])
		d.b = d.b[size:]
	}
}

func (d *decoder) pack() *Pack {
	d.texts()
	p := &Pack{Source: d.text(), Link: d.text(), Licence: d.text()}
	for range d.count() {
		p.Rules = append(p.Rules, d.rule())
	}
	for range d.count() {
		p.Filters = append(p.Filters, &sigma.Filter{Rule: d.rule(), Any: d.flag(), Rules: d.list()})
	}
	return p
}

func (d *decoder) rule() *sigma.Rule {
	r := &sigma.Rule{}
	for _, s := range texts(r) {
		*s = d.text()
	}
	for _, l := range lists(r) {
		*l = d.list()
	}
	r.Line = d.num()
	for range d.count() {
		r.Related = append(r.Related, sigma.Related{ID: d.text(), Type: d.text()})
	}
	names := map[string]bool{}
	for range d.count() {
		det := sigma.Detection{Name: d.text(), Root: d.node(nil)}
		names[det.Name] = true
		r.Detections = append(r.Detections, det)
	}
	for range d.count() {
		r.Conditions = append(r.Conditions, sigma.Condition{Text: d.text(), Line: d.num(), Root: d.node(names)})
	}
	if n := d.count(); n > 0 {
		r.Custom = make(map[string]string, n)
		for range n {
			k := d.text()
			r.Custom[k] = d.text()
		}
	}
	return r
}

// node reads a node; Refs must be among names.
func (d *decoder) node(names map[string]bool) *sigma.Node {
	if d.depth++; d.depth > maxNesting {
		d.fail()
	}
	defer func() { d.depth-- }()
	n := &sigma.Node{Kind: sigma.NodeKind(d.num())}
	switch n.Kind {
	case sigma.Leaf:
		n.Item = d.item()
	case sigma.Ref:
		if n.Name = d.text(); !names[n.Name] {
			d.fail()
		}
	case sigma.And, sigma.Or, sigma.Not:
		for range d.count() {
			n.Kids = append(n.Kids, d.node(names))
		}
		if len(n.Kids) == 0 || n.Kind == sigma.Not && len(n.Kids) != 1 {
			d.fail()
		}
	default:
		d.fail()
	}
	return n
}

func (d *decoder) item() *sigma.Item {
	i := &sigma.Item{
		Field: d.text(), All: d.flag(), Neg: d.flag(), Cased: d.flag(),
		Time: sigma.TimePart(d.num()), Line: d.num(), Mods: d.list(),
	}
	for range d.count() {
		v := sigma.Value{Op: sigma.Op(d.num()), Text: d.text(), Form: sigma.RefForm(d.num()), Number: d.flag()}
		for range d.count() {
			v.Pattern = append(v.Pattern, sigma.Part{Kind: sigma.PartKind(d.num()), Text: d.text()})
		}
		i.Values = append(i.Values, v)
	}
	if len(i.Values) == 0 {
		d.fail()
	}
	return i
}
