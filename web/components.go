package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"tallinn/fact"
)

// A Link is words and where they lead. Without an address it is plain words.
type Link struct{ Text, Href string }

// A Header opens a page: what it is, in one line, and what one can do with it.
type Header struct {
	ID      string            // speakable id, such as F-0032; may be empty
	Title   string            // the page's only h1
	Lead    string            // one or two sentences; may be empty
	Status  []templ.Component // chips and labels
	Actions []Link
}

// A Tone says how a chip or a notice is meant. Each has its own shape, for
// colour never speaks alone.
type Tone string

const (
	Neutral   Tone = "neutral"   // ring: it is so
	Active    Tone = "active"    // disc: under way
	Attention Tone = "attention" // half disc: waits for you, due soon
	Danger    Tone = "danger"    // triangle: overdue, refused, blocked
	Good      Tone = "good"      // tick: verified, in use
)

// An Item is one line of a summary list.
type Item struct {
	Term   string
	Detail templ.Component // nil is not stated, and says so
	Action Link            // such as Change; may be empty
}

// An Event is one line of a history, which opens its fact.
type Event struct {
	When string // written by Date or Time
	Text string
	Href string
	Note string // such as what a correction changed; may be empty
}

// A Field is one select, date or text of a row of filters.
type Field struct {
	Name, Label string
	Value       string
	Options     []Option // a select; none: an input of Type
	Type        string   // date, search or text; default text
}

// An Option is one choice of a select. An empty Value is "all".
type Option struct{ Value, Text string }

// Filters is a row of fields that lives in the address (GET).
type Filters struct {
	Action string // path of the page
	Label  string // names the row to those who do not see it
	Fields []Field
	Keep   url.Values // parameters that stay, such as as_of
}

// set reports whether any field is away from its first value, so that there
// is something to clear.
func (f Filters) set() bool {
	for _, field := range f.Fields {
		if field.Value != "" {
			return true
		}
	}
	return false
}

// cleared is the page without its filters.
func (f Filters) cleared() string {
	if len(f.Keep) == 0 {
		return f.Action
	}
	return f.Action + "?" + f.Keep.Encode()
}

// An AsOf asks for the day that a page is to be computed for.
type AsOf struct {
	Action string // path of the page
	Day    string // YYYY-MM-DD, as shown
	First  string // the first day that may be asked for; may be empty
	Last   string // today
	Keep   url.Values
}

// A Figure is a number that opens: what it is, and all that it was made of.
type Figure struct {
	ID       string // unique on the page; the figure's anchor
	Value    string // written by Money or Number; empty: none, and Label says so
	Label    string // what the value is: "committed or paid"
	AsOf     fact.Date
	Boundary Link
	Sum      string // "sum of 143 flows that enter the boundary"
	// Definition, Rates, Rows, CSV, JSON and Proof are addresses; an empty
	// one is not offered.
	Definition, Rates, Rows, CSV, JSON, Proof string
	LeftOut                                   Link // "3 flows without a rate"; may be empty
}

// links are the addresses that f offers, in the order of the page.
func (f Figure) links(l Lang) []Link {
	var some []Link
	for _, link := range []Link{
		{T(l, "figure.definition"), f.Definition}, {T(l, "figure.rates"), f.Rates},
		{T(l, "figure.rows"), f.Rows}, {T(l, "download.csv"), f.CSV},
		{T(l, "download.json"), f.JSON}, {T(l, "figure.proof"), f.Proof},
	} {
		if link.Href != "" {
			some = append(some, link)
		}
	}
	return some
}

// A Pager leads through a long list. An empty address is not offered.
type Pager struct {
	Shown          string // "1 to 50 of 143"
	Previous, Next string
}

// site is the host of a web address that a source is cited by, or empty when
// the citation is a title.
func site(cite string) string {
	u, err := url.Parse(cite)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}
