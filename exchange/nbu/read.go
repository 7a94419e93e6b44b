package nbu

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/rate"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

// Issuer names the source of the rates in facts and streams.
const Issuer = "NBU"

// Cite is where the rates are published.
const Cite = "National Bank of Ukraine, https://bank.gov.ua/NBUStatService/v1/statdirectory/exchange?json"

// Hryvnia is what all of its rates are in.
const Hryvnia money.Currency = "UAH"

// maxFile bounds what is read: a year of days is about 2 MB.
const maxFile = 16 << 20

var (
	// ErrFile is a file that is not what the bank's service gives.
	ErrFile = fault.New(fault.Invalid, "nbu.file",
		"this is not the National Bank's JSON of exchange rates (a list of objects with cc, rate and exchangedate); save what its service answers, and send it as it is")
	// ErrDay is an entry without a day.
	ErrDay = fault.New(fault.Invalid, "nbu.day",
		"{{.date}} is not a day as the National Bank writes it; it is DD.MM.YYYY, such as 02.07.2025")
	// ErrTwice is a currency with two rates on one day.
	ErrTwice = fault.New(fault.Invalid, "nbu.twice",
		"{{.currency}} has two rates on {{.on}}; keep the one that is right")
)

// An entry is one currency's rate of one day. The rate's digits are kept as
// printed: a float would not.
type entry struct {
	Currency string         `json:"cc"`
	Rate     jsontext.Value `json:"rate"`
	Day      string         `json:"exchangedate"`
}

// Looks reports whether data is JSON rather than a table.
func Looks(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, "\ufeff \t\r\n"), []byte("["))
}

// Read reads a file into days, the earliest first. Days with a problem are
// left out and noted; skipped is how many those are. What is quoted for other
// things than money (gold, XDR) is passed over.
func Read(file string, data []byte, problems *table.Problems) (days []rate.Published, skipped int) {
	note := func(line int, column string, err error) {
		f, ok := fault.Of(err)
		if !ok {
			f = ErrFile.Because(err)
		}
		problems.Add(table.Problem{File: table.Quote(file), Line: line, Column: column, Fault: f})
	}
	if err := wording.Check(wording.Field{Name: "file name", Text: file, Needed: true}); err != nil {
		note(0, "", err)
		return nil, 0
	}
	var entries []entry
	if len(data) > maxFile {
		note(0, "", ErrFile)
		return nil, 0
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &entries); err != nil || len(entries) == 0 {
		note(0, "", ErrFile)
		return nil, 0
	}
	byDay, bad := map[fact.Date]*rate.Published{}, map[string]bool{}
	for i, e := range entries {
		on, err := time.Parse("02.01.2006", e.Day)
		if err != nil {
			note(i+1, "exchangedate", ErrDay.With("date", table.Quote(e.Day)))
			bad[e.Day] = true
			continue
		}
		c, err := money.ParseCurrency(e.Currency)
		if err != nil || c == Hryvnia || slices.Contains(metals, e.Currency) {
			continue
		}
		r, err := money.ParseRate(string(e.Rate))
		if err != nil {
			note(i+1, "rate", err)
			bad[e.Day] = true
			continue
		}
		day := fact.Date(on.Format(time.DateOnly))
		d := byDay[day]
		if d == nil {
			d = &rate.Published{Rates: map[money.Currency]money.Rate{}, Base: Hryvnia, On: day, Issuer: Issuer, Inverse: true,
				Source: fact.Source{Cite: Cite, File: file, Row: e.Day}}
			byDay[day] = d
		}
		if was, twice := d.Rates[c]; twice && was != r {
			note(i+1, "cc", ErrTwice.With("currency", c).With("on", day))
			bad[e.Day] = true
		}
		d.Rates[c] = r
	}
	for _, d := range byDay {
		if !bad[d.Source.Row] {
			days = append(days, *d)
		}
	}
	slices.SortFunc(days, func(a, b rate.Published) int { return strings.Compare(string(a.On), string(b.On)) })
	return days, len(bad)
}

// metals and units of account are among the bank's rates, and no money of a flow.
var metals = []string{"XAU", "XAG", "XPT", "XPD", "XDR"}
