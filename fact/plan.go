package fact

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

// A plan reads one value of a scan into a place of its type. Plans are made
// once for each type of body. They cover what bodies are made of; a type they
// do not cover is read by the general decoder.
type plan func(s *scan, v reflect.Value)

// planFor returns the plan for bodies of type B, or nil when B's fields carry
// options that a plan does not know.
func planFor[B Body]() func(*scan) Body {
	p := planOf(reflect.TypeFor[B](), 0)
	if p == nil {
		return nil
	}
	places := sync.Pool{New: func() any { return new(B) }}
	return func(s *scan) Body {
		place := places.Get().(*B)
		p(s, reflect.ValueOf(place).Elem())
		body := *place
		*place = *new(B)
		places.Put(place)
		return body
	}
}

// planOf returns nil for a type whose decoding depends on more than the type.
func planOf(t reflect.Type, depth int) plan {
	if depth > maxDepth/2 {
		return nil
	}
	if t == reflect.TypeFor[Date]() {
		return readDate
	}
	if p, ok := methodPlan(t); ok {
		return p
	}
	switch t.Kind() {
	case reflect.String:
		return func(s *scan, v reflect.Value) { v.SetString(s.text()) }
	case reflect.Bool:
		return readBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return readInt
	case reflect.Struct:
		return structPlan(t, depth)
	case reflect.Pointer:
		return pointerPlan(t, depth)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			return slicePlan(t, depth)
		}
	}
	return generalPlan
}

// Canonical is for types whose own decoding is slow: UnmarshalCanonical reads
// what the type's MarshalJSON writes, in canonical form, and reports whether
// it did. Whatever else it is given it leaves to the general decoder by
// reporting false; it must never accept what that refuses, or read it
// otherwise.
type Canonical interface {
	UnmarshalCanonical(b []byte) bool
}

func readCanonical(s *scan, v reflect.Value) {
	raw := s.skip()
	s.bad = s.bad || !v.Addr().Interface().(Canonical).UnmarshalCanonical(raw)
}

// methodPlan is for types that read themselves.
func methodPlan(t reflect.Type) (plan, bool) {
	at := reflect.PointerTo(t)
	if at.Implements(reflect.TypeFor[Canonical]()) {
		return readCanonical, true
	}
	for _, itself := range []reflect.Type{reflect.TypeFor[json.UnmarshalerFrom](), reflect.TypeFor[json.Unmarshaler]()} {
		if at.Implements(itself) {
			return generalPlan, true
		}
	}
	if at.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return readMarshaledText, true
	}
	return nil, false
}

// generalPlan hands the value to the general decoder.
func generalPlan(s *scan, v reflect.Value) {
	raw := s.skip()
	s.bad = s.bad || json.Unmarshal(raw, v.Addr().Interface()) != nil
}

func readMarshaledText(s *scan, v reflect.Value) {
	inside, plain := s.raw()
	if s.bad || !plain {
		s.bad = true
		return
	}
	s.bad = v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(inside) != nil
}

func readDate(s *scan, v reflect.Value) {
	d := s.text()
	_, err := ParseDate(d)
	s.bad = s.bad || err != nil
	v.SetString(d)
}

func readBool(s *scan, v reflect.Value) {
	if s.peek() == 't' {
		s.lit(`true`)
		v.SetBool(true)
		return
	}
	s.lit(`false`)
	v.SetBool(false)
}

func readInt(s *scan, v reflect.Value) {
	n := s.integer()
	s.bad = s.bad || v.OverflowInt(n)
	v.SetInt(n)
}

func pointerPlan(t reflect.Type, depth int) plan {
	elem := planOf(t.Elem(), depth+1)
	if elem == nil {
		return nil
	}
	return func(s *scan, v reflect.Value) {
		if s.peek() == 'n' {
			s.bad = true
			return
		}
		p := reflect.New(t.Elem())
		elem(s, p.Elem())
		v.Set(p)
	}
}

func slicePlan(t reflect.Type, depth int) plan {
	elem := planOf(t.Elem(), depth+1)
	if elem == nil {
		return nil
	}
	return func(s *scan, v reflect.Value) {
		s.lit(`[`)
		v.Set(reflect.MakeSlice(t, 0, 0))
		for n := 0; !s.bad && s.peek() != ']'; n++ {
			if n > 0 {
				s.lit(`,`)
			}
			v.Grow(1)
			v.SetLen(n + 1)
			v.Index(n).SetZero()
			elem(s, v.Index(n))
		}
		s.lit(`]`)
		v.SetCap(v.Len())
	}
}

// A member is one field of a body, in the order of RFC 8785.
type member struct {
	open  string // `"name":`
	name  string
	index []int
	read  plan
}

// structPlan expects members in ascending order, as canonical bytes have
// them. A member that is unknown, twice or out of order is for the general
// decoder.
func structPlan(t reflect.Type, depth int) plan {
	members, ok := membersOf(t, depth, nil)
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	for i, m := range members {
		ok = ok && (i == 0 || m.name != members[i-1].name)
	}
	if !ok {
		return nil
	}
	return func(s *scan, v reflect.Value) { readStruct(s, v, members) }
}

func readStruct(s *scan, v reflect.Value, members []member) {
	s.lit(`{`)
	if s.peek() == '}' {
		s.i++
		return
	}
	for _, m := range members {
		if rest := s.b[min(s.i, len(s.b)):]; len(rest) < len(m.open) || string(rest[:len(m.open)]) != m.open {
			continue
		}
		s.i += len(m.open)
		m.read(s, fieldAt(v, m.index))
		if s.bad {
			return
		}
		switch s.peek() {
		case '}':
			s.i++
			return
		case ',':
			s.i++
		default:
			s.bad = true
			return
		}
	}
	s.bad = true
}

func fieldAt(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		v = v.Field(i)
	}
	return v
}

// membersOf lists the fields of t and of the structs inlined in it.
func membersOf(t reflect.Type, depth int, above []int) (out []member, ok bool) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" && !tagged {
			continue
		}
		inline := options == "inline" || field.Anonymous && name == ""
		index := append(slices.Clone(above), i)
		switch {
		case inline:
			if field.Type.Kind() != reflect.Struct || !field.IsExported() {
				return nil, false
			}
			if _, itself := methodPlan(field.Type); itself {
				return nil, false
			}
			inner, ok := membersOf(field.Type, depth+1, index)
			if !ok || depth > maxDepth/2 {
				return nil, false
			}
			out = append(out, inner...)
			continue
		case !field.IsExported():
			if _, has := field.Tag.Lookup("json"); has {
				return nil, false
			}
			continue
		case !plainOptions(options):
			return nil, false
		}
		if name == "" {
			name = field.Name
		}
		read := planOf(field.Type, depth+1)
		if read == nil || !plainName(name) {
			return nil, false
		}
		out = append(out, member{open: `"` + name + `":`, name: name, index: index, read: read})
	}
	return out, true
}

// plainOptions reports whether the tag's options concern encoding only.
func plainOptions(options string) bool {
	return options == "" || options == "omitempty" || options == "omitzero"
}

// plainName reports whether name is written in JSON as it is.
func plainName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
