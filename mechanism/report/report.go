// Package report holds the errors that readers report: of a figure, a row, a
// page, without an account. What they write is sealed beside the record, and
// only the front office reads it; its answer closes the report. It is pure.
package report

import (
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
)

// An ID is drawn, such as "Q-0417".
type ID string

// Filed is a reader's report. Who the reader is nobody asks.
type Filed struct {
	Report ID       `json:"report"`
	Page   string   `json:"page"` // path of the page that it is about
	Words  text.Ref `json:"words"`
}

// An Outcome says what became of a report: a word of Outcomes.
type Outcome string

const (
	Mended  Outcome = "mended"   // there was an error, and it is mended
	NoError Outcome = "no_error" // what stands is right
	Passed  Outcome = "passed"   // to the party whose row it is
	Unclear Outcome = "unclear"  // what is meant cannot be found
)

// Outcomes lists them, in the order of forms.
var Outcomes = []Outcome{Mended, NoError, Passed, Unclear}

// Closed is the front office's answer.
type Closed struct {
	Report  ID      `json:"report"`
	Outcome Outcome `json:"outcome"`
}

func (Filed) Kind() string  { return "report.filed" }
func (Closed) Kind() string { return "report.closed" }

func (b Filed) Streams() []string  { return []string{string(b.Report)} }
func (b Closed) Streams() []string { return []string{string(b.Report)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{fact.Of[Filed](tlp.Amber, false), fact.Of[Closed](tlp.Amber, false)}
}

const (
	// MostWords bounds a report, in characters.
	MostWords = 2000
	// MostPage bounds the path of the page that it is about, in bytes.
	MostPage = 300
	// MostOpen bounds the reports that wait: past it the front office has to
	// answer some first, and no flood fills the record.
	MostOpen = 2000
)

var (
	// ErrWords refuses an empty report, and one that is too long.
	ErrWords = fault.New(fault.Invalid, "report.words",
		"say what is wrong, and how you know, in {{.most}} characters or fewer")
	// ErrPage refuses what is no page of the hub.
	ErrPage = fault.New(fault.Invalid, "report.page",
		"open the page that has the error, and report it from there")
	// ErrFull refuses more reports than can be read.
	ErrFull = fault.New(fault.TooOften, "report.full",
		"many reports wait to be read; please come back tomorrow")
	// ErrMissing refuses to answer what is not there.
	ErrMissing = fault.New(fault.Missing, "report.missing",
		"there is no such report; look for it in the list of reports")
	// ErrSeat refuses an answer from another seat.
	ErrSeat = fault.New(fault.Denied, "report.seat",
		"reports are answered by the front office; act from its seat")
	// ErrClosed refuses to answer twice.
	ErrClosed = fault.New(fault.Conflict, "report.closed",
		"{{.report}} was answered already; there is nothing left to do")
	// ErrOutcome refuses a word that is no outcome.
	ErrOutcome = fault.New(fault.Invalid, "report.outcome",
		"choose what became of it: mended, no_error, passed or unclear")
)

// A Report is one as it stands after its facts.
type Report struct {
	Filed
	At      time.Time
	Pos     fact.Pos
	Outcome Outcome // empty: open
}

// Exists reports whether r was ever filed.
func (r Report) Exists() bool { return r.Filed.Report != "" }

// Check checks what a reader sends before it is sealed.
//
// Errors: ErrWords, ErrPage.
func Check(page, words string) error {
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }
	n := utf8.RuneCountInString(strings.TrimSpace(words))
	switch {
	case n == 0 || n > MostWords || !utf8.ValidString(words) || strings.ContainsFunc(words, control):
		return ErrWords.With("most", MostWords)
	case !strings.HasPrefix(page, "/") || strings.HasPrefix(page, "//") || len(page) > MostPage || !utf8.ValidString(page) ||
		strings.ContainsFunc(page, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }):
		return ErrPage
	}
	return nil
}

// File keeps a report of a page; its words were sealed as ref.
//
// Errors: ErrFull, ErrPage.
func (b *Book) File(id ID, page string, ref text.Ref) ([]fact.Body, error) {
	if len(b.open) >= MostOpen {
		return nil, ErrFull
	}
	if err := Check(page, "x"); err != nil {
		return nil, err
	}
	return []fact.Body{Filed{id, page, ref}}, nil
}

// Close answers r.
//
// Errors: those of seat.Acting; ErrMissing, ErrSeat, ErrClosed, ErrOutcome.
func (r Report) Close(by seat.Seat, now time.Time, outcome Outcome) ([]fact.Body, error) {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return nil, err
	}
	switch {
	case by.Role != seat.FrontOffice:
		return nil, ErrSeat
	case !r.Exists():
		return nil, ErrMissing
	case r.Outcome != "":
		return nil, ErrClosed.With("report", r.Filed.Report)
	case !slices.Contains(Outcomes, outcome):
		return nil, ErrOutcome
	}
	return []fact.Body{Closed{r.Filed.Report, outcome}}, nil
}

// A Book holds the reports of one realm.
type Book struct {
	byID  map[ID]*Report
	order []*Report
	open  []*Report
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{byID: map[ID]*Report{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Filed:
		if b.byID[body.Report] != nil {
			return
		}
		r := &Report{Filed: body, At: f.At, Pos: f.Pos}
		b.byID[body.Report] = r
		b.order, b.open = append(b.order, r), append(b.open, r)
	case Closed:
		if r := b.byID[body.Report]; r != nil && r.Outcome == "" {
			r.Outcome = body.Outcome
			b.open = slices.DeleteFunc(b.open, func(o *Report) bool { return o == r })
		}
	}
}

// Get returns the report called id.
func (b *Book) Get(id ID) (Report, bool) {
	if r := b.byID[id]; r != nil {
		return *r, true
	}
	return Report{}, false
}

// Open yields the reports that wait, in order of record.
func (b *Book) Open() iter.Seq[Report] {
	return func(yield func(Report) bool) {
		for _, r := range b.open {
			if !yield(*r) {
				return
			}
		}
	}
}

// All yields every report, the last one first.
func (b *Book) All() iter.Seq[Report] {
	return func(yield func(Report) bool) {
		for _, r := range slices.Backward(b.order) {
			if !yield(*r) {
				return
			}
		}
	}
}
