package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// readJSON reads an array of objects, an object whose one array holds them (as
// lists of the API are), or one object a line. The names of the members become
// the first row; what is nested is taken as its text.
func readJSON(data []byte, take func(Row) error) error {
	if data[0] == '{' {
		if list, ok := wrapped(data); ok {
			data = list
		}
	}
	columns, err := memberNames(data)
	if err != nil {
		return err
	}
	if len(columns) == 0 {
		return ErrEmpty
	}
	if err := take(Row{1, slices.Clone(columns)}); err != nil {
		return err
	}
	at := map[string]int{}
	for i, c := range columns {
		at[c] = i
	}
	cells, line := make([]string, len(columns)), 1
	return objects(data, func(name string, value jsontext.Value) {
		if i, ok := at[name]; ok {
			cells[i] = textOf(value)
		}
	}, func() error {
		line++
		err := take(Row{line, slices.Clone(cells)})
		clear(cells)
		return err
	})
}

// wrapped is the array of objects that an object holds.
func wrapped(data []byte) ([]byte, bool) {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	if _, err := d.ReadToken(); err != nil {
		return nil, false
	}
	for d.PeekKind() == '"' {
		if _, err := d.ReadToken(); err != nil {
			return nil, false
		}
		v, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		if v.Kind() == '[' && bytes.HasPrefix(bytes.TrimLeft(v[1:], " \t\r\n"), []byte("{")) {
			return slices.Clone(v), true
		}
	}
	return nil, false
}

// memberNames are the members of all objects, in the order in which they
// appear first.
func memberNames(data []byte) (names []string, err error) {
	seen := map[string]bool{}
	err = objects(data, func(name string, _ jsontext.Value) {
		if !seen[name] && len(names) <= MaxColumns {
			seen[name] = true
			names = append(names, name)
		}
	}, func() error { return nil })
	if len(names) > MaxColumns {
		err = ErrColumns.With("line", 1).With("most", MaxColumns)
	}
	return names, err
}

// objects calls member for each member of each object, and ended after each.
func objects(data []byte, member func(string, jsontext.Value), ended func() error) error {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	broken := func(err error) error { return ErrJSON.With("at", d.InputOffset()).Because(err) }
	inside := d.PeekKind() == '['
	if inside {
		if _, err := d.ReadToken(); err != nil {
			return broken(err)
		}
	}
	for {
		switch d.PeekKind() {
		case '{':
		case ']':
			if _, err := d.ReadToken(); err != nil {
				return broken(err)
			}
			if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
				return broken(err)
			}
			return nil
		default:
			if _, err := d.ReadToken(); !errors.Is(err, io.EOF) || inside {
				return broken(err)
			}
			return nil
		}
		if err := object(d, member); err != nil {
			return broken(err)
		}
		if err := ended(); err != nil {
			return err
		}
	}
}

func object(d *jsontext.Decoder, member func(string, jsontext.Value)) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		known := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return err
		}
		member(known, value)
	}
	_, err := d.ReadToken()
	return err
}

// textOf is a value as a cell: a list of texts is one with semicolons.
func textOf(v jsontext.Value) string {
	switch v.Kind() {
	case 'n':
		return ""
	case '"':
		if t, err := jsontext.AppendUnquote(nil, v); err == nil {
			return string(t)
		}
	case '[':
		if list, ok := texts(v); ok {
			return list
		}
	}
	return string(v)
}

func texts(v jsontext.Value) (out string, ok bool) {
	d := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := d.ReadToken(); err != nil {
		return "", false
	}
	for d.PeekKind() != ']' {
		t, err := d.ReadToken()
		if err != nil || t.Kind() != '"' && t.Kind() != '0' {
			return "", false
		}
		if out != "" {
			out += ";"
		}
		out += t.String()
	}
	return out, true
}
