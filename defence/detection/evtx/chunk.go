package evtx

import (
	"encoding/binary"
	"strconv"
	"strings"

	"tallinn/defence/event"
)

// A chunk decodes the records of one chunk of a file.
type chunk struct {
	r        *Reader
	b        []byte
	programs map[programKey]*program
	unnamed  []string // the Data items without a name, of this record
	depth    int
}

// A programKey is a template at a place: the same template may be nested in
// different elements.
type programKey struct {
	offset int
	place  place
}

// A value is one value of a template instance.
type value struct {
	kind byte
	data []byte
	off  int // of data in the chunk
}

// values are kept on the stack of decode for usual templates.
const usualValues = 48

func (c *chunk) reset(b []byte) {
	c.b = b
	if c.programs == nil {
		c.programs = make(map[programKey]*program)
	}
	clear(c.programs)
}

// decode puts the record's XML in b[start:end] into e.
func (c *chunk) decode(e *event.Event, start, end int, id uint64) error {
	c.unnamed, c.depth = c.unnamed[:0], 0
	if err := c.fragment(e, start, end, top); err != nil {
		return err
	}
	c.joinUnnamed(e)
	if _, ok := e.Get("EventRecordID"); !ok {
		b := strconv.AppendUint(c.r.arena.Reserve(20)[:0], id, 10)
		e.Add("EventRecordID", c.r.arena.Keep(len(b)), event.Number)
	}
	return nil
}

func (c *chunk) joinUnnamed(e *event.Event) {
	switch len(c.unnamed) {
	case 0:
	case 1:
		e.Add("Data", c.unnamed[0], event.Text)
	default:
		n := len(c.unnamed)
		for _, s := range c.unnamed {
			n += len(s)
		}
		b := c.r.arena.Reserve(n)[:0]
		for i, s := range c.unnamed {
			if i > 0 {
				b = append(b, '\n')
			}
			b = append(b, s...)
		}
		e.Add("Data", c.r.arena.Keep(len(b)), event.Text)
	}
}

// fragment decodes binary XML: usually a template instance, seldom elements.
func (c *chunk) fragment(e *event.Event, start, end int, p place) error {
	if c.depth++; c.depth > maxNesting {
		return errDamaged
	}
	defer func() { c.depth-- }()
	pos := start
	for pos < end {
		switch tok := c.b[pos]; tok &^ moreFlag {
		case tokFragment:
			pos += 4
		case tokEnd:
			return nil
		case tokTemplate:
			next, err := c.instance(e, pos, end, p)
			if err != nil {
				return err
			}
			pos = next
		case tokOpen:
			return c.elements(e, pos, end, p)
		default:
			return errDamaged
		}
	}
	return nil
}

// elements decodes XML that stands in the record itself, without a template;
// its elements carry no dependency number.
func (c *chunk) elements(e *event.Event, pos, end int, p place) error {
	prog := &program{}
	k := &compiler{c: c, pos: pos, end: end, prog: prog, bare: true}
	_, err := k.content(func(more bool) error { return k.element(p, more) })
	if err != nil {
		return err
	}
	return c.run(e, prog, nil)
}

// instance decodes a template instance and returns where it ends.
func (c *chunk) instance(e *event.Event, pos, end int, p place) (int, error) {
	if pos+10 > end {
		return 0, errDamaged
	}
	def := int(binary.LittleEndian.Uint32(c.b[pos+6:]))
	pos += 10
	if def+24 > len(c.b) {
		return 0, errDamaged
	}
	size := int(binary.LittleEndian.Uint32(c.b[def+20:]))
	if def+24+size > len(c.b) {
		return 0, errDamaged
	}
	if def == pos {
		pos += 24 + size
	}
	prog, err := c.program(def, size, p)
	if err != nil {
		return 0, err
	}
	var usual [usualValues]value
	vals, pos, err := c.values(usual[:0], pos, end)
	if err != nil {
		return 0, err
	}
	return pos, c.run(e, prog, vals)
}

