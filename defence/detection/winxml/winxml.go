// Package winxml reads Windows events as XML: what wevtutil, the event viewer
// and collectors write, one Event element after another, with or without an
// Events element round them. Fields are named as package evtx names them.
package winxml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"tallinn/defence/event"
)

const (
	maxDepth = 64
	maxText  = 16 << 20
)

var errDeep = errors.New("the XML nests too deep")

// A Reader gives the events of one file.
type Reader struct {
	d   *xml.Decoder
	n   int
	err error
}

// NewReader reads src, which is UTF-8.
func NewReader(src io.Reader) *Reader {
	d := xml.NewDecoder(src)
	d.Strict = true
	// The text has been turned into UTF-8 by whoever opened it.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return &Reader{d: d}
}

// Err is the error that ended the reading early.
func (r *Reader) Err() error { return r.err }

// Next puts the next event into e and reports whether there was one.
func (r *Reader) Next(e *event.Event) bool {
	for r.err == nil {
		tok, err := r.d.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			return false
		}
		start, ok := tok.(xml.StartElement)
		if !ok || start.Name.Local != "Event" {
			continue
		}
		e.Reset()
		e.Product = "windows"
		if r.err = r.event(e); r.err != nil {
			return false
		}
		r.finish(e)
		e.Index = r.n
		r.n++
		return true
	}
	return false
}

// finish joins unnamed Data and takes the time.
func (r *Reader) finish(e *event.Event) {
	var parts []string
	kept := e.Fields[:0]
	for _, f := range e.Fields {
		if f.Name == "" {
			parts = append(parts, f.Value)
			continue
		}
		kept = append(kept, f)
	}
	e.Fields = kept
	if parts != nil {
		e.Add("Data", strings.Join(parts, "\n"), event.Text)
	}
	if s, ok := e.Get("TimeCreated_SystemTime"); ok {
		if t, ok := event.ParseTime(s); ok {
			e.SetTime(t.UnixNano())
		}
	}
}

// event reads the sections of an Event up to its end.
func (r *Reader) event(e *event.Event) error {
	for {
		tok, err := r.d.Token()
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := r.section(e, t.Name.Local); err != nil {
				return err
			}
		}
	}
}

func (r *Reader) section(e *event.Event, name string) error {
	if name != "System" && name != "EventData" && name != "UserData" && name != "RenderingInfo" {
		return r.d.Skip()
	}
	for {
		tok, err := r.d.Token()
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := r.element(e, name, t, 0); err != nil {
				return err
			}
		}
	}
}

// element reads one element of a section; a leaf becomes a field.
func (r *Reader) element(e *event.Event, section string, start xml.StartElement, depth int) error {
	if depth > maxDepth {
		return errDeep
	}
	attributes(e, section, start)
	var text strings.Builder
	leaf := true
	for {
		tok, err := r.d.Token()
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			leaf = false
			if err := r.element(e, section, t, depth+1); err != nil {
				return err
			}
		case xml.CharData:
			if text.Len()+len(t) <= maxText {
				text.Write(t)
			}
		case xml.EndElement:
			if leaf {
				give(e, section, start, text.String())
			}
			return nil
		}
	}
}

func attributes(e *event.Event, section string, start xml.StartElement) {
	if section != "System" && section != "UserData" {
		return
	}
	for _, a := range start.Attr {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
			e.Add(start.Name.Local+"_"+a.Name.Local, a.Value, event.Text)
		}
	}
}

func give(e *event.Event, section string, start xml.StartElement, text string) {
	name := start.Name.Local
	switch {
	case section == "RenderingInfo" && name != "Message":
		return
	case section == "EventData" && (name == "Data" || name == "ComplexData"):
		name = ""
		for _, a := range start.Attr {
			if a.Name.Local == "Name" {
				name = a.Value
			}
		}
	case text == "" && section != "EventData":
		return
	}
	compact := strings.ReplaceAll(name, " ", "")
	e.Add(compact, text, event.Text)
	if compact != name {
		e.Add(name, text, event.Text)
	}
}
