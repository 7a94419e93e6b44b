// Package wording bounds the public wording that stands in facts: what an
// imported row says of a party, a flow or an event, and where it was read. A
// fact is small (fact.MaxBytes), and is read by people. It is pure.
package wording

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/fault"
)

// Most is the number of characters one text may have. Ten such texts fit a
// fact in any script.
const Most = 1000

var (
	// ErrLong refuses a text over Most characters.
	ErrLong = fault.New(fault.Invalid, "wording.long",
		"{{.field}} has {{.length}} characters; shorten it to {{.most}} or fewer")
	// ErrCharacters refuses what is no text.
	ErrCharacters = fault.New(fault.Invalid, "wording.characters",
		"{{.field}} holds control characters or is not UTF-8; save the text as UTF-8 and enter it again on one line")
	// ErrNeeded refuses a text that may not be empty.
	ErrNeeded = fault.New(fault.Invalid, "wording.needed",
		"{{.field}} is empty; fill it in")
	// ErrReason refuses a reason that is not of the list.
	ErrReason = fault.New(fault.Invalid, "wording.reason",
		"{{.reason}} is not a reason of the list; choose source_changed, mistyped, duplicate or reclassified")
)

// The reasons of corrections and withdrawals. An edition explains what
// changed in a figure by them.
const (
	SourceChanged = "source_changed" // the source now reads differently
	Mistyped      = "mistyped"       // the source was copied wrongly
	Duplicate     = "duplicate"      // the same thing stands in another fact
	Reclassified  = "reclassified"   // the thing is of another sort than was thought
)

// Reasons lists them, in the order of forms.
var Reasons = []string{Mistyped, Duplicate, Reclassified, SourceChanged}

// Reason checks a reason.
//
// Errors: ErrReason.
func Reason(r string) error {
	if !slices.Contains(Reasons, r) {
		return ErrReason.With("reason", clip(r))
	}
	return nil
}

// A Field is a text and the name its reader knows it by.
type Field struct {
	Name   string
	Text   string
	Needed bool // whether it may not be empty
}

// Check checks texts, and returns what is wrong with the first that is wrong.
//
// Errors: ErrNeeded, ErrLong, ErrCharacters.
func Check(fields ...Field) error {
	for _, f := range fields {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

// Source checks where a fact was read.
//
// Errors: those of Check.
func Source(s fact.Source) error {
	return Check(
		Field{"source", s.Cite, true},
		Field{"source file", s.File, true},
		Field{"source row", s.Row, true})
}

func (f Field) check() error {
	if f.Needed && f.Text == "" {
		return ErrNeeded.With("field", f.Name)
	}
	if n := utf8.RuneCountInString(f.Text); n > Most {
		return ErrLong.With("field", f.Name).With("length", n).With("most", Most)
	}
	if !utf8.ValidString(f.Text) {
		return ErrCharacters.With("field", f.Name)
	}
	for _, r := range f.Text {
		if unicode.IsControl(r) {
			return ErrCharacters.With("field", f.Name)
		}
	}
	return nil
}

// clip bounds what an error repeats of its input.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
