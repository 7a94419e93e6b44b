// Package csv writes the tables of the pages for programs and spreadsheets:
// UTF-8, CRLF line ends (RFC 4180), one header row of stable English field
// names, and no cell that a spreadsheet would run as a formula.
package csv

import (
	"encoding/csv"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
)

// Serve answers with a table that is saved under filename, such as
// "flows.csv". Each row has a cell for every field.
//
// Errors: those of w, after the answer has begun.
func Serve(w http.ResponseWriter, filename string, fields []string, rows iter.Seq[[]string]) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filename}))
	h.Set("Cache-Control", "no-cache")
	return Write(w, fields, rows)
}

// Write writes fields and then rows, every cell made safe by Safe.
//
// Errors: those of w.
func Write(w io.Writer, fields []string, rows iter.Seq[[]string]) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(fields); err != nil {
		return err
	}
	safe := make([]string, len(fields))
	for row := range rows {
		safe = safe[:0]
		for _, cell := range row {
			safe = append(safe, Safe(cell))
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// starts are what a spreadsheet takes for the start of a formula, in their
// wide forms too.
const starts = "=+-@\t\r\n＝＋－＠"

// Safe puts an apostrophe before a cell that a spreadsheet would run as a
// formula (OWASP, "CSV Injection"), be it after spaces. Any other cell is
// left as it is.
func Safe(cell string) string {
	rest := strings.TrimLeft(cell, " \u00a0")
	if rest != "" && strings.ContainsRune(starts, []rune(rest)[0]) {
		return "'" + cell
	}
	return cell
}
