package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// A Wrong is what is wrong with a field of a form, in the reader's words.
type Wrong struct{ Field, Text string }

// Wrongs is everything that is wrong with a form, in the order of its fields.
type Wrongs []Wrong

// At is what is wrong with a field; empty: nothing.
func (w Wrongs) At(field string) string {
	if i := slices.IndexFunc(w, func(x Wrong) bool { return x.Field == field }); i >= 0 {
		return w[i].Text
	}
	return ""
}

// An Entry is a field that somebody fills in.
type Entry struct {
	ID, Name string // Name is ID when empty
	Label    string
	Hint     string // may be empty
	Wrong    string // what is wrong with what was typed; may be empty
	Value    string
	Kind     EntryKind
	Options  []Option // of AsChoice
	Rows     int      // of AsLines
	Optional bool     // may be left empty, and says so
}

// An EntryKind says how a field is filled in.
type EntryKind string

const (
	AsLine   EntryKind = "text"
	AsNumber EntryKind = "number" // typed as text, which a wheel cannot change by accident
	AsAmount EntryKind = "amount"
	AsDay    EntryKind = "date"
	AsCode   EntryKind = "code" // a few letters, such as of a country
	AsLines  EntryKind = "area"
	AsChoice EntryKind = "choice"
)

func (e Entry) name() string {
	if e.Name == "" {
		return e.ID
	}
	return e.Name
}

// input are the attributes of an input. None says autocomplete="off": a browser
// that had to load the page anew after the back button would leave it empty.
func (e Entry) input() templ.Attributes {
	switch e.Kind {
	case AsNumber:
		return templ.Attributes{"type": "text", "inputmode": "numeric", "class": "short"}
	case AsAmount:
		return templ.Attributes{"type": "text", "inputmode": "decimal"}
	case AsCode:
		return templ.Attributes{"type": "text", "class": "short", "autocapitalize": "characters"}
	case AsDay:
		return templ.Attributes{"type": "date", "class": "date"}
	}
	return templ.Attributes{"type": "text", "class": "text"}
}

// Described ties a field to its hint and to what is wrong with it.
func Described(id string, hint, wrong bool) templ.Attributes {
	var by []string
	if hint {
		by = append(by, id+"-hint")
	}
	out := templ.Attributes{}
	if wrong {
		by = append(by, id+"-error")
		out["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		out["aria-describedby"] = strings.Join(by, " ")
	}
	return out
}

func (e Entry) described() templ.Attributes { return Described(e.ID, e.Hint != "", e.Wrong != "") }
