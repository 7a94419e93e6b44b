package table

import (
	"encoding/csv"
	"io"
	"strings"
)

// Write writes rows under columns as a spreadsheet may open them: CRLF line
// ends (RFC 4180), and every cell made safe by SafeCell.
//
// Errors: those of w.
func Write(w io.Writer, columns []string, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range append([][]string{columns}, rows...) {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = SafeCell(cell)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// SafeCell puts an apostrophe before a cell that a spreadsheet would run as a
// formula (OWASP, "CSV Injection"): one that begins with = + - @, a tab or a
// line end, be it after spaces. Any other cell is left as it is.
func SafeCell(cell string) string {
	rest := strings.TrimLeft(cell, " ")
	if rest != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(rest)[0]) {
		return "'" + cell
	}
	return cell
}