// program returns the template at def as a program for place p.
func (c *chunk) program(def, size int, p place) (*program, error) {
	key := programKey{def, p}
	if prog, ok := c.programs[key]; ok {
		return prog, nil
	}
	prog := &program{}
	k := &compiler{c: c, pos: def + 24, end: def + 24 + size, prog: prog}
	if _, err := k.content(func(more bool) error { return k.element(p, more) }); err != nil {
		return nil, err
	}
	c.programs[key] = prog
	return prog, nil
}

// values reads the table of values and the values themselves.
func (c *chunk) values(vals []value, pos, end int) ([]value, int, error) {
	if pos+4 > end {
		return nil, 0, errDamaged
	}
	n := int(binary.LittleEndian.Uint32(c.b[pos:]))
	pos += 4
	data := pos + 4*n
	if n > chunkSize/4 || data > end {
		return nil, 0, errDamaged
	}
	for i := range n {
		size := int(binary.LittleEndian.Uint16(c.b[pos+4*i:]))
		if data+size > end {
			return nil, 0, errDamaged
		}
		vals = append(vals, value{kind: c.b[pos+4*i+2], data: c.b[data : data+size], off: data})
		data += size
	}
	return vals, data, nil
}

// run gives out the fields of prog filled with vals.
func (c *chunk) run(e *event.Event, prog *program, vals []value) error {
	for i := range prog.ops {
		o := &prog.ops[i]
		if len(o.parts) == 1 && o.parts[0].index >= 0 {
			if err := c.single(e, o, vals); err != nil {
				return err
			}
			continue
		}
		text, any := c.concat(o.parts, vals)
		if o.name == timeCreated {
			if t, ok := event.ParseTime(text); ok {
				e.SetTime(t.UnixNano())
			}
		}
		if any {
			c.give(e, o, vals, text, event.Text)
		}
	}
	return nil
}

// single is the usual op: one value. A null value gives no field.
func (c *chunk) single(e *event.Event, o *op, vals []value) error {
	i := o.parts[0].index
	if i >= len(vals) || vals[i].kind == kindNull {
		return nil
	}
	v := &vals[i]
	if v.kind == kindBinXML {
		return c.fragment(e, v.off, v.off+len(v.data), o.inner)
	}
	if o.name == "" && o.dynamic == nil {
		return nil
	}
	if v.kind == kindTime && o.name == timeCreated && len(v.data) >= 8 {
		e.SetTime(fileTime(binary.LittleEndian.Uint64(v.data)))
	}
	text, kind := c.format(v)
	c.give(e, o, vals, text, kind)
	return nil
}

const timeCreated = "TimeCreated_SystemTime"

func (c *chunk) concat(parts []part, vals []value) (string, bool) {
	if len(parts) == 1 {
		return parts[0].text, true
	}
	if len(parts) == 0 {
		return "", true
	}
	var b strings.Builder
	any := false
	for _, p := range parts {
		if p.index < 0 {
			b.WriteString(p.text)
			any = true
			continue
		}
		if p.index < len(vals) && vals[p.index].kind != kindNull && vals[p.index].kind != kindBinXML {
			s, _ := c.format(&vals[p.index])
			b.WriteString(s)
			any = true
		}
	}
	return b.String(), any
}

func (c *chunk) give(e *event.Event, o *op, vals []value, text string, kind event.Kind) {
	switch {
	case o.unnamed:
		c.unnamed = append(c.unnamed, text)
	case o.dynamic != nil:
		name, _ := c.concat(o.dynamic, vals)
		e.Add(c.r.intern(strings.ReplaceAll(name, " ", "")), text, kind)
	case o.name != "":
		e.Add(o.name, text, kind)
		if o.spaced != "" {
			e.Add(o.spaced, text, kind)
		}
	}
}
