package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// Bounds that a test lowers.
var unpacked, shared int64 = MaxPart, MaxStrings

// A book is an Excel workbook (ECMA-376, part 1, SpreadsheetML) that is being
// read. Of each part only what a list needs is looked at: texts, numbers, and
// which of these are days.
type book struct {
	parts map[string]*zip.File
	texts []string // shared
	dates []bool   // by style: a number of it is a day
	since bool     // days are counted from 1904
	left  int64    // how much may still be unpacked
}

func (k *Kind) readWorkbook(data []byte, take func(Row) error) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ErrWorkbook.With("why", "zip").Because(err)
	}
	b := &book{parts: map[string]*zip.File{}, left: unpacked}
	for _, f := range z.File {
		if _, twice := b.parts[f.Name]; twice || len(b.parts) > 10_000 {
			return ErrWorkbook.With("why", "parts")
		}
		b.parts[f.Name] = f
	}
	sheets, err := b.sheets()
	if err != nil {
		return err
	}
	if err := errors.Join(b.readTexts(), b.readStyles()); err != nil {
		return err
	}
	for i, s := range sheets {
		rows := 0
		err := b.rows(s.part, func(r Row) error {
			if !r.Empty() {
				rows++
			}
			return take(r)
		})
		if err != nil {
			return err
		}
		if rows > 0 { // the first sheet with anything in it
			k.Sheet, k.Others = s.name, len(sheets)-i-1
			return nil
		}
	}
	return nil
}

// open unpacks a part, no more than may still be unpacked.
func (b *book) open(name string) (*xml.Decoder, io.Closer, error) {
	f := b.parts[name]
	if f == nil {
		return nil, nil, ErrWorkbook.With("why", path.Base(name))
	}
	in, err := f.Open()
	if err != nil {
		return nil, nil, ErrWorkbook.With("why", path.Base(name)).Because(err)
	}
	d := xml.NewDecoder(&metered{in, &b.left})
	d.Strict = true
	return d, in, nil
}

// metered reads until nothing may be read any more.
type metered struct {
	in   io.Reader
	left *int64
}

func (m *metered) Read(p []byte) (int, error) {
	if *m.left <= 0 {
		return 0, ErrBomb.With("most", MaxPart>>20)
	}
	n, err := m.in.Read(p[:min(int64(len(p)), *m.left)])
	*m.left -= int64(n)
	return n, err
}

// each calls fn for every token of a part.
func (b *book) each(name string, fn func(*xml.Decoder, xml.Token) error) (err error) {
	d, in, err := b.open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, ErrBomb) {
			return err
		}
		if err != nil {
			return ErrWorkbook.With("why", path.Base(name)).Because(err)
		}
		if err := fn(d, t); err != nil {
			return err
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// A tab is one sheet of a workbook.
type tab struct{ name, id, part string }

// sheets are those that are shown, in their order.
func (b *book) sheets() (out []tab, err error) {
	err = b.each("xl/workbook.xml", func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "workbookPr":
			s := attribute(e, "date1904")
			b.since = s == "1" || s == "true"
		case ok && e.Name.Local == "sheet" && attribute(e, "state") != "hidden" && attribute(e, "state") != "veryHidden" && len(out) < 1000:
			out = append(out, tab{name: clean(attribute(e, "name")), id: relation(e)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	targets := map[string]string{}
	err = b.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			target := attribute(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "/xl/" + target
			}
			targets[attribute(e, "Id")] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return nil
	})
	for i := range out {
		out[i].part = targets[out[i].id]
	}
	if err == nil && len(out) == 0 {
		err = ErrEmpty
	}
	return out, err
}

// relation is the id of the part that a sheet lies in.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// readTexts reads the shared texts; a workbook may have none.
func (b *book) readTexts() error {
	if b.parts["xl/sharedStrings.xml"] == nil {
		return nil
	}
	var text strings.Builder
	inside, phonetic, all := false, 0, int64(0)
	return b.each("xl/sharedStrings.xml", func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "si":
				text.Reset()
			case "rPh":
				phonetic++
			case "t":
				inside = phonetic == 0
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "si":
				if all += int64(text.Len()) + 16; all > shared {
					return ErrBomb.With("most", MaxStrings>>20)
				}
				b.texts = append(b.texts, text.String())
			case "rPh":
				phonetic--
			case "t":
				inside = false
			}
		case xml.CharData:
			if inside {
				text.Write(e)
			}
		}
		return nil
	})
}

// readStyles finds out which styles show a number as a day.
func (b *book) readStyles() error {
	if b.parts["xl/styles.xml"] == nil {
		return nil
	}
	own, inside := map[string]bool{}, false
	return b.each("xl/styles.xml", func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "numFmt":
				own[attribute(e, "numFmtId")] = showsDay(attribute(e, "formatCode"))
			case e.Name.Local == "cellXfs":
				inside = true
			case inside && e.Name.Local == "xf" && len(b.dates) < 100_000:
				id := attribute(e, "numFmtId")
				n, _ := strconv.Atoi(id)
				b.dates = append(b.dates, own[id] || 14 <= n && n <= 17 || n == 22 || 27 <= n && n <= 36 || 50 <= n && n <= 58)
			}
		case xml.EndElement:
			inside = inside && e.Name.Local != "cellXfs"
		}
		return nil
	})
}

// showsDay reports whether a format of numbers shows the day or the year.
func showsDay(format string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '"':
			quoted = !quoted
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case c == '\\' || c == '_':
			i++
		case quoted || bracket:
		case c == 'y' || c == 'Y' || c == 'd' || c == 'D':
			return true
		}
	}
	return false
}
