package sheet

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Format is how a file was written.
type Format string

const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
	JSON Format = "json"
)

// A Row is one row of texts. Its cells are good until the next row is read.
type Row struct {
	Line  int // in the file, counted from 1
	Cells []string
}

// Empty reports whether no cell of r has anything in it.
func (r Row) Empty() bool {
	for _, c := range r.Cells {
		if c != "" {
			return false
		}
	}
	return true
}

// A Kind is what was found out about a file.
type Kind struct {
	Format   Format `json:"format"`
	Encoding string `json:"encoding,omitempty"` // of CSV: "utf-8", "windows-1251" …
	Comma    string `json:"comma,omitempty"`    // of CSV: what stands between its cells
	Sheet    string `json:"sheet,omitempty"`    // of a workbook: the sheet that was read
	Others   int    `json:"others,omitempty"`   // of a workbook: sheets that were not
	Rows     int    `json:"rows"`               // with something in them
	Columns  int    `json:"columns"`            // of the widest
}

// Read reads a file and gives every row that has something in it to take,
// which may stop the reading by an error.
//
// Errors: those of this package; take's own.
func Read(data []byte, take func(Row) error) (Kind, error) {
	if len(data) > MaxBytes {
		return Kind{}, ErrSize.With("most", MaxBytes>>20)
	}
	var k Kind
	counted := func(r Row) error {
		n := 0
		for i, c := range r.Cells {
			if r.Cells[i] = clean(c); r.Cells[i] != "" {
				n = i + 1
			}
			if len(r.Cells[i]) > MaxCell {
				return ErrCell.With("line", r.Line).With("most", MaxCell)
			}
		}
		if n == 0 {
			return nil
		}
		if n > MaxColumns {
			return ErrColumns.With("line", r.Line).With("most", MaxColumns)
		}
		if k.Rows++; k.Rows > MaxRows {
			return ErrRows.With("most", MaxRows)
		}
		k.Columns = max(k.Columns, n)
		return take(Row{r.Line, r.Cells[:n]})
	}
	err := k.read(data, counted)
	if err == nil && k.Rows == 0 {
		err = ErrEmpty
	}
	return k, err
}

func (k *Kind) read(data []byte, take func(Row) error) error {
	switch start := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n"); {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		k.Format = XLSX
		return k.readWorkbook(data, take)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return ErrOld
	case len(start) == 0:
		return ErrEmpty
	case start[0] == '[' || start[0] == '{':
		k.Format = JSON
		return readJSON(start, take)
	}
	k.Format = CSV
	return k.readCSV(data, take)
}

// clean is a cell as people meant it: without what cannot be seen, with plain
// spaces, its lines kept.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return strings.TrimSpace(s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '\u2007':
			return ' '
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff', '\u200b' <= r && r <= '\u200f',
			'\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069', r == '\u00ad':
			return -1
		}
		return r
	}, s))
}
