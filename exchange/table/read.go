package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tallinn/fault"
)

// Bounds of what is read.
const (
	MaxFile = 4 << 20  // bytes of one file
	MaxRow  = 64 << 10 // bytes of one row
	MaxCell = 8 << 10  // bytes of one cell
	MaxRows = 20_000   // rows of one file, the header not counted
)

// A Row is one line of a table that is whole: it has a cell for every column,
// and each is clean text within bounds.
type Row struct {
	Line    int // of its first cell, counted from 1
	columns []string
	cells   []string
}

// Get is the cell under column, or empty when there is no such column.
func (r Row) Get(column string) string {
	if i := slices.Index(r.columns, column); i >= 0 && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// Cells are the row's cells in order of the columns.
func (r Row) Cells() []string { return r.cells }

// A Table is a file as read.
type Table struct {
	File    string
	Columns []string
	Rows    []Row
	Bad     []Row // rows with a problem, as far as they go; good for their keys alone
	Broken  bool  // the file as a whole could not be read; Rows is not all of it
}

// Read reads a file. Rows with a problem are left out of the table and noted
// in problems. Columns is the exact header; nil accepts any that names each
// column once.
func Read(file string, data []byte, columns []string, problems *Problems) Table {
	r := &reader{table: Table{File: file, Columns: columns}, problems: problems}
	if len(data) > MaxFile {
		r.breaks(0, ErrFileSize.With("bytes", len(data)).With("most", MaxFile))
		return r.table
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r.csv = csv.NewReader(bytes.NewReader(data))
	r.csv.FieldsPerRecord = -1
	if r.header() {
		for r.row() {
		}
	}
	return r.table
}

type reader struct {
	table    Table
	problems *Problems
	csv      *csv.Reader
	count    int
}

func (r *reader) note(line int, column string, f *fault.Error) {
	r.problems.Add(Problem{r.table.File, line, column, f})
}

// breaks notes a problem after which nothing of the file can be trusted.
func (r *reader) breaks(line int, f *fault.Error) {
	r.table.Broken = true
	r.note(line, "", f)
}

// next reads a record; false at the end of the file or where it breaks.
func (r *reader) next() ([]string, bool) {
	cells, err := r.csv.Read()
	if err == nil {
		return cells, true
	}
	if err == io.EOF {
		return nil, false
	}
	line := 0
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		line = parse.Line
	}
	r.breaks(line, ErrQuotes.Because(err))
	return nil, false
}

func (r *reader) header() bool {
	got, ok := r.next()
	if !ok {
		if !r.table.Broken {
			r.breaks(0, ErrEmpty)
		}
		return false
	}
	// A head of a million names would be compared name by name.
	if size := r.csv.InputOffset(); size > MaxRow {
		r.breaks(1, ErrRowSize.With("bytes", size).With("most", MaxRow))
		return false
	}
	want := r.table.Columns
	if want == nil {
		want, r.table.Columns = got, got
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			r.breaks(1, ErrHeader.With("column", Quote(name)))
		}
	}
	for i, name := range got {
		if name == "" || !slices.Contains(want, name) || slices.Contains(got[:i], name) {
			r.breaks(1, ErrExtra.With("column", Quote(name)))
		}
	}
	r.order(got, want)
	return !r.table.Broken
}

// order notes the first column that is out of place, when all are there.
func (r *reader) order(got, want []string) {
	if r.table.Broken {
		return
	}
	for i := range want {
		if got[i] != want[i] {
			r.breaks(1, ErrOrder.With("column", Quote(got[i])).With("expected", Quote(want[i])))
			return
		}
	}
}

func (r *reader) row() bool {
	start := r.csv.InputOffset()
	cells, ok := r.next()
	if !ok {
		return false
	}
	if r.count++; r.count > MaxRows {
		r.breaks(0, ErrRows.With("most", MaxRows))
		return false
	}
	line, _ := r.csv.FieldPos(0)
	row := Row{line, r.table.Columns, cells}
	if r.fits(row, r.csv.InputOffset()-start) {
		r.table.Rows = append(r.table.Rows, row)
	} else {
		r.table.Bad = append(r.table.Bad, row)
	}
	return true
}

// fits reports whether a row is whole, and notes what is wrong with it.
func (r *reader) fits(row Row, size int64) bool {
	if size > MaxRow {
		r.note(row.Line, "", ErrRowSize.With("bytes", size).With("most", MaxRow))
		return false
	}
	if len(row.cells) != len(row.columns) {
		r.note(row.Line, "", ErrCells.With("cells", len(row.cells)).With("columns", len(row.columns)))
		return false
	}
	clean := true
	for i, cell := range row.cells {
		if f := dirt(cell); f != nil {
			at, _ := r.csv.FieldPos(i)
			r.note(at, row.columns[i], f)
			clean = false
		}
	}
	return clean
}

// dirt is what makes a cell unfit to be kept, or nil.
func dirt(cell string) *fault.Error {
	if len(cell) > MaxCell {
		return ErrCellSize.With("bytes", len(cell)).With("most", MaxCell)
	}
	if !utf8.ValidString(cell) {
		return ErrUTF8
	}
	if i := strings.IndexFunc(cell, invisible); i >= 0 {
		r, _ := utf8.DecodeRuneInString(cell[i:])
		return ErrControl.With("character", fmt.Sprintf("U+%04X", r))
	}
	return nil
}

// invisible reports characters that a reader cannot see and that change how
// the rest reads: controls, line separators, marks that turn the direction
// of writing, and a byte order mark inside a text.
func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
		return true
	case '\u200e' <= r && r <= '\u200f', '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return true
	}
	return false
}
