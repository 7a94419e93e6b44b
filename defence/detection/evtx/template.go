package evtx

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
)

// errDamaged is every way in which binary XML can contradict itself. What
// exactly is wrong helps nobody, so it carries no detail and costs nothing.
var errDamaged = errors.New("damaged binary XML")

// A place is where in the document an element stands; it decides its name as
// a field.
type place uint8

const (
	top      place = iota // Event itself, and its children
	inSystem              // System
	inData                // EventData
	inUser                // UserData, at any depth
	elsewhere
)

// A program is a template turned into what comes out of it, in order.
type program struct {
	ops []op
}

// An op makes one field out of parts, or, when one of its values is itself
// binary XML, runs that in place inner.
type op struct {
	name    string // "" gives no field: only nested XML counts
	spaced  string // the name as written, when it has spaces
	parts   []part
	dynamic []part // the name, when it is made of values
	unnamed bool   // a Data item without a name
	inner   place
}

// A part is literal text, or the value numbered index.
type part struct {
	text  string
	index int // -1: text
}

// A compiler walks the tokens of one template.
type compiler struct {
	c     *chunk
	pos   int
	end   int
	prog  *program
	bare  bool // elements have no dependency number: they stand in no template
	depth int
}

const (
	tokEnd        = 0x00
	tokOpen       = 0x01
	tokClose      = 0x02
	tokCloseEmpty = 0x03
	tokEndElement = 0x04
	tokValue      = 0x05
	tokAttribute  = 0x06
	tokCData      = 0x07
	tokChar       = 0x08
	tokEntity     = 0x09
	tokPITarget   = 0x0a
	tokPIData     = 0x0b
	tokTemplate   = 0x0c
	tokNormal     = 0x0d
	tokOptional   = 0x0e
	tokFragment   = 0x0f
	moreFlag      = 0x40
	maxNesting    = 64
	maxOps        = 4096
)

func (k *compiler) u8() (byte, error) {
	if k.pos >= k.end {
		return 0, errDamaged
	}
	k.pos++
	return k.c.b[k.pos-1], nil
}

func (k *compiler) u16() (int, error) {
	if k.pos+2 > k.end {
		return 0, errDamaged
	}
	k.pos += 2
	return int(binary.LittleEndian.Uint16(k.c.b[k.pos-2:])), nil
}

func (k *compiler) u32() (int, error) {
	if k.pos+4 > k.end {
		return 0, errDamaged
	}
	k.pos += 4
	return int(binary.LittleEndian.Uint32(k.c.b[k.pos-4:])), nil
}

// name reads a reference to a name, which may stand right here.
func (k *compiler) name() (string, error) {
	off, err := k.u32()
	if err != nil || off+8 > len(k.c.b) {
		return "", errDamaged
	}
	n := int(binary.LittleEndian.Uint16(k.c.b[off+6:]))
	if off+8+2*n > len(k.c.b) {
		return "", errDamaged
	}
	if off == k.pos {
		k.pos += 8 + 2*n + 2
	}
	return k.c.r.intern(decode16(k.c.b[off+8 : off+8+2*n])), nil
}

