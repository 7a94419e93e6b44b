package ecb

import (
	"bytes"
	"slices"
	"strings"

	"tallinn/aid/rate"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

// Issuer names the source of the rates in facts and streams.
const Issuer = "ECB"

// Cite is where the rates are published.
const Cite = "European Central Bank, https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/"

var (
	// ErrColumn is a file whose first column is not the day.
	ErrColumn = fault.New(fault.Invalid, "ecb.column",
		"the first column is {{.column}} and must be date; send the history file of the ECB's reference rates")
	// ErrDay is a row without a day.
	ErrDay = fault.New(fault.Invalid, "ecb.day",
		"{{.date}} is not a day; write it as YYYY-MM-DD")
	// ErrEuro is a column of the euro itself.
	ErrEuro = fault.New(fault.Invalid, "ecb.euro",
		"the euro is what all rates are given for, and has no rate; remove the column EUR")
	// ErrNone is a row without a single rate.
	ErrNone = fault.New(fault.Invalid, "ecb.none",
		"the day has no rate at all; remove the row, and the last rate before it is used")
)

// Read reads a file into days, the earliest first. Days with a problem are
// left out and noted; skipped is how many those are.
func Read(file string, data []byte, problems *table.Problems) (days []rate.Published, skipped int) {
	if err := wording.Check(wording.Field{Name: "file name", Text: file, Needed: true}); err != nil {
		note(problems, table.Table{File: table.Quote(file)}, 0, "", err)
		return nil, 0
	}
	t := table.Read(file, evenEnds(data), nil, problems)
	currencies, ok := header(t, problems)
	if !ok {
		return nil, 0
	}
	_, rows := table.Keys(t, t.Columns[0], func(r table.Row) string { return r.Cells()[0] }, problems)
	for _, r := range rows {
		if d, ok := readDay(t, r, currencies, problems); ok {
			days = append(days, d)
		}
	}
	slices.SortFunc(days, func(a, b rate.Published) int { return strings.Compare(string(a.On), string(b.On)) })
	return days, len(t.Rows) + len(t.Bad) - len(days)
}

// evenEnds takes away the comma at the end of every line, which the ECB's own
// file has.
func evenEnds(data []byte) []byte {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if len(data) > table.MaxFile || !bytes.HasSuffix(bytes.TrimRight(first, "\r"), []byte(",")) {
		return data
	}
	lines := bytes.Split(data, []byte("\n"))
	for i, l := range lines {
		lines[i] = bytes.TrimSuffix(bytes.TrimRight(l, "\r"), []byte(","))
	}
	return bytes.Join(lines, []byte("\n"))
}

func header(t table.Table, problems *table.Problems) ([]money.Currency, bool) {
	if t.Broken {
		return nil, false
	}
	ok := strings.EqualFold(t.Columns[0], "date")
	if !ok {
		note(problems, t, 1, "", ErrColumn.With("column", table.Quote(t.Columns[0])))
	}
	var out []money.Currency
	for _, name := range t.Columns[1:] {
		c, err := money.ParseCurrency(name)
		if err != nil {
			note(problems, t, 1, name, err)
			ok = false
		}
		if c == money.EUR {
			note(problems, t, 1, name, ErrEuro)
			ok = false
		}
		out = append(out, c)
	}
	return out, ok
}

func readDay(t table.Table, r table.Row, currencies []money.Currency, problems *table.Problems) (rate.Published, bool) {
	cells := r.Cells()
	on, err := fact.ParseDate(cells[0])
	if err != nil || on.Precision() != "day" {
		note(problems, t, r.Line, t.Columns[0], ErrDay.With("date", table.Quote(cells[0])))
		return rate.Published{}, false
	}
	d := rate.Published{Rates: map[money.Currency]money.Rate{}, Base: money.EUR, On: on, Issuer: Issuer,
		Source: fact.Source{Cite: Cite, File: t.File, Row: cells[0]}}
	good := true
	for i, c := range currencies {
		cell := cells[i+1]
		if cell == "" || cell == "N/A" {
			continue
		}
		if d.Rates[c], err = money.ParseRate(cell); err != nil {
			note(problems, t, r.Line, t.Columns[i+1], err)
			good = false
		}
	}
	if len(d.Rates) == 0 {
		note(problems, t, r.Line, "", ErrNone)
		return d, false
	}
	return d, good
}

func note(problems *table.Problems, t table.Table, line int, column string, err error) {
	f, ok := fault.Of(err)
	if !ok {
		f = ErrNone.Because(err)
	}
	problems.Add(table.Problem{File: t.File, Line: line, Column: column, Fault: f})
}
