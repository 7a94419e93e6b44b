package web

import (
	"strings"

	"github.com/a-h/templ"
)

// A Cell is what stands in one field of a table: Text, To, ID, FigureLink,
// StatusChip, Bar and the like. A nil Cell is empty, and on a phone left out.
type Cell = templ.Component

// An Align places a column's cells. Numbers and amounts stand right.
type Align string

const (
	Left  Align = ""
	Right Align = "right"
)

// A Sorted says how a column is sorted now, as aria-sort.
type Sorted string

const (
	Unsorted   Sorted = ""
	Ascending  Sorted = "ascending"
	Descending Sorted = "descending"
)

// A Column is one column's head.
type Column struct {
	Head   string
	Axis   templ.Component // drawn under Head, such as a timeline's years; may be nil
	Align  Align
	Lead   bool   // names its row; on a phone the head of the card
	Beside bool   // on a phone stands beside the head, such as the amount
	Bare   bool   // on a phone stands without its head, for it speaks for itself
	Wide   bool   // takes what is left, such as a picture
	Sort   string // address that sorts by it; empty: it does not sort
	Sorted Sorted
}

// A Shape says what a table does on a phone.
type Shape string

const (
	Cards  Shape = "cards"  // each row becomes a card
	Scroll Shape = "scroll" // the table scrolls sideways in its own region
)

// A Row is one line. Its first link is where j, k and Enter lead.
type Row struct {
	ID    string // the row's anchor; may be empty
	Cells []Cell
	Quiet bool // shown, and not part of the sum
}

// A Table is rows under heads. What has no rows says why in Empty.
type Table struct {
	ID            string // unique on the page
	Caption       string // what the rows are; never empty
	CaptionHidden bool   // when a heading above says the same
	Columns       []Column
	Rows          []Row
	Foot          []Cell // a total; may be nil
	Empty         string
	CSV, JSON     string // addresses of the same rows; empty: not offered
	XLSX          string // likewise, beside CSV
	Shape         Shape  // default Cards
}

func (t Table) shape() string {
	if t.Shape == "" {
		return string(Cards)
	}
	return string(t.Shape)
}

// lead reports whether column i names its row.
func (t Table) lead(i int) bool { return i < len(t.Columns) && t.Columns[i].Lead }

// classes of the cells of column i.
func (t Table) classes(i int) string {
	if i >= len(t.Columns) {
		return ""
	}
	var names []string
	for _, class := range []struct {
		on   bool
		name string
	}{
		{t.Columns[i].Align == Right, "num"}, {t.Columns[i].Wide, "wide"},
		{t.Columns[i].Beside, "beside"}, {t.Columns[i].Bare, "bare"},
	} {
		if class.on {
			names = append(names, class.name)
		}
	}
	return strings.Join(names, " ")
}

// head is the label that a cell of column i has on a phone.
func (t Table) head(i int) string {
	if i >= len(t.Columns) {
		return ""
	}
	return t.Columns[i].Head
}
