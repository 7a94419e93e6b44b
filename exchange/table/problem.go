package table

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
)

// A Problem is one thing wrong with a file that came from outside. Its fault
// finds the text in the reader's language.
type Problem struct {
	File   string
	Line   int    // counted from 1; 0 when the file as a whole is meant
	Column string // the column's name; empty when the row as a whole is meant
	Fault  *fault.Error
}

// Code is the problem's stable name.
func (p Problem) Code() string { return p.Fault.Code() }

// Reason is what is wrong, in English.
func (p Problem) Reason() string { reason, _ := Split(p.Fault.Error()); return reason }

// Remedy is what to do next, in English.
func (p Problem) Remedy() string { _, remedy := Split(p.Fault.Error()); return remedy }

// Place is where the problem is: "contributions.csv:12, amount".
func (p Problem) Place() string {
	place := p.File
	if p.Line > 0 {
		place += ":" + strconv.Itoa(p.Line)
	}
	if p.Column != "" {
		place += ", " + p.Column
	}
	return place
}

// Error is the whole problem on one line, in English.
func (p Problem) Error() string { return p.Place() + ": " + p.Fault.Error() }

// MarshalJSON writes file, line, column, code, reason and remedy.
func (p Problem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		File   string `json:"file"`
		Line   int    `json:"line,omitzero"`
		Column string `json:"column,omitempty"`
		Code   string `json:"code"`
		Reason string `json:"reason"`
		Remedy string `json:"remedy"`
	}{p.File, p.Line, p.Column, p.Code(), p.Reason(), p.Remedy()})
}

// Split cuts a fault's text, in any language, into its reason and its remedy,
// which by the catalogue's custom stand before and after the last "; ".
func Split(text string) (reason, remedy string) {
	i := strings.LastIndex(text, "; ")
	if i < 0 {
		return text, ""
	}
	return text[:i], text[i+len("; "):]
}

// MaxProblems bounds how many problems one run lists; the rest are counted.
const MaxProblems = 200

// Problems gathers what is wrong with a run. The zero value is ready.
type Problems struct {
	List    []Problem
	Dropped int // how many came after the list was full
	files   map[string]int
}

// Add notes a problem.
func (ps *Problems) Add(p Problem) {
	if ps.files == nil {
		ps.files = map[string]int{}
	}
	ps.files[p.File]++
	if len(ps.List) == MaxProblems {
		ps.Dropped++
		return
	}
	ps.List = append(ps.List, p)
}

// Len is how many problems there are, with those that are not listed.
func (ps *Problems) Len() int { return len(ps.List) + ps.Dropped }

// In is how many problems a file has, with those that are not listed.
func (ps *Problems) In(file string) int { return ps.files[file] }

// Quote is a cell as an error may repeat it: clipped, on one line, and with
// what does not print made visible.
func Quote(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
