// Package export serves the tables of the pages for programs and spreadsheets,
// in the form that the address asks for: CSV, JSON or an Excel workbook. Fields
// have stable English names; in the forms that spreadsheets open, no cell runs
// as a formula.
package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/web/csv"
)

// Forms are the endings of addresses, the first for those that ask for none.
var Forms = []string{".csv", ".xlsx", ".json"}

// Serve answers r with a table that is saved as name, in the form that the end
// of r's path asks for. Each row has a cell for every field.
//
// Errors: those of w, after the answer has begun.
func Serve(w http.ResponseWriter, r *http.Request, name string, fields []string, rows iter.Seq[[]string]) error {
	form := path.Ext(r.URL.Path)
	switch form {
	case ".xlsx":
		head(w, name+form, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		return Workbook(w, name, fields, rows)
	case ".json":
		head(w, name+form, "application/json")
		return JSON(w, fields, rows)
	}
	return csv.Serve(w, name+".csv", fields, rows)
}

func head(w http.ResponseWriter, filename, media string) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filename}))
	h.Set("Cache-Control", "no-cache")
}

// JSON writes an array of objects, one a row, every value a text as in the
// other forms.
//
// Errors: those of w.
func JSON(w io.Writer, fields []string, rows iter.Seq[[]string]) error {
	out := bufio.NewWriter(w)
	e := jsontext.NewEncoder(out)
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for row := range rows {
		if err := object(e, fields, row); err != nil {
			return err
		}
	}
	if err := e.WriteToken(jsontext.EndArray); err != nil {
		return err
	}
	return out.Flush()
}

func object(e *jsontext.Encoder, fields, row []string) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i, cell := range row {
		if err := e.WriteToken(jsontext.String(fields[i])); err != nil {
			return err
		}
		if err := e.WriteToken(jsontext.String(strings.ToValidUTF8(cell, "\ufffd"))); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

// The parts of a workbook that are the same in all (ECMA-376, part 1): style 1
// is that of heads, and of texts, which so stay what they are.
var fixed = []struct{ name, text string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`},
}

// most is how many rows a sheet may have.
const most = 1_048_576

// Workbook writes an Excel workbook with one sheet, row by row. Cells that are
// plain numbers are numbers; all else is text, which no spreadsheet runs, and
// made safe all the same for whoever saves it as CSV.
//
// Errors: those of w.
func Workbook(w io.Writer, name string, fields []string, rows iter.Seq[[]string]) error {
	z := zip.NewWriter(w)
	for _, p := range fixed {
		if err := part(z, p.name, p.text); err != nil {
			return err
		}
	}
	if err := part(z, "xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="`+
		escaped(name)+`" sheetId="1" r:id="rId1"/></sheets></workbook>`); err != nil {
		return err
	}
	sheet, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(sheet)
	fmt.Fprint(out, xml.Header+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	write(out, fields, 1)
	n := 1
	for row := range rows {
		if n++; n > most {
			break
		}
		write(out, row, n)
	}
	fmt.Fprint(out, `</sheetData></worksheet>`)
	if err := out.Flush(); err != nil {
		return err
	}
	return z.Close()
}

func part(z *zip.Writer, name, text string) error {
	w, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(w, xml.Header+text)
	}
	return err
}

func write(out *bufio.Writer, cells []string, n int) {
	out.WriteString(`<row r="` + strconv.Itoa(n) + `">`)
	for _, c := range cells {
		switch {
		case c == "":
			out.WriteString(`<c/>`)
		case isNumber(c):
			out.WriteString(`<c><v>` + c + `</v></c>`)
		default:
			out.WriteString(`<c t="inlineStr" s="1"><is><t xml:space="preserve">` + escaped(csv.Safe(c)) + `</t></is></c>`)
		}
	}
	out.WriteString(`</row>`)
}

// isNumber reports whether a cell is a number that a spreadsheet keeps as it
// is: no more digits than it has room for, and none lost in front.
func isNumber(s string) bool {
	digits, points := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '.' && points == 0 && i > 0 && i < len(s)-1:
			points++
		default:
			return false
		}
	}
	return digits > 0 && digits <= 15 && (s[0] != '0' || len(s) == 1 || s[1] == '.')
}

// escaped is a text as XML has it, without what XML cannot say.
func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(strings.ToValidUTF8(s, "\ufffd"))) // writes to memory
	return b.String()
}
