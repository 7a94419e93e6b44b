package publicdata

import (
	"slices"
	"strconv"
	"strings"

	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

// cells reads one row and notes what is wrong with it, cell by cell.
type cells struct {
	row      table.Row
	file     string
	problems *table.Problems
	bad      bool
}

// note notes a problem. An error that is no fault cannot come of a cell; it
// would be a defect, and is noted as an internal fault.
func (c *cells) note(column string, err error) {
	f, ok := fault.Of(err)
	if !ok {
		f = errInternal.Because(err)
	}
	c.bad = true
	c.problems.Add(table.Problem{File: c.file, Line: c.row.Line, Column: column, Fault: f})
}

var errInternal = fault.New(fault.Internal, "import.internal",
	"the row cannot be imported because of a fault of this program; report it with the row")

// text reads public wording.
func (c *cells) text(column string) string {
	s := c.row.Get(column)
	if err := wording.Check(wording.Field{Name: column, Text: s}); err != nil {
		c.note(column, err)
	}
	return s
}

// needed reads public wording that may not be empty.
func (c *cells) needed(column string) string {
	s := c.text(column)
	if s == "" {
		c.note(column, table.ErrRequired)
	}
	return s
}

// word reads one of a closed list of words.
func (c *cells) word(column string, words ...string) string {
	s := c.row.Get(column)
	if !slices.Contains(words, s) {
		c.note(column, table.ErrWord.With("word", table.Quote(s)).With("words", strings.Join(words, ", ")))
	}
	return s
}

func (c *cells) date(column string) fact.Date {
	d, err := fact.ParseDate(c.row.Get(column))
	if err != nil {
		c.note(column, err)
	}
	return d
}

// amount reads the columns amount and currency.
func (c *cells) amount() money.Amount {
	value, code := c.row.Get("amount"), c.row.Get("currency")
	switch {
	case value == "" && code == "":
		return money.Amount{}
	case code == "":
		c.note("currency", ErrAmountAlone)
		return money.Amount{}
	}
	currency, err := money.ParseCurrency(code)
	switch {
	case err != nil:
		c.note("currency", err)
		return money.Amount{}
	case value == "":
		c.note("amount", ErrCurrencyAlone)
		return money.Amount{}
	}
	a, err := money.ParseAmount(value, currency)
	switch {
	case err != nil:
		c.note("amount", err)
	case a.IsZero():
		c.note("amount", ErrNothing)
	}
	return a
}

// number reads a whole number; 0 when the cell is empty.
func (c *cells) number(column string) int64 {
	s := c.row.Get(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n >= 1e12 || s != strconv.FormatInt(n, 10) {
		c.note(column, ErrNumber.With("number", table.Quote(s)))
	}
	return n
}

// party reads whom a cell means; an empty cell means nobody.
func (c *cells) party(column string, n names) meaning {
	s := c.text(column)
	if s == "" {
		return meaning{}
	}
	m, f := n.resolve(s)
	if f != nil {
		c.note(column, f)
	}
	return m
}

// source is where the row was read.
func (c *cells) source(key string) fact.Source {
	return fact.Source{Cite: c.needed("source"), File: c.file, Row: key}
}
