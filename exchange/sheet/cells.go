package sheet

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// A gatherer puts the rows of a sheet together, token by token.
type gatherer struct {
	*book
	take  func(Row) error
	line  int
	cells []string
	at    int // column of the cell
	kind  string
	style int
	text  strings.Builder
	reads bool // what comes is the cell's
}

func (b *book) rows(part string, take func(Row) error) error {
	g := &gatherer{book: b, take: take}
	return b.each(part, g.token)
}

func (g *gatherer) token(_ *xml.Decoder, t xml.Token) error {
	switch e := t.(type) {
	case xml.StartElement:
		return g.starts(e)
	case xml.CharData:
		if g.reads {
			g.text.Write(e)
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "v", "t":
			g.reads = false
		case "c":
			return g.put(g.value())
		case "row":
			if err := g.take(Row{g.line, g.cells}); err != nil {
				return err
			}
			clear(g.cells)
			g.cells, g.at = g.cells[:0], -1
		}
	}
	return nil
}

func (g *gatherer) starts(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		g.line++
		if n, err := strconv.Atoi(attribute(e, "r")); err == nil && n > 0 {
			g.line = n
		}
		g.cells, g.at = g.cells[:0], -1
	case "c":
		g.at++
		if ref := attribute(e, "r"); ref != "" {
			g.at = columnOf(ref)
		}
		if g.at < 0 || g.at > 16384 {
			return ErrWorkbook.With("why", "cell")
		}
		g.kind, g.style = attribute(e, "t"), -1
		if n, err := strconv.Atoi(attribute(e, "s")); err == nil {
			g.style = n
		}
		g.text.Reset()
	case "v", "t":
		g.reads = true
	}
	return nil
}

func (g *gatherer) put(value string) error {
	if value == "" {
		return nil
	}
	if g.at > MaxColumns {
		return ErrColumns.With("line", g.line).With("most", MaxColumns)
	}
	for len(g.cells) <= g.at {
		g.cells = append(g.cells, "")
	}
	g.cells[g.at] = value
	return nil
}

// value is the cell as it is shown, or as near as a list needs it: a day is
// one, a number has the fifteen digits that Excel keeps.
func (g *gatherer) value() string {
	s := g.text.String()
	switch g.kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n >= 0 && n < len(g.texts) {
			return g.texts[n]
		}
		return ""
	case "inlineStr", "str", "e":
		return s
	case "b":
		return map[string]string{"1": "true", "0": "false"}[strings.TrimSpace(s)]
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return s
	}
	if g.style >= 0 && g.style < len(g.dates) && g.dates[g.style] {
		if day, ok := g.day(f); ok {
			return day
		}
	}
	short := strconv.FormatFloat(f, 'g', 15, 64)
	if f, err = strconv.ParseFloat(short, 64); err != nil {
		return s
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// day is the day that a number counts up to. Excel's count holds a 29 February
// 1900 that never was, so that it starts at 30 December 1899.
func (g *gatherer) day(n float64) (string, bool) {
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if g.since {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if n < 1 || n > 2_958_465 {
		return "", false
	}
	return start.AddDate(0, 0, int(n)).Format(time.DateOnly), true
}

// columnOf is the place of the column of a cell such as "AB12"; -1 when it is
// none.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && 'A' <= ref[i] && ref[i] <= 'Z'; i++ {
		if n = 26*n + int(ref[i]-'A') + 1; n > 20_000 {
			return -1
		}
	}
	return n - 1
}
