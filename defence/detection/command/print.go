package command

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/defence/detection"
	"tallinn/defence/detection/scan"
	"tallinn/defence/event"
)

// A printer writes matches in one form.
type printer interface {
	match(*scan.Match) error
	end() error
}

func (d *Detect) printer(w io.Writer) (printer, error) {
	var chosen []printer
	for _, form := range []struct {
		asked bool
		make  func() printer
	}{
		{d.JSON, func() printer { return &jsonPrinter{w} }},
		{d.CSV, func() printer { return newCSV(w) }},
		{d.ECS, func() printer { return &ecsPrinter{w} }},
		{d.Table, func() printer { return &tablePrinter{w: w} }},
		{d.SARIF, func() printer { return newSARIF(w) }},
	} {
		if form.asked {
			chosen = append(chosen, form.make())
		}
	}
	switch len(chosen) {
	case 0:
		return &tablePrinter{w: w}, nil
	case 1:
		return chosen[0], nil
	}
	return nil, ErrFormats
}

// jsonOptions keep what logs hold writable: broken UTF-8 becomes U+FFFD.
var jsonOptions = json.JoinOptions(jsontext.AllowInvalidUTF8(true), json.Deterministic(true))

// A line is one match as JSON; its names are for ever.
type line struct {
	File    string    `json:"file"`
	Index   int       `json:"record_index"`
	Record  string    `json:"event_record_id"`
	Time    string    `json:"time"`
	Host    string    `json:"host"`
	Channel string    `json:"channel"`
	EventID string    `json:"event_id"`
	RuleID  string    `json:"rule_id"`
	Title   string    `json:"title"`
	Author  string    `json:"author"`
	Level   string    `json:"level"`
	Tags    []string  `json:"tags"`
	Licence string    `json:"license"`
	Link    string    `json:"rule_link"`
	Matched []matched `json:"matched"`
	Fields  fields    `json:"fields"`
}

// matched is one comparison that held.
type matched struct {
	Search  string `json:"search"`
	Field   string `json:"field"`
	Pattern string `json:"pattern"`
	Value   string `json:"value"`
}

// fields are an event's as an object in the event's order; a name with
// several values has a list.
type fields []event.Field

func (f fields) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	done := make(map[string]bool, len(f))
	for i, x := range f {
		if done[x.Name] {
			continue
		}
		done[x.Name] = true
		if err := enc.WriteToken(jsontext.String(x.Name)); err != nil {
			return err
		}
		if err := f.value(enc, i); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

func (f fields) value(enc *jsontext.Encoder, i int) error {
	var same []event.Field
	for _, x := range f[i:] {
		if x.Name == f[i].Name {
			same = append(same, x)
		}
	}
	if len(same) == 1 {
		return enc.WriteToken(token(same[0]))
	}
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for _, x := range same {
		if err := enc.WriteToken(token(x)); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndArray)
}

// token is a value in the kind the log had it; numbers beyond 53 bits are
// text, for readers would round them.
func token(f event.Field) jsontext.Token {
	switch f.Kind {
	case event.Null:
		return jsontext.Null
	case event.Bool:
		return jsontext.Bool(f.Value == "true")
	case event.Number:
		if n, err := strconv.ParseInt(f.Value, 10, 54); err == nil {
			return jsontext.Int(n)
		}
	}
	return jsontext.String(f.Value)
}

func lineOf(m *scan.Match) line {
	r := m.Rule
	l := line{File: m.File, Index: m.Index, Record: m.Record, Time: timeText(m), Host: m.Host, Channel: m.Channel,
		EventID: m.EventID, RuleID: r.ID, Title: r.Title, Author: r.Author, Level: m.Level, Tags: r.Tags,
		Licence: licence(r), Link: link(r), Fields: m.Event.Fields}
	for _, x := range m.Reasons {
		l.Matched = append(l.Matched, matched{x.Detection, x.Field, x.Pattern, x.Value})
	}
	return l
}

func timeText(m *scan.Match) string {
	if !m.Timed {
		return ""
	}
	return m.Time.Format("2006-01-02T15:04:05.000000Z")
}

type jsonPrinter struct{ w io.Writer }

func (p *jsonPrinter) match(m *scan.Match) error { return writeLine(p.w, lineOf(m)) }
func (p *jsonPrinter) end() error                { return nil }

func writeLine(w io.Writer, v any) error {
	b, err := json.Marshal(v, jsonOptions)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// csvPrinter writes what Timesketch imports: message, datetime and
// timestamp_desc are the columns it asks for.
type csvPrinter struct{ w *csv.Writer }

var csvColumns = []string{"datetime", "timestamp_desc", "message", "host", "channel", "event_id", "event_record_id",
	"rule_id", "rule_title", "rule_level", "tag", "rule_author", "rule_license", "rule_link", "file", "record_index", "matched"}

func newCSV(w io.Writer) *csvPrinter {
	p := &csvPrinter{csv.NewWriter(w)}
	p.w.Write(csvColumns) // an error comes back from Flush
	return p
}

func (p *csvPrinter) match(m *scan.Match) error {
	r := m.Rule
	row := []string{timeText(m), "Event Logged", "[" + m.Level + "] " + r.Title, m.Host, m.Channel, m.EventID, m.Record,
		r.ID, r.Title, m.Level, strings.Join(r.Tags, " "), r.Author, licence(r), link(r), m.File, strconv.Itoa(m.Index), reasons(m.Reasons)}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return p.w.Write(row)
}

func (p *csvPrinter) end() error {
	p.w.Flush()
	return p.w.Error()
}

// harmless keeps a spreadsheet from taking a log's text for a formula.
func harmless(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

func reasons(list []detection.Reason) string {
	var b strings.Builder
	for i, x := range list {
		if i > 0 {
			b.WriteString("; ")
		}
		if x.Field != "" {
			b.WriteString(x.Field + "=")
		}
		b.WriteString(short(x.Value, 200))
	}
	return b.String()
}

// short cuts s after n runes and takes line breaks out.
func short(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

// tablePrinter writes for people.
type tablePrinter struct {
	w      io.Writer
	headed bool
}

func (p *tablePrinter) match(m *scan.Match) error {
	if !p.headed {
		p.headed = true
		fmt.Fprintf(p.w, "%-19s  %-13s  %-20s  %-60s  %s\n", "TIME", "LEVEL", "HOST", "RULE", "WHAT")
	}
	when := "-"
	if m.Timed {
		when = m.Time.Format(time.DateTime)
	}
	_, err := fmt.Fprintf(p.w, "%-19s  %-13s  %-20s  %-60s  %s\n", when, m.Level, plain(short(m.Host, 20)),
		plain(short(m.Rule.Title, 60)), plain(short(reasons(m.Reasons), 120)))
	return err
}

func (p *tablePrinter) end() error { return nil }

// plain takes control characters out: a log must not drive a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
}