func decode16(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

// text reads a length and that many characters.
func (k *compiler) text() (string, error) {
	n, err := k.u16()
	if err != nil || k.pos+2*n > k.end {
		return "", errDamaged
	}
	s := decode16(k.c.b[k.pos : k.pos+2*n])
	k.pos += 2 * n
	return s, nil
}

// content reads what stands in an element until it ends, and calls kid for
// each element in it. The text and values are returned.
func (k *compiler) content(kid func(more bool) error) ([]part, error) {
	var parts []part
	for {
		tok, err := k.u8()
		if err != nil {
			return nil, err
		}
		switch tok &^ moreFlag {
		case tokEndElement, tokEnd:
			if tok == tokEnd {
				k.pos = k.end
			}
			return parts, nil
		case tokOpen:
			err = kid(tok&moreFlag != 0)
		case tokFragment:
			k.pos += 3
		default:
			var p part
			var ok bool
			if p, ok, err = k.piece(tok); ok {
				parts = append(parts, p)
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// piece reads one token of text. ok is false when it adds nothing.
func (k *compiler) piece(tok byte) (p part, ok bool, err error) {
	p.index = -1
	switch tok &^ moreFlag {
	case tokNormal, tokOptional:
		p.index, err = k.u16()
		if err == nil {
			_, err = k.u8()
		}
	case tokValue:
		if _, err = k.u8(); err == nil {
			p.text, err = k.text()
		}
	case tokCData:
		p.text, err = k.text()
	case tokChar:
		var c int
		c, err = k.u16()
		p.text = string(rune(c))
	case tokEntity:
		var name string
		name, err = k.name()
		p.text = entities[name]
	case tokPITarget:
		_, err = k.name()
		return p, false, err
	case tokPIData:
		_, err = k.text()
		return p, false, err
	default:
		err = errDamaged
	}
	return p, err == nil, err
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// An attribute of an element.
type attribute struct {
	name  string
	parts []part
}

// element reads one element at place p; its opening token has been read.
func (k *compiler) element(p place, more bool) error {
	if k.depth++; k.depth > maxNesting || len(k.prog.ops) > maxOps {
		return errDamaged
	}
	defer func() { k.depth-- }()
	if !k.bare {
		if _, err := k.u16(); err != nil {
			return err
		}
	}
	if _, err := k.u32(); err != nil {
		return err
	}
	name, err := k.name()
	if err != nil {
		return err
	}
	attrs, empty, err := k.attributes(more)
	if err != nil {
		return err
	}
	self := k.begin(p, name, attrs)
	if empty {
		k.finish(self, p, nil, false)
		return nil
	}
	kids := false
	parts, err := k.content(func(more bool) error {
		kids = true
		return k.element(self.inner, more)
	})
	if err == nil {
		k.finish(self, p, parts, kids)
	}
	return err
}

// attributes reads up to the end of the start tag; empty says the element
// ended with it.
func (k *compiler) attributes(more bool) (attrs []attribute, empty bool, err error) {
	if more {
		if _, err := k.u32(); err != nil {
			return nil, false, err
		}
	}
	for {
		tok, err := k.u8()
		if err != nil {
			return nil, false, err
		}
		switch tok &^ moreFlag {
		case tokClose:
			return attrs, false, nil
		case tokCloseEmpty:
			return attrs, true, nil
		case tokAttribute:
			name, err := k.name()
			if err != nil {
				return nil, false, err
			}
			attrs = append(attrs, attribute{name: name})
		default:
			p, ok, err := k.piece(tok)
			if err != nil || len(attrs) == 0 {
				return nil, false, errDamaged
			}
			if ok {
				last := &attrs[len(attrs)-1]
				last.parts = append(last.parts, p)
			}
		}
	}
}

// begin makes the op of an element's own text and emits its attributes.
func (k *compiler) begin(p place, name string, attrs []attribute) op {
	self := op{inner: descend(p, name)}
	switch p {
	case inSystem, inUser:
		self.name = name
		for _, a := range attrs {
			if a.name != "xmlns" && !strings.HasPrefix(a.name, "xmlns:") {
				k.emit(op{name: k.c.r.intern(name + "_" + a.name), parts: a.parts, inner: elsewhere})
			}
		}
	case inData:
		self.name = name
		if name == "Data" || name == "ComplexData" {
			k.dataName(&self, attrs)
		}
	case top:
		if name == "EventData" {
			for _, a := range attrs {
				if a.name == "Name" {
					k.emit(op{name: "EventData_Name", parts: a.parts, inner: elsewhere})
				}
			}
		}
	case elsewhere:
		if name == "Message" { // forwarded events carry their text in RenderingInfo
			self.name = name
		}
	}
	return self
}

func descend(p place, name string) place {
	switch {
	case p != top:
		return p
	case name == "Event":
		return top
	case name == "System":
		return inSystem
	case name == "EventData":
		return inData
	case name == "UserData":
		return inUser
	}
	return elsewhere
}

func (k *compiler) dataName(self *op, attrs []attribute) {
	self.name, self.unnamed = "Data", true
	for _, a := range attrs {
		if a.name != "Name" {
			continue
		}
		if len(a.parts) == 1 && a.parts[0].index < 0 {
			self.name, self.unnamed = k.c.r.intern(a.parts[0].text), false
		} else {
			self.dynamic, self.unnamed = a.parts, false
		}
	}
	if compact := strings.ReplaceAll(self.name, " ", ""); compact != self.name {
		self.spaced, self.name = self.name, k.c.r.intern(compact)
	}
}

// finish emits an element's own field. Containers and elements of System
// without text give none; a named Data item without text is empty.
func (k *compiler) finish(self op, p place, parts []part, kids bool) {
	self.parts = parts
	named := p == inData && !self.unnamed && self.name != ""
	if len(parts) == 0 && !(named && !kids) {
		return
	}
	if kids && onlyBlank(parts) {
		return
	}
	k.emit(self)
}

func onlyBlank(parts []part) bool {
	for _, p := range parts {
		if p.index >= 0 || strings.TrimSpace(p.text) != "" {
			return false
		}
	}
	return true
}

func (k *compiler) emit(o op) { k.prog.ops = append(k.prog.ops, o) }
